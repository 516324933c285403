package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/store"

	"github.com/google/go-cmp/cmp"
)

// added makes one response of the agency with the id n for each day.
func added(n int, agency string, days ...calendar.Day) []response.Response {
	var batch []response.Response
	for i, day := range days {
		batch = append(batch, sheet(1_000_000+n*100+i, agency, day))
	}
	return batch
}

// sealed is a store with answers over two months and a half, all but the last
// day of it sealed.
func sealed(t *testing.T) (ledger.Store, *clock, calendar.Range) {
	t.Helper()
	db := openStore(t)
	days := calendar.Range{From: calendar.Date(2026, 9, 1), To: calendar.Date(2026, 11, 15)}
	spread(t, db, 150, days)
	c := clockAt(days.To, 12*time.Hour)
	must(t, ledger.New(db, c.now, vietnam).Seal(t.Context(), nil))
	return db, c, days
}

func TestAddToSealedAndOpenDays(t *testing.T) {
	db, c, days := sealed(t)
	l := ledger.New(db, c.now, vietnam)
	batch := added(1, "stp", days.From-40, days.From, days.From, days.To-1, days.To)
	batch = append(batch, batch[1])
	outcomes, err := l.Add(t.Context(), batch)
	must(t, err)
	want := []store.Outcome{store.Stored, store.Stored, store.Stored, store.Stored, store.Stored, store.Duplicate}
	if diff := cmp.Diff(want, outcomes); diff != "" {
		t.Error(diff)
	}
	again, err := l.Add(t.Context(), batch)
	must(t, err)
	for i, outcome := range again {
		if outcome != store.Duplicate {
			t.Errorf("response %d added again: %v", i, outcome)
		}
	}
	span := calendar.Range{From: days.From - 60, To: days.To}
	if diff := cmp.Diff(count(t, db, agencies, span), read(t, l, agencies, span)); diff != "" {
		t.Error(diff)
	}
	clean(t, db, l)
	open, err := db.Sums(t.Context(), nil, store.ByDay, calendar.Range{From: days.To, To: days.To})
	must(t, err)
	if len(open) > 0 {
		t.Errorf("%d sums are kept of the open day", len(open))
	}
}

func TestAddNothing(t *testing.T) {
	db, c, _ := sealed(t)
	l := ledger.New(db, c.now, vietnam)
	if outcomes, err := l.Add(t.Context(), nil); err != nil || len(outcomes) != 0 {
		t.Errorf("Add: %v, %v", outcomes, err)
	}
	clean(t, db, l)
}

// TestAddAcrossMidnight adds to the open day, and the day ends between the
// insert and the settling.
func TestAddAcrossMidnight(t *testing.T) {
	for name, jump := range map[string]time.Duration{
		"a second":       2 * time.Second,
		"until sealable": ledger.Grace + 2*time.Second,
	} {
		t.Run(name, func(t *testing.T) {
			db, c, days := sealed(t)
			c.set(days.To+1, -time.Second)
			slow := &paused{Store: db, inserted: func() {
				c.advance(jump)
				must(t, ledger.New(db, c.now, vietnam).Seal(context.Background(), nil))
			}}
			_, err := ledger.New(slow, c.now, vietnam).Add(t.Context(), added(1, "stp", days.To, days.To-1))
			must(t, err)
			l := ledger.New(db, c.now, vietnam)
			if diff := cmp.Diff(count(t, db, agencies, days), read(t, l, agencies, days)); diff != "" {
				t.Error(diff)
			}
			c.advance(24 * time.Hour)
			must(t, l.Seal(t.Context(), nil))
			clean(t, db, l)
		})
	}
}

// paused does something right after an Insert.
type paused struct {
	ledger.Store
	inserted func()
}

func (p *paused) Insert(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	outcomes, err := p.Store.Insert(ctx, batch)
	p.inserted()
	return outcomes, err
}

