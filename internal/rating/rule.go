package rating

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/stats"
	"hailong/internal/survey"
)

// Rule says how the annual sheet is made: which criteria it has, how an index
// becomes points, where the levels begin and how many may reach the highest.
// It is data (surveys/ratings) and never changed after loading.
type Rule struct {
	ID             string        `yaml:"id" json:"id"`
	Version        int           `yaml:"version" json:"version"`
	Name           survey.Text   `yaml:"name" json:"name,omitempty"`
	YearStarts     string        `yaml:"year_starts" json:"year_starts"`                 // MM-01; 01-01 where the file says nothing
	EffectiveFrom  *calendar.Day `yaml:"effective_from" json:"effective_from,omitempty"` // nil: always
	EffectiveTo    *calendar.Day `yaml:"effective_to" json:"effective_to,omitempty"`     // last day; nil: until another rule begins
	Rates          Rates         `yaml:"rates" json:"rates"`
	TotalPoints    *float64      `yaml:"total_points" json:"total_points,omitempty"` // if given, what max_points must add up to
	Criteria       []Criterion   `yaml:"criteria" json:"criteria"`
	Levels         []Level       `yaml:"levels" json:"levels"` // best first; the last begins at 0
	LevelsOf       LevelsOf      `yaml:"levels_of" json:"levels_of"`
	Cap            *Cap          `yaml:"cap" json:"cap,omitempty"` // nil: no share is limited
	LegalReference string        `yaml:"legal_reference" json:"legal_reference"`
	Verified       bool          `yaml:"verified" json:"verified"`
}

// Rates says whom a rule rates.
type Rates string

// The two that are rated. Party organisations is what a rule rates when its
// file says nothing.
const (
	RatesPartyOrganisations Rates = "party_organisations"
	RatesAgencies           Rates = "agencies"
)

// LevelsOf says what the beginnings of the levels are compared with.
type LevelsOf string

// Levels begin at so many points, or at so many percent of the full mark. A
// rule that does not say it means points, but percent where its highest level
// begins above the full mark, as no number of points could reach it.
const (
	LevelsOfPoints  LevelsOf = "points"
	LevelsOfPercent LevelsOf = "percent"
)

// Level is a class of the evaluation.
type Level struct {
	ID   string      `yaml:"id" json:"id"`
	Name survey.Text `yaml:"name" json:"name,omitempty"` // empty: the id stands for it
	From float64     `yaml:"from" json:"from"`           // points or percent, see LevelsOf; this and more
}

// Criterion is one line of the annual sheet.
type Criterion struct {
	ID        string      `yaml:"id" json:"id"`
	Name      survey.Text `yaml:"name" json:"name"`
	MaxPoints float64     `yaml:"max_points" json:"max_points"`
	Source    Source      `yaml:"source" json:"source"`
	Method    string      `yaml:"method" json:"method,omitempty"` // id; satisfaction only
	Rule      *Conversion `yaml:"rule" json:"rule,omitempty"`     // nil: what is entered are points already
}

// Source says where the figure of a criterion comes from.
type Source string

// The two sources: the answers of citizens, or what the party organisation
// enters for itself (tự chấm) and the office verifies (thẩm định).
const (
	FromSatisfaction Source = "satisfaction"
	FromEntry        Source = "entered"
)

// Conversion makes points of a figure: of an index (bands, proportional), or
// of a score on another scale (ratio). The three are a proposal of this
// program (domain note, 6.5); no text prescribes one.
type Conversion struct {
	Kind   ConversionKind `yaml:"kind" json:"kind"`
	Bands  []Band         `yaml:"bands" json:"bands,omitempty"`   // highest first; the last begins at 0
	Target *float64       `yaml:"target" json:"target,omitempty"` // percent that earns the full points
	Of     *float64       `yaml:"of" json:"of,omitempty"`         // the best score of the other scale, 18 for Nghị định 61
}

// ConversionKind is how a figure becomes points.
type ConversionKind string

// The three conversions.
const (
	ByBands      ConversionKind = "bands"        // steps
	Proportional ConversionKind = "proportional" // min(1, index/target) × max
	Ratio        ConversionKind = "ratio"        // score/of × max
)

// Band gives a share (0 to 1) of the points from an index (percent) on.
type Band struct {
	From  float64 `yaml:"from" json:"from"`
	Share float64 `yaml:"share" json:"share"`
}

