package report

import (
	"cmp"
	"context"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/tally"
)

// Standing is one agency's line in the office's table.
type Standing struct {
	Agency *org.Agency
	Figure tally.Figure
	Other  int64 // responses to forms that the method does not use
	Rank   *Rank // nil when the figure cannot be ranked
}

// Rank is the range of places that an agency may hold: agencies whose
// intervals overlap cannot be told apart and share places. The best is 1.
type Rank struct{ Best, Worst int }

// Office computes the table of all agencies: ranked ones by index, highest
// first, then those with too few answers, then those without.
func (r *Reader) Office(ctx context.Context, agencies []org.Agency, method *tally.Method, days calendar.Range) ([]Standing, error) {
	codes := make([]string, len(agencies))
	for i := range agencies {
		codes[i] = agencies[i].Code
	}
	read, err := r.ledger.Read(ctx, codes, days)
	if err != nil {
		return nil, err
	}
	standings := make([]Standing, len(agencies))
	for i := range agencies {
		total := read[agencies[i].Code].Total()
		figure := method.Figure(total)
		standings[i] = Standing{Agency: &agencies[i], Figure: figure, Other: total.N() - figure.N}
	}
	rank(standings)
	slices.SortStableFunc(standings, compareStandings)
	return standings, nil
}

// rank gives each agency with enough answers the places between those that
// are surely better and those that are surely worse.
func rank(standings []Standing) {
	var ranked []*Standing
	for i := range standings {
		if standings[i].Figure.Status == tally.OK {
			ranked = append(ranked, &standings[i])
		}
	}
	for _, own := range ranked {
		better, worse := 0, 0
		for _, other := range ranked {
			if other.Figure.Interval.Low > own.Figure.Interval.High {
				better++
			}
			if other.Figure.Interval.High < own.Figure.Interval.Low {
				worse++
			}
		}
		own.Rank = &Rank{Best: 1 + better, Worst: len(ranked) - worse}
	}
}

func compareStandings(a, b Standing) int {
	order := map[tally.Status]int{tally.OK: 0, tally.Insufficient: 1, tally.NoData: 2}
	if c := cmp.Compare(order[a.Figure.Status], order[b.Figure.Status]); c != 0 {
		return c
	}
	if a.Figure.Index != nil && b.Figure.Index != nil {
		return cmp.Compare(*b.Figure.Index, *a.Figure.Index)
	}
	return 0
}
