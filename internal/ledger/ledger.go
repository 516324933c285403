// Package ledger keeps the sums of closed days and months true, and reads them.
//
// A response belongs to the day on which it was received, so a closed day no
// longer grows and its tally can be kept: the day is sealed. The open day is
// folded from its responses whenever it is asked for. Whoever changes a sealed
// day all the same (an import of old answers, a decision about an old answer)
// follows one protocol, in which every step can be cut, repeated or raced:
//
//  1. add a mark for the day; from now on readers fold that day live;
//  2. write the responses, or what was decided about them;
//  3. fold the day and write its sum, and then the sum of its month, each only
//     if nobody wrote it since its revision was read, else fold again;
//  4. take the mark away.
//
// A writer that dies in between leaves its mark, so figures stay right; Repair
// does steps 3 and 4 for it later. No counter is incremented anywhere, so
// nothing can drift, and no transaction is needed.
//
// What a reading has added up it leaves in memory for the next, together with
// the revisions and states of what it was made of. Every reading asks the store
// for those first, so nothing has to be told to anybody: several processes on
// one store, or an import beside them, need not know of each other.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// Grace is how long after midnight a day is sealed at the earliest. It is far
// longer than an answer can be under way (collect.MaxAge plus one commit).
const Grace = 15 * time.Minute

// batchTime is how long a writer has for its marks and what it writes.
const batchTime = time.Minute

// Store is what a Ledger needs of a store.
type Store interface {
	store.Responses
	store.Tallies
	store.Records
}

// Ledger seals, repairs and reads sums. It is safe for use by many goroutines
// and by many processes on one store.
type Ledger struct {
	store    Store
	now      func() time.Time
	location *time.Location
	cache    *cache
	guard    Guard // nil: no day is ever frozen
}

// New returns a ledger over a store.
func New(s Store, now func() time.Time, location *time.Location) *Ledger {
	return &Ledger{store: s, now: now, location: location, cache: newCache(cacheBytes)}
}

// Today returns the current day.
func (l *Ledger) Today() calendar.Day { return calendar.Of(l.now(), l.location) }

// lastClosed returns the last day that no answer can be under way to any more.
func (l *Ledger) lastClosed() calendar.Day {
	return calendar.Of(l.now().Add(-Grace), l.location) - 1
}

// Progress is told how many days of how many are done.
type Progress func(done, total int)

// Seal seals every closed day that is not sealed yet.
func (l *Ledger) Seal(ctx context.Context, progress Progress) error {
	last := l.lastClosed()
	first, err := l.firstUnsealed(ctx, last)
	if err != nil {
		return fmt.Errorf("seal through %s: %w", last, err)
	}
	for day := first; day <= last; day++ {
		if err := l.sealDay(ctx, day); err != nil {
			return fmt.Errorf("seal %s: %w", day, err)
		}
		if progress != nil {
			progress(int(day-first)+1, int(last-first)+1)
		}
	}
	return nil
}

// Recount counts every closed day from the one given on anew, and the months
// they make. It is the way out when a clock that ran ahead sealed days too soon
// or when something else changed the database. The error is ErrGone for a day
// whose answers were removed.
func (l *Ledger) Recount(ctx context.Context, from calendar.Day, progress Progress) error {
	if err := l.reopen(ctx, from); err != nil {
		return fmt.Errorf("recount from %s: %w", from, err)
	}
	return l.Seal(ctx, progress)
}

// reopen looks for a removal before and after it opens the days: see Removal.
func (l *Ledger) reopen(ctx context.Context, from calendar.Day) error {
	if err := l.stillThere(ctx, from); err != nil {
		return err
	}
	through, sealed, err := l.store.SealedThrough(ctx)
	if err != nil {
		return err
	}
	if err := l.store.ReopenFrom(ctx, from); err != nil {
		return err
	}
	gone := l.stillThere(ctx, from)
	if errors.Is(gone, ErrGone) && sealed {
		return errors.Join(gone, l.store.AdvanceSealed(ctx, through))
	}
	return gone
}

func (l *Ledger) firstUnsealed(ctx context.Context, last calendar.Day) (calendar.Day, error) {
	through, sealed, err := l.store.SealedThrough(ctx)
	switch {
	case err != nil:
		return 0, err
	case sealed && through > last: // a clock that ran ahead sealed them too soon
		return last, nil
	case sealed:
		return through + 1, nil
	}
	first, found, err := l.store.FirstDay(ctx)
	if err != nil || found {
		return first, err
	}
	return last, nil // no answers at all: one empty day starts the record
}

