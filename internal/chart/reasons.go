package chart

import (
	"cmp"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Option is one reason that people could choose and how many did.
type Option struct {
	ID, Label string
	Count     int64
}

// Reasons draws how often each reason was chosen, the most frequent on top;
// equals keep the order they came in. The table has the order of the picture.
func Reasons(options []Option, w Words) Chart {
	table := Table{Columns: []string{"option", "count"}}
	labels := make([]string, 0, len(options))
	data := make([]opts.BarData, 0, len(options))
	for _, o := range slices.SortedStableFunc(slices.Values(options), func(a, b Option) int { return cmp.Compare(b.Count, a.Count) }) {
		table.Rows = append(table.Rows, []any{o.ID, o.Count})
		labels = append(labels, o.Label)
		data = append(data, opts.BarData{
			Value:   o.Count,
			Label:   &opts.Label{Show: yes, Position: "right", Formatter: types.FuncStr(w.count(o.Count))},
			Tooltip: text(wrap(o.Label), w.Responses+": "+w.count(o.Count)),
		})
	}
	c := newBar("reasons")
	c.SetXAxis(labels).XYReversal()
	c.SetGlobalOptions(
		charts.WithLegendOpts(opts.Legend{Show: no}),
		charts.WithGridOpts(opts.Grid{Left: "0", Right: "64", Top: "8", Bottom: "8", ContainLabel: yes}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Show: no, Min: 0}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: yes}),
	)
	c.AddSeries(w.Responses, data, stacked("count", wide, accent))
	return encode(c, table)
}
