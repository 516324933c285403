package survey

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"hailong/internal/yamlfile"

	"golang.org/x/text/unicode/norm"
)

// Limits that keep a form answerable on a phone and a file harmless.
const (
	maxQuestions  = 60
	maxOptions    = 40
	maxLevels     = 11
	maxTextLength = 5000
	maxWording    = 1000 // characters of one wording
	defaultLength = 1000 // characters of a text answer
)

var (
	validQuestion = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	validLang     = regexp.MustCompile(`^[a-z]{2,3}$`)
)

// ParseForm reads one questionnaire. The error is of type yamlfile.Problems
// and lists every fault with its place.
func ParseForm(file string, data []byte) (*Form, error) {
	form := new(Form)
	doc, err := yamlfile.Load(file, data, form)
	if err != nil {
		return nil, err
	}
	(&checker{doc: doc, form: form}).check()
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return form, nil
}

// checker holds a loaded form against the rules that YAML cannot express.
type checker struct {
	doc  *yamlfile.Document
	form *Form
}

func (c *checker) addf(place, format string, args ...any) {
	c.doc.Addf(place, format, args...)
}

func (c *checker) check() {
	f := c.form
	if !yamlfile.IsID(f.ID) || len(f.ID) > 40 {
		c.addf("id", "id %q must be 1 to 40 of a-z, 0-9 and single hyphens", f.ID)
	}
	if f.Version < 1 {
		c.addf("version", "version must be 1 or more")
	}
	for _, lang := range f.Languages() {
		if !validLang.MatchString(lang) {
			c.addf("title."+lang, "%q is not a language code", lang)
		}
	}
	c.text("title", f.Title)
	if len(f.Intro) > 0 {
		c.text("intro", f.Intro)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Scales)) {
		if !yamlfile.IsID(name) {
			c.addf("scales."+name, "scale name %q must hold only a-z, 0-9 and single hyphens", name)
		}
		c.scale("scales."+name, f.Scales[name])
	}
	if n := len(f.Questions); n == 0 || n > maxQuestions {
		c.addf("questions", "a form has 1 to %d questions, this one %d", maxQuestions, n)
	}
	seen := map[string]bool{}
	for i := range f.Questions {
		place, q := fmt.Sprintf("questions.%d", i), &f.Questions[i]
		if seen[q.ID] {
			c.addf(place+".id", "question %q appears twice", q.ID)
		}
		c.question(place, q)
		if q.ShowIf != nil {
			c.condition(place+".show_if", q.ShowIf, seen)
		}
		seen[q.ID] = true
	}
}

// text demands the same languages everywhere, so that no page mixes two, and
// brings the wordings into NFC.
func (c *checker) text(place string, t Text) {
	if strings.TrimSpace(t[Vietnamese]) == "" {
		c.addf(place, "the Vietnamese wording (vi) is missing")
	}
	for _, lang := range c.form.Languages() {
		if strings.TrimSpace(t[lang]) == "" && lang != Vietnamese {
			c.addf(place, "the wording in %q is missing, although the title has one", lang)
		}
	}
	for lang, s := range t {
		t[lang] = norm.NFC.String(s)
		if _, ok := c.form.Title[lang]; !ok && lang != Vietnamese {
			c.addf(place+"."+lang, "the title has no wording in %q", lang)
		}
		if len([]rune(s)) > maxWording {
			c.addf(place+"."+lang, "a wording has at most %d characters", maxWording)
		}
		if strings.ContainsFunc(s, forbidden) {
			c.addf(place+"."+lang, "a wording cannot hold control characters")
		}
	}
}

func (c *checker) scale(place string, levels []Level) {
	if len(levels) < 2 || len(levels) > maxLevels {
		c.addf(place, "a scale has 2 to %d levels", maxLevels)
	}
	for i, level := range levels {
		at := fmt.Sprintf("%s.%d", place, i)
		if i > 0 && level.Value <= levels[i-1].Value {
			c.addf(at+".value", "the values of a scale must rise")
		}
		c.text(at+".label", level.Label)
	}
}

func (c *checker) question(place string, q *Question) {
	if !validQuestion.MatchString(q.ID) {
		c.addf(place+".id", "question id %q must begin with a letter and hold only a-z, 0-9 and _", q.ID)
	}
	c.text(place+".text", q.Text)
	c.onlyFor(place+".scale", "scale", q.Scale != "", q.Kind == Rating)
	c.onlyFor(place+".options", "options", len(q.Options) > 0, q.Kind == Choice || q.Kind == Choices)
	c.onlyFor(place+".max_length", "max_length", q.MaxLength != 0, q.Kind == Prose)
	switch q.Kind {
	case Rating:
		if _, ok := c.form.Scales[q.Scale]; !ok {
			c.addf(place+".scale", "scale %q is not defined under scales", q.Scale)
		}
	case Choice, Choices:
		c.options(place+".options", q.Options)
	case Prose:
		if q.MaxLength == 0 {
			q.MaxLength = defaultLength
		}
		if q.MaxLength < 1 || q.MaxLength > maxTextLength {
			c.addf(place+".max_length", "max_length must be 1 to %d", maxTextLength)
		}
	case YesNo:
	default:
		c.addf(place+".kind", "kind %q is none of rating, choice, choices, yes_no, text", q.Kind)
	}
}

