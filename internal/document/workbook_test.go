package document_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"hailong/internal/document"
)

func opened(t *testing.T, b *document.Workbook) *excelize.File {
	t.Helper()
	file, err := excelize.OpenReader(bytes.NewReader(written(t, b.XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestWorkbookHoldsNumbersAndTexts(t *testing.T) {
	b := &document.Workbook{Sample: true, Sheets: []document.WorkSheet{{
		Name: "A", Title: "Bảng", Columns: []document.Column{{Title: "=1"}}, Notes: []string{"=2"},
		Rows: [][]document.Cell{{document.Int(1234567)}, {document.Number(81.649, 1)}, {document.Number(-2.5, 0)}, {document.Text("1234")}, {document.Text("=1+1")}, {document.Text("\t=1")}, {{}}},
	}}}
	file := opened(t, b)
	want := []struct {
		cell, value, shown string
		text               bool
	}{
		{"A1", "Bảng", "Bảng", true}, {"A2", "DỮ LIỆU MẪU", "DỮ LIỆU MẪU", true}, {"A4", "=1", "=1", true},
		{"A5", "1234567", "1,234,567", false}, {"A6", "81.6", "81.6", false}, {"A7", "-3", "-3", false},
		{"A8", "1234", "1234", true}, {"A9", "=1+1", "=1+1", true}, {"A10", "\t=1", "\t=1", true}, {"A11", "", "", false}, {"A13", "=2", "=2", true},
	}
	for _, w := range want {
		raw, err := file.GetCellValue("A", w.cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		shown, err := file.GetCellValue("A", w.cell)
		if err != nil {
			t.Fatal(err)
		}
		kind, err := file.GetCellType("A", w.cell)
		if err != nil {
			t.Fatal(err)
		}
		if isText := kind == excelize.CellTypeSharedString; raw != w.value || shown != w.shown || isText != w.text {
			t.Errorf("%s holds %q shown as %q, text %v; want %+v", w.cell, raw, shown, isText, w)
		}
	}
}

func TestWorkbookIsEasyToRead(t *testing.T) {
	b := numbersWorkbook()
	files := parts(t, written(t, b.XLSX))
	for _, name := range []string{"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"} {
		sheet := files[name]
		for _, phrase := range []string{`state="frozen"`, `ySplit="3"`, "<autoFilter ", "<cols>"} {
			if !strings.Contains(sheet, phrase) {
				t.Errorf("%s lacks %s", name, phrase)
			}
		}
		if strings.Contains(sheet, "<f>") || strings.Contains(sheet, "<f ") {
			t.Errorf("%s has a formula", name)
		}
	}
	if core := files["docProps/core.xml"]; !strings.Contains(core, "2025-02-05T00:00:00Z") || !strings.Contains(core, "Số liệu") {
		t.Errorf("properties: %s", core)
	}
}

// On paper no column stands on a page of its own, and every page has the heads.
func TestWorkbookFitsPaper(t *testing.T) {
	b := &document.Workbook{Sheets: []document.WorkSheet{{
		Name: "a'b", Title: "Bảng", Notes: []string{strings.Repeat("lời dài ", 60)}, Columns: make([]document.Column, 20), Rows: [][]document.Cell{make([]document.Cell, 20)},
	}, {Name: "một cột", Title: "Bảng", Columns: []document.Column{{Title: "A"}}}}}
	file := opened(t, b)
	for _, name := range file.GetSheetList() {
		layout, err := file.GetPageLayout(name)
		if err != nil {
			t.Fatal(err)
		}
		props, err := file.GetSheetProps(name)
		if err != nil {
			t.Fatal(err)
		}
		if *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 || !*props.FitToPage {
			t.Errorf("%s is set up as %s, %d wide, %d tall", name, *layout.Orientation, *layout.FitToWidth, *layout.FitToHeight)
		}
	}
	names := map[string]string{}
	for _, name := range file.GetDefinedName() {
		names[name.Name+" "+name.Scope] = name.RefersTo
	}
	for name, want := range map[string]string{"_xlnm.Print_Titles a'b": "'a''b'!$3:$3", "_xlnm.Print_Area a'b": "'a''b'!$A$1:$T$7", "_xlnm.Print_Area một cột": "'một cột'!$A$1:$A$5"} {
		if names[name] != want {
			t.Errorf("%s is %q, want %q", name, names[name], want)
		}
	}
	if height, err := file.GetRowHeight("a'b", 6); err != nil || height < 40 {
		t.Errorf("a long note has a row of %v points, %v", height, err)
	}
}

func TestWorkbookNamesItsSheets(t *testing.T) {
	long := "Kết quả của các cơ quan chuyên môn cấp tỉnh"
	var b document.Workbook
	for _, name := range []string{"Số liệu", "số LIỆU", "a[b]:c*d?e/f\\g", "", "'x'", "history", long, long, " \n "} {
		b.Sheets = append(b.Sheets, document.WorkSheet{Name: name, Columns: []document.Column{{Title: "A"}}})
	}
	want := []string{
		"Số liệu", "số LIỆU (2)", "a-b--c-d-e-f-g", "Bảng", "x", "Bảng history",
		"Kết quả của các cơ quan chuyên", "Kết quả của các cơ quan chu (2)", "Bảng (2)",
	}
	if diff := cmp.Diff(want, opened(t, &b).GetSheetList()); diff != "" {
		t.Error(diff)
	}
}

func TestWorkbooksTakeAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, text := rapid.String().Draw(t, "name"), rapid.String().Draw(t, "text")
		var out bytes.Buffer
		b := &document.Workbook{Title: text, Sheets: []document.WorkSheet{
			{Name: name, Title: text, Columns: []document.Column{{Title: text}}, Rows: [][]document.Cell{{document.Text(text)}}, Notes: []string{text}},
			{Name: name, Columns: []document.Column{{}}},
		}}
		if err := b.XLSX(&out); err != nil {
			t.Fatal(err)
		}
		for _, content := range parts(t, out.Bytes()) {
			if strings.Contains(content, "<f>") {
				t.Fatalf("a formula: %s", content)
			}
		}
	})
}

func TestWorkbooksAreTheSameEachTime(t *testing.T) {
	want := written(t, numbersWorkbook().XLSX)
	for range 5 {
		if !bytes.Equal(written(t, numbersWorkbook().XLSX), want) {
			t.Error("equal workbooks gave different bytes")
		}
	}
}

func TestWorkbooksRefuse(t *testing.T) {
	if err := new(document.Workbook).XLSX(io.Discard); !errors.Is(err, document.ErrNoSheets) {
		t.Errorf("no sheet: got %v", err)
	}
	one := []document.Column{{Title: "A"}}
	for _, test := range []struct {
		sheet document.WorkSheet
		want  string
	}{
		{document.WorkSheet{Name: "S"}, `workbook: sheet "S": no columns`},
		{document.WorkSheet{Name: "S", Columns: one, Rows: [][]document.Cell{{}}}, `workbook: sheet "S": row 1: 0 cells for 1 columns`},
		{document.WorkSheet{Name: "S", Columns: one, Rows: [][]document.Cell{{document.Number(math.Inf(1), 1)}}}, `workbook: sheet "S": row 1, column "A": +Inf is not a number to write down`},
		{document.WorkSheet{Name: "S", Columns: one, Rows: [][]document.Cell{{document.Text(strings.Repeat("x", 32768))}}}, `workbook: sheet "S": cell A4: a text of 32768 characters, at most 32767`},
	} {
		var out bytes.Buffer
		err := (&document.Workbook{Sheets: []document.WorkSheet{test.sheet}}).XLSX(&out)
		if err == nil || err.Error() != test.want || out.Len() > 0 {
			t.Errorf("got %v and %d bytes, want %s", err, out.Len(), test.want)
		}
	}
	if err := numbersWorkbook().XLSX(full{}); !errors.Is(err, errFull) {
		t.Errorf("full disk: got %v", err)
	}
}
