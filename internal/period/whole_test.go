package period_test

import (
	"fmt"
	"strings"
	"testing"

	"hailong/internal/calendar"
)

// What is known of an agency are the sums of the sealed periods around the days
// that were asked for, and of those that share months with these.
func TestWholes(t *testing.T) {
	r := newRig(t)
	r.quarter()
	r.trial.Answer(7, "stp", "q1", calendar.Date(2026, 6, 30), 5)
	for _, id := range []string{"2026-07", "2026-Q3", "2026-05..2026-06"} {
		r.trial.Seal(r.Office, id, office)
	}
	if _, err := r.Close(t.Context(), "2026-04", office); err != nil { // closed, not sealed
		t.Fatal(err)
	}
	on := func(month int) calendar.Range {
		first := calendar.Date(2026, 1, 1).Month() + calendar.Month(month-1)
		return calendar.Range{From: first.First(), To: first.Last()}
	}
	for _, c := range []struct {
		agency string
		days   calendar.Range
		want   string
	}{
		{"stp", on(9), "2026-07 to 2026-07: 40, 2026-07 to 2026-09: 50"},
		{"stp", on(6), "2026-05 to 2026-06: 7"},
		{"syt", on(7), "2026-07 to 2026-07: 0, 2026-07 to 2026-09: 35"},
		{"stp", calendar.Range{From: on(6).From, To: on(7).To}, "2026-05 to 2026-06: 7, 2026-07 to 2026-07: 40, 2026-07 to 2026-09: 50"},
		{"stp", on(4), ""},
		{"stp", on(10), ""},
		{"none", on(7), ""},
	} {
		wholes, err := r.Wholes(t.Context(), c.agency, c.days)
		must(t, err)
		var parts []string
		for _, w := range wholes {
			parts = append(parts, fmt.Sprintf("%s to %s: %d", w.First, w.Last, w.Tally.N()))
		}
		if got := strings.Join(parts, ", "); got != c.want {
			t.Errorf("%s, %s to %s: %q, want %q", c.agency, c.days.From, c.days.To, got, c.want)
		}
	}
}
