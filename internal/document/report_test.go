package document_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"hailong/internal/calendar"
	"hailong/internal/document"
	"hailong/internal/outside"
)

// parts returns the files of an OOXML package, and fails if one is no XML.
func parts(t interface {
	Helper()
	Fatalf(string, ...any)
}, data []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatalf("not a package: %v", err)
	}
	all := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		all[f.Name] = string(content)
		if strings.HasSuffix(f.Name, ".png") {
			continue
		}
		for decoder := xml.NewDecoder(bytes.NewReader(content)); ; {
			if _, err := decoder.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	return all
}

func written(t *testing.T, write func(io.Writer) error) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func docx(t *testing.T, r *document.Report) map[string]string {
	t.Helper()
	return parts(t, written(t, r.DOCX))
}

var wordText = regexp.MustCompile(`<w:t [^>]*>([^<]*)</w:t>`)

// said returns the texts of a DOCX file, one in a line.
func said(t *testing.T, r *document.Report) string {
	t.Helper()
	var all strings.Builder
	for _, m := range wordText.FindAllStringSubmatch(docx(t, r)["word/document.xml"], -1) {
		all.WriteString(m[1] + "\n")
	}
	return all.String()
}

func TestReportDates(t *testing.T) {
	for day, want := range map[calendar.Day]string{
		calendar.Date(2025, time.January, 1):   "Gia Nghĩa, ngày 01 tháng 01 năm 2025\n",
		calendar.Date(2025, time.February, 28): "Gia Nghĩa, ngày 28 tháng 02 năm 2025\n",
		calendar.Date(2025, time.March, 9):     "Gia Nghĩa, ngày 09 tháng 3 năm 2025\n",
		calendar.Date(2024, time.December, 31): "Gia Nghĩa, ngày 31 tháng 12 năm 2024\n",
		0:                                      "Gia Nghĩa, ngày … tháng … năm …\n",
	} {
		r := &document.Report{Layout: document.Party, Header: document.Header{Place: "Gia Nghĩa", Date: day}}
		if got := said(t, r); !strings.Contains(got, want) {
			t.Errorf("%v: got %q, want %q", day, got, want)
		}
	}
}

func TestReportEnds(t *testing.T) {
	for text, want := range map[string]string{
		"Hết": "Hết", "Hết.": "Hết", "Hết./.": "Hết", "Hết ./. ": "Hết", "Còn 5%": "Còn 5%",
	} {
		for layout, mark := range map[document.Layout]string{document.Party: ".", document.State: "./."} {
			for _, last := range []document.Block{document.Paragraph{Text: text}, document.Note{Text: text}} {
				r := &document.Report{Layout: layout, Blocks: []document.Block{document.Paragraph{Text: "Đầu"}, last}}
				if got := said(t, r); !strings.Contains(got, "\n"+want+mark+"\n") || !strings.Contains(got, "Đầu\n") {
					t.Errorf("%s, %q: got %q, want %q at its end", layout, text, got, want+mark)
				}
			}
		}
	}
	r := &document.Report{Layout: document.State, Blocks: []document.Block{document.Paragraph{Text: "Xem bảng."}, figures()}}
	if got := said(t, r); strings.Contains(got, "./.") || r.Blocks[0] != (document.Paragraph{Text: "Xem bảng."}) {
		t.Errorf("a text that ends in a table is closed elsewhere: %q", got)
	}
}

func TestReportNumbers(t *testing.T) {
	cells := []document.Cell{
		document.Int(1234567), document.Int(-1000), document.Number(1234.5, 1), document.Number(0.05, 1), document.Number(-0.04, 1),
		document.Number(-2.5, 0), document.Number(2.675, 2), document.Number(100, 1), {}, document.Text(""), document.Text("2025"),
	}
	columns := make([]document.Column, 1)
	var table document.Table
	table.Columns = columns
	for _, c := range cells {
		table.Rows = append(table.Rows, []document.Cell{c})
	}
	r := &document.Report{Layout: document.Party, Blocks: []document.Block{table}}
	want := []string{"1.234.567", "-1.000", "1.234,5", "0,1", "0,0", "-3", "2,68", "100,0", "", "", "2025"}
	lines := strings.Split(said(t, r), "\n")
	from := 0
	for i, line := range lines {
		if line == "1.234.567" {
			from = i
		}
	}
	if diff := cmp.Diff(want, lines[from:from+len(want)]); diff != "" {
		t.Error(diff)
	}
}

