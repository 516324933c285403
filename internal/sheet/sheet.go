// Package sheet holds sealed sheets: the frozen counts of a period, the figures
// made of them, and everything that is needed to make them again, as canonical
// JSON that is chained to the sheet before and signed. A sheet is checked
// without a database: whoever has the file and the public key can recompute
// every figure to the last digit. It does not know where sheets are kept, nor
// who may seal one.
package sheet

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/tally"

	"github.com/go-json-experiment/json/jsontext"
)

// Format names the layout of a sheet.
const Format = "hailong-sheet/1"

// Sheet is one sealed edition of a period's counts and figures.
type Sheet struct {
	Format     string        `json:"format"`
	Sequence   int64         `json:"sequence"` // place in the chain, from 1
	Previous   string        `json:"previous"` // SHA-256 of the sheet before, hexadecimal; "" of the first
	Period     Period        `json:"period"`
	Revision   int           `json:"revision"` // 1, and one more with each correction
	Closed     Act           `json:"closed"`
	Sealed     Act           `json:"sealed"`
	Timezone   string        `json:"timezone"`
	AuditHead  string        `json:"audit_head,omitempty"` // hash of the audit trail's last entry when the period was sealed
	Register   org.File      `json:"register"`             // as it was when the period was closed; without links
	Forms      []Form        `json:"forms"`
	Methods    []Method      `json:"methods"`
	Rules      []Rule        `json:"rules"`
	Counts     []Counts      `json:"counts"` // by agency, in the register's order
	Served     []ServedTotal `json:"served"`
	Figures    []Figures     `json:"figures"`              // one per method, made of the counts above
	Difference []Difference  `json:"difference,omitempty"` // from the revision before
}

// Period is the span of a sheet.
type Period struct {
	ID   string       `json:"id"`
	From calendar.Day `json:"from"`
	To   calendar.Day `json:"to"`
}

// Act says who did something, when and why.
type Act struct {
	At  time.Time `json:"at"` // UTC, whole seconds
	By  string    `json:"by"`
	Why string    `json:"why,omitempty"`
}

// Form names a questionnaire that was answered and the hash of its content.
type Form struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Hash    string `json:"hash"`
}

// Method is an index method with the hash of its content.
type Method struct {
	Method *tally.Method `json:"method"`
	Hash   string        `json:"hash"`
}

// Rule is a rating rule with the hash of its content.
type Rule struct {
	Rule *rating.Rule `json:"rule"`
	Hash string       `json:"hash"`
}

// Counts are the counted answers of one agency, as tally.Encode writes them.
type Counts struct {
	Agency string          `json:"agency"`
	Cells  json.RawMessage `json:"cells"`
}

// ServedTotal is how many dossiers were returned in the whole period.
type ServedTotal struct {
	Agency  string `json:"agency"`
	Counter string `json:"counter,omitempty"`
	Service string `json:"service,omitempty"`
	Served  int64  `json:"served"`
}

// Figures are the scores of all agencies by one method.
type Figures struct {
	Method  string         `json:"method"` // id
	Version int            `json:"version"`
	Scores  []rating.Score `json:"scores"`
}

// Difference is one figure that a correction changed. Nil is a figure that was
// not there.
type Difference struct {
	Method string   `json:"method"`
	Agency string   `json:"agency"`
	Figure string   `json:"figure"` // n, received, held, excluded, served, numerator, denominator or index
	Before *float64 `json:"before"`
	After  *float64 `json:"after"`
}

// Span returns the period as package rating knows it.
func (s *Sheet) Span() rating.Period {
	return rating.Period{ID: s.Period.ID, Range: calendar.Range{From: s.Period.From, To: s.Period.To}}
}

// canonical returns the sheet as canonical JSON (RFC 8785): equal sheets give
// equal bytes, in whatever order and layout they were written.
func (s *Sheet) canonical() (jsontext.Value, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	value := jsontext.Value(data)
	if err := value.Canonicalize(); err != nil {
		return nil, err
	}
	return value, nil
}

// Scores computes the scores of a sheet anew, by one of its methods.
func (s *Sheet) Scores(method *tally.Method, by rating.By) ([]rating.Score, error) {
	counts, err := s.Input()
	if err != nil {
		return nil, err
	}
	return rating.Scores(counts, method, by, s.Span(), s.points(method.ID)), nil
}

