package veil

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// What was shown is kept as one small record for each agency that names its
// pages, and one record for each page, named by what is in it and never
// changed. So a step over several months is done or not done as a whole, by
// writing the small record, and everybody who reads it sees the same.
const (
	headKind = "shown"       // key: agency
	pageKind = "shown-month" // key: agency/month/fingerprint
)

// errMoved says that somebody else took a step meanwhile.
var errMoved = fmt.Errorf("what is shown: %w", store.ErrConflict)

// head names the pages of an agency.
type head struct {
	Pages    map[calendar.Month]string `json:"pages"` // by number of the month: the page's key
	revision int64
}

// load returns what was shown to the agency, without reading again what has
// not changed.
func (v *Veil) load(ctx context.Context, agency string) (*known, error) {
	last := v.recall(agency)
	record, err := v.db.Record(ctx, headKind, agency)
	switch {
	case errors.Is(err, store.ErrNotFound):
		record = store.Record{}
	case err != nil:
		return nil, err
	case last != nil && last.head.revision == record.Revision:
		return last, nil
	}
	now := &known{head: head{Pages: map[calendar.Month]string{}, revision: record.Revision}, pages: map[calendar.Month]*page{}}
	if record.Data != nil {
		if err := json.Unmarshal(record.Data, &now.head); err != nil {
			return nil, fmt.Errorf("decode what is shown: %w", err)
		}
	}
	for m, key := range now.head.Pages {
		if last != nil && last.head.Pages[m] == key {
			now.pages[m] = last.pages[m]
			continue
		}
		if now.pages[m], err = v.loadPage(ctx, key); err != nil {
			return nil, err
		}
	}
	return now, nil
}

func (v *Veil) loadPage(ctx context.Context, key string) (*page, error) {
	record, err := v.db.Record(ctx, pageKind, key)
	if errors.Is(err, store.ErrNotFound) { // replaced since its name was read
		return nil, errMoved
	}
	if err != nil {
		return nil, err
	}
	p, err := decodePage(record.Data)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", key, err)
	}
	return p, nil
}

// save writes the changed pages, then the record that names them, if nobody
// else has written it since, and removes the pages that were replaced.
func (v *Veil) save(ctx context.Context, agency string, before *known, next *step) (head, error) {
	after := head{Pages: maps.Clone(before.head.Pages), revision: before.head.revision + 1}
	var replaced []string
	for _, m := range slices.Sorted(maps.Keys(next.changed)) {
		data := next.pages[m].encode()
		sum := sha256.Sum256(data)
		key := agency + "/" + m.String() + "/" + hex.EncodeToString(sum[:])
		err := v.db.PutRecords(ctx, []store.Record{{Kind: pageKind, Key: key, Data: data}})
		if err != nil && !errors.Is(err, store.ErrExists) {
			return head{}, err
		}
		if old, ok := after.Pages[m]; ok && old != key {
			replaced = append(replaced, old)
		}
		after.Pages[m] = key
	}
	data, err := json.Marshal(after)
	if err != nil {
		return head{}, err
	}
	err = v.db.PutRecords(ctx, []store.Record{{Kind: headKind, Key: agency, Revision: before.head.revision, Data: data}})
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrExists) {
		return head{}, errMoved
	}
	if err != nil {
		return head{}, err
	}
	return after, v.db.RemoveRecords(ctx, pageKind, replaced)
}

// storedPage is a page as JSON.
type storedPage struct {
	Taken  []storedCell                    `json:"taken"`
	Shown  []storedCell                    `json:"shown"`
	Rough  []storedCell                    `json:"rough,omitempty"`
	Coarse []storedBundle                  `json:"coarse,omitempty"`
	Spans  map[calendar.Month][]storedCell `json:"spans,omitempty"`
}

// storedBundle is the atoms of one key. Of each it has pairs: a place in cells
// and how many of the atom's answers are there. The atoms are sorted, so that
// nobody can read from the database in which order answers came.
type storedBundle struct {
	Key   tally.Key    `json:"key"`
	Cells []storedCell `json:"cells"`
	Atoms [][][2]int64 `json:"atoms"`
}

// storedCell is a cell or an atom. Unlike the counts of a tally these may be
// below 0, where exclusions wait for the sum that they are part of.
type storedCell struct {
	Key    tally.Key    `json:"key"`
	Counts tally.Counts `json:"counts"`
}

func (p *page) encode() []byte {
	s := storedPage{Taken: cellsOf(p.taken), Shown: cellsOf(p.shown), Rough: cellsOf(p.rough), Spans: map[calendar.Month][]storedCell{}}
	for _, key := range slices.SortedFunc(maps.Keys(p.coarse), compare) {
		s.Coarse = append(s.Coarse, p.coarse[key].stored(key))
	}
	for from, left := range p.spans {
		s.Spans[from] = cellsOf(left)
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic("veil: counts are plain data and always encode: " + err.Error())
	}
	return data
}

func (b *bundle) stored(key tally.Key) storedBundle {
	s := storedBundle{Key: key, Cells: cellsOf(b.cells)}
	place := map[tally.Key]int64{}
	for i, c := range s.Cells {
		place[c.Key] = int64(i)
	}
	for _, a := range b.atoms {
		var pairs [][2]int64
		for _, cell := range slices.SortedFunc(maps.Keys(a), compare) {
			pairs = append(pairs, [2]int64{place[cell], a[cell]})
		}
		s.Atoms = append(s.Atoms, pairs)
	}
	slices.SortFunc(s.Atoms, func(a, b [][2]int64) int {
		return slices.CompareFunc(a, b, func(x, y [2]int64) int { return slices.Compare(x[:], y[:]) })
	})
	return s
}

func cellsOf(t tally.Tally) []storedCell {
	cells := make([]storedCell, 0, len(t))
	for _, key := range slices.SortedFunc(maps.Keys(t), compare) {
		cells = append(cells, storedCell{key, *t[key]})
	}
	return cells
}

func decodePage(data []byte) (*page, error) {
	var s storedPage
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, err
	}
	p := newPage()
	p.taken, p.shown, p.rough = tallyOf(s.Taken), tallyOf(s.Shown), tallyOf(s.Rough)
	for i := range s.Coarse {
		b, err := s.Coarse[i].bundle()
		if err != nil {
			return nil, err
		}
		p.coarse[s.Coarse[i].Key] = b
	}
	for from, left := range s.Spans {
		p.spans[from] = tallyOf(left)
	}
	return p, nil
}

func (s *storedBundle) bundle() (*bundle, error) {
	b := &bundle{cells: tallyOf(s.Cells)}
	for _, pairs := range s.Atoms {
		a := members{}
		for _, pair := range pairs {
			if pair[0] < 0 || pair[0] >= int64(len(s.Cells)) {
				return nil, fmt.Errorf("an atom names cell %d of %d", pair[0], len(s.Cells))
			}
			a[s.Cells[pair[0]].Key] = pair[1]
		}
		b.atoms = append(b.atoms, a)
	}
	return b, nil
}

// tallyOf makes a new tally of cells.
func tallyOf(cells []storedCell) tally.Tally {
	t := tally.New()
	for i := range cells {
		t.Merge(tally.Tally{cells[i].Key: &cells[i].Counts})
	}
	return t
}
