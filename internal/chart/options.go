package chart

import (
	"cmp"
	"slices"

	"hailong/internal/stats"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Option is one answer that people could choose and how many did.
type Option struct {
	ID, Label string
	Count     int64
}

// Reasons draws how often each reason was chosen, the most frequent on top;
// equals keep the order they came in. The table has the order of the picture.
func Reasons(options []Option, w Words) Chart {
	ranked := slices.SortedStableFunc(slices.Values(options), func(a, b Option) int { return cmp.Compare(b.Count, a.Count) })
	return counted("reasons", Table{Columns: []string{"option", "count"}}, ranked, w, func(o Option) string { return w.count(o.Count) })
}

// Choice draws how often each answer to a question was chosen that takes one
// answer, in the order they came in, with the part of all that chose it.
func Choice(options []Option, w Words) Chart {
	var answered int64
	for _, o := range options {
		answered += o.Count
	}
	return counted("choice", Table{Columns: []string{"answer", "count"}}, options, w, func(o Option) string {
		if answered == 0 {
			return w.count(o.Count)
		}
		return w.Number(stats.Percent(o.Count, answered), 0) + "% · " + w.count(o.Count)
	})
}

// counted draws a bar for each option, as long as the number of those who chose
// it, with a label at its end, and adds its row to the table.
func counted(id string, table Table, options []Option, w Words, label func(Option) string) Chart {
	names := make([]string, 0, len(options))
	data := make([]opts.BarData, 0, len(options))
	for _, o := range options {
		table.Rows = append(table.Rows, []any{o.ID, o.Count})
		names = append(names, o.Label)
		data = append(data, opts.BarData{
			Value:   o.Count,
			Label:   &opts.Label{Show: yes, Position: "right", Formatter: types.FuncStr(label(o))},
			Tooltip: text(wrap(o.Label), w.Responses+": "+w.count(o.Count)),
		})
	}
	c := newBar(id)
	c.SetXAxis(names).XYReversal()
	c.SetGlobalOptions(
		charts.WithLegendOpts(opts.Legend{Show: no}),
		charts.WithGridOpts(opts.Grid{Left: "0", Right: "64", Top: "8", Bottom: "8", ContainLabel: yes}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Show: no, Min: 0}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: yes}),
	)
	c.AddSeries(w.Responses, data, stacked("count", wide, accent))
	return encode(c, table)
}
