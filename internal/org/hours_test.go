package org_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hailong/internal/org"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseHours(t *testing.T) {
	office := []org.Span{{From: 450, To: 690}, {From: 810, To: 1020}}
	got, err := org.ParseHours("Mon-Fri 07:30-11:30 13:30-17:00; Sat 07:30-11:30")
	want := org.Hours{time.Saturday: {{From: 450, To: 690}}}
	for day := time.Monday; day <= time.Friday; day++ {
		want[day] = office
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if over, err := org.ParseHours("Sat-Mon 08:00-09:00"); err != nil || over[time.Sunday] == nil || over[time.Monday] == nil || over[time.Tuesday] != nil {
		t.Errorf("over the end of the week: %v, %v", over, err)
	}
	if none, err := org.ParseHours(""); err != nil || none.Known() || !got.Known() {
		t.Errorf("no hours: %v, %v", none, err)
	}
}

func TestParseHoursNamesTheFault(t *testing.T) {
	for hours, want := range map[string]string{
		"Mon":                                  `"Mon" is not a day and its spans`,
		"Mon 11:30-07:30":                      `"11:30-07:30" ends before it begins`,
		"Mon 07:30-07:30":                      `"07:30-07:30" ends before it begins`,
		"Mon 07:30-11:30 11:00-17:00":          `"11:00-17:00" begins before the span before it ends`,
		"Mon-Fri 07:30-11:30; Wed 8:0-9:0":     `"8:0-9:0" is not a span`,
		"Mon-Fri 07:30-11:30; Wed 13:00-14:00": `Wed is named twice`,
		"Mon  07:30-11:30":                     `"" is not a span`,
		"Mon 07:30-11:30;Tue 07:30-11:30":      `"07:30-11:30;Tue" is not a span`,
	} {
		if _, err := org.ParseHours(hours); !errors.Is(err, org.ErrHours) || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("ParseHours(%q): %v", hours, err)
		}
		data := fmt.Sprintf("agencies: [{code: a, name: A, counters: [{code: q, name: Q, form: mot-cua, hours: %q}]}]", hours)
		if _, err := org.Parse("org.yaml", []byte(data), formExists); err == nil || !strings.Contains(err.Error(), "org.yaml:1:") || !strings.Contains(err.Error(), want) {
			t.Errorf("import of %q: %v", hours, err)
		}
	}
}

func TestOutsideHours(t *testing.T) {
	hours, err := org.ParseHours("Mon-Fri 07:30-11:30 13:30-17:00")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		day                 time.Weekday
		minute              int
		outside, untilClose int
		pause               bool
	}{
		{time.Monday, 450, 0, 570, false},
		{time.Monday, 449, 1, 571, false},
		{time.Monday, 690, 1, 330, true},
		{time.Monday, 750, 60, 270, true},
		{time.Monday, 1019, 0, 1, false},
		{time.Monday, 1020, 1, 0, false},
		{time.Friday, 1439, 420, -419, false},
		{time.Sunday, 600, 1440, 1440, false},
	} {
		if got := hours.Outside(c.day, c.minute); got != c.outside {
			t.Errorf("Outside(%s, %d) = %d, want %d", c.day, c.minute, got, c.outside)
		}
		if got := hours.Pause(c.day, c.minute); got != c.pause {
			t.Errorf("Pause(%s, %d) = %v", c.day, c.minute, got)
		}
		if got := hours.UntilClose(c.day, c.minute); got != c.untilClose {
			t.Errorf("UntilClose(%s, %d) = %d, want %d", c.day, c.minute, got, c.untilClose)
		}
	}
}

// What is open is exactly what the spans hold, and a pause lies between two.
func TestHoursProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		edges := rapid.SliceOfNDistinct(rapid.IntRange(0, 1439), 4, 4, rapid.ID).Draw(t, "edges")
		slices.Sort(edges)
		at := func(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
		written := fmt.Sprintf("Tue %s-%s %s-%s", at(edges[0]), at(edges[1]), at(edges[2]), at(edges[3]))
		hours, err := org.ParseHours(written)
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		minute := rapid.IntRange(0, 1439).Draw(t, "minute")
		open := edges[0] <= minute && minute < edges[1] || edges[2] <= minute && minute < edges[3]
		pause := edges[1] <= minute && minute < edges[2]
		if got := hours.Outside(time.Tuesday, minute) == 0; got != open {
			t.Errorf("%s: open at %s = %v", written, at(minute), got)
		}
		if got := hours.Pause(time.Tuesday, minute); got != pause {
			t.Errorf("%s: pause at %s = %v", written, at(minute), got)
		}
	})
}
