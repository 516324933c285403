package rating

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"hailong/internal/yamlfile"

	"golang.org/x/text/unicode/norm"
)

// maxPoints bounds what one criterion can give; it stops slips of the keyboard.
const maxPoints = 1000

var validStart = regexp.MustCompile(`^(0[1-9]|1[0-2])-01$`)

// ParseRule reads one rating rule. The function known says whether there is a
// method with an id. The error is of type yamlfile.Problems and lists every
// fault with its place.
func ParseRule(file string, data []byte, known func(method string) bool) (*Rule, error) {
	r := new(Rule)
	doc, err := yamlfile.Load(file, data, r)
	if err != nil {
		return nil, err
	}
	r.fillIn()
	(&ruleCheck{fileCheck: fileCheck{addf: doc.Addf, texts: "name"}, rule: r, known: known}).check()
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return r, nil
}

// Check holds a rule that comes from elsewhere than a file, such as a sealed
// sheet, against what ParseRule demands. The error lists every fault; a rule
// with one must not be asked for points.
func (r *Rule) Check(known func(method string) bool) error {
	var faults []error
	addf := func(place, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s: %s", place, fmt.Sprintf(format, args...)))
	}
	(&ruleCheck{fileCheck: fileCheck{addf: addf, texts: "name"}, rule: r, known: known}).check()
	if len(faults) > 0 {
		return fmt.Errorf("rating rule %q: %w", r.ID, errors.Join(faults...))
	}
	return nil
}

// fillIn writes out what a file may leave unsaid.
func (r *Rule) fillIn() {
	if r.YearStarts == "" {
		r.YearStarts = "01-01"
	}
	if r.Rates == "" {
		r.Rates = RatesPartyOrganisations
	}
	if r.Cap != nil && r.Cap.Rounding == "" {
		r.Cap.Rounding = Floor
	}
	r.LegalReference = norm.NFC.String(r.LegalReference)
}

// ruleCheck holds a loaded rule against what YAML cannot express.
type ruleCheck struct {
	fileCheck
	rule  *Rule
	known func(method string) bool
}

func (c *ruleCheck) check() {
	r := c.rule
	c.head(r.ID, r.Version, r.EffectiveFrom, r.EffectiveTo, r.LegalReference)
	if r.Name != nil {
		c.text("name", r.Name)
	}
	if !validStart.MatchString(r.YearStarts) {
		c.addf("year_starts", "year_starts %q is not the first of a month, such as 01-01 or 12-01", r.YearStarts)
	}
	if r.Rates != RatesPartyOrganisations && r.Rates != RatesAgencies {
		c.addf("rates", "rates %q is neither party_organisations nor agencies", r.Rates)
	}
	c.criteria()
	c.levels()
	if r.Cap != nil {
		c.cap(r.Cap)
	}
}

func (c *ruleCheck) criteria() {
	if len(c.rule.Criteria) == 0 {
		c.addf("criteria", "a rule has at least one criterion")
	}
	ids, methods, sound := map[string]bool{}, map[string]bool{}, true
	for i := range c.rule.Criteria {
		place, criterion := fmt.Sprintf("criteria.%d", i), &c.rule.Criteria[i]
		c.unique(place, "criterion", criterion.ID, ids)
		c.text(place+".name", criterion.Name)
		if !(criterion.MaxPoints > 0 && criterion.MaxPoints <= maxPoints) { // also no .nan
			c.addf(place+".max_points", "max_points must be more than 0 and at most %d", maxPoints)
			sound = false
		}
		c.source(place, criterion)
		if m := criterion.Method; m != "" && criterion.Source == FromSatisfaction {
			if methods[m] {
				c.addf(place+".method", "the index of method %q gives points twice", m)
			}
			methods[m] = true
		}
	}
	if sound {
		c.total()
	}
}

// total needs sound max_points.
func (c *ruleCheck) total() {
	r := c.rule
	if r.TotalPoints != nil && *r.TotalPoints != r.FullMark() {
		c.addf("total_points", "max_points add up to %v, not to total_points %v", r.FullMark(), *r.TotalPoints)
	}
	if r.LevelsOf == "" {
		r.LevelsOf = LevelsOfPoints
		if len(r.Levels) > 0 && r.Levels[0].From > r.FullMark() {
			r.LevelsOf = LevelsOfPercent
		}
	}
	if len(r.Levels) > 0 && r.LevelsOf == LevelsOfPoints && r.Levels[0].From > r.FullMark() {
		c.addf("levels.0.from", "level %q begins at %v, above the %v that max_points add up to", r.Levels[0].ID, r.Levels[0].From, r.FullMark())
	}
}

func (c *ruleCheck) source(place string, criterion *Criterion) {
	switch criterion.Source {
	case FromSatisfaction:
		switch {
		case criterion.Method == "":
			c.addf(place, "a criterion of satisfaction names a method")
		case !c.known(criterion.Method):
			c.addf(place+".method", "method %q does not exist", criterion.Method)
		}
		if criterion.Rule == nil {
			c.addf(place, "a criterion of satisfaction has a rule that makes points of the index")
		}
	case FromEntry:
		if criterion.Method != "" {
			c.addf(place+".method", "an entered criterion has no method")
		}
	default:
		c.addf(place+".source", "source %q is neither satisfaction nor entered", criterion.Source)
		return
	}
	if criterion.Rule != nil {
		c.conversion(place+".rule", criterion.Rule, criterion.Source)
	}
}

