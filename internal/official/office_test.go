package official_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/annual"
	"hailong/internal/official"
	"hailong/internal/outside"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/stats"

	"golang.org/x/text/unicode/norm"
)

// An office is a folder in which an office suite has opened what this package
// wrote: x.pdf is ours, x.docx.pdf is our DOCX printed by it, and x-SHEET.csv a
// sheet of our workbook as it shows it.
type office struct {
	*rig
	outside.Suite
}

// The two methods of the test: one gives points, one has several factors.
var methods = []string{"hai-long-chung", "mot-cua-5"}

var kinds = []rating.By{rating.ByAgency, rating.ByCounter, rating.ByService, rating.ByChannel}

// TestOffice holds what people open against what programs are told. The suite
// starts once for each kind of file, for a start takes seconds.
func TestOffice(t *testing.T) {
	suite := outside.NewSuite(t, t.TempDir())
	o := office{newRig(t), suite}
	o.quarter()
	o.seal("2026-Q3")
	o.enter()
	for _, method := range methods {
		for _, file := range []string{official.XLSX, official.PartyDOCX, official.PartyPDF, official.StateDOCX, official.StatePDF} {
			o.save(method+"-"+file, o.periodFile("2026-Q3", official.Ask{File: file, Method: method}))
		}
	}
	for _, file := range []string{official.RatingsXLSX, official.PartyDOCX, official.PartyPDF, official.StateDOCX, official.StatePDF} {
		o.save("year-"+file, o.yearFile(2026, official.Ask{File: file, Sample: true}))
	}
	for _, by := range kinds {
		scores, err := o.Periods.Scores(t.Context(), period.Query{Period: "2026-Q3", By: by})
		must(t, err)
		var out bytes.Buffer
		must(t, official.ScoresXLSX(&out, scores))
		o.save("by-"+string(by)+".xlsx", out.Bytes())
	}
	o.Open(t)

	for _, method := range methods {
		t.Run(method+" in the workbook", func(t *testing.T) { o.workbook(t, method) })
		t.Run(method+" on paper", func(t *testing.T) { o.paper(t, method) })
	}
	t.Run("on the command line", o.commandLine)
	t.Run("rating in the workbook", o.ratingBook)
	t.Run("rating on paper", o.ratingPaper)
	t.Run("layouts", o.layouts)
}

// enter fills the sheets of 2026: one of everything verified and concluded, one
// with a difference and something that does not apply, one barely begun.
func (o office) enter() {
	o.t.Helper()
	y, err := o.Annual.Year(o.t.Context(), 2026, "")
	must(o.t, err)
	for _, c := range y.Rule.Criteria {
		if c.Source != "entered" {
			continue
		}
		value, less := stats.Round(c.MaxPoints*0.97, 2), stats.Round(c.MaxPoints*0.9125, 4)
		at := annual.Place{Year: 2026, Whom: "db-stp", Criterion: c.ID}
		must(o.t, o.Annual.SelfScore(o.t.Context(), at, &value, "leader@stp.example"))
		must(o.t, o.Annual.Verify(o.t.Context(), at, annual.Verified{Value: &value}, "office@khoi.example"))
		at.Whom = "db-syt"
		must(o.t, o.Annual.SelfScore(o.t.Context(), at, &value, "leader@syt.example"))
		must(o.t, o.Annual.Verify(o.t.Context(), at, annual.Verified{Value: &less, Reason: "=1+1 thiếu minh chứng"}, "office@khoi.example"))
	}
	first := y.Rule.Criteria[0].ID
	must(o.t, o.Annual.Verify(o.t.Context(), annual.Place{Year: 2026, Whom: "cb-bdv", Criterion: first}, annual.Verified{NotApplicable: true, Reason: "không có"}, "office@khoi.example"))
	must(o.t, o.Annual.Conclude(o.t.Context(), 2026, "", "db-stp", "tot", "Tập thể quyết định", "office@khoi.example"))
}

func (o office) save(name string, data []byte) {
	o.t.Helper()
	must(o.t, os.WriteFile(o.File(name), data, 0o600))
}

// words returns what stands in a PDF, each line of a table in one piece.
func (o office) words(t *testing.T, name string) string {
	t.Helper()
	return outside.Words(t, o.File(name), "-layout")
}

// grid reads a sheet of a workbook as the suite shows it: the rows below the
// heading row, as maps from the titles of the columns.
func (o office) grid(t *testing.T, workbook, sheet, firstColumn string) []map[string]string {
	t.Helper()
	lines := o.Sheet(t, workbook, sheet)
	head := slices.IndexFunc(lines, func(line []string) bool { return line[0] == firstColumn })
	if head < 0 {
		t.Fatalf("%s has no column %q: %q", sheet, firstColumn, lines)
	}
	var rows []map[string]string
	for _, line := range lines[head+1:] {
		if line[0] == "" {
			break // the notes follow
		}
		row := map[string]string{}
		for i, title := range lines[head] {
			row[norm.NFC.String(title)] = norm.NFC.String(line[i])
		}
		rows = append(rows, row)
	}
	return rows
}

// number reads what a person in Vietnam reads; "" is nothing.
func number(t *testing.T, text string) any {
	t.Helper()
	if text == "" || text == "–" {
		return nil
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(strings.ReplaceAll(text, ".", ""), ",", "."), 64)
	if err != nil {
		t.Errorf("%q is no number", text)
	}
	return x
}

// at walks into a decoded JSON value; nil where it ends.
func at(v any, path ...string) any {
	for _, key := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

// same says whether a shown number is the one of the API, digit by digit.
func same(t *testing.T, what, shown string, want any) {
	t.Helper()
	var wanted any
	if want != nil {
		x, err := strconv.ParseFloat(fmt.Sprint(want), 64)
		must(t, err)
		wanted = x
	}
	if got := number(t, shown); got != wanted {
		t.Errorf("%s shows %q, the API says %v", what, shown, want)
	}
}
