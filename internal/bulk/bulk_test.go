package bulk_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"hailong/internal/bulk"
	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// said has a line break, quotation marks, both separators and a letter that
// some systems write in two parts (NFD).
const said = "Chờ lâu,\n\"rất\" lâu; cảm ơn"

// The same two answers in each notation.
var (
	asNDJSON = `{"submission":"aaaaaaaaaaaaaaaaaaaaaaaa","agency":"a0","counter":"q1","service":"lltp","channel":"qr","day":"2026-10-05","shift":"am","form":"mot-cua","version":1,"lang":"vi","answers":{"overall":2,"reasons":["slow","waiting"],"comment":"Chờ lâu,\n\"rất\" lâu; cảm ơn"}}

{"submission":"bbbbbbbbbbbbbbbbbbbbbbbb","agency":"a3","counter":"q2","service":null,"channel":"paper","day":"2024-02-29","shift":"pm","form":"mot-cua","version":1,"lang":"en","answers":{"overall":5,"comment":null}}`

	asObjects = `lang,submission,agency,counter,service,channel,day,shift,form,version,answers
vi,aaaaaaaaaaaaaaaaaaaaaaaa,a0,q1,lltp,qr,2026-10-05,am,mot-cua,1,"{""overall"":2,""reasons"":[""waiting"",""slow""],""comment"":""Chờ lâu,\n\""rất\"" lâu; cảm ơn""}"
en,bbbbbbbbbbbbbbbbbbbbbbbb,a3,q2,,paper,2024-02-29,pm,mot-cua,1,"{""overall"":5}"
`
	asCells = "submission;agency;counter;service;channel;day;shift;form;version;lang;q.overall;q.reasons;q.comment\r\n" +
		"aaaaaaaaaaaaaaaaaaaaaaaa;a0;q1;lltp;qr;2026-10-05;am;mot-cua;1;vi;2;slow | waiting;\"Chờ lâu,\r\n\"\"rất\"\" lâu; cảm ơn\"\r\n" +
		"bbbbbbbbbbbbbbbbbbbbbbbb;a3;q2;;paper;2024-02-29;pm;mot-cua;1;en;5;;\r\n\r\n"
)

func twoAnswers(t *testing.T) []response.Response {
	a, err := response.NewID("aaaaaaaaaaaaaaaaaaaaaaaa")
	must(t, err)
	b, err := response.NewID("bbbbbbbbbbbbbbbbbbbbbbbb")
	must(t, err)
	form := survey.Ref{ID: "mot-cua", Version: 1}
	return []response.Response{
		{ID: b, Day: calendar.Date(2024, 2, 29), Shift: calendar.Afternoon, Agency: "a3", Counter: "q2", Channel: response.Paper, Form: form, Lang: "en",
			Answers: []survey.Answer{{Question: "overall", Values: []string{"5"}}}},
		{ID: a, Day: calendar.Date(2026, 10, 5), Shift: calendar.Morning, Agency: "a0", Counter: "q1", Service: "lltp", Channel: response.QR, Form: form, Lang: "vi",
			Answers: []survey.Answer{{Question: "overall", Values: []string{"2"}}, {Question: "reasons", Values: []string{"slow", "waiting"}}, {Question: "comment", Text: said}}},
	}
}

func TestEachNotation(t *testing.T) {
	for name, c := range map[string]struct{ file, content string }{
		"NDJSON":               {"old.ndjson", asNDJSON},
		"NDJSON with a mark":   {"old.JSONL", "\uFEFF" + asNDJSON},
		"NDJSON by content":    {"old.txt", "\uFEFF\n" + asNDJSON},
		"CSV with objects":     {"old.csv", asObjects},
		"CSV by content":       {"old", asObjects},
		"CSV of a spreadsheet": {"old.CSV", "\uFEFF" + asCells},
		"NDJSON in NFD":        {"old.json", norm.NFD.String(asNDJSON)},
		"CSV in NFD":           {"old.csv", norm.NFD.String(asCells)},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			if got := r.load(t, c.file, c.content); got != (bulk.Report{Stored: 2}) {
				t.Errorf("%+v", got)
			}
			if diff := cmp.Diff(twoAnswers(t), r.stored(t)); diff != "" {
				t.Error(diff)
			}
			if pins, err := r.store.Pins(t.Context()); err != nil || len(pins) != 1 || pins[0].Form.ID != "mot-cua" {
				t.Errorf("pins %v, %v", pins, err)
			}
			r.clean(t, 2)
		})
	}
}

