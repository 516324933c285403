package collect_test

import (
	"testing"

	"hailong/internal/collect"
	"hailong/internal/survey"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

func TestFromJSON(t *testing.T) {
	parsed, err := survey.ParseForm("kinds.yaml", []byte(`
id: kinds
version: 1
title: {vi: Phiếu}
wording_source: for tests
scales: {two: [{value: 1, label: {vi: Kém}}, {value: 2, label: {vi: Tốt}}]}
questions:
  - {id: rating, kind: rating, scale: two, text: {vi: a}}
  - {id: yes_no, kind: yes_no, text: {vi: b}}
  - {id: choice, kind: choice, options: [{id: a, label: {vi: a}}, {id: b, label: {vi: b}}], text: {vi: c}}
  - {id: choices, kind: choices, options: [{id: a, label: {vi: a}}, {id: b, label: {vi: b}}], text: {vi: d}}
  - {id: text, kind: text, text: {vi: e}}
`))
	must(t, err)
	for answers, want := range map[string]survey.Given{
		`{"rating":2}`:             {"rating": {"2"}},
		`{"rating":null}`:          {"rating": nil},
		`{"yes_no":true}`:          {"yes_no": {"yes"}},
		`{"yes_no":false}`:         {"yes_no": {"no"}},
		`{"yes_no":"yes"}`:         {"yes_no": {"yes"}},
		`{"choice":"a"}`:           {"choice": {"a"}},
		`{"choices":"a"}`:          {"choices": {"a"}},
		`{"choices":["b","a"]}`:    {"choices": {"b", "a"}},
		`{"choices":[]}`:           {"choices": {}},
		`{"text":"Chờ lâu"}`:       {"text": {"Chờ lâu"}},
		`{"unknown":{"deep":[1]}}`: {"unknown": {"?"}},
	} {
		given, mistyped := fromJSON(t, parsed, answers)
		if diff := cmp.Diff(want, given); diff != "" || len(mistyped) > 0 {
			t.Errorf("%s: mistyped %v, %s", answers, mistyped, diff)
		}
	}
	for _, answers := range []string{
		`{"rating":"2"}`, `{"rating":1.5}`, `{"rating":[2]}`, `{"rating":true}`, `{"yes_no":1}`, `{"choice":["a"]}`, `{"choice":1}`,
		`{"choices":[1]}`, `{"choices":[["a"]]}`, `{"choices":{}}`, `{"text":5}`, `{"text":false}`, `{"text":{}}`,
	} {
		if _, mistyped := fromJSON(t, parsed, answers); len(mistyped) != 1 {
			t.Errorf("%s: mistyped %v", answers, mistyped)
		}
	}
	if _, mistyped := fromJSON(t, parsed, `{"text":1,"choice":1,"rating":""}`); !cmp.Equal(mistyped, []string{"choice", "rating", "text"}) {
		t.Errorf("mistyped %v, not in order", mistyped)
	}
}

func fromJSON(t *testing.T, form *survey.Form, answers string) (survey.Given, []string) {
	t.Helper()
	var values map[string]jsontext.Value
	must(t, json.Unmarshal([]byte(answers), &values))
	return collect.FromJSON(form, values)
}