// sealedThrough returns the last day whose kept sums serve, and whether there
// is one. A day that has not ended is open, whatever a clock that ran ahead has
// sealed; once it has ended, Seal does it again.
func (l *Ledger) sealedThrough(ctx context.Context) (calendar.Day, bool, error) {
	through, sealed, err := l.store.SealedThrough(ctx)
	return min(through, l.lastClosed()), sealed, err
}

func (l *Ledger) sealDay(ctx context.Context, day calendar.Day) error {
	if err := l.sumDay(ctx, day, ""); err != nil {
		return err
	}
	if day == day.Month().Last() {
		if err := l.sumMonth(ctx, day.Month(), ""); err != nil {
			return err
		}
	}
	return l.store.AdvanceSealed(ctx, day)
}

// sumDay folds a day and writes the sums, of one agency or ("") of all. An
// agency that has a sum but no responses left gets an empty one.
func (l *Ledger) sumDay(ctx context.Context, day calendar.Day, agency string) error {
	removal, err := l.Removal(ctx)
	if err != nil {
		return err
	}
	if day <= removal.Gone {
		return ErrGone
	}
	return l.untilSettled(ctx, func() error {
		only := calendar.Range{From: day, To: day}
		before, err := l.store.Sums(ctx, agencyList(agency), store.ByDay, only)
		if err != nil {
			return err
		}
		tallies, err := l.fold(ctx, agency, only)
		if err != nil {
			return err
		}
		return l.store.PutSums(ctx, revise(before, tallies, store.ByDay, day))
	})
}

// sumMonth adds up the kept days of a month and writes the sums, of one agency
// or ("") of all.
func (l *Ledger) sumMonth(ctx context.Context, month calendar.Month, agency string) error {
	agencies := agencyList(agency)
	return l.untilSettled(ctx, func() error {
		first := calendar.Range{From: month.First(), To: month.First()}
		before, err := l.store.Sums(ctx, agencies, store.ByMonth, first)
		if err != nil {
			return err
		}
		days, err := l.store.Sums(ctx, agencies, store.ByDay, month.Range())
		if err != nil {
			return err
		}
		return l.store.PutSums(ctx, revise(before, mergeByAgency(days), store.ByMonth, month.First()))
	})
}

// untilSettled repeats an optimistic step until nobody was in its way.
func (l *Ledger) untilSettled(ctx context.Context, step func() error) error {
	const tries = 50
	var err error
	for range tries {
		if err = step(); !errors.Is(err, store.ErrConflict) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return err
}

// revise pairs new tallies with the revisions that were read before folding.
func revise(before []store.Sum, tallies map[string]tally.Tally, grain store.Grain, first calendar.Day) []store.Sum {
	revision := map[string]int64{}
	for _, sum := range before {
		revision[sum.Agency] = sum.Revision
		if tallies[sum.Agency] == nil {
			tallies[sum.Agency] = tally.New()
		}
	}
	sums := make([]store.Sum, 0, len(tallies))
	for _, agency := range slices.Sorted(maps.Keys(tallies)) {
		sums = append(sums, store.Sum{Agency: agency, Grain: grain, First: first, Revision: revision[agency], Tally: tallies[agency]})
	}
	return sums
}

// fold counts the responses of a range by agency, month by month: that is as
// many decisions as are held in memory at once.
func (l *Ledger) fold(ctx context.Context, agency string, r calendar.Range) (map[string]tally.Tally, error) {
	tallies := map[string]tally.Tally{}
	if agency != "" {
		tallies[agency] = tally.New()
	}
	for _, month := range r.Months() {
		if err := l.foldInto(ctx, tallies, agency, month.Range().Intersect(r)); err != nil {
			return nil, err
		}
	}
	return tallies, nil
}

func (l *Ledger) foldInto(ctx context.Context, tallies map[string]tally.Tally, agency string, r calendar.Range) error {
	decided, err := l.decided(ctx, agency, r)
	if err != nil {
		return err
	}
	return l.store.Scan(ctx, store.Scan{Agency: agency, Range: r}, func(r *response.Response) error {
		decided.count(under(tallies, r.Agency), r)
		return nil
	})
}

func mergeByAgency(sums []store.Sum) map[string]tally.Tally {
	merged := map[string]tally.Tally{}
	for _, sum := range sums {
		under(merged, sum.Agency).Merge(sum.Tally)
	}
	return merged
}

// under returns the tally under a key; where there is none, it puts an empty
// one there.
func under[K comparable](tallies map[K]tally.Tally, key K) tally.Tally {
	if tallies[key] == nil {
		tallies[key] = tally.New()
	}
	return tallies[key]
}

// agencyList selects one agency, or ("") all of them.
func agencyList(agency string) []string {
	if agency == "" {
		return nil
	}
	return []string{agency}
}
