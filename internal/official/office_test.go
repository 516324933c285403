package official_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/annual"
	"hailong/internal/config"
	"hailong/internal/official"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/stats"
	"hailong/static/fonts"

	"golang.org/x/text/unicode/norm"
)

// An office is a directory in which an office suite has opened what this
// package wrote: x.pdf is ours, x.docx.pdf is our DOCX printed by it, and
// x-SHEET.csv a sheet of our workbook as it shows it.
type office struct {
	*rig
	dir string
}

// separators sets the suite to the separators of the people it is made for.
const separators = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi-VN</value></prop></item>
</oor:items>`

// onlyOurs lets the suite find nothing but the fonts of this program.
const onlyOurs = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>%[1]s</dir><cachedir>%[1]s</cachedir>
<alias binding="same"><family>Times New Roman</family><prefer><family>Liberation Serif</family></prefer></alias></fontconfig>`

// The two methods of the test: one gives points, one has several factors.
var methods = []string{"hai-long-chung", "mot-cua-5"}

var kinds = []rating.By{rating.ByAgency, rating.ByCounter, rating.ByService, rating.ByChannel}

// TestOffice holds what people open against what programs are told. The suite
// starts once for each kind of file, for a start takes seconds.
func TestOffice(t *testing.T) {
	soffice := tool(t, "soffice", "libreoffice-writer-nogui and libreoffice-calc-nogui")
	o := office{newRig(t), t.TempDir()}
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
	o.convert(soffice)

	for _, method := range methods {
		t.Run(method+" in the workbook", func(t *testing.T) { o.workbook(t, method) })
		t.Run(method+" on paper", func(t *testing.T) { o.paper(t, method) })
	}
	t.Run("on the command line", o.commandLine)
	t.Run("rating in the workbook", o.ratingBook)
	t.Run("rating on paper", o.ratingPaper)
	t.Run("layouts", o.layouts)
}

// tool returns the path of an outside program. A laptop may lack it; the
// continuous integration may not.
func tool(t *testing.T, name, debianPackage string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if config.InCI() {
		t.Fatalf("%s is missing: install the Debian package %s", name, debianPackage)
	}
	t.Skipf("%s is missing (Debian package %s)", name, debianPackage)
	return ""
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

func (o office) file(name string) string { return filepath.Join(o.dir, name) }

func (o office) save(name string, data []byte) {
	o.t.Helper()
	must(o.t, os.WriteFile(o.file(name), data, 0o600))
}

func (o office) convert(soffice string) {
	o.t.Helper()
	profile := o.file("profile")
	must(o.t, errors.Join(os.MkdirAll(filepath.Join(profile, "user"), 0o700), os.MkdirAll(o.file("fonts"), 0o700)))
	for name, data := range map[string][]byte{
		"profile/user/registrymodifications.xcu": []byte(separators), "fonts.conf": fmt.Appendf(nil, onlyOurs, o.file("fonts")),
		"fonts/r.ttf": fonts.Serif, "fonts/b.ttf": fonts.SerifBold, "fonts/i.ttf": fonts.SerifItalic, "fonts/bi.ttf": fonts.SerifBoldItalic,
	} {
		o.save(name, data)
	}
	run := func(to, outdir, pattern string) {
		files, err := filepath.Glob(o.file(pattern))
		must(o.t, err)
		args := append([]string{"--headless", "-env:UserInstallation=file://" + profile, "--convert-to", to, "--outdir", outdir}, files...)
		command := exec.Command(soffice, args...)
		command.Env = append(os.Environ(), "FONTCONFIG_FILE="+o.file("fonts.conf"))
		if out, err := command.CombinedOutput(); err != nil {
			o.t.Fatalf("soffice %s: %v\n%s", to, err, out)
		}
	}
	run("pdf", o.file("printed"), "*.docx")
	run("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1", o.dir, "*.xlsx")
	printed, err := filepath.Glob(o.file("printed/*.pdf"))
	must(o.t, err)
	for _, file := range printed {
		must(o.t, os.Rename(file, o.file(strings.TrimSuffix(filepath.Base(file), ".pdf")+".docx.pdf")))
	}
}

// words returns what stands in a PDF, each line of a table in one piece.
func (o office) words(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command(tool(t, "pdftotext", "poppler-utils"), "-layout", o.file(name), "-").Output()
	must(t, err)
	return strings.Join(strings.Fields(norm.NFC.String(string(out))), " ")
}

// grid reads a sheet of a workbook as the suite shows it: the rows below the
// heading row, as maps from the titles of the columns.
func (o office) grid(t *testing.T, workbook, sheet, firstColumn string) []map[string]string {
	t.Helper()
	f, err := os.Open(o.file(workbook + "-" + sheet + ".csv"))
	must(t, err)
	defer f.Close()
	reader := csv.NewReader(f)
	reader.FieldsPerRecord = -1
	lines, err := reader.ReadAll()
	must(t, err)
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
