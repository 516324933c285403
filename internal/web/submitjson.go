package web

import (
	"bytes"
	"strconv"

	"hailong/internal/collect"
	"hailong/internal/survey"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"
)

// submissionJSON is the body of a program's submission.
type submissionJSON struct {
	Submission string                    `json:"submission"`
	Lang       string                    `json:"lang"`
	Service    *string                   `json:"service"`
	Answers    map[string]jsontext.Value `json:"answers"`
}

// decodeJSON is strict: invalid UTF-8, unpaired surrogates, repeated and
// unknown names are malformed.
func decodeJSON(c *fiber.Ctx, in *collect.Submission) *survey.InvalidError {
	var body submissionJSON
	if err := json.Unmarshal(c.Body(), &body, json.RejectUnknownMembers(true)); err != nil {
		return malformedBody()
	}
	in.Key = body.Submission
	if body.Lang != "" {
		in.Lang = body.Lang
	}
	if body.Service != nil {
		in.Service = *body.Service
	}
	in.Given = survey.Given{}
	for id, value := range body.Answers {
		values, ok := givenOf(in.Form.Question(id), value)
		if !ok {
			in.Mistyped = append(in.Mistyped, id)
		}
		in.Given[id] = values
	}
	return nil
}

// givenOf turns the JSON value of an answer into raw values. The JSON type
// must fit the kind of question; a question that does not exist takes
// anything, since it is refused for that.
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

func itoa(n int) string { return strconv.Itoa(n) }
