package report_test

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// plain is a dashboard as lines that a person could have counted.
type plain struct {
	Figure   string
	Months   []string
	Levels   []string
	Choices  []string
	Counters []string
	Services []string
	Reasons  []string
	Other    int64
}

func line(f tally.Figure) string {
	return fmt.Sprintf("%d: %d of %d", f.N, f.Numerator, f.Denominator)
}

func plainOf(d *report.Dashboard) plain {
	p := plain{Figure: line(d.Figure), Other: d.Other}
	for _, m := range d.Months {
		p.Months = append(p.Months, m.Month.String()+" "+line(m.Figure))
	}
	for _, l := range d.Levels {
		p.Levels = append(p.Levels, fmt.Sprintf("%s %q %v answered %d blank %d", l.Question.ID, l.Question.Text["vi"], l.Counts, l.Answered, l.Blank))
	}
	for _, q := range d.Choices {
		text := fmt.Sprintf("%s %s %q answered %d:", q.Form, q.Question.ID, q.Question.Text["vi"], q.Answered)
		for _, o := range q.Options {
			text += fmt.Sprintf(" %s %q %d", o.Option.ID, o.Option.Label["vi"], o.Count)
		}
		p.Choices = append(p.Choices, text)
	}
	for _, g := range d.Counters {
		p.Counters = append(p.Counters, g.Code+" "+g.Name+" "+line(g.Figure))
	}
	for _, g := range d.Services {
		p.Services = append(p.Services, g.Code+" "+g.Name+" "+line(g.Figure))
	}
	for _, r := range d.Reasons {
		p.Reasons = append(p.Reasons, fmt.Sprintf("%s %q %d", r.Option.ID, r.Option.Label["vi"], r.Count))
	}
	return p
}

// counting counts a dashboard from the responses, the plain way.
type counting struct {
	selected  []response.Response // of the agency, range and filter
	responses []response.Response // of those, to forms that the method uses
}

func countingOf(all []response.Response, f report.Filter) *counting {
	c := new(counting)
	for _, r := range all {
		if r.Agency != "stp" || !f.Range.Contains(r.Day) ||
			f.Counter != "" && f.Counter != r.Counter || f.Service != "" && f.Service != r.Service || f.Channel != "" && f.Channel != r.Channel {
			continue
		}
		c.selected = append(c.selected, r)
		if r.Form.ID != "poll" {
			c.responses = append(c.responses, r)
		}
	}
	return c
}

func value(r response.Response, question string) string {
	for _, a := range r.Answers {
		if a.Question == question && len(a.Values) > 0 {
			return a.Values[0]
		}
	}
	return ""
}

func (c *counting) figure(keep func(response.Response) bool) string {
	var n, satisfied, answered int
	for _, r := range c.responses {
		if !keep(r) {
			continue
		}
		n++
		switch value(r, "overall") {
		case "":
		case "4", "5":
			satisfied++
			answered++
		default:
			answered++
		}
	}
	if n < few { // of whom nothing but their number may be said
		satisfied, answered = 0, 0
	}
	return fmt.Sprintf("%d: %d of %d", n, satisfied, answered)
}

// few is the method's suppress_below.
const few = 5

func (c *counting) any(keep func(response.Response) bool) bool {
	return slices.ContainsFunc(c.responses, keep)
}

func (c *counting) dashboard(f report.Filter) plain {
	p := plain{
		Figure: c.figure(func(response.Response) bool { return true }),
		Other:  int64(len(c.selected) - len(c.responses)),
		Levels: c.levels(), Choices: c.choices(), Reasons: c.reasons(),
	}
	for _, month := range f.Range.Months() {
		p.Months = append(p.Months, month.String()+" "+c.figure(func(r response.Response) bool { return r.Day.Month() == month }))
	}
	for _, known := range []struct{ code, name string }{{"q2", "Quầy 2"}, {"q1", "Quầy 1"}, {"gone", "gone"}, {"lost", "lost"}} {
		in := func(r response.Response) bool { return r.Counter == known.code }
		if c.any(in) {
			p.Counters = append(p.Counters, known.code+" "+known.name+" "+c.figure(in))
		}
	}
	for _, known := range []struct{ code, name string }{{"lltp", "Lý lịch"}, {"cc", "Công chứng"}, {"", ""}, {"gone", "gone"}} {
		in := func(r response.Response) bool { return r.Service == known.code }
		if c.any(in) {
			p.Services = append(p.Services, known.code+" "+known.name+" "+c.figure(in))
		}
	}
	return p
}

