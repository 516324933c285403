package official_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/period"
	"hailong/internal/rating"

	"golang.org/x/text/unicode/norm"
)

// columns are the numbers of a sheet of scores and where the API has them.
var columns = map[string][]string{
	"Số phiếu được tính": {"n"}, "Nhận được": {"received"}, "Tạm giữ": {"held"}, "Bị loại": {"excluded"}, "Hồ sơ đã trả": {"served"},
	"Số phiếu đề nghị": {"suggested_n"}, "Câu trả lời hài lòng": {"numerator"}, "Tổng câu trả lời": {"denominator"}, "Chỉ số (%)": {"index"},
	"Cận dưới 95% (%)": {"interval", "low"}, "Cận trên 95% (%)": {"interval", "high"},
	"Hạng cao nhất": {"rank", "best"}, "Hạng thấp nhất": {"rank", "worst"}, "Điểm": {"points", "value"}, "Điểm tối đa": {"points", "max"},
}

func (o office) workbook(t *testing.T, method string) {
	d := o.dossier("2026-Q3", method)
	seen := map[string]bool{}
	for sheet, scores := range map[string][]map[string]any{
		"Kết quả": asJSON(t, d.Scores.Scores), "Theo quầy": asJSON(t, d.Counters), "Theo thủ tục": asJSON(t, d.Services), "Theo kênh": asJSON(t, d.Channels),
	} {
		for title, filled := range o.compare(t, method+"-scores", sheet, scores) {
			seen[title] = seen[title] || filled
		}
	}
	for title := range columns {
		if points := strings.HasPrefix(title, "Điểm"); !seen[title] && (!points || method == "hai-long-chung") {
			t.Errorf("no sheet shows %s", title)
		}
	}
	o.factors(t, method+"-scores", asJSON(t, d.Scores.Scores))
	facts := map[string]string{}
	for _, row := range o.grid(t, method+"-scores", "Phương pháp", "Mục") {
		facts[row["Mục"]] = row["Nội dung"]
	}
	if facts["Mã phương pháp"] != method || facts["Mã băm SHA-256 của bảng đã ký"] != d.Scores.Period.Sheet || facts["Đối chiếu"] != "chưa đối chiếu văn bản gốc" {
		t.Errorf("the sheet on the method says %q", facts)
	}
}

// compare holds a sheet of scores against the API, and returns the columns that
// have a number in any row.
func (o office) compare(t *testing.T, workbook, sheet string, scores []map[string]any) map[string]bool {
	t.Helper()
	seen := map[string]bool{}
	rows := o.grid(t, workbook, sheet, "Mã cơ quan")
	if len(rows) != len(scores) || len(rows) == 0 {
		t.Errorf("%s of %s has %d rows, the API %d", sheet, workbook, len(rows), len(scores))
		return seen
	}
	for i, row := range rows {
		what := sheet + " " + row["Mã cơ quan"] + " " + row["Mã"]
		if row["Mã cơ quan"] != scores[i]["agency"] || row["Cơ quan"] != scores[i]["name"] || row["Mã"] != plain(at(scores[i], "part", "code")) {
			t.Errorf("%s: line %d is of %v %v", what, i+1, scores[i]["agency"], scores[i]["name"])
		}
		if name, code := at(scores[i], "part", "name"), at(scores[i], "part", "code"); name != code && code != "" && row["Tên"] != name {
			t.Errorf("%s is called %q, want %v", what, row["Tên"], name)
		}
		for title, path := range columns {
			if shown, there := row[title]; there {
				same(t, what+" "+title, shown, at(scores[i], path...))
				seen[title] = seen[title] || shown != ""
			}
		}
		same(t, what+" rate", row["Tỷ lệ phản hồi (%)"], percent(t, scores[i]["response_rate"]))
	}
	return seen
}

