package org_test

import (
	"fmt"
	"strings"
	"testing"

	"hailong/internal/org"

	"golang.org/x/text/unicode/norm"
)

// A register is a value: what one import adds must not turn up in another
// import that began from the same register, such as a dry run.
func TestTwoImportsFromOneRegisterDoNotMeet(t *testing.T) {
	for size := 1; size <= 9; size++ {
		var b strings.Builder
		b.WriteString("agencies:\n  - code: a\n    name: A\n    services:\n")
		for i := range size {
			fmt.Fprintf(&b, "      - {code: s%d, name: S}\n", i)
		}
		b.WriteString("    counters:\n")
		for i := range size {
			fmt.Fprintf(&b, "      - {code: q%d, name: Q, form: mot-cua}\n", i)
		}
		base := parse(t, b.String())
		add := func(code string) *org.Register {
			data := fmt.Sprintf("agencies: [{code: a, name: A, services: [{code: %s, name: S}], counters: [{code: %s, name: Q, form: mot-cua}]}]", code, code)
			r, _, err := org.Merge(base, "more.yaml", []byte(data), formExists)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		first, second := add("first"), add("second")
		if a := first.Agency("a"); a.Service("first") == nil || a.Counter("first") == nil || a.Service("second") != nil || a.Counter("second") != nil {
			t.Errorf("with %d parts: the first import holds %+v", size, a)
		}
		if a := second.Agency("a"); a.Service("second") == nil || a.Counter("second") == nil {
			t.Errorf("with %d parts: the second import holds %+v", size, a)
		}
	}
}

func TestSuccessorsFormNoRing(t *testing.T) {
	_, err := org.Parse("org.yaml", []byte(`agencies:
  - {code: a, name: A, successor: b}
  - {code: b, name: B, successor: c}
  - {code: c, name: C, successor: a}
  - {code: d, name: D, successor: a}
`), formExists)
	if err == nil || !strings.Contains(err.Error(), `org.yaml:2:35: the successors of "a" lead back to it`) || strings.Contains(err.Error(), `"d"`) {
		t.Errorf("error\n%v", err)
	}
}

func TestHours(t *testing.T) {
	for hours, valid := range map[string]bool{
		"Mon-Fri 07:30-11:30 13:30-17:00":                  true,
		"Mon-Fri 07:30-11:30 13:30-17:00; Sat 07:30-11:30": true,
		"Sun 00:00-23:59":                                  true,
		"Mon-Fri":                                          false,
		"Mon 24:00-25:00":                                  false,
		"Mon 07:60-11:30":                                  false,
		"Mon 7:30-11:30":                                   false,
		"Mon 07:30-11:30Sat 07:30-9:0":                     false,
		"Mon 07:30-11:30; ":                                false,
		"Thứ Hai 07:30-11:30":                              false,
	} {
		data := fmt.Sprintf("agencies: [{code: a, name: A, counters: [{code: q, name: Q, form: mot-cua, hours: %q}]}]", hours)
		if _, err := org.Parse("org.yaml", []byte(data), formExists); (err == nil) != valid {
			t.Errorf("hours %q: %v", hours, err)
		}
	}
}

func TestEveryNameIsComposedAndTrimmed(t *testing.T) {
	data := norm.NFD.String(`agencies:
  - code: a
    name: " Sở Tư pháp "
    aliases: [" Sở TP "]
    services: [{code: s, name: Lý lịch tư pháp, field: " Lý lịch "}]
    counters: [{code: q, name: Quầy 1, location: " Gia Nghĩa ", form: mot-cua}]
`)
	a := parse(t, data).Agency("a")
	for got, want := range map[string]string{
		a.Name: "Sở Tư pháp", a.Aliases[0]: "Sở TP", a.Services[0].Name: "Lý lịch tư pháp", a.Services[0].Field: "Lý lịch",
		a.Counters[0].Name: "Quầy 1", a.Counters[0].Location: "Gia Nghĩa",
	} {
		if got != want {
			t.Errorf("%+q, want %+q", got, want)
		}
	}
}

func TestMergeRefusesHugeRegisters(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		want string
	}{
		"agencies": {" - {code: a%d, name: A}\n", "at most 5000 agencies"},
		"counters": {"     - {code: c%d, name: C, form: mot-cua}\n", "more than 1000 services or counters"},
	} {
		data := "agencies:\n"
		if name == "counters" {
			data += " - code: a\n   name: A\n   counters:\n"
		}
		for i := range 5001 {
			data += fmt.Sprintf(c.line, i)
		}
		_, err := org.Parse("huge.yaml", []byte(data), formExists)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
