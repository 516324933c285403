package veil

import (
	"cmp"
	"maps"
	"slices"

	"hailong/internal/survey"
	"hailong/internal/tally"
)

// apart is the place of an answer of which nothing is told.
var apart = tally.Key{Counter: Any, Service: Any, Channel: Any}

// Places says of every cell of one month what may be told of where a single
// answer in it was given, for the texts of comments. Shown is what the agency
// is shown of the month, exact are its counts. The keys of the result are the
// cells without their form; the values have Any for what is not told.
//
// A cell's place is the most specific of the shown cells that agree with it in
// all that they name, and nothing where none does. Cells of one place that
// have fewer than k answers together are told like others that they share most
// with: who reads that a comment is from none of the places that are named
// would know as much as if it were from one of a few. So every place stands for
// k answers or more, or for the whole month.
func (v *Veil) Places(shown, exact tally.Tally) map[tally.Key]tally.Key {
	named := v.named(shown)
	byPlace := map[tally.Key]*part{}
	for cell, forms := range tally.GroupBy(exact, bare) {
		if !comes(forms) {
			continue
		}
		place := placeOf(cell, named)
		if byPlace[place] == nil {
			byPlace[place] = &part{place: place}
		}
		byPlace[place].add(cell, forms.N())
	}
	parts := slices.SortedFunc(maps.Values(byPlace), func(a, b *part) int { return compare(a.place, b.place) })
	places := map[tally.Key]tally.Key{}
	for _, p := range joinSmall(parts, v.k) {
		for _, cell := range p.cells {
			places[cell] = p.place
		}
	}
	return places
}

// named returns the keys, without their forms, of which k answers are shown.
func (v *Veil) named(shown tally.Tally) []tally.Key {
	var keys []tally.Key
	for key, cells := range tally.GroupBy(shown, bare) {
		if cells.N() >= v.k {
			keys = append(keys, key)
		}
	}
	return keys
}

// comes says whether the cells hold an answer that is not excluded.
func comes(cells tally.Tally) bool {
	for _, counts := range cells {
		if counts.N > 0 || counts.Held > 0 {
			return true
		}
	}
	return false
}

// bare is a key without its form.
func bare(k tally.Key) tally.Key {
	k.Form = survey.Ref{}
	return k
}

// placeOf chooses the most specific of the keys that agree with a cell, and of
// two that name as much the one that names the counter.
func placeOf(cell tally.Key, keys []tally.Key) tally.Key {
	best := apart
	for _, key := range keys {
		if join(key, cell) == key && specific(key) > specific(best) {
			best = key
		}
	}
	return best
}

// specific ranks keys by how much they name, then as common does. No two keys
// that agree with one cell have the same rank.
func specific(k tally.Key) int {
	fields := 0
	for _, named := range []bool{k.Counter != Any, k.Service != Any, k.Channel != Any} {
		if named {
			fields++
		}
	}
	return 8*fields + common(k, k)
}

// part is the cells that are told under one place.
type part struct {
	place tally.Key
	cells []tally.Key
	n     int64
}

func (p *part) add(cell tally.Key, n int64) {
	p.cells = append(p.cells, cell)
	p.n += n
}

// shared is what a part brings into a larger one: its place, or where few
// answers have none what their cells have in common.
func (p *part) shared(k int64) tally.Key {
	if p.place != apart || p.n >= k {
		return p.place
	}
	key := p.cells[0]
	for _, cell := range p.cells[1:] {
		key = join(key, cell)
	}
	return key
}

// joinSmall joins parts of fewer than k answers, the smallest first, with
// those that they share most with, of these with the smallest. It takes the
// parts in order.
func joinSmall(parts []*part, k int64) []*part {
	bySize := func(a, b *part) int { return cmp.Compare(a.n, b.n) }
	for len(parts) > 1 {
		small := slices.MinFunc(parts, bySize)
		if small.n >= k {
			return parts
		}
		parts = slices.DeleteFunc(parts, func(p *part) bool { return p == small })
		nearest := slices.MinFunc(parts, func(a, b *part) int {
			return cmp.Or(cmp.Compare(common(b.shared(k), small.shared(k)), common(a.shared(k), small.shared(k))), bySize(a, b))
		})
		nearest.place = join(nearest.shared(k), small.shared(k))
		nearest.cells, nearest.n = append(nearest.cells, small.cells...), nearest.n+small.n
	}
	if len(parts) == 1 && parts[0].n < k {
		parts[0].place = apart
	}
	return parts
}
