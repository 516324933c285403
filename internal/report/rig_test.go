package report_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
	"hailong/internal/tally"

	"pgregory.net/rapid"
)

const scales = `
scales:
  five: [{value: 1, label: {vi: Một}}, {value: 2, label: {vi: Hai}}, {value: 3, label: {vi: Ba}}, {value: 4, label: {vi: Bốn}}, {value: 5, label: {vi: Năm}}]
  three: [{value: 1, label: {vi: Một}}, {value: 2, label: {vi: Hai}}, {value: 3, label: {vi: Ba}}]
wording_source: for tests
`

// sources are forms that differ in everything that a dashboard has to bring
// together: versions with other wordings and options, a question on another
// scale, a form that no method uses.
var sources = map[string]string{
	"short-1": `
id: short
version: 1
title: {vi: Ngắn}
questions:
  - {id: overall, kind: rating, scale: five, text: {vi: Chung cũ}}
  - {id: manner, kind: rating, scale: five, show_if: {question: overall, at_most: 3}, text: {vi: Thái độ}}
  - {id: reasons, kind: choices, show_if: {question: overall, at_most: 3}, text: {vi: Vì sao}, options: [{id: slow, label: {vi: Chậm cũ}}, {id: fees, label: {vi: Phí}}]}
  - {id: visits, kind: choice, text: {vi: Mấy lần cũ}, options: [{id: one, label: {vi: Một cũ}}, {id: two, label: {vi: Hai}}]}
  - {id: comment, kind: text, text: {vi: Góp ý}}`,
	"short-2": `
id: short
version: 2
title: {vi: Ngắn}
questions:
  - {id: comment, kind: text, text: {vi: Góp ý}}
  - {id: overall, kind: rating, scale: five, text: {vi: Chung mới}}
  - {id: reasons, kind: choices, text: {vi: Vì sao}, options: [{id: slow, label: {vi: Chậm mới}}, {id: rude, label: {vi: Gắt}}]}
  - {id: visits, kind: choice, text: {vi: Mấy lần mới}, options: [{id: one, label: {vi: Một mới}}, {id: three, label: {vi: Ba}}]}
  - {id: more, kind: text, text: {vi: Thêm}}`,
	"long": `
id: long
version: 1
title: {vi: Dài}
questions:
  - {id: overall, kind: rating, scale: five, text: {vi: Chung}}
  - {id: manner, kind: rating, scale: three, text: {vi: Thái độ}}
  - {id: paid, kind: yes_no, text: {vi: Trả thêm}}`,
	"poll": `
id: poll
version: 1
title: {vi: Thăm dò}
questions:
  - {id: overall, kind: rating, scale: five, text: {vi: Chung}}
  - {id: reasons, kind: choices, text: {vi: Vì sao}, options: [{id: slow, label: {vi: Chậm khác}}, {id: never, label: {vi: Không}}]}`,
}

const methodSource = `
id: overall
version: 1
default: true
name: {vi: Chung}
forms: [short, long]
satisfied_from: 4
aggregate: pooled
factors: [{id: overall, name: {vi: Chung}, questions: [overall]}]
min_n: 30
suppress_below: 5
legal_reference: for tests
effective_from: 2020-01-01
`

type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

func forms(t tester) *survey.Forms {
	t.Helper()
	var all []*survey.Form
	for file, source := range sources {
		f, err := survey.ParseForm(file+".yaml", []byte(source+scales))
		must(t, err)
		all = append(all, f)
	}
	set, err := survey.NewForms(all...)
	must(t, err)
	return set
}

func method(t tester) *tally.Method {
	t.Helper()
	m, err := tally.ParseMethod("overall.yaml", []byte(methodSource), forms(t))
	must(t, err)
	return m
}

// methods holds that method alone.
func methods(t tester) *tally.Methods {
	t.Helper()
	set, err := tally.LoadMethods(fstest.MapFS{"methods/overall.yaml": {Data: []byte(methodSource)}}, forms(t))
	must(t, err)
	return set
}

// agency has one counter and one service that nobody has answered about, and
// responses name some that it does not have.
func agency() *org.Agency {
	return &org.Agency{Code: "stp", Name: "Sở Tư pháp",
		Counters: []org.Counter{{Code: "q2", Name: "Quầy 2"}, {Code: "q1", Name: "Quầy 1"}, {Code: "quiet", Name: "Quầy vắng"}},
		Services: []org.Service{{Code: "lltp", Name: "Lý lịch"}, {Code: "cc", Name: "Công chứng"}, {Code: "quiet", Name: "Vắng"}}}
}

