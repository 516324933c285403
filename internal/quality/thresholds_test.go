package quality_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"hailong/internal/calendar"
	"hailong/internal/quality"
	"hailong/internal/yamlfile"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
)

func TestLoadFallsBackToWhatIsEmbedded(t *testing.T) {
	embedded, err := quality.Load(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	fallen, err := quality.Load(fstest.MapFS{})
	if diff := cmp.Diff(embedded, fallen); err != nil || diff != "" {
		t.Errorf("a folder without thresholds: %v\n%s", err, diff)
	}
	own := fstest.MapFS{quality.File: {Data: []byte("id: own\nversion: 2\nlearning: {per_hour: 1, answers: 10, weeks: 1}\n")}}
	if got, err := quality.Load(own); err != nil || got.ID != "own" || got.Burst != nil {
		t.Errorf("a folder with its own: %+v, %v", got, err)
	}
}

func TestParseNamesEveryFault(t *testing.T) {
	_, err := quality.Parse("checks.yaml", []byte(`id: x
version: 0
same_device: {flag_from: 3, hold_from: 2}
burst: {minutes: 0, at_least: 8, deviations: 4}
alike: {flag: 5, hold: 8, burst: 8, outside: 3, closing: 1, closing_minutes: 30, gap_minutes: 20, at_least: 500, at_least_quick: 5}
learning: {per_hour: 12, answers: 300, weeks: 4}
holidays:
  every_year: ["1-1", "13-01"]
  spans:
    - {from: 2026-02-14, to: 2026-02-13}
`))
	var problems yamlfile.Problems
	if !errors.As(err, &problems) || len(problems) != 8 {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{
		"checks.yaml:2:10: version must be 1 or more",
		"checks.yaml:3:40: 2 lies outside 3 to 8",
		"checks.yaml:4:18: 0 lies outside 1 to 10000",
		"checks.yaml:5:34: 8 lies outside 0 to 7",
		"500 lies outside 2 to 64",
		`checks.yaml:8:16: "1-1" is not a day MM-DD`,
		`"13-01" is not a day MM-DD`,
		"checks.yaml:10:30: 2026-02-13 lies before 2026-02-14",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in\n%v", want, err)
		}
	}
	if _, err := quality.Parse("checks.yaml", []byte("id: x\nbusrt: {}\n")); err == nil || !strings.Contains(err.Error(), `checks.yaml:2:1: unknown key "busrt"`) {
		t.Errorf("a mistyped section: %v", err)
	}
}

func TestHolidays(t *testing.T) {
	thresholds, err := quality.Load(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[calendar.Day]bool{
		calendar.Date(2031, 4, 30):  true,
		calendar.Date(2026, 2, 14):  true,
		calendar.Date(2026, 2, 22):  true,
		calendar.Date(2026, 2, 23):  false,
		calendar.Date(2026, 11, 20): false,
	} {
		if got := thresholds.IsHoliday(day); got != want {
			t.Errorf("%s: holiday %v", day, got)
		}
	}
}