// TestFiguresWhileAdding reads after each step of a writer.
func TestFiguresWhileAdding(t *testing.T) {
	db, c, days := sealed(t)
	l := ledger.New(db, c.now, vietnam)
	whole := calendar.Range{From: days.From, To: days.From.Month().Last()}
	slow := &paused{Store: db, inserted: func() {
		for _, r := range []calendar.Range{days, whole, {From: days.From + 3, To: days.From + 3}} {
			if diff := cmp.Diff(count(t, db, agencies, r), read(t, l, agencies, r)); diff != "" {
				t.Errorf("right after the insert: %s", diff)
			}
		}
		verdict, err := l.Verify(context.Background(), nil)
		must(t, err)
		if len(verdict.Differences) > 0 || verdict.Skipped != 1 {
			t.Errorf("Verify right after the insert: %+v", verdict)
		}
	}}
	_, err := ledger.New(slow, c.now, vietnam).Add(t.Context(), added(1, "stp", days.From+3))
	must(t, err)
}

// TestAddCut has the writer die at each of its calls, with and without the
// effect of the last: readers see the right figures at once, nothing is
// repaired while the writer could be alive, and then everything is.
func TestAddCut(t *testing.T) {
	for name, adapt := range adapters {
		t.Run(name, func(t *testing.T) {
			db, c, days := sealed(t)
			l := ledger.New(db, c.now, vietnam)
			n := 0
			for _, effect := range []bool{false, true} {
				for fatal := 1; ; fatal++ {
					n++
					dying := newMortal(db, fatal, effect)
					_, err := ledger.New(adapt(dying), c.now, vietnam).Add(t.Context(), added(n, "stp", days.From+2, days.From+3, days.To-20))
					if !dying.died {
						must(t, err)
						break
					}
					if !errors.Is(err, errDead) {
						t.Fatalf("Add: %v", err)
					}
					afterDeath(t, db, c, days)
				}
			}
			clean(t, db, l)
			if n < 15 {
				t.Errorf("only %d lives", n)
			}
		})
	}
}

// afterDeath reads and repairs what a dead writer has left, from right after
// its death until its marks are taken for abandoned.
func afterDeath(t *testing.T, db ledger.Store, c *clock, days calendar.Range) {
	t.Helper()
	l := ledger.New(db, c.now, vietnam)
	for range 2 {
		if diff := cmp.Diff(count(t, db, agencies, days), read(t, l, agencies, days)); diff != "" {
			t.Fatalf("figures after a death: %s", diff)
		}
		if repaired, err := l.Repair(t.Context()); repaired != 0 || err != nil {
			t.Fatalf("Repair while the writer may be alive: %d, %v", repaired, err)
		}
		c.advance(4 * time.Minute)
	}
	c.advance(4 * time.Minute)
	_, err := l.Repair(t.Context())
	must(t, err)
	clean(t, db, l)
}

// TestRepairCut has the repairer die at each of its calls.
func TestRepairCut(t *testing.T) {
	db, c, days := sealed(t)
	l := ledger.New(db, c.now, vietnam)
	for _, effect := range []bool{false, true} {
		dying := newMortal(db, 3, false)
		if _, err := ledger.New(dying, c.now, vietnam).Add(t.Context(), added(1, "syt", days.From, days.To-30)); !errors.Is(err, errDead) {
			t.Fatalf("Add: %v", err)
		}
		c.advance(time.Hour)
		for fatal := 1; ; fatal++ {
			repairer := newMortal(db, fatal, effect)
			repaired, err := ledger.New(repairer, c.now, vietnam).Repair(t.Context())
			if diff := cmp.Diff(count(t, db, agencies, days), read(t, l, agencies, days)); diff != "" {
				t.Fatalf("after a death at call %d: %s", fatal, diff)
			}
			if !repairer.died {
				must(t, err)
				break
			}
			if repaired != 0 || !errors.Is(err, errDead) {
				t.Fatalf("Repair that died: %d, %v", repaired, err)
			}
		}
		clean(t, db, l)
	}
}

