package rating

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"hailong/internal/stats"
	"hailong/internal/survey"
)

// Pending is the status of a criterion that was not verified yet.
const Pending Status = "pending"

// The faults of an entry.
var (
	ErrCriterion    = errors.New("the rating rule has no such entered criterion")
	ErrRange        = errors.New("the value is below 0 or above the best of the criterion")
	ErrReason       = errors.New("a reason is needed where the verified value differs from the own one, and where the criterion does not apply")
	ErrInapplicable = errors.New("a criterion that does not apply has no verified value")
)

// Entry is what people put into one entered criterion. Values run from 0 to
// max_points, or to the best of the other scale where the rule is a ratio. Who
// and when are passed through as they come.
type Entry struct {
	Self          *float64 `json:"self"`             // tự chấm, by the party organisation; stays where the criterion does not apply
	Verified      *float64 `json:"verified"`         // thẩm định, by the office; this one counts
	Reason        string   `json:"reason,omitempty"` // for the difference, or why the criterion does not apply
	NotApplicable bool     `json:"-"`                // the line's status says it
	SelfBy        string   `json:"self_by,omitempty"`
	SelfAt        string   `json:"self_at,omitempty"`
	VerifiedBy    string   `json:"verified_by,omitempty"`
	VerifiedAt    string   `json:"verified_at,omitempty"`
}

// Measured is the figure of one method for a party organisation. Status is as
// in Score; Index, in percent and unrounded, is nil when there is none.
type Measured struct {
	Status Status
	N      int64 // respondents
	Index  *float64
}

// Inputs is everything that one party organisation's sheet is made of.
type Inputs struct {
	PartyOrganisation string              // code; of the agency where the rule rates agencies
	Name              string              // of the party organisation or agency
	Measured          map[string]Measured // by method; a missing one is NoData
	Entries           map[string]Entry    // by criterion; a missing one is Pending
	Conclusion        *Conclusion         // nil: none yet
}

// Conclusion is what the committee decided. It is typed in and never computed.
type Conclusion struct {
	Level  string `json:"level"`            // id
	Reason string `json:"reason,omitempty"` // such as the conditions that points cannot express
	By     string `json:"by,omitempty"`
	At     string `json:"at,omitempty"`
}

// RatingStatus says how far a sheet has come.
type RatingStatus string

// The statuses of a sheet.
const (
	Complete    RatingStatus = "complete"
	Provisional RatingStatus = "provisional" // an index is missing: too few sheets, or none
	Incomplete  RatingStatus = "incomplete"  // an entry is pending: neither total nor level
	Unrated     RatingStatus = "unrated"     // no criterion applies
)

// Rating is the annual sheet of one party organisation.
type Rating struct {
	PartyOrganisation string       `json:"party_organisation"` // code
	Name              string       `json:"name"`
	Rule              string       `json:"rule"` // id
	RuleVersion       int          `json:"rule_version"`
	Status            RatingStatus `json:"status"`
	Criteria          []Line       `json:"criteria"` // in the rule's order
	Points            Total        `json:"points"`
	Suggested         string       `json:"suggested_level,omitempty"` // id; what the points alone would give
	Conclusion        *Conclusion  `json:"conclusion"`                // null until the committee decided
	Stray             []string     `json:"stray,omitempty"`           // criteria with an entry that the rule does not ask for
}

// Line is one criterion of a sheet. Points are null unless the status is OK:
// what is missing is never zero.
type Line struct {
	Criterion string   `json:"criterion"` // id
	Name      string   `json:"name"`      // Vietnamese; the rule has the other languages
	Source    Source   `json:"source"`
	Status    Status   `json:"status"`
	Method    string   `json:"method,omitempty"`
	N         int64    `json:"n,omitempty"`     // respondents
	Index     *float64 `json:"index,omitempty"` // percent, two digits
	Best      float64  `json:"entered_of,omitempty"`
	Entry
	Points *float64 `json:"points"`
	Max    float64  `json:"max"`
	Rule   string   `json:"rule,omitempty"`  // kind
	Fault  string   `json:"fault,omitempty"` // why a stored entry does not count: range, reason or inapplicable
}

// Total is the sum of a sheet. Criteria that do not apply, and indices that
// are missing, are left out, and what is left is scaled up to the full mark:
// Value = Raw / Applicable × Max. Both are made of the exact points of the
// lines and rounded once (domain note, 11.17), so they may differ by a few
// hundredths from what the lines show, see Rating.OffByRounding.
type Total struct {
	Value      *float64 `json:"value"`   // null while incomplete
	Percent    *float64 `json:"percent"` // of the full mark; null as Value is
	Raw        float64  `json:"raw"`
	Applicable float64  `json:"applicable_max"` // best possible Raw, pending entries included
	Max        float64  `json:"max"`            // full mark of the rule
}

// CheckEntry says whether an entry may be stored. The errors are ErrCriterion,
// ErrRange, ErrReason and ErrInapplicable.
func (r *Rule) CheckEntry(criterion string, e Entry) error {
	c := r.Criterion(criterion)
	if c == nil || c.Source != FromEntry {
		return fmt.Errorf("rule %s, criterion %q: %w", r.ID, criterion, ErrCriterion)
	}
	if err := c.check(e); err != nil {
		return fmt.Errorf("rule %s, criterion %q: %w", r.ID, criterion, err)
	}
	return nil
}

