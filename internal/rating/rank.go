package rating

import "hailong/internal/stats"

// Peer is one of those that are ranked: its index can be told apart from
// another only where the intervals do not overlap.
type Peer struct {
	Group    string // code of the peer group; "" is a group of its own
	Interval stats.Interval
}

// Ranks returns, in the order given, the range of places that each peer may
// hold within its group: below those that are surely better, above those that
// are surely worse. Intervals that only touch do overlap. The intervals are
// compared as they are, so give them unrounded.
func Ranks(peers []Peer) []Rank {
	size := map[string]int{}
	for _, p := range peers {
		size[p.Group]++
	}
	ranks := make([]Rank, len(peers))
	for i, own := range peers {
		better, worse := 0, 0
		for _, other := range peers {
			switch {
			case other.Group != own.Group:
			case other.Interval.Low > own.Interval.High:
				better++
			case other.Interval.High < own.Interval.Low:
				worse++
			}
		}
		ranks[i] = Rank{Best: 1 + better, Worst: size[own.Group] - worse}
	}
	return ranks
}
