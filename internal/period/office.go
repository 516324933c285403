package period

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/internal/tally"

	lru "github.com/hashicorp/golang-lru/v2"
)

// The kinds of records that this package owns.
const (
	periodKind = "period" // key: the period's id
	frozenKind = "frozen" // key: id/revision
	sheetKind  = "sheet"  // key: place in the chain
	keyKind    = "signer" // key: fingerprint of a public key
	methodKind = "method" // key: id/version of a method that figures were sealed by
)

// Store is what an Office needs of a store.
type Store interface {
	store.Records
	store.Responses
}

// Options are the parts an Office is made of.
type Options struct {
	Store    Store
	Ledger   *ledger.Ledger
	Coverage *coverage.Book
	Audit    *audit.Log
	Forms    *survey.Forms
	Methods  *tally.Methods
	Rules    *rating.Rules
	Register func() *org.Register                          // as it is now
	Key      func(wanted bool) (ed25519.PrivateKey, error) // made, if wanted, where there is none
	Timezone string
	Now      func() time.Time
}

// Office carries periods through their life and answers for their scores. It
// is safe for use by many goroutines and by many processes on one store.
type Office struct {
	Options
	sheets *lru.Cache[int64, *kept]
}

// New returns an office.
func New(o Options) *Office {
	sheets, err := lru.New[int64, *kept](keptSheets)
	if err != nil {
		panic("period: a cache of a fixed size can be made: " + err.Error())
	}
	return &Office{Options: o, sheets: sheets}
}

// Actor is who does something, and why.
type Actor struct {
	By  string // an account's e-mail, or "command line"
	Why string
}

// Period returns a period with its history. The error is rating.ErrPeriod for
// an id that is none, or that of the store.
func (o *Office) Period(ctx context.Context, id string) (*Period, error) {
	span, err := rating.ParsePeriod(id)
	if err != nil {
		return nil, err
	}
	r, err := o.Store.Record(ctx, periodKind, id)
	if errors.Is(err, store.ErrNotFound) {
		return untouched(span), nil
	}
	if err != nil {
		return nil, fmt.Errorf("period %s: %w", id, err)
	}
	return decode(r.Data, r.Revision)
}

// Periods returns every period that somebody has closed, by first day, the
// shorter first.
func (o *Office) Periods(ctx context.Context) ([]*Period, error) {
	records, err := o.Store.Records(ctx, store.Span{Kind: periodKind})
	if err != nil {
		return nil, fmt.Errorf("list periods: %w", err)
	}
	periods := make([]*Period, len(records))
	for i, r := range records {
		if periods[i], err = decode(r.Data, r.Revision); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(periods, func(a, b *Period) int {
		if a.Range.From != b.Range.From {
			return int(a.Range.From - b.Range.From)
		}
		return int(a.Range.To - b.Range.To)
	})
	return periods, nil
}

// put writes the period over the revision that was read.
func (o *Office) put(ctx context.Context, p *Period) error {
	data, err := p.encode()
	if err != nil {
		return err
	}
	err = o.Store.PutRecords(ctx, []store.Record{{Kind: periodKind, Key: p.ID, Revision: p.revision, Data: data}})
	if err == nil {
		p.revision++
	}
	return p.overtaken(err)
}

// overtakenError is store.ErrConflict in words of periods.
type overtakenError string

func (e overtakenError) Error() string {
	return fmt.Sprintf("somebody else changed period %s at the same time: look at it again", string(e))
}

func (overtakenError) Is(target error) bool { return target == store.ErrConflict }

// overtaken words what a store says when somebody was faster, be it with the
// first step of a period.
func (p *Period) overtaken(err error) error {
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrExists) {
		return overtakenError(p.ID)
	}
	return err
}

func (o *Office) step(state State, who Actor) Step {
	return Step{State: state, At: o.Now().UTC().Truncate(time.Second), By: who.By, Why: who.Why}
}

