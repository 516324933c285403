package annual_test

import (
	"errors"
	"testing"

	"hailong/internal/annual"
	"hailong/internal/rating"

	"github.com/google/go-cmp/cmp"
)

func programme(t *testing.T, b *annual.Book) *rating.Programme {
	t.Helper()
	p, err := b.Programme(2026)
	must(t, err)
	return p
}

// filing is a report in which every target stands at one stage.
func filing(report, period string, stage rating.Stage, percent float64) rating.Filing {
	f := rating.Filing{Cadence: report, Period: period}
	for _, id := range []string{"quan-triet", "thu-tuc", "bo-may", "can-bo", "tai-chinh", "tieu-chi"} {
		f.Progress = append(f.Progress, rating.Progress{Target: id, Stage: stage, Value: value(percent), Evidence: "Kế hoạch số 5"})
	}
	return f
}

func (r *rig) file(whom, report, period string, stage rating.Stage) {
	r.t.Helper()
	must(r.t, r.File(r.t.Context(), programme(r.t, r.Book), whom, filing(report, period, stage, 50), leader))
}

func (r *rig) standing(year int, whom string) annual.Standing {
	r.t.Helper()
	s, err := r.Standing(r.t.Context(), programme(r.t, r.Book), year, whom)
	must(r.t, err)
	return s
}

// states lists the duties as "report period: state, days late".
func states(duties []rating.Duty) map[string]rating.Duty {
	all := map[string]rating.Duty{}
	for _, d := range duties {
		all[d.Cadence+" "+d.Period] = rating.Duty{State: d.State, DaysLate: d.DaysLate}
	}
	return all
}

func TestProgramme(t *testing.T) {
	r := newRig(t)
	if _, err := r.Programme(2011); !errors.Is(err, annual.ErrProgramme) {
		t.Errorf("2011: %v", err)
	}
	if p, err := r.Programme(2012); err != nil || p.ID != "nq14" || len(p.Targets) != 6 {
		t.Errorf("2012: %v, %v", p, err)
	}
}

