// Package survey holds questionnaires: their questions, scales, languages and
// conditions, and the one definition of what a valid answer is. Questionnaires
// are data (surveys/forms); nothing here knows a particular one, nor how
// answers arrive or where they are kept.
package survey

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
)

// Text is a wording in several languages, by language code ("vi", "en"). The
// Vietnamese one always exists.
type Text map[string]string

// In returns the wording in the language, or the Vietnamese one.
func (t Text) In(lang string) string {
	if s, ok := t[lang]; ok {
		return s
	}
	return t[Vietnamese]
}

// Vietnamese is the code of the language that every text has.
const Vietnamese = "vi"

// Form is one version of a questionnaire. It is never changed after loading.
type Form struct {
	ID            string             `yaml:"id" json:"id"`
	Version       int                `yaml:"version" json:"version"`
	Title         Text               `yaml:"title" json:"title"`
	Intro         Text               `yaml:"intro" json:"intro,omitempty"`
	WordingSource string             `yaml:"wording_source" json:"wording_source"`
	Scales        map[string][]Level `yaml:"scales" json:"scales"`
	Questions     []Question         `yaml:"questions" json:"questions"`

	// WithoutService says that the form is not about a procedure, so that the
	// page does not ask which one it was. It is no question and counts nothing,
	// so that Hash leaves it out.
	WithoutService bool `yaml:"without_service" json:"without_service,omitempty"`
}

// Level is one step of a scale; a higher value is the more satisfied answer.
type Level struct {
	Value int  `yaml:"value" json:"value"`
	Label Text `yaml:"label" json:"label"`
}

// Kind says what an answer to a question looks like.
type Kind string

// The kinds of question.
const (
	Rating  Kind = "rating"  // one value of a scale
	Choice  Kind = "choice"  // one option
	Choices Kind = "choices" // any number of options
	YesNo   Kind = "yes_no"  // "yes" or "no"
	Prose   Kind = "text"    // free text
)

// Question is one item of a form. Which fields are set depends on Kind.
type Question struct {
	ID        string     `yaml:"id" json:"id"`
	Kind      Kind       `yaml:"kind" json:"kind"`
	Scale     string     `yaml:"scale" json:"scale,omitempty"`           // rating: a key of Form.Scales
	Factor    string     `yaml:"factor" json:"factor,omitempty"`         // groups items under a heading
	Required  bool       `yaml:"required" json:"required,omitempty"`     // when shown, it cannot be left blank
	ShowIf    *Condition `yaml:"show_if" json:"show_if,omitempty"`       // nil: always shown
	Options   []Option   `yaml:"options" json:"options,omitempty"`       // choice, choices: in the order shown
	MaxLength int        `yaml:"max_length" json:"max_length,omitempty"` // text: characters
	Text      Text       `yaml:"text" json:"text"`
}

// Option is one thing to choose.
type Option struct {
	ID    string `yaml:"id" json:"id"`
	Label Text   `yaml:"label" json:"label"`
}

// Condition shows a question by the answer to an earlier rating or choice.
// Exactly one of AtMost, AtLeast and Is is set. A blank earlier answer does
// not meet any condition.
type Condition struct {
	Question string   `yaml:"question" json:"question"`
	AtMost   *int     `yaml:"at_most" json:"at_most,omitempty"`
	AtLeast  *int     `yaml:"at_least" json:"at_least,omitempty"`
	Is       []string `yaml:"is" json:"is,omitempty"`
}

// Ref names a version of a form.
type Ref struct {
	ID      string
	Version int
}

// Ref returns the name of this version.
func (f *Form) Ref() Ref { return Ref{f.ID, f.Version} }

// Languages returns the codes of the languages the form is written in,
// Vietnamese first, the others in alphabetical order.
func (f *Form) Languages() []string {
	langs := []string{Vietnamese}
	for lang := range f.Title {
		if lang != Vietnamese {
			langs = append(langs, lang)
		}
	}
	slices.Sort(langs[1:])
	return langs
}

// Question returns the question with the id, or nil.
func (f *Form) Question(id string) *Question {
	for i := range f.Questions {
		if f.Questions[i].ID == id {
			return &f.Questions[i]
		}
	}
	return nil
}

// Levels returns the scale of a rating question in rising order, nil for
// other kinds.
func (f *Form) Levels(q *Question) []Level { return f.Scales[q.Scale] }

// Hash returns a fingerprint of everything a person who answers can see or
// that counting depends on, in hexadecimal. Comments and layout of the file do
// not enter it, nor whether the page asks for the procedure beside the form.
func (f *Form) Hash() string {
	asked := *f
	asked.WithoutService = false
	canonical, err := json.Marshal(asked) // map keys are sorted, so the bytes are stable
	if err != nil {
		panic("survey: a form is plain data and always encodes: " + err.Error())
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// Key returns the value as it is written in answers and counts.
func (l Level) Key() string { return strconv.Itoa(l.Value) }
