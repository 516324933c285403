package retention_test

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/remark"
	"hailong/internal/response"
	"hailong/internal/retention"
	"hailong/internal/sheet"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/sqlite"
	"hailong/internal/store/storetest/engine"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/ticket"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
)

var vietnam = time.FixedZone("ICT", 7*3600)

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
	t       *testing.T
	store   store.Store
	now     time.Time
	ledger  *ledger.Ledger
	periods *period.Office
	audit   *audit.Log
	tickets *ticket.Book
	keeper  *retention.Keeper
	made    int
}

func newRig(t *testing.T, s store.Store) *rig {
	t.Helper()
	r := &rig{t: t, store: s, now: today.Midnight(vietnam).Add(9 * time.Hour)}
	forms, err := survey.LoadForms(surveys.FS)
	must(t, err)
	methods, err := tally.LoadMethods(surveys.FS, forms)
	must(t, err)
	rules, err := rating.LoadRules(surveys.FS, methods)
	must(t, err)
	agencies, err := org.Parse("org.yaml", []byte(register), func(string) bool { return true })
	must(t, err)
	key := filepath.Join(t.TempDir(), "signing.key")
	r.ledger, r.audit = ledger.New(s, r.clock, vietnam), audit.New(s)
	r.tickets = ticket.NewBook(s, r.clock, vietnam)
	r.periods = period.New(period.Options{
		Store: s, Ledger: r.ledger, Coverage: coverage.NewBook(s), Audit: r.audit, Forms: forms, Methods: methods, Rules: rules,
		Register: func() *org.Register { return agencies }, Timezone: "Asia/Ho_Chi_Minh", Now: r.clock,
		Key: func() (ed25519.PrivateKey, error) { return sheet.OpenKey(key) },
	})
	r.keeper = r.keeperOn(s)
	return r
}

func (r *rig) keeperOn(s store.Store) *retention.Keeper {
	return retention.New(retention.Options{Store: s, Ledger: ledger.New(s, r.clock, vietnam), Audit: audit.New(s),
		Tickets: ticket.NewBook(s, r.clock, vietnam), Now: r.clock})
}

func (r *rig) clock() time.Time { return r.now }

// answer makes n answers of an agency, one of five held.
func (r *rig) answer(n int, agency string, day calendar.Day) []response.Response {
	batch := make([]response.Response, n)
	for i := range batch {
		r.made++
		batch[i] = response.Response{Day: day, Shift: calendar.Morning, Agency: agency, Counter: "q1", Channel: response.QR, Lang: "vi",
			Form: survey.Ref{ID: "mot-cua", Version: 1}, Answers: []survey.Answer{{Question: "overall", Values: []string{fmt.Sprint(1 + i%5)}},
				{Question: "comment", Text: fmt.Sprintf("lời thứ %d", r.made)}}}
		batch[i].Verdict.Held = i%5 == 4
		binary.BigEndian.PutUint64(batch[i].ID[:], uint64(r.made)*0x9e3779b97f4a7c15)
	}
	return batch
}

// fill stores answers, decides about some, and seals a quarter that is over.
func (r *rig) fill() {
	r.t.Helper()
	ctx := context.Background()
	for _, day := range []calendar.Day{calendar.Date(2024, 7, 1), calendar.Date(2024, 9, 30), old, kept, calendar.Date(2025, 3, 3), today - 1} {
		for _, agency := range []string{"stp", "syt"} {
			_, err := r.ledger.Add(ctx, r.answer(20, agency, day))
			must(r.t, err)
		}
	}
	must(r.t, r.ledger.Seal(ctx, nil))
	must(r.t, r.store.Scan(ctx, store.Scan{Agency: "stp", Range: calendar.Range{From: 0, To: today}, Held: true}, func(one *response.Response) error {
		d := response.Decision{Day: one.Day, Agency: one.Agency, ID: one.ID, State: response.Released, Steps: []response.Step{{Act: response.Release, Reason: "có thật"}}}
		return r.ledger.Decide(ctx, []response.Decision{d})
	}))
	for _, day := range []calendar.Day{old, kept} {
		must(r.t, r.store.PutRecords(ctx, []store.Record{{Kind: remark.Kind, Key: day.String() + "/stp/00", Data: []byte("{}")}}))
	}
	who := period.Actor{By: "office@khoi.example"}
	_, err := r.periods.Close(ctx, "2024-Q3", who)
	must(r.t, err)
	_, err = r.periods.Seal(ctx, "2024-Q3", who)
	must(r.t, err)
}

// figures are what leaders and the office see: by agency the encoded tally of
// all days.
func (r *rig) figures() map[string]string {
	r.t.Helper()
	read, err := ledger.New(r.store, r.clock, vietnam).Read(r.t.Context(), []string{"stp", "syt"}, calendar.Range{From: calendar.Date(2024, 1, 1), To: today})
	must(r.t, err)
	return map[string]string{"stp": string(read["stp"].Total().Encode()), "syt": string(read["syt"].Total().Encode())}
}

// checkEnd demands that what is over is gone, that what is left stayed, that
// the figures are as before and that everything verifies.
func (r *rig) checkEnd(before map[string]string) {
	r.t.Helper()
	ctx := r.t.Context()
	left := 0
	must(r.t, r.store.Scan(ctx, store.Scan{Range: calendar.Range{From: 0, To: today}}, func(one *response.Response) error {
		if left++; one.Day <= old {
			r.t.Errorf("an answer of %s is still there", one.Day)
		}
		return nil
	}))
	if left != 3*2*20 {
		r.t.Errorf("%d answers are left, want 120", left)
	}
	for kind, want := range map[string]int{response.DecisionKind: 3 * 4, remark.Kind: 1} {
		records, err := r.store.Records(ctx, store.Span{Kind: kind})
		must(r.t, err)
		if len(records) != want || records[0].Key < kept.String() {
			r.t.Errorf("%d records %s are left, want %d", len(records), kind, want)
		}
	}
	if diff := cmp.Diff(before, r.figures()); diff != "" {
		r.t.Errorf("the figures have changed: %s", diff)
	}
	verdict, err := r.ledger.Verify(ctx, nil)
	must(r.t, err)
	if len(verdict.Differences) > 0 || verdict.GoneThrough == nil || *verdict.GoneThrough != old || verdict.Gone == 0 || verdict.Responses != 120 {
		r.t.Errorf("verify: %+v", verdict)
	}
	sheets, err := r.periods.Verify(ctx)
	must(r.t, err)
	if sheets.Gone != 1 || sheets.Recomputed != 0 || len(sheets.Faults) > 0 {
		r.t.Errorf("verify sheets: %+v", sheets)
	}
	removal, err := r.ledger.Removal(ctx)
	must(r.t, err)
	if removal.Gone != old || !removal.Done || removal.Announced != old {
		r.t.Errorf("removal: %+v", removal)
	}
}

func openSQLite(t *testing.T) store.Store {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hailong.db"))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func openMongo(t *testing.T) store.Store {
	s, err := mongo.Open(t.Context(), engine.MongoDB(t))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// checkAudit looks for the notes of removals.
func (r *rig) checkAudit(want int) {
	r.t.Helper()
	entries, err := r.audit.Entries(r.t.Context(), 0, 0)
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
