package veil

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"hailong/internal/calendar"
	"hailong/internal/store"
)

// Aside is about how many answers of a month stand aside of the figures.
//
// They have no atoms: an answer that is held today may count tomorrow, and the
// sum of what counts and what is held would tell that one answer has come in.
// So both numbers are multiples of k, never exact, and each moves only when k
// answers more, or fewer, stand there than when it moved last. Whatever is
// added to or taken from them is a multiple of k, too. 0 is few or none.
type Aside struct{ Held, Excluded int64 }

// asideKind is what the records are called that keep them; their key is the
// agency.
const asideKind = "shown-aside"

// moved is one number as it was when it moved last: exact, and never shown.
type moved struct {
	Held     int64 `json:"held,omitempty"`
	Excluded int64 `json:"excluded,omitempty"`
}

// Aside takes up what may be told now of the answers that do not count, keeps
// it, and returns it by month. Exact must hold every month of the agency.
func (v *Veil) Aside(ctx context.Context, agency string, exact []Month) (map[calendar.Month]Aside, error) {
	const tries = 20
	var err error
	for range tries {
		var told map[calendar.Month]Aside
		if told, err = v.tryAside(ctx, agency, exact); err == nil {
			return told, nil
		}
		if !errors.Is(err, errMoved) {
			break
		}
	}
	return nil, fmt.Errorf("show what does not count of %s: %w", agency, err)
}

func (v *Veil) tryAside(ctx context.Context, agency string, exact []Month) (map[calendar.Month]Aside, error) {
	record, err := v.db.Record(ctx, asideKind, agency)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	known := map[calendar.Month]moved{}
	if record.Data != nil {
		if err := json.Unmarshal(record.Data, &known); err != nil {
			return nil, fmt.Errorf("decode what does not count: %w", err)
		}
	}
	changed := false
	for _, m := range exact {
		var now moved
		for _, counts := range m.Tally {
			now.Held, now.Excluded = now.Held+counts.Held, now.Excluded+counts.Excluded
		}
		next := moved{v.step(known[m.Month].Held, now.Held), v.step(known[m.Month].Excluded, now.Excluded)}
		if next != known[m.Month] {
			known[m.Month], changed = next, true
		}
	}
	if changed {
		if err := v.keepAside(ctx, agency, record.Revision, known); err != nil {
			return nil, err
		}
	}
	told := make(map[calendar.Month]Aside, len(known))
	for m, exact := range known {
		told[m] = Aside{exact.Held / v.k * v.k, exact.Excluded / v.k * v.k}
	}
	return told, nil
}

// step returns the number that is known from now on.
func (v *Veil) step(known, now int64) int64 {
	if now-known >= v.k || known-now >= v.k {
		return now
	}
	return known
}

func (v *Veil) keepAside(ctx context.Context, agency string, revision int64, known map[calendar.Month]moved) error {
	data, err := json.Marshal(known)
	if err != nil {
		return err
	}
	err = v.db.PutRecords(ctx, []store.Record{{Kind: asideKind, Key: agency, Revision: revision, Data: data}})
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrExists) {
		return errMoved
	}
	return err
}
