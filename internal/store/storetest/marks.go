package storetest

import (
	"math/rand/v2"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/store"
)

func sealChecks() []check {
	return []check{
		{"AdvanceSealed", advanceSealed},
		{"AdvanceSealedConcurrently", advanceSealedConcurrently},
		{"ReopenFrom", reopenFrom},
	}
}

func markChecks() []check {
	return []check{
		{"Marks", marksComeAndGo},
		{"MarksConcurrently", marksConcurrently},
	}
}

func advanceSealed(t *testing.T, s store.Store) {
	sealed := calendar.Day(-1_000)
	for _, day := range []calendar.Day{-900, -1_000, 0, 0, today, today - 1, -5, today, today + 1, 0} {
		if err := s.AdvanceSealed(t.Context(), day); err != nil {
			t.Fatalf("AdvanceSealed %d: %v", day, err)
		}
		sealed = max(sealed, day)
		if got, ok, err := s.SealedThrough(t.Context()); got != sealed || !ok || err != nil {
			t.Errorf("SealedThrough after %d: %d, %v, %v; want %d", day, got, ok, err, sealed)
		}
	}
}

// advanceSealedConcurrently has every writer look after each of its steps: the
// day it sees is never before its own, nor before the one it saw last.
func advanceSealedConcurrently(t *testing.T, s store.Store) {
	const writers, steps = 8, 12
	together(writers, func(w int) {
		seen := calendar.Day(0)
		for _, n := range rand.New(rand.NewPCG(2, uint64(w))).Perm(steps) {
			own := today + calendar.Day(n*writers+w)
			if err := s.AdvanceSealed(t.Context(), own); err != nil {
				t.Errorf("AdvanceSealed: %v", err)
				return
			}
			got, ok, err := s.SealedThrough(t.Context())
			if err != nil || !ok || got < max(own, seen) {
				t.Errorf("SealedThrough: %d, %v, %v; want at least %d", got, ok, err, max(own, seen))
			}
			seen = got
		}
	})
	if got, _, _ := s.SealedThrough(t.Context()); got != today+writers*steps-1 {
		t.Errorf("SealedThrough after all: %d, want %d", got, today+writers*steps-1)
	}
}

func reopenFrom(t *testing.T, s store.Store) {
	reopen := func(day calendar.Day) {
		if err := s.ReopenFrom(t.Context(), day); err != nil {
			t.Fatalf("ReopenFrom %d: %v", day, err)
		}
	}
	reopen(today)
	if _, ok, err := s.SealedThrough(t.Context()); ok || err != nil {
		t.Errorf("SealedThrough of an empty store after ReopenFrom: %v, %v", ok, err)
	}
	if err := s.AdvanceSealed(t.Context(), today); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ from, sealed calendar.Day }{{today + 2, today}, {today + 1, today}, {today, today - 1}, {today - 9, today - 10}, {today, today - 10}} {
		reopen(step.from)
		if got, ok, err := s.SealedThrough(t.Context()); got != step.sealed || !ok || err != nil {
			t.Errorf("SealedThrough after ReopenFrom %d: %d, %v, %v; want %d", step.from, got, ok, err, step.sealed)
		}
	}
}

// marks reads all marks and demands those wanted.
func marks(t *testing.T, s store.Tallies, what string, want ...store.Mark) {
	t.Helper()
	got, err := s.Marks(t.Context())
	if err != nil {
		t.Fatalf("Marks %s: %v", what, err)
	}
	same(t, "marks "+what, got, want)
}

func marksComeAndGo(t *testing.T, s store.Store) {
	a := store.Mark{Agency: "Stp", Day: today, Token: "x"}
	b := store.Mark{Agency: "stp", Day: -3, Token: "ổ.$🙂'\""}
	c := store.Mark{Agency: "stp", Day: today, Token: "X"}
	d := store.Mark{Agency: "stp", Day: today, Token: "x"}
	e := store.Mark{Agency: "sở", Day: today - 1, Token: "x"}
	add := func(all ...store.Mark) {
		t.Helper()
		if err := s.AddMarks(t.Context(), all); err != nil {
			t.Fatalf("AddMarks %v: %v", all, err)
		}
	}
	remove := func(all ...store.Mark) {
		t.Helper()
		if err := s.RemoveMarks(t.Context(), all); err != nil {
			t.Fatalf("RemoveMarks %v: %v", all, err)
		}
	}
	add()
	remove()
	remove(a)
	marks(t, s, "at first")
	add(d, a, d)
	add(e, c, b, a)
	marks(t, s, "after adding", a, b, c, d, e)
	remove(c, e, store.Mark{Agency: "none", Day: today, Token: "x"})
	remove(c)
	marks(t, s, "after removing", a, b, d)
	add(c)
	remove(a, b, d, a)
	marks(t, s, "at last", c)
}

// marksConcurrently has writers that share days add and remove their own
// marks; each leaves one behind.
func marksConcurrently(t *testing.T, s store.Store) {
	const writers = 8
	var left []store.Mark
	for w := range writers {
		left = append(left, store.Mark{Agency: "stp", Day: today, Token: string(rune('a' + w))})
	}
	together(writers, func(w int) {
		for n := range calendar.Day(5) {
			own := left[w]
			own.Day = today + n
			err := s.AddMarks(t.Context(), []store.Mark{own, own})
			if err == nil && n > 0 {
				err = s.RemoveMarks(t.Context(), []store.Mark{own})
			}
			if err != nil {
				t.Errorf("mark %v: %v", own, err)
			}
		}
	})
	marks(t, s, "left behind", left...)
}
