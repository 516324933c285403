package official_test

import (
	"context"
	"testing"
	"time"

	"hailong/internal/annual"
	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/official"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/response"
	"hailong/internal/trial"
	"hailong/surveys"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// evil is a name that a spreadsheet might run.
const evil = `=HYPERLINK("http://a.example";"Sở Y tế")`

// register has agencies of every status, in two peer groups and none.
const register = `
peer_groups:
  - {code: so, name: Các sở}
  - {code: ngang-so, name: "Văn phòng, thanh tra, các ban"}
party_organisations:
  - {code: db-stp, name: Đảng bộ cơ sở Sở Tư pháp, kind: dang_bo}
  - {code: db-syt, name: "=1+1 Đảng bộ cơ sở Sở Y tế", kind: dang_bo}
  - {code: cb-bdv, name: Chi bộ cơ sở Ban Dân vận Tỉnh uỷ, kind: chi_bo}
agencies:
  - code: stp
    name: Sở Tư pháp
    party_organisation: db-stp
    peer_group: so
    services:
      - {code: lltp, name: Cấp Phiếu lý lịch tư pháp}
      - {code: cc, name: Công chứng}
    counters:
      - {code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXA}
      - {code: q2, name: Quầy 2, form: mot-cua-22, link: 7K3M9QXB}
  - code: syt
    name: '` + evil + `'
    party_organisation: db-syt
    peer_group: so
    counters: [{code: q1, name: "@SUM(A1)", form: mot-cua-22, link: 7K3M9QXC}]
  - code: snnmt
    name: Sở Nông nghiệp và Môi trường
    peer_group: so
    counters: [{code: q1, name: Quầy 1, form: mot-cua-22, link: 7K3M9QXD}]
  - code: vpubnd
    name: Văn phòng Ủy ban nhân dân tỉnh
    peer_group: ngang-so
    counters: [{code: q1, name: Quầy 1, form: mot-cua-22, link: 7K3M9QXE}]
  - code: bqlkcn
    name: Ban Quản lý các khu công nghiệp
    peer_group: ngang-so
    counters: [{code: q1, name: Quầy 1, form: mot-cua-22, link: 7K3M9QXF}]
  - code: bon
    name: Nkô̆ ƀon Bŭ Prâng
    counters: [{code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXG}]
  - {code: bdv, name: Ban Dân vận Tỉnh uỷ, party_organisation: cb-bdv, has_procedures: false}
`

// rig is a desk over a store, at a time that the test sets.
type rig struct {
	*official.Desk
	t     *testing.T
	trial *trial.Office
	now   time.Time
	made  int // answers
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, now: calendar.Date(2026, 10, 3).Midnight(trial.Vietnam).Add(9 * time.Hour)}
	clock := func() time.Time { return r.now }
	r.trial = trial.New(t, trial.Options{Register: register, Now: clock})
	letterheads, err := official.LoadLetterheads(surveys.FS)
	must(t, err)
	periods := period.New(r.trial.Periods())
	r.Desk = official.New(official.Options{
		Periods: periods, Annual: annual.New(r.trial.Annual(periods)), Letterheads: letterheads, Forms: r.trial.Forms, Register: r.trial.Current,
		Now: clock, Location: trial.Vietnam,
	})
	return r
}

// answers stores n answers at a counter. Their levels go round, and with them
// the items of the long form, so that hardly two figures are the same.
func (r *rig) answers(n int, agency, counter, form string, day calendar.Day, levels ...int) {
	r.t.Helper()
	batch := make([]response.Response, n)
	for i := range batch {
		r.made++
		level := levels[i%len(levels)]
		one := trial.Sheet(agency, counter, day, level)
		one.Form.ID, one.Channel = form, response.Channels[r.made%len(response.Channels)]
		if agency == "stp" {
			one.Service = []string{"lltp", "cc", ""}[r.made%3]
		}
		if form == "mot-cua-22" {
			for j, item := range []string{"tc1", "tc2", "tt1", "tt3", "cc1", "cc4", "kq1", "kq2", "gy1"} {
				if (r.made+j)%4 != 0 { // some are left blank
					one.Answers = append(one.Answers, trial.Level(item, 1+(level+r.made*j)%5))
				}
			}
		}
		batch[i] = one
	}
	r.trial.Add(batch)
}

// quarter fills the third quarter of 2026 and of the year before, with an
// agency of each status.
func (r *rig) quarter() {
	r.t.Helper()
	r.answers(61, "stp", "q1", "mot-cua", calendar.Date(2026, 7, 6), 5, 4, 4, 2)
	r.answers(43, "stp", "q2", "mot-cua-22", calendar.Date(2026, 9, 30), 4, 5, 3)
	r.answers(77, "syt", "q1", "mot-cua-22", calendar.Date(2026, 8, 4), 4, 4, 5, 5, 4, 5, 1)
	r.answers(1234, "snnmt", "q1", "mot-cua-22", calendar.Date(2026, 8, 5), 5, 4, 3, 1, 4)
	r.answers(37, "vpubnd", "q1", "mot-cua-22", calendar.Date(2026, 8, 6), 4)
	r.answers(11, "bqlkcn", "q1", "mot-cua-22", calendar.Date(2026, 8, 7), 4, 2, 5)
	r.answers(3, "bon", "q1", "mot-cua", calendar.Date(2026, 8, 7), 4)
	r.answers(52, "stp", "q1", "mot-cua", calendar.Date(2025, 7, 7), 1, 2, 4)
	r.answers(64, "snnmt", "q1", "mot-cua-22", calendar.Date(2025, 8, 7), 4, 4, 5, 1)
	r.serve("stp", calendar.Date(2026, 7, 31), 287)
	r.serve("snnmt", calendar.Date(2026, 8, 31), 12345)
	r.serve("vpubnd", calendar.Date(2026, 8, 31), 41)
}

func (r *rig) serve(agency string, day calendar.Day, n int64) {
	r.t.Helper()
	rules := coverage.Rules{Register: r.Register(), Today: calendar.Of(r.now, r.Location)}
	_, err := r.trial.Coverage.Put(context.Background(), rules, []rating.Served{{Agency: agency, Day: day, Count: n}})
	must(r.t, err)
}

// seal closes and signs a period.
func (r *rig) seal(id string) {
	r.t.Helper()
	r.trial.Seal(r.Periods, id, period.Actor{By: "office@khoi.example"})
}

func (r *rig) period(id string) *period.Period {
	r.t.Helper()
	p, err := r.Periods.Period(r.t.Context(), id)
	must(r.t, err)
	return p
}
