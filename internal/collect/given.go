package collect

import (
	"bytes"
	"slices"
	"strconv"

	"hailong/internal/survey"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// FromJSON turns the JSON values of answers into what Validate takes: Given and
// Mistyped of a Submission. The type of a value must fit the kind of question;
// a question that does not exist takes anything, since it is refused for that.
func FromJSON(form *survey.Form, answers map[string]jsontext.Value) (given survey.Given, mistyped []string) {
	given = survey.Given{}
	for id, value := range answers {
		values, ok := givenOf(form.Question(id), value)
		if !ok {
			mistyped = append(mistyped, id)
		}
		given[id] = values
	}
	slices.Sort(mistyped)
	return given, mistyped
}

func givenOf(q *survey.Question, value jsontext.Value) ([]string, bool) {
	switch {
	case value.Kind() == 'n':
		return nil, true
	case q == nil:
		return []string{"?"}, true
	case value.Kind() == '[':
		return listOf(q, value)
	}
	one, ok := scalarOf(q.Kind, value)
	return []string{one}, ok
}

func listOf(q *survey.Question, value jsontext.Value) ([]string, bool) {
	var items []jsontext.Value
	if q.Kind != survey.Choices || json.Unmarshal(value, &items) != nil {
		return nil, false
	}
	values := make([]string, len(items))
	for i, item := range items {
		var ok bool
		if values[i], ok = scalarOf(q.Kind, item); !ok {
			return nil, false
		}
	}
	return values, true
}

func scalarOf(kind survey.Kind, value jsontext.Value) (string, bool) {
	switch value.Kind() {
	case '0': // a number; only a whole one can be a level
		n, err := strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64)
		return strconv.FormatInt(n, 10), kind == survey.Rating && err == nil
	case 't':
		return survey.Yes, kind == survey.YesNo
	case 'f':
		return survey.No, kind == survey.YesNo
	case '"':
		var s string
		err := json.Unmarshal(value, &s)
		return s, err == nil && kind != survey.Rating
	}
	return "", false
}