func (c *checker) onlyFor(place, key string, given, fits bool) {
	if given && !fits {
		c.addf(place, "%s does not belong to a question of this kind", key)
	}
}

func (c *checker) options(place string, options []Option) {
	if len(options) < 2 || len(options) > maxOptions {
		c.addf(place, "a question has 2 to %d options", maxOptions)
	}
	seen := map[string]bool{}
	for i, o := range options {
		at := fmt.Sprintf("%s.%d", place, i)
		if !validQuestion.MatchString(o.ID) {
			c.addf(at+".id", "option id %q must begin with a letter and hold only a-z, 0-9 and _", o.ID)
		}
		if seen[o.ID] {
			c.addf(at+".id", "option %q appears twice", o.ID)
		}
		seen[o.ID] = true
		c.text(at+".label", o.Label)
	}
}

// onScale demands a bound among the levels of a rating, which rise: any other is
// met by all of them, or by none.
func (c *checker) onScale(place string, bound *int, on *Question) {
	levels := c.form.Levels(on)
	if bound == nil || len(levels) == 0 {
		return
	}
	least, most := levels[0].Value, levels[len(levels)-1].Value
	if *bound < least || *bound > most {
		c.addf(place, "%d lies outside the scale of question %q, %d to %d", *bound, on.ID, least, most)
	}
}

func (c *checker) condition(place string, cond *Condition, earlier map[string]bool) {
	on := c.form.Question(cond.Question)
	if on == nil || !earlier[cond.Question] {
		c.addf(place+".question", "show_if names %q, which is not an earlier question", cond.Question)
		return
	}
	given := 0
	for _, set := range []bool{cond.AtMost != nil, cond.AtLeast != nil, len(cond.Is) > 0} {
		if set {
			given++
		}
	}
	if given != 1 {
		c.addf(place, "show_if needs exactly one of at_most, at_least and is")
	}
	switch {
	case on.Kind == Prose || on.Kind == Choices:
		c.addf(place+".question", "show_if can follow a rating, choice or yes_no, and %q is none", on.ID)
	case on.Kind != Rating && len(cond.Is) == 0:
		c.addf(place, "at_most and at_least need a rating, and %q is none", on.ID)
	}
	if on.Kind == Rating {
		c.onScale(place+".at_most", cond.AtMost, on)
		c.onScale(place+".at_least", cond.AtLeast, on)
	}
	for i, value := range cond.Is {
		if !slices.Contains(c.form.Values(on), value) {
			c.addf(fmt.Sprintf("%s.is.%d", place, i), "%q is no answer of question %q", value, on.ID)
		}
	}
}

// Forms is a set of questionnaires. It is never changed after loading.
type Forms struct {
	byRef   map[Ref]*Form
	current map[string]*Form // by id: the highest version
}

// NewForms makes a set; two forms of the same id and version are an error.
func NewForms(forms ...*Form) (*Forms, error) {
	set := &Forms{byRef: make(map[Ref]*Form, len(forms)), current: make(map[string]*Form, len(forms))}
	for _, f := range forms {
		if set.byRef[f.Ref()] != nil {
			return nil, fmt.Errorf("form %s version %d is defined twice", f.ID, f.Version)
		}
		set.byRef[f.Ref()] = f
		if known := set.current[f.ID]; known == nil || f.Version > known.Version {
			set.current[f.ID] = f
		}
	}
	return set, nil
}

// LoadForms reads every .yaml file of the folder forms in fsys. All faults of
// all files are reported together.
func LoadForms(fsys fs.FS) (*Forms, error) {
	var forms []*Form
	err := yamlfile.Each(fsys, "forms", func(file string, data []byte) error {
		form, err := ParseForm(file, data)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(forms, func(f *Form) bool { return f.Ref() == form.Ref() }) {
			return fmt.Errorf("%s: form %s version %d is defined in another file already", file, form.ID, form.Version)
		}
		forms = append(forms, form)
		if !strings.HasPrefix(path.Base(file), form.ID) {
			return fmt.Errorf("%s: the file name must begin with the form's id %q", file, form.ID)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(forms) == 0 {
		return nil, errors.New("there is no questionnaire: the folder forms/ holds no .yaml file")
	}
	return NewForms(forms...)
}

// Version returns a version of a form, or nil.
func (s *Forms) Version(ref Ref) *Form { return s.byRef[ref] }

// Current returns the highest version of the form with the id, or nil.
func (s *Forms) Current(id string) *Form { return s.current[id] }

// All returns the forms by id, then version.
func (s *Forms) All() []*Form {
	all := make([]*Form, 0, len(s.byRef))
	for _, f := range s.byRef {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *Form) int {
		if a.ID != b.ID {
			return strings.Compare(a.ID, b.ID)
		}
		return a.Version - b.Version
	})
	return all
}
