// Package retention ends the life of what is kept for a time only: single
// answers after so many months, with everything that was decided about each of
// them, and used tickets at the end of their quarter. What answers add up to
// stays. It may not remove a day whose sums do not agree with its answers, and
// knows neither pages nor commands.
//
// A run that is cut at any place and repeated ends as if it had not been cut;
// see ledger.Removal for the steps.
package retention

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/remark"
	"hailong/internal/store"
	"hailong/internal/ticket"
)

// DefaultMonths is how long single answers are kept where nobody says
// otherwise: a proposal, as no rule was found.
const DefaultMonths = 24

// ErrDiffer says that kept sums are not what the answers add up to. Nothing is
// removed then: the answers are what the fault can be found by.
var ErrDiffer = errors.New("kept sums are not what the answers add up to, so nothing is removed; hailong verify says which")

// Options are the parts a Keeper is made of.
type Options struct {
	Store   store.Records
	Ledger  *ledger.Ledger
	Audit   *audit.Log
	Tickets *ticket.Book
	Now     func() time.Time
}

// Keeper removes what is over. It is safe for use by many processes on one
// store: of two that do the same, one may be told store.ErrConflict.
type Keeper struct{ Options }

// New returns a keeper.
func New(o Options) *Keeper { return &Keeper{o} }

// Report says what a run has removed, or would.
type Report struct {
	Through   calendar.Day `json:"through"`   // the last day whose answers are over
	Due       bool         `json:"due"`       // there was something to do
	Responses int64        `json:"responses"` // answers
	Decisions int64        `json:"decisions"` // about held answers
	Comments  int64        `json:"comments"`  // decisions about comments
	Tickets   int          `json:"tickets"`   // used ones of quarters that have ended
}

// Through returns the last day whose answers are over: whole months, so that
// each answer is kept for that many months at least. With 0 months none are.
func Through(today calendar.Day, months int) (calendar.Day, bool) {
	return (today.Month() - calendar.Month(months)).First() - 1, months > 0
}

// Plan says what Run would do now. Decisions are not counted.
func (k *Keeper) Plan(ctx context.Context, months int) (Report, error) {
	report, _, err := k.due(ctx, months)
	if err != nil {
		return report, err
	}
	if report.Due {
		if report.Responses, err = k.check(ctx, report.Through); err != nil {
			return report, err
		}
	}
	mark, err := k.quarterMark(ctx)
	if err == nil && mark.due {
		report.Tickets, err = k.Tickets.CountUsed(ctx)
	}
	return report, err
}

// due says whether there are answers whose time is over, or a removal that was
// begun: that one is ended first, and the rest is left to the next run.
func (k *Keeper) due(ctx context.Context, months int) (Report, *ledger.Removal, error) {
	removal, err := k.Ledger.Removal(ctx)
	if err != nil {
		return Report{}, nil, err
	}
	report := Report{Through: removal.Gone, Due: !removal.Done}
	through, limited := Through(k.Ledger.Today(), months)
	if report.Due || !limited || through <= removal.Gone {
		return report, removal, nil
	}
	first, found, err := k.Ledger.FirstDay(ctx)
	if err == nil && (found && first <= through || removal.Announced > removal.Gone) {
		report.Through, report.Due = max(through, removal.Announced), true
	}
	return report, removal, err
}

// Run removes single answers that are older than so many months (0: none), with
// what was decided about them, and once a quarter the tickets used before. By
// says who wants it, for the audit log. The errors are ErrDiffer,
// ledger.ErrNotSealed, ledger.ErrMarked, store.ErrConflict and those of the
// store; after each of them it may be run again.
func (k *Keeper) Run(ctx context.Context, months int, by string) (Report, error) {
	report, removal, err := k.due(ctx, months)
	if err != nil {
		return report, fmt.Errorf("retention: %w", err)
	}
	if report.Due {
		if err := k.remove(ctx, removal, &report, by); err != nil {
			return report, fmt.Errorf("retention through %s: %w", report.Through, err)
		}
	}
	if report.Tickets, err = k.endQuarter(ctx, by); err != nil {
		return report, fmt.Errorf("retention of tickets: %w", err)
	}
	return report, nil
}

