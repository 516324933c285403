package official_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/annual"
	"hailong/internal/document"
	"hailong/internal/official"
	"hailong/internal/period"
	"hailong/internal/rating"

	"github.com/google/go-cmp/cmp"
)

var periodFiles = []string{official.XLSX, official.CSV, official.PartyDOCX, official.PartyPDF, official.StateDOCX, official.StatePDF}

func (r *rig) periodFile(id string, ask official.Ask) []byte {
	r.t.Helper()
	var out bytes.Buffer
	must(r.t, r.PeriodFile(r.t.Context(), &out, r.period(id), ask))
	return out.Bytes()
}

func (r *rig) yearFile(year int, ask official.Ask) []byte {
	r.t.Helper()
	var out bytes.Buffer
	must(r.t, r.YearFile(r.t.Context(), &out, year, ask))
	return out.Bytes()
}

func TestSameFiguresGiveTheSameBytes(t *testing.T) {
	r := newRig(t)
	r.quarter()
	r.seal("2026-Q3")
	for _, file := range periodFiles {
		one, two := r.periodFile("2026-Q3", official.Ask{File: file}), r.periodFile("2026-Q3", official.Ask{File: file})
		if len(one) < 500 || !bytes.Equal(one, two) {
			t.Errorf("%s: %d and %d bytes, or they differ", file, len(one), len(two))
		}
	}
}

func TestWhatIsAskedInVain(t *testing.T) {
	r := newRig(t)
	var out bytes.Buffer
	for name, c := range map[string]struct {
		err  error
		want error
	}{
		"file":         {r.PeriodFile(t.Context(), &out, r.period("2026-Q3"), official.Ask{File: "scores.doc"}), official.ErrFile},
		"no sheet":     {r.PeriodFile(t.Context(), &out, r.period("2026-Q3"), official.Ask{File: official.Sheet}), official.ErrFile},
		"method":       {r.PeriodFile(t.Context(), &out, r.period("2026-Q3"), official.Ask{File: official.PartyPDF, Method: "x"}), period.ErrMethod},
		"method, CSV":  {r.PeriodFile(t.Context(), &out, r.period("2026-Q3"), official.Ask{File: official.CSV, Method: "x"}), period.ErrMethod},
		"year's file":  {r.YearFile(t.Context(), &out, 2026, official.Ask{File: official.XLSX}), official.ErrFile},
		"rule":         {r.YearFile(t.Context(), &out, 2026, official.Ask{File: official.PartyPDF, Rule: "x"}), annual.ErrRule},
		"no such rule": {r.YearFile(t.Context(), &out, 2003, official.Ask{File: official.RatingsXLSX}), annual.ErrNoRule},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", name, c.err, c.want)
		}
	}
	if out.Len() > 0 {
		t.Errorf("%d bytes were written before an error", out.Len())
	}
}

// The CSV file has the digits of the API, and runs no formula.
func TestCSVIsTheScores(t *testing.T) {
	r := newRig(t)
	r.quarter()
	d := r.dossier("2026-Q3", "")
	var out bytes.Buffer
	must(t, official.ScoresCSV(&out, d.Scores))
	rows, err := csv.NewReader(&out).ReadAll()
	must(t, err)
	if len(rows) != len(d.Scores.Scores)+1 {
		t.Fatalf("%d lines for %d scores", len(rows), len(d.Scores.Scores))
	}
	for i, score := range asJSON(t, d.Scores.Scores) {
		for j, column := range rows[0] {
			if want, known := score[column]; known && column != "name" && column != "points" {
				if got := rows[i+1][j]; got != plain(want) {
					t.Errorf("%v %s: %q, want %v", score["agency"], column, got, want)
				}
			}
		}
	}
	if got := rows[2][slices.Index(rows[0], "name")]; got != "'"+evil {
		t.Errorf("the name %q could run", got)
	}
	file := r.periodFile("2026-Q3", official.Ask{File: official.CSV})
	if !bytes.HasPrefix(file, []byte("\uFEFFagency,")) {
		t.Errorf("the file for spreadsheets begins with %q", file[:min(len(file), 12)])
	}
}

// The CSV file of a year has a line for each criterion of each sheet, the
// figures of the sheets, and runs no formula.
func TestRatingsAsCSV(t *testing.T) {
	r := newRig(t)
	r.quarter()
	office{rig: r}.enter()
	y, err := r.Annual.Year(t.Context(), 2026, "")
	must(t, err)
	file, marked := bytes.CutPrefix(r.yearFile(2026, official.Ask{File: official.RatingsCSV}), []byte("\uFEFF"))
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	must(t, err)
	if want := len(y.Ratings)*len(y.Rule.Criteria) + 1; !marked || len(rows) != want {
		t.Fatalf("byte order mark %v; %d lines, want %d", marked, len(rows), want)
	}
	for i, sheet := range y.Ratings {
		for j, line := range asJSON(t, sheet.Criteria) {
			row := rows[1+i*len(sheet.Criteria)+j]
			for k, column := range rows[0] {
				if want, known := line[column]; known && column != "name" && column != "rule" && strings.TrimPrefix(row[k], "'") != plain(want) {
					t.Errorf("%s %v %s: %q, want %v", sheet.PartyOrganisation, line["criterion"], column, row[k], want)
				}
			}
			if total := row[slices.Index(rows[0], "total")]; total != plain(asJSON(t, []rating.Total{sheet.Points})[0]["value"]) {
				t.Errorf("%s: total %q", sheet.PartyOrganisation, total)
			}
		}
	}
	if got := rows[1+len(y.Rule.Criteria)][1]; !strings.HasPrefix(got, "'=") {
		t.Errorf("the name %q could run", got)
	}
}

