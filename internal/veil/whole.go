package veil

import (
	"cmp"
	"maps"
	"slices"

	"hailong/internal/survey"
	"hailong/internal/tally"
)

// Complete returns cells that add up to a whole which is known besides, as that
// of a sealed period is: shown cells, and of each form version one more with
// what the others leave of the whole. So that this tells nothing about few,
// the smallest cells are joined with it until it is of k answers, and of none
// or k to each rating question; at the utmost it is the whole itself. Every
// view of the result is a sum of the same cells, whatever it tells apart.
func (v *Veil) Complete(shown, whole tally.Tally) tally.Tally {
	all := tally.New()
	wholes := tally.GroupBy(whole, formOf)
	parts := tally.GroupBy(shown, formOf)
	for form, cells := range wholes {
		all.Merge(v.complete(form, parts[form], cells))
	}
	return all
}

func (v *Veil) complete(form survey.Ref, shown, whole tally.Tally) tally.Tally {
	cells := tally.New()
	cells.Merge(shown)
	apart := apart
	apart.Form = form
	sum := func(t tally.Tally) tally.Tally {
		one := tally.Tally{apart: {Questions: map[string]*tally.Question{}}}
		for _, counts := range t {
			one[apart].Merge(counts)
		}
		return one
	}
	delete(cells, apart)
	exact := sum(whole)
	exact[apart].Held, exact[apart].Excluded = 0, 0
	smallest := slices.SortedFunc(maps.Keys(cells), func(a, b tally.Key) int {
		return cmp.Or(cmp.Compare(cells[a].N, cells[b].N), compare(a, b))
	})
	for {
		left := less(exact, sum(cells))
		if len(left) == 0 || len(smallest) == 0 || v.enough(form, left) {
			cells.Merge(left)
			return cells
		}
		delete(cells, smallest[0])
		smallest = smallest[1:]
	}
}

// enough says whether what is left over may be shown.
func (v *Veil) enough(form survey.Ref, left tally.Tally) bool {
	if left.N() < v.k || shrinks(left) {
		return false
	}
	for _, counts := range left {
		for id, q := range counts.Questions {
			if v.rating(form, id) && q.Answered < v.k {
				return false
			}
		}
	}
	return true
}
