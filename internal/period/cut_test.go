package period_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"hailong/internal/audit"
	"hailong/internal/period"
	"hailong/internal/store"

	"github.com/google/go-cmp/cmp"
)

var errCut = errors.New("cut")

// mortal dies at one of its writes, with or without its effect.
type mortal struct {
	period.Store
	left   int // writes until the fatal one
	effect bool
}

func (m *mortal) PutRecords(ctx context.Context, records []store.Record) error {
	m.left--
	if m.left > 0 {
		return m.Store.PutRecords(ctx, records)
	}
	if m.left == 0 && m.effect {
		if err := m.Store.PutRecords(ctx, records); err != nil {
			return err
		}
	}
	return errCut
}

// TestCutSteps has closing and sealing cut at each of their writes; repeating
// the step then always ends well, with one sheet.
func TestCutSteps(t *testing.T) {
	for _, effect := range []bool{false, true} {
		for fatal := 1; ; fatal++ {
			cut := false
			t.Run(fmt.Sprintf("write %d, effect %v", fatal, effect), func(t *testing.T) {
				cut = lifeCutAt(t, fatal, effect)
			})
			if !cut || t.Failed() {
				break
			}
		}
	}
}

// lifeCutAt closes and seals with one write that is cut, and returns whether
// there was such a write.
func lifeCutAt(t *testing.T, fatal int, effect bool) bool {
	r := newRig(t)
	r.quarter()
	dying := &mortal{Store: r.trial.Store, left: fatal, effect: effect}
	options := r.options
	options.Store, options.Audit = dying, audit.New(dying)
	other := period.New(options)
	_, err := other.Close(t.Context(), "2026-Q3", office)
	if err == nil {
		_, err = other.Seal(t.Context(), "2026-Q3", office)
	}
	p, errRead := r.Period(t.Context(), "2026-Q3")
	must(t, errRead)
	if p.Current().State == period.Open {
		_, errClose := r.Close(t.Context(), "2026-Q3", office)
		must(t, errClose)
	}
	p, errRead = r.Period(t.Context(), "2026-Q3")
	must(t, errRead)
	if p.Current().State == period.Closed {
		_, errSeal := r.Seal(t.Context(), "2026-Q3", office)
		must(t, errSeal)
	}
	clean(t, r, 1)
	sealedOnce(t, r, "2026-Q3")
	if err != nil && !errors.Is(err, errCut) {
		t.Errorf("the cut came back as %v", err)
	}
	return err != nil
}

// TestSealAtOnce has several processes seal the same and other periods.
func TestSealAtOnce(t *testing.T) {
	r := newRig(t)
	r.quarter()
	ids := []string{"2026-07", "2026-08", "2026-09", "2026-Q3"}
	for _, id := range ids {
		_, err := r.Close(t.Context(), id, office)
		must(t, err)
	}
	var sealing sync.WaitGroup
	var mu sync.Mutex
	sealed := map[string]int{}
	for i := range 3 * len(ids) {
		sealing.Go(func() {
			id := ids[i%len(ids)]
			_, err := period.New(r.options).Seal(context.Background(), id, period.Actor{By: fmt.Sprintf("office%d@khoi.example", i)})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				sealed[id]++
			case errors.Is(err, store.ErrConflict):
				if want := "seal " + id + ": somebody else changed period " + id + " at the same time: look at it again"; err.Error() != want {
					t.Errorf("the loser is told %q, want %q", err, want)
				}
			case !errors.Is(err, period.ErrState):
				t.Errorf("seal %s: %v", id, err)
			}
		})
	}
	sealing.Wait()
	for _, id := range ids {
		p, err := r.Period(t.Context(), id)
		must(t, err)
		if p.State() != period.Sealed {
			_, err := r.Seal(t.Context(), id, office) // its winner lost its last write to a loser's first
			must(t, err)
		}
	}
	clean(t, r, len(ids))
	sealedOnce(t, r, ids...)
}

// sealedOnce demands one entry for each sealed period, by who sealed it and
// with the sheet's hash.
func sealedOnce(t *testing.T, r *rig, ids ...string) {
	t.Helper()
	noted := map[string][]string{}
	_, err := r.options.Audit.Walk(t.Context(), func(e audit.Entry) {
		if e.Action == audit.PeriodSeal {
			noted[e.Subject] = append(noted[e.Subject], e.By+" "+e.Detail["sheet"])
		}
	})
	must(t, err)
	want := map[string][]string{}
	for _, id := range ids {
		signed, err := r.Export(t.Context(), id, 0)
		must(t, err)
		want[id] = []string{signed.Sealed.By + " " + signed.Hash}
	}
	if diff := cmp.Diff(want, noted); diff != "" {
		t.Errorf("seals in the audit trail: %s", diff)
	}
}
