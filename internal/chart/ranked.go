package chart

import (
	"cmp"
	"fmt"
	"slices"

	"hailong/internal/rating"
	"hailong/internal/tally"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Bar is one counter or service and its figure.
type Bar struct {
	Code, Name string
	Figure     tally.Figure
	Coverage   rating.Coverage
	Rest       bool // all that is not told apart: no counter and no service, and last of all
}

// Summary draws one figure and its interval on the axis from 0 to 100.
func Summary(f tally.Figure, c rating.Coverage, w Words) Chart {
	table := Table{Columns: columns(), Rows: [][]any{cells(f)}}.cover([]rating.Coverage{c})
	return figures("summary", []row{{figure: f, tooltip: w.describe("", f)}}, table, w)
}

// Ranked draws the counters or the services below each other. Those with
// enough responses come first, the highest index on top, then those with too
// few, which are drawn paler, then those without an index, then the rest that
// is not told apart. Equals keep the order they came in. The table has the order of the picture.
func Ranked(bars []Bar, w Words) Chart {
	table := Table{Columns: columns("code", "name")}
	rows := make([]row, 0, len(bars))
	coverages := make([]rating.Coverage, 0, len(bars))
	for _, b := range slices.SortedStableFunc(slices.Values(bars), compareBars) {
		table.Rows = append(table.Rows, append([]any{b.Code, b.Name}, cells(b.Figure)...))
		rows, coverages = append(rows, b.row(w)), append(coverages, b.Coverage)
	}
	return figures("ranked", rows, table.cover(coverages), w)
}

func compareBars(a, b Bar) int {
	return cmp.Or(cmp.Compare(a.grade(), b.grade()), -cmp.Compare(index(a.Figure), index(b.Figure)))
}

// grade orders bars by what may be said of them.
func (b Bar) grade() int {
	switch {
	case b.Rest:
		return 3
	case b.Figure.Index == nil:
		return 2
	case b.Figure.Status == tally.Insufficient:
		return 1
	}
	return 0
}

func index(f tally.Figure) float64 {
	if f.Index == nil {
		return 0
	}
	return shown(*f.Index)
}

// row is one line of a picture of figures.
type row struct {
	label   string
	figure  tally.Figure
	tooltip *opts.Tooltip
}

func (b Bar) row(w Words) row {
	name := cmp.Or(b.Name, b.Code)
	label := name + " " + w.size(b.Figure.N)
	switch b.Figure.Status {
	case tally.Insufficient:
		label += " · " + w.Insufficient
	case tally.Suppressed:
		label += " · " + w.Suppressed
	}
	return row{label: label, figure: b.Figure, tooltip: w.describe(name, b.Figure)}
}

// figures draws rows on a common axis from 0 to 100. Each row has two bars on
// two axes with the same categories, so that both lie on the row's middle: a
// wide one that is the index and the rest of the way to 100, and over it a
// thin one that is the interval. A rest of nothing still carries the value.
func figures(id string, rows []row, table Table, w Words) Chart {
	labels := make([]string, len(rows))
	index, rest, floor, span := bars(rows), bars(rows), bars(rows), bars(rows)
	for i, r := range rows {
		labels[i] = r.label
		p := partsOf(r.figure)
		index[i].Value, rest[i].Value, floor[i].Value, span[i].Value = p.index, p.rest, p.floor, p.span
		rest[i].Label = &opts.Label{Show: yes, Position: "right", Formatter: types.FuncStr(w.percent(r.figure))}
		if r.figure.Status == tally.Insufficient {
			index[i].ItemStyle = &opts.ItemStyle{Opacity: opts.Float(0.45)}
		}
	}
	c := newBar(id)
	c.SetXAxis(labels).XYReversal()
	c.ExtendYAxis(opts.YAxis{Type: "category", Show: no, Inverse: yes, Data: labels})
	c.SetGlobalOptions(
		legend("roundRect", w.Index, w.Interval),
		charts.WithGridOpts(opts.Grid{Left: "0", Right: "64", Top: "40", Bottom: "8", ContainLabel: yes}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Min: 0, Max: 100, AxisLabel: percentLabel()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: yes}),
	)
	c.AddSeries(w.Index, index, stacked("index", wide, accent))
	c.AddSeries("", rest, stacked("rest", wide, track))
	c.AddSeries("", floor, stacked("floor", thin, clear))
	c.AddSeries(w.Interval, span, stacked("interval", thin, ink))
	return encode(c, table)
}

// bars returns a bar without length for each row.
func bars(rows []row) []opts.BarData {
	data := make([]opts.BarData, len(rows))
	for i, r := range rows {
		data[i].Tooltip = r.tooltip
	}
	return data
}

// column is the bar of a row on one of its axes.
type column struct {
	axis  int
	width string // pixels
}

var (
	wide = column{0, "18"}
	thin = column{1, "6"}
)

// stacked puts a bar onto the one that was added before in the same column.
func stacked(id string, c column, colour string) charts.SeriesOpts {
	return series(id, func(s *charts.SingleSeries) {
		s.YAxisIndex, s.Stack, s.BarWidth = c.axis, fmt.Sprintf("column-%d", c.axis), c.width
		s.ItemStyle = &opts.ItemStyle{Color: colour}
	})
}

func percentLabel() *opts.AxisLabel {
	return &opts.AxisLabel{Formatter: "{value}%", AlignMinLabel: "left"}
}
