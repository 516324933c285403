package main_test

import (
	"net/http"
	"testing"

	"hailong/internal/survey"

	"github.com/google/go-cmp/cmp"
)

const registerOfForms = `agencies:
  - code: stp
    name: Sở Tư pháp
    counters:
      - {code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QX1}
      - {code: q2, name: Quầy 2, form: mot-cua-22, link: 7K3M9QX2}
      - {code: q3, name: Quầy 3, form: nd61-3, link: 7K3M9QX3}
      - {code: q4, name: Quầy 4, form: quan-chung, link: 7K3M9QX4}
`

// TestExamples sends what hailong survey example prints to a running service.
func TestExamples(t *testing.T) {
	t.Parallel()
	db := sqliteDB(t)
	succeed(t, "", "org", "import", write(t, "org.yaml", registerOfForms), "--db="+db)
	s := serve(t, db)
	want := map[survey.Ref]int{}
	for link, form := range map[string]string{"7K3M9QX1": "mot-cua", "7K3M9QX2": "mot-cua-22", "7K3M9QX3": "nd61-3", "7K3M9QX4": "quan-chung"} {
		example := succeed(t, "", "survey", "example", form)
		for _, status := range []int{http.StatusCreated, http.StatusOK} {
			if got := s.post(link, example); got.status != status {
				t.Errorf("the example of %s: %d, want %d\n%s%s", form, got.status, status, example, got.body)
			}
		}
		want[survey.Ref{ID: form, Version: 1}] = 1
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	got := map[survey.Ref]int{}
	for _, r := range stored(t, db) {
		got[r.Form]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stored by form (-want +got):\n%s", diff)
	}
}
