// Package coverage keeps how many dossiers were returned to citizens, by
// agency, counter, service and day: what the number of answers is held
// against. It may not know where the figures come from, nor what a response
// rate is (package rating).
//
// One record holds an agency's month, so reading costs what was asked for, and
// a write that another one met is repeated on that month alone.
package coverage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/store"
)

// Kind is the kind of the records; this package owns it. A key is
// AGENCY/YYYY-MM.
const Kind = "served"

// Rules are what figures are held against.
type Rules struct {
	Register *org.Register
	Today    calendar.Day // no figure may be of a later day

	// Closed names the closed or sealed period that holds the day of an agency.
	// Nil is for no such period at all.
	Closed func(agency string, day calendar.Day) (period string, closed bool)
}

// Change says what rows do to the figures that are kept.
type Change struct {
	New     int `json:"new"`     // there was no figure
	Changed int `json:"changed"` // there was another figure
	Same    int `json:"same"`    // there was this figure
}

// Book reads and writes figures. It is safe for use by many goroutines and by
// many processes on one store.
type Book struct{ store store.Records }

// NewBook returns a book over a store.
func NewBook(s store.Records) *Book { return &Book{store: s} }

// figure is a rating.Served as it is kept: the agency is in the key.
type figure struct {
	Counter string       `json:"counter,omitempty"`
	Service string       `json:"service,omitempty"`
	Day     calendar.Day `json:"day"`
	Served  int64        `json:"served"`
}

// inOrder is the order in which figures are kept and read.
func inOrder(a, b figure) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Counter, b.Counter), cmp.Compare(a.Service, b.Service))
}

// account is an agency's month.
type account struct {
	agency string
	month  calendar.Month
}

func (a account) key() string { return a.agency + "/" + a.month.String() }

func accountOf(row rating.Served) account { return account{row.Agency, row.Day.Month()} }

// Read returns the figures of each agency that has any in the range, ordered by
// day, counter, service. Its cost grows with the months of these agencies, not
// with what is kept of others.
func (b *Book) Read(ctx context.Context, agencies []string, r calendar.Range) (map[string][]rating.Served, error) {
	all := map[string][]rating.Served{}
	if r.Empty() {
		return all, nil
	}
	for _, agency := range agencies {
		first, after := account{agency, r.From.Month()}, account{agency, r.To.Month() + 1}
		records, err := b.store.Records(ctx, store.Span{Kind: Kind, From: first.key(), To: after.key()})
		if err != nil {
			return nil, fmt.Errorf("read dossiers returned by %s from %s to %s: %w", agency, r.From, r.To, err)
		}
		var rows []rating.Served
		for _, record := range records {
			figures, err := decode(record)
			if err != nil {
				return nil, err
			}
			rows = appendWithin(rows, agency, figures, r)
		}
		if len(rows) > 0 {
			all[agency] = rows
		}
	}
	return all, nil
}

func appendWithin(rows []rating.Served, agency string, figures []figure, r calendar.Range) []rating.Served {
	for _, f := range figures {
		if r.Contains(f.Day) {
			rows = append(rows, rating.Served{Agency: agency, Counter: f.Counter, Service: f.Service, Day: f.Day, Count: f.Served})
		}
	}
	return rows
}

// Check says what Put would change, and writes nothing. The error is Faults, in
// the order of the rows, or the store's.
func (b *Book) Check(ctx context.Context, rules Rules, rows []rating.Served) (Change, error) {
	var change Change
	faults := rules.check(rows)
	for _, part := range divide(rows) {
		if rules.Register.Agency(part.agency) == nil {
			continue // nothing can be kept of it
		}
		m, err := b.load(ctx, part.account)
		if err != nil {
			return Change{}, err
		}
		made, double := m.merge(part)
		faults = append(faults, double...)
		change.add(made)
	}
	if len(faults) > 0 {
		slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Compare(a.Row, b.Row) })
		return Change{}, faults
	}
	return change, nil
}

// Put checks the rows and writes them: each replaces the figure of the same
// agency, counter, service and day, so that repeating a Put changes nothing.
// When a row is faulty nothing is written; the error is then Faults. After an
// error of the store some months may be written; repeating is safe.
func (b *Book) Put(ctx context.Context, rules Rules, rows []rating.Served) (Change, error) {
	if _, err := b.Check(ctx, rules, rows); err != nil {
		return Change{}, err
	}
	var change Change
	for _, part := range divide(rows) {
		made, err := b.put(ctx, part)
		if err != nil {
			return Change{}, fmt.Errorf("put dossiers returned by %s in %s: %w", part.agency, part.month, err)
		}
		change.add(made)
	}
	return change, nil
}

// put writes the rows of one month, again until no other writer was in its way.
func (b *Book) put(ctx context.Context, p part) (Change, error) {
	const tries = 20
	var change Change
	var err error
	for range tries {
		if change, err = b.tryPut(ctx, p); !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrExists) {
			break
		}
	}
	return change, err
}

func (b *Book) tryPut(ctx context.Context, p part) (Change, error) {
	m, err := b.load(ctx, p.account)
	if err != nil {
		return Change{}, err
	}
	change, faults := m.merge(p)
	switch {
	case len(faults) > 0: // another writer's figures came between Check and here
		return Change{}, faults
	case change.New+change.Changed == 0:
		return change, nil
	}
	return change, b.store.PutRecords(ctx, []store.Record{m.record()})
}

func (c *Change) add(other Change) {
	c.New, c.Changed, c.Same = c.New+other.New, c.Changed+other.Changed, c.Same+other.Same
}

func decode(record store.Record) ([]figure, error) {
	var figures []figure
	if err := json.Unmarshal(record.Data, &figures); err != nil {
		return nil, fmt.Errorf("read record %s %s: %w", record.Kind, record.Key, err)
	}
	return figures, nil
}
