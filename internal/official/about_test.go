package official_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hailong/internal/annual"
	"hailong/internal/official"
	"hailong/internal/rating"
)

var markup = regexp.MustCompile(`<[^>]*>`)

// words returns what stands in a DOCX file, in lower case: whether names are in
// capitals is the layout's business.
func words(t *testing.T, docx []byte) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	must(t, err)
	part, err := archive.Open("word/document.xml")
	must(t, err)
	defer part.Close()
	content, err := io.ReadAll(part)
	must(t, err)
	return strings.ToLower(markup.ReplaceAllString(string(content), ""))
}

// A report about one organisation is about nobody else, and stands under its
// letterhead, or under that of the agency or party organisation it belongs to.
func TestReportsAboutOne(t *testing.T) {
	r := newRig(t)
	r.quarter()
	var err error
	r.Letterheads, err = official.LoadLetterheads(fstest.MapFS{"official/stp.yaml": {Data: headOf("so-tu-phap", "stp")}})
	must(t, err)
	const own, everybodys = "…/bc-stp", "…/bc-vpubnd"
	for _, c := range []struct {
		about, head, says, not string
	}{
		{"", everybodys, "ban quản lý", "một cửa của"},
		{"stp", own, "tại bộ phận một cửa của sở tư pháp, quý iii/2026", "ban quản lý"},
		{"db-stp", own, "của đảng bộ cơ sở sở tư pháp, quý iii/2026", "ban quản lý"},
		{"bqlkcn", everybodys, "ban quản lý", "77"},
	} {
		got := words(t, r.periodFile("2026-Q3", official.Ask{File: official.StateDOCX, About: c.about}))
		if !strings.Contains(got, c.head) || !strings.Contains(got, c.says) || strings.Contains(got, c.not) {
			t.Errorf("about %q: %.300s", c.about, got)
		}
	}
	table := strings.TrimSpace(string(r.periodFile("2026-Q3", official.Ask{File: official.CSV, About: "db-stp"})))
	if rows := strings.Split(table, "\n"); len(rows) != 2 || !strings.HasPrefix(rows[1], "stp,") {
		t.Errorf("table about db-stp:\n%s", table)
	}
	year, err := r.Annual.Year(t.Context(), 2026, "")
	must(t, err)
	entered := slices.IndexFunc(year.Rule.Criteria, func(c rating.Criterion) bool { return c.Source == rating.FromEntry })
	at := annual.Place{Year: 2026, Whom: "db-stp", Criterion: year.Rule.Criteria[entered].ID}
	value, less := 7.25, 6.5
	must(t, r.Annual.SelfScore(t.Context(), at, &value, "leader@stp.example"))
	must(t, r.Annual.Verify(t.Context(), at, annual.Verified{Value: &less, Reason: "thiếu minh chứng"}, "office@khoi.example"))
	own2026 := words(t, r.yearFile(2026, official.Ask{File: official.StateDOCX, About: "db-stp"}))
	if !strings.Contains(own2026, "tự chấm") || !strings.Contains(own2026, "7,256,50thiếu minh chứng") {
		t.Errorf("the own sheet does not tell what was given and why it differs: %s", own2026)
	}
	for about, head := range map[string]string{"": everybodys, "db-stp": own, "stp": own, "cb-bdv": everybodys} {
		got := words(t, r.yearFile(2026, official.Ask{File: official.StateDOCX, About: about}))
		if !strings.Contains(got, head) || strings.Contains(got, "tỷ lệ giới hạn") != (about == "") || strings.Contains(got, "chi bộ cơ sở ban dân vận") != (about == "" || about == "cb-bdv") {
			t.Errorf("year of %q: %.300s", about, got)
		}
	}
	var out bytes.Buffer
	for name, err := range map[string]error{
		"period": r.PeriodFile(t.Context(), &out, r.period("2026-Q3"), official.Ask{File: official.CSV, About: "nobody"}),
		"year":   r.YearFile(t.Context(), &out, 2026, official.Ask{File: official.PartyPDF, About: "nobody"}),
	} {
		if !errors.Is(err, official.ErrAbout) || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, out.Len())
		}
	}
}
