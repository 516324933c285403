package report_test

import (
	"fmt"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/report"
	"hailong/internal/tally"

	"github.com/google/go-cmp/cmp"
)

// stepText is a step as a person says it.
func stepText(s *report.Step) string {
	if s == nil {
		return "none"
	}
	return fmt.Sprintf("%s from %s %+.2f %t", s.Now.Month, s.Before.Month, s.Change.Points, s.Change.Real)
}

// Steps lie between months that are over and have answers enough; the month
// before is taken rather than the year before.
func TestSteps(t *testing.T) {
	m := method(t)
	first := calendar.MonthOf(2025, 9)
	type answers struct{ satisfied, all int64 }
	for name, c := range map[string]struct {
		months []answers // from September 2025
		want   []string  // latest, step to it, last clear change before it
	}{
		"a fall two months ago":  {[]answers{{90, 100}, {60, 100}, {58, 100}, {100, 100}}, []string{"2025-11", "2025-11 from 2025-10 -2.00 false", "2025-10 from 2025-09 -30.00 true"}},
		"a fall just now":        {[]answers{{0, 0}, {90, 100}, {60, 100}}, []string{"2025-11", "2025-11 from 2025-10 -30.00 true", "none"}},
		"too few in the last":    {[]answers{{90, 100}, {60, 100}, {20, 20}}, []string{"2025-10", "2025-10 from 2025-09 -30.00 true", "none"}},
		"nothing to compare":     {[]answers{{0, 0}, {29, 29}, {60, 100}}, []string{"2025-11", "none", "none"}},
		"only a month that runs": {[]answers{{0, 0}, {0, 0}, {0, 0}, {90, 100}}, []string{"none"}},
	} {
		d := &report.Dashboard{Method: m}
		for i, a := range c.months {
			d.Months = append(d.Months, report.Month{Month: first + calendar.Month(i), Figure: figureOf(m, a.satisfied, a.all)})
		}
		got := []string{"none"}
		if latest := d.Latest(calendar.Date(2025, 12, 31)); latest != nil {
			got = []string{latest.Month.String(), stepText(d.StepTo(latest.Month)), stepText(d.Turn(latest.Month))}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	year := &report.Dashboard{Method: m, Months: []report.Month{{Month: first, Figure: figureOf(m, 90, 100)}, {Month: first + 12, Figure: figureOf(m, 60, 100)}}}
	if got := stepText(year.StepTo(first + 12)); got != "2026-09 from 2025-09 -30.00 true" {
		t.Errorf("a year before: %s", got)
	}
}

func figureOf(m *tally.Method, satisfied, all int64) tally.Figure {
	cells := tally.New()
	for i, r := range levels("stp", today, int(all), 4) {
		if int64(i) >= satisfied {
			r.Answers[0].Values = []string{"1"}
		}
		cells.Add(&r)
	}
	return m.Figure(cells)
}
