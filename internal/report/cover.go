package report

import (
	"context"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/rating"
)

// covered returns what was reported of dossiers returned for what the filter
// selects. Nobody reports by channel, and a row for the whole agency says
// nothing about one counter or service of it.
func (r *Reader) covered(ctx context.Context, agency string, f Filter) ([]rating.Served, error) {
	if f.Channel != "" {
		return nil, nil
	}
	all, err := r.served.Read(ctx, []string{agency}, f.Range)
	if err != nil {
		return nil, err
	}
	return rowsOf(all[agency], func(s rating.Served) bool {
		return (f.Counter == "" || s.Counter == f.Counter) && (f.Service == "" || s.Service == f.Service)
	}), nil
}

// rowsOf returns the rows that keep accepts.
func rowsOf(rows []rating.Served, keep func(rating.Served) bool) []rating.Served {
	var kept []rating.Served
	for _, row := range rows {
		if keep(row) {
			kept = append(kept, row)
		}
	}
	return kept
}

// The parts that dossiers may be reported for.
func servedAt(row rating.Served) string  { return row.Counter }
func servedFor(row rating.Served) string { return row.Service }

// cover holds each group against the dossiers that were reported for it.
func cover(groups []Group, served []rating.Served, part func(rating.Served) string) {
	for i := range groups {
		if g := &groups[i]; g.Code != "" {
			g.Coverage = rating.Cover(g.Figure.N, rowsOf(served, func(s rating.Served) bool { return part(s) == g.Code }))
		}
	}
}

// inMonth returns the rows of one month.
func inMonth(rows []rating.Served, m calendar.Month) []rating.Served {
	return rowsOf(rows, func(s rating.Served) bool { return s.Day.Month() == m })
}

// wholeRates takes back the rates of a veiled view of which some of the sheets
// may not be in the figure: where others of the selection are told together, or
// wait to be shown, a rate would be too low, and one of 0 would deny them.
func (d *Dashboard) wholeRates(f Filter) {
	if f.Counter != "" || f.Service != "" || d.Figure.N == 0 {
		d.Coverage.ResponseRate = nil
	}
	for i := range d.Months {
		if d.Unplaced > 0 || d.Months[i].Figure.N == 0 {
			d.Months[i].Coverage.ResponseRate = nil
		}
	}
	for _, groups := range [][]Group{d.Counters, d.Services} {
		mixed := slices.ContainsFunc(groups, func(g Group) bool { return g.Code == Mixed && g.Figure.N > 0 })
		for i := range groups {
			if mixed || groups[i].Figure.N == 0 {
				groups[i].Coverage.ResponseRate = nil
			}
		}
	}
}