func (c *Criterion) check(e Entry) error {
	for _, value := range []*float64{e.Self, e.Verified} {
		if value != nil && !(*value >= 0 && *value <= c.scale()) { // also not a number
			return ErrRange
		}
	}
	if e.NotApplicable && e.Verified != nil {
		return ErrInapplicable
	}
	differ := e.Self != nil && e.Verified != nil && *e.Self != *e.Verified
	if (e.NotApplicable || differ) && e.Reason == "" {
		return ErrReason
	}
	return nil
}

// Annual makes the sheet of one party organisation. A stored entry that the
// rule does not accept counts as pending, and its line says why.
func Annual(r *Rule, in Inputs) Rating {
	sheet := Rating{PartyOrganisation: in.PartyOrganisation, Name: in.Name, Rule: r.ID, RuleVersion: r.Version, Conclusion: in.Conclusion}
	var points []*big.Rat
	for i := range r.Criteria {
		line, exact := r.Criteria[i].line(in)
		sheet.Criteria, points = append(sheet.Criteria, line), append(points, exact)
	}
	for _, id := range slices.Sorted(maps.Keys(in.Entries)) {
		if c := r.Criterion(id); c == nil || c.Source != FromEntry {
			sheet.Stray = append(sheet.Stray, id)
		}
	}
	sheet.Status = statusOf(sheet.Criteria)
	sheet.add(r, points)
	return sheet
}

// line returns a line of the sheet, and its points unrounded where it has any.
func (c *Criterion) line(in Inputs) (l Line, points *big.Rat) {
	l = Line{Criterion: c.ID, Name: c.Name.In(survey.Vietnamese), Source: c.Source, Method: c.Method, Max: c.MaxPoints}
	if c.Rule != nil {
		l.Rule = string(c.Rule.Kind)
	}
	if c.Source == FromSatisfaction {
		points = l.measure(c, in.Measured[c.Method])
	} else {
		points = l.enter(c, in.Entries[c.ID])
	}
	if points != nil {
		shown := rounded(points)
		l.Points = &shown
	}
	return l, points
}

func (l *Line) measure(c *Criterion, m Measured) *big.Rat {
	l.Status, l.N = m.Status, m.N
	if l.Status == "" || l.Status == OK && m.Index == nil {
		l.Status = NoData
	}
	if m.Index == nil || l.Status == Suppressed {
		return nil
	}
	index := stats.Round(*m.Index, 2)
	l.Index = &index
	if l.Status == OK {
		return c.measured(*m.Index)
	}
	return nil
}

func (l *Line) enter(c *Criterion, e Entry) *big.Rat {
	l.Entry, l.Best, l.Status = e, c.scale(), Pending
	switch err := c.check(e); {
	case err != nil:
		l.Fault = faults[err]
	case e.NotApplicable:
		l.Status = NotApplicable
	case e.Verified != nil:
		l.Status = OK
		return c.entered(*e.Verified)
	}
	return nil
}

// faults names the errors of an entry in a sheet.
var faults = map[error]string{ErrRange: "range", ErrReason: "reason", ErrInapplicable: "inapplicable"}

func statusOf(lines []Line) RatingStatus {
	has := map[Status]bool{}
	for _, l := range lines {
		has[l.Status] = true
	}
	switch {
	case has[Pending]:
		return Incomplete
	case has[Insufficient] || has[Suppressed] || has[NoData]:
		return Provisional
	case has[OK]:
		return Complete
	}
	return Unrated
}

// add makes the total of the unrounded points, one for each line and nil where
// it has none, and the level that it suggests.
func (sheet *Rating) add(r *Rule, points []*big.Rat) {
	raw, applicable := new(big.Rat), new(big.Rat)
	for i, l := range sheet.Criteria {
		switch l.Status {
		case OK:
			raw.Add(raw, points[i])
			applicable.Add(applicable, exact(l.Max))
		case Pending:
			applicable.Add(applicable, exact(l.Max))
		}
	}
	sheet.Points = Total{Raw: rounded(raw), Applicable: rounded(applicable), Max: r.FullMark()}
	if sheet.Status == Incomplete || applicable.Sign() == 0 {
		return
	}
	share := raw.Quo(raw, applicable)
	value, percent := rounded(new(big.Rat).Mul(share, r.fullMark())), rounded(new(big.Rat).Mul(share, big.NewRat(100, 1)))
	sheet.Points.Value, sheet.Points.Percent = &value, &percent
	figure := value
	if r.LevelsOf == LevelsOfPercent {
		figure = percent
	}
	sheet.Suggested = r.Reached(figure).ID
}

// OffByRounding says whether the points of the lines, as they are shown, add up
// to something else than the sum that is shown: whoever adds them by hand must
// be told.
func (sheet *Rating) OffByRounding() bool {
	sum := new(big.Rat)
	for _, l := range sheet.Criteria {
		if l.Points != nil {
			sum.Add(sum, exact(*l.Points))
		}
	}
	return sum.Cmp(exact(sheet.Points.Raw)) != 0
}

// Level returns the id of the level that stands: the committee's, or as long
// as there is none the suggested one, or "".
func (sheet *Rating) Level() string {
	if sheet.Conclusion != nil {
		return sheet.Conclusion.Level
	}
	return sheet.Suggested
}
