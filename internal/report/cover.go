package report

import (
	"context"

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

// withoutWaiting takes back the rates of figures of nobody: in a veiled view
// they may be of a few who wait to be shown, and a rate of 0 would deny them.
func (d *Dashboard) withoutWaiting() {
	drop := func(n int64, c *rating.Coverage) {
		if n == 0 {
			c.ResponseRate = nil
		}
	}
	drop(d.Figure.N, &d.Coverage)
	for i := range d.Months {
		drop(d.Months[i].Figure.N, &d.Months[i].Coverage)
	}
	for _, groups := range [][]Group{d.Counters, d.Services} {
		for i := range groups {
			drop(groups[i].Figure.N, &groups[i].Coverage)
		}
	}
}
