package tally

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/stats"
	"hailong/internal/survey"
	"hailong/internal/yamlfile"
)

// Method says how a satisfaction index is made of a form's counts. It is data
// (surveys/methods) and never changed after loading.
type Method struct {
	ID             string       `yaml:"id" json:"id"`
	Version        int          `yaml:"version" json:"version"`
	Name           survey.Text  `yaml:"name" json:"name"`
	Default        bool         `yaml:"default" json:"default"`
	Forms          []string     `yaml:"forms" json:"forms"`                   // ids; every version of each
	SatisfiedFrom  int          `yaml:"satisfied_from" json:"satisfied_from"` // lowest level that counts as satisfied
	Aggregate      Aggregate    `yaml:"aggregate" json:"aggregate"`
	Factors        []Factor     `yaml:"factors" json:"factors"`
	MinN           int64        `yaml:"min_n" json:"min_n"`                   // fewer respondents: no rank, no points
	SuppressBelow  int64        `yaml:"suppress_below" json:"suppress_below"` // fewer: no figure at all
	LegalReference string       `yaml:"legal_reference" json:"legal_reference"`
	Verified       bool         `yaml:"verified" json:"verified"`
	EffectiveFrom  calendar.Day `yaml:"effective_from" json:"effective_from"`
}

// Aggregate says how the factors become one index.
type Aggregate string

// The two aggregations of the domain note, 3.5. They give different numbers.
const (
	Pooled        Aggregate = "pooled"          // all answers of all items together
	MeanOfFactors Aggregate = "mean_of_factors" // the plain mean of the factors' indices
)

// Factor is a group of rating questions with an index of its own.
type Factor struct {
	ID        string      `yaml:"id" json:"id"`
	Name      survey.Text `yaml:"name" json:"name"`
	Questions []string    `yaml:"questions" json:"questions"`
}

// Share is a number of satisfied answers among all answers. Blanks are in
// neither.
type Share struct{ Numerator, Denominator int64 }

// Figure is an index with everything needed to judge it.
type Figure struct {
	N        int64           // respondents
	Share                    // satisfied answers among all answers, over all factors
	Index    *float64        // percent, unrounded; nil when nobody answered or it is suppressed
	Interval *stats.Interval // percent; nil when Index is
	Factors  []Share         // in the method's order
	Status   Status
}

// Status says how far a figure may be used.
type Status string

// The statuses that follow from the counts alone.
const (
	OK           Status = "ok"
	Insufficient Status = "insufficient" // fewer than min_n respondents: shown, but neither ranked nor scored
	Suppressed   Status = "suppressed"   // fewer than suppress_below respondents: nothing but N is filled in
	NoData       Status = "no_data"      // nobody answered
)

// Uses says whether the method counts answers to the form.
func (m *Method) Uses(form survey.Ref) bool { return slices.Contains(m.Forms, form.ID) }

// UsesAny says whether the method counts answers to any of the forms (ids).
func (m *Method) UsesAny(forms []string) bool {
	return slices.ContainsFunc(forms, func(form string) bool { return slices.Contains(m.Forms, form) })
}

// Counts says whether the index is made of answers to the question.
func (m *Method) Counts(question string) bool {
	return slices.ContainsFunc(m.Factors, func(f Factor) bool { return slices.Contains(f.Questions, question) })
}

// Hash returns a fingerprint of everything that the method says, in
// hexadecimal: SHA-256 over its JSON. Comments and layout of the file do not
// enter it.
func (m *Method) Hash() string { return fingerprint(m) }

// RuleHash is Hash of what figures are computed by alone: names, sources and
// the mark of a comparison with the legal text may still be put right.
func (m *Method) RuleHash() string {
	rule := *m
	rule.Name, rule.LegalReference, rule.Verified, rule.Default = nil, "", false, false
	rule.Factors = slices.Clone(m.Factors)
	for i := range rule.Factors {
		rule.Factors[i].Name = nil
	}
	return fingerprint(&rule)
}

