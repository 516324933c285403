package report

import (
	"cmp"
	"context"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/tally"
)

// Standing is one agency's line in the office's table.
type Standing struct {
	Agency   *org.Agency
	Figure   tally.Figure
	Coverage rating.Coverage
	Received Received
	Other    int64        // responses to forms that the method does not use
	Rank     *rating.Rank // within the agency's peer group; nil when the figure cannot be ranked
}

// Office computes the table of all agencies: ranked ones by index, highest
// first, then those with too few answers to compare, then those with too few
// to show, then those without.
func (r *Reader) Office(ctx context.Context, agencies []org.Agency, method *tally.Method, days calendar.Range) ([]Standing, error) {
	codes := org.Codes(agencies)
	read, err := r.ledger.Read(ctx, codes, days)
	if err != nil {
		return nil, err
	}
	served, err := r.served.Read(ctx, codes, days)
	if err != nil {
		return nil, err
	}
	standings := make([]Standing, len(agencies))
	for i := range agencies {
		code := agencies[i].Code
		total := read[code].Total()
		figure := method.Figure(total)
		standings[i] = Standing{Agency: &agencies[i], Figure: figure, Coverage: rating.Cover(figure.N, served[code]), Received: receivedOf(total, method), Other: total.N() - figure.N}
	}
	rank(standings)
	slices.SortStableFunc(standings, compareStandings)
	return standings, nil
}

// rank gives a range of places to each agency with enough answers.
func rank(standings []Standing) {
	var ranked []*Standing
	var peers []rating.Peer
	for i := range standings {
		if own := &standings[i]; own.Figure.Status == tally.OK {
			ranked = append(ranked, own)
			peers = append(peers, rating.Peer{Group: own.Agency.PeerGroup, Interval: *own.Figure.Interval})
		}
	}
	for i, places := range rating.Ranks(peers) {
		ranked[i].Rank = &places
	}
}

func compareStandings(a, b Standing) int {
	order := map[tally.Status]int{tally.OK: 0, tally.Insufficient: 1, tally.Suppressed: 2, tally.NoData: 3}
	if c := cmp.Compare(order[a.Figure.Status], order[b.Figure.Status]); c != 0 {
		return c
	}
	if a.Figure.Index != nil && b.Figure.Index != nil {
		return cmp.Compare(*b.Figure.Index, *a.Figure.Index)
	}
	return 0
}
