package bench

import (
	"testing"

	"hailong/internal/org"
	"hailong/surveys"
)

// What is measured must not depend on the hour: the counters of the sample keep
// office hours, those of the bench keep none.
func TestAlwaysOpen(t *testing.T) {
	sample, err := surveys.FS.ReadFile(sampleRegister)
	if err != nil {
		t.Fatal(err)
	}
	known := func(string) bool { return true }
	register, err := org.Parse(sampleRegister, alwaysOpen(sample), known)
	if err != nil {
		t.Fatal(err)
	}
	counters := 0
	for _, agency := range register.Agencies() {
		for _, counter := range agency.Counters {
			hours, err := org.ParseHours(counter.Hours)
			if err != nil {
				t.Fatal(err)
			}
			for day, spans := range hours {
				if counters++; len(spans) != 1 || spans[0].To-spans[0].From < 23*60 {
					t.Errorf("%s/%s, weekday %d: %v", agency.Code, counter.Code, day, spans)
				}
			}
		}
	}
	if counters == 0 {
		t.Error("no counter has hours")
	}
}
