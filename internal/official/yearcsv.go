package official

import (
	"io"

	"hailong/internal/annual"
	"hailong/internal/document"
	"hailong/internal/rating"
)

// ratingColumn is one column of the sheets of a year, and how a criterion of
// a sheet fills it.
type ratingColumn struct {
	name string
	of   func(*rating.Rating, *rating.Line) any
}

// ratingColumns are named as in the JSON of a sheet, what is of the whole
// sheet after total.
var ratingColumns = []ratingColumn{
	{"party_organisation", func(r *rating.Rating, _ *rating.Line) any { return r.PartyOrganisation }},
	{"name", func(r *rating.Rating, _ *rating.Line) any { return r.Name }},
	{"rule", func(r *rating.Rating, _ *rating.Line) any { return r.Rule }},
	{"rule_version", func(r *rating.Rating, _ *rating.Line) any { return int64(r.RuleVersion) }},
	{"criterion", func(_ *rating.Rating, l *rating.Line) any { return l.Criterion }},
	{"criterion_name", func(_ *rating.Rating, l *rating.Line) any { return l.Name }},
	{"source", func(_ *rating.Rating, l *rating.Line) any { return string(l.Source) }},
	{"status", func(_ *rating.Rating, l *rating.Line) any { return string(l.Status) }},
	{"n", func(_ *rating.Rating, l *rating.Line) any { return only(l, rating.FromSatisfaction, l.N) }},
	{"index", func(_ *rating.Rating, l *rating.Line) any { return l.Index }},
	{"entered_of", func(_ *rating.Rating, l *rating.Line) any { return only(l, rating.FromEntry, l.Best) }},
	{"self", func(_ *rating.Rating, l *rating.Line) any { return l.Self }},
	{"self_by", func(_ *rating.Rating, l *rating.Line) any { return l.SelfBy }},
	{"self_at", func(_ *rating.Rating, l *rating.Line) any { return l.SelfAt }},
	{"verified", func(_ *rating.Rating, l *rating.Line) any { return l.Verified }},
	{"verified_by", func(_ *rating.Rating, l *rating.Line) any { return l.VerifiedBy }},
	{"verified_at", func(_ *rating.Rating, l *rating.Line) any { return l.VerifiedAt }},
	{"reason", func(_ *rating.Rating, l *rating.Line) any { return l.Reason }},
	{"fault", func(_ *rating.Rating, l *rating.Line) any { return l.Fault }},
	{"points", func(_ *rating.Rating, l *rating.Line) any { return l.Points }},
	{"max", func(_ *rating.Rating, l *rating.Line) any { return l.Max }},
	{"total", func(r *rating.Rating, _ *rating.Line) any { return r.Points.Value }},
	{"percent", func(r *rating.Rating, _ *rating.Line) any { return r.Points.Percent }},
	{"raw", func(r *rating.Rating, _ *rating.Line) any { return r.Points.Raw }},
	{"applicable_max", func(r *rating.Rating, _ *rating.Line) any { return r.Points.Applicable }},
	{"rating_status", func(r *rating.Rating, _ *rating.Line) any { return string(r.Status) }},
	{"suggested_level", func(r *rating.Rating, _ *rating.Line) any { return r.Suggested }},
	{"concluded_level", func(r *rating.Rating, _ *rating.Line) any {
		return end(r.Conclusion, func(c *rating.Conclusion) string { return c.Level })
	}},
	{"conclusion_reason", func(r *rating.Rating, _ *rating.Line) any {
		return end(r.Conclusion, func(c *rating.Conclusion) string { return c.Reason })
	}},
}

// only returns a value that just the criteria of one source have, nil for the
// others.
func only(l *rating.Line, source rating.Source, value any) any {
	if l.Source != source {
		return nil
	}
	return value
}

// RatingsExcelCSV writes the sheets of a year for spreadsheets, after a byte
// order mark: a point in numbers, one line for each criterion of each sheet.
// The error is that of the writer.
func RatingsExcelCSV(w io.Writer, y *annual.Year) error {
	var columns []string
	for _, c := range ratingColumns {
		columns = append(columns, c.name)
	}
	var rows [][]any
	for i := range y.Ratings {
		for j := range y.Ratings[i].Criteria {
			var row []any
			for _, c := range ratingColumns {
				row = append(row, c.of(&y.Ratings[i], &y.Ratings[i].Criteria[j]))
			}
			rows = append(rows, row)
		}
	}
	return document.ExcelCSV(w, columns, rows)
}
