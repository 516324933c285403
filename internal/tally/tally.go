// Package tally folds responses into counts and adds counts up. Counts are the
// only thing figures are made from: days make months, months make years,
// counters make agencies, and the order never matters. It does not know where
// counts are kept, nor what a chart looks like.
package tally

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"hailong/internal/response"
	"hailong/internal/survey"
)

// Key names a cell within one agency and one span of days.
type Key struct {
	Form    survey.Ref
	Counter string
	Service string // "" when the citizen did not say
	Channel response.Channel
}

// Counts of one cell, or of any sum of cells of one form.
type Counts struct {
	N         int64                // counted responses
	Held      int64                // received, left out until somebody decides
	Excluded  int64                // received, left out by a decision
	Questions map[string]*Question // by question id; a question nobody answered may be absent
}

// Question counts the answers to one question. The blanks are not kept: they
// are the people who were asked (see Asked) less Answered.
type Question struct {
	Answered int64            // responses with an answer
	Values   map[string]int64 // responses by value or option id; several each for choices; empty for text
}

// Tally is a set of cells. The zero value is not usable; see New.
type Tally map[Key]*Counts

// New returns an empty tally.
func New() Tally { return Tally{} }

// Add folds one response in.
func (t Tally) Add(r *response.Response) {
	c := t.cell(keyOf(r))
	c.N++
	for _, a := range r.Answers {
		q := c.question(a.Question)
		q.Answered++
		for _, v := range a.Values {
			q.Values[v]++
		}
	}
}

// Hold notes a response that is left out until somebody decides about it.
func (t Tally) Hold(r *response.Response) { t.cell(keyOf(r)).Held++ }

// Exclude notes a response that is left out by a decision.
func (t Tally) Exclude(r *response.Response) { t.cell(keyOf(r)).Excluded++ }

func keyOf(r *response.Response) Key {
	return Key{Form: r.Form, Counter: r.Counter, Service: r.Service, Channel: r.Channel}
}

// Merge adds all counts of other.
func (t Tally) Merge(other Tally) {
	for key, counts := range other {
		t.cell(key).Merge(counts)
	}
}

// Filter returns the cells that keep accepts. The counts are shared, so the
// result is only to be read.
func (t Tally) Filter(keep func(Key) bool) Tally {
	kept := New()
	for key, counts := range t {
		if keep(key) {
			kept[key] = counts
		}
	}
	return kept
}

// GroupBy splits the tally by a part of the key, such as the counter. The
// counts are shared, so the result is only to be read.
func GroupBy[K comparable](t Tally, part func(Key) K) map[K]Tally {
	groups := map[K]Tally{}
	for key, counts := range t {
		k := part(key)
		if groups[k] == nil {
			groups[k] = New()
		}
		groups[k][key] = counts
	}
	return groups
}

// N returns the number of counted responses in all cells.
func (t Tally) N() int64 {
	var n int64
	for _, counts := range t {
		n += counts.N
	}
	return n
}

// ByForm sums the cells of each form version.
func (t Tally) ByForm() map[survey.Ref]*Counts {
	sums := map[survey.Ref]*Counts{}
	for key, counts := range t {
		if sums[key.Form] == nil {
			sums[key.Form] = newCounts()
		}
		sums[key.Form].Merge(counts)
	}
	return sums
}

// Asked returns how many people saw the question: all, or those whose answer
// met its condition.
func (c *Counts) Asked(q *survey.Question) int64 {
	if q.ShowIf == nil {
		return c.N
	}
	on := c.Questions[q.ShowIf.Question]
	if on == nil {
		return 0
	}
	var asked int64
	for value, n := range on.Values {
		if q.ShowIf.Met(value) {
			asked += n
		}
	}
	return asked
}

