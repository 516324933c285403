package office_test

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/app"
	"hailong/internal/calendar"
	"hailong/internal/config"
	"hailong/internal/demo"
	"hailong/internal/demo/office"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
)

// worked is a sample on a day, after the office did its work.
type worked struct {
	*app.App
	t     *testing.T
	today calendar.Day
	steps []int // done, as the progress told
}

func work(t *testing.T, today calendar.Day) *worked {
	t.Helper()
	data := config.Data{DB: "sqlite:" + filepath.Join(t.TempDir(), "demo.db"), Timezone: "Asia/Ho_Chi_Minh"}
	now := today.Midnight(data.Location()).Add(9 * time.Hour)
	a, err := app.Open(t.Context(), data, func() time.Time { return now }, slog.New(slog.NewTextHandler(io.Discard, nil)))
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	register, err := surveys.FS.ReadFile("org/daknong.yaml")
	must(t, err)
	_, err = a.Register.Import(t.Context(), "daknong.yaml", register, func(string) bool { return true }, false)
	must(t, err)
	w := &worked{App: a, t: t, today: today}
	year := demo.Options{Seed: 14, Responses: 4000, Last: today - 1}
	_, err = a.Store.Insert(t.Context(), slices.Collect(demo.Responses(a.Register.Current(), a.Forms, year)))
	must(t, err)
	must(t, a.Ledger.Seal(t.Context(), nil))
	o := &office.Office{Register: a.Register.Current(), Forms: a.Forms, Ledger: a.Ledger, Coverage: a.Coverage, Periods: a.Periods, Annual: a.Annual, Year: year}
	must(t, o.Work(t.Context(), func(done, total int) {
		w.steps = append(w.steps, done)
		if done > total {
			t.Errorf("step %d of %d", done, total)
		}
	}))
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var autumn = calendar.Date(2026, 11, 23)

// states lists the closed periods as "ID STATE revision".
func (w *worked) states() []string {
	w.t.Helper()
	periods, err := w.Periods.Periods(w.t.Context())
	must(w.t, err)
	var states []string
	for _, p := range periods {
		info := period.InfoOf(p)
		states = append(states, fmt.Sprintf("%s %s %d", info.ID, info.State, info.Revision))
	}
	return states
}

func TestQuartersHaveComeAsFarAsTheyWould(t *testing.T) {
	for today, want := range map[calendar.Day][]string{
		autumn:                      {"2026-Q1 published 1", "2026-Q2 published 2", "2026-Q3 sealed 1"},
		calendar.Date(2026, 10, 12): {"2026-Q1 published 1", "2026-Q2 published 2", "2026-Q3 closed 1"},
		calendar.Date(2027, 1, 1):   {"2026-Q1 published 1", "2026-Q2 published 2", "2026-Q3 sealed 1"},
		calendar.Date(2027, 3, 31):  {"2026-Q2 published 1", "2026-Q3 published 2", "2026-Q4 sealed 1"},
	} {
		t.Run(today.String(), func(t *testing.T) {
			t.Parallel()
			w := work(t, today)
			if diff := cmp.Diff(want, w.states()); diff != "" {
				t.Errorf("periods (-want +got):\n%s", diff)
			}
			w.verify()
		})
	}
}

func TestOfficeInAutumn(t *testing.T) {
	w := work(t, autumn)
	t.Run("correction", w.testCorrectionChangesFigures)
	t.Run("response rates", w.testResponseRates)
	t.Run("sheets of the year", w.testSheetsOfTheYear)
	t.Run("reports on targets", w.testReportsOnTargets)
	t.Run("days of the reports", w.testReportsAreOfTheirDays)
}

// verify does what hailong verify does.
func (w *worked) verify() {
	w.t.Helper()
	sums, err := w.Ledger.Verify(w.t.Context(), func(int, int) {})
	must(w.t, err)
	sheets, err := w.Periods.Verify(w.t.Context())
	must(w.t, err)
	if len(sums.Differences) > 0 || len(sheets.Faults) > 0 || sheets.Sheets == 0 {
		w.t.Errorf("%d sheets; differences %v, faults %v", sheets.Sheets, sums.Differences, sheets.Faults)
	}
	if n, err := w.Audit.Verify(w.t.Context()); err != nil || n < 100 {
		w.t.Errorf("audit trail of %d entries: %v", n, err)
	}
}

func (w *worked) testCorrectionChangesFigures(t *testing.T) {
	signed, err := w.Periods.Export(t.Context(), "2026-Q2", 2)
	must(t, err)
	got := map[string]float64{}
	for _, d := range signed.Difference {
		if d.Agency != "syt" {
			t.Errorf("the figures of %s differ", d.Agency)
		}
		if d.Method == "hai-long-chung" && d.Figure == "n" {
			got[d.Agency] = *d.After - *d.Before
		}
	}
	if diff := cmp.Diff(map[string]float64{"syt": 30}, got); diff != "" {
		t.Errorf("sheets that came late (-want +got):\n%s", diff)
	}
	paper := 0
	must(t, w.Store.Scan(t.Context(), store.Scan{Agency: "syt", Range: calendar.Range{From: signed.Period.From, To: signed.Period.To}}, func(r *response.Response) error {
		if r.Channel == response.Paper {
			paper++
		}
		return nil
	}))
	if paper < 30 {
		t.Errorf("%d sheets of paper", paper)
	}
}

func (w *worked) testResponseRates(t *testing.T) {
	scores, err := w.Periods.Scores(t.Context(), period.Query{Period: "2026-Q3"})
	must(t, err)
	reported := 0
	for _, s := range scores.Scores {
		switch {
		case s.Agency == "svhttdl" && s.Served != nil:
			t.Errorf("svhttdl has reported %d dossiers", *s.Served)
		case s.Status == rating.OK && s.ResponseRate == nil:
			t.Errorf("%s has no response rate", s.Agency)
		case s.Status == rating.OK && (*s.ResponseRate < 0.05 || *s.ResponseRate > 0.4):
			t.Errorf("%s has the response rate %.3f", s.Agency, *s.ResponseRate)
		case s.Status == rating.OK:
			reported++
		}
	}
	if reported < 5 {
		t.Errorf("%d agencies with a response rate", reported)
	}
}

func (w *worked) testSheetsOfTheYear(t *testing.T) {
	this, err := w.Annual.Year(t.Context(), 2026, "")
	must(t, err)
	entered, verified, differ, active := 0, 0, 0, 0
	for _, r := range this.Ratings {
		if r.Status != rating.Incomplete {
			active++
		}
		for _, line := range r.Criteria {
			entered += count(line.Self != nil)
			verified += count(line.Verified != nil)
			differ += count(line.Self != nil && line.Verified != nil && *line.Self != *line.Verified && line.Reason != "")
			if line.Fault != "" {
				t.Errorf("%s, %s: %s", r.PartyOrganisation, line.Criterion, line.Fault)
			}
		}
	}
	if entered < 100 || verified < 50 || verified >= entered || differ < 5 || active == 0 {
		t.Errorf("%d entered, %d verified, %d of them with a difference; %d sheets with a total", entered, verified, differ, active)
	}
	last, err := w.Annual.Year(t.Context(), 2025, "")
	must(t, err)
	concluded := 0
	for _, r := range last.Ratings {
		concluded += count(r.Conclusion != nil)
	}
	if concluded != 2 {
		t.Errorf("%d conclusions for last year", concluded)
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (w *worked) testReportsOnTargets(t *testing.T) {
	programme, err := w.Annual.Programme(2026)
	must(t, err)
	standings, err := w.Annual.Standings(t.Context(), programme, 2026)
	must(t, err)
	states := map[rating.ReportState]int{}
	lateFiled, idle := map[string]bool{}, map[string][]string{}
	for _, s := range standings {
		for _, d := range s.Duties {
			states[d.State]++
			if d.Filed != nil && d.DaysLate > 0 {
				lateFiled[s.Whom] = true
			}
		}
		if len(s.Help.NotStarted) > 0 {
			idle[s.Whom] = s.Help.NotStarted
		}
	}
	if diff := cmp.Diff(map[string]bool{"cb-ttt": true}, lateFiled); diff != "" {
		t.Errorf("handed in late (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string][]string{"db-sxd-2025": {"can-bo"}}, idle); diff != "" {
		t.Errorf("not started (-want +got):\n%s", diff)
	}
	reminders, err := w.Annual.Reminders(t.Context(), programme, "")
	must(t, err)
	for whom, late := range reminders {
		if whom != "db-svhttdl" || len(late) != 1 {
			t.Errorf("%s has %d reports to hand in", whom, len(late))
		}
	}
	if states[rating.Reported] < 30 || states[rating.Late] == 0 || states[rating.NotDue] == 0 {
		t.Errorf("reports by state: %v", states)
	}
}

// The same office on the same day does the same, to the last record; only the
// sheets' signatures are of another key.
func TestSameSeedSameWork(t *testing.T) {
	first, second := work(t, autumn), work(t, autumn)
	for _, kind := range []string{"served", "entry", "conclusion", "filing", "frozen", "audit"} {
		one, err := first.Store.Records(t.Context(), store.Span{Kind: kind})
		must(t, err)
		two, err := second.Store.Records(t.Context(), store.Span{Kind: kind})
		must(t, err)
		if diff := cmp.Diff(one, two); diff != "" || len(one) == 0 {
			t.Errorf("%d records of %s differ (-first +second):\n%.2000s", len(one), kind, diff)
		}
	}
	if !slices.IsSorted(first.steps) || first.steps[0] != 1 || first.steps[len(first.steps)-1] != len(first.steps) {
		t.Errorf("progress: %v", first.steps)
	}
}

// Reports stand in the audit trail on the days on which they were handed in.
func (w *worked) testReportsAreOfTheirDays(t *testing.T) {
	entries, err := w.Audit.Entries(t.Context(), 0, 10_000)
	must(t, err)
	days := map[string]bool{}
	for _, e := range entries {
		if e.Action == "target.report" {
			days[e.At.Format(time.DateOnly)] = true
			if e.At.After(autumn.Midnight(time.UTC)) {
				t.Errorf("a report of %s, and today is %s", e.At, autumn)
			}
		}
	}
	if len(days) < 3 {
		t.Errorf("reports on the days %v", days)
	}
}
