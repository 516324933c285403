package rating

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// ErrLevel says that a rule has no such level.
var ErrLevel = errors.New("the rating rule has no such level")

// Cap limits the share of party organisations at a level. What it is a share
// of is read differently in different places (domain note, 6.4), so the rule
// names one reading and every check shows all.
type Cap struct {
	Level    string   `yaml:"level" json:"level"` // id
	Percent  float64  `yaml:"percent" json:"percent"`
	Of       string   `yaml:"of" json:"of"`             // OfRated, OfGoodOrBetter or level:<id>
	Rounding Rounding `yaml:"rounding" json:"rounding"` // floor where the file says nothing
}

// What a cap may be a share of. The third reading is one level alone, written
// level:<id>.
const (
	OfRated        = "rated"          // all that were rated
	OfGoodOrBetter = "good_or_better" // the capped level, those above it, and the one right below
	ofLevel        = "level:"
)

// Rounding makes a whole number of party organisations of a share.
type Rounding string

// The roundings. Down is the strict one: four organisations then have no
// place at a level limited to 20 %.
const (
	Floor Rounding = "floor"
	Round Rounding = "round" // half away from zero
	Ceil  Rounding = "ceil"
)

// CapCheck compares how many stand at the capped level with how many may. It
// warns and changes nothing: the committee decides.
type CapCheck struct {
	Level    string       `json:"level"` // id
	Percent  float64      `json:"percent"`
	Rounding Rounding     `json:"rounding"`
	Count    int          `json:"count"`    // at the level
	Allowed  int          `json:"allowed"`  // by the reading of the rule
	Exceeded bool         `json:"exceeded"` // by the reading of the rule
	Disputed bool         `json:"disputed"` // exceeded by some readings, not by others
	Readings []CapReading `json:"readings"` // rated, good_or_better, level:<the one right below>, and the rule's if it is another level
}

// CapReading is what a cap allows if it is a share of one thing.
type CapReading struct {
	Of       string `json:"of"`
	Base     int    `json:"base"`
	Allowed  int    `json:"allowed"`
	Exceeded bool   `json:"exceeded"`
	Applies  bool   `json:"applies"` // the reading of the rule
}

// CheckCap counts levels, one id for each party organisation; "" is one that
// has none yet and is not counted as rated. Where the limit holds within
// groups of a kind, each group is checked alone. The result is nil where the
// rule has no cap. The error is ErrLevel.
func (r *Rule) CheckCap(levels []string) (*CapCheck, error) {
	counts, rated := map[string]int{}, 0
	for _, id := range levels {
		if id == "" {
			continue
		}
		if r.Level(id) == nil {
			return nil, fmt.Errorf("cap of rule %s: level %q: %w", r.ID, id, ErrLevel)
		}
		counts[id]++
		rated++
	}
	if r.Cap == nil {
		return nil, nil
	}
	check := &CapCheck{Level: r.Cap.Level, Percent: r.Cap.Percent, Rounding: r.Cap.Rounding, Count: counts[r.Cap.Level]}
	for _, of := range r.readings() {
		reading := CapReading{Of: of, Base: r.base(of, counts, rated), Applies: of == r.Cap.Of}
		reading.Allowed = r.Cap.allowed(reading.Base)
		reading.Exceeded = check.Count > reading.Allowed
		if reading.Applies {
			check.Allowed, check.Exceeded = reading.Allowed, reading.Exceeded
		}
		check.Readings = append(check.Readings, reading)
	}
	check.Disputed = slices.ContainsFunc(check.Readings, func(other CapReading) bool { return other.Exceeded != check.Exceeded })
	return check, nil
}

// good returns the place of the level right below the capped one.
func (r *Rule) good() int {
	return 1 + slices.IndexFunc(r.Levels, func(l Level) bool { return l.ID == r.Cap.Level })
}

// readings lists what the cap may be a share of, each once.
func (r *Rule) readings() []string {
	all := []string{OfRated, OfGoodOrBetter, ofLevel + r.Levels[r.good()].ID}
	if !slices.Contains(all, r.Cap.Of) {
		all = append(all, r.Cap.Of)
	}
	return all
}

func (r *Rule) base(of string, counts map[string]int, rated int) int {
	switch of {
	case OfRated:
		return rated
	case OfGoodOrBetter:
		sum := 0
		for _, level := range r.Levels[:r.good()+1] {
			sum += counts[level.ID]
		}
		return sum
	}
	return counts[strings.TrimPrefix(of, ofLevel)]
}

// allowed is exact: a float product can lie a hair below a whole number.
func (c *Cap) allowed(base int) int {
	share := new(big.Rat).Mul(exact(c.Percent), big.NewRat(int64(base), 100))
	switch c.Rounding {
	case Round:
		share.Add(share, big.NewRat(1, 2))
	case Ceil:
		if !share.IsInt() {
			share.Add(share, one)
		}
	}
	return int(new(big.Int).Quo(share.Num(), share.Denom()).Int64())
}
