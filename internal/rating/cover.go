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

// Unasked drops the rate and the suggestion where nobody answered the forms of
// a method, n being 0, but others were received on other forms: those who came
// were not asked, so a rate of 0 would be wrong.
func (c Coverage) Unasked(n, others int64) Coverage {
	if n == 0 && others > 0 {
		c.ResponseRate, c.Suggested = nil, nil
	}
	return c
}

// WithoutUnasked does the same for scores of whole agencies, which it changes
// in place. Signed figures are not made by it: they stay as they were signed.
func WithoutUnasked(scores []Score, counts []Counts) {
	others := map[string]int64{}
	for _, c := range counts {
		others[c.Agency.Code] = received(c.Tally)
	}
	for i := range scores {
		s := &scores[i]
		c := Coverage{ResponseRate: s.ResponseRate, Suggested: s.Suggested}.Unasked(s.Received, others[s.Agency])
		s.ResponseRate, s.Suggested = c.ResponseRate, c.Suggested
	}
}

// Excess says whether there are more answers than dossiers returned: the score
// stands as it is, and one of the two numbers is to be checked.
func (s Score) Excess() bool { return s.Served != nil && s.N > *s.Served }
