package ledger

import (
	"context"

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

// tokens are the states of a day's parts.
type tokens [store.Parts + 1]string

// states reads the states of a day by agency.
func (l *Ledger) states(ctx context.Context, agencies []string, on calendar.Day) (map[string]*tokens, error) {
	found, err := l.store.States(ctx, agencies, on)
	if err != nil {
		return nil, err
	}
	byAgency := map[string]*tokens{}
	for _, agency := range agencies {
		byAgency[agency] = new(tokens)
	}
	for _, state := range found {
		byAgency[state.Agency][state.Part] = state.Token
	}
	return byAgency, nil
}

// dayKey is the key of a *day in the cache.
type dayKey struct {
	agency string
	day    calendar.Day
}

// day folds what has changed of a day since it was last folded. States are
// those of now.
func (l *Ledger) day(ctx context.Context, agency string, on calendar.Day, states *tokens) (*day, error) {
	known := recall[*day](l.cache, dayKey{agency, on})
	if known == nil {
		known = &day{agency: agency, day: on}
	}
	changed := known.changed(states)
	if len(changed) == 0 {
		return known, nil
	}
	fresh, err := l.foldParts(ctx, agency, on, changed)
	if err != nil {
		return nil, err
	}
	after, err := l.states(ctx, []string{agency}, on)
	if err != nil {
		return nil, err
	}
	next := known.replace(changed, fresh, states, after[agency])
	l.cache.keep(dayKey{agency, on}, next, next.size())
	return next, nil
}

// changed lists the parts that are not known in the state they are in.
func (d *day) changed(states *tokens) []int {
	var changed []int
	for i := 1; i <= store.Parts; i++ {
		if !d.parts[i].settled || d.parts[i].token != states[i] {
			changed = append(changed, i)
		}
	}
	return changed
}

// replace returns the day with fresh tallies of the parts that changed.
func (d *day) replace(changed []int, fresh map[int]tally.Tally, before, after *tokens) *day {
	next := &day{agency: d.agency, day: d.day, parts: d.parts, tally: tally.New()}
	for _, i := range changed {
		next.parts[i] = part{token: before[i], settled: before[i] == after[i], tally: fresh[i]}
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
func (l *Ledger) foldParts(ctx context.Context, agency string, on calendar.Day, parts []int) (map[int]tally.Tally, error) {
	const few = store.Parts / 4
	tallies := map[int]tally.Tally{}
	add := func(r *response.Response) error {
		i := store.PartOf(r.ID)
		if tallies[i] == nil {
			tallies[i] = tally.New()
		}
		tallies[i].Add(r)
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
