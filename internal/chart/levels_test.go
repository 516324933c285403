package chart_test

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/chart"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLevelsTable(t *testing.T) {
	got := chart.Levels([]chart.Question{question("a", "Ba mức", 5, 0, 45), question("b", "Hai mức", 1, 3)}, words).Table
	want := chart.Table{Columns: []string{"question", "level", "count"}, Rows: [][]any{
		{"a", 1, int64(5)}, {"a", 2, int64(0)}, {"a", 3, int64(45)}, {"b", 1, int64(1)}, {"b", 2, int64(3)},
	}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The neutral level lies half on each side of the middle, at 20 % of the axis.
func TestLevelsDivergeFromTheMiddle(t *testing.T) {
	o := options(t, chart.Levels([]chart.Question{question("a", "Năm mức", 5, 5, 10, 40, 40)}, words))
	want := map[string][]any{"floor": {5.0}, "level-0": {5.0}, "level-1": {5.0}, "level-2": {10.0}, "level-3": {40.0}, "level-4": {40.0}}
	for id, values := range want {
		if diff := gocmp.Diff(values, o.series(t, id).values()); diff != "" {
			t.Errorf("%s: -want +got:\n%s", id, diff)
		}
	}
	if x := o.XAxis[0]; *x.Min != 0 || *x.Max != 120 {
		t.Errorf("lengths go from %v to %v, want 0 to 120", *x.Min, *x.Max)
	}
	if x := o.XAxis[1]; *x.Min != -20 || *x.Max != 100 {
		t.Errorf("the middle lies between %v and %v, want -20 and 100", *x.Min, *x.Max)
	}
	if diff := gocmp.Diff([]string{"20%", "0%", "20%", "40%", "60%", "80%", "100%"}, o.XAxis[2].Data); diff != "" {
		t.Errorf("scale: -want +got:\n%s", diff)
	}
}

// On a scale of three whose middle counts as satisfied nothing is neutral: what
// is satisfied lies to the right, in the colours of the satisfied.
func TestASatisfiedMiddleIsNotNeutral(t *testing.T) {
	three, five := question("a", "Ba mức", 20, 50, 30), question("b", "Năm mức", 5, 5, 10, 40, 40)
	three.Satisfied, five.Satisfied = 2, 4
	three.Levels[1].Label, three.Levels[2].Label = "Hài lòng", "Rất hài lòng"
	if below := three.Below(); below != 20 {
		t.Errorf("%v %% below the middle, want 20", below)
	}
	o := options(t, chart.Levels([]chart.Question{three, five}, words))
	if x := o.XAxis[1]; *x.Min != -20 || *x.Max != 100 {
		t.Errorf("the middle lies between %v and %v, want -20 and 100", *x.Min, *x.Max)
	}
	colours := map[string]string{}
	for _, s := range o.Series {
		if other, known := colours[s.Name]; known && other != s.ItemStyle.Color {
			t.Errorf("%q is drawn in %s and in %s", s.Name, other, s.ItemStyle.Color)
		}
		colours[s.Name] = s.ItemStyle.Color
	}
	if colours["Bình thường"] == colours["Hài lòng"] {
		t.Error("satisfied is drawn as neutral")
	}
}

func TestLevelsOfSeveralScalesShareLabels(t *testing.T) {
	o := options(t, samples["levels-scales"]())
	want := []string{"Rất không hài lòng", "Không hài lòng", "Không", "Bình thường", "Có", "Hài lòng", "Rất hài lòng"}
	if diff := gocmp.Diff(want, o.Legend.Data); diff != "" {
		t.Errorf("legend: -want +got:\n%s", diff)
	}
	colours := map[string]string{}
	for _, s := range o.Series {
		if other, known := colours[s.Name]; known && other != s.ItemStyle.Color {
			t.Errorf("%q is drawn in %s and in %s", s.Name, other, s.ItemStyle.Color)
		}
		colours[s.Name] = s.ItemStyle.Color
	}
}

func TestSmallPiecesCarryNoNumber(t *testing.T) {
	o := options(t, chart.Levels([]chart.Question{question("a", "Hai mức", 7, 93), question("b", "Hai mức", 6, 94)}, words))
	low := o.series(t, "level-0").Data
	if low[0].Label.Formatter != "7" || low[1].Label.Formatter != "" {
		t.Errorf("labels = %q, %q, want 7 and none", low[0].Label.Formatter, low[1].Label.Formatter)
	}
	if got, want := low[1].Tooltip.Formatter, "Hai mức\nKhông: 6,00% (6/100)"; got != want {
		t.Errorf("tooltip = %q, want %q", got, want)
	}
}

// Whatever the answers, a bar is 100 % long, or absent, and stays on the axis.
func TestLevelsAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		questions := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) chart.Question {
			size := rapid.SampledFrom([]int{2, 3, 5}).Draw(rt, "scale")
			return question("q", "Câu hỏi", rapid.SliceOfN(rapid.Int64Range(0, 1e6), size, size).Draw(rt, "counts")...)
		}), 1, 5).Draw(rt, "questions")
		slices.SortStableFunc(questions, func(a, b chart.Question) int { return cmp.Compare(b.Below(), a.Below()) }) // as they are drawn
		o := options(t, chart.Levels(questions, words))
		for i, q := range questions {
			var sum float64
			for _, s := range o.Series[1:] {
				if length, ok := s.Data[i].Value.(float64); ok {
					sum += length
				}
			}
			want := 0.0
			if slices.ContainsFunc(q.Levels, func(l chart.Level) bool { return l.Count > 0 }) {
				want = 100
			}
			floor := o.series(t, "floor").Data[i].Value.(float64)
			if math.Abs(sum-want) > 0.03 || floor < 0 || floor+sum > *o.XAxis[0].Max+0.03 {
				rt.Fatalf("%v: %v long from %v on an axis to %v", q.Levels, sum, floor, *o.XAxis[0].Max)
			}
		}
	})
}

