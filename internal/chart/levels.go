package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"hailong/internal/stats"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Question is one rating question and how often each level was chosen.
type Question struct {
	ID, Text  string
	Levels    []Level // in rising order
	Satisfied int     // the lowest value that counts as satisfied; 0: nobody says
}

// Level is one step of a scale; a higher value is the more satisfied answer.
type Level struct {
	Value int
	Label string
	Count int64
}

// Levels draws one bar a question that diverges from the middle of its scale:
// levels below the middle lie to the left, above it to the right, and a neutral
// level half on each side, so that the eye compares the two sides. The question
// with the largest part below the middle stands on top, with that part before
// its text. Lengths are percentages of the answers; the table has the counts, a
// row for each level of each question in the order given.
func Levels(questions []Question, w Words) Chart {
	table := Table{Columns: []string{"question", "level", "count"}}
	for _, q := range questions {
		for _, l := range q.Levels {
			table.Rows = append(table.Rows, []any{q.ID, l.Value, l.Count})
		}
	}
	questions = slices.SortedStableFunc(slices.Values(questions), func(a, b Question) int { return cmp.Compare(b.Below(), a.Below()) })
	labels := make([]string, len(questions))
	for i, q := range questions {
		labels[i] = q.Text + " " + w.size(q.answered())
		if q.answered() > 0 {
			labels[i] = w.Number(q.Below(), 0) + "% · " + labels[i]
		}
	}
	left, right := extent(questions)
	steps := stepsOf(questions)
	c := newBar("levels")
	c.SetXAxis(labels).XYReversal()
	c.SetGlobalOptions(
		legend("rect", legendOf(steps)...),
		charts.WithGridOpts(opts.Grid{Left: "0", Right: "0", Top: "48", Bottom: "8", ContainLabel: yes}),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Show: no, Min: 0, Max: left + right}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: yes, AxisLine: &opts.AxisLine{Show: yes, OnZeroAxisIndex: 1}}),
	)
	c.ExtendXAxis(opts.XAxis{Type: "value", Show: no, Min: -left, Max: right}, percentScale(left, right))
	c.AddSeries("", floors(questions, left, w), stacked("floor", wide, clear))
	for i, s := range steps {
		c.AddSeries(s.label, s.data(questions, w), stacked(fmt.Sprintf("level-%d", i), wide, s.colour()))
	}
	return encode(c, table)
}

func (q Question) answered() int64 {
	var n int64
	for _, l := range q.Levels {
		n += l.Count
	}
	return n
}

// share returns the part of the answers that chose level i, in percent.
func (q Question) share(i int) float64 {
	n := q.answered()
	if n == 0 {
		return 0
	}
	return stats.Percent(q.Levels[i].Count, n)
}

// Below returns the part of the answers below the middle of the scale, in
// percent, 0 to 100; 0 where nobody answered.
func (q Question) Below() float64 {
	var chosen int64
	for i, l := range q.Levels {
		if q.position(i) < 0 {
			chosen += l.Count
		}
	}
	if chosen == 0 {
		return 0
	}
	return stats.Percent(chosen, q.answered())
}

// position returns how far level i lies from the middle of its scale, in half
// steps: -4, -2, 0, 2, 4 on a scale of five. A middle level that counts as
// satisfied is not neutral, and lies above the middle with those that follow:
// -1, 1, 3 on a scale of three.
func (q Question) position(i int) int {
	place := 2*i - (len(q.Levels) - 1)
	if middle := len(q.Levels) / 2; len(q.Levels)%2 == 1 && 0 < q.Satisfied && q.Satisfied <= q.Levels[middle].Value {
		place++
	}
	return place
}

// reach returns how far the bar of the question extends from the middle to
// either side, in percent.
func (q Question) reach() (left, right float64) {
	for i := range q.Levels {
		switch position := q.position(i); {
		case position < 0:
			left += q.share(i)
		case position > 0:
			right += q.share(i)
		default:
			left += q.share(i) / 2
			right += q.share(i) / 2
		}
	}
	return left, right
}

// gridStep is the distance of the grid lines in percent.
const gridStep = 20