func TestStanding(t *testing.T) {
	r := newRig(t)
	r.on(2026, 4, 10) // the last day of the first quarter's report
	r.file("db-stp", "quy", "2026-Q1", rating.Underway)
	r.on(2026, 7, 13)
	r.file("db-stp", "quy", "2026-Q2", rating.Underway)
	r.on(2026, 10, 3)
	want := map[string]rating.Duty{
		"quy 2026-Q1":       {State: rating.Reported},
		"quy 2026-Q2":       {State: rating.Reported, DaysLate: 3},
		"sau-thang 2026-H1": {State: rating.Late, DaysLate: 80},
		"quy 2026-Q3":       {State: rating.DueSoon},
		"quy 2026-Q4":       {State: rating.NotDue},
		"cuoi-nam 2026":     {State: rating.NotDue},
		"hang-nam 2026":     {State: rating.NotDue},
	}
	got := r.standing(2026, "db-stp")
	if diff := cmp.Diff(want, states(got.Duties)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	all, err := r.Standings(t.Context(), programme(t, r.Book), 2026)
	must(t, err)
	if diff := cmp.Diff(got, all[0]); diff != "" {
		t.Errorf("alone and among all (-alone +all):\n%s", diff)
	}
}

// Another version says something else, but not when the report came.
func TestVersions(t *testing.T) {
	r := newRig(t)
	r.on(2026, 4, 10)
	r.file("db-stp", "quy", "2026-Q1", rating.NotStarted)
	if got := r.standing(2026, "db-stp").Help.NotStarted; len(got) != 6 {
		t.Errorf("not started: %v", got)
	}
	r.on(2026, 5, 2)
	r.file("db-stp", "quy", "2026-Q1", rating.Done)
	s := r.standing(2026, "db-stp")
	first := s.Duties[0]
	if first.State != rating.Reported || first.DaysLate != 0 || first.Filed.String() != "2026-04-10" || first.Targets[0].Stage != rating.Done {
		t.Errorf("%+v", first)
	}
	if len(s.Help.NotStarted) != 0 {
		t.Errorf("still not started: %v", s.Help.NotStarted)
	}
	filings, err := r.Filings(t.Context(), programme(t, r.Book), "db-stp")
	must(t, err)
	if len(filings) != 2 || filings[0].Progress[0].Stage != rating.NotStarted || filings[1].Filed.String() != "2026-05-02" {
		t.Errorf("filings %+v", filings)
	}
	if others, err := r.Filings(t.Context(), programme(t, r.Book), "db-vp"); err != nil || len(others) != 0 {
		t.Errorf("of another: %v, %v", others, err)
	}
}

// Two reports late one after the other call for help on both sides of the turn
// of the year; one in time between them ends it.
func TestHelpAcrossTheTurnOfTheYear(t *testing.T) {
	r := newRig(t)
	for _, quarter := range []string{"2025-Q1", "2025-Q2"} {
		r.on(2025, 7, 1)
		r.file("db-stp", "quy", quarter, rating.Underway)
	}
	r.on(2025, 10, 1)
	r.file("db-stp", "quy", "2025-Q3", rating.Underway)
	r.on(2026, 1, 20) // ten days late for the last quarter
	r.file("db-stp", "quy", "2025-Q4", rating.Underway)
	r.file("db-stp", "cuoi-nam", "2025", rating.Underway)
	r.file("db-stp", "hang-nam", "2025", rating.Underway)
	if got := r.standing(2026, "db-stp").Help; len(got.NotStarted)+len(got.LateTwice) > 0 {
		t.Errorf("one late report: %+v", got)
	}
	r.on(2026, 4, 12)
	if got := r.standing(2026, "db-stp").Help.LateTwice; len(got) != 1 || got[0] != "quy" {
		t.Errorf("two late reports: %v", got)
	}
	r.file("db-stp", "quy", "2026-Q1", rating.Underway) // late all the same
	r.on(2026, 7, 5)
	if got := r.standing(2026, "db-stp").Help.LateTwice; len(got) != 1 {
		t.Errorf("before the next report: %v", got)
	}
	r.file("db-stp", "quy", "2026-Q2", rating.Underway)
	if got := r.standing(2026, "db-stp").Help; len(got.NotStarted)+len(got.LateTwice) > 0 {
		t.Errorf("after one in time: %+v", got)
	}
}

// Whoever did not exist owes nothing: one dissolved in February no report on
// March, one founded in August none on the first half-year.
func TestWhoOwesReports(t *testing.T) {
	r := newRig(t)
	p := programme(t, r.Book)
	for year, want := range map[int][]string{
		2026: {"db-stp", "db-vp", "db-moi", "cb-trong"},
		2025: {"db-stp", "db-vp", "db-cu", "cb-trong"},
	} {
		all, err := r.Standings(t.Context(), p, year)
		must(t, err)
		got := []string{}
		for _, s := range all {
			got = append(got, s.Whom)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d (-want +got):\n%s", year, diff)
		}
	}
	if got := r.standing(2025, "db-cu").Duties; len(got) != 0 {
		t.Errorf("dissolved: %+v", got)
	}
	if got := r.standing(2026, "db-moi").Duties; len(got) != 4 || got[0].Period != "2026-Q3" {
		t.Errorf("founded in August: %+v", got)
	}
	for _, whom := range []string{"db-cu", "khong-co"} {
		if _, err := r.Standing(t.Context(), p, 2026, whom); !errors.Is(err, annual.ErrWhom) {
			t.Errorf("%s: %v", whom, err)
		}
	}
}

func TestReminders(t *testing.T) {
	r := newRig(t)
	p := programme(t, r.Book)
	r.on(2026, 1, 5)
	all, err := r.Reminders(t.Context(), p, "")
	must(t, err)
	// The last reports on 2025 are due in January; those due in 2025 are over.
	want := map[string]rating.Duty{"quy 2025-Q4": {State: rating.DueSoon}, "cuoi-nam 2025": {State: rating.DueSoon}}
	if diff := cmp.Diff(want, states(all["db-stp"])); diff != "" {
		t.Errorf("January (-want +got):\n%s", diff)
	}
	if len(all["db-cu"]) != 0 {
		t.Errorf("dissolved: %+v", all["db-cu"])
	}
	r.file("db-stp", "cuoi-nam", "2025", rating.Underway)
	r.on(2026, 1, 12)
	own, err := r.Reminders(t.Context(), p, "db-stp")
	must(t, err)
	if diff := cmp.Diff(map[string]rating.Duty{"quy 2025-Q4": {State: rating.Late, DaysLate: 2}}, states(own["db-stp"])); diff != "" || len(own) != 1 {
		t.Errorf("of %d, a week later (-want +got):\n%s", len(own), diff)
	}
}

func TestRefusedFilings(t *testing.T) {
	r := newRig(t)
	p := programme(t, r.Book)
	twice := filing("quy", "2026-Q3", rating.Underway, 1)
	twice.Progress[1].Target = "quan-triet"
	bare := filing("quy", "2026-Q3", rating.Done, 100)
	bare.Progress[0].Evidence = ""
	for name, c := range map[string]struct {
		whom   string
		filing rating.Filing
		want   error
	}{
		"unknown party organisation": {"db-xyz", filing("quy", "2026-Q3", rating.Underway, 1), annual.ErrWhom},
		"dissolved":                  {"db-cu", filing("quy", "2026-Q3", rating.Underway, 1), annual.ErrWhom},
		"not founded yet":            {"db-moi", filing("quy", "2026-Q1", rating.Underway, 1), annual.ErrWhom},
		"the quarter to come":        {"db-stp", filing("quy", "2027-Q1", rating.Underway, 1), annual.ErrEarly},
		"no such report":             {"db-stp", filing("thang", "2026-Q3", rating.Underway, 1), rating.ErrReport},
		"second half-year":           {"db-stp", filing("sau-thang", "2026-H2", rating.Underway, 1), rating.ErrReport},
		"no period":                  {"db-stp", filing("quy", "2026-Q5", rating.Underway, 1), rating.ErrPeriod},
		"above a hundred":            {"db-stp", filing("quy", "2026-Q3", rating.Underway, 100.5), rating.ErrPercent},
		"no stage":                   {"db-stp", filing("quy", "2026-Q3", "xong", 1), rating.ErrStage},
		"a target twice":             {"db-stp", twice, rating.ErrTwice},
		"no evidence":                {"db-stp", bare, rating.ErrEvidence},
	} {
		if err := r.File(t.Context(), p, c.whom, c.filing, leader); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if acts := r.acts(); len(acts) != 0 {
		t.Errorf("refusals were noted: %v", acts)
	}
}
