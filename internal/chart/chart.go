// Package chart turns figures into charts: ECharts options and, beside them,
// the same data as a table. go-echarts serves as builder of the options only;
// nothing is rendered here, and the options hold neither functions nor HTML,
// so a name that a person typed is text wherever it ends up. The package
// computes no figure, knows no page and holds no word of any language: labels
// and number formats come from the caller (Words). What depends on the screen
// (colours of the theme, fonts, room for labels) is the business of
// static/js/charts.js, which knows the series by their ids.
package chart

import (
	"encoding/json"

	"hailong/internal/calendar"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Chart is one picture and its data. It encodes to the JSON of the contract.
type Chart struct {
	Options json.RawMessage `json:"options"` // ECharts options, HTML characters escaped
	Table   Table           `json:"table"`
}

// Table is the data of a chart: machine values in the contract's columns. A
// nil cell has no value: null in JSON, empty in CSV. Rows is never nil.
type Table struct {
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

// Words are the labels and formats of the reader's language. All are needed.
type Words struct {
	Index        string // the satisfaction index
	Interval     string // its interval
	Responses    string // the number of responses
	Insufficient string // too few responses to compare
	Suppressed   string // so few responses that no figure is shown
	NoData       string // nobody answered
	Running      string // the month is not over
	MethodChange string // the index is computed in another way from here on

	Number func(x float64, digits int) string // a number with exactly so many decimals
	Month  func(calendar.Month) string        // a month, as short as an axis needs it
}

// Colours for a page without theme. static/js/charts.js replaces them, by the
// role in the series id, with the colours of the page.
const (
	accent = "#0b6e83"
	track  = "#e4e7eb"
	ink    = "#1b1f24"
	muted  = "#667080"
	clear  = "transparent"
)

// encode finishes a chart. Validate moves the axis data to its place; the
// options are not complete before.
func encode(c *charts.Bar, t Table) Chart {
	c.Accept(visitor{})
	c.Validate()
	options, err := json.Marshal(c.JSON())
	if err != nil {
		panic("chart: options are plain data and always encode: " + err.Error())
	}
	if t.Rows == nil {
		t.Rows = [][]any{}
	}
	return Chart{Options: options, Table: t}
}

// newBar starts a chart. It is given an id because the builder would draw a
// random one. What a screen reader says is the page's label and the table, so
// ECharts writes no description of its own.
func newBar(id string) *charts.Bar {
	c := charts.NewBar()
	c.SetGlobalOptions(
		charts.WithInitializationOpts(opts.Initialization{ChartID: id}),
		charts.WithTooltipOpts(opts.Tooltip{Trigger: "item"}),
		charts.WithAriaOpts(&opts.Aria{Enabled: yes, Label: &opts.AriaLabel{Enabled: no}}),
	)
	return c
}

// The two values of the builder's three-valued switches.
var (
	yes = opts.Bool(true)
	no  = opts.Bool(false)
)

// visitor adds the options that the builder has no field for and drops the
// empty components that it always writes.
type visitor struct {
	charts.BaseConfigurationVisitor
}

// VisitTooltipOpt draws tooltips on the canvas: never HTML, no style
// attributes, always inside the chart.
func (visitor) VisitTooltipOpt(t opts.Tooltip) any {
	return struct {
		opts.Tooltip
		RenderMode string `json:"renderMode"`
		Confine    bool   `json:"confine"`
	}{t, "richText", true}
}

// VisitLegendOpt makes the legend a key to read, not a row of switches.
func (visitor) VisitLegendOpt(l opts.Legend) any {
	return struct {
		opts.Legend
		SelectedMode bool `json:"selectedMode"`
	}{l, false}
}

// Visit removes what says nothing.
func (visitor) Visit(options map[string]any) {
	delete(options, "title")
	delete(options, "toolbox")
	delete(options, "color")
}

// series sets what every series has: an id whose first word is its role, and
// the settings of its kind.
func series(id string, set func(*charts.SingleSeries)) charts.SeriesOpts {
	return func(s *charts.SingleSeries) {
		s.Id = id
		set(s)
	}
}

// legend names the entries to show, in order; other series stay unnamed.
func legend(icon string, entries ...string) charts.GlobalOpts {
	return charts.WithLegendOpts(opts.Legend{Show: yes, Top: "0", Left: "0", Icon: icon, ItemWidth: 14, ItemHeight: 10, Data: entries})
}
