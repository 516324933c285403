package chart

import (
	"fmt"
	"math"

	"hailong/internal/calendar"
	"hailong/internal/rating"
	"hailong/internal/tally"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Point is the figure of one month.
type Point struct {
	Month        calendar.Month
	Figure       tally.Figure
	Coverage     rating.Coverage
	MethodChange bool // the index is not comparable with that of the month before
	Running      bool // the month is not over
}

// TrendFloor returns where the axis of the index begins in Trend, in percent: a
// whole ten with some room below all that is drawn, or a short fall would look
// like a level line; 0 where nothing is drawn.
func TrendFloor(points []Point) int {
	const ten, room = 10, 2
	lowest := math.Inf(1)
	for _, p := range points {
		if p.Figure.Interval != nil {
			lowest = math.Min(lowest, p.Figure.Interval.Low)
		}
	}
	if math.IsInf(lowest, 1) {
		return 0
	}
	return max(0, int(math.Floor((lowest-room)/ten))*ten)
}

// Trend draws the index, from TrendFloor on, by month with its interval as a band, and below it the
// number of responses. The points are all months of the range in order, those
// without answers too: they leave a gap. A month that is not over has an
// asterisk. The line also breaks where the method changes. The table has a row for each point.
func Trend(points []Point, w Words) Chart {
	table := Table{Columns: columns("month")}
	months, coverages := make([]string, len(points)), make([]rating.Coverage, len(points))
	for i, p := range points {
		coverages[i] = p.Coverage
		table.Rows = append(table.Rows, append([]any{p.Month.String()}, cells(p.Figure)...))
		months[i] = w.Month(p.Month)
		if p.Running {
			months[i] += "*"
		}
	}
	c := newBar("trend")
	c.SetXAxis(months)
	c.SetGlobalOptions(
		legend("roundRect", w.Index, w.Interval, w.Responses),
		charts.WithGridOpts(
			opts.Grid{Left: "52", Right: "16", Top: "40", Bottom: "110"},
			opts.Grid{Left: "52", Right: "16", Height: "56", Bottom: "28"},
		),
	)
	addAxes(c, months, points)
	t := trend{points: points, words: w, tooltips: make([]*opts.Tooltip, len(points))}
	for i, p := range points {
		title := w.Month(p.Month)
		if p.Running {
			title += ", " + w.Running
		}
		t.tooltips[i] = w.describe(title, p.Figure)
	}
	t.addMonths(c)
	t.addLonely(c)
	line := charts.NewLine()
	for i, e := range eras(points) {
		t.addEra(line, i, e)
	}
	t.addChanges(line)
	c.Overlap(line)
	return encode(c, table.cover(coverages))
}

// The axes, by their place in the options. Those of the index share a grid.
const (
	monthAxis    = iota // months, for what belongs to the index
	responseAxis        // months, below the bars of the responses
	hoverAxis           // months, for bars that fill the month
	borderAxis          // 0 to the number of months: whole numbers lie between months
)

func addAxes(c *charts.Bar, months []string, points []Point) {
	var most int64
	for _, p := range points {
		most = max(most, p.Figure.N)
	}
	top := roundUp(most)
	c.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisLabel: &opts.AxisLabel{Show: no}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: TrendFloor(points), Max: 100, AxisLabel: &opts.AxisLabel{Formatter: "{value}%"}}),
	)
	c.ExtendXAxis(
		opts.XAxis{Type: "category", GridIndex: 1, Data: months},
		opts.XAxis{Type: "category", Show: no, Data: months},
		opts.XAxis{Type: "value", Show: no, Min: 0, Max: max(1, len(months))},
	)
	c.ExtendYAxis(opts.YAxis{Type: "value", GridIndex: 1, Min: 0, Max: top, MinInterval: float64(top)})
}

// roundUp returns the first number not less than n that has one digit and
// zeros: an axis that ends there needs no label but its ends.
func roundUp(n int64) int64 {
	for power := int64(1); ; power *= 10 {
		for digit := int64(1); digit <= 9; digit++ {
			if digit*power >= n || power > math.MaxInt64/100 {
				return digit * power
			}
		}
	}
}

// trend is what the series of one picture have in common.
type trend struct {
	points   []Point
	words    Words
	tooltips []*opts.Tooltip // by point
}

// addMonths adds the bars of the responses and, over the whole height of each
// month, an invisible one that answers to the pointer.
func (t trend) addMonths(c *charts.Bar) {
	hover := make([]opts.BarData, len(t.points))
	responses := make([]opts.BarData, len(t.points))
	for i, p := range t.points {
		hover[i] = opts.BarData{Value: 100, Tooltip: t.tooltips[i]}
		responses[i] = opts.BarData{Value: p.Figure.N, Tooltip: t.tooltips[i]}
	}
	c.AddSeries("", hover, series("hover", func(s *charts.SingleSeries) {
		s.XAxisIndex, s.BarCategoryGap = hoverAxis, "0%"
		s.ItemStyle = &opts.ItemStyle{Color: clear}
		s.Emphasis = &opts.Emphasis{ItemStyle: &opts.ItemStyle{Color: track, Opacity: opts.Float(0.4)}}
	}))
	c.AddSeries(t.words.Responses, responses, series("responses", func(s *charts.SingleSeries) {
		s.XAxisIndex, s.YAxisIndex, s.BarMaxWidth = responseAxis, 1, "28"
		s.ItemStyle = &opts.ItemStyle{Color: muted}
	}))
}