// TestDOCXGeometry reads the measures that the rules ask for, in twentieths of
// a point.
func TestDOCXGeometry(t *testing.T) {
	for _, layout := range []document.Layout{document.Party, document.State} {
		files := docx(t, sampleReport(layout))
		body := files["word/document.xml"]
		for phrase, count := range map[string]int{
			`w:top="1134" w:right="850" w:bottom="1134" w:left="1701"`: 3, // 20, 15, 20, 30 mm
			`<w:titlePg>`:                1,
			`w:orient="landscape"`:       1,
			`<w:tblHeader>`:              2,
			`w:after="120" w:line="360"`: 6, // 18 pt: three headings and three paragraphs
			`<w:pStyle w:val="Heading1"`: 1,
			`<wp:inline `:                3,
		} {
			if got := strings.Count(body, phrase); got != count {
				t.Errorf("%s: %d times %s, want %d", layout, got, phrase, count)
			}
		}
		if !strings.Contains(files["word/styles.xml"], `w:ascii="Times New Roman"`) {
			t.Errorf("%s: the type face is not named", layout)
		}
		if strings.Contains(files["word/header2.xml"], "PAGE") || !strings.Contains(files["word/header1.xml"], "PAGE") {
			t.Errorf("%s: page numbers: first %q, others %q", layout, files["word/header2.xml"], files["word/header1.xml"])
		}
		for i := range 3 {
			if files[fmt.Sprintf("word/media/bar%d.png", i+1)] == "" {
				t.Errorf("%s: no picture %d", layout, i+1)
			}
		}
	}
}

// TestBarsHaveTheirLength measures the picture of a bar: pale up to its value,
// a dark line over its interval.
func TestBarsHaveTheirLength(t *testing.T) {
	r := &document.Report{Layout: document.State, Blocks: []document.Block{document.Chart{Max: 200, Bars: []document.Bar{
		{Label: "Một nửa", Value: document.Number(100, 1), Low: document.Number(50, 1), High: document.Number(150, 1)},
		{Label: "Đầy", Value: document.Int(200)},
		{Label: "Trống", Value: document.Text("–")},
	}}}}
	files := docx(t, r)
	for i, want := range []struct{ bar, interval float64 }{{0.5, 0.5}, {1, 0}, {0, 0}} {
		img, err := png.Decode(strings.NewReader(files[fmt.Sprintf("word/media/bar%d.png", i+1)]))
		if err != nil {
			t.Fatal(err)
		}
		width, height := img.Bounds().Dx(), img.Bounds().Dy()
		var filled, dark int
		for x := range width {
			if r, _, _, _ := img.At(x, height/4).RGBA(); r>>8 > 60 && r>>8 < 200 {
				filled++
			}
			if r, _, _, _ := img.At(x, height/2).RGBA(); r>>8 < 60 {
				dark++
			}
		}
		// The strokes at the ends of the interval cover a little of the bar.
		if bar, interval := float64(filled)/float64(width), float64(dark)/float64(width); math.Abs(bar-want.bar) > 0.015 || math.Abs(interval-want.interval) > 0.015 {
			t.Errorf("bar %d: filled %.3f with an interval of %.3f, want %v", i+1, bar, interval, want)
		}
	}
	if !strings.Contains(files["word/document.xml"], `descr="Một nửa: 100,0 (50,0–150,0)"`) {
		t.Error("the picture has no words for those who cannot see it")
	}
}

func TestWideTablesTurnThePage(t *testing.T) {
	p, h, n := document.Paragraph{Text: "Chữ"}, document.Heading{Level: 1, Text: "Mục"}, figures()
	for _, test := range []struct {
		name   string
		blocks []document.Block
		want   string // orientation of the sections
	}{
		{"none", []document.Block{p, h, n}, "P"},
		{"last", []document.Block{p, wide()}, "PLP"},
		{"first", []document.Block{wide(), p}, "PLP"},
		{"two share their pages", []document.Block{p, wide(), wide(), p}, "PLP"},
		{"a heading between two", []document.Block{p, wide(), h, wide(), p}, "PLP"},
		{"text between two", []document.Block{wide(), p, h, wide()}, "PLPLP"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &document.Report{Layout: document.Party, Blocks: test.blocks}
			got := ""
			for _, m := range regexp.MustCompile(`<w:pgSz ([^>]*)>`).FindAllString(docx(t, r)["word/document.xml"], -1) {
				got += map[bool]string{false: "P", true: "L"}[strings.Contains(m, "landscape")]
			}
			info := outside.Run(t, outside.Tool(t, "poppler-utils", "pdfinfo"), "-l", "9", save(t, "r.pdf", written(t, r.PDF)))
			pages := ""
			for _, m := range regexp.MustCompile(`Page.*size:\s+(\d+)`).FindAllStringSubmatch(info, -1) {
				pages += map[bool]string{true: "P", false: "L"}[m[1] == "595"]
			}
			if got != test.want || pages != test.want {
				t.Errorf("DOCX %s, PDF %s, want %s", got, pages, test.want)
			}
		})
	}
}

