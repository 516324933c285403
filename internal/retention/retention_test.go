package retention_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/audit"
	"hailong/internal/backup"
	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/retention"
	"hailong/internal/store"
	"hailong/internal/ticket"
	"hailong/internal/trial"

	"github.com/google/go-cmp/cmp"
)

// old is the last day that is over, and kept the first that is not.
var (
	old  = calendar.Date(2024, 10, 31)
	kept = old + 1
)

// TestRun removes what is over, once, on both stores.
func TestRun(t *testing.T) {
	for name, open := range map[string]func(*testing.T) store.Store{"sqlite": openSQLite, "mongodb": openMongo} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, open(t))
			r.fill()
			before := r.figures()
			plan, err := r.keeper.Plan(t.Context(), retention.DefaultMonths)
			if err != nil || !plan.Due || plan.Through != old || plan.Responses != 120 {
				t.Fatalf("Plan: %+v, %v", plan, err)
			}
			if diff := cmp.Diff(before, r.figures()); diff != "" {
				t.Errorf("a plan changes figures: %s", diff)
			}
			report, err := r.keeper.Run(t.Context(), retention.DefaultMonths, audit.CommandLine)
			want := retention.Report{Through: old, Due: true, Responses: 120, Decisions: 12, Comments: 1}
			if diff := cmp.Diff(want, report); diff != "" || err != nil {
				t.Errorf("Run: %v, %s", err, diff)
			}
			r.checkEnd(before)
			again, err := r.keeper.Run(t.Context(), retention.DefaultMonths, audit.CommandLine)
			if err != nil || again.Due || again.Responses > 0 {
				t.Errorf("Run again: %+v, %v", again, err)
			}
			r.checkAudit(1)
		})
	}
}

// TestBackupKeepsTheSums restores a store of which answers were removed, into
// the other kind of store: no figure is lost.
func TestBackupKeepsTheSums(t *testing.T) {
	r := newRig(t, openSQLite(t))
	r.fill()
	before := r.figures()
	_, err := r.keeper.Run(t.Context(), retention.DefaultMonths, audit.CommandLine)
	must(t, err)
	var file bytes.Buffer
	_, err = backup.Write(t.Context(), &file, r.Store, r.now, nil)
	must(t, err)
	other := newRig(t, openMongo(t))
	found, err := backup.Check(t.Context(), bytes.NewReader(file.Bytes()))
	must(t, err)
	_, err = found.Restore(t.Context(), other.Store, nil)
	must(t, err)
	must(t, other.Ledger.Seal(t.Context(), nil))
	other.checkEnd(before)
}

// TestThrough gives each answer its whole number of months.
func TestThrough(t *testing.T) {
	for _, c := range []struct {
		today  calendar.Day
		months int
		want   calendar.Day
	}{
		{calendar.Date(2026, 11, 22), 24, calendar.Date(2024, 10, 31)},
		{calendar.Date(2026, 11, 1), 24, calendar.Date(2024, 10, 31)},
		{calendar.Date(2026, 10, 31), 24, calendar.Date(2024, 9, 30)},
		{calendar.Date(2026, 1, 15), 1, calendar.Date(2025, 11, 30)},
		{calendar.Date(2028, 3, 31), 12, calendar.Date(2027, 2, 28)},
	} {
		if got, limited := retention.Through(c.today, c.months); got != c.want || !limited {
			t.Errorf("%d months before %s: %s, want %s", c.months, c.today, got, c.want)
		}
	}
	if _, limited := retention.Through(today, 0); limited {
		t.Error("0 months is a limit")
	}
}

// TestKeepForEver removes nothing.
func TestKeepForEver(t *testing.T) {
	r := newRig(t, openSQLite(t))
	r.fill()
	if report, err := r.keeper.Run(t.Context(), 0, audit.CommandLine); err != nil || report.Due {
		t.Errorf("Run: %+v, %v", report, err)
	}
	r.checkAudit(0)
}

