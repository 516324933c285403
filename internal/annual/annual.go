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
	filingKind     = "filing"     // key: programme/whom/year/report/period
)

// What can be wrong.
var (
	ErrRule      = errors.New("there is no such rating rule")
	ErrNoRule    = errors.New("no rating rule is in effect in that year")
	ErrWhom      = errors.New("the register has no such party organisation")
	ErrConcluded = errors.New("the committee has concluded already; take the conclusion back first")
	ErrVerified  = errors.New("the office has verified the value already")
	ErrProgramme = errors.New("there is no such programme")
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

// Year makes all sheets of a year by a rule ("": the one in effect). The
// errors are ErrRule, ErrNoRule and those of the store.
func (b *Book) Year(ctx context.Context, year int, ruleID string) (*Year, error) {
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
	entered, err := b.entered(ctx, year, rule)
	if err != nil {
		return nil, fmt.Errorf("rating of %d: %w", year, err)
	}
	y := &Year{Year: year, Period: period.InfoOf(p), Rule: rule, Ratings: []rating.Rating{}}
	levels := []string{}
	for _, one := range subjects(b.Register(), rule, counts, span) {
		in := entered.inputs(one)
		in.Measured = measure(rule, one, counts, span)
		sheet := rating.Annual(rule, in)
		y.Ratings, levels = append(y.Ratings, sheet), append(levels, sheet.Level())
	}
	if y.Cap, err = rule.CheckCap(levels); err != nil {
		return nil, err
	}
	return y, nil
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

// measure computes the figure of each method that the rule's criteria use.
func measure(rule *rating.Rule, one subject, counts *period.Counts, span rating.Period) map[string]rating.Measured {
	measured, sum := map[string]rating.Measured{}, one.together()
	for _, method := range counts.Methods {
		if rule.Satisfaction(method.ID) == nil {
			continue
		}
		for _, score := range rating.Scores([]rating.Counts{sum}, method, rating.ByAgency, span, nil) {
			measured[method.ID] = rating.Measured{Status: score.Status, N: score.N, Index: score.Index}
		}
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
