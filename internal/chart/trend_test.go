package chart_test

import (
	"strings"
	"testing"

	"hailong/internal/chart"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTrendTableHasEveryMonth(t *testing.T) {
	got := chart.Trend([]chart.Point{point(-1, figure(45, 50)), point(0, nobody), point(1, figure(0, 10))}, words).Table
	want := chart.Table{Columns: append([]string{"month"}, figureColumns...), Rows: [][]any{
		{"2025-12", int64(50), int64(45), int64(50), 90.0, 78.64, 95.65},
		{"2026-01", int64(0), int64(0), int64(0), nil, nil, nil},
		{"2026-02", int64(10), int64(0), int64(10), 0.0, 0.0, 27.75},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTrendBreaksWhereTheMethodChanges(t *testing.T) {
	o := options(t, chart.Trend([]chart.Point{
		point(0, figure(80, 100)), point(1, figure(90, 100)), changed(point(2, figure(70, 100))), point(3, figure(75, 100)),
	}, words))
	for id, want := range map[string][]any{
		"index-0": {80.0, 90.0, "-", "-"},
		"index-1": {"-", "-", 70.0, 75.0},
	} {
		if diff := cmp.Diff(want, o.series(t, id).values()); diff != "" {
			t.Errorf("%s: -want +got:\n%s", id, diff)
		}
	}
	if marks := o.series(t, "change").MarkLine.Data; len(marks) != 1 || marks[0].XAxis != 2 {
		t.Errorf("changes are marked at %v, want one between the second and the third month", marks)
	}
}

func TestTrendGapsAndLonelyMonths(t *testing.T) {
	o := options(t, chart.Trend([]chart.Point{
		point(0, figure(45, 50)), point(1, nobody), point(2, figure(45, 50)), point(3, figure(45, 50)), changed(point(4, figure(45, 50))),
	}, words))
	if diff := cmp.Diff([]any{90.0, "-", 90.0, 90.0, "-"}, o.series(t, "index-0").values()); diff != "" {
		t.Errorf("line: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]any{78.64, "-", "-", "-", 78.64}, o.series(t, "floor-lonely").values()); diff != "" {
		t.Errorf("lonely intervals: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]any{17.01, "-", "-", "-", 17.01}, o.series(t, "band-lonely").values()); diff != "" {
		t.Errorf("lonely intervals: -want +got:\n%s", diff)
	}
}

func TestTrendWithoutChangeHasNoMark(t *testing.T) {
	first := changed(point(0, figure(1, 2))) // nothing lies before it
	for _, s := range options(t, chart.Trend([]chart.Point{first, point(1, nobody)}, words)).Series {
		if s.ID == "change" {
			t.Errorf("a change is marked: %+v", s.MarkLine)
		}
	}
}

func TestTrendAxisOfResponses(t *testing.T) {
	for n, want := range map[int64]float64{0: 1, 1: 1, 9: 9, 10: 10, 11: 20, 240: 300, 950: 1000, 1_000_001: 2_000_000} {
		o := options(t, chart.Trend([]chart.Point{point(0, figure(0, n))}, words))
		if got := *o.YAxis[1].Max; got != want {
			t.Errorf("for %d responses the axis ends at %v, want %v", n, got, want)
		}
	}
}

// Each month answers to the pointer, has its responses, and its index on
// exactly one line if it has one.
func TestTrendDrawsTheTable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var points []chart.Point
		for i := range rapid.IntRange(0, 14).Draw(rt, "months") {
			p := point(i, drawFigure(rt))
			p.MethodChange = rapid.Bool().Draw(rt, "change")
			points = append(points, p)
		}
		c := chart.Trend(points, words)
		o := options(t, c)
		for i, row := range c.Table.Rows {
			var drawn []any
			for _, s := range o.Series {
				if strings.HasPrefix(s.ID, "index-") && s.Data[i].Value != "-" {
					drawn = append(drawn, s.Data[i].Value)
				}
			}
			var want []any
			if row[4] != nil {
				want = []any{row[4]}
			}
			if diff := cmp.Diff(want, drawn); diff != "" {
				rt.Fatalf("index of %v: -want +got:\n%s", row, diff)
			}
			if got := o.series(t, "responses").Data[i].Value; got != float64(row[1].(int64)) {
				rt.Fatalf("responses of %v are drawn as %v", row, got)
			}
			if tooltip := o.series(t, "hover").Data[i].Tooltip.Formatter; !strings.HasPrefix(tooltip, "T"+row[0].(string)+"\n") {
				rt.Fatalf("tooltip of %v = %q", row, tooltip)
			}
		}
	})
}

// The axis begins at a whole ten below every interval, never below 0.
func TestTrendFloor(t *testing.T) {
	for name, c := range map[string]struct {
		points []chart.Point
		want   int
	}{
		"nothing drawn":   {[]chart.Point{point(0, nobody)}, 0},
		"a high index":    {[]chart.Point{point(0, figure(960, 1000)), point(1, figure(930, 1000))}, 80},
		"the interval":    {[]chart.Point{point(0, figure(80, 100))}, 60},
		"close to a ten":  {[]chart.Point{point(0, figure(9100, 10000)), point(1, nobody)}, 80},
		"at the very end": {[]chart.Point{point(0, figure(0, 40)), point(1, figure(40, 40))}, 0},
	} {
		if got := chart.TrendFloor(c.points); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
		if got := *options(t, chart.Trend(c.points, words)).YAxis[0].Min; got != float64(c.want) {
			t.Errorf("%s: the axis begins at %v", name, got)
		}
	}
}

func TestTrendMarksTheRunningMonth(t *testing.T) {
	running := point(1, figure(80, 100))
	running.Running = true
	c := chart.Trend([]chart.Point{point(0, figure(80, 100)), running}, words)
	o := options(t, c)
	first, second := o.series(t, "hover").Data[0].Tooltip.Formatter, o.series(t, "hover").Data[1].Tooltip.Formatter
	if strings.Contains(first, "chưa hết tháng") || !strings.Contains(second, "chưa hết tháng") {
		t.Errorf("tooltips %q and %q", first, second)
	}
	if month := c.Table.Rows[1][0].(string); strings.ContainsAny(month, "*,") {
		t.Errorf("the table says %q", month)
	}
}
