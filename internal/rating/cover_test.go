package rating_test

import (
	"testing"

	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// A rate of 0 is said where nobody came to answer, not where other forms were
// put to people.
func TestRateOfFormsThatAreNotUsed(t *testing.T) {
	zero, suggested := 0.0, int64(133)
	other := tally.New()
	other.Add(&response.Response{Agency: "stp", Counter: "q1", Channel: response.QR, Form: survey.Ref{ID: "mot-cua-22", Version: 1}})
	for name, c := range map[string]struct {
		counts tally.Tally
		own    int64 // received by the method's forms
		said   bool
	}{
		"other forms":     {other, 0, false},
		"nobody answered": {tally.New(), 0, true},
		"its own forms":   {other, 1, true},
	} {
		scores := []rating.Score{{Agency: "stp", Received: c.own, ResponseRate: &zero, Suggested: &suggested}}
		rating.WithoutUnasked(scores, []rating.Counts{{Agency: &org.Agency{Code: "stp"}, Tally: c.counts}})
		if s := scores[0]; (s.ResponseRate != nil) != c.said || (s.Suggested != nil) != c.said {
			t.Errorf("%s: rate %v, suggested %v, want said %v", name, s.ResponseRate, s.Suggested, c.said)
		}
	}
}
