// Package veil decides what the rated agency may see of its own counts: never
// anything about fewer than k answers, however it asks and whatever it
// subtracts. It knows neither pages nor methods and computes no figure; the
// exact counts come from its caller.
//
// # The rule
//
// What is shown is made of atoms. An atom is a set of at least k answers, its
// counts are only shown as one sum, and an answer belongs to one atom at most,
// from the moment it is first shown. A reply to a filter is the sum of the
// atoms that lie wholly inside the filter. So whatever is added to or taken
// from whatever, today's reply from yesterday's, a counter from the whole, one
// range from another, the result speaks of whole atoms, each of which is all
// in it or not at all. Everything below only chooses the atoms, and because
// of this rule it may choose them by looking at the counts.
//
// # Atoms
//
// New answers wait until at least k of one form version are there. Then those
// in a cell (counter, service, channel) of k or more are an atom of that cell;
// the rest joins, first over channels, then over services, then over counters,
// until k are together; what is still fewer than k goes on waiting. An atom
// that spans several cells lies inside no filter that tells them apart, and is
// named by what its cells have in common.
//
// Time is cut into whole months. What a month leaves over waits for what is
// left over in later months, and is then shown as an atom of all of them,
// which is inside a range that holds them all.
//
// When answers of an old day are added (an import, a decision that lets an
// answer count) or excluded, the difference to what was taken up waits like
// new answers do. An exclusion takes effect together with at least k more
// answers than are excluded: those are in no other atom, so no sum or
// difference can cancel them, and what remains is about k or more. Until then
// an excluded answer stays in the agency's view. An answer that was excluded and
// is let in again counts as new.
//
// # Opening a month
//
// Whoever looks often sees a running month in many small steps whose atoms
// span many cells. When the month is over they are opened: the same answers
// are divided a second time, along the cells. That is the one exception to the
// rule that an answer has one atom, and it has a rule of its own. Take the
// atoms of both divisions as the vertices of a graph and each answer as an
// edge between its two atoms. A sum of replies with any coefficients gives
// each vertex a number and each answer the difference of its two ends, so the
// answers that do not cancel are those that cross between vertices with
// different numbers: a cut. Where every cut has k edges, no combination is
// about fewer than k answers. Cells are joined until that holds.
//
// # What this does not hide
//
// Within an atom counts are what they are: that one of seven people chose the
// lowest level is shown, as in every histogram, though not which one. A
// question with one answer that fewer than k people of an atom have answered is
// left out of it. What the office publishes of a sealed period is exact; who noted the
// agency's own figures before may subtract them from it. What is told beside
// such a whole, of its parts or of ranges that hold it, adds up to it without a
// small rest (Beside, Complete). What two such wholes leave may be of few. The veil is
// about counts: the texts of comments are released by rules of their own, and
// it only says what may stand beside them (Places).
package veil

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"hailong/internal/calendar"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// Any stands in a key in place of a counter, a service or a channel that an
// atom does not tell apart. No code of the register has this form.
const Any = "*"

// Veil keeps what has been shown to each agency. It is safe for use by many
// goroutines and by many processes on one store: all show the same.
type Veil struct {
	db      store.Records
	k       int64
	counted func(survey.Ref, string) bool

	mu    sync.Mutex
	known map[string]*known // by agency
}

// New returns a veil that shows nothing about fewer than k answers. The
// function says whether a question is one with one answer: a level or a choice.
func New(db store.Records, k int64, counted func(form survey.Ref, question string) bool) *Veil {
	return &Veil{db: db, k: k, counted: counted, known: map[string]*known{}}
}

// Month is the exact tally of one month.
type Month struct {
	Month calendar.Month
	Tally tally.Tally // only to be read
}

// Show takes up what may be shown now, keeps it, and returns it. Exact must
// hold every month of the agency from its first answer on, in order; months
// before the running one are over. When instances of the service are in each
// other's way it is tried again; the error may be store.ErrConflict in the end.
func (v *Veil) Show(ctx context.Context, agency string, exact []Month, running calendar.Month) (*View, error) {
	const tries = 20
	var err error
	for range tries {
		var view *View
		if view, err = v.try(ctx, agency, exact, running); err == nil {
			return view, nil
		}
		if !errors.Is(err, errMoved) {
			break
		}
	}
	return nil, fmt.Errorf("show %s: %w", agency, err)
}

// known is what was last read or written of an agency. It is never changed.
type known struct {
	head  head
	pages map[calendar.Month]*page
	seen  map[calendar.Month]tally.Tally // exact tallies of which nothing is left to take up
}

func (v *Veil) try(ctx context.Context, agency string, exact []Month, running calendar.Month) (*View, error) {
	now, err := v.load(ctx, agency)
	if err != nil {
		return nil, err
	}
	if now.covers(exact, running) {
		return &View{now.pages}, nil
	}
	next := &step{veil: v, pages: maps.Clone(now.pages), changed: map[calendar.Month]bool{}}
	next.take(exact)
	next.open(running)
	after := &known{head: now.head, pages: next.pages, seen: map[calendar.Month]tally.Tally{}}
	if len(next.changed) > 0 {
		if after.head, err = v.save(ctx, agency, now, next); err != nil {
			return nil, err
		}
	}
	for _, m := range exact {
		after.seen[m.Month] = m.Tally
	}
	v.remember(agency, after)
	return &View{after.pages}, nil
}

// covers says whether nothing has changed since everything was taken up.
func (k *known) covers(exact []Month, running calendar.Month) bool {
	for _, m := range exact {
		if seen, ok := k.seen[m.Month]; !ok || !same(seen, m.Tally) {
			return false
		}
		if p := k.pages[m.Month]; p != nil && m.Month < running && len(p.coarse) > 0 {
			return false
		}
	}
	return len(exact) == len(k.seen)
}

func (v *Veil) recall(agency string) *known {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.known[agency]
}

func (v *Veil) remember(agency string, k *known) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.known[agency] = k
}

// View is what may be shown of one agency. It is only to be read.
type View struct{ pages map[calendar.Month]*page }

// Month returns the atoms whose answers are all of that month. In the keys,
// Any stands for what an atom does not tell apart.
func (v *View) Month(m calendar.Month) tally.Tally {
	sum := tally.New()
	if p := v.pages[m]; p != nil {
		sum.Merge(p.shown)
		sum.Merge(p.rough)
	}
	return sum
}

// Between returns the atoms whose answers are all of months between the two,
// both included: those of each month, and those that several months of the
// range have left over.
func (v *View) Between(first, last calendar.Month) tally.Tally {
	sum := tally.New()
	for m := first; m <= last; m++ {
		p := v.pages[m]
		if p == nil {
			continue
		}
		sum.Merge(p.shown)
		sum.Merge(p.rough)
		for from, left := range p.spans {
			if from >= first {
				sum.Merge(left)
			}
		}
	}
	return sum
}
