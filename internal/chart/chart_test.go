package chart_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/chart"
	"hailong/internal/rating"
	"hailong/internal/stats"
	"hailong/internal/tally"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// hostile is a name that must stay text in HTML, in a script and in a template
// of ECharts.
const hostile = `</script><img src=x onerror=1>&{a}`

var words = chart.Words{
	Index: "Chỉ số hài lòng", Interval: "Khoảng tin cậy 95%", Responses: "Số phiếu",
	Insufficient: "chưa đủ phiếu", Suppressed: "ít phiếu, không hiện chỉ số", NoData: "Chưa có phiếu", MethodChange: "Đổi cách tính", Running: "chưa hết tháng",
	Number: func(x float64, digits int) string {
		return strings.ReplaceAll(strconv.FormatFloat(x, 'f', digits, 64), ".", ",")
	},
	Month: func(m calendar.Month) string { return "T" + m.String() },
}

// figure makes the figure of n people who gave one answer each.
func figure(satisfied, n int64) tally.Figure {
	f := tally.Figure{N: n, Share: tally.Share{Numerator: satisfied, Denominator: n}, Status: tally.NoData}
	if f.Index = f.Percent(); f.Index != nil {
		interval := stats.Wilson(*f.Index/100, n)
		f.Interval, f.Status = &interval, tally.OK
	}
	return f
}

func insufficient(f tally.Figure) tally.Figure {
	f.Status = tally.Insufficient
	return f
}

var nobody = figure(0, 0)

// hidden is what remains of a figure that too few people made.
var hidden = tally.Figure{N: 3, Status: "suppressed"}

var january = calendar.MonthOf(2026, time.January)

func point(month int, f tally.Figure) chart.Point {
	return chart.Point{Month: january + calendar.Month(month), Figure: f}
}

func changed(p chart.Point) chart.Point {
	p.MethodChange = true
	return p
}

func question(id, text string, counts ...int64) chart.Question {
	labels := map[int][]string{
		2: {"Không", "Có"},
		3: {"Không hài lòng", "Bình thường", "Hài lòng"},
		5: {"Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"},
	}[len(counts)]
	q := chart.Question{ID: id, Text: text}
	for i, count := range counts {
		q.Levels = append(q.Levels, chart.Level{Value: i + 1, Label: labels[i], Count: count})
	}
	return q
}

func forty() []chart.Bar {
	var bars []chart.Bar
	for i := range int64(40) {
		bars = append(bars, chart.Bar{Code: fmt.Sprintf("tt%02d", i), Name: fmt.Sprintf("Thủ tục %d", i), Figure: figure(20+i, 60+i)})
	}
	return bars
}

// samples are the charts that have a golden file, by its name.
var samples = map[string]func() chart.Chart{
	"summary":      func() chart.Chart { return chart.Summary(figure(45, 50), rating.Coverage{}, words) },
	"summary-zero": func() chart.Chart { return chart.Summary(insufficient(figure(0, 10)), rating.Coverage{}, words) },
	"summary-full": func() chart.Chart { return chart.Summary(figure(10, 10), rating.Coverage{}, words) },
	"summary-null": func() chart.Chart { return chart.Summary(nobody, rating.Coverage{}, words) },
	"trend": func() chart.Chart {
		return chart.Trend([]chart.Point{
			point(0, figure(80, 100)), point(1, figure(85, 100)), changed(point(2, figure(0, 40))), point(3, figure(40, 40)),
			point(4, nobody), point(5, insufficient(figure(7, 9))), point(6, nobody),
		}, words)
	},
	"trend-one":   func() chart.Chart { return chart.Trend([]chart.Point{point(0, figure(80, 100))}, words) },
	"trend-empty": func() chart.Chart { return chart.Trend(nil, words) },
	"levels": func() chart.Chart {
		return chart.Levels([]chart.Question{
			question("tc1", "Nơi ngồi chờ", 2, 6, 32, 90, 70), question("tc2", hostile, 0, 0, 0, 0, 20),
			question("tc3", "Chưa ai trả lời", 0, 0, 0, 0, 0), question("tc4", "Một phiếu", 1, 0, 0, 0, 0),
		}, words)
	},
	"levels-scales": func() chart.Chart {
		return chart.Levels([]chart.Question{question("a", "Năm mức", 1, 2, 3, 4, 5), question("b", "Ba mức", 5, 25, 45), question("c", "Hai mức", 1, 3)}, words)
	},
	"levels-empty": func() chart.Chart { return chart.Levels(nil, words) },
	"counters": func() chart.Chart {
		return chart.Ranked([]chart.Bar{
			{Code: "q1", Name: "Quầy 1", Figure: figure(100, 120)}, {Code: "q2", Name: hostile, Figure: figure(0, 1300)},
			{Code: "q3", Name: "Quầy 3", Figure: nobody}, {Code: "q4", Name: "Quầy 4", Figure: insufficient(figure(8, 8))},
			{Code: "*", Name: "Gộp chung", Figure: figure(60, 60), Rest: true}, {Code: "q5", Figure: hidden}, {Code: "q6", Name: "Quầy 6", Figure: figure(700, 700)},
		}, words)
	},
	"counters-one": func() chart.Chart {
		return chart.Ranked([]chart.Bar{{Code: "q1", Name: "Quầy 1", Figure: figure(1, 1)}}, words)
	},
	"counters-empty": func() chart.Chart { return chart.Ranked(nil, words) },
	"services-forty": func() chart.Chart { return chart.Ranked(forty(), words) },
	"reasons": func() chart.Chart {
		return chart.Reasons([]chart.Option{{ID: "fee", Label: "Lệ phí không rõ", Count: 0}, {ID: "slow", Label: "Chậm so với giấy hẹn", Count: 1250}, {ID: "other", Label: hostile, Count: 1}}, words)
	},
	"choice": func() chart.Chart {
		return chart.Choice([]chart.Option{{ID: "none", Label: "Không lần nào", Count: 30}, {ID: "once", Label: hostile, Count: 1209}, {ID: "more", Label: "Từ 2 lần", Count: 0}}, words)
	},
	"choice-empty": func() chart.Chart {
		return chart.Choice([]chart.Option{{ID: "yes", Label: "Có"}, {ID: "no", Label: "Không"}}, words)
	},
	"reasons-empty": func() chart.Chart { return chart.Reasons(nil, words) },
}

