// Package report is the read side: it turns sums into the figures of a
// dashboard and of the office's table. Every figure is computed from a tally
// by tally.Method.Figure, so a page, a chart and a file cannot differ, and is
// held against the dossiers returned by rating.Cover. Where the figure is
// veiled so is the rate, or it would tell the number of answers. The office and the auditor are shown the exact counts; the agency that is rated
// is shown what package veil lets through. It knows neither pages nor charts.
package report

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/veil"
)

// Reader computes figures. It is safe for use by many goroutines.
type Reader struct {
	ledger *ledger.Ledger
	served *coverage.Book
	forms  *survey.Forms
	db     Store
	veil   *veil.Veil
	few    int64 // fewer answers than this are veiled
}

// Store is what a Reader needs of a store besides its ledger.
type Store interface {
	FirstDay(ctx context.Context) (calendar.Day, bool, error)
	store.Records
}

// NewReader returns a reader over a ledger. What is veiled is veiled by the
// strictest of the methods, because counts of all of them can be compared.
func NewReader(l *ledger.Ledger, forms *survey.Forms, methods *tally.Methods, db Store) *Reader {
	var k int64 = 1
	for _, m := range methods.All() {
		k = max(k, m.SuppressBelow)
	}
	counted := func(ref survey.Ref, question string) bool {
		form := forms.Version(ref)
		return form != nil && form.Question(question) != nil && (form.Question(question).Kind == survey.Rating || takesOne(form.Question(question)))
	}
	return &Reader{ledger: l, served: coverage.NewBook(db), forms: forms, db: db, veil: veil.New(db, k, counted), few: k}
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
	Coverage rating.Coverage
	Months   []Month        // every month of the range, in order
	Levels   []LevelCounts  // one per rating question, in the forms' order, without those that too few have answered
	Choices  []ChoiceCounts // one per question that takes one answer of several, likewise, and without those that nobody has answered
	Counters []Group        // in the register's order, those without answers left out
	Services []Group        // likewise; Code "" is "not said"
	Reasons  []OptionCount  // most often named first; none when too few have answered at all
	Asked    int64          // people who were asked for Reasons; 0 where that is not one question
	Other    int64          // responses to forms that the method does not use
	Received *Received      // of the selection; nil in a veiled one, see Reader.VeiledReceived

	Veiled   bool  // for the agency that is rated
	Few      int64 // veiled: nothing is shown about fewer responses than this
	Unplaced int64 // veiled: responses that are in the figure, but in no month of their own
}

// Month is the figure of one month, cut to the range.
type Month struct {
	Month    calendar.Month
	Figure   tally.Figure
	Coverage rating.Coverage
}

// Mixed is the code of the group of all answers whose counter or service a
// veiled dashboard does not tell apart.
const Mixed = veil.Any

// Group is the figure of one counter, service or channel.
type Group struct {
	Code, Name string
	Figure     tally.Figure
	Coverage   rating.Coverage
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

// Dashboard computes the exact figures of one agency.
func (r *Reader) Dashboard(ctx context.Context, agency *org.Agency, method *tally.Method, f Filter) (*Dashboard, error) {
	read, err := r.ledger.Read(ctx, []string{agency.Code}, f.Range)
	if err != nil {
		return nil, err
	}
	series := read[agency.Code]
	if f.selects() {
		series = series.Filter(f.keeps)
	}
	served, err := r.covered(ctx, agency.Code, f)
	if err != nil {
		return nil, err
	}
	d := r.dashboard(agency, method, &selected{f.Range, series.Total(), series.Month, exactly, served})
	received := receivedOf(series.Total(), method)
	d.Received = &received
	return d, nil
}

// selected is what a dashboard is made of: one selection of what is counted.
type selected struct {
	days   calendar.Range
	total  tally.Tally
	month  func(calendar.Month) tally.Tally
	mend   func(tally.Tally) tally.Tally // of any part of the counts: positive, or exactly
	served []rating.Served
}

// exactly is for counts that nothing was taken off.
func exactly(t tally.Tally) tally.Tally { return t }

// dashboard computes the figures of a selection and of each of its months.
func (r *Reader) dashboard(agency *org.Agency, method *tally.Method, from *selected) *Dashboard {
	used := from.total.Filter(func(k tally.Key) bool { return method.Uses(k.Form) })
	figure := func(t tally.Tally) tally.Figure { return method.Figure(from.mend(t)) }
	byForm := from.mend(used).ByForm()
	d := &Dashboard{
		Method:   method,
		Figure:   figure(used),
		Levels:   r.levels(byForm, method.SuppressBelow),
		Choices:  r.choices(byForm, method.SuppressBelow),
		Counters: groups(used, figure, func(k tally.Key) string { return k.Counter }, counterNames(agency)),
		Services: groups(used, figure, func(k tally.Key) string { return k.Service }, serviceNames(agency)),
		Other:    from.total.N() - used.N(),
	}
	d.Coverage = rating.Cover(d.Figure.N, from.served)
	cover(d.Counters, from.served, servedAt)
	cover(d.Services, from.served, servedFor)
	if d.Figure.Status != tally.Suppressed {
		d.Reasons, d.Asked = r.reasons(byForm)
	}
	for _, m := range from.days.Months() {
		monthly := figure(from.month(m))
		d.Months = append(d.Months, Month{Month: m, Figure: monthly, Coverage: rating.Cover(monthly.N, inMonth(from.served, m))})
	}
	return d
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
func groups(t tally.Tally, figure func(tally.Tally) tally.Figure, part func(tally.Key) string, known []name) []Group {
	parts := tally.GroupBy(t, part)
	var rows []Group
	for _, n := range known {
		if cells, ok := parts[n.code]; ok {
			rows = append(rows, Group{Code: n.code, Name: n.name, Figure: figure(cells)})
			delete(parts, n.code)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(parts)) {
		rows = append(rows, Group{Code: code, Name: code, Figure: figure(parts[code])})
	}
	return rows
}

// levels counts each rating question of the forms in the tally. Versions of
// one form and forms that share a question on the same scale are added up. A
// question that fewer than few people have answered is left out.
func (r *Reader) levels(byForm map[survey.Ref]*tally.Counts, few int64) []LevelCounts {
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
	return slices.DeleteFunc(rows, func(row LevelCounts) bool { return 0 < row.Answered && row.Answered < few })
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

// reasons counts the options of every question that takes several, and the
// people who saw it, unless one form asks two of them.
func (r *Reader) reasons(byForm map[survey.Ref]*tally.Counts) (rows []OptionCount, asked int64) {
	asking := map[survey.Ref]int{}
	r.eachQuestion(byForm, func(form *survey.Form, q *survey.Question, counts *tally.Counts) {
		if q.Kind != survey.Choices {
			return
		}
		asking[form.Ref()]++
		asked += counts.Asked(q)
		rows = addOptions(rows, q.Options, counts.Questions[q.ID])
	})
	slices.SortStableFunc(rows, func(a, b OptionCount) int { return cmp.Compare(b.Count, a.Count) })
	for _, questions := range asking {
		if questions > 1 {
			asked = 0
		}
	}
	return rows, asked
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