// asJSON returns what the API says, line by line.
func asJSON(t *testing.T, v any) []map[string]any {
	t.Helper()
	data, err := json.Marshal(v)
	must(t, err)
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var all []map[string]any
	must(t, decoder.Decode(&all))
	return all
}

func plain(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// The counter, service and channel sheets add up to the agencies'.
func TestPartsAddUp(t *testing.T) {
	r := newRig(t)
	r.quarter()
	d := r.dossier("2026-Q3", "")
	whole := map[string][3]int64{}
	for _, s := range d.Scores.Scores {
		if s.Received > 0 {
			whole[s.Agency] = [3]int64{s.N, s.Held, s.Received}
		}
	}
	for name, parts := range map[string][]rating.Score{"counters": d.Counters, "services": d.Services, "channels": d.Channels} {
		sum := map[string][3]int64{}
		for _, s := range parts {
			v := sum[s.Agency]
			sum[s.Agency] = [3]int64{v[0] + s.N, v[1] + s.Held, v[2] + s.Received}
		}
		if diff := cmp.Diff(whole, sum); diff != "" {
			t.Errorf("%s (-agencies +sum):\n%s", name, diff)
		}
	}
}

// What was received is what counts, is held and is left out, also in the sum.
func TestHeldAndExcludedAddUp(t *testing.T) {
	r := newRig(t)
	r.quarter()
	d := r.dossier("2026-Q3", "")
	var want [4]int64
	for i := range d.Scores.Scores {
		s := &d.Scores.Scores[i]
		if s.Status == rating.NotApplicable {
			continue
		}
		s.Held, s.Excluded = int64(7*i+1), int64(3*i+2)
		s.Received = s.N + s.Held + s.Excluded
		want = [4]int64{want[0] + s.Received, want[1] + s.N, want[2] + s.Held, want[3] + s.Excluded}
	}
	report, err := d.Report(r.Letterheads.For(document.State))
	must(t, err)
	for _, block := range report.Blocks {
		table, ok := block.(document.Table)
		if !ok || !strings.HasSuffix(table.Title, "tạm giữ, bị loại") {
			continue
		}
		row := table.Rows[len(table.Rows)-1]
		if want[0] != want[1]+want[2]+want[3] || len(table.Rows) != len(d.Scores.Scores) {
			t.Errorf("%v, %d rows", want, len(table.Rows))
		}
		if row[1] != document.Int(want[0]) || row[2] != document.Int(want[1]) || row[3] != document.Int(want[2]) || row[4] != document.Int(want[3]) {
			t.Errorf("the sum is %+v, want %v", row, want)
		}
		return
	}
	t.Error("no table of what came in")
}

func TestScoresXLSXWithoutPeriod(t *testing.T) {
	if err := official.ScoresXLSX(io.Discard, &period.Scores{}); !errors.Is(err, rating.ErrPeriod) {
		t.Errorf("no period: %v", err)
	}
}

func TestContentTypes(t *testing.T) {
	for _, file := range append([]string{official.Sheet, official.RatingsXLSX}, periodFiles...) {
		if !strings.Contains(official.ContentType(file), "/") {
			t.Errorf("%s has the type %q", file, official.ContentType(file))
		}
	}
	if got := official.ContentType("x.exe"); got != "" {
		t.Errorf("x.exe: %q", got)
	}
}

// vn writes a number of JSON as people in Vietnam do.
func vn(number any, digits int) string {
	x, err := strconv.ParseFloat(fmt.Sprint(number), 64)
	if err != nil {
		return "–"
	}
	text := strconv.FormatFloat(x, 'f', digits, 64)
	whole, decimals, _ := strings.Cut(text, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "." + whole[i:]
	}
	if digits == 0 {
		return sign + whole
	}
	return sign + whole + "," + decimals
}

// Văn phòng is the only one of its group with answers enough: readers are told
// of no place of it, programs are told first of one.
func TestNoPlaceAlone(t *testing.T) {
	r := newRig(t)
	r.quarter()
	ranked := func(scores []rating.Score) (agencies []string) {
		for _, s := range scores {
			if s.Rank != nil {
				agencies = append(agencies, s.Agency)
			}
		}
		return agencies
	}
	p := r.period("2026-Q3")
	told, err := r.Periods.ScoresOf(t.Context(), p, period.Query{})
	must(t, err)
	if got := ranked(told.Scores); !slices.Equal(got, []string{"stp", "syt", "snnmt", "vpubnd"}) {
		t.Errorf("programs: %v", got)
	}
	d, err := r.Dossier(t.Context(), p, "")
	must(t, err)
	if got := ranked(d.Scores.Scores); !slices.Equal(got, []string{"stp", "syt", "snnmt"}) {
		t.Errorf("readers: %v", got)
	}
	if report := words(t, r.periodFile("2026-Q3", official.Ask{File: official.PartyDOCX, About: "vpubnd"})); !strings.Contains(report, "–văn phòng ủy ban nhân dân tỉnh100,00") {
		t.Errorf("report: %s", report)
	}
}