// note writes down an act before the period's record shows it: one that was
// cut right after may be noted twice, but never not at all.
func (o *Office) note(ctx context.Context, action string, who Actor, p *Period) error {
	return o.Audit.Append(ctx, o.event(action, who, p, map[string]string{}))
}

func (o *Office) event(action string, who Actor, p *Period, detail map[string]string) audit.Event {
	detail["revision"] = fmt.Sprint(p.Current().Revision)
	if who.Why != "" {
		detail["why"] = who.Why
	}
	return audit.Event{At: o.Now().UTC().Truncate(time.Second), By: who.By, Action: action, Subject: p.ID, Detail: detail}
}

// Frozen is a guard for days whose counts may not change any more: it returns
// the period that froze the day. It reads the periods once, so it serves for
// one import and not for longer.
func (o *Office) Frozen(ctx context.Context) (func(agency string, day calendar.Day) (period string, frozen bool), error) {
	periods, err := o.Periods(ctx)
	if err != nil {
		return nil, err
	}
	return func(_ string, day calendar.Day) (string, bool) {
		for _, p := range periods {
			if p.holds(day) {
				return p.ID, true
			}
		}
		return "", false
	}, nil
}

// Close ends a period and freezes its counts. The errors are rating.ErrPeriod,
// ErrNotEnded, ErrState, ErrBusy and those of the store.
func (o *Office) Close(ctx context.Context, id string, who Actor) (*Period, error) {
	p, err := o.Period(ctx, id)
	if err != nil {
		return nil, err
	}
	if p.Current().State != Open {
		return nil, fmt.Errorf("close %s: it is %s already: %w", id, p.Current().State, ErrState)
	}
	if err := o.settle(ctx, p); err != nil {
		return nil, fmt.Errorf("close %s: %w", id, err)
	}
	closed := o.step(Closed, who)
	if err := o.freeze(ctx, p, closed); err != nil {
		return nil, fmt.Errorf("close %s: %w", id, err)
	}
	if err := o.note(ctx, audit.PeriodClose, who, p); err != nil {
		return nil, fmt.Errorf("close %s: %w", id, err)
	}
	p.Current().step(closed)
	if err := o.put(ctx, p); err != nil {
		return nil, fmt.Errorf("close %s: %w", id, err)
	}
	if err := o.stood(ctx, p); err != nil {
		who.Why = ErrBusy.Error()
		return nil, fmt.Errorf("close %s: %w", id, errors.Join(err, o.open(ctx, p, who)))
	}
	return p, nil
}

// stood is ErrBusy when somebody who did not see the period closed changes what
// it counts, or has done so since that was frozen.
func (o *Office) stood(ctx context.Context, p *Period) error {
	if err := o.quiet(ctx, p); err != nil {
		return err
	}
	draft, err := o.draft(ctx, p)
	if err != nil {
		return err
	}
	same, err := o.unchanged(ctx, p, draft)
	if err == nil && !same {
		err = ErrBusy
	}
	return err
}

// ErrBusy says that somebody is changing what a period counts.
var ErrBusy = errors.New("answers or dossiers of the period are being entered just now; try again in some minutes")

// quiet is ErrBusy while somebody changes days of the period. What a writer
// that died has left is put in order first.
func (o *Office) quiet(ctx context.Context, p *Period) error {
	if _, err := o.Ledger.Repair(ctx); err != nil {
		return err
	}
	busy, err := o.Ledger.Busy(ctx, p.Range)
	if err == nil && busy {
		err = ErrBusy
	}
	return err
}

// Serve takes over dossier counts, all rows or none, while no period can be
// closed over their days. Rules are as of a moment ago. The errors are those of
// coverage.Book.Put.
func (o *Office) Serve(ctx context.Context, rules coverage.Rules, rows []rating.Served) (change coverage.Change, err error) {
	days := make([]calendar.Day, len(rows))
	for i := range rows {
		days[i] = rows[i].Day
	}
	err = o.Ledger.Hold(ctx, days, func(*ledger.Held) error {
		change, err = o.Coverage.Put(ctx, rules, rows)
		return err
	})
	if !errors.Is(err, ledger.ErrFrozen) {
		return change, err
	}
	closed, unknown := o.Frozen(ctx)
	if unknown != nil {
		return change, unknown
	}
	rules.Closed = closed
	if _, faults := o.Coverage.Check(ctx, rules, rows); faults != nil {
		return change, faults
	}
	return change, err // it was opened again in between
}

