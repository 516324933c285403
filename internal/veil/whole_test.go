package veil_test

import (
	"testing"

	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/veil"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// exactly is every answer of the history, of all months together.
func exactly(h *history) tally.Tally {
	all := tally.New()
	for _, m := range h.months() {
		all.Merge(m.Tally)
	}
	return all
}

// What one small counter would be the difference of is told together with the
// smallest of the others.
func TestComplete(t *testing.T) {
	type cell struct {
		counter string
		n       int
	}
	for name, c := range map[string]struct {
		cells []cell
		want  string
	}{
		"nothing left":          {[]cell{{"q1", 20}, {"q2", 5}}, "q1/a/qr 20, q2/a/qr 5"},
		"one small counter":     {[]cell{{"q1", 20}, {"q2", 3}}, "*/*/* 23"},
		"beside two":            {[]cell{{"q1", 20}, {"q2", 3}, {"q3", 9}}, "*/*/* 12, q1/a/qr 20"},
		"only small ones":       {[]cell{{"q1", 2}, {"q2", 1}}, "*/*/* 3"},
		"small ones make a sum": {[]cell{{"q1", 20}, {"q2", 3}, {"q3", 4}}, "*/a/qr 7, q1/a/qr 20"},
	} {
		h := &history{first: start, running: start}
		for _, one := range c.cells {
			h.add(start, keyOf(one.counter, "a", "qr"), one.n)
		}
		v := veil.New(newRecords(), k, isRating)
		got := v.Complete(show(t, v, h).Month(start), exactly(h))
		if lines(got) != c.want {
			t.Errorf("%s: %q, want %q", name, lines(got), c.want)
		}
	}
}

// A question that few of those left over have answered joins more cells, too.
func TestCompleteOfQuestionsOfFew(t *testing.T) {
	h := &history{first: start, running: start}
	h.add(start, keyOf("q1", "a", "qr"), 20)
	h.add(start, keyOf("q2", "a", "qr"), 9)
	for i := range h.answers {
		h.answers[i].blank = i >= 22 // two of the second counter have answered
	}
	v := veil.New(newRecords(), k, isRating)
	got := v.Complete(show(t, v, h).Month(start), exactly(h))
	if lines(got) != "*/*/* 29" {
		t.Errorf("%q", lines(got))
	}
}

// Whatever has happened, the cells add up to the whole, and what is beside the
// cells that were shown is of k or more, or it is all there is.
func TestCompleteAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := veil.New(newRecords(), k, isRating)
		h := play(t, true, func(h *history) { show(t, v, h) })
		shown, whole := show(t, v, h).Between(h.first, h.running), exactly(h)
		got := v.Complete(shown, whole)
		if diff := cmp.Diff(whole.ByForm(), got.ByForm(), cmp.Comparer(sameCounts)); diff != "" {
			t.Fatalf("-whole +cells: %s", diff)
		}
		for form, cells := range tally.GroupBy(got, func(k tally.Key) survey.Ref { return k.Form }) {
			for key, counts := range cells {
				apart := key.Counter == veil.Any && key.Service == veil.Any && key.Channel == veil.Any
				switch {
				case apart && len(cells) > 1 && (counts.N < k || 0 < answered(counts) && answered(counts) < k):
					t.Fatalf("%v: %d are told apart, of %s", form, counts.N, lines(cells))
				case !apart && !sameCounts(counts, shown[key]):
					t.Fatalf("%v is not as it was shown", key)
				}
			}
		}
	})
}

func answered(c *tally.Counts) int64 {
	if q := c.Questions["overall"]; q != nil {
		return q.Answered
	}
	return 0
}

// sameCounts takes an absent question for one that nobody answered.
func sameCounts(a, b *tally.Counts) bool {
	if a == nil || b == nil || a.N != b.N {
		return false
	}
	for _, pair := range [][2]*tally.Counts{{a, b}, {b, a}} {
		for id, q := range pair[0].Questions {
			for value, n := range q.Values {
				other := pair[1].Questions[id]
				if n != 0 && (other == nil || other.Values[value] != n || other.Answered != q.Answered) {
					return false
				}
			}
		}
	}
	return true
}
