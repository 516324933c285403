package retention_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/retention"
	"hailong/internal/store"
	"hailong/internal/trial"
)

var errCut = errors.New("cut")

// mortal dies at one of its writes, with or without its effect. Of a removal of
// responses the effect is half of it.
type mortal struct {
	store.Store
	left   int // writes until the fatal one
	effect bool
}

func (m *mortal) write(do func() error) error {
	m.left--
	if m.left > 0 {
		return do()
	}
	if m.left == 0 && m.effect {
		if err := do(); err != nil {
			return err
		}
	}
	return errCut
}

func (m *mortal) PutRecords(ctx context.Context, records []store.Record) error {
	return m.write(func() error { return m.Store.PutRecords(ctx, records) })
}

func (m *mortal) RemoveRecords(ctx context.Context, kind string, keys []string) error {
	return m.write(func() error { return m.Store.RemoveRecords(ctx, kind, keys) })
}

func (m *mortal) RemoveThrough(ctx context.Context, day calendar.Day) (n int64, err error) {
	err = m.write(func() error {
		through := day
		if m.left == 0 {
			through = calendar.Date(2024, 7, 31)
		}
		n, err = m.Store.RemoveThrough(ctx, through)
		return err
	})
	return n, err
}

// TestCut has a run cut at each of its writes, and then repeated by another
// process, in which an answer may have tried to come back meanwhile.
func TestCut(t *testing.T) {
	for _, effect := range []bool{false, true} {
		for fatal := 1; ; fatal++ {
			cut := false
			t.Run(fmt.Sprintf("write %d, effect %v", fatal, effect), func(t *testing.T) {
				cut = runCutAt(t, fatal, effect)
			})
			if !cut || t.Failed() {
				break
			}
		}
	}
}

// runCutAt runs with one write that is cut, and returns whether there was such
// a write.
func runCutAt(t *testing.T, fatal int, effect bool) bool {
	r := newRig(t, openSQLite(t))
	r.fill()
	before := r.figures()
	_, err := r.keeperOn(&mortal{Store: r.Store, left: fatal, effect: effect}).Run(t.Context(), retention.DefaultMonths, audit.Service)
	if err != nil && !errors.Is(err, errCut) {
		t.Errorf("the cut came back as %v", err)
	}
	verdict, errVerify := r.Ledger.Verify(t.Context(), nil)
	must(t, errVerify)
	if len(verdict.Differences) > 0 {
		t.Errorf("after the cut: %v", verdict.Differences)
	}
	for range 2 {
		_, errAgain := r.keeperOn(r.Store).Run(t.Context(), retention.DefaultMonths, audit.Service)
		must(t, errAgain)
	}
	r.checkEnd(before)
	return err != nil
}

// TestRunWhileOthersWork has several processes remove, import and count again
// at once. Whatever was taken is in the sums, whatever was refused is not.
func TestRunWhileOthersWork(t *testing.T) {
	r := newRig(t, openSQLite(t))
	r.fill()
	var batches [][]response.Response
	for i := range 40 {
		batches = append(batches, r.answer(3, []string{"stp", "syt"}[i%2], []calendar.Day{old, old - 40, kept}[i%3]))
	}
	var taken atomic.Int64
	var work sync.WaitGroup
	for begin := range 4 {
		work.Go(func() {
			l := ledger.New(r.Store, r.clock, trial.Vietnam)
			for i := begin; i < len(batches); i += 4 {
				outcomes, err := l.Add(context.Background(), batches[i])
				taken.Add(int64(len(outcomes)))
				if err != nil && !errors.Is(err, ledger.ErrGone) {
					t.Errorf("Add: %v", err)
				}
			}
		})
	}
	for range 2 {
		work.Go(func() {
			for range 10 {
				_, err := r.keeperOn(r.Store).Run(context.Background(), retention.DefaultMonths, audit.Service)
				if err != nil && !passing(err) {
					t.Errorf("Run: %v", err)
				}
			}
		})
	}
	work.Go(func() {
		for range 3 {
			if err := ledger.New(r.Store, r.clock, trial.Vietnam).Recount(context.Background(), old-5, nil); err != nil && !errors.Is(err, ledger.ErrGone) {
				t.Errorf("Recount: %v", err)
			}
		}
	})
	work.Wait()
	r.settle()
	total := int64(0)
	read, err := r.Ledger.Read(t.Context(), []string{"stp", "syt"}, calendar.Range{From: 0, To: today})
	must(t, err)
	for _, series := range read {
		for _, counts := range series.Total() {
			total += counts.N + counts.Held + counts.Excluded
		}
	}
	if want := 240 + taken.Load(); total != want {
		t.Errorf("the sums hold %d answers, %d were taken", total, want)
	}
	verdict, err := r.Ledger.Verify(t.Context(), nil)
	must(t, err)
	if len(verdict.Differences) > 0 || verdict.GoneThrough == nil {
		t.Errorf("verify: %+v", verdict)
	}
	t.Logf("%d of 120 taken", taken.Load())
}

// passing says whether the run is only to be tried again. Sums that differ are
// those of a day that another process is counting again.
func passing(err error) bool {
	for _, known := range []error{ledger.ErrMarked, ledger.ErrNotSealed, retention.ErrDiffer, store.ErrConflict, store.ErrExists} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// settle does what upkeep does when the others have gone, until nothing is due.
func (r *rig) settle() {
	r.t.Helper()
	must(r.t, r.Ledger.Seal(context.Background(), nil))
	for range 3 {
		_, err := r.keeper.Run(context.Background(), retention.DefaultMonths, audit.Service)
		must(r.t, err)
	}
}
