package rowfile_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"hailong/internal/rowfile"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// placed is a row with its text kept.
type placed struct {
	Line   int
	Offset int64
	Text   string
}

func all(t interface{ Fatalf(string, ...any) }, r *rowfile.Reader) []placed {
	var rows []placed
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		rows = append(rows, placed{row.Line, row.Offset, string(row.Text)})
	}
}

func TestRowsAndTheirPlaces(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		csv     bool
		want    []placed
	}{
		"nothing":               {"", false, nil},
		"only a mark":           {"\uFEFF", true, nil},
		"no last line break":    {"a\nb", false, []placed{{1, 0, "a"}, {2, 2, "b"}}},
		"CRLF and a mark":       {"\uFEFFa\r\nb\r\n", true, []placed{{1, 3, "a"}, {2, 6, "b"}}},
		"blank line":            {"a\n\nb\n", false, []placed{{1, 0, "a"}, {2, 2, ""}, {3, 3, "b"}}},
		"break in quotes":       {"\"a\nb\",1\nc\n", true, []placed{{1, 0, "\"a\nb\",1"}, {3, 8, "c"}}},
		"doubled quotes":        {"\"a\"\"b\",1\nc", true, []placed{{1, 0, "\"a\"\"b\",1"}, {2, 9, "c"}}},
		"quotes in NDJSON":      {"\"a\nb\"", false, []placed{{1, 0, "\"a"}, {2, 3, "b\""}}},
		"quote that stays open": {"a\n\"b\nc", true, []placed{{1, 0, "a"}, {2, 2, "\"b\nc"}}},
	} {
		t.Run(name, func(t *testing.T) {
			open := rowfile.Lines
			if c.csv {
				open = rowfile.CSV
			}
			for _, in := range []io.Reader{strings.NewReader(c.content), iotest.OneByteReader(strings.NewReader(c.content))} {
				if diff := cmp.Diff(c.want, all(t, open(in, 100))); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestRowsAreFoundAgain reads any rows that stand in a file, and each again at
// the place that was told.
func TestRowsAreFoundAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.StringMatching(`[a-zé,; ]{0,200}`)).Draw(t, "lines")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		var content strings.Builder
		for _, line := range lines {
			content.WriteString(line + end)
		}
		rows := all(t, rowfile.CSV(strings.NewReader(content.String()), 1000))
		if len(rows) != len(lines) {
			t.Fatalf("%d rows of %d lines", len(rows), len(lines))
		}
		for i, row := range rows {
			if row.Line != i+1 || row.Text != lines[i] || !strings.HasPrefix(content.String()[row.Offset:], lines[i]+end) {
				t.Fatalf("line %d: %+v", i+1, row)
			}
		}
	})
}

func TestRowTooLong(t *testing.T) {
	r := rowfile.CSV(strings.NewReader("a,b\n\"never closed,b\n"+strings.Repeat("x\n", 100)), 50)
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if row, err := r.Next(); !errors.Is(err, rowfile.ErrTooLong) || row.Line != 2 {
		t.Errorf("line %d, error: %v", row.Line, err)
	}
	broken := errors.New("the disk is gone")
	if _, err := rowfile.Lines(iotest.ErrReader(broken), 50).Next(); !errors.Is(err, broken) {
		t.Errorf("error: %v", err)
	}
}

func TestHeader(t *testing.T) {
	known := func(column string) bool { return strings.HasPrefix(column, "q.") }
	for header, want := range map[string]string{
		"a,b":           "",
		"b;a":           "",
		"q.x,b,a":       "",
		`"a","b"`:       "",
		"a":             `column "b" is missing`,
		"a,b,c":         `column "c" is not known`,
		"a,b,a":         `column "a" stands there twice`,
		"":              "the row is empty",
		"a,b,x\x1b[2J":  `column "x\x1b[2J" is not known`,
		"a,\xff\xfe":    "the row is not UTF-8: save the file as CSV UTF-8",
		"a,c\"":         `no valid CSV: bare " in non-quoted-field`,
		"A,b":           `column "A" is not known; column "a" is missing`,
		"a,b,\u202Eabc": `column "\u202eabc" is not known`,
	} {
		_, err := rowfile.ParseHeader([]byte(header), []string{"a", "b"}, known)
		if got := text(err); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestFields(t *testing.T) {
	h, err := rowfile.ParseHeader([]byte("b;a"), []string{"a", "b"}, func(string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(h.Columns(), []string{"b", "a"}) {
		t.Errorf("columns %q", h.Columns())
	}
	fields, err := h.Fields([]byte(`1,5;"x;y ""z"""`))
	if diff := cmp.Diff([]string{"1,5", `x;y "z"`}, fields); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := h.Fields([]byte("1;2;3")); text(err) != "3 fields in the row, 2 in the header" {
		t.Errorf("error: %v", err)
	}
	if _, err := h.Fields([]byte("1;\xff")); err == nil {
		t.Error("a row that is not UTF-8 is taken")
	}
}

func TestQuoteIsCut(t *testing.T) {
	if got := rowfile.Quote(strings.Repeat("ộ", 50)); got != `"`+strings.Repeat("ộ", 40)+`…"` {
		t.Error(got)
	}
}
