package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
)

// RemovalKind is what the record of the removal of old responses is called
// among the records of a store.
const RemovalKind = "retention"

const removalKey = "responses"

// What stands in the way of a removal, or of a change of what was removed.
var (
	ErrGone      = errors.New("the answers of that day were removed when their time was over, and only their sums are left")
	ErrNotSealed = errors.New("not all of those days are sealed")
	ErrMarked    = errors.New("somebody is changing those days")
)

// never is before every day that can hold a response.
var never = calendar.Date(1, 1, 1)

// Removal says how far the removal of old responses has come.
//
// It has three steps, each of which may be cut and repeated. First the removal
// is announced: from then on nobody begins to change those days. Then, once no
// mark is left on them, they are gone: they are never folded again, and their
// marks mean nothing. Only then responses are removed. Whoever changes a day
// marks it first and looks for an announcement after; whoever removes announces
// first and looks for marks after; so one of them always sees the other.
type Removal struct {
	Gone      calendar.Day `json:"gone"`      // that day and all before it; never: none
	Done      bool         `json:"done"`      // nothing of them is left
	Announced calendar.Day `json:"announced"` // at least Gone
	revision  int64
}

// Any says whether there are days that are gone.
func (r *Removal) Any() bool { return r.Gone > never }

// Removal reads how far the removal of old responses has come.
func (l *Ledger) Removal(ctx context.Context) (*Removal, error) { return ReadRemoval(ctx, l.store) }

// ReadRemoval reads how far the removal of old responses has come in a store.
func ReadRemoval(ctx context.Context, s store.Records) (*Removal, error) {
	found := &Removal{Gone: never, Done: true, Announced: never}
	record, err := s.Record(ctx, RemovalKind, removalKey)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return found, nil
	case err != nil:
		return nil, fmt.Errorf("read what was removed: %w", err)
	}
	if err := json.Unmarshal(record.Data, found); err != nil {
		return nil, fmt.Errorf("read what was removed: %w", err)
	}
	found.revision = record.Revision
	return found, nil
}

func (l *Ledger) putRemoval(ctx context.Context, r *Removal) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return l.store.PutRecords(ctx, []store.Record{{Kind: RemovalKind, Key: removalKey, Revision: r.revision, Data: data}})
}

// Announce is the first step towards the removal of the responses through a
// day. The errors are ErrNotSealed, store.ErrConflict or store.ErrExists when
// another process does the same, and those of the store.
func (l *Ledger) Announce(ctx context.Context, through calendar.Day) error {
	if err := l.mustBeSealed(ctx, through); err != nil {
		return fmt.Errorf("announce the removal through %s: %w", through, err)
	}
	r, err := l.Removal(ctx)
	if err == nil && r.Announced < through {
		r.Announced = through
		err = l.putRemoval(ctx, r)
	}
	if err != nil {
		return fmt.Errorf("announce the removal through %s: %w", through, err)
	}
	return nil
}

// Rests says whether the announced removal through a day can go on: nil,
// ErrMarked, ErrNotSealed or an error of the store.
func (l *Ledger) Rests(ctx context.Context, through calendar.Day) error {
	if err := l.mustRest(ctx, through); err != nil {
		return fmt.Errorf("give up the days through %s: %w", through, err)
	}
	return nil
}

// FirstDay returns the earliest day that holds a response; false when there is
// none at all.
func (l *Ledger) FirstDay(ctx context.Context) (calendar.Day, bool, error) {
	return l.store.FirstDay(ctx)
}

// Give is the second step: what was announced is gone from now on. The errors
// are ErrMarked, ErrNotSealed and those of Announce. After the first two the
// days are as before, but for the announcement; trying again later is right.
func (l *Ledger) Give(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, batchTime) // far less than a mark lives
	defer cancel()
	r, err := l.Removal(ctx)
	if err != nil || r.Gone == r.Announced {
		return err
	}
	if err := l.Rests(ctx, r.Announced); err != nil {
		return err
	}
	r.Gone, r.Done = r.Announced, false
	if err := l.putRemoval(ctx, r); err != nil {
		return fmt.Errorf("give up the days through %s: %w", r.Gone, err)
	}
	return nil
}

// mustRest says whether nobody is changing the days through one, nor counting
// them again.
func (l *Ledger) mustRest(ctx context.Context, through calendar.Day) error {
	marks, err := l.store.Marks(ctx)
	if err != nil {
		return err
	}
	for _, mark := range marks {
		if mark.Day <= through {
			return fmt.Errorf("%s on %s: %w", mark.Agency, mark.Day, ErrMarked)
		}
	}
	return l.mustBeSealed(ctx, through)
}

func (l *Ledger) mustBeSealed(ctx context.Context, through calendar.Day) error {
	last, sealed, err := l.sealedThrough(ctx)
	switch {
	case err != nil:
		return err
	case !sealed || last < through:
		return ErrNotSealed
	}
	return nil
}

// removedAtOnce is how many decisions are read and removed together.
const removedAtOnce = 500

// Remove is the third step: it removes the responses of the days that are gone
// and what was decided about them, and returns how many. It may be repeated.
func (l *Ledger) Remove(ctx context.Context) (responses, decisions int64, err error) {
	r, err := l.Removal(ctx)
	if err != nil || r.Done {
		return 0, 0, err
	}
	if decisions, err = RemoveRecords(ctx, l.store, response.DecisionKind, r.Gone); err != nil {
		return 0, decisions, err
	}
	if responses, err = l.store.RemoveThrough(ctx, r.Gone); err != nil {
		return responses, decisions, err
	}
	r.Done = true
	if err := l.putRemoval(ctx, r); err != nil {
		return responses, decisions, fmt.Errorf("note that the answers through %s are removed: %w", r.Gone, err)
	}
	return responses, decisions, nil
}

// RemoveRecords removes the records of a kind whose keys begin with a day, as
// YYYY-MM-DD, through that day, and returns how many.
func RemoveRecords(ctx context.Context, s store.Records, kind string, through calendar.Day) (removed int64, err error) {
	span := store.Span{Kind: kind, To: (through + 1).String(), Limit: removedAtOnce}
	for {
		found, err := s.Records(ctx, span)
		if err == nil && len(found) > 0 {
			keys := make([]string, len(found))
			for i := range found {
				keys[i] = found[i].Key
			}
			err = s.RemoveRecords(ctx, kind, keys)
		}
		if err != nil {
			return removed, fmt.Errorf("remove records %s through %s: %w", kind, through, err)
		}
		removed += int64(len(found))
		if len(found) < removedAtOnce {
			return removed, nil
		}
	}
}

// stillThere refuses days whose removal is announced.
func (l *Ledger) stillThere(ctx context.Context, first calendar.Day) error {
	r, err := l.Removal(ctx)
	if err == nil && first <= r.Announced {
		err = fmt.Errorf("%s lies before %s: %w", first, r.Announced+1, ErrGone)
	}
	return err
}

// withoutGone leaves out the marks of days that are gone: their writer died
// before it wrote anything.
func (l *Ledger) withoutGone(ctx context.Context, marks []store.Mark) ([]store.Mark, error) {
	if len(marks) == 0 {
		return nil, nil
	}
	r, err := l.Removal(ctx)
	if err != nil {
		return nil, err
	}
	var living []store.Mark
	for _, mark := range marks {
		if mark.Day > r.Gone {
			living = append(living, mark)
		}
	}
	return living, nil
}
