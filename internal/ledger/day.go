package ledger

import (
	"context"
	"strconv"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// day is the fold of one agency's day, part by part, so that after a new
// answer only the part that got it is folded again. It is never changed.
type day struct {
	agency string
	day    calendar.Day
	parts  [store.Parts + 1]part // by number, from 1
	tally  tally.Tally           // of all parts
}

type part struct {
	token   string // of its state; "" when it holds nothing
	settled bool   // it was in that state before it was read and after
	tally   tally.Tally
}

// state is what the fold of a day depends on: its responses, by the token of
// each part, and what was decided about them.
type state struct {
	tokens  [store.Parts + 1]string
	decided decided
}

// states reads the states of a day by agency. Decisions are never taken away
// and their revisions only grow, so their sum is another after each change.
func (l *Ledger) states(ctx context.Context, agencies []string, on calendar.Day) (map[string]*state, error) {
	found, err := l.store.States(ctx, agencies, on)
	if err != nil {
		return nil, err
	}
	only := ""
	if len(agencies) == 1 {
		only = agencies[0]
	}
	decisions, err := l.Decisions(ctx, only, calendar.Range{From: on, To: on})
	if err != nil {
		return nil, err
	}
	byAgency := map[string]*state{}
	for _, agency := range agencies {
		byAgency[agency] = &state{decided: decided{}}
	}
	for _, part := range found {
		byAgency[part.Agency].tokens[part.Part] = part.Token
	}
	for agency, revisions := range revisionsOf(decisions, byAgency) {
		for i, sum := range revisions {
			if sum > 0 {
				byAgency[agency].tokens[i] += "+" + strconv.FormatInt(sum, 10)
			}
		}
	}
	return byAgency, nil
}

// revisionsOf gives each agency its decisions and adds up the revisions by
// part.
func revisionsOf(decisions []response.Decision, byAgency map[string]*state) map[string]*[store.Parts + 1]int64 {
	sums := map[string]*[store.Parts + 1]int64{}
	for i := range decisions {
		d := &decisions[i]
		of := byAgency[d.Agency]
		if of == nil {
			continue
		}
		if sums[d.Agency] == nil {
			sums[d.Agency] = new([store.Parts + 1]int64)
		}
		of.decided[d.ID] = d.State
		sums[d.Agency][store.PartOf(d.ID)] += d.Revision
	}
	return sums
}

// dayKey is the key of a *day in the cache.
type dayKey struct {
	agency string
	day    calendar.Day
}

// day folds what has changed of a day since it was last folded, to what it is
// now.
func (l *Ledger) day(ctx context.Context, agency string, on calendar.Day, now *state) (*day, error) {
	known := recall[*day](l.cache, dayKey{agency, on})
	if known == nil {
		known = &day{agency: agency, day: on}
	}
	changed := known.changed(now)
	if len(changed) == 0 {
		return known, nil
	}
	fresh, err := l.foldParts(ctx, agency, on, changed, now.decided)
	if err != nil {
		return nil, err
	}
	after, err := l.states(ctx, []string{agency}, on)
	if err != nil {
		return nil, err
	}
	next := known.replace(changed, fresh, now, after[agency])
	l.cache.keep(dayKey{agency, on}, next, next.size())
	return next, nil
}

// changed lists the parts that are not known in the state they are in.
func (d *day) changed(now *state) []int {
	var changed []int
	for i := 1; i <= store.Parts; i++ {
		if !d.parts[i].settled || d.parts[i].token != now.tokens[i] {
			changed = append(changed, i)
		}
	}
	return changed
}

// replace returns the day with fresh tallies of the parts that changed.
func (d *day) replace(changed []int, fresh map[int]tally.Tally, before, after *state) *day {
	next := &day{agency: d.agency, day: d.day, parts: d.parts, tally: tally.New()}
	for _, i := range changed {
		next.parts[i] = part{token: before.tokens[i], settled: before.tokens[i] == after.tokens[i], tally: fresh[i]}
	}
	for _, p := range next.parts {
		next.tally.Merge(p.tally)
	}
	return next
}

func (d *day) size() int {
	size := sizeOf(d.tally)
	for _, p := range d.parts {
		size += sizeOf(p.tally)
	}
	return size
}

// foldParts counts the responses of some parts: in one scan for each, or in
// one for the whole day when they are many.
func (l *Ledger) foldParts(ctx context.Context, agency string, on calendar.Day, parts []int, decided decided) (map[int]tally.Tally, error) {
	const few = store.Parts / 4
	tallies := map[int]tally.Tally{}
	add := func(r *response.Response) error {
		decided.count(under(tallies, store.PartOf(r.ID)), r)
		return nil
	}
	only := calendar.Range{From: on, To: on}
	if len(parts) > few {
		return tallies, l.store.Scan(ctx, store.Scan{Agency: agency, Range: only}, add)
	}
	for _, i := range parts {
		if err := l.store.Scan(ctx, store.Scan{Agency: agency, Range: only, Part: i}, add); err != nil {
			return nil, err
		}
	}
	return tallies, nil
}