// TestSignatureIsNeverAlone moves the signature over the end of a page.
func TestSignatureIsNeverAlone(t *testing.T) {
	for n := 18; n < 30; n++ {
		r := sampleReport(document.State)
		r.Blocks = nil
		for range n {
			r.Blocks = append(r.Blocks, document.Paragraph{Text: "Một dòng"})
		}
		r.Blocks = append(r.Blocks, document.Paragraph{Text: "Dòng cuối cùng"})
		file := save(t, "r.pdf", written(t, r.PDF))
		for page := 1; page < 3; page++ {
			text := words(t, file, strconv.Itoa(page))
			if last := strings.Contains(text, "Dòng cuối cùng./."); last != strings.Contains(text, "Trần Thị Ví Dụ") || last != strings.Contains(text, "Nơi nhận:") {
				t.Errorf("%d lines, page %d: the signature is apart from the text:\n%s", n, page, text)
			}
			if strings.Contains(text, "Dòng cuối cùng") {
				break
			}
		}
	}
}

// TestHeadingIsNeverAlone moves a heading over the end of a page: what follows
// it begins on the same page.
func TestHeadingIsNeverAlone(t *testing.T) {
	follows := map[string]document.Block{"Bảng 1": figures(), "Biểu đồ 1": chart(), "Một đoạn": document.Paragraph{Text: strings.Repeat("Một đoạn dài. ", 30)}}
	for beginning, next := range follows {
		for n := 16; n < 32; n += 2 {
			r := &document.Report{Layout: document.State}
			for range n {
				r.Blocks = append(r.Blocks, document.Paragraph{Text: "Một dòng"})
			}
			r.Blocks = append(r.Blocks, document.Heading{Level: 1, Text: "V. Mục cuối"}, next, document.Paragraph{Text: "Hết"})
			file := save(t, "r.pdf", written(t, r.PDF))
			for page := 1; ; page++ {
				_, after, found := strings.Cut(words(t, file, strconv.Itoa(page)), "V. Mục cuối")
				if found && !strings.Contains(after, beginning) {
					t.Errorf("%d lines: the heading stands alone, %s is on another page", n, beginning)
				}
				if found {
					break
				}
			}
		}
	}
}

// TestCellLongerThanAPage breaks the row and loses no word.
func TestCellLongerThanAPage(t *testing.T) {
	var text strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&text, "từ%d ", i)
	}
	r := &document.Report{Layout: document.Party, Blocks: []document.Block{document.Table{
		Columns: []document.Column{{Title: "Đầu"}, {Title: "Ý kiến"}},
		Rows:    [][]document.Cell{{document.Int(1), document.Text(text.String())}},
	}}}
	out := outside.Run(t, outside.Tool(t, "poppler-utils", "pdftotext"), save(t, "r.pdf", written(t, r.PDF)), "-")
	if got := regexp.MustCompile(`từ\d+`).FindAllString(norm.NFC.String(out), -1); len(got) != 2500 || got[2499] != "từ2499" {
		t.Errorf("%d words are left of 2500", len(got))
	}
	if heads := strings.Count(norm.NFC.String(out), "Ý kiến"); heads < 3 {
		t.Errorf("%d heads", heads)
	}
}

func TestReportsAreTheSameEachTime(t *testing.T) {
	for _, layout := range []document.Layout{document.Party, document.State} {
		r := sampleReport(layout)
		wantPDF, wantDOCX := written(t, r.PDF), written(t, r.DOCX)
		for range 3 {
			if !bytes.Equal(written(t, sampleReport(layout).PDF), wantPDF) || !bytes.Equal(written(t, sampleReport(layout).DOCX), wantDOCX) {
				t.Errorf("%s: equal reports gave different bytes", layout)
			}
		}
		if size := len(wantPDF); size > 300<<10 {
			t.Errorf("%s: %d bytes: the fonts are embedded whole", layout, size)
		}
	}
}

