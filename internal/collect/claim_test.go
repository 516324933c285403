package collect_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"hailong/internal/collect"
	"hailong/internal/store"
	"hailong/internal/survey"
)

// A claim is made for a valid sheet alone, before it is stored, and not again
// when the sheet is sent again.
func TestClaim(t *testing.T) {
	memory := newMemory()
	c := start(t, memory, at(noon))
	claim := func(err error) (collect.Submission, *int) {
		calls := 0
		s := sheet(form(t), 1)
		s.Claim = func(context.Context) error {
			calls++
			memory.called("claim")
			return err
		}
		return s, &calls
	}

	s, calls := claim(nil)
	s.Given = survey.Given{"overall": {"9"}}
	var invalid *survey.InvalidError
	if _, err := c.Accept(t.Context(), s); !errors.As(err, &invalid) || *calls != 0 {
		t.Errorf("an invalid sheet: %v, %d claims", err, *calls)
	}

	errTaken := errors.New("taken")
	s, calls = claim(errTaken)
	if _, err := c.Accept(t.Context(), s); !errors.Is(err, errTaken) || *calls != 1 || memory.has(id(t, 1)) {
		t.Errorf("a refused claim: %v, %d claims", err, *calls)
	}

	s, calls = claim(nil)
	for i, want := range []store.Outcome{store.Stored, store.Duplicate} {
		if outcome, err := c.Accept(t.Context(), s); err != nil || outcome != want || *calls != 1 {
			t.Errorf("try %d: %v, %v, %d claims", i, outcome, err, *calls)
		}
	}
	if claimed, stored := slices.Index(memory.calls, "claim"), slices.Index(memory.calls, "insert"); claimed > stored {
		t.Errorf("stored before it was claimed: %q", memory.calls)
	}
}

// What was stored in another way costs no claim, and where nobody can say
// whether it is stored, none is made.
func TestClaimOfWhatIsStored(t *testing.T) {
	memory := newMemory()
	c := start(t, memory, at(noon))
	if outcome, err := c.Accept(t.Context(), sheet(form(t), 1)); err != nil || outcome != store.Stored {
		t.Fatalf("without a claim: %v, %v", outcome, err)
	}
	calls, s := 0, sheet(form(t), 1)
	s.Claim = func(context.Context) error { calls++; return nil }
	if outcome, err := c.Accept(t.Context(), s); err != nil || outcome != store.Duplicate || calls != 0 {
		t.Errorf("with a claim: %v, %v, %d claims", outcome, err, calls)
	}
	memory.existsError = store.ErrUnavailable
	s.Key = key(2)
	if _, err := c.Accept(t.Context(), s); !errors.Is(err, store.ErrUnavailable) || calls != 0 {
		t.Errorf("not known: %v, %d claims", err, calls)
	}
}

// What a store that is down did not take is taken later under the same claim.
func TestClaimThenUnavailable(t *testing.T) {
	memory := newMemory()
	memory.beforeInsert = func(_ context.Context, call int) error {
		if call == 1 {
			return store.ErrUnavailable
		}
		return nil
	}
	c := start(t, memory, at(noon))
	claims, s := 0, sheet(form(t), 1)
	s.Claim = func(context.Context) error { claims++; return nil }
	if _, err := c.Accept(t.Context(), s); !errors.Is(err, store.ErrUnavailable) || claims != 1 {
		t.Errorf("%v, %d claims", err, claims)
	}
	if outcome, err := c.Accept(t.Context(), s); err != nil || outcome != store.Stored || claims != 2 {
		t.Errorf("again: %v, %v, %d claims", outcome, err, claims)
	}
}
