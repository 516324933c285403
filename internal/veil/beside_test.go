package veil_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/veil"

	"pgregory.net/rapid"
)

// wholeOf is the exact sum of some months of a history.
func wholeOf(h *history, first, last calendar.Month) veil.Whole {
	w := veil.Whole{First: first, Last: last, Tally: tally.New()}
	for _, m := range h.months() {
		if first <= m.Month && m.Month <= last {
			w.Tally.Merge(m.Tally)
		}
	}
	return w
}

// numbersIn are the answers in a sum, with how often they are in it.
func numbersIn(t tally.Tally) map[string]int64 {
	all := map[string]int64{}
	for _, counts := range t {
		if tags := counts.Questions["tag"]; tags != nil {
			for number, n := range tags.Values {
				all[number] += n
			}
		}
	}
	maps.DeleteFunc(all, func(_ string, n int64) bool { return n == 0 })
	return all
}

// What the parts leave of a month or a quarter that is known is shown with
// some of them, in every range alike.
func TestBeside(t *testing.T) {
	type cell struct {
		month   calendar.Month
		counter string
		version int
		n       int
	}
	for name, c := range map[string]struct {
		cells []cell
		known [][2]calendar.Month
		want  string // of each month, and of the three together
	}{
		"not known":           {[]cell{{0, "q1", 1, 40}, {0, "q2", 1, 2}}, nil, "q1/a/qr 40; ; ; q1/a/qr 40"},
		"one month":           {[]cell{{0, "q1", 1, 40}, {0, "q2", 1, 2}}, [][2]calendar.Month{{0, 0}}, "*/*/* 42; ; ; */*/* 42"},
		"the smallest of two": {[]cell{{0, "q1", 1, 40}, {0, "q3", 1, 9}, {0, "q2", 1, 2}}, [][2]calendar.Month{{0, 0}}, "*/*/* 11, q1/a/qr 40; ; ; */*/* 11, q1/a/qr 40"},
		"another form":        {[]cell{{0, "q1", 1, 40}, {0, "q3", 1, 9}, {0, "q2", 2, 2}}, [][2]calendar.Month{{0, 0}}, "*/*/* 11, q1/a/qr 40; ; ; */*/* 11, q1/a/qr 40"},
		"a quarter":           {[]cell{{0, "q1", 1, 40}, {1, "q1", 1, 8}, {2, "q2", 1, 2}}, [][2]calendar.Month{{0, 2}}, "q1/a/qr 40; ; ; */*/* 10, q1/a/qr 40"},
		"left over by two":    {[]cell{{0, "q1", 1, 40}, {0, "q2", 1, 3}, {1, "q2", 1, 3}}, nil, "q1/a/qr 40; ; ; q1/a/qr 40, q2/a/qr 6"},
		"one of the two":      {[]cell{{0, "q1", 1, 40}, {0, "q2", 1, 3}, {1, "q2", 1, 3}}, [][2]calendar.Month{{0, 0}}, "*/*/* 43; ; ; */*/* 43"},
		"a month within":      {[]cell{{0, "q1", 1, 40}, {1, "q1", 1, 8}, {2, "q2", 1, 2}}, [][2]calendar.Month{{0, 2}, {0, 0}}, "q1/a/qr 40; ; ; */*/* 10, q1/a/qr 40"},
		"one across another":  {[]cell{{0, "q1", 1, 40}, {1, "q1", 1, 8}, {2, "q2", 1, 2}}, [][2]calendar.Month{{0, 1}, {1, 2}}, "q1/a/qr 40; q1/a/qr 8; ; q1/a/qr 48"},
	} {
		h := &history{first: start, running: start + 3}
		for _, one := range c.cells {
			key := keyOf(one.counter, "a", "qr")
			key.Form.Version = one.version
			h.add(start+one.month, key, one.n)
		}
		var wholes []veil.Whole
		for _, span := range c.known {
			wholes = append(wholes, wholeOf(h, start+span[0], start+span[1]))
		}
		v := veil.New(newRecords(), k, isRating)
		view := v.Beside(show(t, v, h), wholes)
		got := fmt.Sprintf("%s; %s; %s; %s", lines(view.Month(start)), lines(view.Month(start+1)), lines(view.Month(start+2)), lines(view.Between(start, start+2)))
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// drawKnown draws a history at which an agency looked now and then, and wholes
// of it.
func drawKnown(t *rapid.T, v *veil.Veil) (*history, []veil.Whole) {
	h := &history{first: start, running: start + 3}
	for range rapid.IntRange(1, 25).Draw(t, "steps") {
		key := keyOf(rapid.SampledFrom(counters[1:]).Draw(t, "counter"), rapid.SampledFrom(services).Draw(t, "service"), rapid.SampledFrom(channels[1:]).Draw(t, "channel"))
		key.Form = survey.Ref{ID: "mot-cua", Version: rapid.SampledFrom([]int{1, 1, 1, 2}).Draw(t, "version")}
		h.add(start+calendar.Month(rapid.IntRange(0, 3).Draw(t, "month")), key, rapid.IntRange(1, 9).Draw(t, "n"))
		if rapid.IntRange(0, 3).Draw(t, "look") == 0 {
			show(t, v, h)
		}
	}
	var wholes []veil.Whole
	for first := start; first <= h.running; first++ {
		for last := first; last <= h.running; last++ {
			if rapid.IntRange(0, 3).Draw(t, "known") == 0 {
				wholes = append(wholes, wholeOf(h, first, last))
			}
		}
	}
	return h, wholes
}

// Whichever wholes are known, no answer is shown twice or outside its month,
// and what is shown of a whole is all of it, unless it crosses another.
func TestBesideAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := veil.New(newRecords(), k, isRating)
		h, wholes := drawKnown(t, v)
		view := v.Beside(show(t, v, h), wholes)
		for first := start; first <= h.running; first++ {
			for last := first; last <= h.running; last++ {
				exact := numbersIn(wholeOf(h, first, last).Tally)
				for number, n := range numbersIn(view.Between(first, last)) {
					if n != 1 || exact[number] != 1 {
						t.Fatalf("answer %s is %d times in %s to %s", number, n, first, last)
					}
				}
			}
		}
		for i, w := range wholes {
			crossed := slices.ContainsFunc(wholes, func(o veil.Whole) bool {
				return o.First < w.First && w.First <= o.Last && o.Last < w.Last || w.First < o.First && o.First <= w.Last && w.Last < o.Last
			})
			if got := view.Between(w.First, w.Last).N(); !crossed && got != w.Tally.N() {
				t.Fatalf("whole %d, %s to %s: %d of %d", i, w.First, w.Last, got, w.Tally.N())
			}
		}
	})
}

