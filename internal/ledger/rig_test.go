package ledger_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
	"hailong/internal/tally"

	"github.com/google/go-cmp/cmp"
)

var agencies = []string{"sgd", "stp", "syt"}

// tester is what both *testing.T and *rapid.T can do.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

var vietnam = func() *time.Location {
	location, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		panic(err)
	}
	return location
}()

func openStore(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "hailong.db"))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// clock is set by the test and read by ledgers.
type clock struct{ nanos atomic.Int64 }

func clockAt(day calendar.Day, afterMidnight time.Duration) *clock {
	c := new(clock)
	c.set(day, afterMidnight)
	return c
}

func (c *clock) set(day calendar.Day, afterMidnight time.Duration) {
	c.nanos.Store(day.Midnight(vietnam).Add(afterMidnight).UnixNano())
}

func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }
func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) today() calendar.Day     { return calendar.Of(c.now(), vietnam) }

// sheet is a response with the id n. What it says follows from n.
func sheet(n int, agency string, day calendar.Day) response.Response {
	r := response.Response{
		Day: day, Shift: calendar.Morning, Agency: agency, Lang: "vi",
		Counter: []string{"q1", "q2"}[n%2], Service: []string{"", "lltp", "cc"}[n%3],
		Channel: response.Channels[n%len(response.Channels)],
		Form:    survey.Ref{ID: "mot-cua", Version: 1 + n%2},
	}
	binary.BigEndian.PutUint64(r.ID[8:], uint64(n))
	binary.BigEndian.PutUint32(r.ID[:], uint32(n)*2654435761) // spread, as digests are
	if n%7 != 0 {
		r.Answers = append(r.Answers, survey.Answer{Question: "overall", Values: []string{fmt.Sprint(1 + n%5)}})
	}
	if n%4 == 0 {
		r.Answers = append(r.Answers, survey.Answer{Question: "reasons", Values: []string{"slow", "rude"}[:1+n%8/4]})
	}
	return r
}

func insert(t tester, s store.Responses, batch ...response.Response) {
	t.Helper()
	_, err := s.Insert(context.Background(), batch)
	must(t, err)
}

func everything() calendar.Range {
	return calendar.Range{From: calendar.Date(1970, 1, 1), To: calendar.Date(2200, 1, 1)}
}

// figures is what Read returned, in a form that compares: by agency and month
// the encoded tally.
type figures map[string]map[string]string

// plainly counts one response as what was decided about it, which it looks up
// by itself.
func plainly(t tester, s ledger.Store, counts tally.Tally, r *response.Response) {
	t.Helper()
	d := response.Decision{Day: r.Day, Agency: r.Agency, ID: r.ID}
	record, err := s.Record(context.Background(), response.DecisionKind, d.Key())
	switch {
	case err == nil:
		d, err = response.DecodeDecision(record.Key, record.Revision, record.Data)
		must(t, err)
	case errors.Is(err, store.ErrNotFound) && r.Verdict.Held:
		d.State = response.Held
	case !errors.Is(err, store.ErrNotFound):
		must(t, err)
	}
	switch d.State {
	case response.Held:
		counts.Hold(r)
	case response.Excluded:
		counts.Exclude(r)
	default:
		counts.Add(r)
	}
}

// count does what Read does the plain way: it looks at every response.
func count(t tester, s ledger.Store, codes []string, r calendar.Range) figures {
	t.Helper()
	tallies := map[string]map[string]tally.Tally{}
	for _, code := range codes {
		tallies[code] = map[string]tally.Tally{}
	}
	must(t, s.Scan(context.Background(), store.Scan{Range: everything()}, func(one *response.Response) error {
		if !r.Contains(one.Day) || !slices.Contains(codes, one.Agency) {
			return nil
		}
		month := one.Day.Month().String()
		if tallies[one.Agency][month] == nil {
			tallies[one.Agency][month] = tally.New()
		}
		plainly(t, s, tallies[one.Agency][month], one)
		return nil
	}))
	all := figures{}
	for code, months := range tallies {
		all[code] = map[string]string{}
		for month, one := range months {
			all[code][month] = string(one.Encode())
		}
	}
	return all
}

func read(t tester, l *ledger.Ledger, codes []string, r calendar.Range) figures {
	t.Helper()
	got, err := l.Read(context.Background(), codes, r)
	must(t, err)
	all := figures{}
	for code, series := range got {
		all[code] = map[string]string{}
		total := tally.New()
		for _, month := range r.Months() {
			if one := series.Month(month); one != nil {
				all[code][month.String()] = string(one.Encode())
				total.Merge(one)
			}
		}
		if diff := cmp.Diff(string(total.Encode()), string(series.Total().Encode())); diff != "" {
			t.Errorf("total of %s (- of its months, + told):\n%s", code, diff)
		}
	}
	return all
}

// clean demands that nothing is marked and that Verify finds nothing, and
// returns its verdict.
func clean(t tester, s store.Tallies, l *ledger.Ledger) *ledger.Verdict {
	t.Helper()
	marks, err := s.Marks(context.Background())
	must(t, err)
	verdict, err := l.Verify(context.Background(), nil)
	must(t, err)
	if len(marks) > 0 || len(verdict.Differences) > 0 || verdict.Skipped > 0 {
		t.Errorf("%d marks left; %d days skipped; differences: %v", len(marks), verdict.Skipped, verdict.Differences)
	}
	return verdict
}

// piecemeal is a store without transactions: every record of a call is written
// on its own, and others can be seen in between.
type piecemeal struct{ ledger.Store }