// today is the open day of every test.
var today = calendar.Date(2026, 11, 22)

// rig is a reader over a store of its own.
type rig struct {
	store  *sqlite.Store
	ledger *ledger.Ledger
	reader *report.Reader
}

func open(t tester, file string) *rig {
	t.Helper()
	db, err := sqlite.Open(context.Background(), file)
	must(t, err)
	now := func() time.Time { return today.Midnight(time.UTC).Add(12 * time.Hour) }
	l := ledger.New(db, now, time.UTC)
	return &rig{store: db, ledger: l, reader: report.NewReader(l, forms(t), methods(t), db)}
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := open(t, filepath.Join(t.TempDir(), "hailong.db"))
	t.Cleanup(func() { must(t, r.store.Close()) })
	return r
}

func (r *rig) insert(t tester, batch ...response.Response) {
	t.Helper()
	_, err := r.store.Insert(context.Background(), batch)
	must(t, err)
}

// numbered gives each response an id of its own.
func numbered(batch []response.Response) []response.Response {
	for i := range batch {
		binary.BigEndian.PutUint32(batch[i].ID[:], uint32(i+1)*2654435761)
		binary.BigEndian.PutUint32(batch[i].ID[12:], uint32(i))
	}
	return batch
}

// levels makes n responses to the question overall of the form short.
func levels(agency string, day calendar.Day, n int, level int) []response.Response {
	batch := make([]response.Response, n)
	for i := range batch {
		batch[i] = response.Response{Day: day, Shift: calendar.Morning, Agency: agency, Counter: "q1", Channel: response.QR,
			Form: survey.Ref{ID: "short", Version: 1}, Lang: "vi",
			Answers: []survey.Answer{{Question: "overall", Values: []string{strconv.Itoa(level)}}}}
	}
	return batch
}

// draw draws responses of the agency to all forms, from days before to today.
func draw(t *rapid.T, set *survey.Forms, days calendar.Range) []response.Response {
	one := rapid.Custom(func(t *rapid.T) response.Response {
		form := rapid.SampledFrom(set.All()).Draw(t, "form")
		return response.Response{
			Day:     calendar.Day(rapid.IntRange(int(days.From), int(days.To)).Draw(t, "day")),
			Shift:   rapid.SampledFrom([]calendar.Shift{calendar.Morning, calendar.Afternoon}).Draw(t, "shift"),
			Agency:  rapid.SampledFrom([]string{"stp", "stp", "stp", "syt"}).Draw(t, "agency"),
			Counter: rapid.SampledFrom([]string{"q1", "q2", "gone", "lost"}).Draw(t, "counter"),
			Service: rapid.SampledFrom([]string{"", "cc", "lltp", "gone"}).Draw(t, "service"),
			Channel: rapid.SampledFrom(response.Channels).Draw(t, "channel"),
			Form:    form.Ref(), Lang: "vi", Answers: drawAnswers(t, form),
		}
	})
	return numbered(rapid.SliceOfN(one, 0, 60).Draw(t, "responses"))
}

func drawAnswers(t *rapid.T, f *survey.Form) []survey.Answer {
	given := survey.Given{}
	var before []survey.Answer
	for i := range f.Questions {
		q := &f.Questions[i]
		if !f.Shown(q, before) || rapid.IntRange(0, 3).Draw(t, q.ID) == 0 {
			continue
		}
		switch values := f.Values(q); q.Kind {
		case survey.Prose:
			given[q.ID] = []string{fmt.Sprintf("%s %d", q.ID, rapid.IntRange(1, 9).Draw(t, "text"))}
		case survey.Choices:
			given[q.ID] = rapid.SliceOfNDistinct(rapid.SampledFrom(values), 1, len(values), rapid.ID).Draw(t, q.ID)
		default:
			given[q.ID] = []string{rapid.SampledFrom(values).Draw(t, q.ID)}
		}
		before = append(before, survey.Answer{Question: q.ID, Values: given[q.ID]})
	}
	answers, err := f.Validate(given)
	must(t, err)
	return answers
}
