// Package period is the life of a period: open, closed, sealed, published. Each
// step is noted with who, when and why; closing freezes the counts, sealing
// makes a signed sheet of them, a correction makes another revision and leaves
// the first as it is. It also answers what the scores of a period are, from the
// sheet, from the frozen counts or from the living ones. It knows no page and
// no file format but the sheet's.
//
// Nothing here needs a transaction. What a step makes is written first, under a
// key of its own, and the period's one record last, over its revision; a step
// that was cut is repeated from where it stopped.
package period

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/rating"
)

// State is where a period stands.
type State string

// The states, in order.
const (
	Open      State = "open"      // figures move
	Closed    State = "closed"    // counts are frozen, the office looks them over
	Sealed    State = "sealed"    // signed, never to be changed
	Published State = "published" // sealed, and shown to everybody
)

// What can be wrong with a step.
var (
	ErrNotEnded = errors.New("the period has not ended yet")
	ErrState    = errors.New("the period is in another state")
	ErrNoSheet  = errors.New("the period has no sealed sheet")
	ErrWhy      = errors.New("a reason is needed")
)

// Step says who brought a period into a state, when and why.
type Step struct {
	State State     `json:"state"`
	At    time.Time `json:"at"` // UTC, whole seconds
	By    string    `json:"by"`
	Why   string    `json:"why,omitempty"`
}

// Edition is one way from open to sealed. The first is revision 1; each
// correction begins another.
type Edition struct {
	Revision int     `json:"revision"`
	State    State   `json:"state"`
	Steps    []Step  `json:"steps"`
	Sealing  *marker `json:"sealing,omitempty"` // set while the sheet is being made
	Sheet    int64   `json:"sheet,omitempty"`   // its place in the chain; 0: not sealed
	Hash     string  `json:"hash,omitempty"`    // of the sheet
}

// marker says what a sealing that was cut had decided already, so that it can
// be found or finished.
type marker struct {
	After int64 `json:"after"` // the chain's last sheet before it
	Step  Step  `json:"step"`
}

// Period is a period with its history. One that nobody has touched has a
// single edition without steps.
type Period struct {
	rating.Period
	Editions []Edition
	revision int64 // of the record
}

// record is a period as it is stored.
type record struct {
	ID       string    `json:"id"`
	Editions []Edition `json:"editions"`
}

func untouched(span rating.Period) *Period {
	return &Period{Period: span, Editions: []Edition{{Revision: 1, State: Open}}}
}

func decode(data []byte, revision int64) (*Period, error) {
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("read period: %w", err)
	}
	span, err := rating.ParsePeriod(r.ID)
	if err != nil {
		return nil, fmt.Errorf("read period: %w", err)
	}
	return &Period{Period: span, Editions: r.Editions, revision: revision}, nil
}

func (p *Period) encode() ([]byte, error) {
	return json.Marshal(record{ID: p.ID, Editions: p.Editions})
}

// Current returns the edition that is worked on, or that was worked on last.
func (p *Period) Current() *Edition { return &p.Editions[len(p.Editions)-1] }

// InForce returns the newest sealed edition; nil when there is none.
func (p *Period) InForce() *Edition {
	return p.newest(func(e *Edition) bool { return e.Sheet > 0 })
}

// Shown returns the newest published edition; nil when there is none. A
// correction does not take it away: it stands until another is published.
func (p *Period) Shown() *Edition {
	return p.newest(func(e *Edition) bool { return e.State == Published })
}

func (p *Period) newest(fits func(*Edition) bool) *Edition {
	for i := range slices.Backward(p.Editions) {
		if fits(&p.Editions[i]) {
			return &p.Editions[i]
		}
	}
	return nil
}

// State returns what outsiders are told: the state of the figures in force, or
// of the ones in the making when nothing is sealed yet.
func (p *Period) State() State {
	if sealed := p.InForce(); sealed != nil {
		return sealed.State
	}
	return p.Current().State
}

// Correcting says whether a sealed period is being corrected.
func (p *Period) Correcting() bool { return p.InForce() != nil && p.Current().Sheet == 0 }

// holds says whether the day lies in the period and its answers may not change:
// the counts are closed, and nobody has opened them again for a correction.
func (p *Period) holds(day calendar.Day) bool {
	return p.Range.Contains(day) && p.Current().State != Open
}

func (e *Edition) step(s Step) {
	e.State = s.State
	e.Steps = append(e.Steps, s)
}