func (k *Keeper) remove(ctx context.Context, removal *ledger.Removal, report *Report, by string) error {
	if removal.Gone < report.Through {
		if err := k.announce(ctx, report.Through, by); err != nil {
			return err
		}
	}
	var err error
	if report.Comments, err = ledger.RemoveRecords(ctx, k.Store, remark.Kind, report.Through); err != nil {
		return err
	}
	report.Responses, report.Decisions, err = k.Ledger.Remove(ctx)
	return err
}

// announce takes the steps up to the one from which there is no way back. The
// audit log is written before that, so that no removal goes without a note.
func (k *Keeper) announce(ctx context.Context, through calendar.Day, by string) error {
	found, err := k.check(ctx, through)
	if err != nil {
		return err
	}
	if err := k.Ledger.Announce(ctx, through); err != nil {
		return err
	}
	if err := k.Ledger.Rests(ctx, through); err != nil {
		return err
	}
	err = k.Audit.Append(ctx, audit.Event{At: k.Now(), By: by, Action: audit.RetentionRun, Subject: through.String(),
		Detail: map[string]string{"responses": strconv.FormatInt(found, 10)}})
	if err != nil {
		return err
	}
	return k.Ledger.Give(ctx)
}

// check counts the answers again that are to be removed, and holds the sums of
// their days and months against them.
func (k *Keeper) check(ctx context.Context, through calendar.Day) (int64, error) {
	verdict, err := k.Ledger.VerifyThrough(ctx, through, nil)
	switch {
	case err != nil:
		return 0, err
	case verdict.SealedThrough == nil || *verdict.SealedThrough < through:
		return 0, ledger.ErrNotSealed
	case verdict.Skipped > 0:
		return 0, ledger.ErrMarked
	case len(verdict.Differences) > 0:
		return 0, fmt.Errorf("%w: %s", ErrDiffer, verdict.Differences[0])
	}
	return verdict.Responses, nil
}

// quarterKey is the key of the record that tells through which quarter used
// tickets were removed.
const quarterKey = "tickets"

// grace is how many days of a quarter a ticket of the last one may still be
// needed: a phone sends again when it did not hear that its answer is safe.
const grace = 2

// quarter counts quarters.
func quarter(day calendar.Day) int { return int(day.Month()) / 3 }

// quarterMark is what is known of the used tickets of the quarters that ended.
type quarterMark struct {
	record store.Record // revision 0: none was ever written
	now    int          // the quarter that is under way
	due    bool         // tickets of an earlier one are to be removed
}

func (k *Keeper) quarterMark(ctx context.Context) (m quarterMark, err error) {
	m.now = quarter(k.Ledger.Today() - grace)
	m.record, err = k.Store.Record(ctx, ledger.RemovalKind, quarterKey)
	if errors.Is(err, store.ErrNotFound) {
		return m, nil // the first run begins the row
	}
	done := m.now
	if err == nil {
		err = json.Unmarshal(m.record.Data, &done)
	}
	if err != nil {
		return m, fmt.Errorf("read the last quarter: %w", err)
	}
	m.due = done < m.now
	return m, nil
}

// endQuarter removes the tickets that were used, once in each quarter. The
// audit log is written first, so that no removal goes without a note.
func (k *Keeper) endQuarter(ctx context.Context, by string) (removed int, err error) {
	mark, err := k.quarterMark(ctx)
	if err != nil || !mark.due && mark.record.Revision > 0 {
		return 0, err
	}
	if mark.due {
		if removed, err = k.removeTickets(ctx, by); err != nil {
			return removed, err
		}
	}
	err = k.Store.PutRecords(ctx, []store.Record{{Kind: ledger.RemovalKind, Key: quarterKey, Revision: mark.record.Revision, Data: strconv.AppendInt(nil, int64(mark.now), 10)}})
	if errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrConflict) {
		err = nil // another process has done the same
	}
	return removed, err
}

func (k *Keeper) removeTickets(ctx context.Context, by string) (int, error) {
	used, err := k.Tickets.CountUsed(ctx)
	if err != nil || used == 0 {
		return 0, err
	}
	err = k.Audit.Append(ctx, audit.Event{At: k.Now(), By: by, Action: audit.TicketRemove, Detail: map[string]string{"count": strconv.Itoa(used)}})
	if err != nil {
		return 0, err
	}
	return k.Tickets.RemoveUsed(ctx)
}
