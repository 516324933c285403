package chart_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"hailong/internal/chart"
	"hailong/internal/rating"
	"hailong/internal/stats"
	"hailong/internal/tally"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var figureColumns = []string{"n", "numerator", "denominator", "index", "low", "high"}

func TestSummaryTable(t *testing.T) {
	for name, c := range map[string]struct {
		figure tally.Figure
		want   []any
	}{
		"some":        {figure(45, 50), []any{int64(50), int64(45), int64(50), 90.0, 78.64, 95.65}},
		"zero":        {figure(0, 10), []any{int64(10), int64(0), int64(10), 0.0, 0.0, 27.75}},
		"all":         {figure(10, 10), []any{int64(10), int64(10), int64(10), 100.0, 72.25, 100.0}},
		"nobody":      {nobody, []any{int64(0), int64(0), int64(0), nil, nil, nil}},
		"only blanks": {tally.Figure{N: 7, Status: tally.NoData}, []any{int64(7), int64(0), int64(0), nil, nil, nil}},
		"suppressed":  {hidden, []any{int64(3), nil, nil, nil, nil, nil}},
	} {
		want := chart.Table{Columns: figureColumns, Rows: [][]any{c.want}}
		if diff := gocmp.Diff(want, chart.Summary(c.figure, rating.Coverage{}, words).Table); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

// Golden vector G-05 of the domain note: 50 respondents, 1,100 answers.
func TestSummaryOfPooledAnswers(t *testing.T) {
	f := tally.Figure{N: 50, Share: tally.Share{Numerator: 898, Denominator: 1100}, Status: tally.OK}
	f.Index = f.Percent()
	interval := stats.Wilson(*f.Index/100, f.N)
	f.Interval = &interval
	c := chart.Summary(f, rating.Coverage{}, words)
	want := [][]any{{int64(50), int64(898), int64(1100), 81.64, 68.79, 89.96}}
	if diff := gocmp.Diff(want, c.Table.Rows); diff != "" {
		t.Errorf("table: -want +got:\n%s", diff)
	}
	tooltip := "Chỉ số hài lòng: 81,64% (898/1100)\nKhoảng tin cậy 95%: 68,79–89,96\nSố phiếu: 50"
	for _, s := range options(t, c).Series {
		if got := s.Data[0].Tooltip.Formatter; got != tooltip {
			t.Errorf("tooltip of %s = %q, want %q", s.ID, got, tooltip)
		}
	}
}

func TestRankedTableHasTheOrderOfThePicture(t *testing.T) {
	c := samples["counters"]()
	var codes []any
	for _, row := range c.Table.Rows {
		codes = append(codes, row[0])
	}
	if diff := gocmp.Diff([]any{"q6", "q1", "q2", "q4", "q3", "q5", "*"}, codes); diff != "" {
		t.Errorf("order: -want +got:\n%s", diff)
	}
	labels := []string{
		"Quầy 6 (n\u00a0=\u00a0700)", "Quầy 1 (n\u00a0=\u00a0120)", hostile + " (n\u00a0=\u00a01300)",
		"Quầy 4 (n\u00a0=\u00a08) · chưa đủ phiếu", "Quầy 3 (n\u00a0=\u00a00)", "q5 (n\u00a0=\u00a03) · ít phiếu, không hiện chỉ số",
		"Gộp chung (n\u00a0=\u00a060)",
	}
	if diff := gocmp.Diff(labels, options(t, c).YAxis[0].Data); diff != "" {
		t.Errorf("labels: -want +got:\n%s", diff)
	}
}

func TestRankedTellsWhatItKnows(t *testing.T) {
	o := options(t, samples["counters"]())
	rest := o.series(t, "rest")
	for i, want := range []string{"100,00", "83,33", "0,00", "100,00", "–", "–"} {
		if got := rest.Data[i].Label.Formatter; got != want {
			t.Errorf("value %d reads %q, want %q", i, got, want)
		}
	}
	for i, want := range map[int]string{
		3: "Quầy 4\nChỉ số hài lòng: 100,00% (8/8)\nKhoảng tin cậy 95%: 67,56–100,00\nSố phiếu: 8\nchưa đủ phiếu",
		4: "Quầy 3\nChưa có phiếu\nSố phiếu: 0",
	} {
		if got := rest.Data[i].Tooltip.Formatter; got != want {
			t.Errorf("tooltip %d = %q, want %q", i, got, want)
		}
	}
}

func TestTooltipsBreakBetweenWords(t *testing.T) {
	name := "Công chức  hướng dẫn kê khai hồ sơ tận tình, chu đáo, dễ hiểu"
	o := options(t, chart.Reasons([]chart.Option{{ID: "x", Label: name, Count: 2}}, words))
	want := "Công chức hướng dẫn kê khai hồ sơ tận\ntình, chu đáo, dễ hiểu\nSố phiếu: 2"
	if got := o.series(t, "count").Data[0].Tooltip.Formatter; got != want {
		t.Errorf("tooltip = %q, want %q", got, want)
	}
}

// Columns of coverage follow only where some row has dossiers, in the order of
// the rows.
func TestCoverageFollowsInTheTables(t *testing.T) {
	covered := rating.Cover(10, []rating.Served{{Count: 40}})
	bars := []chart.Bar{{Code: "a", Figure: figure(5, 10)}, {Code: "b", Figure: figure(9, 10), Coverage: covered}}
	table := chart.Ranked(bars, words).Table
	if diff := gocmp.Diff([]string{"served", "response_rate", "suggested_n"}, table.Columns[len(table.Columns)-3:]); diff != "" {
		t.Error(diff)
	}
	for i, want := range [][]any{{int64(40), 0.25, int64(37)}, {nil, nil, nil}} { // b has the higher index
		if diff := gocmp.Diff(want, table.Rows[i][len(table.Columns)-3:]); diff != "" {
			t.Errorf("row %d: %s", i, diff)
		}
	}
	if diff := gocmp.Diff(figureColumns, chart.Summary(figure(5, 10), rating.Coverage{}, words).Table.Columns); diff != "" {
		t.Errorf("without dossiers: %s", diff)
	}
	months := chart.Trend([]chart.Point{{Figure: figure(5, 10)}, {Figure: figure(5, 10), Coverage: covered}}, words).Table
	if got := months.Rows[1][len(months.Rows[1])-3]; got != int64(40) || months.Rows[0][len(months.Rows[0])-3] != nil {
		t.Errorf("trend: %v", months.Rows)
	}
}

func TestReasonsTable(t *testing.T) {
	want := chart.Table{Columns: []string{"option", "count"}, Rows: [][]any{{"slow", int64(1250)}, {"other", int64(1)}, {"fee", int64(0)}}}
	if diff := gocmp.Diff(want, samples["reasons"]().Table); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The answers to a question keep its order, each with its part of all.
func TestChoiceTable(t *testing.T) {
	drawn := samples["choice"]()
	want := chart.Table{Columns: []string{"answer", "count"}, Rows: [][]any{{"none", int64(30)}, {"once", int64(1209)}, {"more", int64(0)}}}
	if diff := gocmp.Diff(want, drawn.Table); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, label := range []string{`"2% · 30"`, `"98% · 1209"`, `"0% · 0"`} {
		if !strings.Contains(string(drawn.Options), label) {
			t.Errorf("no label %s in %s", label, drawn.Options)
		}
	}
}

func TestEmptyTablesHaveColumnsAndNoRows(t *testing.T) {
	for name, columns := range map[string][]string{
		"counters-empty": append([]string{"code", "name"}, figureColumns...),
		"trend-empty":    append([]string{"month"}, figureColumns...),
		"levels-empty":   {"question", "level", "count"},
		"reasons-empty":  {"option", "count"},
	} {
		want := chart.Table{Columns: columns, Rows: [][]any{}}
		if diff := gocmp.Diff(want, samples[name]().Table); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

func drawFigure(t *rapid.T) tally.Figure {
	n := rapid.Int64Range(0, 5000).Draw(t, "n")
	f := figure(rapid.Int64Range(0, n).Draw(t, "satisfied"), n)
	if f.Status == tally.OK && n < 30 {
		f = insufficient(f)
	}
	return f
}

// The picture shows what the table says: the index and the rest fill the
// track, the interval lies where its ends say, and it holds the index.
func TestRankedDrawsTheTable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		bars := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) chart.Bar {
			return chart.Bar{Code: rapid.StringMatching(`[a-z]{1,3}`).Draw(rt, "code"), Figure: drawFigure(rt)}
		}), 0, 12).Draw(rt, "bars")
		before := slices.Clone(bars)
		c := chart.Ranked(bars, words)
		if diff := gocmp.Diff(before, bars); diff != "" {
			rt.Fatalf("the caller's bars were changed:\n%s", diff)
		}
		if len(c.Table.Rows) != len(bars) {
			rt.Fatalf("%d rows for %d bars", len(c.Table.Rows), len(bars))
		}
		o := options(t, c)
		for i, row := range c.Table.Rows {
			length := func(id string) any { return o.series(t, id).Data[i].Value }
			if row[5] == nil {
				want := []any{"-", 100.0, "-", "-"}
				if diff := gocmp.Diff(want, []any{length("index"), length("rest"), length("floor"), length("interval")}); diff != "" {
					rt.Fatalf("row %v without index: -want +got:\n%s", row, diff)
				}
				continue
			}
			index, low, high := row[5].(float64), row[6].(float64), row[7].(float64)
			span := length("interval").(float64)
			if length("index") != index || stats.Round(index+length("rest").(float64), 2) != 100 {
				rt.Fatalf("row %v is drawn as index %v, rest %v", row, length("index"), length("rest"))
			}
			if length("floor") != low || stats.Round(low+span, 2) != high || index < low || index > high {
				rt.Fatalf("row %v is drawn with the interval from %v, %v long", row, length("floor"), span)
			}
		}
	})
}

func TestRankedOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		bars := rapid.SliceOf(rapid.Custom(func(rt *rapid.T) chart.Bar { return chart.Bar{Figure: drawFigure(rt)} })).Draw(rt, "bars")
		rank := func(a, b []any) int {
			if a[5] == nil || b[5] == nil {
				return cmp.Compare(missing(a), missing(b))
			}
			return cmp.Or(cmp.Compare(few(a), few(b)), cmp.Compare(b[5].(float64), a[5].(float64)))
		}
		if rows := chart.Ranked(bars, words).Table.Rows; !slices.IsSortedFunc(rows, rank) {
			rt.Fatalf("not in order: %v", rows)
		}
	})
}

func missing(row []any) int {
	if row[5] == nil {
		return 1
	}
	return 0
}

// few says 1 for the rows that drawFigure calls insufficient.
func few(row []any) int {
	if row[2].(int64) < 30 {
		return 1
	}
	return 0
}
