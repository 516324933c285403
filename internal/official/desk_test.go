package official_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
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

// text is everything that a report says, one block to a line.
func text(r *document.Report) string {
	var all strings.Builder
	fmt.Fprintln(&all, r.Header.Subject)
	for _, block := range r.Blocks {
		switch b := block.(type) {
		case document.Heading:
			fmt.Fprintln(&all, b.Text)
		case document.Paragraph:
			fmt.Fprintln(&all, b.Text)
		case document.Note:
			fmt.Fprintln(&all, b.Text)
		case document.Table:
			fmt.Fprintln(&all, b.Title)
		}
	}
	return all.String()
}

func (r *rig) dossier(id, method string) *official.Dossier {
	r.t.Helper()
	d, err := r.Dossier(r.t.Context(), r.period(id), method)
	must(r.t, err)
	return d
}

func (r *rig) says(d *official.Dossier, layout document.Layout) string {
	r.t.Helper()
	return r.saysUnder(d, r.Letterheads.For(layout))
}

func (r *rig) saysUnder(d *official.Dossier, h *official.Letterhead) string {
	r.t.Helper()
	report, err := d.Report(h)
	must(r.t, err)
	return text(report)
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

// Figures that may still change say so; sealed ones name their sheet.
func TestHowFirmTheFiguresAre(t *testing.T) {
	r := newRig(t)
	r.quarter()
	live := r.says(r.dossier("2026-Q3", ""), document.Party)
	r.seal("2026-Q3")
	d := r.dossier("2026-Q3", "")
	sealed := r.says(d, document.Party)
	for phrase, in := range map[string]struct{ live, sealed bool }{
		"(số liệu tạm tính)":                     {true, false},
		"Số liệu chưa niêm phong":                {true, false},
		"Trạng thái số liệu: đã niêm phong":      {false, true},
		d.Scores.Period.Sheet:                    {false, true},
		"từ ngày 01/07/2026 đến ngày 30/09/2026": {true, true},
	} {
		if strings.Contains(live, phrase) != in.live || strings.Contains(sealed, phrase) != in.sealed {
			t.Errorf("%q: in the live report %v, in the sealed one %v", phrase, strings.Contains(live, phrase), strings.Contains(sealed, phrase))
		}
	}
}

// What a reader must know to judge the figures stands in every report.
func TestWhatEveryReportSays(t *testing.T) {
	r := newRig(t)
	r.quarter()
	common := []string{
		"chưa đối chiếu văn bản gốc", "“Hài lòng”, “Rất hài lòng”", "Câu bỏ trống không tính", "dưới 30 phiếu", "Dưới 5 phiếu",
		"Wilson", "không phải là sai số chọn mẫu", "n = N/(1 + N·e²)", "được tính + tạm giữ + bị loại", "Thể thức", "không tự quyết định mức xếp loại",
	}
	for layout, own := range map[document.Layout][]string{
		document.Party: {"Nghị quyết số 14-NQ/ĐUK", "III.1.2", "kính trình Ban Thường vụ Tỉnh uỷ và Ban Chỉ đạo CCHC tỉnh"},
		document.State: {"Nghị định số 118/2025/NĐ-CP", "kính trình Ủy ban nhân dân tỉnh và Ban Chỉ đạo CCHC tỉnh"},
	} {
		said := r.says(r.dossier("2026-Q3", ""), layout)
		for _, phrase := range append(own, common...) {
			if !strings.Contains(said, phrase) {
				t.Errorf("%s does not say %q:\n%s", layout, phrase, said)
			}
		}
		if strings.Contains(said, "SIPAS") || strings.Contains(said, "61/2018") {
			t.Errorf("%s names what does not hold:\n%s", layout, said)
		}
	}
	if said := r.says(r.dossier("2024-Q3", ""), document.State); !strings.Contains(said, "61/2018") || strings.Contains(said, "118/2025") {
		t.Errorf("the basis of 2024:\n%s", said)
	}
}

// The two aggregations give different numbers, so the report says which.
func TestReportNamesTheAggregation(t *testing.T) {
	r := newRig(t)
	r.quarter()
	for method, want := range map[string]string{
		"hai-long-chung": "gộp mọi câu trả lời", "mot-cua-5": "gộp mọi câu trả lời", "mot-cua-5-tb": "trung bình cộng chỉ số các yếu tố", "nd61-3": "từ mức 2 trở lên",
	} {
		if said := r.says(r.dossier("2026-Q3", method), document.State); !strings.Contains(said, want) {
			t.Errorf("%s does not say %q:\n%s", method, want, said)
		}
	}
}

// A rule may rate agencies, and may limit no level.
func TestYearOfAgencies(t *testing.T) {
	r := newRig(t)
	y, err := r.Annual.Year(t.Context(), 2024, "nd61-9")
	must(t, err)
	d := &official.YearDossier{Year: y, Location: r.Location}
	report, err := d.Report(r.Letterheads.For(document.State))
	must(t, err)
	said := text(report)
	for _, phrase := range []string{"xếp loại cơ quan năm 2024", "không giới hạn tỷ lệ", "“Xuất sắc” từ 15 điểm", "Thang điểm: 18", "61/2018"} {
		if !strings.Contains(said, phrase) {
			t.Errorf("the report does not say %q:\n%s", phrase, said)
		}
	}
	if file := r.yearFile(2024, official.Ask{File: official.RatingsXLSX, Rule: "nd61-9"}); !bytes.HasPrefix(file, []byte("PK")) {
		t.Errorf("%d bytes are no workbook", len(file))
	}
}

func TestComparisonOrWhyNot(t *testing.T) {
	r := newRig(t)
	r.quarter()
	d := r.dossier("2026-Q3", "")
	if said := r.says(d, document.State); !strings.Contains(said, "Chỉ số so với cùng kỳ năm trước") {
		t.Errorf("no comparison:\n%s", said)
	}
	for broken, want := range map[rating.Break]string{
		rating.MethodChanged:    "vì năm trước không dùng phương pháp này",
		rating.VersionChanged:   "vì phương pháp đã sang phiên bản khác",
		rating.FormsChanged:     "vì phiếu hỏi và thang điểm đã khác",
		rating.AggregateChanged: "vì cách gộp các yếu tố đã khác",
	} {
		d.Before.Break = broken
		if said := r.says(d, document.State); !strings.Contains(said, "(quý III/2025) "+want) || strings.Contains(said, "Bảng 6") {
			t.Errorf("%s:\n%s", broken, said)
		}
	}
	if said := r.says(r.dossier("2025-Q3", ""), document.State); !strings.Contains(said, "(quý III/2024) không có số liệu") {
		t.Errorf("nothing to compare with:\n%s", said)
	}
}

// A fall is written with its sign.
func TestChangeHasASign(t *testing.T) {
	r := newRig(t)
	r.quarter()
	d := r.dossier("2026-Q3", "mot-cua-5")
	report, err := d.Report(r.Letterheads.For(document.Party))
	must(t, err)
	now, before := map[string]rating.Score{}, map[string]rating.Score{}
	for _, s := range d.Scores.Scores {
		now[s.Name] = s
	}
	for _, s := range d.Before.Scores {
		before[s.Name] = s
	}
	const name = "Sở Nông nghiệp và Môi trường"
	want := document.Number(*now[name].Index-*before[name].Index, 2)
	for _, block := range report.Blocks {
		table, ok := block.(document.Table)
		if !ok || !strings.HasSuffix(table.Title, "cùng kỳ năm trước") {
			continue
		}
		for _, row := range table.Rows {
			if row[0] == document.Text(name) {
				if row[3] != want || *now[name].Index > *before[name].Index {
					t.Errorf("change %+v, want %+v, below zero", row[3], want)
				}
				return
			}
		}
	}
	t.Error("the agency is not compared")
}

// Made-up figures and samples of letterheads are marked.
func TestSampleIsMarked(t *testing.T) {
	r := newRig(t)
	r.quarter()
	d := r.dossier("2026-Q3", "")
	d.Sample = true
	head := *r.Letterheads.For(document.Party)
	report, err := d.Report(&head)
	must(t, err)
	book, err := d.Workbook()
	must(t, err)
	if !report.Sample || !book.Sample || !strings.Contains(text(report), "là mẫu, chưa phải của cơ quan ban hành") {
		t.Errorf("report %v, workbook %v", report.Sample, book.Sample)
	}
	head.Verified = true
	if strings.Contains(r.saysUnder(d, &head), "là mẫu") {
		t.Error("an own letterhead is called a sample")
	}
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

// A syllable that organisations spell in two ways stands in the data only.
func TestProseTakesNoSideInSpelling(t *testing.T) {
	files, err := filepath.Glob("*.go")
	must(t, err)
	twoWays := regexp.MustCompile(`(?i)uỷ|ủy`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "letterhead.go" {
			continue
		}
		data, err := os.ReadFile(file)
		must(t, err)
		if found := twoWays.Find(data); found != nil {
			t.Errorf("%s writes %q", file, found)
		}
	}
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
