package veil

import (
	"maps"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/tally"
)

// open divides the coarse atoms of the months that are over a second time,
// those of one key together. So what was inside a filter stays inside it, and
// the reply to a filter never takes back what it has shown.
func (s *step) open(running calendar.Month) {
	for _, m := range slices.Sorted(maps.Keys(s.pages)) {
		if m >= running || len(s.pages[m].coarse) == 0 {
			continue
		}
		p := s.page(m)
		for key, b := range p.coarse {
			for _, a := range divide(b.atoms, s.veil.k) {
				cells := b.cells.Filter(func(k tally.Key) bool { return slices.Contains(a.cells, k) })
				p.shown.Merge(tally.Tally{a.key: s.veil.clear(key.Form, cells)})
			}
		}
		p.coarse, p.rough = map[tally.Key]*bundle{}, tally.New()
	}
}

// division is an atom of the second division: all answers of its cells.
type division struct {
	key   tally.Key
	cells []tally.Key
}

// divide divides the answers of atoms of one key along their cells, as finely as k allows
// (see the package comment). Atoms that were shown when k was smaller are not
// made smaller still.
func divide(atoms []members, k int64) []division {
	for _, a := range atoms {
		k = min(k, a.size())
	}
	d := newDivider(atoms)
	for {
		side, found := d.graph.cut(k)
		if !found {
			break
		}
		d.join(side)
	}
	groups := map[int]*division{}
	for i, key := range d.keys {
		at := d.root(i)
		if groups[at] == nil {
			groups[at] = &division{key: d.joined[at]}
		}
		groups[at].cells = append(groups[at].cells, key)
	}
	var all []division
	for _, at := range slices.Sorted(maps.Keys(groups)) {
		all = append(all, *groups[at])
	}
	return all
}

// divider joins cells until no cut is too small. The vertices of the graph are
// the cells, by their place in keys, and after them the atoms.
type divider struct {
	keys   []tally.Key
	joined []tally.Key // by cell that heads a group: what the group's cells have in common
	heads  []int       // by cell: another of its group, itself if it heads it
	graph  *graph
}

func newDivider(atoms []members) *divider {
	d := new(divider)
	place := map[tally.Key]int{}
	for _, a := range atoms {
		for key := range a {
			place[key] = 0
		}
	}
	d.keys = slices.SortedFunc(maps.Keys(place), compare)
	for i, key := range d.keys {
		place[key] = i
		d.heads = append(d.heads, i)
	}
	d.joined = slices.Clone(d.keys)
	d.graph = newGraph(len(d.keys) + len(atoms))
	for i, a := range atoms {
		for key, n := range a {
			d.graph.connect(place[key], len(d.keys)+i, n)
		}
	}
	return d
}

func (d *divider) root(cell int) int {
	for d.heads[cell] != cell {
		cell = d.heads[cell]
	}
	return cell
}

// join joins a cell of one side of a cut with one of the other: those that
// have most in common. There is one on each side, because the atoms of a side
// alone have k answers or more.
func (d *divider) join(side map[int]bool) {
	best, score := [2]int{}, -1
	for a := range d.keys {
		if !side[a] {
			continue
		}
		for _, b := range d.graph.component(a) {
			if b >= len(d.keys) || side[b] {
				continue
			}
			if common := common(d.joined[d.root(a)], d.joined[d.root(b)]); common > score {
				best, score = [2]int{a, b}, common
			}
		}
	}
	if score < 0 {
		panic("veil: a cut below k has atoms of k answers alone on one side")
	}
	a, b := d.root(best[0]), d.root(best[1])
	d.graph.contract(best[0], best[1])
	d.heads[b], d.joined[a] = a, join(d.joined[a], d.joined[b])
}

// common counts what two keys share, a counter more than a service more than a
// channel.
func common(a, b tally.Key) int {
	score := 0
	if a.Counter == b.Counter && a.Counter != Any {
		score += 4
	}
	if a.Service == b.Service && a.Service != Any {
		score += 2
	}
	if a.Channel == b.Channel && a.Channel != Any {
		score++
	}
	return score
}

// Common returns the key of a sum of cells of one form: what all of them share,
// and Any for the rest. Cells must not be empty.
func Common(cells tally.Tally) tally.Key {
	all := slices.Collect(maps.Keys(cells))
	key := all[0]
	for _, other := range all[1:] {
		key = join(key, other)
	}
	return key
}

// join keeps what two keys share.
func join(a, b tally.Key) tally.Key {
	if a.Counter != b.Counter {
		a.Counter = Any
	}
	if a.Service != b.Service {
		a.Service = Any
	}
	if a.Channel != b.Channel {
		a.Channel = Any
	}
	return a
}
