package official_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hailong/internal/document"
	"hailong/internal/official"
	"hailong/internal/rating"
)

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

// Who adds up the points by hand is told of rounding where it shows, only there.
func TestRoundedPointsAreExplained(t *testing.T) {
	r := newRig(t)
	y, err := r.Annual.Year(t.Context(), 2026, "nd61-9")
	must(t, err)
	lines := y.Ratings[0].Criteria
	for i := range lines[:3] {
		points := 0.33
		lines[i].Points = &points
	}
	y.Ratings[0].Conclusion = &rating.Conclusion{Level: "xuat-sac", Reason: "Kết luận số 12-KL/ĐUK"}
	for raw, want := range map[float64]bool{1: true, 0.99: false} {
		y.Ratings[0].Points.Raw = raw
		report, err := (&official.YearDossier{Year: y, Location: r.Location}).Report(r.Letterheads.For(document.State))
		must(t, err)
		if said := strings.Contains(text(report), "Do làm tròn, tổng có thể khác"); said != want {
			t.Errorf("three times 0.33 beside %v: said %v", raw, said)
		}
		if want := "Xuất sắc (Kết luận số 12-KL/ĐUK)"; !strings.Contains(fmt.Sprint(report.Blocks), want) {
			t.Errorf("the report does not say %q", want)
		}
		book, err := (&official.YearDossier{Year: y, Location: r.Location}).Workbook()
		must(t, err)
		if said := strings.Contains(strings.Join(book.Sheets[0].Notes, " "), "Do làm tròn, tổng có thể khác"); said != want {
			t.Errorf("the workbook, three times 0.33 beside %v: said %v", raw, said)
		}
	}
}
