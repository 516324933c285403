package coverage_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/rating"

	"github.com/google/go-cmp/cmp"
)

var (
	monday  = calendar.Date(2026, 11, 2)
	tuesday = monday + 1
)

// figures are the rows that each notation below says.
var figures = []rating.Served{
	{Agency: "stp", Counter: "q1", Service: "lltp", Day: monday, Count: 120},
	{Agency: "stp", Counter: "", Service: "", Day: tuesday, Count: 0},
}

func TestParseCSV(t *testing.T) {
	for name, content := range map[string]string{
		"plain":               "agency,counter,service,day,served\nstp,q1,lltp,2026-11-02,120\nstp,,,2026-11-03,0\n",
		"mark and semicolons": "\uFEFFagency;counter;service;day;served\r\nstp;q1;lltp;2026-11-02;120\r\nstp;;;2026-11-03;0\r\n",
		"another order":       "served,day,service,counter,agency\n120,2026-11-02,lltp,q1,stp\n0,2026-11-03,,,stp",
		"quoted":              `"agency","counter","service","day","served"` + "\n" + `"stp","q1","lltp","2026-11-02","120"` + "\n" + `stp,,,2026-11-03,"0"`,
		"blank at the end":    "agency,counter,service,day,served\nstp,q1,lltp,2026-11-02,120\nstp,,,2026-11-03,0\n\n\n",
	} {
		rows, err := coverage.ParseCSV(strings.NewReader(content))
		if diff := cmp.Diff(figures, rows); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

// told writes faults as "row code: message", one on each line.
func told(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var faults coverage.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("this is no list of faults: %v", err)
	}
	var lines []string
	for _, f := range faults {
		lines = append(lines, fmt.Sprintf("%d %s: %s", f.Row, f.Code, f.Message))
	}
	return strings.Join(lines, "\n")
}

func TestParseCSVFaults(t *testing.T) {
	const header = "agency,counter,service,day,served\n"
	for content, want := range map[string]string{
		"":                                    "0 malformed: the file is empty",
		"agency,counter,service,day":          `0 malformed: header: column "served" is missing`,
		"agency,counter,service,day,served,x": `0 malformed: header: column "x" is not known`,
		header + "stp,,,02/11/2026,5\nstp,,,2026-11-02,1.200\nstp,,2026-11-02,5\n": `1 malformed: day "02/11/2026" is not of the form YYYY-MM-DD
2 malformed: served "1.200" is not a whole number without separators
3 malformed: 4 fields in the row, 5 in the header`,
		header + "stp,,,2026-11-02,\n":                           `1 malformed: served "" is not a whole number without separators`,
		header + "stp,,,2026-11-02,5\n\n\nstp,,,2026-11-03,5\n":  "3 malformed: the row is blank",
		header + "s\xe1,,,2026-11-02,5\n":                        "1 malformed: the row is not UTF-8: save the file as CSV UTF-8",
		header + "\"stp" + strings.Repeat("\nx", 4000):           "1 malformed: the row is too long, perhaps a quotation mark is not closed: over 4096 bytes",
		"\"" + strings.Repeat("x", 5000):                         "0 malformed: the row is too long, perhaps a quotation mark is not closed: over 4096 bytes",
		header + "stp,,,2026-11-02,99999999999999999999999999\n": `1 malformed: served "99999999999999999999999999" is not a whole number without separators`,
	} {
		_, err := coverage.ParseCSV(strings.NewReader(content))
		if diff := cmp.Diff(want, told(t, err)); diff != "" {
			t.Errorf("%.60q: %s", content, diff)
		}
	}
	gone := errors.New("the disk is gone")
	if _, err := coverage.ParseCSV(iotest.ErrReader(gone)); !errors.Is(err, gone) {
		t.Errorf("error: %v", err)
	}
	large := header + strings.Repeat("stp,q1,lltp,2026-11-02,120\n", coverage.MaxBytes/26)
	if _, err := coverage.ParseCSV(strings.NewReader(large)); !strings.Contains(told(t, err), "split it") {
		t.Errorf("error: %.200v", err)
	}
}

func TestParseJSON(t *testing.T) {
	const list = `[{"agency":"stp","counter":"q1","service":"lltp","day":"2026-11-02","served":120},
		{"served":0,"day":"2026-11-03","agency":"stp","counter":null}]`
	for _, content := range []string{list, `{"rows":` + list + `}`, " " + list} {
		rows, err := coverage.ParseJSON([]byte(content))
		if diff := cmp.Diff(figures, rows); diff != "" || err != nil {
			t.Errorf("%.20q: %v %s", content, err, diff)
		}
	}
	if rows, err := coverage.ParseJSON([]byte(`[]`)); err != nil || len(rows) != 0 {
		t.Errorf("an empty list: %v, %v", rows, err)
	}
}

func TestParseJSONFaults(t *testing.T) {
	const form = `0 malformed: no valid JSON: {"rows": […]} or a list of rows is expected`
	for content, want := range map[string]string{
		``:                  form,
		`null`:              form,
		`{}`:                form,
		`{"rows":null}`:     form,
		`{"rows":[],"x":1}`: form,
		`[] []`:             form,
		`[{"a":1,"a":2}]`:   form,
		"[\"\xff\"]":        form,
		`[5, {}]`:           "1 malformed: the row is not an object with each name once\n2 malformed: agency, day and served must be given",
		`[{"agency":"stp","day":"2026-11-02","served":1,"n":2}]`: `1 malformed: name "n" is not known`,
		`[{"agency":"stp","day":"2026-11-02","served":"1"}]`:     `1 malformed: "served" is of the wrong type`,
		`[{"agency":"stp","day":"2026-11-02","served":1.5}]`:     `1 malformed: "served" is of the wrong type`,
		`[{"agency":"stp","day":"2026-11-02","served":null}]`:    `1 malformed: agency, day and served must be given`,
		`[{"agency":"stp","day":"2.11.2026","served":1}]`:        `1 malformed: day "2.11.2026" is not of the form YYYY-MM-DD`,
		`[{"Agency":"stp","day":"2026-11-02","served":1}]`:       `1 malformed: name "Agency" is not known`,
	} {
		_, err := coverage.ParseJSON([]byte(content))
		if diff := cmp.Diff(want, told(t, err)); diff != "" {
			t.Errorf("%q: %s", content, diff)
		}
	}
	if _, err := coverage.ParseJSON(make([]byte, coverage.MaxBytes+1)); !strings.Contains(told(t, err), "split it") {
		t.Errorf("error: %.200v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("agency,counter,service,day,served\nstp,q1,lltp,2026-11-02,120\n")
	f.Add(`[{"agency":"stp","day":"2026-11-02","served":1}]`)
	f.Fuzz(func(t *testing.T, content string) {
		for _, err := range []error{second(coverage.ParseCSV(strings.NewReader(content))), second(coverage.ParseJSON([]byte(content)))} {
			var faults coverage.Faults
			if err != nil && (!errors.As(err, &faults) || len(faults) == 0 || strings.ContainsAny(err.Error(), "\x00\x1b\n")) {
				t.Errorf("%q: %q", content, err)
			}
		}
	})
}

func second(_ []rating.Served, err error) error { return err }
