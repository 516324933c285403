package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
)

// ErrFrozen says that the figures of a day were closed before something that
// would have changed them was written. Nothing was.
var ErrFrozen = errors.New("its figures were closed meanwhile")

// Guard returns what names the closed period that holds a day of an agency, as
// things are when it is called.
type Guard func(context.Context) (func(agency string, day calendar.Day) (period string, frozen bool), error)

// GuardWith has every change of a closed day ask the guard, after it has marked
// the day and before it writes. Whoever closes a period makes that known first
// and looks for marks then (see Busy), so that one of the two sees the other.
// It is called before anything is changed.
func (l *Ledger) GuardWith(guard Guard) { l.guard = guard }

// free is an error when a day is frozen.
func (l *Ledger) free(ctx context.Context, days []calendar.Day) error {
	if l.guard == nil {
		return nil
	}
	frozen, err := l.guard(ctx)
	if err != nil {
		return err
	}
	for _, day := range days {
		if period, is := frozen("", day); is {
			return fmt.Errorf("%s lies in period %s: %w", day, period, ErrFrozen)
		}
	}
	return nil
}

// Busy says whether somebody is changing days of a range, or has died over it.
func (l *Ledger) Busy(ctx context.Context, r calendar.Range) (bool, error) {
	marks, err := l.store.Marks(ctx)
	if err != nil {
		return false, fmt.Errorf("who is at work on %s to %s: %w", r.From, r.To, err)
	}
	return slices.ContainsFunc(marks, func(m store.Mark) bool { return r.Contains(m.Day) }), nil
}

// Held are days that nobody can close while some long work goes on.
type Held struct {
	ledger *Ledger
	since  time.Time
}

// Hold keeps days from being closed while work runs, which may write through
// Held or write what else belongs to those days, such as dossier counts. The
// error is ErrFrozen, then work did not begin, that of the store, or that of
// work.
func (l *Ledger) Hold(ctx context.Context, days []calendar.Day, work func(*Held) error) error {
	days = slices.Compact(slices.Sorted(slices.Values(days)))
	all := make([]place, len(days))
	for i, day := range days {
		all[i] = place{day: day} // of no agency: figures are read as ever
	}
	marks := l.marksFor(all)
	if err := l.store.AddMarks(ctx, marks); err != nil {
		return fmt.Errorf("hold %d days: %w", len(days), err)
	}
	err := l.free(ctx, days)
	if err == nil {
		err = work(&Held{l, l.now()})
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), batchTime)
	defer cancel()
	return errors.Join(err, l.store.RemoveMarks(ending, marks))
}

// Add is Ledger.Add for days that are held. Work that takes so long that it
// could be taken for abandoned asks the guard again.
func (h *Held) Add(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	return h.ledger.add(ctx, batch, h.ledger.now().Sub(h.since) < abandoned/2)
}