// TestWhatIsGoneStaysGone tries to bring answers of days that are gone back, to
// decide about them and to count them again.
func TestWhatIsGoneStaysGone(t *testing.T) {
	r := newRig(t, openSQLite(t))
	r.fill()
	before := r.figures()
	_, err := r.keeper.Run(t.Context(), retention.DefaultMonths, audit.CommandLine)
	must(t, err)
	if _, err := r.Ledger.Add(t.Context(), append(r.answer(2, "stp", kept), r.answer(1, "stp", old)...)); !errors.Is(err, ledger.ErrGone) {
		t.Errorf("Add: %v", err)
	}
	lost := response.Decision{Day: old, Agency: "stp", State: response.Excluded}
	if err := r.Ledger.Decide(t.Context(), []response.Decision{lost}); !errors.Is(err, ledger.ErrGone) {
		t.Errorf("Decide: %v", err)
	}
	for _, day := range []calendar.Day{old, calendar.Date(2020, 1, 1)} {
		if err := r.Ledger.Recount(t.Context(), day, nil); !errors.Is(err, ledger.ErrGone) || !strings.Contains(err.Error(), "2024-11-01") {
			t.Errorf("Recount from %s: %v", day, err)
		}
	}
	must(t, r.Ledger.Recount(t.Context(), kept, nil))
	// A writer that died before it wrote anything leaves a mark.
	must(t, r.Store.AddMarks(t.Context(), []store.Mark{{Agency: "stp", Day: old, Token: "0-x"}}))
	if diff := cmp.Diff(before, r.figures()); diff != "" {
		t.Errorf("a mark on a day that is gone changes figures: %s", diff)
	}
	if n, err := r.Ledger.Repair(t.Context()); n != 1 || err != nil {
		t.Errorf("Repair: %d, %v", n, err)
	}
	if marks, err := r.Store.Marks(t.Context()); len(marks) != 0 || err != nil {
		t.Errorf("marks are left: %v, %v", marks, err)
	}
	r.checkEnd(before)
}

// TestRefusals leaves everything there where a day is not what its sums say, is
// not sealed, or is being changed.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*rig)
		want  error
	}{
		"an answer more": {func(r *rig) {
			_, err := r.Store.Insert(r.t.Context(), r.answer(1, "stp", old))
			must(r.t, err)
		}, retention.ErrDiffer},
		"not sealed": {func(r *rig) { must(r.t, r.Store.ReopenFrom(r.t.Context(), old)) }, ledger.ErrNotSealed},
		"a mark": {func(r *rig) {
			must(r.t, r.Store.AddMarks(r.t.Context(), []store.Mark{{Agency: "syt", Day: old, Token: "1-y"}}))
		}, ledger.ErrMarked},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, openSQLite(t))
			r.fill()
			c.spoil(r)
			report, err := r.keeper.Run(t.Context(), retention.DefaultMonths, audit.CommandLine)
			if !errors.Is(err, c.want) || report.Responses > 0 {
				t.Errorf("Run: %+v, %v", report, err)
			}
			if day, _, err := r.Store.FirstDay(t.Context()); day != calendar.Date(2024, 7, 1) || err != nil {
				t.Errorf("the first answer is of %s, %v", day, err)
			}
			r.checkAudit(0)
		})
	}
}

// TestTicketsEndWithTheirQuarter uses tickets in one quarter and runs in the
// next.
func TestTicketsEndWithTheirQuarter(t *testing.T) {
	r := newRig(t, openSQLite(t))
	issued, err := r.tickets.Issue(t.Context(), ticket.For{Agency: "stp", Counter: "q1"}, 5, 200)
	must(t, err)
	for _, one := range issued[:3] {
		found, err := r.tickets.Find(t.Context(), one.Code)
		must(t, err)
		must(t, r.tickets.Use(t.Context(), found, response.NewSubmission()))
	}
	for _, step := range []struct {
		day  calendar.Day
		want int
	}{{today, 0}, {calendar.Date(2026, 12, 31), 0}, {calendar.Date(2027, 1, 2), 0}, {calendar.Date(2027, 1, 3), 3}, {calendar.Date(2027, 1, 4), 0}, {calendar.Date(2027, 4, 9), 0}} {
		r.now = step.day.Midnight(trial.Vietnam).Add(9 * time.Hour)
		if plan, err := r.keeper.Plan(t.Context(), 0); plan.Tickets != step.want || err != nil {
			t.Errorf("on %s: %d tickets are announced, want %d; %v", step.day, plan.Tickets, step.want, err)
		}
		if report, err := r.keeper.Run(t.Context(), 0, audit.Service); report.Tickets != step.want || err != nil {
			t.Errorf("on %s: %d tickets are removed, want %d; %v", step.day, report.Tickets, step.want, err)
		}
	}
	notes, err := r.Audit.Entries(t.Context(), 0, 0)
	must(t, err)
	if len(notes) != 1 || notes[0].Action != audit.TicketRemove || notes[0].By != audit.Service || notes[0].Detail["count"] != "3" {
		t.Errorf("noted is %+v", notes)
	}
	r.now = today.Midnight(trial.Vietnam)
	for i, one := range issued {
		_, err := r.tickets.Find(t.Context(), one.Code)
		if gone := errors.Is(err, ticket.ErrUnknown); gone != (i < 3) {
			t.Errorf("ticket %d: %v", i, err)
		}
	}
}
