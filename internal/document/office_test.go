package document_test

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"hailong/internal/calendar"
	"hailong/internal/document"
	"hailong/internal/outside"
)

// An office is a folder in which an office suite has opened what this package
// wrote: name.pdf is ours, name.docx.pdf is our DOCX printed by it.
type office struct{ outside.Suite }

// TestOffice starts the suite once for all files, for a start takes seconds.
func TestOffice(t *testing.T) {
	o := office{outside.NewSuite(t, t.TempDir())}
	for name, r := range officeReports() {
		o.write(t, name+".pdf", r.PDF)
		o.write(t, name+".docx", r.DOCX)
	}
	o.write(t, "workbook.xlsx", numbersWorkbook().XLSX)
	o.Open(t)

	t.Run("what the layouts say", o.layouts)
	t.Run("PDF and DOCX say the same", o.same)
	t.Run("numbers agree in three formats", o.numbers)
	t.Run("margins and page numbers", o.geometry)
	t.Run("a long table", o.longTable)
	t.Run("texts that look like formulas", o.formulas)
}

func officeReports() map[string]*document.Report {
	return map[string]*document.Report{
		"party": sampleReport(document.Party),
		"state": sampleReport(document.State),
		"empty": {Layout: document.State},
		"long":  numbersReport(),
	}
}