// extent returns the longest reach of all questions to the left and to the
// right, rounded up to a whole grid step.
func extent(questions []Question) (left, right int) {
	var l, r float64
	for _, q := range questions {
		ql, qr := q.reach()
		l, r = math.Max(l, ql), math.Max(r, qr)
	}
	return gridUp(l), gridUp(r)
}

func gridUp(percent float64) int {
	// A sum of shares may exceed a whole step by a rounding error.
	steps := int(math.Ceil(percent/gridStep - 1e-9))
	return max(1, steps) * gridStep
}

// percentScale labels the distance from the middle without a sign. ECharts
// could do so on the value axis only with a function, so the labels stand on
// an axis of their own that spans the same range.
func percentScale(left, right int) opts.XAxis {
	labels := []string{}
	for x := -left; x <= right; x += gridStep {
		labels = append(labels, fmt.Sprintf("%d%%", max(x, -x)))
	}
	return opts.XAxis{
		Type: "category", Position: "bottom", BoundaryGap: no, Data: labels,
		AxisLabel: &opts.AxisLabel{AlignMinLabel: "left", AlignMaxLabel: "right", HideOverlap: yes},
	}
}

// floors are the empty stretches that bring the middle of every bar to the
// same place.
func floors(questions []Question, left int, w Words) []opts.BarData {
	data := make([]opts.BarData, len(questions))
	for i, q := range questions {
		reach, _ := q.reach()
		data[i] = opts.BarData{Value: shown(float64(left) - reach), Tooltip: text(wrap(q.Text), w.Responses+": "+w.count(q.answered()))}
	}
	return data
}

// step is a level as it is drawn: questions on the same scale share it.
type step struct {
	label    string
	position int // see Question.position
}

// stepsOf returns the steps of all scales from the lowest to the highest.
func stepsOf(questions []Question) []step {
	var steps []step
	for _, q := range questions {
		for i, l := range q.Levels {
			if s := (step{l.Label, q.position(i)}); !slices.Contains(steps, s) {
				steps = append(steps, s)
			}
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.position, b.position) })
	return steps
}

// legendOf lists the labels in the order of the steps, each once.
func legendOf(steps []step) []string {
	labels := []string{}
	for _, s := range steps {
		if !slices.Contains(labels, s.label) {
			labels = append(labels, s.label)
		}
	}
	return labels
}

// legible is the smallest share, in percent, in which a number of two digits
// has room on a phone.
const legible = 7

// data returns the step's piece of each bar, with its share written inside
// where there is room.
func (s step) data(questions []Question, w Words) []opts.BarData {
	data := make([]opts.BarData, len(questions))
	for i, q := range questions {
		data[i].Value = nothing
		for j, l := range q.Levels {
			if q.answered() == 0 || (step{l.Label, q.position(j)}) != s {
				continue
			}
			share := q.share(j)
			facts := fmt.Sprintf("%s: %s%% (%s/%s)", l.Label, w.Number(shown(share), digits), w.count(l.Count), w.count(q.answered()))
			data[i] = opts.BarData{Value: shown(share), Tooltip: text(wrap(q.Text), facts)}
			if share >= legible {
				data[i].Label = &opts.Label{Show: yes, Position: "inside", Color: s.ink(), Formatter: types.FuncStr(w.Number(stats.Round(share, 0), 0))}
			}
		}
	}
	return data
}

// tones run from the least to the most satisfied level, through a neutral
// middle. They grow lighter towards the middle, and the two sides are told
// apart by every kind of colour vision. Neighbours differ up to scales of
// seven levels.
var tones = [...]string{"#7d161c", "#b5292f", "#e8845c", "#c3c7cb", "#57b4a5", "#0a7566", "#05453c"}

const neutral = len(tones) / 2

// strength counts whole steps from the middle, as far as there are tones.
func (s step) strength() int { return min((max(s.position, -s.position)+1)/2, neutral) }

func (s step) colour() string {
	if s.position < 0 {
		return tones[neutral-s.strength()]
	}
	return tones[neutral+s.strength()]
}

// ink is the colour in which a number on the step can be read.
func (s step) ink() string {
	if s.strength() > 1 {
		return "#ffffff"
	}
	return ink
}
