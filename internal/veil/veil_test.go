package veil_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/veil"
)

const k = 5

func show(t tester, v *veil.Veil, h *history) *veil.View {
	t.Helper()
	view, err := v.Show(context.Background(), "stp", h.months(), h.running)
	must(t, err)
	return view
}

func expect(t *testing.T, got tally.Tally, want string) {
	t.Helper()
	if lines(got) != want {
		t.Errorf("shown %q, want %q", lines(got), want)
	}
}

func TestTheFifthAnswerMovesTheFigure(t *testing.T) {
	v, h := veil.New(newRecords(), k, isRating), &history{first: start, running: start}
	for n := 1; n <= 12; n++ {
		h.add(start, keyOf("q1", "lltp", "qr"), 1)
		if got, want := show(t, v, h).Month(start).N(), int64(n/k*k); got != want {
			t.Errorf("after %d answers %d are shown, want %d", n, got, want)
		}
	}
}

// Whoever looks for the first time sees every cell that is large enough.
func TestAtoms(t *testing.T) {
	one := func(counter, service, channel string, n int) func(*history) {
		return func(h *history) { h.add(start, keyOf(counter, service, response.Channel(channel)), n) }
	}
	for name, c := range map[string]struct {
		add  []func(*history)
		want string
	}{
		"nothing":                {nil, ""},
		"fewer than k":           {[]func(*history){one("q1", "a", "qr", 4)}, ""},
		"a cell":                 {[]func(*history){one("q1", "a", "qr", 6)}, "q1/a/qr 6"},
		"a small one beside":     {[]func(*history){one("q1", "a", "qr", 30), one("q2", "a", "qr", 3)}, "q1/a/qr 30"},
		"over channels":          {[]func(*history){one("q1", "a", "qr", 3), one("q1", "a", "kiosk", 2)}, "q1/a/* 5"},
		"over services":          {[]func(*history){one("q1", "a", "qr", 3), one("q1", "b", "qr", 2)}, "q1/*/qr 5"},
		"over counters":          {[]func(*history){one("q1", "a", "qr", 3), one("q2", "b", "kiosk", 2)}, "*/*/* 5"},
		"a counter, and a rest":  {[]func(*history){one("q1", "a", "qr", 3), one("q1", "b", "qr", 3), one("q2", "b", "qr", 4)}, "q1/*/qr 6"},
		"two rests that make it": {[]func(*history){one("q1", "a", "qr", 7), one("q2", "a", "qr", 4), one("q3", "b", "qr", 1)}, "*/*/qr 5, q1/a/qr 7"},
	} {
		t.Run(name, func(t *testing.T) {
			h := &history{first: start, running: start}
			for _, add := range c.add {
				add(h)
			}
			expect(t, show(t, veil.New(newRecords(), k, isRating), h).Month(start), c.want)
		})
	}
}

// Answers to two versions of a form, or to two forms, are never in one atom:
// not every method counts both.
func TestFormsStayApart(t *testing.T) {
	h := &history{first: start, running: start}
	other := keyOf("q1", "a", "qr")
	other.Form = survey.Ref{ID: "mot-cua", Version: 2}
	h.add(start, keyOf("q1", "a", "qr"), 4)
	h.add(start, other, 4)
	v := veil.New(newRecords(), k, isRating)
	expect(t, show(t, v, h).Month(start), "")
	h.add(start, other, 1)
	expect(t, show(t, v, h).Month(start), "q1/a/qr 5")
}

// What small months leave over is shown together, in ranges that hold them all.
func TestSmallMonths(t *testing.T) {
	v, h := veil.New(newRecords(), k, isRating), &history{first: start, running: start + 3}
	for i, n := range []int{2, 2, 3, 1} {
		h.add(start+calendar.Month(i), keyOf("q1", "a", "qr"), n)
	}
	view := show(t, v, h)
	for name, c := range map[string]struct {
		got  tally.Tally
		want string
	}{
		"each month":        {view.Month(start + 2), ""},
		"all":               {view.Between(start, start+3), "q1/a/qr 7"},
		"just those three":  {view.Between(start, start+2), "q1/a/qr 7"},
		"without the first": {view.Between(start+1, start+3), ""},
		"without the last":  {view.Between(start, start+1), ""},
	} {
		if lines(c.got) != c.want {
			t.Errorf("%s: %q, want %q", name, lines(c.got), c.want)
		}
	}
}

// An import into an old month is shown from k answers on; an exclusion takes
// effect together with at least k answers more than it excludes.
func TestOldDaysChange(t *testing.T) {
	v, h := veil.New(newRecords(), k, isRating), &history{first: start, running: start + 2}
	cell := keyOf("q1", "a", "qr")
	h.add(start, cell, 20)
	expect(t, show(t, v, h).Month(start), "q1/a/qr 20")
	h.add(start, cell, 4)
	expect(t, show(t, v, h).Month(start), "q1/a/qr 20")
	h.add(start, cell, 2)
	expect(t, show(t, v, h).Month(start), "q1/a/qr 26")
	h.answers[0].removed, h.answers[1].removed = true, true
	expect(t, show(t, v, h).Month(start), "q1/a/qr 26")
	h.add(start, cell, 6)
	expect(t, show(t, v, h).Month(start), "q1/a/qr 26")
	h.add(start, cell, 1)
	expect(t, show(t, v, h).Month(start), "q1/a/qr 31")
	h.answers[2].removed = true
	h.add(start+1, cell, 40)
	h.add(start+2, cell, 9)
	view := show(t, v, h)
	expect(t, view.Month(start+1), "q1/a/qr 40")
	expect(t, view.Between(start, start+2), "q1/a/qr 80")
}

