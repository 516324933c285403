package veil

import (
	"hailong/internal/calendar"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// take takes from the view what it has of some forms in the months of a whole
// that are in none of those inside it. What such months have left over together
// with others is taken away and not returned: no sum that is known holds all of
// it. Pages are replaced, not changed.
func (v *View) take(w *Whole, inside []Whole, of func(survey.Ref) bool) []piece {
	settled := func(first, last calendar.Month) bool {
		for _, d := range inside {
			if d.meets(first, last) {
				return true
			}
		}
		return false
	}
	var taken []piece
	for m, p := range v.pages {
		if m < w.First || m > w.Last && !p.reaches(w.Last) {
			continue
		}
		next := &page{shown: tally.New(), rough: tally.New(), spans: map[calendar.Month]tally.Tally{}}
		pass := func(cells tally.Tally, from calendar.Month, to tally.Tally) {
			for key, counts := range cells {
				switch {
				case !w.meets(from, m) || !of(key.Form) || w.holds(from) && w.holds(m) && within(inside, from, m):
					to.Merge(tally.Tally{key: counts})
				case w.holds(from) && w.holds(m) && !settled(from, m):
					taken = append(taken, piece{from, m, key, counts})
				}
			}
		}
		pass(v.Month(m), m, next.shown)
		for from, cells := range p.spans {
			pass(cells, from, next.span(from))
		}
		v.pages[m] = next
	}
	return taken
}

// reaches says whether the page has left over something of that month or an
// earlier one.
func (p *page) reaches(m calendar.Month) bool {
	for from := range p.spans {
		if from <= m {
			return true
		}
	}
	return false
}

// within says whether one of the wholes holds all of the span.
func within(wholes []Whole, first, last calendar.Month) bool {
	for _, d := range wholes {
		if d.holds(first) && d.holds(last) {
			return true
		}
	}
	return false
}

// put adds a piece to a page that take has made.
func (v *View) put(p piece) {
	if v.pages[p.to] == nil {
		v.pages[p.to] = &page{shown: tally.New(), rough: tally.New(), spans: map[calendar.Month]tally.Tally{}}
	}
	to := v.pages[p.to].shown
	if p.from != p.to {
		to = v.pages[p.to].span(p.from)
	}
	to.Merge(tally.Tally{p.key: p.counts})
}