// Of wholes that have no month in common nothing about few can be had by
// taking anything that is shown off anything that is shown or known.
func TestBesideTellsNothingOfFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := veil.New(newRecords(), k, isRating)
		h, drawn := drawKnown(t, v)
		var wholes []veil.Whole
		for _, w := range drawn {
			if !slices.ContainsFunc(wholes, func(o veil.Whole) bool { return o.First <= w.Last && w.First <= o.Last }) {
				wholes = append(wholes, w)
			}
		}
		view := v.Beside(show(t, v, h), wholes)
		known := map[string]map[string]int64{"nothing": {}}
		few := map[string]int64{} // answers of which everybody knows a sum of few
		for _, w := range wholes {
			known[fmt.Sprint("the whole of ", w.First, " to ", w.Last)] = numbersIn(w.Tally)
			if w.Tally.N() < k {
				maps.Copy(few, numbersIn(w.Tally))
			}
		}
		for first := start; first <= h.running; first++ {
			for last := first; last <= h.running; last++ {
				all := view.Between(first, last)
				for by, part := range map[string]func(tally.Key) string{
					"": func(tally.Key) string { return "" }, "counter": func(key tally.Key) string { return key.Counter },
					"service": func(key tally.Key) string { return key.Service }, "channel": func(key tally.Key) string { return string(key.Channel) },
				} {
					for name, cells := range tally.GroupBy(all, part) {
						known[fmt.Sprint(first, " to ", last, ", ", by, " ", name)] = numbersIn(cells)
					}
				}
			}
		}
		for a, x := range known {
			for b, y := range known {
				rest := maps.Clone(x)
				maps.DeleteFunc(rest, func(number string, _ int64) bool { return y[number]+few[number] > 0 })
				if 0 < len(rest) && len(rest) < k {
					t.Fatalf("%s without %s is of %d", a, b, len(rest))
				}
			}
		}
	})
}