func TestYesNoAndUnusedColumns(t *testing.T) {
	r := newRig(t)
	form := `
id: hai
version: 3
title: {vi: Phiếu}
wording_source: for tests
questions:
  - {id: again, kind: yes_no, required: true, text: {vi: Ông/Bà có phải quay lại không?}}
`
	parsed, err := survey.ParseForm("hai.yaml", []byte(form))
	must(t, err)
	r.Forms, err = survey.NewForms(append(forms.All(), parsed)...)
	must(t, err)
	r.load(t, "x.csv", `submission,agency,counter,service,channel,day,shift,form,version,lang,q.again,q.overall
aaaaaaaaaaaaaaaaaaaaaaaa,a0,q1,,kiosk,2026-10-05,am,hai,3,vi,yes,
bbbbbbbbbbbbbbbbbbbbbbbb,a0,q1,,kiosk,2026-10-05,am,mot-cua,1,vi,,4
`)
	for _, one := range r.stored(t) {
		want := map[string]string{"hai": "yes", "mot-cua": "4"}[one.Form.ID]
		if len(one.Answers) != 1 || one.Answers[0].Values[0] != want {
			t.Errorf("%+v", one)
		}
	}
	r.clean(t, 2)
}

func TestStoringAgain(t *testing.T) {
	r := newRig(t)
	must(t, r.Ledger.Seal(t.Context(), nil))
	r.load(t, "x.ndjson", line(1, "a0", today-30)+line(2, "a0", today)+line(3, "a1", today-1))
	r.clean(t, 3)
	again := line(1, "a0", today-30) + line(4, "a0", today-30) + line(4, "a0", today-30)
	if got := r.load(t, "x.ndjson", again); got != (bulk.Report{Stored: 1, Duplicates: 2}) {
		t.Errorf("%+v", got)
	}
	r.clean(t, 4)
	if got := r.load(t, "x.ndjson", ""); got != (bulk.Report{}) {
		t.Errorf("an empty file: %+v", got)
	}
}

func TestNothingIsStoredOfAFaultyFile(t *testing.T) {
	r := newRig(t)
	r.Closed = func(agency string, day calendar.Day) (string, bool) {
		return "2026-Q3", agency == "a0" && day == calendar.Date(2026, 9, 30)
	}
	good := line(1, "a0", today-1)
	bad := func(old, replaced string) string { return strings.Replace(good, old, replaced, 1) }
	content := good + "\r\n" +
		bad(`"a0"`, `"stp"`) +
		bad(`"q1"`, `"q9"`) +
		bad(`"lltp"`, `"khong"`) +
		bad(`"ticket"`, `"fax"`) +
		bad((today-1).String(), today.String()) +
		bad((today-1).String(), (today+1).String()) +
		bad((today-1).String(), "1026-11-01") +
		bad((today-1).String(), "21/11/2026") +
		bad((today-1).String(), "2026-09-30") +
		bad(`"am"`, `"night"`) +
		bad(`"version":1`, `"version":7`) +
		bad(`"version":1`, `"version":"1"`) +
		bad(`"vi"`, `"fr"`) +
		bad(`{"overall":2}`, `{"overall":9}`) +
		bad(`{"overall":2}`, `{"overall":2,"comment":"bad\u0007bell"}`) +
		bad(`{"overall":2}`, `{"overall":"2","mood":"x"}`) +
		bad(`{"overall":2}`, `{}`) +
		bad(key(1), "short") +
		bad(`"lang"`, `"language"`) +
		bad(`"lang":"vi"`, `"lang":"vi","lang":"vi"`) +
		"not JSON\n" +
		bad("mot-cua", "m\xffc") + "[]\n{}\n"
	want := `3: agency "stp" is not in the register
4: a0 has no counter "q9"
5: a0 has no service "khong"
6: channel "fax" is not qr, ticket, kiosk or paper
8: 2026-11-23 lies in the future; today is 2026-11-22
9: 1026-11-01 lies before 2000-01-01
10: day "21/11/2026" is not of the form YYYY-MM-DD
11: 2026-09-30 lies in period 2026-Q3, whose figures are closed
12: shift "night" is neither am nor pm
13: there is no form "mot-cua" version 7
14: "version" is of the wrong type
15: form mot-cua version 1 is not written in language "fr"
16: answer to overall: not_an_option
17: answer to comment: bad_characters
18: answer to mood: unknown_question; answer to overall: wrong_type
19: answer to overall: required
20: submission "short": a submission key is 22 to 64 characters of A-Z, a-z, 0-9, _ and -
21: name "language" is not known
22: a name stands there twice
23: no valid JSON object on one line, in UTF-8
and 3 more`
	_, err := r.check("x.ndjson", content)
	if diff := cmp.Diff(want, told(t, err)); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(err.Error(), "23 faulty rows, nothing was stored; line 3") {
		t.Errorf("error: %v", err)
	}
	if stored := r.stored(t); len(stored) > 0 {
		t.Errorf("%d responses are stored", len(stored))
	}
	if pins, err := r.store.Pins(t.Context()); err != nil || len(pins) > 0 {
		t.Errorf("%d forms are pinned, %v", len(pins), err)
	}
}

