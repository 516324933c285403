package period_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/ledger"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/trial"
)

// While days are held nobody closes them, and once they are closed nobody adds
// to them who did not know.
func TestNobodyClosesOverAnImport(t *testing.T) {
	r := newRig(t)
	r.quarter()
	r.trial.Ledger.GuardWith(r.Frozen)
	day := calendar.Date(2026, 8, 5)
	late := r.sheets(1, day)
	err := r.trial.Ledger.Hold(t.Context(), []calendar.Day{day}, func(held *ledger.Held) error {
		if _, err := r.Close(t.Context(), "2026-Q3", office); !errors.Is(err, period.ErrBusy) {
			t.Errorf("closed over an import: %v", err)
		}
		_, err := held.Add(t.Context(), late)
		return err
	})
	must(t, err)
	_, err = r.Close(t.Context(), "2026-Q3", office)
	must(t, err)
	if got := r.scoreOf("2026-Q3", "stp"); got.N != 51 {
		t.Errorf("%d answers are counted, want 51", got.N)
	}
	for what, add := range map[string]func() error{
		"at once": func() error {
			_, err := r.trial.Ledger.Add(t.Context(), r.sheets(1, day))
			return err
		},
		"held": func() error {
			return r.trial.Ledger.Hold(t.Context(), []calendar.Day{day + 1, day}, func(*ledger.Held) error {
				t.Error("work began on days that are closed")
				return nil
			})
		},
	} {
		if err := add(); !errors.Is(err, ledger.ErrFrozen) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if marks, err := r.trial.Store.Marks(t.Context()); err != nil || len(marks) != 0 {
		t.Errorf("marks are left: %v, %v", marks, err)
	}
	_, err = r.Seal(t.Context(), "2026-Q3", office)
	must(t, err)
}

// Who begins after the first look and does not see the period closed is found
// by the second: the closing is taken back, and the audit trail tells of both.
func TestClosingOverSomebodyIsTakenBack(t *testing.T) {
	r := newRig(t)
	r.quarter()
	day := calendar.Date(2026, 8, 5)
	mark := []store.Mark{{Agency: "stp", Day: day, Token: fmt.Sprintf("%d-x", r.now.UnixMilli())}}
	options := r.options
	options.Now = func() time.Time { // asked for the instant of the closing, after the first look
		must(t, r.trial.Store.AddMarks(t.Context(), mark))
		return r.now
	}
	if _, err := period.New(options).Close(t.Context(), "2026-Q3", office); !errors.Is(err, period.ErrBusy) {
		t.Fatalf("closed: %v", err)
	}
	p, err := r.Period(t.Context(), "2026-Q3")
	must(t, err)
	if steps := p.Current().Steps; p.Current().State != period.Open || len(steps) != 2 || steps[1].Why == "" {
		t.Errorf("%s: %+v", p.Current().State, steps)
	}
	must(t, r.trial.Store.RemoveMarks(t.Context(), mark))
	verdict, err := r.Verify(t.Context())
	must(t, err)
	if len(verdict.Faults) > 0 {
		t.Errorf("the trail does not tell of it: %v", verdict.Faults)
	}
	_, err = r.Close(t.Context(), "2026-Q3", office)
	must(t, err)
}

// Dossiers that changed after the closing are not sealed under old figures.
func TestDossiersThatMovedAreNotSealed(t *testing.T) {
	r := newRig(t)
	r.quarter()
	_, err := r.Close(t.Context(), "2026-Q3", office)
	must(t, err)
	rows := []rating.Served{{Agency: "stp", Day: calendar.Date(2026, 8, 5), Count: 70}}
	_, err = r.trial.Coverage.Put(t.Context(), coverage.Rules{Register: r.trial.Register, Today: r.trial.Ledger.Today()}, rows)
	must(t, err)
	if _, err := r.Seal(t.Context(), "2026-Q3", office); !errors.Is(err, period.ErrChanged) {
		t.Errorf("sealed: %v", err)
	}
}

// Whatever the order in which imports, dossiers, closing and sealing meet, what
// is sealed is what is stored.
func TestImportsAgainstSeals(t *testing.T) {
	for range 8 {
		r := newRig(t)
		r.quarter()
		r.trial.Ledger.GuardWith(r.Frozen)
		var others sync.WaitGroup
		others.Go(func() { r.importSome(t, calendar.Date(2026, 8, 5)) })
		others.Go(func() { r.serveSome(t, calendar.Date(2026, 8, 6)) })
		alone := make(chan struct{})
		go func() { others.Wait(); close(alone) }()
		r.sealSoon(t, alone)
		<-alone
		verdict, err := r.Verify(t.Context())
		must(t, err)
		if len(verdict.Faults) > 0 {
			t.Fatalf("sealed otherwise than stored: %v", verdict.Faults)
		}
	}
}

// sealSoon closes and seals again and again; once it is alone it has to succeed.
func (r *rig) sealSoon(t *testing.T, alone <-chan struct{}) {
	for last := false; ; {
		_, closed := r.Close(t.Context(), "2026-Q3", office)
		_, sealed := r.Seal(t.Context(), "2026-Q3", office)
		switch {
		case sealed == nil:
			return
		case last:
			t.Errorf("never sealed: %v; %v", closed, sealed)
			return
		}
		select {
		case <-alone:
			last = true
		default:
		}
	}
}

// sheets makes answers that are not stored yet.
func (r *rig) sheets(n int, day calendar.Day) []response.Response {
	all := slices.Repeat([]response.Response{trial.Sheet("stp", "q1", day, 1)}, n)
	r.trial.Number(all)
	return all
}

func (r *rig) importSome(t *testing.T, day calendar.Day) {
	sheets := r.sheets(20, day)
	err := r.trial.Ledger.Hold(context.WithoutCancel(t.Context()), []calendar.Day{day}, func(held *ledger.Held) error {
		for n := range sheets {
			outcomes, err := held.Add(context.WithoutCancel(t.Context()), sheets[n:n+1])
			if err != nil || outcomes[0] != store.Stored {
				t.Errorf("row %d of a file whose days are held: %v, %v", n, outcomes, err)
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, ledger.ErrFrozen) {
		t.Error(err)
	}
}

func (r *rig) serveSome(t *testing.T, day calendar.Day) {
	for n := range 20 {
		frozen, err := r.Frozen(t.Context())
		if err != nil {
			t.Error(err)
			return
		}
		rules := coverage.Rules{Register: r.trial.Register, Today: r.trial.Ledger.Today(), Closed: frozen}
		var faults coverage.Faults
		_, err = r.Serve(t.Context(), rules, []rating.Served{{Agency: "stp", Day: day, Count: int64(n)}})
		if err != nil && !errors.As(err, &faults) {
			t.Error(err)
		}
	}
}
