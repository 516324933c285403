package rating

import (
	"hailong/internal/calendar"
	"hailong/internal/stats"
)

// Coverage says how many of those who were served have answered.
type Coverage struct {
	Served       *int64         // dossiers returned; nil when nobody reported any
	ResponseRate *float64       // answers by dossiers, rounded to four digits; nil without dossiers
	Suggested    *int64         // sheets, see stats.SampleSize; nil like Served
	Days         calendar.Range // from the first to the last day with a report; only with Served
	Excess       bool           // more answers than dossiers: one of the two is to be checked
}

// Cover holds n answers against the rows of the same selection. Nothing is
// said when nothing was reported; none served is a report, but gives no rate.
func Cover(n int64, rows []Served) Coverage {
	if len(rows) == 0 {
		return Coverage{}
	}
	var served int64
	days := calendar.Range{From: rows[0].Day, To: rows[0].Day}
	for _, row := range rows {
		served += row.Count
		days.From, days.To = min(days.From, row.Day), max(days.To, row.Day)
	}
	suggested := stats.SampleSize(served)
	c := Coverage{Served: &served, Suggested: &suggested, Days: days, Excess: n > served}
	if served > 0 {
		rate := stats.Round(float64(n)/float64(served), rateDigits)
		c.ResponseRate = &rate
	}
	return c
}

// Excess says whether there are more answers than dossiers returned: the score
// stands as it is, and one of the two numbers is to be checked.
func (s Score) Excess() bool { return s.Served != nil && s.N > *s.Served }
