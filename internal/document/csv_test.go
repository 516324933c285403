package document_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/calendar"
	"hailong/internal/document"
)

type level string

func TestCSV(t *testing.T) {
	index := 81.64
	for _, test := range []struct {
		name    string
		columns []string
		rows    [][]any
		want    string
	}{
		{"header only", []string{"month", "n"}, nil, "month,n\r\n"},
		{"vietnamese text and numbers", []string{"name", "n", "index"},
			[][]any{{"Sở Tư pháp", 50, 81.64}, {"Nkô̆", int64(0), 100.0}},
			"name,n,index\r\nSở Tư pháp,50,81.64\r\nNkô̆,0,100\r\n"},
		{"nothing is empty, zero is not", []string{"a", "b", "c"}, [][]any{{nil, (*float64)(nil), 0.0}}, "a,b,c\r\n,,0\r\n"},
		{"pointers are followed", []string{"index", "ok"}, [][]any{{&index, true}}, "index,ok\r\n81.64,true\r\n"},
		{"numbers keep all digits and no exponent", []string{"a", "b", "c", "d"},
			[][]any{{1e21, 0.30000000000000004, float32(0.1), uint8(7)}}, "a,b,c,d\r\n1000000000000000000000,0.30000000000000004,0.1,7\r\n"},
		{"negative numbers are numbers", []string{"a", "b"}, [][]any{{-5, -0.5}}, "a,b\r\n-5,-0.5\r\n"},
		{"named texts and days", []string{"level", "shift", "day"},
			[][]any{{level("x"), calendar.Morning, calendar.Date(2026, time.September, 3)}}, "level,shift,day\r\nx,am,2026-09-03\r\n"},
		{"quoting", []string{"a", "b"}, [][]any{{`nói "được"`, "một, hai"}}, "a,b\r\n\"nói \"\"được\"\"\",\"một, hai\"\r\n"},
		{"line breaks become alike", []string{"a", "b"}, [][]any{{"x\ny\r\nz\rw", ""}}, "a,b\r\n\"x\r\ny\r\nz\r\nw\",\r\n"},
		{"a single empty cell is a row", []string{"a"}, [][]any{{nil}, {"x"}, {""}}, "a\r\n\"\"\r\nx\r\n\"\"\r\n"},
		{"invalid bytes", []string{"a", "b"}, [][]any{{"x\xff", "y"}}, "a,b\r\nx\uFFFD,y\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got strings.Builder
			if err := document.CSV(&got, test.columns, test.rows); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCSVDefusesFormulas(t *testing.T) {
	for _, text := range []string{
		`=HYPERLINK("http://a","b")`, "+84 909", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\r\n=1", "＝1", "－1", "＋1", "＠x",
	} {
		rows := readCSV(t, []string{text, "x"}, [][]any{{text, level(text)}})
		for _, cell := range []string{rows[0][0], rows[1][0], rows[1][1]} {
			if !strings.HasPrefix(cell, "'") {
				t.Errorf("%q became %q, want an apostrophe first", text, cell)
			}
		}
	}
	for _, text := range []string{"a=b", "1-2", "'x", "Quầy 1", " =1"} {
		if got := readCSV(t, []string{"a"}, [][]any{{text}})[1][0]; got != text {
			t.Errorf("%q became %q, want it untouched", text, got)
		}
	}
}

func TestCSVRefuses(t *testing.T) {
	for _, test := range []struct {
		name string
		row  []any
		want string
	}{
		{"too few cells", []any{1}, "csv row 2: 1 cells for 2 columns"},
		{"too many cells", []any{1, 2, 3}, "csv row 2: 3 cells for 2 columns"},
		{"not a number", []any{1, math.NaN()}, `csv row 2: column "b": NaN is not a number to write down`},
		{"infinite", []any{1, math.Inf(-1)}, `csv row 2: column "b": -Inf is not a number to write down`},
		{"no text form", []any{[]int{1}, 2}, `csv row 2: column "a": a cell cannot hold []int`},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := document.CSV(&bytes.Buffer{}, []string{"a", "b"}, [][]any{{1, 2}, test.row})
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestExcelCSVBeginsWithAMark(t *testing.T) {
	var plain, excel strings.Builder
	columns, rows := []string{"tên", "n"}, [][]any{{"Sở Tư pháp", 1}}
	if err := document.CSV(&plain, columns, rows); err != nil {
		t.Fatal(err)
	}
	if err := document.ExcelCSV(&excel, columns, rows); err != nil {
		t.Fatal(err)
	}
	if want := "\xEF\xBB\xBF" + plain.String(); excel.String() != want {
		t.Errorf("got %q, want %q", excel.String(), want)
	}
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestCSVReportsAFullDisk(t *testing.T) {
	for _, rows := range [][][]any{nil, {{nil}}, {{strings.Repeat("x", 1<<20)}, {"y"}}} {
		if err := document.CSV(full{}, []string{"a"}, rows); !errors.Is(err, errFull) {
			t.Errorf("CSV: got %v, want %v", err, errFull)
		}
		if err := document.ExcelCSV(full{}, []string{"a"}, rows); !errors.Is(err, errFull) {
			t.Errorf("ExcelCSV: got %v, want %v", err, errFull)
		}
	}
}

// FuzzCSV writes any two texts and a number, reads them back with the standard
// library, and finds what it wrote, with nothing that a spreadsheet would run.
func FuzzCSV(f *testing.F) {
	f.Add("Sở Tư pháp", "Quầy 1", 81.64)
	f.Add("=1+1", "\r\n@x", -1e300)
	f.Add("", "\"", 0.0)
	f.Add("a\rb", "\\.", 5e-324)
	f.Fuzz(func(t *testing.T, first, second string, number float64) {
		if math.IsNaN(number) || math.IsInf(number, 0) {
			number = 1
		}
		got := readCSV(t, []string{first, "n", second}, [][]any{{second, number, first}, {nil, -1, nil}})
		want := [][]string{
			{stored(first), "n", stored(second)},
			{stored(second), got[1][1], stored(first)},
			{"", "-1", ""},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		for _, cell := range []string{got[0][0], got[0][2], got[1][0], got[1][2]} {
			if strings.IndexAny(cell, "=+-@\t\r\n") == 0 {
				t.Errorf("a cell begins dangerously: %q", cell)
			}
		}
		requireNumber(t, got[1][1], number)
		if one := readCSV(t, []string{"only"}, [][]any{{first}}); len(one) != 2 || one[1][0] != stored(first) {
			t.Errorf("alone in its row %q is read as %q", first, one)
		}
	})
}

// stored is how a reader finds a text again.
func stored(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	for _, start := range []string{"=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(text, start) {
			return "'" + text
		}
	}
	return text
}

func requireNumber(t *testing.T, cell string, want float64) {
	t.Helper()
	got, err := strconv.ParseFloat(cell, 64)
	if err != nil || got != want || strings.ContainsAny(cell, "eE,") {
		t.Errorf("number %v was written as %q", want, cell)
	}
}

func readCSV(t *testing.T, columns []string, rows [][]any) [][]string {
	t.Helper()
	var out bytes.Buffer
	if err := document.CSV(&out, columns, rows); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}
