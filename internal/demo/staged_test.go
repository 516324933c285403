package demo_test

import (
	"slices"
	"testing"
	"time"

	"hailong/internal/demo"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
)

// What is staged is found by the true checks, is valid, the same each time, and
// apart from the answers of the year.
func TestStaged(t *testing.T) {
	thresholds, err := quality.Load(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	vietnam, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		t.Fatal(err)
	}
	o := demo.Options{Seed: 11, Responses: 3000, Last: last}
	staged := demo.Staged(register(t), forms(t), thresholds, vietnam, o)
	if again := demo.Staged(register(t), forms(t), thresholds, vietnam, o); !cmp.Equal(staged, again) {
		t.Error("two runs differ")
	}
	honest := map[response.ID]bool{}
	for _, r := range collect(t, o) {
		honest[r.ID] = true
	}
	held, places, reasons := 0, map[string]bool{}, map[string]bool{}
	for _, r := range staged {
		given := survey.Given{}
		for _, a := range r.Answers {
			given[a.Question] = a.Values
			if a.Text != "" {
				given[a.Question] = []string{a.Text}
			}
		}
		if answers, err := forms(t).Current(r.Form.ID).Validate(given); err != nil || !cmp.Equal(answers, r.Answers) {
			t.Fatalf("%+v: %v", r, err)
		}
		if honest[r.ID] || r.Day >= last || r.Day < last-30 {
			t.Errorf("an answer of %s with id %s", r.Day, r.ID)
		}
		if places[r.Agency+" "+r.Counter] = true; r.Verdict.Held {
			held++
		}
		for _, reason := range r.Verdict.Reasons {
			reasons[reason] = true
		}
	}
	if held < len(staged)*8/10 || held < 20 || len(places) != 2 {
		t.Errorf("%d of %d answers are held at %d counters", held, len(staged), len(places))
	}
	for _, reason := range []quality.Reason{quality.SameDevice, quality.OutsideHours, quality.SameComment} {
		if !reasons[string(reason)] {
			t.Errorf("%s is not among %v", reason, reasons)
		}
	}
	if none := demo.Staged(parse(t, "agencies: []\n"), forms(t), thresholds, vietnam, o); len(none) != 0 {
		t.Errorf("%d answers where there is no counter", len(none))
	}
	slices.SortFunc(staged, func(a, b response.Response) int { return slices.Compare(a.ID[:], b.ID[:]) })
	if unique := slices.CompactFunc(staged, func(a, b response.Response) bool { return a.ID == b.ID }); len(unique) != len(staged) {
		t.Error("an id is there twice")
	}
}