func (o office) write(t *testing.T, name string, write func(io.Writer) error) {
	t.Helper()
	f, err := os.Create(o.File(name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := write(f); err != nil {
		t.Fatal(err)
	}
}

// text returns what stands in a PDF, composed and with single spaces; each line
// of a table is in one piece.
func (o office) text(t *testing.T, name string, options ...string) string {
	t.Helper()
	return outside.Words(t, o.File(name), append([]string{"-layout"}, options...)...)
}

func (o office) layouts(t *testing.T) {
	both := []string{"Gia Nghĩa, ngày 05 tháng 02 năm 2025", "BÁO CÁO", "kết quả khảo sát mức độ hài lòng của người", mnong, "Nơi nhận:", "DỮ LIỆU MẪU"}
	for name, want := range map[string]struct{ has, lacks []string }{
		"party": {
			[]string{
				"ĐẢNG CỘNG SẢN VIỆT NAM", "ĐẢNG BỘ TỈNH ĐẮK NÔNG", "*", "Số 05-BC/ĐUK", "-----", "T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ",
				"Nguyễn Văn Mẫu", "kính trình xem xét. ", "- Ban Thường vụ Tỉnh ủy,", "- Lưu Văn phòng Đảng ủy.",
			},
			[]string{"CỘNG HÒA", "Độc lập", "Số:", "./."},
		},
		"state": {
			[]string{
				"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "SỞ TƯ PHÁP", "Số: 05/BC-STP", "KT. GIÁM ĐỐC",
				"PHÓ GIÁM ĐỐC", "Trần Thị Ví Dụ", "kính trình xem xét./.", "- Ban Thường vụ Tỉnh ủy;", "- Lưu Văn phòng Đảng ủy.",
			},
			[]string{"ĐẢNG CỘNG SẢN", "-----", "*"},
		},
		"empty": {
			[]string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: ………", "ngày … tháng … năm …"},
			[]string{"DỮ LIỆU MẪU", "Nơi nhận", "1970"},
		},
	} {
		for _, suffix := range []string{".pdf", ".docx.pdf"} {
			text := o.text(t, name+suffix)
			if name != "empty" {
				want.has = append(want.has, both...)
			}
			for _, phrase := range want.has {
				if !strings.Contains(text, norm.NFC.String(phrase)) {
					t.Errorf("%s%s lacks %q:\n%s", name, suffix, phrase, text)
				}
			}
			for _, phrase := range want.lacks {
				if strings.Contains(text, phrase) {
					t.Errorf("%s%s has %q:\n%s", name, suffix, phrase, text)
				}
			}
		}
	}
}

// same compares the words of both files, whatever order a reader finds them in.
func (o office) same(t *testing.T) {
	for name := range officeReports() {
		if name == "long" { // breaks its pages elsewhere, and so repeats its head there
			continue
		}
		ours, theirs := strings.Fields(o.text(t, name+".pdf")), strings.Fields(o.text(t, name+".docx.pdf"))
		slices.Sort(ours)
		slices.Sort(theirs)
		if diff := cmp.Diff(ours, theirs); diff != "" {
			t.Errorf("%s: PDF and DOCX differ: %s", name, diff)
		}
	}
}

// numbersRows is a table in which every rounding and separator occurs.
func numbersRows() ([]document.Column, [][]document.Cell) {
	columns := []document.Column{
		{Title: "TT", Share: 0.6}, {Title: "Cơ quan", Share: 2}, {Title: "Số phiếu", Align: document.AlignRight},
		{Title: "Chỉ số", Align: document.AlignRight}, {Title: "Khoảng", Align: document.AlignRight},
	}
	var rows [][]document.Cell
	for i := range int64(200) {
		x := float64(i*i*i)/8 - 1000 // halves at every place
		rows = append(rows, []document.Cell{
			document.Int(i + 1), document.Text(fmt.Sprintf("Xã Đắk Nkô̆ %03d", i)), document.Int(i * i * 977), document.Number(x, 1), document.Number(x/100, 2),
		})
	}
	return columns, rows
}

func numbersReport() *document.Report {
	columns, rows := numbersRows()
	r := sampleReport(document.State)
	r.Blocks = []document.Block{document.Table{Title: "Bảng dài", Columns: columns, Rows: rows}, document.Paragraph{Text: long}}
	return r
}

var dangerous = []string{`=HYPERLINK("http://a","b")`, "+84 909", "-1", "@SUM(A1)", "\t=1", "=1+1", "{=1}", "_x0041_", "1.234", "05", "1e5", "TRUE", "<f>1</f>&"}

func numbersWorkbook() *document.Workbook {
	columns, rows := numbersRows()
	sheet := document.WorkSheet{Name: "Số liệu", Title: "Bảng dài", Columns: columns, Rows: rows, Notes: []string{mnong}}
	texts := document.WorkSheet{Name: "Phương pháp", Columns: []document.Column{{Title: "=1"}}}
	for _, text := range dangerous {
		texts.Rows = append(texts.Rows, []document.Cell{document.Text(text)})
	}
	return &document.Workbook{Title: "Số liệu", Date: calendar.Date(2025, time.February, 5), Sheets: []document.WorkSheet{sheet, texts}}
}

// numbers compares the table digit by digit: as our PDF prints it, as a word
// processor prints our DOCX, and as a spreadsheet shows our workbook.
func (o office) numbers(t *testing.T) {
	_, rows := numbersRows()
	sheet := o.Sheet(t, "workbook", "Số liệu")
	first := slices.IndexFunc(sheet, func(row []string) bool { return row[0] == "TT" }) + 1
	if first == 0 || len(sheet) < first+len(rows) {
		t.Fatalf("the sheet has no table of %d rows: %q", len(rows), sheet)
	}
	pdf, docx := o.text(t, "long.pdf"), o.text(t, "long.docx.pdf")
	for i := range rows {
		line := norm.NFC.String(strings.Join(sheet[first+i], " "))
		for name, text := range map[string]string{"PDF": pdf, "DOCX": docx} {
			if strings.Count(text, line) != 1 {
				t.Errorf("row %d, in the workbook %q, stands %d times in the %s", i+1, line, strings.Count(text, line), name)
			}
		}
	}
	if got := sheet[first+10][3]; got != "-875,0" {
		t.Errorf("row 11 shows %q, want -875,0: the numbers are not written as in Vietnamese", got)
	}
	if last := sheet[len(sheet)-1][0]; norm.NFC.String(last) != mnong {
		t.Errorf("the note is %q, want %q", last, mnong)
	}
}

func (o office) formulas(t *testing.T) {
	var got []string
	for _, row := range o.Sheet(t, "workbook", "Phương pháp") {
		got = append(got, row[0])
	}
	got = got[len(got)-len(dangerous)-1:]
	if diff := cmp.Diff(append([]string{"=1"}, dangerous...), got); diff != "" {
		t.Error(diff)
	}
}

// A mark is a word on a page with its corners, in millimetres.
type mark struct {
	left, top, right, bottom float64
	word                     string
}

var (
	pageTag = regexp.MustCompile(`<page width="([\d.]+)" height="([\d.]+)">`)
	wordTag = regexp.MustCompile(`<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*)</word>`)
)

// marks returns the size of each page and the words on it.
func (o office) marks(t *testing.T, name string) (sizes [][2]float64, words [][]mark) {
	t.Helper()
	mm := func(s string) float64 {
		points, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return points / 72 * 25.4
	}
	out := outside.Run(t, outside.Tool(t, "poppler-utils", "pdftotext"), "-bbox", o.File(name), "-")
	for page := range strings.SplitSeq(out, "</page>") {
		size := pageTag.FindStringSubmatch(page)
		if size == nil {
			continue
		}
		var found []mark
		for _, m := range wordTag.FindAllStringSubmatch(page, -1) {
			found = append(found, mark{mm(m[1]), mm(m[2]), mm(m[3]), mm(m[4]), m[5]})
		}
		sizes, words = append(sizes, [2]float64{mm(size[1]), mm(size[2])}), append(words, found)
	}
	return sizes, words
}

// geometry measures the pages: A4, upright and turned, with the margins of the
// rules and a number in the middle above all pages but the first.
func (o office) geometry(t *testing.T) {
	for name := range officeReports() {
		for _, suffix := range []string{".pdf", ".docx.pdf"} {
			sizes, words := o.marks(t, name+suffix)
			for i, page := range words {
				width, height := sizes[i][0], sizes[i][1]
				turned := i == 1 && (name == "party" || name == "state")
				if want := map[bool]string{false: "210x297", true: "297x210"}[turned]; fmt.Sprintf("%.0fx%.0f", width, height) != want {
					t.Errorf("%s%s page %d is %.1f x %.1f mm, want %s", name, suffix, i+1, width, height, want)
				}
				numbers := 0
				for _, m := range page {
					const slack = 0.6 // letters and boxes reach a little beyond their line
					switch middle := 30 + (width-45)/2; {
					case m.top < 15 && m.word == strconv.Itoa(i+1) && (m.left+m.right)/2 > middle-0.6 && (m.left+m.right)/2 < middle+0.6:
						numbers++
					case m.top < 15 && (m.word == "DỮ" || m.word == "LIỆU" || m.word == "MẪU"):
					case m.left < 30-slack || m.right > width-15+slack || m.top < 20-slack || m.bottom > height-20+slack:
						t.Errorf("%s%s page %d: %+v stands in the margin", name, suffix, i+1, m)
					}
				}
				if want := map[bool]int{true: 0, false: 1}[i == 0]; numbers != want {
					t.Errorf("%s%s page %d has %d page numbers, want %d", name, suffix, i+1, numbers, want)
				}
			}
		}
	}
}

// longTable finds the heading row on each page of the table.
func (o office) longTable(t *testing.T) {
	for _, name := range []string{"long.pdf", "long.docx.pdf"} {
		sizes, _ := o.marks(t, name)
		if len(sizes) < 5 {
			t.Errorf("%s: 200 rows on %d pages", name, len(sizes))
		}
		for i := range sizes {
			page := strconv.Itoa(i + 1)
			text := o.text(t, name, "-f", page, "-l", page)
			rows, heads := strings.Count(text, "Xã Đắk"), strings.Count(text, "TT Cơ quan Số phiếu Chỉ số Khoảng")
			if (rows > 0) != (heads == 1) {
				t.Errorf("%s page %s: %d heads above %d rows", name, page, heads, rows)
			}
		}
	}
}
