package review_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/review"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
	"hailong/surveys"
)

var vietnam = time.FixedZone("ICT", 7*3600)

// today is the open day of every test; the days before are sealed.
var today = calendar.Date(2026, 11, 20)

// frozenMonth is a month that a closed period holds.
var frozenMonth = calendar.MonthOf(2026, 8)

var (
	an   = auth.User{Email: "an@khoi.vn", Role: auth.Reviewer}
	binh = auth.User{Email: "binh@khoi.vn", Role: auth.Reviewer}
	dung = auth.User{Email: "dung@khoi.vn", Role: auth.Reviewer}
	stp  = auth.User{Email: "cuc@stp.vn", Role: auth.Reviewer, Agency: "stp"}
)

type rig struct {
	*review.Book
	t     testing.TB
	store store.Store
	now   time.Time
	made  int
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newRig(t testing.TB) *rig {
	t.Helper()
	db, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "hailong.db"))
	must(t, err)
	return newRigOn(t, db)
}

func newRigOn(t testing.TB, db store.Store) *rig {
	t.Helper()
	t.Cleanup(func() { must(t, db.Close()) })
	forms, err := survey.LoadForms(surveys.FS)
	must(t, err)
	thresholds, err := quality.Load(surveys.FS)
	must(t, err)
	r := &rig{t: t, store: db, now: today.Midnight(vietnam).Add(9 * time.Hour)}
	clock := func() time.Time { return r.now }
	r.Book = review.New(review.Options{
		Store: db, Ledger: ledger.New(db, clock, vietnam), Audit: audit.New(db), Forms: forms, Thresholds: thresholds, Now: clock,
		Frozen: func(context.Context) (func(string, calendar.Day) (string, bool), error) {
			return func(_ string, day calendar.Day) (string, bool) { return "2026-08", day.Month() == frozenMonth }, nil
		},
	})
	return r
}

// add stores answers of one place and day with the verdict, and returns them.
func (r *rig) add(n int, agency string, day calendar.Day, verdict response.Verdict) []response.Response {
	r.t.Helper()
	batch := make([]response.Response, n)
	for i := range batch {
		r.made++
		batch[i] = response.Response{Day: day, Shift: calendar.Morning, Agency: agency, Counter: "q1", Channel: response.QR, Lang: "vi",
			Form: survey.Ref{ID: "mot-cua", Version: 1}, Answers: []survey.Answer{{Question: "overall", Values: []string{fmt.Sprint(1 + r.made%5)}}}, Verdict: verdict}
		binary.BigEndian.PutUint32(batch[i].ID[:], uint32(r.made)*2654435761)
	}
	_, err := r.Ledger.Add(context.Background(), batch)
	must(r.t, err)
	return batch
}

// told is what identifies an act: in the audit log and in the decisions stored.
type told struct{ by, act, day, checks string }

// acts counts answers by act, as the audit log tells them and as the decisions
// hold them.
func (r *rig) acts() (audited, stored map[told]int) {
	r.t.Helper()
	audited, stored = map[told]int{}, map[told]int{}
	for _, record := range r.trail() {
		var e audit.Entry
		must(r.t, json.Unmarshal(record.Data, &e))
		n, err := strconv.Atoi(e.Detail["answers"])
		must(r.t, err)
		audited[told{e.By, e.Detail["act"], e.Detail["day"], e.Detail["checks"]}] += n
	}
	checks := map[response.ID]string{}
	must(r.t, r.store.Scan(context.Background(), store.Scan{Range: days(today-120, today), Noted: true}, func(one *response.Response) error {
		checks[one.ID] = strings.Join(one.Verdict.Reasons, " ")
		return nil
	}))
	decisions, err := r.Ledger.Decisions(context.Background(), "", days(today-120, today))
	must(r.t, err)
	for _, d := range decisions {
		for _, step := range d.Steps {
			stored[told{step.By, string(step.Act), d.Day.String(), checks[d.ID]}]++
		}
	}
	return audited, stored
}

func held(reasons ...string) response.Verdict {
	return response.Verdict{Held: true, Reasons: reasons}
}

func days(from, to calendar.Day) calendar.Range { return calendar.Range{From: from, To: to} }

// groups returns what the queue shows at a stage.
func (r *rig) groups(stage review.Stage) []*review.Group {
	r.t.Helper()
	queue, err := r.Queue(context.Background(), review.Query{Range: days(today-120, today), Stage: stage})
	must(r.t, err)
	return queue.Groups
}

// refs names the groups at a stage.
func (r *rig) refs(stage review.Stage) (refs []review.Ref) {
	r.t.Helper()
	for _, g := range r.groups(stage) {
		refs = append(refs, g.Ref)
	}
	return refs
}

// decide does one act about all groups at a stage.
func (r *rig) decide(who auth.User, act response.Act, stage review.Stage) review.Outcome {
	r.t.Helper()
	outcome, err := r.Decide(context.Background(), who, act, "đã xem", r.refs(stage))
	must(r.t, err)
	return outcome
}

// counts returns counted, held and excluded of an agency, and demands that the
// kept sums are true.
func (r *rig) counts(agency string, d calendar.Range) [3]int64 {
	r.t.Helper()
	got, err := r.Ledger.Read(context.Background(), []string{agency}, d)
	must(r.t, err)
	var n [3]int64
	for _, c := range got[agency].Total() {
		n[0], n[1], n[2] = n[0]+c.N, n[1]+c.Held, n[2]+c.Excluded
	}
	must(r.t, r.Ledger.Seal(context.Background(), nil))
	verdict, err := r.Ledger.Verify(context.Background(), nil)
	must(r.t, err)
	if len(verdict.Differences) > 0 || verdict.Skipped > 0 {
		r.t.Errorf("verify: %+v", verdict)
	}
	return n
}

// trail returns the audit log, oldest first.
func (r *rig) trail() []store.Record {
	r.t.Helper()
	records, err := r.store.Records(context.Background(), store.Span{Kind: "audit"})
	must(r.t, err)
	return records
}
