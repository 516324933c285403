package web_test

import (
	"fmt"
	"strings"
	"testing"

	"hailong/internal/calendar"

	"github.com/google/go-cmp/cmp"
)

// Of a month whose total everybody can read a leader's charts leave nothing of
// few: two answers at one counter are told together with those of the other,
// in every range that holds the month, in the trend, and under every filter.
func TestTheAgencysChartsBesideAPublishedMonth(t *testing.T) {
	r := newRig(t)
	const leader, office = "leader@x.example", "office@x.example"
	r.trial.Answer(40, "stp", "q1", calendar.Date(2026, 10, 6), 5)
	r.trial.Answer(2, "stp", "q2", calendar.Date(2026, 10, 7), 1)
	r.trial.Answer(6, "stp", "q1", calendar.Date(2026, 9, 7), 5)
	numbers := func(email, chart, query string) []any {
		var all []any
		for _, row := range r.chart(email, "/dashboard/stp/charts/"+chart+".json"+query).Rows {
			switch chart {
			case "summary":
				all = append(all, row[0])
			case "trend":
				all = append(all, fmt.Sprint(row[0], ": ", row[1]))
			default:
				all = append(all, fmt.Sprint(row[0], ": ", row[2]))
			}
		}
		return all
	}
	const october, both = "?from=2026-10-01&to=2026-10-31", "?from=2026-09-01&to=2026-10-31"
	check := func(when, chart, query string, want ...any) {
		t.Helper()
		if diff := cmp.Diff(want, numbers(leader, chart, query)); diff != "" {
			t.Errorf("%s, %s%s (-want +got):\n%s", when, chart, query, diff)
		}
	}
	check("open", "counters", october, "q1: 40")
	r.trial.Seal(r.periods, "2026-10", byOffice)
	_, err := r.periods.Publish(t.Context(), "2026-10", byOffice)
	must(t, err)
	check("published", "summary", october, 42.0)
	check("published", "counters", october, "*: 42")
	check("published", "services", october, "*: 42")
	check("published", "summary", october+"&counter=q1", 0.0)
	check("published", "summary", october+"&channel=qr", 0.0)
	check("published", "summary", both, 48.0)
	check("published", "counters", both, "q1: 6", "*: 42")
	check("published", "summary", both+"&counter=q1", 6.0)
	check("published", "trend", both, "2026-09: 6", "2026-10: 42")
	if diff := cmp.Diff([]any{"q1: 40", "q2: 2"}, numbers(office, "counters", october)); diff != "" {
		t.Errorf("the office (-want +got):\n%s", diff)
	}
	if got := r.get("/dashboard/stp/charts/counters.csv"+october, r.as(leader)...).body; strings.Contains(got, "q1") || !strings.Contains(got, "42") {
		t.Errorf("as a file: %q", got)
	}
}