// commandLine holds the workbooks of the command line against the API.
func (o office) commandLine(t *testing.T) {
	for _, by := range kinds {
		scores, err := o.Periods.Scores(t.Context(), period.Query{Period: "2026-Q3", By: by})
		must(t, err)
		o.compare(t, "by-"+string(by), "Kết quả", asJSON(t, scores.Scores))
		o.factors(t, "by-"+string(by), asJSON(t, scores.Scores))
	}
}

// percent is a share of the API as a percentage with two digits.
func percent(t *testing.T, share any) any {
	t.Helper()
	if share == nil {
		return nil
	}
	x, err := strconv.ParseFloat(fmt.Sprint(share), 64)
	must(t, err)
	return strconv.FormatFloat(x*100, 'f', 2, 64)
}

func (o office) factors(t *testing.T, workbook string, scores []map[string]any) {
	t.Helper()
	rows := o.grid(t, workbook, "Yếu tố", "Mã cơ quan")
	n := 0
	for _, score := range scores {
		for _, factor := range score["factors"].([]any) {
			if n >= len(rows) {
				t.Fatalf("%d rows of factors are too few", len(rows))
			}
			row := rows[n]
			n++
			if row["Mã cơ quan"] != score["agency"] || row["Mã"] != plain(at(score, "part", "code")) || row["Mã yếu tố"] != at(factor, "id") {
				t.Errorf("row %d of the factors: %v", n, row)
			}
			same(t, "factor", row["Câu trả lời hài lòng"], at(factor, "numerator"))
			same(t, "factor", row["Tổng câu trả lời"], at(factor, "denominator"))
			same(t, "factor", row["Chỉ số (%)"], at(factor, "index"))
		}
	}
	if n == 0 || n != len(rows) {
		t.Errorf("%d factors, %d rows", n, len(rows))
	}
}

// paper looks for the numbers of each row, in their order and without anything
// between them, in both layouts and both formats.
func (o office) paper(t *testing.T, method string) {
	d := o.dossier("2026-Q3", method)
	scores := asJSON(t, d.Scores.Scores)
	for _, layout := range []string{"party", "state"} {
		for _, format := range []string{".pdf", ".docx.pdf"} {
			name := method + "-" + layout + format
			text := o.words(t, name)
			for _, score := range scores {
				for _, row := range printedRows(t, score, method) {
					if !strings.Contains(text, norm.NFC.String(row)) {
						t.Errorf("%s, %v: no row %q in\n%s", name, score["agency"], row, text)
					}
				}
			}
		}
	}
}

// printedRows are the numbers of a score as the tables and the chart have them.
func printedRows(t *testing.T, s map[string]any, method string) []string {
	t.Helper()
	if s["status"] == "not_applicable" {
		return []string{"không phát sinh TTHC"}
	}
	n, served, rate, suggested := vn(s["n"], 0), vn(s["served"], 0), vn(percent(t, s["response_rate"]), 2), vn(s["suggested_n"], 0)
	rows := []string{
		strings.Join([]string{served, n, rate, suggested}, " "),
		strings.Join([]string{vn(s["received"], 0), n, vn(s["held"], 0), vn(s["excluded"], 0)}, " "),
	}
	result := []string{n, served, rate}
	if method == "hai-long-chung" {
		result = append(result, vn(at(s, "points", "value"), 2))
	}
	if s["index"] != nil {
		index := fmt.Sprintf("%s (%s–%s)", vn(s["index"], 2), vn(at(s, "interval", "low"), 2), vn(at(s, "interval", "high"), 2))
		result = append([]string{index}, result...)
	}
	rows = append(rows, strings.Join(result, " "))
	if factors := s["factors"].([]any); len(factors) > 1 {
		var row []string
		for _, factor := range factors {
			row = append(row, vn(at(factor, "index"), 2))
		}
		rows = append(rows, strings.Join(row, " "))
	}
	return rows
}

