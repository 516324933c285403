package bulk

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"hailong/internal/collect"
	"hailong/internal/rowfile"
	"hailong/internal/survey"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// format reads the row of a file.
type format interface {
	row(text []byte) (row, error)
}

// row is a row before it is held against anything. What its answers mean
// depends on the form.
type row struct {
	submission, agency, counter, service string
	channel, day, shift                  string
	form, lang                           string
	version                              int

	answers func(*survey.Form) (given survey.Given, mistyped []string)
}

// ndjson is the format with one object on each line.
type ndjson struct{}

type object struct {
	Submission string                    `json:"submission"`
	Agency     string                    `json:"agency"`
	Counter    string                    `json:"counter"`
	Service    string                    `json:"service"`
	Channel    string                    `json:"channel"`
	Day        string                    `json:"day"`
	Shift      string                    `json:"shift"`
	Form       string                    `json:"form"`
	Version    int                       `json:"version"`
	Lang       string                    `json:"lang"`
	Answers    map[string]jsontext.Value `json:"answers"`
}

func (ndjson) row(text []byte) (row, error) {
	var o object
	if err := unmarshal(text, &o); err != nil {
		return row{}, err
	}
	return row{
		submission: o.Submission, agency: o.Agency, counter: o.Counter, service: o.Service,
		channel: o.Channel, day: o.Day, shift: o.Shift, form: o.Form, version: o.Version, lang: o.Lang,
		answers: answersOf(o.Answers),
	}, nil
}

func answersOf(answers map[string]jsontext.Value) func(*survey.Form) (survey.Given, []string) {
	return func(form *survey.Form) (survey.Given, []string) { return collect.FromJSON(form, answers) }
}

// unmarshal is strict, as the service is with what it is sent, and says without
// the names of Go types what is wrong.
func unmarshal(text []byte, into any) error {
	err := json.Unmarshal(text, into, json.RejectUnknownMembers(true))
	var wrong *json.SemanticError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, json.ErrUnknownName) && errors.As(err, &wrong):
		return errors.New("name " + rowfile.Quote(wrong.JSONPointer.LastToken()) + " is not known")
	case errors.Is(err, jsontext.ErrDuplicateName):
		return errors.New("a name stands there twice")
	case errors.As(err, &wrong) && wrong.JSONPointer != "":
		return errors.New(rowfile.Quote(wrong.JSONPointer.LastToken()) + " is of the wrong type")
	}
	return errors.New("no valid JSON object on one line, in UTF-8")
}

// sheet is the CSV format with the columns of one file.
type sheet struct{ header *rowfile.Header }

var columns = []string{"submission", "agency", "counter", "service", "channel", "day", "shift", "form", "version", "lang"}

const (
	answersColumn  = "answers"
	questionColumn = "q." // what the names of question columns begin with
)

func newSheet(text []byte) (sheet, error) {
	object, questions := false, false
	header, err := rowfile.ParseHeader(text, columns, func(column string) bool {
		question := strings.HasPrefix(column, questionColumn)
		object, questions = object || column == answersColumn, questions || question
		return column == answersColumn || question
	})
	if err == nil && object == questions {
		err = errors.New("the answers stand either in a column answers or in columns q.QUESTION")
	}
	return sheet{header}, err
}

func (s sheet) row(text []byte) (row, error) {
	fields, err := s.header.Fields(text)
	if err != nil {
		return row{}, err
	}
	var r row
	cells := map[string]string{}
	for i, column := range s.header.Columns() {
		if err := r.set(column, fields[i], cells); err != nil {
			return row{}, err
		}
	}
	if r.answers == nil {
		r.answers = func(form *survey.Form) (survey.Given, []string) { return givenOf(form, cells), nil }
	}
	return r, nil
}

// set takes over one field; that of a question goes to the cells.
func (r *row) set(column, field string, cells map[string]string) (err error) {
	text := r.text(column)
	switch {
	case text != nil:
		*text = field
	case column == "version":
		if r.version, err = strconv.Atoi(field); err != nil {
			return errors.New("version " + rowfile.Quote(field) + " is not a whole number")
		}
	case column == answersColumn:
		var answers map[string]jsontext.Value
		if err := unmarshal([]byte(field), &answers); err != nil {
			return fmt.Errorf("answers: %w", err)
		}
		r.answers = answersOf(answers)
	case field != "":
		cells[strings.TrimPrefix(column, questionColumn)] = field
	}
	return nil
}

// text returns the place of a column that is taken as it stands, or nil.
func (r *row) text(column string) *string {
	switch column {
	case "submission":
		return &r.submission
	case "agency":
		return &r.agency
	case "counter":
		return &r.counter
	case "service":
		return &r.service
	case "channel":
		return &r.channel
	case "day":
		return &r.day
	case "shift":
		return &r.shift
	case "form":
		return &r.form
	case "lang":
		return &r.lang
	}
	return nil
}

// givenOf parts the choices of a cell; everything else is one value.
func givenOf(form *survey.Form, cells map[string]string) survey.Given {
	given := survey.Given{}
	for id, cell := range cells {
		values := []string{cell}
		if q := form.Question(id); q != nil && q.Kind == survey.Choices {
			values = strings.Split(cell, "|")
			for i := range values {
				values[i] = strings.TrimSpace(values[i])
			}
		}
		given[id] = values
	}
	return given
}
