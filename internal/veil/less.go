package veil

import (
	"maps"
	"reflect"

	"hailong/internal/tally"
)

// same says whether two tallies are one and the same map, which its readers
// never change. Equal maps may still be reported as different.
func same(a, b tally.Tally) bool {
	return reflect.ValueOf(a).UnsafePointer() == reflect.ValueOf(b).UnsafePointer()
}

// less returns what a has more than b, cell by cell. Where b has more, counts
// are below 0; cells in which nothing differs are absent.
func less(a, b tally.Tally) tally.Tally {
	rest := tally.New()
	for key, counts := range a {
		if d := lessCounts(counts, b[key]); d != nil {
			rest[key] = d
		}
	}
	for key, counts := range b {
		if _, both := a[key]; !both {
			if d := lessCounts(&tally.Counts{}, counts); d != nil {
				rest[key] = d
			}
		}
	}
	return rest
}

// lessCounts returns nil when nothing differs. B may be nil.
func lessCounts(a, b *tally.Counts) *tally.Counts {
	if b == nil {
		b = &tally.Counts{}
	}
	d := &tally.Counts{N: a.N - b.N, Questions: map[string]*tally.Question{}}
	for id, q := range a.Questions {
		if rest := lessQuestion(q, b.Questions[id]); rest != nil {
			d.Questions[id] = rest
		}
	}
	for id, q := range b.Questions {
		if a.Questions[id] == nil {
			if rest := lessQuestion(&tally.Question{}, q); rest != nil {
				d.Questions[id] = rest
			}
		}
	}
	if d.N == 0 && len(d.Questions) == 0 {
		return nil
	}
	return d
}

func lessQuestion(a, b *tally.Question) *tally.Question {
	if b == nil {
		b = &tally.Question{}
	}
	if a.Answered == b.Answered && maps.Equal(a.Values, b.Values) {
		return nil
	}
	d := &tally.Question{Answered: a.Answered - b.Answered, Values: map[string]int64{}}
	for value, n := range a.Values {
		d.Values[value] = n - b.Values[value]
	}
	for value, n := range b.Values {
		if _, both := a.Values[value]; !both {
			d.Values[value] = -n
		}
	}
	for value, n := range d.Values {
		if n == 0 {
			delete(d.Values, value)
		}
	}
	if d.Answered == 0 && len(d.Values) == 0 {
		return nil
	}
	return d
}

// shrinks says whether any count is below 0.
func shrinks(t tally.Tally) bool {
	for _, counts := range t {
		if counts.N < 0 {
			return true
		}
		for _, q := range counts.Questions {
			if q.Answered < 0 {
				return true
			}
			for _, n := range q.Values {
				if n < 0 {
					return true
				}
			}
		}
	}
	return false
}
