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
	Pool   []storedCell                    `json:"pool,omitempty"`
	Coarse [][][2]int64                    `json:"coarse,omitempty"` // by atom: pairs of a place in pool and a number of answers
	Spans  map[calendar.Month][]storedCell `json:"spans,omitempty"`
}

// storedCell is a cell or an atom. Unlike the counts of a tally these may be
// below 0, where exclusions wait for the sum that they are part of.
type storedCell struct {
	Key    tally.Key    `json:"key"`
	Counts tally.Counts `json:"counts"`
}

func (p *page) encode() []byte {
	s := storedPage{Taken: cellsOf(p.taken), Shown: cellsOf(p.shown), Rough: cellsOf(p.rough), Pool: cellsOf(p.pool), Spans: map[calendar.Month][]storedCell{}}
	place := map[tally.Key]int64{}
	for i, c := range s.Pool {
		place[c.Key] = int64(i)
	}
	for _, a := range p.coarse {
		var pairs [][2]int64
		for _, key := range slices.SortedFunc(maps.Keys(a), compare) {
			pairs = append(pairs, [2]int64{place[key], a[key]})
		}
		s.Coarse = append(s.Coarse, pairs)
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
	p := &page{taken: tallyOf(s.Taken), shown: tallyOf(s.Shown), rough: tallyOf(s.Rough), pool: tallyOf(s.Pool), spans: map[calendar.Month]tally.Tally{}}
	for _, pairs := range s.Coarse {
		a := members{}
		for _, pair := range pairs {
			if pair[0] < 0 || pair[0] >= int64(len(s.Pool)) {
				return nil, fmt.Errorf("an atom names cell %d of %d", pair[0], len(s.Pool))
			}
			a[s.Pool[pair[0]].Key] = pair[1]
		}
		p.coarse = append(p.coarse, a)
	}
	for from, left := range s.Spans {
		p.spans[from] = tallyOf(left)
	}
	return p, nil
}

// tallyOf makes a new tally of cells.
func tallyOf(cells []storedCell) tally.Tally {
	t := tally.New()
	for i := range cells {
		t.Merge(tally.Tally{cells[i].Key: &cells[i].Counts})
	}
	return t
}