// A month that was looked at after every few answers is divided along its
// counters when it is over, if the answers are mixed well enough.
func TestOpening(t *testing.T) {
	v, h := veil.New(newRecords(), k, isRating), &history{first: start, running: start}
	for i := range 60 {
		h.add(start, keyOf(fmt.Sprint("q", 1+i%3), "a", "qr"), 1)
		show(t, v, h)
	}
	expect(t, show(t, v, h).Month(start), "*/a/qr 60")
	h.running++
	expect(t, show(t, v, h).Month(start), "q1/a/qr 20, q2/a/qr 20, q3/a/qr 20")
}

// In the first half only q1 had answers and in the second only q2, but for one
// step that has both: to show the counters would show what each has in it.
func TestOpeningLeavesWhatOneStepJoins(t *testing.T) {
	v, h := veil.New(newRecords(), k, isRating), &history{first: start, running: start}
	batch := func(service string, one, two int) {
		h.add(start, keyOf("q1", service, "qr"), one)
		h.add(start, keyOf("q2", service, "qr"), two)
		show(t, v, h)
	}
	batch("a", 3, 2)
	h.running++
	expect(t, show(t, v, h).Month(start), "*/a/qr 5")

	h.running, h.first = start+1, start
	second := func(one, two int) {
		h.add(start+1, keyOf("q1", "a", "qr"), one)
		h.add(start+1, keyOf("q1", "b", "qr"), one)
		h.add(start+1, keyOf("q2", "a", "qr"), two)
		h.add(start+1, keyOf("q2", "b", "qr"), two)
		show(t, v, h)
	}
	for range 4 {
		second(3, 0)
	}
	second(1, 2)
	for range 4 {
		second(0, 3)
	}
	h.running++
	got := show(t, v, h).Month(start + 1)
	for key, counts := range got {
		if key.Counter != veil.Any && counts.N == 26 {
			t.Errorf("all of one counter is shown: %s", lines(got))
		}
	}
	if got.N() != 54 {
		t.Errorf("%d answers are shown, want 54", got.N())
	}
}

// A rating question that fewer than k people of an atom have answered is left
// out of the atom; who answered at all still counts.
func TestQuestionsOfFew(t *testing.T) {
	v, h := veil.New(newRecords(), k, isRating), &history{first: start, running: start}
	h.add(start, keyOf("q1", "a", "qr"), 7)
	for i := range 3 {
		h.answers[i].blank = true
	}
	counts := show(t, v, h).Month(start)[keyOf("q1", "a", "qr")]
	if counts.N != 7 || counts.Questions["overall"] != nil {
		t.Errorf("%d answers, levels of %v", counts.N, counts.Questions["overall"])
	}
}

// Two instances that take a step at the same moment, and one that starts
// later, show the same.
func TestInstancesAgree(t *testing.T) {
	db, h := newRecords(), &history{first: start, running: start}
	one, other := veil.New(db, k, isRating), veil.New(db, k, isRating)
	h.add(start, keyOf("q1", "a", "qr"), 3)
	h.add(start, keyOf("q2", "a", "qr"), 3)
	db.before = func(record store.Record) {
		late := *h
		late.add(start, keyOf("q2", "a", "qr"), 2)
		show(t, other, &late)
		h = &late
	}
	show(t, one, h)
	want := lines(show(t, other, h).Month(start))
	for name, v := range map[string]*veil.Veil{"the one that came second": one, "one that starts later": veil.New(db, k, isRating)} {
		if got := lines(show(t, v, h).Month(start)); got != want || got != "q2/a/qr 5" {
			t.Errorf("%s shows %q, the other %q", name, got, want)
		}
	}
}

// Asking again without anything new reads one small record.
func TestAskingAgainIsCheap(t *testing.T) {
	db, h := newRecords(), &history{first: start, running: start + 11}
	v := veil.New(db, k, isRating)
	for m := start; m <= h.running; m++ {
		h.add(m, keyOf("q1", "a", "qr"), 9)
	}
	exact := h.months()
	for range 2 {
		db.reads = 0
		_, err := v.Show(t.Context(), "stp", exact, h.running)
		must(t, err)
	}
	if db.reads != 1 {
		t.Errorf("%d records read", db.reads)
	}
}

func TestShowFails(t *testing.T) {
	h := &history{first: start, running: start}
	h.add(start, keyOf("q1", "a", "qr"), 9)
	for _, kind := range []string{"shown", "shown-month"} {
		db := newRecords()
		v := veil.New(db, k, isRating)
		show(t, v, h)
		for at, record := range db.kept {
			if record.Kind == kind {
				record.Data = []byte(`{"pages":{"x":1},"coarse":[{"atoms":[[[7,1]]]}]}`)
				db.kept[at] = record
			}
		}
		if _, err := veil.New(db, k, isRating).Show(t.Context(), "stp", h.months(), start); err == nil {
			t.Errorf("a damaged record of kind %s is read", kind)
		}
	}
	busy := newRecords()
	var again func(store.Record)
	again = func(record store.Record) {
		if record.Kind == "shown" {
			must(t, busy.put(store.Record{Kind: "shown", Key: "stp", Revision: busy.kept[[2]string{"shown", "stp"}].Revision, Data: []byte(`{}`)}))
		}
		busy.before = again
	}
	busy.before = again
	if _, err := veil.New(busy, k, isRating).Show(t.Context(), "stp", h.months(), start); !errors.Is(err, store.ErrConflict) {
		t.Errorf("always in each other's way: %v", err)
	}
}