func (p piecemeal) Insert(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	var all []store.Outcome
	for i := range batch {
		one, err := p.Store.Insert(ctx, batch[i:i+1])
		if err != nil {
			return nil, err
		}
		all = append(all, one...)
	}
	return all, nil
}

func (p piecemeal) PutSums(ctx context.Context, sums []store.Sum) error {
	var conflict error
	for i := range sums {
		err := p.Store.PutSums(ctx, sums[i:i+1])
		if err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
		conflict = errors.Join(conflict, err)
	}
	return conflict
}

func (p piecemeal) PutRecords(ctx context.Context, records []store.Record) error {
	return oneByOne(ctx, records, p.Store.PutRecords)
}

func (p piecemeal) AddMarks(ctx context.Context, marks []store.Mark) error {
	return oneByOne(ctx, marks, p.Store.AddMarks)
}

func (p piecemeal) RemoveMarks(ctx context.Context, marks []store.Mark) error {
	return oneByOne(ctx, marks, p.Store.RemoveMarks)
}

func oneByOne[T any](ctx context.Context, all []T, do func(context.Context, []T) error) error {
	for i := range all {
		if err := do(ctx, all[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// adapter makes a store as one of the adapters has it: with transactions over
// a call or without.
type adapter func(ledger.Store) ledger.Store

var adapters = map[string]adapter{
	"transactions": func(s ledger.Store) ledger.Store { return s },
	"piecemeal":    func(s ledger.Store) ledger.Store { return piecemeal{s} },
}

// watched is a store each of whose calls passes through around.
type watched struct {
	ledger.Store
	around func(call func() error) error
}

// errDead is what a store returns to a process that is no more.
var errDead = errors.New("the process has died")

// mortal is the store as one process sees it that dies at its fatal-th call:
// before the call has an effect, or after. From then on nothing gets through.
type mortal struct {
	watched
	fatal  int
	effect bool // the fatal call still has its effect

	mu    sync.Mutex
	calls int
	died  bool
}

func newMortal(s ledger.Store, fatal int, effect bool) *mortal {
	m := &mortal{fatal: fatal, effect: effect}
	m.watched = watched{Store: s, around: m.call}
	return m
}

func (m *mortal) call(do func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	switch {
	case m.died:
		return errDead
	case m.calls < m.fatal:
		return do()
	}
	m.died = true
	if m.effect {
		if err := do(); err != nil {
			return err
		}
	}
	return errDead
}

func (w *watched) Insert(ctx context.Context, batch []response.Response) (outcomes []store.Outcome, err error) {
	err = w.around(func() (err error) {
		outcomes, err = w.Store.Insert(ctx, batch)
		return err
	})
	return outcomes, err
}

func (w *watched) Records(ctx context.Context, span store.Span) (records []store.Record, err error) {
	err = w.around(func() (err error) {
		records, err = w.Store.Records(ctx, span)
		return err
	})
	return records, err
}

func (w *watched) PutRecords(ctx context.Context, records []store.Record) error {
	return w.around(func() error { return w.Store.PutRecords(ctx, records) })
}

func (w *watched) Scan(ctx context.Context, q store.Scan, visit func(*response.Response) error) error {
	return w.around(func() error { return w.Store.Scan(ctx, q, visit) })
}

func (w *watched) FirstDay(ctx context.Context) (day calendar.Day, found bool, err error) {
	err = w.around(func() (err error) {
		day, found, err = w.Store.FirstDay(ctx)
		return err
	})
	return day, found, err
}

func (w *watched) SealedThrough(ctx context.Context) (day calendar.Day, sealed bool, err error) {
	err = w.around(func() (err error) {
		day, sealed, err = w.Store.SealedThrough(ctx)
		return err
	})
	return day, sealed, err
}

func (w *watched) ReopenFrom(ctx context.Context, day calendar.Day) error {
	return w.around(func() error { return w.Store.ReopenFrom(ctx, day) })
}

func (w *watched) AdvanceSealed(ctx context.Context, day calendar.Day) error {
	return w.around(func() error { return w.Store.AdvanceSealed(ctx, day) })
}

func (w *watched) Sums(ctx context.Context, codes []string, grain store.Grain, r calendar.Range) (sums []store.Sum, err error) {
	err = w.around(func() (err error) {
		sums, err = w.Store.Sums(ctx, codes, grain, r)
		return err
	})
	return sums, err
}

func (w *watched) SumRevisions(ctx context.Context, codes []string, grain store.Grain, r calendar.Range) (sums []store.Sum, err error) {
	err = w.around(func() (err error) {
		sums, err = w.Store.SumRevisions(ctx, codes, grain, r)
		return err
	})
	return sums, err
}

func (w *watched) States(ctx context.Context, codes []string, day calendar.Day) (states []store.State, err error) {
	err = w.around(func() (err error) {
		states, err = w.Store.States(ctx, codes, day)
		return err
	})
	return states, err
}

func (w *watched) PutSums(ctx context.Context, sums []store.Sum) error {
	return w.around(func() error { return w.Store.PutSums(ctx, sums) })
}

func (w *watched) AddMarks(ctx context.Context, marks []store.Mark) error {
	return w.around(func() error { return w.Store.AddMarks(ctx, marks) })
}

func (w *watched) Marks(ctx context.Context) (marks []store.Mark, err error) {
	err = w.around(func() (err error) {
		marks, err = w.Store.Marks(ctx)
		return err
	})
	return marks, err
}

func (w *watched) RemoveMarks(ctx context.Context, marks []store.Mark) error {
	return w.around(func() error { return w.Store.RemoveMarks(ctx, marks) })
}