// settle makes sure that no answer of the period can still be under way.
func (o *Office) settle(ctx context.Context, p *Period) error {
	if o.Ledger.Today() <= p.Range.To {
		return fmt.Errorf("it lasts until %s: %w", p.Range.To, ErrNotEnded)
	}
	if err := o.quiet(ctx, p); err != nil {
		return err
	}
	if err := o.Ledger.Seal(ctx, nil); err != nil {
		return err
	}
	through, err := o.Ledger.SealedThrough(ctx)
	if err != nil {
		return err
	}
	if through < p.Range.To {
		return fmt.Errorf("answers of %s may still be under way, try again in %v: %w", p.Range.To, ledger.Grace, ErrNotEnded)
	}
	return nil
}

// Reopen takes a closing back before anything is sealed.
func (o *Office) Reopen(ctx context.Context, id string, who Actor) (*Period, error) {
	p, err := o.Period(ctx, id)
	if err != nil {
		return nil, err
	}
	switch {
	case who.Why == "":
		return nil, fmt.Errorf("reopen %s: %w", id, ErrWhy)
	case p.Current().State != Closed:
		return nil, fmt.Errorf("reopen %s: it is %s, not closed: %w", id, p.Current().State, ErrState)
	case p.Current().Sealing != nil:
		return nil, fmt.Errorf("reopen %s: it is being sealed: %w", id, ErrState)
	}
	if err := o.open(ctx, p, who); err != nil {
		return nil, fmt.Errorf("reopen %s: %w", id, err)
	}
	return p, nil
}

// open takes the closing of the current edition back.
func (o *Office) open(ctx context.Context, p *Period, who Actor) error {
	if err := o.note(ctx, audit.PeriodReopen, who, p); err != nil {
		return err
	}
	p.Current().step(o.step(Open, who))
	return o.put(ctx, p)
}

// Correct begins another revision of a sealed period: its days may change
// again, while the sheet that was sealed stays in force until the next.
func (o *Office) Correct(ctx context.Context, id string, who Actor) (*Period, error) {
	p, err := o.Period(ctx, id)
	if err != nil {
		return nil, err
	}
	switch {
	case who.Why == "":
		return nil, fmt.Errorf("correct %s: %w", id, ErrWhy)
	case p.Current().Sheet == 0:
		return nil, fmt.Errorf("correct %s: it is %s, not sealed: %w", id, p.Current().State, ErrState)
	}
	if err := o.note(ctx, audit.PeriodCorrect, who, p); err != nil {
		return nil, fmt.Errorf("correct %s: %w", id, err)
	}
	p.Editions = append(p.Editions, Edition{Revision: p.Current().Revision + 1})
	p.Current().step(o.step(Open, who))
	if err := o.put(ctx, p); err != nil {
		return nil, fmt.Errorf("correct %s: %w", id, err)
	}
	return p, nil
}

// Publish shows the figures of a sealed period to everybody.
func (o *Office) Publish(ctx context.Context, id string, who Actor) (*Period, error) {
	p, err := o.Period(ctx, id)
	if err != nil {
		return nil, err
	}
	if p.Current().State != Sealed {
		return nil, fmt.Errorf("publish %s: it is %s, not sealed: %w", id, p.Current().State, ErrState)
	}
	if err := o.note(ctx, audit.PeriodPublish, who, p); err != nil {
		return nil, fmt.Errorf("publish %s: %w", id, err)
	}
	p.Current().step(o.step(Published, who))
	if err := o.put(ctx, p); err != nil {
		return nil, fmt.Errorf("publish %s: %w", id, err)
	}
	return p, nil
}

func marshal(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("period: plain data always encode: " + err.Error())
	}
	return data
}
