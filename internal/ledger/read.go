package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// Series is the tally of one agency by month, each month cut to the range that
// was asked for. Months without responses are absent.
type Series map[calendar.Month]tally.Tally

// Total adds up all months.
func (s Series) Total() tally.Tally {
	total := tally.New()
	for _, t := range s {
		total.Merge(t)
	}
	return total
}

// Filter keeps some cells of every month. The result is only to be read.
func (s Series) Filter(keep func(tally.Key) bool) Series {
	kept := Series{}
	for month, t := range s {
		kept[month] = t.Filter(keep)
	}
	return kept
}

// Read returns the series of each agency over a range of days. Its cost grows
// with the months and days of the range and with the open day, not with the
// responses that are stored.
func (l *Ledger) Read(ctx context.Context, agencies []string, r calendar.Range) (map[string]Series, error) {
	read := &reading{ledger: l, agencies: agencies, series: map[string]Series{}}
	for _, agency := range agencies {
		read.series[agency] = Series{}
	}
	if r.Empty() || len(agencies) == 0 {
		return read.series, nil
	}
	if err := read.run(ctx, r); err != nil {
		return nil, fmt.Errorf("read %v from %s to %s: %w", agencies, r.From, r.To, err)
	}
	return read.series, nil
}

// reading is one call of Read. What is sealed and what is marked is looked up
// first; a day that is sealed or marked while the reading goes on is at worst
// read as it was before.
type reading struct {
	ledger   *Ledger
	agencies []string
	through  calendar.Day // last sealed day
	marked   map[calendar.Day][]string
	series   map[string]Series
}

func (r *reading) run(ctx context.Context, days calendar.Range) error {
	through, sealed, err := r.ledger.sealedThrough(ctx)
	if err != nil {
		return err
	}
	if !sealed {
		through = days.From - 1
	}
	r.through = through
	if err := r.loadMarks(ctx, days); err != nil {
		return err
	}
	months, rest := r.split(days)
	if err := r.addMonths(ctx, months); err != nil {
		return err
	}
	for _, run := range rest {
		if err := r.addDays(ctx, run); err != nil {
			return err
		}
	}
	return r.addOpen(ctx, calendar.Range{From: max(days.From, through+1), To: days.To})
}

func (r *reading) loadMarks(ctx context.Context, days calendar.Range) error {
	marks, err := r.ledger.store.Marks(ctx)
	if err != nil {
		return err
	}
	r.marked = map[calendar.Day][]string{}
	for _, mark := range marks {
		if days.Contains(mark.Day) && slices.Contains(r.agencies, mark.Agency) && !slices.Contains(r.marked[mark.Day], mark.Agency) {
			r.marked[mark.Day] = append(r.marked[mark.Day], mark.Agency)
		}
	}
	return nil
}

// split divides the sealed part of the range into whole months without marks,
// whose kept sums serve, and runs of days for the rest.
func (r *reading) split(days calendar.Range) (months []calendar.Month, rest []calendar.Range) {
	sealed := calendar.Range{From: days.From, To: min(days.To, r.through)}
	for _, month := range sealed.Months() {
		part := month.Range().Intersect(sealed)
		switch {
		case part == month.Range() && !r.anyMarked(part):
			months = append(months, month)
		case len(rest) > 0 && rest[len(rest)-1].To == part.From-1:
			rest[len(rest)-1].To = part.To
		default:
			rest = append(rest, part)
		}
	}
	return months, rest
}

func (r *reading) anyMarked(days calendar.Range) bool {
	for day := range r.marked {
		if days.Contains(day) {
			return true
		}
	}
	return false
}

func (r *reading) addMonths(ctx context.Context, months []calendar.Month) error {
	if len(months) == 0 {
		return nil
	}
	span := calendar.Range{From: months[0].First(), To: months[len(months)-1].First()}
	sums, err := r.ledger.store.Sums(ctx, r.agencies, store.ByMonth, span)
	if err != nil {
		return err
	}
	for _, sum := range sums {
		if slices.Contains(months, sum.First.Month()) {
			r.add(sum.Agency, sum.First, sum.Tally)
		}
	}
	return nil
}

func (r *reading) addDays(ctx context.Context, run calendar.Range) error {
	sums, err := r.ledger.store.Sums(ctx, r.agencies, store.ByDay, run)
	if err != nil {
		return err
	}
	for _, sum := range sums {
		if !slices.Contains(r.marked[sum.First], sum.Agency) {
			r.add(sum.Agency, sum.First, sum.Tally)
		}
	}
	for _, day := range slices.Sorted(maps.Keys(r.marked)) {
		if !run.Contains(day) {
			continue
		}
		for _, agency := range r.marked[day] {
			if err := r.addLive(ctx, agency, calendar.Range{From: day, To: day}); err != nil {
				return err
			}
		}
	}
	return nil
}

// addOpen folds the days that are not sealed: in one scan per agency, or in
// one for all when many are asked for.
func (r *reading) addOpen(ctx context.Context, days calendar.Range) error {
	days.To = min(days.To, r.ledger.Today())
	for day := days.From; day <= days.To; day++ {
		only := calendar.Range{From: day, To: day}
		if len(r.agencies) > 1 {
			if err := r.addLive(ctx, "", only); err != nil {
				return err
			}
			continue
		}
		if err := r.addLive(ctx, r.agencies[0], only); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) addLive(ctx context.Context, agency string, days calendar.Range) error {
	tallies, err := r.ledger.fold(ctx, agency, days)
	if err != nil {
		return err
	}
	for agency, t := range tallies {
		if r.series[agency] != nil {
			r.add(agency, days.From, t)
		}
	}
	return nil
}

func (r *reading) add(agency string, day calendar.Day, t tally.Tally) {
	if len(t) == 0 {
		return
	}
	months := r.series[agency]
	if months[day.Month()] == nil {
		months[day.Month()] = tally.New()
	}
	months[day.Month()].Merge(t)
}
