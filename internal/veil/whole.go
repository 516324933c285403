package veil

import (
	"cmp"
	"maps"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// piece is cells that are shown as one sum: of one key, of one month or of what
// several months have left over.
type piece struct {
	from, to calendar.Month
	key      tally.Key
	counts   *tally.Counts
}

// Complete returns cells that add up to a whole which is known besides, as that
// of a sealed period is: shown cells, and of each form version one more with
// what the others leave of the whole. So that this tells nothing about few,
// the smallest cells are joined with it until it is of k answers, and of none
// or k to each rating question; at the utmost it is the whole itself. Every
// view of the result is a sum of the same cells, whatever it tells apart.
func (v *Veil) Complete(shown, whole tally.Tally) tally.Tally {
	all := tally.New()
	pieces := piecesOf(nil, shown, 0, 0)
	for form, exact := range sums(whole) {
		kept, left := v.fold(form, exact, pieces)
		for _, p := range kept {
			all.Merge(tally.Tally{p.key: p.counts})
		}
		all.Merge(left)
	}
	return all
}

// piecesOf adds the cells of a tally to the pieces.
func piecesOf(pieces []piece, t tally.Tally, from, to calendar.Month) []piece {
	for key, counts := range t {
		pieces = append(pieces, piece{from, to, key, counts})
	}
	return pieces
}

// sums adds up what counts, by form, under a key that tells nothing else.
func sums(t tally.Tally) map[survey.Ref]tally.Tally {
	all := map[survey.Ref]tally.Tally{}
	for form, cells := range tally.GroupBy(t, formOf) {
		key := apartOf(form)
		one := tally.Tally{key: {Questions: map[string]*tally.Question{}}}
		for _, counts := range cells {
			one[key].Merge(counts)
		}
		one[key].Held, one[key].Excluded = 0, 0
		all[form] = one
	}
	return all
}

func apartOf(form survey.Ref) tally.Key {
	key := apart
	key.Form = form
	return key
}

// fold takes the smallest pieces of a form away until what the others leave of
// the exact sum tells nothing of few, or none is left. Pieces that tell nothing
// apart are taken away at once.
func (v *Veil) fold(form survey.Ref, exact tally.Tally, pieces []piece) (kept []piece, left tally.Tally) {
	for _, p := range pieces {
		if p.key.Form == form && p.key != apartOf(form) {
			kept = append(kept, p)
		}
	}
	slices.SortFunc(kept, bySize)
	for {
		left = less(exact, sumOf(form, kept))
		if len(left) == 0 || len(kept) == 0 || v.enough(form, left) {
			return kept, left
		}
		kept = kept[1:]
	}
}

func bySize(a, b piece) int {
	return cmp.Or(cmp.Compare(a.counts.N, b.counts.N), compare(a.key, b.key), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
}

func sumOf(form survey.Ref, pieces []piece) tally.Tally {
	sum := tally.Tally{apartOf(form): {Questions: map[string]*tally.Question{}}}
	for _, p := range pieces {
		sum[apartOf(form)].Merge(p.counts)
	}
	return sum
}

// enough says whether what is left over may be shown.
func (v *Veil) enough(form survey.Ref, left tally.Tally) bool {
	if left.N() < v.k || shrinks(left) {
		return false
	}
	for _, counts := range left {
		for id, q := range counts.Questions {
			if v.counted(form, id) && q.Answered < v.k {
				return false
			}
		}
	}
	return true
}

// foldAll folds the pieces of every form of a whole. A form version that fewer
// than k have answered cannot be told from the whole by itself: its answers are
// added to what is left of the form with most, for which the smallest pieces
// are taken away as well if need be. Nothing is left where the exact sums are
// less than what they are the sums of, after a correction.
func (v *Veil) foldAll(exact map[survey.Ref]tally.Tally, pieces []piece) (kept []piece, left map[survey.Ref]tally.Tally) {
	left = map[survey.Ref]tally.Tally{}
	byForm := map[survey.Ref][]piece{}
	var few, forms []survey.Ref
	for form, sum := range exact {
		byForm[form], left[form] = v.fold(form, sum, pieces)
		switch {
		case shrinks(left[form]):
			delete(left, form)
		case len(left[form]) > 0 && left[form].N() < v.k:
			few = append(few, form)
		default:
			forms = append(forms, form)
		}
	}
	if len(few) > 0 && len(forms) > 0 {
		most := slices.MaxFunc(forms, func(a, b survey.Ref) int {
			return cmp.Or(cmp.Compare(exact[a].N(), exact[b].N()), compare(apartOf(b), apartOf(a)))
		})
		if len(left[most]) == 0 && len(byForm[most]) > 0 {
			left[most].Merge(sumOf(most, byForm[most][:1]))
			byForm[most] = byForm[most][1:]
		}
		for _, form := range few {
			left[most].Merge(tally.Tally{apartOf(most): left[form][apartOf(form)]})
			delete(left, form)
		}
	}
	for _, pieces := range byForm {
		kept = append(kept, pieces...)
	}
	return kept, left
}

// Whole is the exact sum of whole months that is known besides.
type Whole struct {
	First, Last calendar.Month
	Tally       tally.Tally // of the forms that the known sum is made of; only to be read
}

func (w *Whole) holds(m calendar.Month) bool { return w.First <= m && m <= w.Last }

// meets says whether the span has a month in common with the whole.
func (w *Whole) meets(first, last calendar.Month) bool { return first <= w.Last && w.First <= last }

// Beside returns a view that tells nothing of few to those who know the wholes:
// the atoms of each add up to it, as in Complete. What it leaves of a month is
// in the month, what it leaves of several is an atom of all of them. A whole
// within another comes first, and what it consists of is not changed any more.
// Of two that share months neither of which holds the other the longer is
// passed over.
func (v *Veil) Beside(view *View, wholes []Whole) *View {
	next := &View{maps.Clone(view.pages)}
	sorted := slices.SortedFunc(slices.Values(wholes), func(a, b Whole) int {
		return cmp.Or(cmp.Compare(a.Last-a.First, b.Last-b.First), cmp.Compare(a.First, b.First))
	})
	var done []Whole
	for _, w := range sorted {
		var inside, others []Whole
		crossed := false
		for _, d := range done {
			switch {
			case w.holds(d.First) && w.holds(d.Last):
				inside = append(inside, d)
			case w.meets(d.First, d.Last):
				crossed = true
			default:
				others = append(others, d)
			}
		}
		if !crossed {
			v.settle(next, &w, inside)
			done = append(others, w)
		}
	}
	return next
}

// settle makes the pages of a whole add up to it. Those of the wholes inside it
// do so already.
func (v *Veil) settle(view *View, w *Whole, inside []Whole) {
	rest := flat(w.Tally)
	for _, d := range inside {
		rest = less(rest, flat(d.Tally))
	}
	exact := sums(rest)
	kept, left := v.foldAll(exact, view.take(w, inside, func(form survey.Ref) bool { return exact[form] != nil }))
	for _, p := range kept {
		view.put(p)
	}
	for form, cells := range left {
		for _, counts := range cells {
			view.put(piece{w.First, w.Last, apartOf(form), counts})
		}
	}
}

// flat adds up a tally form by form.
func flat(t tally.Tally) tally.Tally {
	all := tally.New()
	for _, sum := range sums(t) {
		all.Merge(sum)
	}
	return all
}