// The numbers inside the pieces meet WCAG AA, and the palette can be told
// apart in grey: on each side every step outwards is darker.
func TestLevelsCanBeReadWithoutColour(t *testing.T) {
	seven := chart.Question{ID: "q", Text: "Bảy mức"}
	for i := range 7 {
		seven.Levels = append(seven.Levels, chart.Level{Value: i, Label: strconv.Itoa(i), Count: 100})
	}
	var light []float64
	for _, s := range options(t, chart.Levels([]chart.Question{seven}, words)).Series[1:] {
		piece := luminance(t, s.ItemStyle.Color)
		light = append(light, piece)
		if got := contrast(piece, luminance(t, s.Data[0].Label.Color)); got < 4.5 {
			t.Errorf("the number on level %s has a contrast of %.1f", s.Name, got)
		}
	}
	for i := range 3 {
		if left, right := contrast(light[i+1], light[i]), contrast(light[5-i], light[6-i]); left < 1.25 || right < 1.25 {
			t.Errorf("levels %d steps from the ends differ by %.2f and %.2f", i, left, right)
		}
	}
}

// contrast returns the contrast ratio of WCAG; the first colour is the lighter
// one, or the ratio is turned around.
func contrast(a, b float64) float64 {
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// luminance returns the relative luminance of WCAG of a colour #rrggbb.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 24)
	if err != nil {
		t.Fatalf("%q is not a colour: %v", colour, err)
	}
	linear := func(shift int) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

// The picture begins with what dissatisfies most and says how much; the table
// keeps the order of the form.
func TestLevelsBeginWithTheWorst(t *testing.T) {
	c := chart.Levels([]chart.Question{
		question("a", "Ít chê", 0, 0, 1, 0, 1), question("b", "Bị chê nhất", 1, 1, 3, 2, 1),
		question("c", "Chưa ai trả lời", 0, 0, 0, 0, 0), question("d", "Một nửa của ba mức", 1, 2, 3),
	}, words)
	want := []string{"25% · Bị chê nhất (n\u00a0=\u00a08)", "17% · Một nửa của ba mức (n\u00a0=\u00a06)", "0% · Ít chê (n\u00a0=\u00a02)", "Chưa ai trả lời (n\u00a0=\u00a00)"}
	if diff := gocmp.Diff(want, options(t, c).YAxis[0].Data); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var order []any
	for _, row := range c.Table.Rows {
		if order = append(order, row[0]); len(order) > 1 && order[len(order)-2] == row[0] {
			order = order[:len(order)-1]
		}
	}
	if diff := gocmp.Diff([]any{"a", "b", "c", "d"}, order); diff != "" {
		t.Errorf("table: -want +got:\n%s", diff)
	}
}