func (c *ruleCheck) conversion(place string, rule *Conversion, source Source) {
	if fits := rule.Kind == Ratio; fits != (source == FromEntry) {
		allowed := map[Source]string{FromSatisfaction: "bands or proportional", FromEntry: "ratio"}[source]
		c.addf(place+".kind", "the rule of a criterion with source %s is %s, not %q", source, allowed, rule.Kind)
		return
	}
	switch rule.Kind {
	case ByBands:
		c.bands(place+".bands", rule.Bands)
	case Proportional:
		if rule.Target == nil || !(*rule.Target > 0 && *rule.Target <= 100) {
			c.addf(place+".target", "target must be a percentage above 0 and up to 100")
		}
	case Ratio:
		if rule.Of == nil || !(*rule.Of > 0 && *rule.Of <= maxPoints) {
			c.addf(place+".of", "of must be the best score of the scale, more than 0 and at most %d", maxPoints)
		}
	default:
		c.addf(place+".kind", "kind %q is neither bands nor proportional", rule.Kind)
		return
	}
	c.onlyOf(place, rule)
}

// onlyOf refuses what belongs to another kind of rule: it would have no effect.
func (c *ruleCheck) onlyOf(place string, rule *Conversion) {
	for _, key := range []struct {
		name  string
		given bool
		kind  ConversionKind
	}{
		{"bands", rule.Bands != nil, ByBands},
		{"target", rule.Target != nil, Proportional},
		{"of", rule.Of != nil, Ratio},
	} {
		if key.given && key.kind != rule.Kind {
			c.addf(place+"."+key.name, "%s belongs to a rule of kind %s, this one is %q", key.name, key.kind, rule.Kind)
		}
	}
}

func (c *ruleCheck) bands(place string, bands []Band) {
	froms := make([]float64, len(bands))
	for i, band := range bands {
		at := fmt.Sprintf("%s.%d", place, i)
		froms[i] = band.From
		if !(band.Share >= 0 && band.Share <= 1) {
			c.addf(at+".share", "share must be between 0 and 1")
		}
		if i > 0 && band.Share > bands[i-1].Share {
			c.addf(at+".share", "a lower index gives more: share %v after %v", band.Share, bands[i-1].Share)
		}
	}
	c.falling(place, "band", froms, 100)
}

// falling demands steps that begin ever lower and end at 0, so that every
// figure falls into exactly one.
func (c *ruleCheck) falling(place, what string, froms []float64, highest float64) {
	if len(froms) == 0 {
		c.addf(place, "at least one %s is needed", what)
		return
	}
	for i, from := range froms {
		at := fmt.Sprintf("%s.%d.from", place, i)
		switch {
		case !(from >= 0 && from <= highest):
			c.addf(at, "from must be between 0 and %v", highest)
		case i > 0 && !(from < froms[i-1]):
			c.addf(at, "each %s begins lower than the one before: %v after %v", what, from, froms[i-1])
		}
	}
	if last := len(froms) - 1; froms[last] != 0 {
		c.addf(fmt.Sprintf("%s.%d", place, last), "the last %s must begin at 0, or lower figures fall into none", what)
	}
}

func (c *ruleCheck) levels() {
	r := c.rule
	switch r.LevelsOf {
	case LevelsOfPoints, LevelsOfPercent, "": // left empty only where max_points have faults of their own
	default:
		c.addf("levels_of", "levels_of %q is neither points nor percent", r.LevelsOf)
	}
	froms, seen := make([]float64, len(r.Levels)), map[string]bool{}
	for i, level := range r.Levels {
		place := fmt.Sprintf("levels.%d", i)
		froms[i] = level.From
		c.unique(place, "level", level.ID, seen)
		if level.Name != nil {
			c.text(place+".name", level.Name)
		}
	}
	highest := maxPoints * float64(len(r.Criteria))
	if r.LevelsOf == LevelsOfPercent {
		highest = 100
	}
	c.falling("levels", "level", froms, highest)
}

func (c *ruleCheck) cap(limit *Cap) {
	r := c.rule
	switch {
	case r.Level(limit.Level) == nil:
		c.addf("cap.level", "level %q does not exist", limit.Level)
	case r.Levels[len(r.Levels)-1].ID == limit.Level:
		c.addf("cap.level", "level %q is the lowest: nobody can be rated below it", limit.Level)
	}
	if !(limit.Percent > 0 && limit.Percent <= 100) {
		c.addf("cap.percent", "percent must be above 0 and up to 100")
	}
	switch id, isLevel := strings.CutPrefix(limit.Of, ofLevel); {
	case isLevel && r.Level(id) == nil:
		c.addf("cap.of", "level %q does not exist", id)
	case isLevel && id == limit.Level:
		c.addf("cap.of", "level %q cannot be limited to a share of itself", id)
	case !isLevel && limit.Of != OfRated && limit.Of != OfGoodOrBetter:
		c.addf("cap.of", "of %q is neither rated, good_or_better nor level:<id>", limit.Of)
	}
	if limit.Rounding != Floor && limit.Rounding != Round && limit.Rounding != Ceil {
		c.addf("cap.rounding", "rounding %q is neither floor, round nor ceil", limit.Rounding)
	}
}