// addLonely draws the interval of months without neighbours as thin bars: a
// band needs two months.
func (t trend) addLonely(c *charts.Bar) {
	floor := make([]opts.BarData, len(t.points))
	span := make([]opts.BarData, len(t.points))
	for i, p := range t.points {
		at := parts{floor: nothing, span: nothing}
		if lonely(t.points, i) {
			at = partsOf(p.Figure)
		}
		floor[i] = opts.BarData{Value: at.floor, Tooltip: t.tooltips[i]}
		span[i] = opts.BarData{Value: at.span, Tooltip: t.tooltips[i]}
	}
	bar := func(id, colour string) charts.SeriesOpts {
		return series(id, func(s *charts.SingleSeries) {
			s.Stack, s.BarWidth = "lonely", "8"
			s.ItemStyle = &opts.ItemStyle{Color: colour, Opacity: opts.Float(bandOpacity)}
		})
	}
	c.AddSeries("", floor, bar("floor-lonely", clear))
	c.AddSeries(t.words.Interval, span, bar("band-lonely", accent))
}

const bandOpacity = 0.25

// lonely says whether the band of point i joins neither neighbour.
func lonely(points []Point, i int) bool {
	before := i > 0 && points[i-1].Figure.Interval != nil && !points[i].MethodChange
	after := i+1 < len(points) && points[i+1].Figure.Interval != nil && !points[i+1].MethodChange
	return !before && !after
}

// era is a run of points that one method has made, from the first up to but
// without the last.
type era struct{ from, to int }

func eras(points []Point) []era {
	var runs []era
	for i, p := range points {
		if i == 0 || p.MethodChange {
			runs = append(runs, era{from: i})
		}
		runs[len(runs)-1].to = i + 1
	}
	return runs
}

// addEra adds the line of an era and its band, which is the span of the
// interval stacked on an invisible line along its lower end.
func (t trend) addEra(c *charts.Line, number int, e era) {
	none := parts{index: nothing, floor: nothing, span: nothing}
	var index, floor, span []item
	for i, p := range t.points {
		at := none
		if e.from <= i && i < e.to {
			at = partsOf(p.Figure)
		}
		index = append(index, item{at.index, t.tooltips[i]})
		floor = append(floor, item{Value: at.floor})
		span = append(span, item{Value: at.span})
	}
	id := func(role string) string { return fmt.Sprintf("%s-%d", role, number) }
	c.AddSeries("", nil, series(id("floor"), edge(floor, number, nil)))
	c.AddSeries(t.words.Interval, nil, series(id("band"), edge(span, number, &opts.AreaStyle{Color: accent, Opacity: opts.Float(bandOpacity)})))
	c.AddSeries(t.words.Index, nil, series(id("index"), func(s *charts.SingleSeries) {
		s.Data, s.ConnectNulls = index, no
		s.Symbol, s.SymbolSize, s.ShowSymbol = "circle", 8, yes
		s.ItemStyle = &opts.ItemStyle{Color: accent}
		s.LineStyle = &opts.LineStyle{Color: accent, Width: 2.5}
	}))
}

// edge sets up an invisible line, which bounds the band of an era.
func edge(data []item, number int, area *opts.AreaStyle) func(*charts.SingleSeries) {
	return func(s *charts.SingleSeries) {
		s.Data, s.ConnectNulls = data, no
		s.Stack, s.Symbol = fmt.Sprintf("band-%d", number), "none"
		s.LineStyle = &opts.LineStyle{Opacity: opts.Float(0)}
		s.AreaStyle = area
	}
}

// item is a point of a line; the builder's own cannot carry a tooltip.
type item struct {
	Value   any           `json:"value"`
	Tooltip *opts.Tooltip `json:"tooltip,omitempty"`
}

// addChanges draws a line between the months wherever the method changes.
func (t trend) addChanges(c *charts.Line) {
	var changes []any
	for _, e := range eras(t.points)[min(1, len(t.points)):] {
		changes = append(changes, opts.MarkLineNameXAxisItem{Name: t.words.MethodChange, XAxis: e.from})
	}
	if changes == nil {
		return
	}
	c.AddSeries("", []opts.LineData{}, series("change", func(s *charts.SingleSeries) {
		s.XAxisIndex = borderAxis
		s.MarkLines = &opts.MarkLines{Data: changes, MarkLineStyle: opts.MarkLineStyle{
			Symbol:    []string{"none", "none"},
			Label:     &opts.Label{Show: yes, Position: "end", Formatter: "{b}"},
			LineStyle: &opts.LineStyle{Color: muted, Type: "dashed"},
		}}
	}))
}
