package annual_test

import (
	"context"
	"testing"
	"testing/fstest"
	"time"

	"hailong/internal/annual"
	"hailong/internal/calendar"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/store"
	"hailong/internal/trial"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func value(x float64) *float64 { return &x }

// registerFile has a party organisation of two agencies, one without
// procedures, one that was dissolved, one that was founded in 2026 and one
// that no agency belongs to.
const registerFile = `
party_organisations:
  - {code: db-stp, name: Đảng bộ Sở Tư pháp, kind: dang_bo}
  - {code: db-vp, name: Đảng bộ Văn phòng Tỉnh ủy, kind: dang_bo}
  - {code: db-cu, name: Đảng bộ Sở Kế hoạch, kind: dang_bo}
  - {code: db-moi, name: Đảng bộ Sở mới, kind: dang_bo}
  - {code: cb-trong, name: Chi bộ không cơ quan, kind: chi_bo}
agencies:
  - {code: stp, name: Sở Tư pháp, party_organisation: db-stp, counters: [{code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXA}]}
  - {code: pcc, name: Phòng Công chứng, party_organisation: db-stp, counters: [{code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXB}]}
  - {code: vptu, name: Văn phòng Tỉnh ủy, party_organisation: db-vp, has_procedures: false}
  - {code: skh, name: Sở Kế hoạch, party_organisation: db-cu, valid_to: 2025-02-28}
  - {code: moi, name: Sở mới, party_organisation: db-moi, valid_from: 2026-08-01, counters: [{code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXC}]}
`

// The rules of the tests: three criteria and a cap; another for years that
// begin in December; one that rates agencies.
var ruleFiles = fstest.MapFS{
	"ratings/thu.yaml": {Data: []byte(`
id: thu
version: 2
effective_from: 2026-01-01
criteria:
  - {id: hai-long, name: {vi: Hài lòng}, max_points: 10, source: satisfaction, method: hai-long-chung, rule: {kind: bands, bands: [{from: 90, share: 1}, {from: 70, share: 0.5}, {from: 0, share: 0}]}}
  - {id: thu-tuc, name: {vi: Thủ tục}, max_points: 5, source: entered, rule: {kind: ratio, of: 18}}
  - {id: nhiem-vu, name: {vi: Nhiệm vụ}, max_points: 85, source: entered}
levels: [{id: xuat-sac, from: 90}, {id: tot, from: 70}, {id: khong, from: 0}]
cap: {level: xuat-sac, percent: 20, of: rated}
legal_reference: Quyết định để thử
`)},
	"ratings/thang-muoi-hai.yaml": {Data: []byte(`
id: thang-muoi-hai
version: 1
year_starts: "12-01"
effective_from: 2024-01-01
effective_to: 2025-12-31
criteria:
  - {id: hai-long, name: {vi: Hài lòng}, max_points: 10, source: satisfaction, method: hai-long-chung, rule: {kind: proportional, target: 90}}
levels: [{id: dat, from: 0}]
legal_reference: Quyết định để thử
`)},
	"ratings/co-quan.yaml": {Data: []byte(`
id: co-quan
version: 1
rates: agencies
criteria:
  - {id: chi-so, name: {vi: Chỉ số}, max_points: 2, source: entered}
levels: [{id: dat, from: 1}, {id: khong-dat, from: 0}]
legal_reference: Quyết định để thử
`)},
}

// rig is a book over a store, at a time that the test sets.
type rig struct {
	*annual.Book
	t       *testing.T
	trial   *trial.Office
	options annual.Options
	now     time.Time
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t}
	r.on(2026, 10, 3)
	r.trial = trial.New(t, trial.Options{Register: registerFile, Rules: ruleFiles, Now: r.clock})
	r.options = r.trial.Annual(period.New(r.trial.Periods()))
	r.Book = annual.New(r.options)
	return r
}

func (r *rig) clock() time.Time { return r.now }

// on sets the clock to the morning of a day.
func (r *rig) on(year int, month time.Month, day int) {
	r.now = calendar.Date(year, month, day).Midnight(trial.Vietnam).Add(9 * time.Hour)
}

// answer stores n answers of an agency with a level of overall.
func (r *rig) answer(n int, agency string, day calendar.Day, level int) {
	r.t.Helper()
	r.trial.Answer(n, agency, "q1", day, level)
}

func (r *rig) year(year int, rule string) *annual.Year {
	r.t.Helper()
	y, err := r.Year(r.t.Context(), year, rule)
	must(r.t, err)
	return y
}

// sheet returns the annual sheet of 2026.
func (r *rig) sheet(whom string) *rating.Rating {
	r.t.Helper()
	found := r.year(2026, "").Rating(whom)
	if found == nil {
		r.t.Fatalf("no sheet of %s", whom)
	}
	return found
}

// line returns one criterion of a sheet of 2026.
func (r *rig) line(whom, criterion string) rating.Line {
	r.t.Helper()
	for _, l := range r.sheet(whom).Criteria {
		if l.Criterion == criterion {
			return l
		}
	}
	r.t.Fatalf("no criterion %s of %s", criterion, whom)
	return rating.Line{}
}

// acts lists the audit trail as "action by subject".
func (r *rig) acts() []string {
	r.t.Helper()
	var acts []string
	entries, err := r.trial.Audit.Entries(r.t.Context(), 0, 0)
	must(r.t, err)
	for _, e := range entries {
		acts = append([]string{e.Action + " " + e.By + " " + e.Subject}, acts...)
	}
	return acts
}

// overtaken is a store in which somebody else writes first, once.
type overtaken struct {
	records
	first func()
}

type records = store.Records // a field of another name than the method

func (o *overtaken) PutRecords(ctx context.Context, records []store.Record) error {
	if first := o.first; first != nil {
		o.first = nil
		first()
	}
	return o.records.PutRecords(ctx, records)
}

// overtakenBy returns a book whose next write comes after that of another.
func (r *rig) overtakenBy(first func()) *annual.Book {
	options := r.options
	options.Store = &overtaken{records: options.Store, first: first}
	return annual.New(options)
}

const (
	leader = "leader@stp.example"
	office = "office@khoi.example"
)

func at(whom, criterion string) annual.Place {
	return annual.Place{Year: 2026, Whom: whom, Criterion: criterion}
}
