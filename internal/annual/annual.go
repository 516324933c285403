// Package annual is the yearly rating of the party organisations: what they
// and the office enter into a rating rule's criteria, what the committee
// concludes, and what they report on the targets of a resolution. Figures come
// from package period, the arithmetic from package rating; nothing is computed
// here twice, and nothing decides in the committee's place.
package annual

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// The kinds of records that this package owns.
const (
	entryKind      = "entry"      // key: year/rule/whom/criterion
	conclusionKind = "conclusion" // key: year/rule/whom
	filingKind     = "filing"     // key: programme/whom/report/period
)

// What can be wrong.
var (
	ErrRule      = errors.New("there is no such rating rule")
	ErrNoRule    = errors.New("no rating rule is in effect in that year")
	ErrWhom      = errors.New("the register has no such party organisation in that time")
	ErrConcluded = errors.New("the committee has concluded already; take the conclusion back first")
	ErrVerified  = errors.New("the office has verified the value already")
	ErrProgramme = errors.New("there is no such programme")
	ErrEarly     = errors.New("the span of the report has not begun yet")
)

// Options are the parts a Book is made of.
type Options struct {
	Store      store.Records
	Periods    *period.Office
	Audit      *audit.Log
	Rules      *rating.Rules
	Programmes *rating.Programmes
	Register   func() *org.Register // as it is now
	Now        func() time.Time
	Location   *time.Location
}

// Book keeps the annual sheets. It is safe for use by many goroutines and by
// many processes on one store.
type Book struct{ Options }

// New returns a book.
func New(o Options) *Book { return &Book{Options: o} }

// Year is the rating of all party organisations in one rating year.
type Year struct {
	Year    int              `json:"year"`
	Period  period.Info      `json:"period"`
	Rule    *rating.Rule     `json:"rule"`
	Ratings []rating.Rating  `json:"ratings"` // in the register's order
	Cap     *rating.CapCheck `json:"cap"`     // null where the rule has none

	Methods []*tally.Method  `json:"-"` // those that the rule's criteria use
	Bases   map[string]Basis `json:"-"` // what the measured criteria are made of, by whom
}

// Basis is what the measured criteria of one sheet are made of.
type Basis struct {
	Agencies []*org.Agency             // whose answers were added up, in the register's order
	Together map[string]rating.Score   // by method: all of them as if they were one
	Each     map[string][]rating.Score // by method: each alone, in the same order
}

// veiled returns the counts with what may be shown of each agency.
func veiled(ctx context.Context, counts *period.Counts, days calendar.Range, shown Shown) (*period.Counts, error) {
	all := *counts
	all.Agencies = slices.Clone(counts.Agencies)
	for i := range all.Agencies {
		var err error
		if all.Agencies[i].Tally, err = shown(ctx, all.Agencies[i].Agency, days); err != nil {
			return nil, err
		}
	}
	return &all, nil
}

// Rating returns the sheet of a party organisation, or nil.
func (y *Year) Rating(whom string) *rating.Rating {
	for i := range y.Ratings {
		if y.Ratings[i].PartyOrganisation == whom {
			return &y.Ratings[i]
		}
	}
	return nil
}

// Rule returns the rule with the id, or for "" the one in effect in the year.
// The errors are ErrRule and ErrNoRule.
func (b *Book) Rule(year int, id string) (*rating.Rule, error) {
	if id == "" {
		if r := b.Rules.For(year); r != nil {
			return r, nil
		}
		return nil, fmt.Errorf("year %d: %w", year, ErrNoRule)
	}
	if r := b.Rules.Rule(id); r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("rule %q: %w", id, ErrRule)
}

// Shown returns the counts of an agency that somebody may be shown.
type Shown func(ctx context.Context, agency *org.Agency, days calendar.Range) (tally.Tally, error)

// Year makes all sheets of a year by a rule ("": the one in effect). The
// errors are ErrRule, ErrNoRule and those of the store.
func (b *Book) Year(ctx context.Context, year int, ruleID string) (*Year, error) {
	return b.YearShown(ctx, year, ruleID, nil)
}

// YearShown is Year for somebody who may not see every count: as long as the
// year is not sealed, all is made of what shown returns; nil shows everything.
func (b *Book) YearShown(ctx context.Context, year int, ruleID string, shown Shown) (*Year, error) {
	rule, err := b.Rule(year, ruleID)
	if err != nil {
		return nil, err
	}
	span := rule.Year(year)
	p, err := b.Periods.Period(ctx, span.ID)
	if err != nil {
		return nil, err
	}
	counts, err := b.Periods.Counts(ctx, p)
	if err != nil {
		return nil, err
	}
	if shown != nil && counts.Sheet == nil {
		if counts, err = veiled(ctx, counts, span.Range, shown); err != nil {
			return nil, fmt.Errorf("rating of %d: %w", year, err)
		}
	}
	if sealed := counts.Sheet != nil && counts.Rule != nil; sealed && (ruleID == "" || ruleID == counts.Rule.ID) {
		rule = counts.Rule // as it was then, whatever the file says now
	}
	entered, err := b.entered(ctx, year, rule)
	if err != nil {
		return nil, fmt.Errorf("rating of %d: %w", year, err)
	}
	y := &Year{Year: year, Period: period.InfoOf(p), Rule: rule, Ratings: []rating.Rating{}, Bases: map[string]Basis{}}
	for _, method := range counts.Methods {
		if rule.Satisfaction(method.ID) != nil {
			y.Methods = append(y.Methods, method)
		}
	}
	for _, one := range subjects(b.Register(), rule, counts, span) {
		y.Bases[one.code] = one.basis(y.Methods, span)
		in := entered.inputs(one)
		in.Measured = y.Bases[one.code].measured()
		y.Ratings = append(y.Ratings, rating.Annual(rule, in))
	}
	y.Cap, err = rule.CheckCap(y.levels())
	return y, err
}