// rating is the year as the API tells it.
func (o office) rating(t *testing.T) (year map[string]any, sheets []map[string]any) {
	t.Helper()
	y, err := o.Annual.Year(t.Context(), 2026, "")
	must(t, err)
	data, err := json.Marshal(y)
	must(t, err)
	must(t, json.Unmarshal(data, &year))
	return year, asJSON(t, y.Ratings)
}

func (o office) ratingBook(t *testing.T) {
	year, sheets := o.rating(t)
	rows := o.grid(t, "year-ratings", "Tổng hợp", "Mã")
	entries := o.grid(t, "year-ratings", "Chi tiết", "Mã")
	if len(rows) != len(sheets) || len(rows) != 3 {
		t.Fatalf("%d rows, %d sheets", len(rows), len(sheets))
	}
	for i, row := range rows {
		sheet := sheets[i]
		if row["Mã"] != sheet["party_organisation"] || row["Đơn vị"] != sheet["name"] {
			t.Errorf("row %d is of %q", i+1, row["Đơn vị"])
		}
		for title, path := range map[string][]string{
			"Điểm cộng": {"points", "raw"}, "Tối đa áp dụng": {"points", "applicable_max"}, "Điểm quy đổi": {"points", "value"}, "% thang điểm": {"points", "percent"},
		} {
			same(t, row["Mã"]+" "+title, row[title], at(sheet, path...))
		}
		for _, one := range sheet["criteria"].([]any) {
			entry := entries[0]
			entries = entries[1:]
			what := row["Mã"] + " " + entry["Mã tiêu chí"]
			if entry["Mã"] != row["Mã"] || entry["Mã tiêu chí"] != at(one, "criterion") || entry["Lý do"] != plain(at(one, "reason")) || entry["Người thẩm định"] != plain(at(one, "verified_by")) {
				t.Errorf("%s: %v", what, entry)
			}
			for title, key := range map[string]string{"Tự chấm": "self", "Thẩm định": "verified", "Điểm": "points", "Điểm tối đa": "max", "Chỉ số (%)": "index"} {
				same(t, what+" "+title, entry[title], at(one, key))
			}
			if shown, points := row[fmt.Sprint(at(one, "name"))], at(one, "points"); points != nil {
				same(t, what, shown, points)
			} else if shown == "" || shown[0] >= '0' && shown[0] <= '9' {
				t.Errorf("%s without points shows %q", what, shown)
			}
		}
	}
	if len(entries) != 0 || rows[0]["Kết luận"] != "Hoàn thành tốt nhiệm vụ" || rows[0]["Mức gợi ý"] == "" {
		t.Errorf("%d entries too many; %v", len(entries), rows[0])
	}
	o.bases(t)
	for i, row := range o.grid(t, "year-ratings", "Tỷ lệ giới hạn", "Mẫu số") {
		want := at(year, "cap", "readings").([]any)[i]
		same(t, row["Mẫu số"], row["Số lượng"], at(want, "base"))
		same(t, row["Mẫu số"], row["Được tối đa"], at(want, "allowed"))
	}
}

// bases holds the agencies whose answers make an index against the scores.
func (o office) bases(t *testing.T) {
	t.Helper()
	y, err := o.Annual.Year(t.Context(), 2026, "")
	must(t, err)
	rows := o.grid(t, "year-ratings", "Cơ sở chỉ số", "Mã")
	together := 0
	for _, row := range rows {
		basis := y.Bases[row["Mã"]]
		scores := basis.Each[row["Phương pháp"]]
		if row["Cơ quan"] == "cả đơn vị" {
			scores = []rating.Score{basis.Together[row["Phương pháp"]]}
			scores[0].Name = row["Cơ quan"]
			together++
		}
		for _, score := range asJSON(t, scores) {
			if score["name"] != row["Cơ quan"] {
				continue
			}
			for title, path := range map[string][]string{
				"Số phiếu": {"n"}, "Câu trả lời hài lòng": {"numerator"}, "Tổng câu trả lời": {"denominator"}, "Chỉ số (%)": {"index"}, "Cận dưới 95% (%)": {"interval", "low"},
			} {
				same(t, row["Mã"]+" "+row["Cơ quan"]+" "+title, row[title], at(score, path...))
			}
		}
	}
	if together != len(y.Ratings) || len(rows) != 2*together {
		t.Errorf("%d lines, %d of them of all together; %d are rated", len(rows), together, len(y.Ratings))
	}
}

