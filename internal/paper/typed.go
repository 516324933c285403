package paper

import (
	"strconv"
	"strings"

	"hailong/internal/survey"
)

// Code is what a clerk types for the value that stands at the place i of
// Form.Values: the level itself for a rating, otherwise its number from 1.
func Code(q *survey.Question, value string, i int) string {
	if q.Kind == survey.Rating {
		return value
	}
	return strconv.Itoa(i + 1)
}

// Read turns what was typed for each question, one line each, into what
// survey.Form.Validate takes. Several choices are typed as "1 3", "1,3" or,
// where no question has more than nine of them, "13". A code that there is not
// stays as it is, so that the form refuses it; text stays as it is, too.
// Questions that the form does not have are left out.
func Read(form *survey.Form, typed map[string]string) survey.Given {
	given := survey.Given{}
	for i := range form.Questions {
		q := &form.Questions[i]
		text := strings.TrimSpace(typed[q.ID])
		switch {
		case text == "":
		case q.Kind == survey.Prose:
			given[q.ID] = []string{text}
		default:
			given[q.ID] = values(q, form.Values(q), text)
		}
	}
	return given
}

func values(q *survey.Question, known []string, text string) []string {
	codes := []string{text}
	if q.Kind == survey.Choices {
		codes = strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '.' })
		if len(codes) == 1 && len(known) <= 9 && digits(text) {
			codes = strings.Split(text, "")
		}
	}
	meant := make([]string, len(codes))
	for i, code := range codes {
		meant[i] = value(q, known, code)
	}
	return meant
}

func value(q *survey.Question, known []string, code string) string {
	for i, value := range known {
		if Code(q, value, i) == code {
			return value
		}
	}
	return code
}

func digits(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
