package period_test

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
	"hailong/internal/response"
	"hailong/internal/sheet"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/surveys"
)

var vietnam = func() *time.Location {
	location, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		panic(err)
	}
	return location
}()

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// rig is an office over a store with two agencies, at a time that the test
// sets.
type rig struct {
	*period.Office
	t        *testing.T
	store    *sqlite.Store
	ledger   *ledger.Ledger
	book     *coverage.Book
	options  period.Options
	now      time.Time
	register *org.Register
	made     int
}

const file = `
party_organisations:
  - {code: db-stp, name: Đảng bộ Sở Tư pháp, kind: dang_bo}
agencies:
  - code: stp
    name: Sở Tư pháp
    party_organisation: db-stp
    services: [{code: lltp, name: Cấp Phiếu lý lịch tư pháp}]
    counters:
      - {code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXA}
      - {code: q2, name: Quầy 2, form: mot-cua, link: 7K3M9QXB}
  - code: syt
    name: Sở Y tế
    counters: [{code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXC}]
  - {code: vptu, name: Văn phòng Tỉnh ủy, has_procedures: false}
`

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, now: calendar.Date(2026, 10, 3).Midnight(vietnam).Add(9 * time.Hour)}
	var err error
	folder := t.TempDir()
	r.store, err = sqlite.Open(t.Context(), filepath.Join(folder, "hailong.db"))
	must(t, err)
	t.Cleanup(func() { must(t, r.store.Close()) })
	forms, err := survey.LoadForms(surveys.FS)
	must(t, err)
	methods, err := tally.LoadMethods(surveys.FS, forms)
	must(t, err)
	rules, err := rating.LoadRules(surveys.FS, methods)
	must(t, err)
	r.register, _, err = org.Merge(org.New(org.File{}), "org.yaml", []byte(file), func(string) bool { return true })
	must(t, err)
	r.ledger = ledger.New(r.store, r.clock, vietnam)
	r.book = coverage.NewBook(r.store)
	r.options = period.Options{
		Store: r.store, Ledger: r.ledger, Coverage: r.book, Audit: audit.New(r.store),
		Forms: forms, Methods: methods, Rules: rules, Register: func() *org.Register { return r.register },
		Key:      func() (ed25519.PrivateKey, error) { return sheet.OpenKey(filepath.Join(folder, "signing.key")) },
		Timezone: "Asia/Ho_Chi_Minh", Now: r.clock,
	}
	r.Office = period.New(r.options)
	return r
}

func (r *rig) clock() time.Time { return r.now }

// answer stores n answers of an agency at a counter, with a level of overall.
func (r *rig) answer(n int, agency, counter string, day calendar.Day, level int) {
	r.t.Helper()
	batch := make([]response.Response, n)
	for i := range batch {
		r.made++
		batch[i] = response.Response{
			Day: day, Shift: calendar.Morning, Agency: agency, Counter: counter, Channel: response.QR, Lang: "vi",
			Form:    survey.Ref{ID: "mot-cua", Version: 1},
			Answers: []survey.Answer{{Question: "overall", Values: []string{fmt.Sprint(level)}}},
		}
		binary.BigEndian.PutUint64(batch[i].ID[:], uint64(r.made)*0x9e3779b97f4a7c15)
	}
	_, err := r.ledger.Add(context.Background(), batch)
	must(r.t, err)
}

// quarter gives both agencies answers in the third quarter.
func (r *rig) quarter() {
	r.answer(40, "stp", "q1", calendar.Date(2026, 7, 6), 5)
	r.answer(10, "stp", "q2", calendar.Date(2026, 9, 30), 2)
	r.answer(35, "syt", "q1", calendar.Date(2026, 8, 4), 4)
	r.answer(3, "syt", "q1", calendar.Date(2026, 10, 1), 1) // the next quarter
}

func (r *rig) scoreOf(id, agency string) rating.Score {
	r.t.Helper()
	scores, err := r.Scores(r.t.Context(), period.Query{Period: id, Agency: agency})
	must(r.t, err)
	if len(scores.Scores) != 1 {
		r.t.Fatalf("%d scores of %s in %s", len(scores.Scores), agency, id)
	}
	return scores.Scores[0]
}

var office = period.Actor{By: "office@khoi.example"}

func because(why string) period.Actor { return period.Actor{By: office.By, Why: why} }
