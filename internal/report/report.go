// Package report is the read side: it turns sums into the figures of a
// dashboard and of the office's table. Every figure is computed from a tally
// by tally.Method.Figure, so a page, a chart and a file cannot differ. It
// knows neither pages nor charts.
package report

import (
	"cmp"
	"context"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// Reader computes figures. It is safe for use by many goroutines.
type Reader struct {
	ledger *ledger.Ledger
	forms  *survey.Forms
}

// NewReader returns a reader over a ledger.
func NewReader(l *ledger.Ledger, forms *survey.Forms) *Reader {
	return &Reader{ledger: l, forms: forms}
}

// Filter selects what a dashboard counts. Empty strings select everything.
type Filter struct {
	Range   calendar.Range
	Counter string
	Service string
	Channel response.Channel
}

// selects says whether there are cells that the filter leaves out.
func (f Filter) selects() bool { return f.Counter != "" || f.Service != "" || f.Channel != "" }

func (f Filter) keeps(k tally.Key) bool {
	return (f.Counter == "" || k.Counter == f.Counter) &&
		(f.Service == "" || k.Service == f.Service) &&
		(f.Channel == "" || k.Channel == f.Channel)
}

// Dashboard is everything the page of one agency shows.
type Dashboard struct {
	Method   *tally.Method
	Figure   tally.Figure
	Months   []Month       // every month of the range, in order
	Levels   []LevelCounts // one per rating question, in the forms' order
	Counters []Group       // in the register's order, those without answers left out
	Services []Group       // likewise; Code "" is "not said"
	Reasons  []OptionCount // most often named first
	Other    int64         // responses to forms that the method does not use
}

// Month is the figure of one month, cut to the range.
type Month struct {
	Month  calendar.Month
	Figure tally.Figure
}

// Group is the figure of one counter, service or channel.
type Group struct {
	Code, Name string
	Figure     tally.Figure
}

// LevelCounts says how often each level of a question's scale was chosen.
type LevelCounts struct {
	Question *survey.Question
	Levels   []survey.Level // in rising order
	Counts   []int64        // by Levels
	Answered int64
	Blank    int64 // asked and not answered
}

// OptionCount says how often an option was chosen.
type OptionCount struct {
	Option survey.Option
	Count  int64
}

// Dashboard computes the figures of one agency.
func (r *Reader) Dashboard(ctx context.Context, agency *org.Agency, method *tally.Method, f Filter) (*Dashboard, error) {
	read, err := r.ledger.Read(ctx, []string{agency.Code}, f.Range)
	if err != nil {
		return nil, err
	}
	series := read[agency.Code]
	if f.selects() {
		series = series.Filter(f.keeps)
	}
	total := series.Total()
	used := total.Filter(func(k tally.Key) bool { return method.Uses(k.Form) })
	byForm := used.ByForm()
	return &Dashboard{
		Method:   method,
		Figure:   method.Figure(used),
		Months:   months(f.Range, series, method),
		Levels:   r.levels(byForm),
		Counters: groups(used, method, func(k tally.Key) string { return k.Counter }, counterNames(agency)),
		Services: groups(used, method, func(k tally.Key) string { return k.Service }, serviceNames(agency)),
		Reasons:  r.reasons(byForm),
		Other:    total.N() - used.N(),
	}, nil
}

func months(r calendar.Range, series ledger.Series, method *tally.Method) []Month {
	var rows []Month
	for _, month := range r.Months() {
		rows = append(rows, Month{Month: month, Figure: method.Figure(series.Month(month))})
	}
	return rows
}

// name pairs a code with what people call it.
type name struct{ code, name string }

func counterNames(a *org.Agency) []name {
	var names []name
	for _, c := range a.Counters {
		names = append(names, name{c.Code, c.Name})
	}
	return names
}

func serviceNames(a *org.Agency) []name {
	var names []name
	for _, s := range a.Services {
		names = append(names, name{s.Code, s.Name})
	}
	return names
}

// groups computes one figure per part of the tally: those the register knows
// in its order, then those it no longer knows, under their code.
func groups(t tally.Tally, method *tally.Method, part func(tally.Key) string, known []name) []Group {
	parts := tally.GroupBy(t, part)
	var rows []Group
	for _, n := range known {
		if cells, ok := parts[n.code]; ok {
			rows = append(rows, Group{Code: n.code, Name: n.name, Figure: method.Figure(cells)})
			delete(parts, n.code)
		}
	}
	var rest []string
	for code := range parts {
		rest = append(rest, code)
	}
	slices.Sort(rest)
	for _, code := range rest {
		rows = append(rows, Group{Code: code, Name: code, Figure: method.Figure(parts[code])})
	}
	return rows
}

// levels counts each rating question of the forms in the tally. Versions of
// one form and forms that share a question on the same scale are added up.
func (r *Reader) levels(byForm map[survey.Ref]*tally.Counts) []LevelCounts {
	var rows []LevelCounts
	r.eachQuestion(byForm, func(form *survey.Form, q *survey.Question, counts *tally.Counts) {
		if q.Kind != survey.Rating {
			return
		}
		i := slices.IndexFunc(rows, func(row LevelCounts) bool {
			return row.Question.ID == q.ID && sameScale(row.Levels, form.Levels(q))
		})
		if i < 0 {
			i = len(rows)
			rows = append(rows, LevelCounts{Question: q, Levels: form.Levels(q), Counts: make([]int64, len(form.Levels(q)))})
		}
		rows[i].add(q, counts)
	})
	return rows
}

func (row *LevelCounts) add(q *survey.Question, counts *tally.Counts) {
	asked := counts.Asked(q)
	if answers := counts.Questions[q.ID]; answers != nil {
		for i, level := range row.Levels {
			row.Counts[i] += answers.Values[level.Key()]
		}
		row.Answered += answers.Answered
		asked -= answers.Answered
	}
	row.Blank += asked
}

func sameScale(a, b []survey.Level) bool {
	return slices.EqualFunc(a, b, func(x, y survey.Level) bool { return x.Value == y.Value })
}

// reasons counts the options of every question that takes several.
func (r *Reader) reasons(byForm map[survey.Ref]*tally.Counts) []OptionCount {
	var rows []OptionCount
	r.eachQuestion(byForm, func(_ *survey.Form, q *survey.Question, counts *tally.Counts) {
		if q.Kind != survey.Choices {
			return
		}
		for _, option := range q.Options {
			i := slices.IndexFunc(rows, func(row OptionCount) bool { return row.Option.ID == option.ID })
			if i < 0 {
				i = len(rows)
				rows = append(rows, OptionCount{Option: option})
			}
			if answers := counts.Questions[q.ID]; answers != nil {
				rows[i].Count += answers.Values[option.ID]
			}
		}
	})
	slices.SortStableFunc(rows, func(a, b OptionCount) int { return cmp.Compare(b.Count, a.Count) })
	return rows
}

// eachQuestion visits every question of every form version in the tally, by
// form id, the newest version first so that its wording is the one shown.
func (r *Reader) eachQuestion(byForm map[survey.Ref]*tally.Counts, visit func(*survey.Form, *survey.Question, *tally.Counts)) {
	forms := slices.DeleteFunc(r.forms.All(), func(f *survey.Form) bool { return byForm[f.Ref()] == nil })
	slices.SortStableFunc(forms, func(a, b *survey.Form) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(b.Version, a.Version))
	})
	for _, form := range forms {
		for i := range form.Questions {
			visit(form, &form.Questions[i], byForm[form.Ref()])
		}
	}
}
