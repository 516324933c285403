package rating_test

import (
	"testing"

	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/stats"
	"hailong/internal/tally"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestRanks(t *testing.T) {
	peer := func(group string, low, high float64) rating.Peer {
		return rating.Peer{Group: group, Interval: stats.Interval{Low: low, High: high}}
	}
	for name, c := range map[string]struct {
		peers []rating.Peer
		want  []rating.Rank
	}{
		"nobody":     {nil, []rating.Rank{}},
		"alone":      {[]rating.Peer{peer("", 1, 2)}, []rating.Rank{{Best: 1, Worst: 1}}},
		"apart":      {[]rating.Peer{peer("", 1, 2), peer("", 5, 6), peer("", 3, 4)}, []rating.Rank{{Best: 3, Worst: 3}, {Best: 1, Worst: 1}, {Best: 2, Worst: 2}}},
		"touching":   {[]rating.Peer{peer("", 1, 2), peer("", 2, 3)}, []rating.Rank{{Best: 1, Worst: 2}, {Best: 1, Worst: 2}}},
		"chain":      {[]rating.Peer{peer("", 1, 4), peer("", 3, 7), peer("", 6, 9)}, []rating.Rank{{Best: 2, Worst: 3}, {Best: 1, Worst: 3}, {Best: 1, Worst: 2}}},
		"two groups": {[]rating.Peer{peer("a", 1, 2), peer("b", 3, 4), peer("a", 5, 6)}, []rating.Rank{{Best: 2, Worst: 2}, {Best: 1, Worst: 1}, {Best: 1, Worst: 1}}},
		"no group is a group": {[]rating.Peer{peer("", 1, 2), peer("a", 3, 4), peer("", 5, 6)},
			[]rating.Rank{{Best: 2, Worst: 2}, {Best: 1, Worst: 1}, {Best: 1, Worst: 1}}},
	} {
		if diff := cmp.Diff(c.want, rating.Ranks(c.peers)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A place is honest when it holds whatever the true indices within the
// intervals are, and no wider than needed.
func TestRanksHoldForEveryTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		peers := drawPeers(t)
		ranks := rating.Ranks(peers)
		truth := make([]float64, len(peers))
		for i, p := range peers {
			truth[i] = rapid.Float64Range(p.Interval.Low, p.Interval.High).Draw(t, "truth")
		}
		for i, own := range peers {
			above, below := 0, 0
			for j, other := range peers {
				if other.Group == own.Group && truth[j] > truth[i] {
					above++
				} else if other.Group == own.Group && truth[j] < truth[i] {
					below++
				}
			}
			size := countOf(peers, own.Group)
			if ranks[i].Best > 1+above || ranks[i].Worst < size-below || ranks[i].Best < 1 || ranks[i].Worst > size {
				t.Fatalf("%+v has %+v, but %d are above and %d below it", own, ranks[i], above, below)
			}
		}
	})
}

func drawPeers(t *rapid.T) []rating.Peer {
	return rapid.SliceOf(rapid.Custom(func(t *rapid.T) rating.Peer {
		low := float64(rapid.IntRange(0, 20).Draw(t, "low"))
		return rating.Peer{
			Group:    rapid.SampledFrom([]string{"", "so", "xa"}).Draw(t, "group"),
			Interval: stats.Interval{Low: low, High: low + float64(rapid.IntRange(0, 8).Draw(t, "width"))},
		}
	})).Draw(t, "peers")
}

func countOf(peers []rating.Peer, group string) int {
	n := 0
	for _, p := range peers {
		if p.Group == group {
			n++
		}
	}
	return n
}

func TestRanksWithinPeerGroups(t *testing.T) {
	m := loaded(t, "hai-long-chung")
	counts := []rating.Counts{
		{Agency: &org.Agency{Code: "a", PeerGroup: "so"}, Tally: overall("q1", "", 97, 0, 100)},
		{Agency: &org.Agency{Code: "b", PeerGroup: "xa"}, Tally: overall("q1", "", 50, 0, 100)},
		{Agency: &org.Agency{Code: "c", PeerGroup: "so"}, Tally: overall("q1", "", 29, 0, 29)},
		{Agency: &org.Agency{Code: "d", PeerGroup: "so"}, Tally: overall("q1", "", 78, 0, 100)},
		{Agency: &org.Agency{Code: "e", PeerGroup: "so"}, Tally: overall("q1", "", 90, 0, 100)},
	}
	got := map[string]*rating.Rank{}
	for _, s := range rating.Scores(counts, m, rating.ByAgency, thirdQuarter(t), nil) {
		got[s.Agency] = s.Rank
	}
	want := map[string]*rating.Rank{"a": {Best: 1, Worst: 2}, "b": {Best: 1, Worst: 1}, "c": nil, "d": {Best: 2, Worst: 3}, "e": {Best: 1, Worst: 3}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ranks (-want +got):\n%s", diff)
	}
}

// Published, both intervals end at 70.32; unrounded there is a gap between
// 70.3187 and 70.3173, and places are made of unrounded figures.
func TestRanksAreMadeBeforeRounding(t *testing.T) {
	counts := []rating.Counts{
		{Agency: &org.Agency{Code: "a"}, Tally: overall("q1", "", 26, 0, 30)},
		{Agency: &org.Agency{Code: "b"}, Tally: overall("q1", "", 25, 0, 44)},
	}
	s := rating.Scores(counts, loaded(t, "hai-long-chung"), rating.ByAgency, thirdQuarter(t), nil)
	if s[0].Interval.Low != 70.32 || s[1].Interval.High != 70.32 {
		t.Fatalf("intervals %v and %v", *s[0].Interval, *s[1].Interval)
	}
	if *s[0].Rank != (rating.Rank{Best: 1, Worst: 1}) || *s[1].Rank != (rating.Rank{Best: 2, Worst: 2}) {
		t.Errorf("ranks %v and %v", *s[0].Rank, *s[1].Rank)
	}
}

func TestBreaks(t *testing.T) {
	now := rating.Regime{Method: "m", Version: 2, Aggregate: tally.Pooled, Forms: []string{"b", "a"}}
	for name, c := range map[string]struct {
		before rating.Regime
		want   rating.Break
	}{
		"the same":             {rating.Regime{Method: "m", Version: 2, Aggregate: tally.Pooled, Forms: []string{"a", "b"}}, rating.NoBreak},
		"another method":       {rating.Regime{Method: "x", Version: 1, Aggregate: tally.MeanOfFactors}, rating.MethodChanged},
		"another version":      {rating.Regime{Method: "m", Version: 1, Aggregate: tally.Pooled, Forms: []string{"a"}}, rating.VersionChanged},
		"one form more":        {rating.Regime{Method: "m", Version: 2, Aggregate: tally.Pooled, Forms: []string{"a"}}, rating.FormsChanged},
		"another form":         {rating.Regime{Method: "m", Version: 2, Aggregate: tally.Pooled, Forms: []string{"a", "c"}}, rating.FormsChanged},
		"another way of means": {rating.Regime{Method: "m", Version: 2, Aggregate: tally.MeanOfFactors, Forms: []string{"a", "b"}}, rating.AggregateChanged},
	} {
		if got := c.before.BreakTo(now); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if got := now.BreakTo(c.before); got != c.want {
			t.Errorf("%s, the other way round: %q, want %q", name, got, c.want)
		}
	}
	if diff := cmp.Diff([]string{"b", "a"}, now.Forms); diff != "" {
		t.Errorf("a comparison changed the regime:\n%s", diff)
	}
	want := rating.Regime{Method: "hai-long-chung", Version: 1, Aggregate: tally.Pooled, Forms: []string{"mot-cua", "mot-cua-22"}}
	if diff := cmp.Diff(want, rating.RegimeOf(loaded(t, "hai-long-chung"))); diff != "" {
		t.Errorf("regime (-want +got):\n%s", diff)
	}
}

// Golden vector G-03 is the first.
func TestChange(t *testing.T) {
	score := func(index, low, high float64) rating.Score {
		return rating.Score{Index: &index, Interval: &rating.Interval{Low: low, High: high}}
	}
	for name, c := range map[string]struct {
		now, before rating.Score
		want        *rating.Difference
	}{
		"G-03":          {score(82.66, 80.5, 84.6), score(80.08, 77.8, 82.1), &rating.Difference{Points: 2.58}},
		"surely better": {score(90, 88.01, 92), score(80, 78, 88), &rating.Difference{Points: 10, Real: true}},
		"surely worse":  {score(80, 78, 88), score(90, 88.01, 92), &rating.Difference{Points: -10, Real: true}},
		"touching":      {score(90, 88, 92), score(80, 78, 88), &rating.Difference{Points: 10}},
		"the same":      {score(90, 88, 92), score(90, 88, 92), &rating.Difference{}},
		"hidden now":    {rating.Score{}, score(80, 78, 88), nil},
		"hidden before": {score(80, 78, 88), rating.Score{}, nil},
	} {
		if diff := cmp.Diff(c.want, rating.Change(c.now, c.before)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