// levels returns the level of each sheet. One that the rule no longer has is
// none: it was concluded by an earlier version of the rule.
func (y *Year) levels() []string {
	levels := make([]string, len(y.Ratings))
	for i := range y.Ratings {
		if id := y.Ratings[i].Level(); y.Rule.Level(id) != nil {
			levels[i] = id
		}
	}
	return levels
}

// Levelled returns how many have a level, concluded or suggested by points, of
// how many to whom a criterion applies. Until all have one a check of the cap
// is not final: what it allows grows with them.
func (y *Year) Levelled() (n, of int) {
	for i, level := range y.levels() {
		if level != "" {
			n++
		}
		if level != "" || y.Ratings[i].Status != rating.Unrated {
			of++
		}
	}
	return n, of
}

// subject is one of those that a rule rates, with the counts of its agencies.
type subject struct {
	code, name string
	agencies   []rating.Counts
}

// subjects lists those that existed in the span, in the register's order: a
// party organisation exists as long as one of its agencies does, or always if
// it has none.
func subjects(register *org.Register, rule *rating.Rule, counts *period.Counts, span rating.Period) []subject {
	var all []subject
	if rule.Rates == rating.RatesAgencies {
		for _, c := range counts.Agencies {
			if c.Agency.ExistsIn(span.Range) {
				all = append(all, subject{c.Agency.Code, c.Agency.Name, []rating.Counts{c}})
			}
		}
		return all
	}
	for _, party := range register.File().PartyOrganisations {
		one, members := subject{code: party.Code, name: party.Name}, 0
		for _, c := range counts.Agencies {
			if c.Agency.PartyOrganisation != party.Code {
				continue
			}
			members++
			if c.Agency.ExistsIn(span.Range) {
				one.agencies = append(one.agencies, c)
			}
		}
		if members == 0 || len(one.agencies) > 0 {
			all = append(all, one)
		}
	}
	return all
}

// existed says whether a party organisation existed on any of the days, see
// subjects.
func existed(register *org.Register, party string, days calendar.Range) bool {
	if register.PartyOrganisation(party) == nil {
		return false
	}
	members := 0
	for _, agency := range register.Agencies() {
		if agency.PartyOrganisation != party {
			continue
		}
		if agency.ExistsIn(days) {
			return true
		}
		members++
	}
	return members == 0
}

// together adds up the agencies of a party organisation as if they were one.
func (s *subject) together() rating.Counts {
	procedures := false
	sum := rating.Counts{Agency: &org.Agency{Code: s.code, Name: s.name, HasProcedures: &procedures}, Tally: tally.New()}
	for _, c := range s.agencies {
		procedures = procedures || c.Agency.Procedures()
		sum.Tally.Merge(c.Tally)
		for _, row := range c.Served {
			row.Agency = s.code
			sum.Served = append(sum.Served, row)
		}
	}
	return sum
}

// basis computes the scores of all agencies together and of each.
func (s *subject) basis(methods []*tally.Method, span rating.Period) Basis {
	all := Basis{Together: map[string]rating.Score{}, Each: map[string][]rating.Score{}}
	for _, c := range s.agencies {
		all.Agencies = append(all.Agencies, c.Agency)
	}
	sum := s.together()
	for _, method := range methods {
		all.Each[method.ID] = rating.Scores(s.agencies, method, rating.ByAgency, span, nil)
		for _, score := range rating.Scores([]rating.Counts{sum}, method, rating.ByAgency, span, nil) {
			all.Together[method.ID] = score
		}
	}
	return all
}

// measured returns the figure of each method.
func (all Basis) measured() map[string]rating.Measured {
	measured := map[string]rating.Measured{}
	for method, score := range all.Together {
		measured[method] = rating.Measured{Status: score.Status, N: score.N, Index: score.Exact}
	}
	return measured
}

// entered is everything that people typed in for one year and rule.
type entered struct {
	entries     map[string]map[string]rating.Entry // by whom and criterion
	conclusions map[string]rating.Conclusion       // by whom
}

func (e *entered) inputs(one subject) rating.Inputs {
	in := rating.Inputs{PartyOrganisation: one.code, Name: one.name, Entries: e.entries[one.code]}
	if c, ok := e.conclusions[one.code]; ok {
		in.Conclusion = &c
	}
	return in
}

func (b *Book) entered(ctx context.Context, year int, rule *rating.Rule) (*entered, error) {
	all := &entered{entries: map[string]map[string]rating.Entry{}, conclusions: map[string]rating.Conclusion{}}
	err := b.each(ctx, entryKind, yearKey(year, rule), func(parts []string, data []byte) error {
		var e storedEntry
		if err := json.Unmarshal(data, &e); err != nil {
			return err
		}
		if all.entries[parts[0]] == nil {
			all.entries[parts[0]] = map[string]rating.Entry{}
		}
		all.entries[parts[0]][parts[1]] = e.entry()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, b.each(ctx, conclusionKind, yearKey(year, rule), func(parts []string, data []byte) error {
		var c rating.Conclusion
		if err := json.Unmarshal(data, &c); err != nil {
			return err
		}
		if c.Level != "" { // taken back
			all.conclusions[parts[0]] = c
		}
		return nil
	})
}

// today is the current day.
func (b *Book) today() calendar.Day { return calendar.Of(b.Now(), b.Location) }
