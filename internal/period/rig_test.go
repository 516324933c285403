package period_test

import (
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/trial"
)

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
	t       *testing.T
	trial   *trial.Office
	options period.Options
	now     time.Time
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
	r := &rig{t: t, now: calendar.Date(2026, 10, 3).Midnight(trial.Vietnam).Add(9 * time.Hour)}
	r.trial = trial.New(t, trial.Options{Register: file, Now: r.clock})
	r.options = r.trial.Periods()
	r.Office = period.New(r.options)
	return r
}

func (r *rig) clock() time.Time { return r.now }

// quarter gives both agencies answers in the third quarter.
func (r *rig) quarter() {
	r.trial.Answer(40, "stp", "q1", calendar.Date(2026, 7, 6), 5)
	r.trial.Answer(10, "stp", "q2", calendar.Date(2026, 9, 30), 2)
	r.trial.Answer(35, "syt", "q1", calendar.Date(2026, 8, 4), 4)
	r.trial.Answer(3, "syt", "q1", calendar.Date(2026, 10, 1), 1) // the next quarter
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
