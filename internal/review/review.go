// Package review is for what the checks have held: the queue of what waits, in
// groups that show a pattern and never a person; the decisions about it; and
// how often each check was wrong.
//
// A decision is a record of its own, with every step that led to it. Whoever
// releases an answer does so alone; to exclude one, a second person has to
// confirm it. Each step can be taken back, and each is in the audit log. The
// package may not change a response, shows no free text and knows nothing of
// HTTP or of why a check has found something.
package review

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
)

// Options are the parts a Book is made of.
type Options struct {
	Store  store.Responses
	Ledger *ledger.Ledger
	Audit  *audit.Log
	Forms  *survey.Forms
	// Thresholds are those that the checks run with, to be shown beside them.
	Thresholds *quality.Thresholds
	Frozen     ledger.Guard // see period.Office
	Now        func() time.Time
}

// Book is what was held and what was decided about it. It is safe for use by
// many goroutines and by many processes on one store.
type Book struct {
	Options
	last atomic.Int64 // moment of an act, in Unix milliseconds
}

// New returns a book.
func New(o Options) *Book { return &Book{Options: o} }

// entry is one response that was noted or decided about.
type entry struct {
	response response.Response
	decision *response.Decision // nil: nothing was decided
}

func (e *entry) state() response.State { return e.response.Standing(e.decision) }

// last returns the step that was made last; the zero value when there is none.
func (e *entry) last() response.Step {
	if e.decision == nil || len(e.decision.Steps) == 0 {
		return response.Step{}
	}
	return e.decision.Steps[len(e.decision.Steps)-1]
}

// proposed says whether a proposal to exclude waits to be confirmed.
func (e *entry) proposed() bool { return e.last().Act == response.Propose }

// reasons are the codes of the checks: of the verdict, and of those that
// found something because of later answers.
func (e *entry) reasons() []string {
	reasons := e.response.Verdict.Reasons
	if e.decision == nil {
		return reasons
	}
	for _, step := range e.decision.Steps {
		if step.Act == response.Hold {
			reasons = append(reasons[:len(reasons):len(reasons)], step.Reason)
		}
	}
	return reasons
}

// MaxRead is how many answers one look at the queue reads at most.
const MaxRead = 20_000

// errEnough ends a scan.
var errEnough = errors.New("enough was read")

// entries reads what was noted (or, with held alone, what was held) or decided
// about in a range of days, of one agency or ("") of all, in no order. It reads
// whole days up to about most answers, and returns the last day that it read.
func (b *Book) entries(ctx context.Context, agency string, r calendar.Range, held bool, most int) ([]entry, calendar.Day, error) {
	var all []entry
	last := r.To
	err := b.Store.Scan(ctx, store.Scan{Agency: agency, Range: r, Held: held, Noted: !held}, func(one *response.Response) error {
		if most > 0 && len(all) >= most && one.Day > all[len(all)-1].response.Day {
			last = one.Day - 1
			return errEnough
		}
		all = append(all, entry{response: *one})
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, 0, err
	}
	all, err = b.withDecisions(ctx, all, agency, calendar.Range{From: r.From, To: last})
	return all, last, err
}

// perFind is how many responses are looked up at once.
const perFind = 500

// withDecisions adds what was decided, and the responses that only a decision
// is about.
func (b *Book) withDecisions(ctx context.Context, all []entry, agency string, r calendar.Range) ([]entry, error) {
	decisions, err := b.Ledger.Decisions(ctx, agency, r)
	if err != nil {
		return nil, err
	}
	at := make(map[response.ID]int, len(all))
	for i := range all {
		at[all[i].response.ID] = i
	}
	others := map[response.ID]*response.Decision{}
	for i := range decisions {
		d := &decisions[i]
		if k, known := at[d.ID]; known {
			all[k].decision = d
			continue
		}
		others[d.ID] = d
	}
	found, err := b.find(ctx, others)
	return append(all, found...), err
}

func (b *Book) find(ctx context.Context, decided map[response.ID]*response.Decision) ([]entry, error) {
	var all []entry
	var ids []response.ID
	look := func() error {
		found, err := b.Store.Find(ctx, ids)
		for _, one := range found {
			all = append(all, entry{one, decided[one.ID]})
		}
		ids = ids[:0]
		return err
	}
	for id := range decided {
		if ids = append(ids, id); len(ids) == perFind {
			if err := look(); err != nil {
				return nil, err
			}
		}
	}
	if len(ids) > 0 {
		if err := look(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// frozen returns an error that names the period if the day's counts are
// frozen.
func (b *Book) frozen(ctx context.Context, agency string, day calendar.Day) error {
	guard, err := b.Frozen(ctx)
	if err != nil {
		return err
	}
	if period, frozen := guard(agency, day); frozen {
		return &FrozenError{Period: period, Day: day}
	}
	return nil
}

// FrozenError says that a day's counts are part of a closed period.
type FrozenError struct {
	Period string
	Day    calendar.Day
}

// Error names the period.
func (e *FrozenError) Error() string {
	return fmt.Sprintf("%s belongs to period %s, which is closed", e.Day, e.Period)
}