func TestGolden(t *testing.T) {
	for name, sample := range samples {
		t.Run(name, func(t *testing.T) {
			got := encoded(t, sample())
			var indented bytes.Buffer
			if err := json.Indent(&indented, got, "", " "); err != nil {
				t.Fatal(err)
			}
			indented.WriteByte('\n')
			file := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(file, indented.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), indented.String()); diff != "" {
				t.Errorf("-%s +got:\n%s", file, diff)
			}
		})
	}
}

func TestGoldenFilesAreAllUsed(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if samples[strings.TrimSuffix(filepath.Base(file), ".json")] == nil {
			t.Errorf("%s belongs to no sample", file)
		}
	}
}

// TestOptionsAreHarmless holds every option string against what could run or
// call out: markup, functions, other hosts.
func TestOptionsAreHarmless(t *testing.T) {
	for name, sample := range samples {
		raw := encoded(t, sample())
		for _, forbidden := range []string{"<", ">", "&", "__f__", "function", "=>", "http:", "https:", "NaN"} {
			if bytes.Contains(raw, []byte(forbidden)) {
				t.Errorf("%s: the JSON contains %q", name, forbidden)
			}
		}
		o := options(t, sample())
		if o.Tooltip.RenderMode != "richText" || !o.Tooltip.Confine {
			t.Errorf("%s: tooltip = %+v, want richText inside the chart", name, o.Tooltip)
		}
		if !o.Aria.Enabled || o.Aria.Label.Enabled == nil || *o.Aria.Label.Enabled {
			t.Errorf("%s: aria = %+v, want it enabled without a description by ECharts", name, o.Aria)
		}
		walk(o.raw, func(key string, value any) {
			if s, ok := value.(string); ok && key == "formatter" && strings.ContainsAny(s, "{}") && s != "{value}%" && s != "{b}" {
				t.Errorf("%s: formatter %q has a placeholder", name, s)
			}
			if key == "data" && value == nil {
				t.Errorf("%s: data is null, which ECharts and charts.js do not expect", name)
			}
		})
	}
}

func TestNamesStayText(t *testing.T) {
	for _, name := range []string{"counters", "levels", "reasons"} {
		raw := encoded(t, samples[name]())
		if !bytes.Contains(raw, []byte(`\u003c/script\u003e`)) {
			t.Errorf("%s: the hostile name is missing or not escaped", name)
		}
		if bytes.Contains(options(t, samples[name]()).json, []byte("<")) {
			t.Errorf("%s: the options alone are not escaped", name)
		}
	}
}

func TestEveryBarHasAPlaceForEveryCategory(t *testing.T) {
	for name, sample := range samples {
		o := options(t, sample())
		categories := len(o.YAxis[0].Data)
		if strings.HasPrefix(name, "trend") {
			categories = len(o.XAxis[0].Data)
		}
		ids := map[string]bool{}
		for _, s := range o.Series {
			if s.ID == "" || ids[s.ID] {
				t.Errorf("%s: series id %q is empty or used twice", name, s.ID)
			}
			ids[s.ID] = true
			if len(s.Data) != categories && s.ID != "change" {
				t.Errorf("%s: series %s has %d values for %d categories", name, s.ID, len(s.Data), categories)
			}
		}
	}
}

func encoded(t *testing.T, c chart.Chart) []byte {
	t.Helper()
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// echarts is the part of the options that the tests look at.
type echarts struct {
	Tooltip struct {
		RenderMode string
		Confine    bool
	}
	Aria struct {
		Enabled bool
		Label   struct{ Enabled *bool }
	}
	Legend struct{ Data []string }
	XAxis  []axis
	YAxis  []axis
	Series []series

	json []byte
	raw  any
}

type axis struct {
	Min, Max *float64
	Data     []string
}

type series struct {
	ID, Name, Stack string
	ItemStyle       struct{ Color string }
	MarkLine        struct{ Data []struct{ XAxis int } }
	Data            []struct {
		Value   any
		Label   struct{ Color, Formatter string }
		Tooltip struct{ Formatter string }
	}
}

func options(t *testing.T, c chart.Chart) echarts {
	t.Helper()
	o := echarts{json: c.Options}
	for _, into := range []any{&o, &o.raw} {
		if err := json.Unmarshal(c.Options, into); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// series returns the series with the id.
func (o echarts) series(t *testing.T, id string) series {
	t.Helper()
	for _, s := range o.Series {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no series %q", id)
	return series{}
}

// values returns the lengths of the series, "-" where there is none.
func (s series) values() []any {
	var values []any
	for _, item := range s.Data {
		values = append(values, item.Value)
	}
	return values
}

// walk visits every member of every object.
func walk(value any, visit func(key string, value any)) {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			visit(key, member)
			walk(member, visit)
		}
	case []any:
		for _, element := range v {
			walk(element, visit)
		}
	}
}
