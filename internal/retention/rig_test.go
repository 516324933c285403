package retention_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/period"
	"hailong/internal/remark"
	"hailong/internal/response"
	"hailong/internal/retention"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/storetest/engine"
	"hailong/internal/survey"
	"hailong/internal/ticket"
	"hailong/internal/trial"

	"github.com/google/go-cmp/cmp"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const register = `
agencies:
  - {code: stp, name: Sở Tư pháp, counters: [{code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXA}]}
  - {code: syt, name: Sở Y tế, counters: [{code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXB}]}
`

// today is far enough from the answers that those of a quarter are over.
var today = calendar.Date(2026, 11, 22)

// rig is a store with answers of more than two years, a sealed quarter among
// them, and everything that works on it.
type rig struct {
	*trial.Office
	t       *testing.T
	now     time.Time
	periods *period.Office
	tickets *ticket.Book
	keeper  *retention.Keeper
	said    int // comments
}

func newRig(t *testing.T, s store.Store) *rig {
	t.Helper()
	r := &rig{t: t, now: today.Midnight(trial.Vietnam).Add(9 * time.Hour)}
	r.Office = trial.New(t, trial.Options{Store: s, Register: register, Now: r.clock})
	r.periods = period.New(r.Periods())
	r.tickets = ticket.NewBook(s, r.clock, trial.Vietnam)
	r.keeper = r.keeperOn(s)
	return r
}

func (r *rig) keeperOn(s store.Store) *retention.Keeper {
	return retention.New(retention.Options{Store: s, Ledger: ledger.New(s, r.clock, trial.Vietnam), Audit: audit.New(s),
		Tickets: ticket.NewBook(s, r.clock, trial.Vietnam), Now: r.clock})
}

func (r *rig) clock() time.Time { return r.now }

// answer makes n answers of an agency, one of five held.
func (r *rig) answer(n int, agency string, day calendar.Day) []response.Response {
	batch := make([]response.Response, n)
	for i := range batch {
		r.said++
		batch[i] = trial.Sheet(agency, "q1", day, 1+i%5)
		batch[i].Answers = append(batch[i].Answers, survey.Answer{Question: "comment", Text: fmt.Sprintf("lời thứ %d", r.said)})
		batch[i].Verdict.Held = i%5 == 4
	}
	r.Number(batch)
	return batch
}

// fill stores answers, decides about some, and seals a quarter that is over.
func (r *rig) fill() {
	r.t.Helper()
	ctx := context.Background()
	for _, day := range []calendar.Day{calendar.Date(2024, 7, 1), calendar.Date(2024, 9, 30), old, kept, calendar.Date(2025, 3, 3), today - 1} {
		for _, agency := range []string{"stp", "syt"} {
			_, err := r.Ledger.Add(ctx, r.answer(20, agency, day))
			must(r.t, err)
		}
	}
	must(r.t, r.Ledger.Seal(ctx, nil))
	must(r.t, r.Store.Scan(ctx, store.Scan{Agency: "stp", Range: calendar.Range{From: 0, To: today}, Held: true}, func(one *response.Response) error {
		d := response.Decision{Day: one.Day, Agency: one.Agency, ID: one.ID, State: response.Released, Steps: []response.Step{{Act: response.Release, Reason: "có thật"}}}
		return r.Ledger.Decide(ctx, []response.Decision{d})
	}))
	for _, day := range []calendar.Day{old, kept} {
		must(r.t, r.Store.PutRecords(ctx, []store.Record{{Kind: remark.Kind, Key: day.String() + "/stp/00", Data: []byte("{}")}}))
	}
	r.Seal(r.periods, "2024-Q3", period.Actor{By: "office@khoi.example"})
}

// figures are what leaders and the office see: by agency the encoded tally of
// all days.
func (r *rig) figures() map[string]string {
	r.t.Helper()
	read, err := ledger.New(r.Store, r.clock, trial.Vietnam).Read(r.t.Context(), []string{"stp", "syt"}, calendar.Range{From: calendar.Date(2024, 1, 1), To: today})
	must(r.t, err)
	return map[string]string{"stp": string(read["stp"].Total().Encode()), "syt": string(read["syt"].Total().Encode())}
}

// checkEnd demands that what is over is gone, that what is left stayed, that
// the figures are as before and that everything verifies.
func (r *rig) checkEnd(before map[string]string) {
	r.t.Helper()
	ctx := r.t.Context()
	left := 0
	must(r.t, r.Store.Scan(ctx, store.Scan{Range: calendar.Range{From: 0, To: today}}, func(one *response.Response) error {
		if left++; one.Day <= old {
			r.t.Errorf("an answer of %s is still there", one.Day)
		}
		return nil
	}))
	if left != 3*2*20 {
		r.t.Errorf("%d answers are left, want 120", left)
	}
	for kind, want := range map[string]int{response.DecisionKind: 3 * 4, remark.Kind: 1} {
		records, err := r.Store.Records(ctx, store.Span{Kind: kind})
		must(r.t, err)
		if len(records) != want || records[0].Key < kept.String() {
			r.t.Errorf("%d records %s are left, want %d", len(records), kind, want)
		}
	}
	if diff := cmp.Diff(before, r.figures()); diff != "" {
		r.t.Errorf("the figures have changed: %s", diff)
	}
	verdict, err := r.Ledger.Verify(ctx, nil)
	must(r.t, err)
	if len(verdict.Differences) > 0 || verdict.GoneThrough == nil || *verdict.GoneThrough != old || verdict.Gone == 0 || verdict.Responses != 120 {
		r.t.Errorf("verify: %+v", verdict)
	}
	sheets, err := r.periods.Verify(ctx)
	must(r.t, err)
	if sheets.Gone != 1 || sheets.Recomputed != 0 || len(sheets.Faults) > 0 {
		r.t.Errorf("verify sheets: %+v", sheets)
	}
	removal, err := r.Ledger.Removal(ctx)
	must(r.t, err)
	if removal.Gone != old || !removal.Done || removal.Announced != old {
		r.t.Errorf("removal: %+v", removal)
	}
}

func openSQLite(t *testing.T) store.Store { return trial.NewStore(t) }

func openMongo(t *testing.T) store.Store {
	s, err := mongo.Open(t.Context(), engine.MongoDB(t))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// checkAudit looks for the notes of removals.
func (r *rig) checkAudit(want int) {
	r.t.Helper()
	entries, err := r.Audit.Entries(r.t.Context(), 0, 0)
	must(r.t, err)
	notes := 0
	for _, e := range entries {
		if e.Action == audit.RetentionRun {
			notes++
			if e.Subject != old.String() || e.Detail["responses"] != "120" {
				r.t.Errorf("noted is %+v", e.Event)
			}
		}
	}
	if notes != want {
		r.t.Errorf("%d removals are noted, want %d", notes, want)
	}
}
