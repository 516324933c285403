package web_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"hailong/surveys"

	"hailong/internal/survey"
)

// Whatever a body holds, the reply is one of the contract's, and what was
// stored is a valid sheet.
func FuzzSubmit(f *testing.F) {
	const envelope = `{"submission":"AAAAAAAAAAAAAAAAAAAAAA","lang":"vi","answers":`
	for _, body := range []string{
		envelope + `{"overall":5}}`, envelope + `{"overall":1,"reasons":["slow"],"comment":"chậm"}}`, envelope + `{"overall":[1]}}`,
		envelope + `null}`, envelope + `{"overall":1e9}}`, `{`, `[]`, `"`, "\xff", `{"submission":"\ud800"}`,
	} {
		f.Add(true, []byte(body))
	}
	for _, body := range []string{
		"submission=AAAAAAAAAAAAAAAAAAAAAA&q.overall=5", "submission=AAAAAAAAAAAAAAAAAAAAAA&q.overall=5&q.overall=4", "q.=&q.overall=%ff", "=&&=", "%", "q.overall=5%00",
	} {
		f.Add(false, []byte(body))
	}
	forms, err := survey.LoadForms(surveys.FS)
	if err != nil {
		f.Fatal(err)
	}
	form := forms.Current("mot-cua")
	replies := []int{http.StatusOK, http.StatusCreated, http.StatusSeeOther, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity}
	r := newRig(f)
	f.Fuzz(func(t *testing.T, isJSON bool, body []byte) {
		r.t = t
		request := httptest.NewRequest(http.MethodPost, "/q/7K3M9QXA", strings.NewReader(string(body)))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if isJSON {
			request.Header.Set("Content-Type", "application/json")
		}
		answer, err := r.server.Test(request)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(replies, answer.StatusCode) {
			t.Fatalf("status %d for %q", answer.StatusCode, body)
		}
		for _, stored := range r.responses() {
			given := survey.Given{}
			for _, a := range stored.Answers {
				given[a.Question] = append(slices.Clone(a.Values), a.Text)
			}
			if _, err := form.Validate(given); err != nil {
				t.Fatalf("an invalid sheet was stored: %v, %+v", err, stored)
			}
		}
	})
}
