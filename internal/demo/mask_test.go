package demo_test

import (
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/demo"
	"hailong/internal/org"
	"hailong/internal/survey"
	"hailong/surveys"
)

// Made-up comments are stored as they are, so none may hold what would be
// masked if a citizen had written it.
func TestCommentsHoldNothingToMask(t *testing.T) {
	words, err := comment.LoadLexicon(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	forms, err := survey.LoadForms(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	data, err := surveys.FS.ReadFile("org/daknong.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file, err := org.Parse("daknong.yaml", data, func(id string) bool { return forms.Current(id) != nil })
	if err != nil {
		t.Fatal(err)
	}
	comments := 0
	for r := range demo.Responses(file, forms, demo.Options{Seed: 14, Responses: 20000, Last: calendar.Date(2026, 11, 21)}) {
		for _, a := range r.Answers {
			if a.Text == "" {
				continue
			}
			comments++
			if masked, _ := words.Mask(a.Text); masked != a.Text {
				t.Errorf("%q would be stored as %q", a.Text, masked)
			}
		}
	}
	if comments < 500 {
		t.Errorf("only %d comments were looked at", comments)
	}
}