// Input returns the counts of a sheet as scores are made of them.
func (s *Sheet) Input() ([]rating.Counts, error) {
	register := org.New(s.Register)
	counts := make([]rating.Counts, len(s.Counts))
	for i, c := range s.Counts {
		agency := register.Agency(c.Agency)
		if agency == nil {
			return nil, fmt.Errorf("the sheet counts agency %q, which its register does not have", c.Agency)
		}
		cells, err := tally.Decode(c.Cells)
		if err != nil {
			return nil, fmt.Errorf("agency %q: %w", c.Agency, err)
		}
		counts[i] = rating.Counts{Agency: agency, Tally: cells, Served: s.served(c.Agency)}
	}
	return counts, nil
}

// served gives the totals of one agency as if all of it had been on the first
// day: within a period the days do not matter.
func (s *Sheet) served(agency string) []rating.Served {
	var rows []rating.Served
	for _, total := range s.Served {
		if total.Agency == agency {
			rows = append(rows, rating.Served{Agency: agency, Counter: total.Counter, Service: total.Service, Day: s.Period.From, Count: total.Served})
		}
	}
	return rows
}

// points returns what the first rule of the sheet that uses the method gives
// for an index; nil when none does.
func (s *Sheet) points(method string) func(index float64) *rating.Points {
	for _, r := range s.Rules {
		if c := r.Rule.Satisfaction(method); c != nil {
			return func(index float64) *rating.Points {
				points := c.Points(index)
				return &points
			}
		}
	}
	return nil
}

// Fill computes the figures of a sheet from its counts.
func (s *Sheet) Fill() error {
	s.Figures = make([]Figures, len(s.Methods))
	for i, m := range s.Methods {
		scores, err := s.Scores(m.Method, rating.ByAgency)
		if err != nil {
			return err
		}
		s.Figures[i] = Figures{Method: m.Method.ID, Version: m.Method.Version, Scores: scores}
	}
	return nil
}

// Compare notes down what differs from the revision before.
func (s *Sheet) Compare(before *Sheet) {
	s.Difference = nil
	for _, now := range s.Figures {
		old := map[string]*rating.Score{}
		for _, figures := range before.Figures {
			for i := range figures.Scores {
				if figures.Method == now.Method {
					old[figures.Scores[i].Agency] = &figures.Scores[i]
				}
			}
		}
		for i := range now.Scores {
			s.Difference = append(s.Difference, differences(now.Method, old[now.Scores[i].Agency], &now.Scores[i])...)
			delete(old, now.Scores[i].Agency)
		}
		for _, figures := range before.Figures {
			for i := range figures.Scores {
				if gone := &figures.Scores[i]; figures.Method == now.Method && old[gone.Agency] != nil {
					s.Difference = append(s.Difference, differences(now.Method, gone, nil)...)
				}
			}
		}
	}
}

func differences(method string, before, after *rating.Score) []Difference {
	var found []Difference
	for _, figure := range comparedFigures {
		b, a := figure.of(before), figure.of(after)
		if b == nil && a == nil || b != nil && a != nil && *b == *a {
			continue
		}
		agency := after
		if agency == nil {
			agency = before
		}
		found = append(found, Difference{Method: method, Agency: agency.Agency, Figure: figure.name, Before: b, After: a})
	}
	return found
}

// compared is one figure of a score; of is given nil for a score that is not
// there.
type compared struct {
	name string
	of   func(*rating.Score) *float64
}

var comparedFigures = []compared{
	{"n", whole(func(s *rating.Score) *int64 { return &s.N })},
	{"received", whole(func(s *rating.Score) *int64 { return &s.Received })},
	{"held", whole(func(s *rating.Score) *int64 { return &s.Held })},
	{"excluded", whole(func(s *rating.Score) *int64 { return &s.Excluded })},
	{"served", whole(func(s *rating.Score) *int64 { return s.Served })},
	{"numerator", whole(func(s *rating.Score) *int64 { return s.Numerator })},
	{"denominator", whole(func(s *rating.Score) *int64 { return s.Denominator })},
	{"index", func(s *rating.Score) *float64 {
		if s == nil {
			return nil
		}
		return s.Index
	}},
}

func whole(of func(*rating.Score) *int64) func(*rating.Score) *float64 {
	return func(s *rating.Score) *float64 {
		if s == nil || of(s) == nil {
			return nil
		}
		f := float64(*of(s))
		return &f
	}
}

// ErrSheet says that a file is no sealed sheet, or no longer the one that was
// sealed.
var ErrSheet = errors.New("this is not a sealed sheet as it was signed")