func fingerprint(m *Method) string {
	canonical, err := json.Marshal(m) // map keys are sorted, so the bytes are stable
	if err != nil {
		panic("tally: a method is plain data and always encodes: " + err.Error())
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// Figure computes the index of the cells whose form the method uses. It is the
// one place where counts become a percentage, and where a figure of too few
// people is left out.
func (m *Method) Figure(t Tally) Figure {
	f := m.count(t)
	if 0 < f.N && f.N < m.SuppressBelow {
		return Figure{N: f.N, Factors: make([]Share, len(m.Factors)), Status: Suppressed}
	}
	f.Index = m.index(f)
	f.Status = m.status(f)
	if f.Index != nil {
		interval := stats.Wilson(*f.Index/100, f.N)
		f.Interval = &interval
	}
	return f
}

// count adds up what a figure is made of.
func (m *Method) count(t Tally) Figure {
	f := Figure{Factors: make([]Share, len(m.Factors))}
	for key, counts := range t {
		if !m.Uses(key.Form) {
			continue
		}
		f.N += counts.N
		for i, factor := range m.Factors {
			for _, id := range factor.Questions {
				f.Factors[i].add(m.share(counts.Questions[id]))
			}
		}
	}
	for _, factor := range f.Factors {
		f.Share.add(factor)
	}
	return f
}

func (m *Method) share(q *Question) Share {
	var s Share
	if q == nil {
		return s
	}
	for value, n := range q.Values {
		s.Denominator += n
		if level, err := strconv.Atoi(value); err == nil && level >= m.SatisfiedFrom {
			s.Numerator += n
		}
	}
	return s
}

func (s *Share) add(other Share) {
	s.Numerator += other.Numerator
	s.Denominator += other.Denominator
}

// Percent returns the share in percent, unrounded; nil when nobody answered.
func (s Share) Percent() *float64 {
	if s.Denominator == 0 {
		return nil
	}
	p := stats.Percent(s.Numerator, s.Denominator)
	return &p
}

// index leaves out factors that nobody answered, as blanks are left out.
func (m *Method) index(f Figure) *float64 {
	if m.Aggregate == Pooled {
		return f.Share.Percent()
	}
	sum := new(big.Rat) // exact: a sum of floats can lie beside the half that rounding looks for
	var answered int64
	for _, factor := range f.Factors {
		if factor.Denominator > 0 {
			sum.Add(sum, big.NewRat(100*factor.Numerator, factor.Denominator))
			answered++
		}
	}
	if answered == 0 {
		return nil
	}
	mean, _ := sum.Quo(sum, big.NewRat(answered, 1)).Float64()
	return &mean
}

func (m *Method) status(f Figure) Status {
	switch {
	case f.N == 0 || f.Index == nil:
		return NoData
	case f.N < m.MinN:
		return Insufficient
	}
	return OK
}

// ParseMethod reads one method and holds it against the forms it names. The
// error is of type yamlfile.Problems.
func ParseMethod(file string, data []byte, forms *survey.Forms) (*Method, error) {
	m := new(Method)
	doc, err := yamlfile.Load(file, data, m)
	if err != nil {
		return nil, err
	}
	if !yamlfile.IsID(m.ID) {
		doc.Addf("id", "id %q must hold only a-z, 0-9 and single hyphens", m.ID)
	}
	if m.Version < 1 {
		doc.Addf("version", "version must be 1 or more")
	}
	if m.Name[survey.Vietnamese] == "" {
		doc.Addf("name", "the Vietnamese name (vi) is missing")
	}
	if m.Aggregate != Pooled && m.Aggregate != MeanOfFactors {
		doc.Addf("aggregate", "aggregate %q is neither pooled nor mean_of_factors", m.Aggregate)
	}
	if m.MinN < 1 || m.SuppressBelow < 1 || m.SuppressBelow > m.MinN {
		doc.Addf("min_n", "needed is 1 ≤ suppress_below ≤ min_n, found suppress_below %d, min_n %d", m.SuppressBelow, m.MinN)
	}
	if m.LegalReference == "" {
		doc.Addf("legal_reference", "legal_reference is missing")
	}
	if m.EffectiveFrom == 0 {
		doc.Addf("effective_from", "effective_from is missing")
	}
	m.checkForms(doc, forms)
	m.checkFactors(doc, forms)
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Method) checkForms(doc *yamlfile.Document, forms *survey.Forms) {
	if len(m.Forms) == 0 {
		doc.Addf("forms", "a method names at least one form")
	}
	for i, id := range m.Forms {
		place := fmt.Sprintf("forms.%d", i)
		if forms.Current(id) == nil {
			doc.Addf(place, "form %q does not exist", id)
		}
		if slices.Contains(m.Forms[:i], id) {
			doc.Addf(place, "form %q is named twice", id)
		}
	}
}

func (m *Method) checkFactors(doc *yamlfile.Document, forms *survey.Forms) {
	if len(m.Factors) == 0 {
		doc.Addf("factors", "a method names at least one factor")
	}
	ids, counted := map[string]bool{}, map[string]bool{}
	var oneSided []string
	for i, factor := range m.Factors {
		place := fmt.Sprintf("factors.%d", i)
		factor.check(place, doc, ids)
		for j, question := range factor.Questions {
			at := fmt.Sprintf("%s.questions.%d", place, j)
			if counted[question] {
				doc.Addf(at, "question %q is counted twice", question)
				continue
			}
			counted[question] = true
			if !m.checkQuestion(at, question, doc, forms) {
				oneSided = append(oneSided, question)
			}
		}
	}
	if len(oneSided) > 0 {
		doc.Addf("satisfied_from", "satisfied_from %d leaves no level on one of its sides for %s", m.SatisfiedFrom, strings.Join(oneSided, ", "))
	}
}

func (f *Factor) check(place string, doc *yamlfile.Document, seen map[string]bool) {
	if !yamlfile.IsID(f.ID) {
		doc.Addf(place+".id", "factor id %q must hold only a-z, 0-9 and single hyphens", f.ID)
	}
	if seen[f.ID] {
		doc.Addf(place+".id", "factor %q appears twice", f.ID)
	}
	seen[f.ID] = true
	if f.Name[survey.Vietnamese] == "" {
		doc.Addf(place+".name", "the Vietnamese name (vi) is missing")
	}
	if len(f.Questions) == 0 {
		doc.Addf(place, "factor %q names no question", f.ID)
	}
}

// checkQuestion demands the same scale in every version of every form named:
// levels of different scales must not be added up. It returns false when all
// levels of a scale lie on one side of satisfied_from.
func (m *Method) checkQuestion(place, question string, doc *yamlfile.Document, forms *survey.Forms) bool {
	var scale []int
	for _, form := range forms.All() {
		if !m.Uses(form.Ref()) {
			continue
		}
		q := form.Question(question)
		if q == nil || q.Kind != survey.Rating {
			doc.Addf(place, "form %s version %d has no rating question %q", form.ID, form.Version, question)
			continue
		}
		var levels []int
		for _, level := range form.Levels(q) {
			levels = append(levels, level.Value)
		}
		if scale == nil {
			scale = levels
		}
		if !slices.Equal(scale, levels) {
			doc.Addf(place, "question %q has another scale in form %s version %d", question, form.ID, form.Version)
		}
	}
	return scale == nil || scale[0] < m.SatisfiedFrom && m.SatisfiedFrom <= scale[len(scale)-1]
}

// Methods is a set of methods, never changed after loading.
type Methods struct{ all []*Method }

// LoadMethods reads every .yaml file of the folder methods in fsys. All faults
// of all files are reported together. Exactly one method must be the default.
func LoadMethods(fsys fs.FS, forms *survey.Forms) (*Methods, error) {
	set, defaults := new(Methods), 0
	err := yamlfile.Each(fsys, "methods", func(file string, data []byte) error {
		m, err := ParseMethod(file, data, forms)
		if err != nil {
			return err
		}
		known := set.Method(m.ID) != nil
		set.all = append(set.all, m)
		if m.Default {
			defaults++
		}
		if known {
			return fmt.Errorf("%s: method %q is defined twice", file, m.ID)
		}
		return nil
	})
	if err == nil && defaults != 1 {
		err = fmt.Errorf("methods: exactly one method must have default: true, found %d", defaults)
	}
	return set, err
}

// All returns the methods in the order of their files.
func (s *Methods) All() []*Method { return s.all }

// Method returns the method with the id, or nil.
func (s *Methods) Method(id string) *Method {
	for _, m := range s.all {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// For returns the method to begin with where answers come on these forms (ids)
// and nobody names one: the default method if it counts any of them, else the
// first in the order of All that does, else the default all the same.
func (s *Methods) For(forms []string) *Method {
	first := s.Default()
	if first.UsesAny(forms) {
		return first
	}
	if i := slices.IndexFunc(s.all, func(m *Method) bool { return m.UsesAny(forms) }); i >= 0 {
		return s.all[i]
	}
	return first
}

// Default returns the method used where none is named.
func (s *Methods) Default() *Method {
	for _, m := range s.all {
		if m.Default {
			return m
		}
	}
	return nil
}
