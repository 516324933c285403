package chart

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"hailong/internal/rating"
	"hailong/internal/stats"
	"hailong/internal/tally"

	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// digits is the precision of every index and bound, in tables and pictures.
const digits = 2

// nothing is how ECharts writes a value that does not exist.
const nothing = "-"

// figureColumns are the columns of a figure in every table.
var figureColumns = []string{"n", "numerator", "denominator", "index", "low", "high"}

// columns puts the columns that name a row before those of its figure.
func columns(names ...string) []string { return append(names, figureColumns...) }

// cells returns the values of figureColumns.
func cells(f tally.Figure) []any {
	row := []any{f.N, f.Numerator, f.Denominator, nil, nil, nil}
	if f.Status == tally.Suppressed {
		row[1], row[2] = nil, nil
	}
	if f.Index != nil {
		row[3] = shown(*f.Index)
	}
	if f.Interval != nil {
		row[4], row[5] = shown(f.Interval.Low), shown(f.Interval.High)
	}
	return row
}

// coverColumns follow the columns of a figure where dossiers returned were
// reported for any of the rows; the rate is a share of one, as in the API.
var coverColumns = []string{"served", "response_rate", "suggested_n"}

// cover returns the table with these columns; coverages are in its order.
func (t Table) cover(coverages []rating.Coverage) Table {
	if !slices.ContainsFunc(coverages, func(c rating.Coverage) bool { return c.Served != nil }) {
		return t
	}
	t.Columns = append(t.Columns, coverColumns...)
	for i, c := range coverages {
		t.Rows[i] = append(t.Rows[i], orNil(c.Served), orNil(c.ResponseRate), orNil(c.Suggested))
	}
	return t
}

// orNil is the value pointed at, or a cell without one.
func orNil[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

func shown(x float64) float64 { return stats.Round(x, digits) }

// parts are the lengths that draw a figure on the axis from 0 to 100: the
// index and the rest of the track, the room under the interval and its span.
type parts struct{ index, rest, floor, span any }

func partsOf(f tally.Figure) parts {
	p := parts{index: nothing, rest: 100.0, floor: nothing, span: nothing}
	if f.Index != nil {
		p.index, p.rest = shown(*f.Index), shown(100-shown(*f.Index))
	}
	if f.Interval != nil {
		low, high := shown(f.Interval.Low), shown(f.Interval.High)
		p.floor, p.span = low, shown(high-low)
	}
	return p
}

// percent writes an index, or a dash where there is none.
func (w Words) percent(f tally.Figure) string {
	if f.Index == nil {
		return "–"
	}
	return w.Number(shown(*f.Index), digits)
}

// count writes a whole number.
func (w Words) count(n int64) string { return w.Number(float64(n), 0) }

// size writes the number of responses as it stands behind a name, with spaces
// at which a line does not break.
func (w Words) size(n int64) string { return "(n\u00a0=\u00a0" + w.count(n) + ")" }

// describe writes the tooltip of a figure, one fact a line.
func (w Words) describe(title string, f tally.Figure) *opts.Tooltip {
	var lines []string
	if title != "" {
		lines = append(lines, wrap(title))
	}
	switch {
	case f.Status == tally.Suppressed:
		lines = append(lines, w.Suppressed)
	case f.Index == nil:
		lines = append(lines, w.NoData)
	default:
		lines = append(lines, fmt.Sprintf("%s: %s%% (%s/%s)", w.Index, w.percent(f), w.count(f.Numerator), w.count(f.Denominator)))
	}
	if f.Interval != nil {
		low, high := shown(f.Interval.Low), shown(f.Interval.High)
		lines = append(lines, fmt.Sprintf("%s: %s–%s", w.Interval, w.Number(low, digits), w.Number(high, digits)))
	}
	lines = append(lines, w.Responses+": "+w.count(f.N))
	if f.Status == tally.Insufficient {
		lines = append(lines, w.Insufficient)
	}
	return text(lines...)
}

// text is a tooltip of fixed lines. To ECharts it is a template without a
// placeholder: braces, which would begin one, are written as parentheses.
func text(lines ...string) *opts.Tooltip {
	return &opts.Tooltip{Formatter: types.FuncStr(braces.Replace(strings.Join(lines, "\n")))}
}

var braces = strings.NewReplacer("{", "(", "}", ")")

// lineLength is the number of characters that fit a tooltip on a phone.
const lineLength = 40

// wrap breaks a text between words. A word longer than a line keeps its own.
func wrap(s string) string {
	var b strings.Builder
	length := 0
	for i, word := range strings.Fields(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case length+1+n > lineLength:
			b.WriteByte('\n')
			length = 0
		default:
			b.WriteByte(' ')
			length++
		}
		b.WriteString(word)
		length += n
	}
	return b.String()
}