// Merge adds the counts of other.
func (c *Counts) Merge(other *Counts) {
	c.N += other.N
	c.Held += other.Held
	c.Excluded += other.Excluded
	for id, q := range other.Questions {
		sum := c.question(id)
		sum.Answered += q.Answered
		for v, n := range q.Values {
			sum.Values[v] += n
		}
	}
}

func (t Tally) cell(key Key) *Counts {
	c := t[key]
	if c == nil {
		c = newCounts()
		t[key] = c
	}
	return c
}

func newCounts() *Counts { return &Counts{Questions: map[string]*Question{}} }

func (c *Counts) question(id string) *Question {
	q := c.Questions[id]
	if q == nil {
		q = &Question{Values: map[string]int64{}}
		c.Questions[id] = q
	}
	return q
}

// stored is the form of one cell in a store: one JSON object, keys as short as
// they can be while a person can still read them.
type stored struct {
	Form      string                    `json:"form"`
	Version   int                       `json:"version"`
	Counter   string                    `json:"counter"`
	Service   string                    `json:"service,omitempty"`
	Channel   response.Channel          `json:"channel"`
	N         int64                     `json:"n"`
	Held      int64                     `json:"held,omitempty"`
	Excluded  int64                     `json:"excluded,omitempty"`
	Questions map[string]storedQuestion `json:"questions,omitempty"`
}

type storedQuestion struct {
	Answered int64            `json:"answered"`
	Values   map[string]int64 `json:"values,omitempty"`
}

// Encode returns the tally as canonical JSON: equal tallies give equal bytes.
func (t Tally) Encode() []byte {
	cells := make([]stored, 0, len(t))
	for _, key := range slices.SortedFunc(maps.Keys(t), Key.compare) {
		cell := stored{
			Form: key.Form.ID, Version: key.Form.Version, Counter: key.Counter, Service: key.Service, Channel: key.Channel,
			N: t[key].N, Held: t[key].Held, Excluded: t[key].Excluded, Questions: make(map[string]storedQuestion, len(t[key].Questions)),
		}
		for id, q := range t[key].Questions {
			cell.Questions[id] = storedQuestion(*q)
		}
		cells = append(cells, cell)
	}
	data, err := json.Marshal(cells)
	if err != nil {
		panic("tally: counts are plain data and always encode: " + err.Error())
	}
	return data
}

// Decode reads what Encode wrote.
func Decode(data []byte) (Tally, error) {
	var cells []stored
	if err := json.Unmarshal(data, &cells); err != nil {
		return nil, fmt.Errorf("decode tally: %w", err)
	}
	t := make(Tally, len(cells))
	for _, cell := range cells {
		if err := cell.check(); err != nil {
			return nil, fmt.Errorf("decode tally: %w", err)
		}
		counts := &Counts{N: cell.N, Held: cell.Held, Excluded: cell.Excluded, Questions: make(map[string]*Question, len(cell.Questions))}
		for id, q := range cell.Questions {
			question := Question(q)
			if question.Values == nil {
				question.Values = map[string]int64{}
			}
			counts.Questions[id] = &question
		}
		t[Key{survey.Ref{ID: cell.Form, Version: cell.Version}, cell.Counter, cell.Service, cell.Channel}] = counts
	}
	return t, nil
}

// check refuses what no counting can have made.
func (c *stored) check() error {
	negative := c.N < 0 || c.Held < 0 || c.Excluded < 0
	for _, q := range c.Questions {
		negative = negative || q.Answered < 0
		for _, n := range q.Values {
			negative = negative || n < 0
		}
	}
	if negative {
		return fmt.Errorf("counter %q has a count below 0", c.Counter)
	}
	return nil
}

func (k Key) compare(other Key) int {
	return cmp.Or(
		cmp.Compare(k.Form.ID, other.Form.ID),
		cmp.Compare(k.Form.Version, other.Form.Version),
		cmp.Compare(k.Counter, other.Counter),
		cmp.Compare(k.Service, other.Service),
		cmp.Compare(k.Channel, other.Channel),
	)
}
