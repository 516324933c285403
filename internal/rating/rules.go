package rating

import (
	"fmt"
	"io/fs"

	"hailong/internal/calendar"
	"hailong/internal/tally"
	"hailong/internal/yamlfile"
)

// Rules is a set of rating rules, never changed after loading.
type Rules struct{ all []*Rule }

// LoadRules reads every .yaml file of the folder ratings in fsys. All faults of
// all files are reported together. A missing folder is an empty set.
func LoadRules(fsys fs.FS, methods *tally.Methods) (*Rules, error) {
	known := func(id string) bool { return methods.Method(id) != nil }
	set := new(Rules)
	err := yamlfile.Each(fsys, "ratings", func(file string, data []byte) error {
		r, err := ParseRule(file, data, known)
		if err != nil {
			return err
		}
		return set.add(file, r)
	})
	return set, err
}

// add refuses a rule between which and another one For could not choose.
func (s *Rules) add(file string, r *Rule) error {
	for _, other := range s.all {
		if other.ID == r.ID {
			return fmt.Errorf("%s: rating rule %q is defined twice", file, r.ID)
		}
		if other.Rates == r.Rates && r.beginsWith(other) {
			return fmt.Errorf("%s: rating rules %q and %q rate the same and take effect on the same day", file, other.ID, r.ID)
		}
	}
	s.all = append(s.all, r)
	return nil
}

func (r *Rule) beginsWith(other *Rule) bool {
	if r.EffectiveFrom == nil || other.EffectiveFrom == nil {
		return r.EffectiveFrom == other.EffectiveFrom
	}
	return *r.EffectiveFrom == *other.EffectiveFrom
}

// All returns the rules in the order of their files.
func (s *Rules) All() []*Rule { return s.all }

// Rule returns the rule with the id, or nil.
func (s *Rules) Rule(id string) *Rule {
	for _, r := range s.all {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// For returns the rule that rates party organisations for a year: of those in
// effect on the last day of their rating year the one that took effect last.
// It is nil where there is none.
func (s *Rules) For(year int) *Rule {
	var latest *Rule
	for _, r := range s.all {
		if r.Rates != RatesPartyOrganisations || !r.holdsOn(r.Year(year).Range.To) {
			continue
		}
		if latest == nil || latest.EffectiveFrom == nil || r.EffectiveFrom != nil && *r.EffectiveFrom > *latest.EffectiveFrom {
			latest = r
		}
	}
	return latest
}

// At returns the rule of the rating year that holds the day; nil when no rule
// rates party organisations then.
func (s *Rules) At(day calendar.Day) *Rule {
	year, _, _ := day.Date()
	if r := s.For(year + 1); r != nil && r.Year(year+1).Range.Contains(day) {
		return r // its year has begun already
	}
	return s.For(year)
}
