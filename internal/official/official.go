// Package official writes scores and annual sheets as files that leave the
// program: tables for programs and spreadsheets, and reports in the layouts
// that party and state documents have. Every number comes from package period
// or annual as it is: nothing is computed or rounded here, but for the sums of
// whole numbers under a table. It decides nothing, and praises and blames
// nobody.
package official

import (
	"io"

	"hailong/internal/document"
	"hailong/internal/period"
	"hailong/internal/rating"
)

// ScoresCSV writes scores for programs: a point in numbers, all digits, one
// line for each score. Factors follow, three columns for each.
func ScoresCSV(w io.Writer, s *period.Scores) error {
	columns, rows := scoreTable(s)
	return document.CSV(w, columns, rows)
}

// ScoresExcelCSV writes the same after a byte order mark, for spreadsheets.
func ScoresExcelCSV(w io.Writer, s *period.Scores) error {
	columns, rows := scoreTable(s)
	return document.ExcelCSV(w, columns, rows)
}

// scoreColumn is one column and how a score fills it.
type scoreColumn struct {
	name string
	of   func(*rating.Score) any
}

var scoreColumns = []scoreColumn{
	{"agency", func(s *rating.Score) any { return s.Agency }},
	{"name", func(s *rating.Score) any { return s.Name }},
	{"party_organisation", func(s *rating.Score) any { return s.PartyOrganisation }},
	{"peer_group", func(s *rating.Score) any { return s.PeerGroup }},
	{"part", func(s *rating.Score) any { return part(s).Code }},
	{"part_name", func(s *rating.Score) any { return part(s).Name }},
	{"status", func(s *rating.Score) any { return string(s.Status) }},
	{"n", func(s *rating.Score) any { return s.N }},
	{"received", func(s *rating.Score) any { return s.Received }},
	{"held", func(s *rating.Score) any { return s.Held }},
	{"excluded", func(s *rating.Score) any { return s.Excluded }},
	{"served", func(s *rating.Score) any { return s.Served }},
	{"response_rate", func(s *rating.Score) any { return s.ResponseRate }},
	{"suggested_n", func(s *rating.Score) any { return s.Suggested }},
	{"numerator", func(s *rating.Score) any { return s.Numerator }},
	{"denominator", func(s *rating.Score) any { return s.Denominator }},
	{"index", func(s *rating.Score) any { return s.Index }},
	{"low", func(s *rating.Score) any { return end(s.Interval, func(i *rating.Interval) float64 { return i.Low }) }},
	{"high", func(s *rating.Score) any { return end(s.Interval, func(i *rating.Interval) float64 { return i.High }) }},
	{"rank_best", func(s *rating.Score) any { return end(s.Rank, func(r *rating.Rank) int { return r.Best }) }},
	{"rank_worst", func(s *rating.Score) any { return end(s.Rank, func(r *rating.Rank) int { return r.Worst }) }},
	{"points", func(s *rating.Score) any { return end(s.Points, func(p *rating.Points) float64 { return p.Value }) }},
	{"points_max", func(s *rating.Score) any { return end(s.Points, func(p *rating.Points) float64 { return p.Max }) }},
}

// part returns what a line is about; nothing when it is the whole agency.
func part(s *rating.Score) rating.Part {
	if s.Part == nil {
		return rating.Part{}
	}
	return *s.Part
}

// end returns a field of something that may not be there, nil when it is not.
func end[T any, V any](of *T, field func(*T) V) any {
	if of == nil {
		return nil
	}
	return field(of)
}

func scoreTable(s *period.Scores) (columns []string, rows [][]any) {
	for _, c := range scoreColumns {
		columns = append(columns, c.name)
	}
	factors := factorIDs(s)
	for _, id := range factors {
		columns = append(columns, id+"_numerator", id+"_denominator", id+"_index")
	}
	for i := range s.Scores {
		var row []any
		for _, c := range scoreColumns {
			row = append(row, c.of(&s.Scores[i]))
		}
		rows = append(rows, append(row, factorCells(&s.Scores[i], factors)...))
	}
	return columns, rows
}

// factorIDs lists the factors that any score shows, in the method's order.
func factorIDs(s *period.Scores) []string {
	for i := range s.Scores {
		if len(s.Scores[i].Factors) > 0 {
			ids := []string{}
			for _, f := range s.Scores[i].Factors {
				ids = append(ids, f.ID)
			}
			return ids
		}
	}
	return nil
}

func factorCells(s *rating.Score, ids []string) []any {
	cells := make([]any, 3*len(ids)) // nil: hidden
	for i, f := range s.Factors {
		cells[3*i], cells[3*i+1], cells[3*i+2] = f.Numerator, f.Denominator, f.Index
	}
	return cells
}