func TestFaultsOfCSV(t *testing.T) {
	const header = "submission,agency,counter,service,channel,day,shift,form,version,lang,answers\n"
	row := func(version, answers string) string {
		return "aaaaaaaaaaaaaaaaaaaaaaaa,a0,q1,,qr,2026-10-05,am,mot-cua," + version + ",vi," + answers + "\n"
	}
	for content, want := range map[string]string{
		"": "1: header: the file is empty",
		"submission,agency": `1: header: column "counter" is missing; column "service" is missing; column "channel" is missing; column "day" is missing; ` +
			`column "shift" is missing; column "form" is missing; column "version" is missing; column "lang" is missing`,
		strings.Replace(header, "answers", "answer", 1):            `1: header: column "answer" is not known`,
		strings.Replace(header, ",answers", "", 1):                 "1: header: the answers stand either in a column answers or in columns q.QUESTION",
		strings.Replace(header, "answers", "answers,q.overall", 1): "1: header: the answers stand either in a column answers or in columns q.QUESTION",
		header + row("one", "{}") + row("1", "5") + row("1", `"{""overall"":5,""overall"":4}"`) + row("1", "{},"): `2: version "one" is not a whole number
3: answers: no valid JSON object on one line, in UTF-8
4: answers: a name stands there twice
5: 12 fields in the row, 11 in the header`,
		header + row("1", "\"{\"\"overall\"\":5,\n\"\"comment\"\":\"\"x\"\"}\"") + row("1", "\"{\"\"overall\"\":\n7}\"") + row("1", "\xff"): `4: answer to overall: not_an_option
6: the row is not UTF-8: save the file as CSV UTF-8`,
		header + row("1", "\"{"+strings.Repeat("\n", 300_000)): "2: the row is too long, perhaps a quotation mark is not closed: over 262144 bytes",
		header[:3] + "\"" + strings.Repeat("\n", 300_000):      "1: header: the row is too long, perhaps a quotation mark is not closed: over 262144 bytes",
		"\xff\xfes\x00u\x00b\x00":                              "1: header: the row is not UTF-8: save the file as CSV UTF-8",
	} {
		_, err := newRig(t).check("x.csv", content)
		if diff := cmp.Diff(want, told(t, err)); diff != "" {
			t.Errorf("%.40q: %s", content, diff)
		}
	}
}

// unreadable is a file on a disk that is gone.
type unreadable struct{ err error }

func (u unreadable) ReadAt([]byte, int64) (int, error) { return 0, u.err }