// TestSlowWriterIsCutOff never lets a writer insert under marks that somebody
// may have taken for abandoned.
func TestSlowWriterIsCutOff(t *testing.T) {
	db, c, days := sealed(t)
	var left time.Duration
	watching := &deadlines{Store: db, seen: func(d time.Duration) { left = d }}
	_, err := ledger.New(watching, c.now, vietnam).Add(t.Context(), added(1, "stp", days.From))
	must(t, err)
	if left <= 0 || left > 5*time.Minute {
		t.Errorf("a writer has %v for its marks and answers", left)
	}
	if watching.marks.IsZero() || !watching.marks.Equal(watching.insert) {
		t.Errorf("marks are to be added until %v, answers until %v; want one deadline", watching.marks, watching.insert)
	}
}

// deadlines notes the deadlines of the writing calls.
type deadlines struct {
	ledger.Store
	seen          func(time.Duration)
	marks, insert time.Time
}

func (d *deadlines) AddMarks(ctx context.Context, marks []store.Mark) error {
	d.marks, _ = ctx.Deadline()
	return d.Store.AddMarks(ctx, marks)
}

func (d *deadlines) Insert(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	d.insert, _ = ctx.Deadline()
	d.seen(time.Until(d.insert))
	return d.Store.Insert(ctx, batch)
}

// TestAddConcurrently has many writers add to the same sealed days, while days
// are sealed, marks repaired, figures read and everything verified.
func TestAddConcurrently(t *testing.T) {
	for name, adapt := range adapters {
		t.Run(name, func(t *testing.T) { addConcurrently(t, adapt) })
	}
}

func addConcurrently(t *testing.T, adapt adapter) {
	db, c, days := sealed(t)
	c.set(days.To+3, time.Hour) // there are days to seal
	process := func() *ledger.Ledger { return ledger.New(adapt(db), c.now, vietnam) }
	var writers, others sync.WaitGroup
	const count, each = 6, 5
	for w := range count {
		l := process()
		writers.Go(func() {
			for i := range each {
				batch := added(w*each+i, "stp", days.From, days.From+1, days.To-1, days.To, days.To+1)
				if _, err := l.Add(context.Background(), batch); err != nil {
					t.Errorf("Add: %v", err)
				}
			}
		})
	}
	var over atomic.Bool
	repeat := func(do func(*ledger.Ledger) error) {
		l := process()
		others.Go(func() {
			for !over.Load() {
				if err := do(l); err != nil {
					t.Error(err)
				}
			}
		})
	}
	repeat(func(l *ledger.Ledger) error { return l.Seal(context.Background(), nil) })
	repeat(func(l *ledger.Ledger) error {
		_, err := l.Repair(context.Background())
		return err
	})
	repeat(figuresOnlyGrow(calendar.Range{From: days.From, To: days.To + 1}))
	repeat(func(l *ledger.Ledger) error {
		verdict, err := l.Verify(context.Background(), nil)
		if err == nil && len(verdict.Differences) > 0 {
			err = fmt.Errorf("differences while others write: %v", verdict.Differences)
		}
		return err
	})
	writers.Wait()
	over.Store(true)
	others.Wait()
	must(t, process().Seal(t.Context(), nil))
	if verdict := clean(t, db, process()); verdict.Responses != 150+count*each*5 {
		t.Errorf("%d responses", verdict.Responses)
	}
}

// figuresOnlyGrow reads, and never less than the time before.
func figuresOnlyGrow(days calendar.Range) func(*ledger.Ledger) error {
	var seen int64
	return func(l *ledger.Ledger) error {
		got, err := l.Read(context.Background(), []string{"stp"}, days)
		if err != nil {
			return err
		}
		n := got["stp"].Total().N()
		if n < seen {
			return fmt.Errorf("%d responses were read, and then %d", seen, n)
		}
		seen = n
		return nil
	}
}