// Points returns what the criterion gives for an index, in percent, unrounded,
// rounded to two digits; nothing is rounded twice. Only a band is looked up by
// the two digits in which the index is shown: whoever reads 90.00 beside a band
// that begins at 90 must find the points of that band, also where the counts
// give 89.996. The criterion must be one of satisfaction.
func (c *Criterion) Points(index float64) Points {
	return Points{Value: rounded(c.measured(index)), Max: c.MaxPoints, Rule: string(c.Rule.Kind)}
}

// measured returns the points for an index, unrounded.
func (c *Criterion) measured(index float64) *big.Rat {
	share := new(big.Rat)
	switch c.Rule.Kind {
	case ByBands:
		shown := stats.Round(index, 2)
		if band := first(c.Rule.Bands, func(b *Band) bool { return shown >= b.From }); band != nil {
			share = exact(band.Share)
		}
	case Proportional:
		if share.Quo(exact(index), exact(*c.Rule.Target)); share.Cmp(one) > 0 {
			share = one
		}
	}
	return c.share(share)
}

// scale returns the highest value that may be entered for the criterion.
func (c *Criterion) scale() float64 {
	if c.Rule != nil && c.Rule.Kind == Ratio {
		return *c.Rule.Of
	}
	return c.MaxPoints
}

// entered returns the points of an entered value between 0 and scale, unrounded.
func (c *Criterion) entered(value float64) *big.Rat {
	return c.share(new(big.Rat).Quo(exact(value), exact(c.scale())))
}

func (c *Criterion) share(share *big.Rat) *big.Rat {
	return new(big.Rat).Mul(share, exact(c.MaxPoints))
}

var one = big.NewRat(1, 1)

// exact returns the decimal number that was written: 0.7 as 7/10, not as the
// binary number beside it. x must be finite.
func exact(x float64) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(x, 'f', -1, 64))
	if !ok {
		panic("rating: " + strconv.FormatFloat(x, 'g', -1, 64) + " is no decimal number")
	}
	return r
}

// rounded rounds half away from zero to two digits, as stats.Round does.
func rounded(r *big.Rat) float64 {
	x, _ := strconv.ParseFloat(r.FloatString(2), 64) // digits and a point
	return x
}

// FullMark returns the sum of all max_points.
func (r *Rule) FullMark() float64 {
	x, _ := r.fullMark().Float64()
	return x
}

func (r *Rule) fullMark() *big.Rat {
	sum := new(big.Rat)
	for _, c := range r.Criteria {
		sum.Add(sum, exact(c.MaxPoints))
	}
	return sum
}

// Criterion returns the criterion with the id, or nil.
func (r *Rule) Criterion(id string) *Criterion {
	return first(r.Criteria, func(c *Criterion) bool { return c.ID == id })
}

// first returns the first of all that fits, or nil.
func first[T any](all []T, fits func(*T) bool) *T {
	for i := range all {
		if fits(&all[i]) {
			return &all[i]
		}
	}
	return nil
}

// Satisfaction returns the criterion that turns the index of the method into
// points, or nil. There is at most one.
func (r *Rule) Satisfaction(method string) *Criterion {
	return first(r.Criteria, func(c *Criterion) bool { return c.Source == FromSatisfaction && c.Method == method })
}

// Level returns the level with the id, or nil.
func (r *Rule) Level(id string) *Level {
	return first(r.Levels, func(l *Level) bool { return l.ID == id })
}

// Reached returns the best level that the points reach, or the percentage of
// the full mark where LevelsOf says so. Exactly the beginning of a level
// reaches it. The figure is compared as it is shown, with two digits.
func (r *Rule) Reached(figure float64) *Level {
	shown := stats.Round(figure, 2)
	return first(r.Levels, func(l *Level) bool { return shown >= l.From })
}

// Year returns the rating year that the rule means by the year: the twelve
// months from YearStarts on, named after the year in which they end.
func (r *Rule) Year(year int) Period {
	month, _, _ := strings.Cut(r.YearStarts, "-")
	return RatingYear(year, time.Month(number(month)))
}

// holdsOn says whether the rule is in effect on the day.
func (r *Rule) holdsOn(day calendar.Day) bool {
	return (r.EffectiveFrom == nil || *r.EffectiveFrom <= day) && (r.EffectiveTo == nil || day <= *r.EffectiveTo)
}

// Hash returns a fingerprint of everything that the rule says, in hexadecimal:
// SHA-256 over its JSON. Comments and layout of the file do not enter it, and
// what the file leaves out counts as the default that stands for it.
func (r *Rule) Hash() string {
	canonical, err := json.Marshal(r) // map keys are sorted, so the bytes are stable
	if err != nil {
		panic("rating: a rule is plain data and always encodes: " + err.Error())
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}