// inForm selects the responses to one version of a form.
func inForm(form survey.Ref) func(response.Response) bool {
	return func(r response.Response) bool { return r.Form == form }
}

var (
	short1 = survey.Ref{ID: "short", Version: 1}
	short2 = survey.Ref{ID: "short", Version: 2}
	long   = survey.Ref{ID: "long", Version: 1}
)

// levels lists the rating questions: by form id, the newest version first; one
// line for each question and scale, under the wording of the first form that
// has answers.
func (c *counting) levels() []string {
	var lines []string
	for _, row := range []struct {
		question string
		scale    int
		wordings map[survey.Ref]string
		asked    func(response.Response) bool
	}{
		{"overall", 5, map[survey.Ref]string{long: "Chung", short2: "Chung mới", short1: "Chung cũ"}, func(response.Response) bool { return true }},
		{"manner", 3, map[survey.Ref]string{long: "Thái độ"}, func(response.Response) bool { return true }},
		{"manner", 5, map[survey.Ref]string{short1: "Thái độ"}, func(r response.Response) bool {
			return slices.Contains([]string{"1", "2", "3"}, value(r, "overall"))
		}},
	} {
		wording, counts := "", make([]int, row.scale)
		answered, blank := 0, 0
		for _, form := range []survey.Ref{long, short2, short1} {
			if _, asks := row.wordings[form]; asks && wording == "" && c.any(inForm(form)) {
				wording = row.wordings[form]
			}
		}
		for _, r := range c.responses {
			v := value(r, row.question)
			switch _, asks := row.wordings[r.Form]; {
			case !asks || !row.asked(r):
			case v == "":
				blank++
			default:
				answered++
				counts[v[0]-'1']++
			}
		}
		if wording != "" && (answered == 0 || answered >= few) {
			lines = append(lines, fmt.Sprintf("%s %q %v answered %d blank %d", row.question, wording, counts, answered, blank))
		}
	}
	return lines
}

// choices lists the questions that take one answer, by form, each under the
// wording of the newest version that has answers, whose options come first.
func (c *counting) choices() []string {
	times := func(id, question string) (n int) {
		for _, r := range c.responses {
			if r.Form.ID == id && value(r, question) != "" {
				n++
			}
		}
		return n
	}
	chose := func(id, question, option string) (n int) {
		for _, r := range c.responses {
			if r.Form.ID == id && value(r, question) == option {
				n++
			}
		}
		return n
	}
	var lines []string
	if n := times("long", "paid"); n >= few {
		lines = append(lines, fmt.Sprintf(`long paid "Trả thêm" answered %d: yes "" %d no "" %d`, n, chose("long", "paid", "yes"), chose("long", "paid", "no")))
	}
	one, two, three := chose("short", "visits", "one"), chose("short", "visits", "two"), chose("short", "visits", "three")
	n := times("short", "visits")
	switch old, current := c.any(inForm(short1)), c.any(inForm(short2)); {
	case n < few:
	case old && current:
		lines = append(lines, fmt.Sprintf(`short visits "Mấy lần mới" answered %d: one "Một mới" %d three "Ba" %d two "Hai" %d`, n, one, three, two))
	case current:
		lines = append(lines, fmt.Sprintf(`short visits "Mấy lần mới" answered %d: one "Một mới" %d three "Ba" %d`, n, one, three))
	case old:
		lines = append(lines, fmt.Sprintf(`short visits "Mấy lần cũ" answered %d: one "Một cũ" %d two "Hai" %d`, n, one, two))
	}
	return lines
}