func TestReportsTakeAnyText(t *testing.T) {
	any := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom(nil, unicode.Mn, unicode.Latin, unicode.So, unicode.Cc), 0, 200, -1))
	rapid.Check(t, func(t *rapid.T) {
		s := func(label string) string { return any.Draw(t, label) }
		r := &document.Report{
			Layout: rapid.SampledFrom([]document.Layout{document.Party, document.State}).Draw(t, "layout"),
			Header: document.Header{Superior: s("superior"), Issuer: s("issuer"), Number: s("number"), Place: s("place"), Kind: s("kind"), Subject: s("subject")},
			Blocks: []document.Block{
				document.Heading{Level: 1, Text: s("heading")}, document.Paragraph{Text: s("text")}, document.Note{Text: s("note")},
				document.Table{Title: s("title"), Columns: []document.Column{{Title: s("column")}}, Rows: [][]document.Cell{{document.Text(s("cell"))}}},
				document.Chart{Title: s("chart"), Bars: []document.Bar{{Label: s("label"), Value: document.Text(s("value"))}}},
			},
			Signature:  document.Signature{Authority: s("authority"), Title: s("post"), Name: s("name")},
			Recipients: []string{s("recipient")},
		}
		var pdf, docx bytes.Buffer
		if err := errors.Join(r.PDF(&pdf), r.DOCX(&docx)); err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(pdf.Bytes(), []byte("%PDF-")) {
			t.Fatal("not a PDF")
		}
		parts(t, docx.Bytes())
	})
}

func TestReportsRefuse(t *testing.T) {
	one := []document.Column{{Title: "A"}}
	for _, test := range []struct {
		block document.Block
		want  string
	}{
		{nil, "block 1 is nil"},
		{document.Heading{Text: "X"}, `block 1: heading "X": level 0, want 1 to 3`},
		{document.Table{Title: "X"}, `block 1: table "X": no columns`},
		{document.Table{Title: "X", Columns: one, Rows: [][]document.Cell{{}}}, `block 1: table "X": row 1: 0 cells for 1 columns`},
		{document.Table{Title: "X", Columns: one, Rows: [][]document.Cell{{document.Number(math.NaN(), 1)}}}, `block 1: table "X": row 1, column "A": NaN is not a number to write down`},
		{document.Table{Title: "X", Columns: one, Rows: [][]document.Cell{{document.Number(1, 10)}}}, `block 1: table "X": row 1, column "A": 10 decimals, want 0 to 9`},
		{document.Table{Title: "X", Columns: []document.Column{{Title: "A", Share: -1}}}, `block 1: table "X": column "A": its share of the width is -1`},
		{document.Chart{Title: "X", Max: math.NaN()}, `block 1: chart "X": the scale ends at NaN`},
		{document.Chart{Title: "X", Bars: []document.Bar{{Label: "B", Value: document.Number(100.1, 1)}}}, `block 1: chart "X": bar "B": 100.1 is outside of 0 to 100`},
		{document.Chart{Title: "X", Bars: []document.Bar{{Label: "B", Value: document.Int(5), Low: document.Int(7), High: document.Int(6)}}}, `block 1: chart "X": bar "B": the interval ends at 6 and begins at 7`},
		{document.Chart{Title: "X", Bars: []document.Bar{{Label: "B", Value: document.Int(5), Low: document.Int(4)}}}, `block 1: chart "X": bar "B": an interval with one end`},
	} {
		r := &document.Report{Layout: document.Party, Blocks: []document.Block{test.block}}
		var out bytes.Buffer
		for format, err := range map[string]error{"pdf": r.PDF(&out), "docx": r.DOCX(&out)} {
			if want := "report " + format + ": " + test.want; err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		if out.Len() > 0 {
			t.Errorf("%s: %d bytes were written in spite of the error", test.want, out.Len())
		}
	}
	if err := (&document.Report{Layout: "letter"}).PDF(io.Discard); !errors.Is(err, document.ErrUnknownLayout) {
		t.Errorf("unknown layout: got %v", err)
	}
	r := sampleReport(document.State)
	for _, write := range []func(io.Writer) error{r.PDF, r.DOCX} {
		if err := write(full{}); !errors.Is(err, errFull) {
			t.Errorf("full disk: got %v", err)
		}
	}
}
