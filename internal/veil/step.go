package veil

import (
	"cmp"
	"maps"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// page is what has been shown of one month. A page that is known or stored is
// never changed.
type page struct {
	taken  tally.Tally                    // exact cells of what is in any atom
	shown  tally.Tally                    // atoms that stay as they are
	rough  tally.Tally                    // atoms that are opened when the month is over
	coarse map[tally.Key]*bundle          // what is in rough, by key of the atoms
	spans  map[calendar.Month]tally.Tally // atoms that end in this month, by the month they begin in
}

// bundle is the atoms of one key, with what is needed to open them.
type bundle struct {
	cells tally.Tally // exact, of all of them
	atoms []members
}

// members says how many answers of each cell are in an atom.
type members map[tally.Key]int64

func (m members) size() int64 {
	var n int64
	for _, of := range m {
		n += of
	}
	return n
}

func newPage() *page {
	return &page{taken: tally.New(), shown: tally.New(), rough: tally.New(), coarse: map[tally.Key]*bundle{}, spans: map[calendar.Month]tally.Tally{}}
}

func (p *page) clone() *page {
	next := newPage()
	next.taken.Merge(p.taken)
	next.shown.Merge(p.shown)
	next.rough.Merge(p.rough)
	for key, b := range p.coarse {
		next.bundle(key).cells.Merge(b.cells)
		next.bundle(key).atoms = slices.Clone(b.atoms)
	}
	for from, left := range p.spans {
		next.span(from).Merge(left)
	}
	return next
}

func (p *page) bundle(key tally.Key) *bundle {
	if p.coarse[key] == nil {
		p.coarse[key] = &bundle{cells: tally.New()}
	}
	return p.coarse[key]
}

// steps returns how many atoms there are to open.
func (p *page) steps() int {
	var n int
	for _, b := range p.coarse {
		n += len(b.atoms)
	}
	return n
}

func (p *page) span(from calendar.Month) tally.Tally {
	if p.spans[from] == nil {
		p.spans[from] = tally.New()
	}
	return p.spans[from]
}

// step is the passage from what was shown to what may be shown now.
type step struct {
	veil    *Veil
	pages   map[calendar.Month]*page
	changed map[calendar.Month]bool
}

// page returns the month's page to be changed.
func (s *step) page(m calendar.Month) *page {
	if !s.changed[m] {
		s.changed[m] = true
		if s.pages[m] == nil {
			s.pages[m] = newPage()
		} else {
			s.pages[m] = s.pages[m].clone()
		}
	}
	return s.pages[m]
}

// take makes atoms of what is new, form version by form version: first within
// each month, then of what the months leave over.
func (s *step) take(exact []Month) {
	left := map[survey.Ref][]Month{}
	for _, m := range exact {
		taken := tally.New()
		if p := s.pages[m.Month]; p != nil {
			taken = p.taken
		}
		for form, cells := range tally.GroupBy(less(m.Tally, taken), formOf) {
			if rest := s.takeMonth(m.Month, cells); len(rest) > 0 {
				left[form] = s.takeLeft(append(left[form], Month{m.Month, rest}))
			}
		}
	}
}

func formOf(k tally.Key) survey.Ref { return k.Form }

// takeMonth makes atoms of the new answers of one month and returns the rest.
func (s *step) takeMonth(m calendar.Month, cells tally.Tally) (rest tally.Tally) {
	var coarse int
	if p := s.pages[m]; p != nil {
		coarse = p.steps()
	}
	atoms, rest := split(cells, s.veil.k, s.veil.k<<(coarse/coarseStep))
	for _, a := range atoms {
		p := s.page(m)
		p.taken.Merge(a.cells)
		sum := tally.Tally{a.key: s.veil.clear(a.key.Form, a.cells)}
		if a.whole() || shrinks(a.cells) {
			p.shown.Merge(sum)
			continue
		}
		p.rough.Merge(sum)
		b := p.bundle(a.key)
		b.cells.Merge(a.cells)
		b.atoms = append(b.atoms, a.members())
	}
	return rest
}

// coarseStep is how many atoms that span cells a month may have before further
// ones must be twice as large, so that their number stays small.
const coarseStep = 128

// takeLeft makes one atom of what several months have left over, as soon as it
// is enough, and returns what goes on waiting.
func (s *step) takeLeft(left []Month) []Month {
	sum := tally.New()
	for _, m := range left {
		sum.Merge(m.Tally)
	}
	if len(left) < 2 || sum.N() < s.veil.k {
		return left
	}
	key := Common(sum)
	for _, m := range left {
		s.page(m.Month).taken.Merge(m.Tally)
	}
	last := s.page(left[len(left)-1].Month)
	last.span(left[0].Month).Merge(tally.Tally{key: s.veil.clear(key.Form, sum)})
	return nil
}

// atom is a set of answers that is only shown as one sum.
type atom struct {
	key   tally.Key   // what its cells have in common, Any for the rest
	cells tally.Tally // exact
}

// whole says whether the atom is of one cell.
func (a *atom) whole() bool { return a.key == narrow(a.key) }

func (a *atom) members() members {
	all := members{}
	for key, counts := range a.cells {
		all[key] = counts.N
	}
	return all
}

// ladder joins cells step by step: of one cell, of one service, of one
// counter, of all.
var ladder = []func(tally.Key) tally.Key{
	func(k tally.Key) tally.Key { return k },
	func(k tally.Key) tally.Key { k.Channel = Any; return k },
	func(k tally.Key) tally.Key { k.Service, k.Channel = Any, Any; return k },
	func(k tally.Key) tally.Key { k.Counter, k.Service, k.Channel = Any, Any, Any; return k },
}

// narrow returns the key if no part of it is Any, and else another one.
func narrow(k tally.Key) tally.Key {
	if k.Counter == Any || k.Service == Any || k.Channel == Any {
		return tally.Key{}
	}
	return k
}

// split makes atoms of cells of one form version: of a cell that has k
// answers, and else of cells that together have need. Cells of which some
// count shrinks only join at the last step: what they lose is best taken off
// as large a sum as can be.
func split(cells tally.Tally, k, need int64) (atoms []atom, rest tally.Tally) {
	rest = cells
	for i, join := range ladder {
		groups, last := tally.GroupBy(rest, join), i == len(ladder)-1
		rest = tally.New()
		for _, key := range slices.SortedFunc(maps.Keys(groups), compare) {
			group := groups[key]
			enough := group.N() >= need || i == 0 && group.N() >= k
			if enough && (last || !shrinks(group)) {
				atoms = append(atoms, atom{Common(group), group})
				continue
			}
			maps.Copy(rest, group)
		}
	}
	return atoms, rest
}

func compare(a, b tally.Key) int {
	return cmp.Or(
		cmp.Compare(a.Form.ID, b.Form.ID), cmp.Compare(a.Form.Version, b.Form.Version),
		cmp.Compare(a.Counter, b.Counter), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Channel, b.Channel),
	)
}

// clear adds up the cells of an atom and leaves out the questions with
// one answer that fewer than k people have answered.
func (v *Veil) clear(form survey.Ref, cells tally.Tally) *tally.Counts {
	sum := &tally.Counts{Questions: map[string]*tally.Question{}}
	for _, counts := range cells {
		sum.Merge(counts)
	}
	for id, q := range sum.Questions {
		if q.Answered < v.k && v.counted(form, id) {
			delete(sum.Questions, id)
		}
	}
	return sum
}
