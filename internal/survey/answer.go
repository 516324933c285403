package survey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The two answers to a yes_no question.
const (
	Yes = "yes"
	No  = "no"
)

// Answer is a valid answer to one question. A blank has no Answer at all.
type Answer struct {
	Question string
	Values   []string // rating: the value; choice, yes_no: one id; choices: ids in the form's order
	Text     string   // text questions only, NFC, never empty
}

// Given is what a client sent: for each question id the raw values. An empty
// list, and a list of strings without a visible character, are a blank.
type Given map[string][]string

// Code names what is wrong with an answer, for programs.
type Code string

// The codes of a FieldError.
const (
	UnknownQuestion Code = "unknown_question"
	WrongType       Code = "wrong_type"
	NotAnOption     Code = "not_an_option"
	NotShown        Code = "not_shown"
	Missing         Code = "required"
	TooMany         Code = "too_many"
	Repeated        Code = "repeated"
	TooLong         Code = "too_long"
	BadCharacters   Code = "bad_characters"
)

// FieldError is one fault of one answer. Question is cut to a printable length;
// it may be an id that the client made up.
type FieldError struct {
	Question string
	Code     Code
}

// InvalidError lists all faults of a submission, in the order of the form,
// unknown questions last.
type InvalidError struct{ Fields []FieldError }

// Error names the first fault, for the log of a program that submits.
func (e *InvalidError) Error() string {
	return fmt.Sprintf("invalid answers: %s: %s (%d in all)", e.Fields[0].Question, e.Fields[0].Code, len(e.Fields))
}

// Validate holds what was given against the form and returns the answers in
// the form's order, blanks left out, texts in NFC. The error is *InvalidError.
func (f *Form) Validate(given Given) ([]Answer, error) {
	answers := make([]Answer, 0, len(given))
	invalid := new(InvalidError)
	for i := range f.Questions {
		q := &f.Questions[i]
		answer, code := f.validate(q, given[q.ID], answers)
		switch {
		case code != "":
			invalid.Fields = append(invalid.Fields, FieldError{q.ID, code})
		case !answer.blank():
			answers = append(answers, answer)
		}
	}
	for _, id := range f.unknown(given) {
		invalid.Fields = append(invalid.Fields, FieldError{printable(id), UnknownQuestion})
	}
	if len(invalid.Fields) > 0 {
		return nil, invalid
	}
	return answers, nil
}

// Shown says whether the question is asked, given the answers before it.
func (f *Form) Shown(q *Question, before []Answer) bool {
	if q.ShowIf == nil {
		return true
	}
	for _, a := range before {
		if a.Question == q.ShowIf.Question {
			return q.ShowIf.Met(a.Values[0])
		}
	}
	return false
}

// Met says whether the answer value to the condition's question shows the
// question that carries the condition.
func (c *Condition) Met(value string) bool {
	if len(c.Is) > 0 {
		return slices.Contains(c.Is, value)
	}
	level, err := strconv.Atoi(value)
	if err != nil {
		return false
	}
	return c.AtMost != nil && level <= *c.AtMost || c.AtLeast != nil && level >= *c.AtLeast
}

func (f *Form) validate(q *Question, raw []string, before []Answer) (Answer, Code) {
	values := withoutEmpty(raw)
	shown := f.Shown(q, before)
	switch {
	case len(values) == 0 && q.Required && shown:
		return Answer{}, Missing
	case len(values) == 0:
		return Answer{}, ""
	case !shown:
		return Answer{}, NotShown
	case q.Kind == Prose:
		return proseAnswer(q, values)
	default:
		return f.closedAnswer(q, values)
	}
}

// closedAnswer checks a question that offers its answers.
func (f *Form) closedAnswer(q *Question, values []string) (Answer, Code) {
	offered := f.Values(q)
	if q.Kind == Choices && len(values) > len(offered) || q.Kind != Choices && len(values) > 1 {
		return Answer{}, TooMany
	}
	for i, v := range values {
		if !slices.Contains(offered, v) {
			return Answer{}, NotAnOption
		}
		if slices.Contains(values[:i], v) {
			return Answer{}, Repeated
		}
	}
	inOrder := slices.DeleteFunc(offered, func(v string) bool { return !slices.Contains(values, v) })
	return Answer{Question: q.ID, Values: inOrder}, ""
}

// Values returns what may be answered to a question that offers its answers, in
// the order shown; nil for text.
func (f *Form) Values(q *Question) []string {
	var values []string
	switch q.Kind {
	case Rating:
		for _, level := range f.Levels(q) {
			values = append(values, strconv.Itoa(level.Value))
		}
	case YesNo:
		values = []string{Yes, No}
	case Choice, Choices:
		for _, o := range q.Options {
			values = append(values, o.ID)
		}
	}
	return values
}

func proseAnswer(q *Question, values []string) (Answer, Code) {
	if len(values) > 1 {
		return Answer{}, TooMany
	}
	if !utf8.ValidString(values[0]) {
		return Answer{}, BadCharacters
	}
	text := strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(values[0], "\r\n", "\n")))
	if strings.ContainsFunc(text, forbidden) {
		return Answer{}, BadCharacters
	}
	if utf8.RuneCountInString(text) > q.MaxLength {
		return Answer{}, TooLong
	}
	return Answer{Question: q.ID, Text: text}, ""
}

// forbidden names characters that no keyboard types into a comment and that
// break files, terminals and the order of the text around them.
func forbidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069': // direction overrides
		return true
	}
	return unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF'
}

func (a Answer) blank() bool { return len(a.Values) == 0 && a.Text == "" }

// visible names what makes a value more than a blank. A forbidden character
// counts, so that it is refused and not passed over.
func visible(r rune) bool {
	return !unicode.IsSpace(r) && (!unicode.Is(unicode.Cf, r) || forbidden(r))
}

func withoutEmpty(raw []string) []string {
	var values []string
	for _, v := range raw {
		if strings.ContainsFunc(v, visible) {
			values = append(values, v)
		}
	}
	return values
}

// maxUnknown bounds how many made-up questions are named in an error.
const maxUnknown = 20

func (f *Form) unknown(given Given) []string {
	var ids []string
	for id := range given {
		if f.Question(id) == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids[:min(len(ids), maxUnknown)]
}

// printable makes a client's made-up id safe to send back and to log.
func printable(id string) string {
	const longest = 40
	clean := strings.Map(func(r rune) rune {
		if forbidden(r) || r == '\n' || r == '\t' || r == utf8.RuneError {
			return -1
		}
		return r
	}, id)
	if runes := []rune(clean); len(runes) > longest {
		clean = string(runes[:longest]) + "…"
	}
	return clean
}
