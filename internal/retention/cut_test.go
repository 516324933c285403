package retention_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/retention"
	"hailong/internal/store"
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
	_, err := r.keeperOn(&mortal{Store: r.store, left: fatal, effect: effect}).Run(t.Context(), retention.DefaultMonths, audit.Service)
	if err != nil && !errors.Is(err, errCut) {
		t.Errorf("the cut came back as %v", err)
	}
	verdict, errVerify := r.ledger.Verify(t.Context(), nil)
	must(t, errVerify)
	if len(verdict.Differences) > 0 {
		t.Errorf("after the cut: %v", verdict.Differences)
	}
	for range 2 {
		_, errAgain := r.keeperOn(r.store).Run(t.Context(), retention.DefaultMonths, audit.Service)
		must(t, errAgain)
	}
	r.checkEnd(before)
	return err != nil
}
