package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hailong/internal/annual"
	"hailong/internal/official"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/web"
	"hailong/surveys"
)

// quarter is a rig in which the third quarter of 2026 is over and sealed.
func quarter(t *testing.T, options ...option) *rig {
	t.Helper()
	r := newRig(t, options...)
	r.clock = time.Date(2026, 9, 15, 3, 0, 0, 0, time.UTC)
	r.some()
	r.clock = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	office := period.Actor{By: "office@x.example"}
	_, err := r.periods.Close(context.Background(), "2026-Q3", office)
	must(t, err)
	_, err = r.periods.Seal(context.Background(), "2026-Q3", office)
	must(t, err)
	return r
}

// Every file comes with its type, as a download under a plain name.
func TestPeriodFiles(t *testing.T) {
	r := quarter(t)
	begins := map[string]string{
		official.XLSX: "PK", official.CSV: "\uFEFFagency,", official.PartyDOCX: "PK", official.PartyPDF: "%PDF-",
		official.StateDOCX: "PK", official.StatePDF: "%PDF-", official.Sheet: "{",
	}
	page := r.get("/office/periods/2026-Q3", r.as("office@x.example")...).body
	for file, start := range begins {
		url := "/office/periods/2026-Q3/files/" + file
		got := r.get(url+"?method=hai-long-chung", r.as("office@x.example")...)
		if got.status != http.StatusOK || !strings.HasPrefix(got.body, start) || got.header.Get("Content-Type") != official.ContentType(file) {
			t.Errorf("%s: %d %s, %d bytes", file, got.status, got.header.Get("Content-Type"), len(got.body))
		}
		if want := `attachment; filename="hailong-2026-q3-` + file + `"`; got.header.Get("Content-Disposition") != want {
			t.Errorf("%s: %s, want %s", file, got.header.Get("Content-Disposition"), want)
		}
		if !strings.Contains(page, url) {
			t.Errorf("the page has no link to %s", url)
		}
	}
}

// The sheet is sent exactly as signed.
func TestSheetIsSentAsSigned(t *testing.T) {
	r := quarter(t)
	signed, err := r.periods.Export(context.Background(), "2026-Q3", 0)
	must(t, err)
	got := r.get("/office/periods/2026-Q3/files/sheet.json", r.as("auditor@x.example")...)
	if !bytes.Equal([]byte(got.body), signed.Bytes) || !json.Valid(signed.Bytes) {
		t.Errorf("%d bytes were sent, %d were signed", len(got.body), len(signed.Bytes))
	}
}

func TestYearFiles(t *testing.T) {
	r := quarter(t)
	for file, start := range map[string]string{
		official.RatingsXLSX: "PK", official.RatingsCSV: "\uFEFFparty_organisation,", official.PartyDOCX: "PK", official.PartyPDF: "%PDF-", official.StateDOCX: "PK", official.StatePDF: "%PDF-",
	} {
		got := r.get("/office/ratings/2026/files/"+file, r.as("office@x.example")...)
		if got.status != http.StatusOK || !strings.HasPrefix(got.body, start) || got.header.Get("Content-Type") != official.ContentType(file) {
			t.Errorf("%s: %d %s, %d bytes", file, got.status, got.header.Get("Content-Type"), len(got.body))
		}
		if want := `attachment; filename="hailong-2026-` + file + `"`; got.header.Get("Content-Disposition") != want {
			t.Errorf("%s: %s, want %s", file, got.header.Get("Content-Disposition"), want)
		}
	}
}

// A rating year that begins in another month is named after the year in which
// it ends: it has files as soon as it has begun, and not before.
func TestFilesOfAYearThatBeginsBeforeItsName(t *testing.T) {
	data, err := fs.ReadFile(surveys.FS, "ratings/tccs-366.yaml")
	must(t, err)
	july := strings.Replace(string(data), `year_starts: "01-01"`, `year_starts: "07-01"`, 1)
	r := newRig(t, func(o *web.Options) {
		rules, err := rating.LoadRules(fstest.MapFS{"ratings/july.yaml": {Data: []byte(july)}}, o.Methods)
		must(t, err)
		book, desk := o.Annual.Options, o.Official.Options
		book.Rules = rules
		o.Annual = annual.New(book)
		desk.Annual = o.Annual
		o.Official = official.New(desk)
	})
	for year, want := range map[string]int{"2026": http.StatusOK, "2027": http.StatusOK, "2028": http.StatusNotFound} {
		if got := r.get("/office/ratings/"+year+"/files/party.docx", r.as("office@x.example")...); got.status != want {
			t.Errorf("in November 2026 the file of %s: %d, want %d", year, got.status, want)
		}
	}
}

func TestFilesAskedInVain(t *testing.T) {
	r := quarter(t)
	for path, want := range map[string]int{
		"/office/periods/2026-Q3/files/scores.doc":          http.StatusNotFound,
		"/office/periods/2026-Q3/files/ratings.xlsx":        http.StatusNotFound,
		"/office/periods/2026-Q2/files/sheet.json":          http.StatusNotFound,
		"/office/periods/2026-Q5/files/party.pdf":           http.StatusNotFound,
		"/office/periods/2026-Q3/files/party.pdf?about=x":   http.StatusNotFound,
		"/office/ratings/2026/files/party.pdf?about=x":      http.StatusNotFound,
		"/office/periods/2026-Q3/files/party.pdf?method=x":  http.StatusUnprocessableEntity,
		"/office/periods/2026-Q3/files/scores.csv?method=x": http.StatusUnprocessableEntity,
		"/office/ratings/2026/files/scores.xlsx":            http.StatusNotFound,
		"/office/ratings/2026/files/party.pdf?rule=x":       http.StatusNotFound,
		"/office/ratings/2003/files/party.pdf":              http.StatusNotFound,
		"/office/ratings/1999/files/party.pdf":              http.StatusNotFound,
		"/office/ratings/2027/files/party.pdf":              http.StatusNotFound,
		"/office/ratings/nam/files/party.pdf":               http.StatusNotFound,
	} {
		if got := r.get(path, r.as("office@x.example")...); got.status != want || got.header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %s, want %d", path, got.status, got.header.Get("Content-Disposition"), want)
		}
	}
	for _, email := range []string{"", "leader@x.example", "clerk@x.example", "admin@x.example"} {
		for _, path := range []string{"/office/periods/2026-Q3/files/scores.csv", "/office/ratings/2026/files/ratings.xlsx"} {
			if got := r.get(path, r.as(email)...); got.status == http.StatusOK {
				t.Errorf("%q may have %s", email, path)
			}
		}
	}
}

// A service with made-up answers marks the files, too.
func TestSampleFilesAreMarked(t *testing.T) {
	real := quarter(t)
	sample := quarter(t, func(o *web.Options) { o.Sample = true })
	const path = "/office/periods/2026-Q3/files/party.docx"
	one, other := real.get(path, real.as("office@x.example")...), sample.get(path, sample.as("office@x.example")...)
	if marked(t, one.body) || !marked(t, other.body) {
		t.Errorf("marked: real %v, sample %v", marked(t, one.body), marked(t, other.body))
	}
}

// marked says whether the header of a DOCX file has the mark of made-up
// figures.
func marked(t *testing.T, docx string) bool {
	t.Helper()
	archive, err := zip.NewReader(strings.NewReader(docx), int64(len(docx)))
	must(t, err)
	for _, file := range archive.File {
		part, err := file.Open()
		must(t, err)
		data, err := io.ReadAll(part)
		must(t, err)
		if bytes.Contains(data, []byte("DỮ LIỆU MẪU")) {
			return true
		}
	}
	return false
}