func TestUnreadableFile(t *testing.T) {
	gone := errors.New("the disk is gone")
	for _, name := range []string{"x.csv", "x.json", "x"} {
		if _, err := newRig(t).Check(t.Context(), name, unreadable{gone}, 100, quiet); !errors.Is(err, gone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newRig(t).Check(ctx, "x.json", strings.NewReader(asNDJSON), int64(len(asNDJSON)), quiet); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// failing refuses to insert after some batches.
type failing struct {
	ledger.Store
	left int
}

var errCut = errors.New("cut")

func (f *failing) Insert(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	if f.left--; f.left < 0 {
		return nil, errCut
	}
	return f.Store.Insert(ctx, batch)
}

func TestACutImportIsRepeated(t *testing.T) {
	r := newRig(t)
	var content strings.Builder
	for n := range 2500 {
		content.WriteString(line(n, []string{"a0", "a1", "a2"}[n%3], today-calendar.Day(1+n%40)))
	}
	plan, err := r.check("x.ndjson", content.String())
	must(t, err)
	if plan.Rows() != 2500 {
		t.Errorf("%d rows", plan.Rows())
	}
	whole := r.Ledger
	r.Ledger = ledger.New(&failing{Store: r.store, left: 1}, now, vietnam)
	report, err := r.Store(t.Context(), plan, quiet)
	if !errors.Is(err, errCut) || report.Stored != 1000 {
		t.Fatalf("%+v, %v", report, err)
	}
	r.Ledger = whole
	if got := r.load(t, "x.ndjson", content.String()); got != (bulk.Report{Stored: 1500, Duplicates: 1000}) {
		t.Errorf("%+v", got)
	}
}

// changing is a file that somebody writes to.
type changing struct{ content string }

func (c *changing) ReadAt(p []byte, at int64) (int, error) {
	return strings.NewReader(c.content).ReadAt(p, at)
}

func TestTheFileOrARuleChanges(t *testing.T) {
	r := newRig(t)
	file := &changing{line(1, "a0", today-1)}
	plan, err := r.Check(t.Context(), "x.ndjson", file, int64(len(file.content)), quiet)
	must(t, err)
	for name, change := range map[string]func(){
		"period": func() { r.Closed = func(string, calendar.Day) (string, bool) { return "2026-11", true } },
		"rows":   func() { file.content = strings.Replace(line(1, "a0", today-1), "mot-cua", "tam-cua", 1) },
		"length": func() { file.content = file.content[:20] },
	} {
		r.Closed, file.content = nil, line(1, "a0", today-1)
		change()
		if _, err := r.Store(t.Context(), plan, quiet); err == nil || !strings.Contains(err.Error(), "meanwhile") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if stored := r.stored(t); len(stored) > 0 {
		t.Errorf("%d responses are stored", len(stored))
	}
}

func TestAFormPinnedOtherwise(t *testing.T) {
	r := newRig(t)
	pin := collect.NewPin(forms.Current("mot-cua"))
	pin.Hash = "another"
	_, err := r.store.PinForm(t.Context(), pin)
	must(t, err)
	plan, err := r.check("x.ndjson", line(1, "a0", today-1))
	must(t, err)
	if _, err := r.Store(t.Context(), plan, quiet); !errors.Is(err, collect.ErrFormChanged) {
		t.Errorf("error: %v", err)
	}
}

// TestManyRows stores 100,000 rows in no order. Every row is there once, the
// sums are true, and progress rises to the end.
func TestManyRows(t *testing.T) {
	const rows = 100_000
	r := newRig(t)
	random := rand.New(rand.NewPCG(1, 2))
	var content strings.Builder
	for n := range rows {
		content.WriteString(line(n, []string{"a0", "a1", "a2"}[random.IntN(3)], today-calendar.Day(random.IntN(60))))
	}
	rises := func(what string, end int) (bulk.Progress, func()) {
		last := 0
		return func(done, total int) {
				if done < last || total != end {
					t.Errorf("%s: %d of %d after %d", what, done, total, last)
				}
				last = done
			}, func() {
				if last != end {
					t.Errorf("%s ends at %d of %d", what, last, end)
				}
			}
	}
	checked, checkEnd := rises("checking", content.Len())
	plan, err := r.Check(t.Context(), "x.ndjson", strings.NewReader(content.String()), int64(content.Len()), checked)
	must(t, err)
	checkEnd()
	stored, storeEnd := rises("storing", rows)
	report, err := r.Store(t.Context(), plan, stored)
	must(t, err)
	storeEnd()
	if report != (bulk.Report{Stored: rows}) {
		t.Errorf("%+v", report)
	}
	must(t, r.Ledger.Seal(t.Context(), nil))
	r.clean(t, rows)
}

func FuzzCheck(f *testing.F) {
	f.Add("x.ndjson", asNDJSON)
	f.Add("x.csv", asObjects)
	f.Add("x.csv", asCells)
	importer := &bulk.Importer{Ledger: ledger.New(nil, now, vietnam), Register: registerOf(4), Forms: forms, Lexicon: words}
	f.Fuzz(func(t *testing.T, name, content string) {
		_, err := importer.Check(t.Context(), name, strings.NewReader(content), int64(len(content)), quiet)
		var faults *bulk.Faults
		if err != nil && (!errors.As(err, &faults) || faults.Rows < 1 || strings.ContainsAny(err.Error(), "\x00\x1b\n")) {
			t.Errorf("%q", err)
		}
	})
}