func (c *counting) reasons() []string {
	if len(c.responses) < few {
		return nil
	}
	type reason struct {
		id, label string
		count     int
	}
	var rows []reason
	one, two := c.any(inForm(short1)), c.any(inForm(short2))
	switch {
	case one && two:
		rows = []reason{{id: "slow", label: "Chậm mới"}, {id: "rude", label: "Gắt"}, {id: "fees", label: "Phí"}}
	case one:
		rows = []reason{{id: "slow", label: "Chậm cũ"}, {id: "fees", label: "Phí"}}
	case two:
		rows = []reason{{id: "slow", label: "Chậm mới"}, {id: "rude", label: "Gắt"}}
	}
	for i := range rows {
		for _, r := range c.responses {
			for _, a := range r.Answers {
				if a.Question == "reasons" && slices.Contains(a.Values, rows[i].id) {
					rows[i].count++
				}
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b reason) int { return cmp.Compare(b.count, a.count) })
	var lines []string
	for _, r := range rows {
		lines = append(lines, fmt.Sprintf("%s %q %d", r.id, r.label, r.count))
	}
	return lines
}

// TestDashboardCounts is the law of the dashboard: whatever is selected, every
// figure is what counting the responses one by one gives.
func TestDashboardCounts(t *testing.T) {
	set, m := forms(t), method(t)
	folder, stores := t.TempDir(), 0
	days := calendar.Range{From: calendar.Date(2026, 9, 12), To: today}
	rapid.Check(t, func(t *rapid.T) {
		stores++
		r := open(t, filepath.Join(folder, fmt.Sprintf("%d.db", stores)))
		defer r.store.Close()
		all := draw(t, set, days)
		r.insert(t, all...)
		if rapid.Bool().Draw(t, "sealed") {
			must(t, r.ledger.Seal(context.Background(), nil))
		}
		for range 4 {
			from := calendar.Day(rapid.IntRange(int(days.From-40), int(days.To)).Draw(t, "from"))
			f := report.Filter{
				Range:   calendar.Range{From: from, To: calendar.Day(rapid.IntRange(int(from), int(days.To+40)).Draw(t, "to"))},
				Counter: rapid.SampledFrom([]string{"", "", "q1", "gone", "quiet"}).Draw(t, "counter"),
				Service: rapid.SampledFrom([]string{"", "", "lltp", "gone", "quiet"}).Draw(t, "service"),
				Channel: rapid.SampledFrom([]response.Channel{"", "", response.QR, response.Paper}).Draw(t, "channel"),
			}
			board, err := r.reader.Dashboard(context.Background(), agency(), m, f)
			must(t, err)
			if diff := gocmp.Diff(countingOf(all, f).dashboard(f), plainOf(board)); diff != "" {
				t.Fatalf("%+v (- counted, + read): %s", f, diff)
			}
		}
	})
}

func TestDashboardWithoutAnswers(t *testing.T) {
	r, m := newRig(t), method(t)
	f := report.Filter{Range: calendar.Range{From: calendar.Date(2026, 8, 31), To: calendar.Date(2026, 11, 1)}}
	board, err := r.reader.Dashboard(t.Context(), agency(), m, f)
	must(t, err)
	want := plain{Figure: "0: 0 of 0", Months: []string{"2026-08 0: 0 of 0", "2026-09 0: 0 of 0", "2026-10 0: 0 of 0", "2026-11 0: 0 of 0"}}
	if diff := gocmp.Diff(want, plainOf(board)); diff != "" {
		t.Error(diff)
	}
	if board.Method != m || board.Figure.Status != tally.NoData || board.Figure.Index != nil || board.Months[0].Figure.Status != tally.NoData {
		t.Errorf("figure %+v", board.Figure)
	}
}

// TestDashboardScaleAndLabels shows levels in rising order under the labels of
// their scale.
func TestDashboardScaleAndLabels(t *testing.T) {
	r := newRig(t)
	batch := append(levels("stp", today, 6, 5), levels("stp", today-30, 2, 2)...)
	r.insert(t, numbered(batch)...)
	board, err := r.reader.Dashboard(t.Context(), agency(), method(t), report.Filter{Range: calendar.Range{From: today - 60, To: today}})
	must(t, err)
	var labels []string
	for _, level := range board.Levels[0].Levels {
		labels = append(labels, level.Label["vi"])
	}
	if diff := gocmp.Diff([]string{"Một", "Hai", "Ba", "Bốn", "Năm"}, labels); diff != "" {
		t.Error(diff)
	}
	if diff := gocmp.Diff([]int64{0, 2, 0, 0, 6}, board.Levels[0].Counts); diff != "" {
		t.Error(diff)
	}
	if board.Figure.Status != tally.Insufficient || *board.Figure.Index != 75 {
		t.Errorf("figure %+v", board.Figure)
	}
}