func (o office) ratingPaper(t *testing.T) {
	year, sheets := o.rating(t)
	for _, name := range []string{"year-party.pdf", "year-party.docx.pdf", "year-state.pdf", "year-state.docx.pdf"} {
		text := o.words(t, name)
		for _, sheet := range sheets {
			var row []string
			for _, one := range sheet["criteria"].([]any) {
				switch {
				case at(one, "points") != nil:
					row = append(row, vn(at(one, "points"), 2))
				case at(one, "status") == "pending" && at(one, "self") != nil:
					row = append(row, "TC")
				case at(one, "status") == "pending":
					row = append(row, "–")
				case at(one, "status") == "not_applicable":
					row = append(row, "KAD")
				default:
					row = append(row, "KP")
				}
			}
			row = append(row, vn(at(sheet, "points", "raw"), 2), vn(at(sheet, "points", "applicable_max"), 2))
			if want := strings.Join(row, " "); !strings.Contains(text, want) {
				t.Errorf("%s, %v: no row %q in\n%s", name, sheet["name"], want, text)
			}
			if value := at(sheet, "points", "value"); value != nil && !strings.Contains(text, vn(value, 2)) {
				t.Errorf("%s, %v: no total %v", name, sheet["name"], value)
			}
		}
		for _, one := range at(year, "cap", "readings").([]any) {
			if want := fmt.Sprint(at(one, "base"), " ", at(one, "allowed"), " ", at(year, "cap", "count")); !strings.Contains(text, want) {
				t.Errorf("%s: no reading %q", name, want)
			}
		}
		for _, phrase := range []string{"không tự hạ mức", "Số liệu tạm tính: mới có", "KAD: không áp dụng", "chưa đối chiếu văn bản gốc", "Hoàn thành tốt nhiệm vụ", "DỮ LIỆU MẪU", "số từ mức liền dưới trở lên"} {
			if !strings.Contains(text, phrase) {
				t.Errorf("%s does not say %q", name, phrase)
			}
		}
	}
}

// layouts looks for what distinguishes the two.
func (o office) layouts(t *testing.T) {
	for prefix, want := range map[string]struct{ has, lacks []string }{
		"party": {
			[]string{"ĐẢNG CỘNG SẢN VIỆT NAM", "ĐẢNG BỘ TỈNH ĐẮK NÔNG", "Số …-BC/ĐUK", "T/M BAN THƯỜNG VỤ", "Gia Nghĩa, ngày 03 tháng 10 năm 2026", "- Ban Thường vụ Tỉnh uỷ (b/c),", "- Lưu Văn phòng."},
			[]string{"CỘNG HÒA", "./.", "DỮ LIỆU MẪU"},
		},
		"state": {
			[]string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: …/BC-VPUBND", "KT. CHÁNH VĂN PHÒNG", "CCHC tỉnh./.", "- Ủy ban nhân dân tỉnh (b/c);", "- Lưu: VT."},
			[]string{"ĐẢNG CỘNG SẢN", "DỮ LIỆU MẪU"},
		},
	} {
		for _, format := range []string{".pdf", ".docx.pdf"} {
			text := o.words(t, "hai-long-chung-"+prefix+format)
			for _, phrase := range want.has {
				if !strings.Contains(text, norm.NFC.String(phrase)) {
					t.Errorf("%s%s lacks %q in\n%s", prefix, format, phrase, text)
				}
			}
			for _, phrase := range want.lacks {
				if strings.Contains(text, phrase) {
					t.Errorf("%s%s has %q", prefix, format, phrase)
				}
			}
		}
	}
}
