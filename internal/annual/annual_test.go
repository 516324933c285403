package annual_test

import (
	"errors"
	"testing"

	"hailong/internal/annual"
	"hailong/internal/calendar"
	"hailong/internal/rating"

	"github.com/google/go-cmp/cmp"
)

// The answers of both agencies of a party organisation count as if they were
// one: 40 of 50 are satisfied, though one agency alone has 100 %.
func TestAgenciesAreAddedUp(t *testing.T) {
	r := newRig(t)
	r.answer(40, "stp", calendar.Date(2026, 7, 6), 5)
	r.answer(10, "pcc", calendar.Date(2026, 9, 30), 2)
	r.answer(9, "stp", calendar.Date(2025, 12, 31), 1) // the year before
	line := r.line("db-stp", "hai-long")
	want := rating.Line{
		Criterion: "hai-long", Name: "Hài lòng", Source: rating.FromSatisfaction, Status: rating.OK, Method: "hai-long-chung",
		N: 50, Index: value(80), Points: value(5), Max: 10, Rule: "bands",
	}
	if diff := cmp.Diff(want, line); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	basis := r.year(2026, "").Bases["db-stp"]
	if len(basis.Agencies) != 2 || basis.Agencies[1].Code != "pcc" {
		t.Errorf("agencies %v", basis.Agencies)
	}
	together, each := basis.Together["hai-long-chung"], basis.Each["hai-long-chung"]
	if *together.Numerator != 40 || *together.Denominator != 50 || together.Received != 50 {
		t.Errorf("together %+v", together)
	}
	if len(each) != 2 || *each[0].Index != 100 || *each[1].Index != 0 || each[1].Status != rating.Insufficient {
		t.Errorf("each %+v", each)
	}
}

// What there is too little of, or nothing, is left out and never zero.
func TestWhatCannotBeMeasured(t *testing.T) {
	r := newRig(t)
	r.answer(12, "moi", calendar.Date(2026, 9, 1), 5)
	for whom, want := range map[string]struct {
		status rating.Status
		n      int64
	}{
		"db-stp":   {rating.NoData, 0},
		"db-vp":    {rating.NotApplicable, 0},
		"db-moi":   {rating.Insufficient, 12},
		"cb-trong": {rating.NotApplicable, 0},
	} {
		if got := r.line(whom, "hai-long"); got.Status != want.status || got.N != want.n || got.Points != nil {
			t.Errorf("%s: %s, n %d, points %v", whom, got.Status, got.N, got.Points)
		}
	}
}

// An organisation without procedures is rated by what is left, scaled up to
// the full mark: 68 of 85 are 80 of 100.
func TestRescaled(t *testing.T) {
	r := newRig(t)
	must(t, r.Verify(t.Context(), at("db-vp", "thu-tuc"), annual.Verified{NotApplicable: true, Reason: "Không phát sinh TTHC"}, office))
	must(t, r.Verify(t.Context(), at("db-vp", "nhiem-vu"), annual.Verified{Value: value(68)}, office))
	got := r.sheet("db-vp")
	want := rating.Total{Value: value(80), Percent: value(80), Raw: 68, Applicable: 85, Max: 100}
	if diff := cmp.Diff(want, got.Points); diff != "" || got.Status != rating.Complete || got.Suggested != "tot" {
		t.Errorf("%s, suggested %q, points (-want +got):\n%s", got.Status, got.Suggested, diff)
	}
}

func TestTooFewAnswersAreProvisional(t *testing.T) {
	r := newRig(t)
	r.answer(12, "moi", calendar.Date(2026, 9, 1), 5)
	must(t, r.Verify(t.Context(), at("db-moi", "thu-tuc"), annual.Verified{Value: value(18)}, office))
	if got := r.sheet("db-moi"); got.Status != rating.Incomplete || got.Points.Value != nil || got.Suggested != "" {
		t.Errorf("one entry is missing: %s %+v", got.Status, got.Points)
	}
	must(t, r.Verify(t.Context(), at("db-moi", "nhiem-vu"), annual.Verified{Value: value(76.5)}, office))
	got := r.sheet("db-moi")
	want := rating.Total{Value: value(90.56), Percent: value(90.56), Raw: 81.5, Applicable: 90, Max: 100}
	if diff := cmp.Diff(want, got.Points); diff != "" || got.Status != rating.Provisional {
		t.Errorf("%s, points (-want +got):\n%s", got.Status, diff)
	}
}

// Who is rated: those of whom an agency existed in the rating year, and those
// that have none.
func TestWhoIsRated(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		year int
		rule string
		want []string
	}{
		{2026, "", []string{"db-stp", "db-vp", "db-moi", "cb-trong"}},
		{2025, "", []string{"db-stp", "db-vp", "db-cu", "cb-trong"}},
		{2026, "co-quan", []string{"stp", "pcc", "vptu", "moi"}},
	} {
		got := []string{}
		for _, one := range r.year(c.year, c.rule).Ratings {
			got = append(got, one.PartyOrganisation)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%d by %q (-want +got):\n%s", c.year, c.rule, diff)
		}
	}
}

// A rule may begin its year in another month; the year is named after the one
// in which it ends.
func TestRatingYearFromDecember(t *testing.T) {
	r := newRig(t)
	r.answer(30, "stp", calendar.Date(2025, 12, 1), 5)
	r.answer(30, "stp", calendar.Date(2025, 11, 30), 1)
	y := r.year(2026, "thang-muoi-hai")
	if y.Period.ID != "2025-12..2026-11" {
		t.Errorf("period %s", y.Period.ID)
	}
	if got := y.Rating("db-stp"); got.Criteria[0].N != 30 || *got.Criteria[0].Index != 100 || got.Suggested != "dat" {
		t.Errorf("%+v", got.Criteria[0])
	}
	if got := r.year(2025, ""); got.Rule.ID != "thang-muoi-hai" || got.Period.ID != "2024-12..2025-11" || *got.Rating("db-stp").Criteria[0].Index != 0 {
		t.Errorf("the year before: %s by %s", got.Period.ID, got.Rule.ID)
	}
}

func TestRuleOfAYear(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		year int
		id   string
		want error
	}{{2023, "", annual.ErrNoRule}, {2026, "khong-co", annual.ErrRule}} {
		if _, err := r.Year(t.Context(), c.year, c.id); !errors.Is(err, c.want) {
			t.Errorf("%d by %q: %v, want %v", c.year, c.id, err, c.want)
		}
	}
	if r.year(2026, "").Rating("khong-co") != nil {
		t.Error("there is a sheet of nobody")
	}
}

// A closed period rates by its frozen counts.
func TestClosedYear(t *testing.T) {
	r := newRig(t)
	r.answer(30, "stp", calendar.Date(2025, 3, 3), 5)
	_, err := r.options.Periods.Close(t.Context(), "2024-12..2025-11", periodOffice)
	must(t, err)
	r.answer(30, "stp", calendar.Date(2025, 3, 4), 1) // below the period's guard, as a fault would
	y := r.year(2025, "")
	if line := y.Rating("db-stp").Criteria[0]; line.N != 30 || *line.Index != 100 || y.Period.State != "closed" {
		t.Errorf("%+v in state %s", line, y.Period.State)
	}
}

// complete verifies both entered criteria, so that the points are those of the
// task over 90 (or 85, where nothing is measured).
func (r *rig) complete(whom string, task float64) {
	r.t.Helper()
	must(r.t, r.Verify(r.t.Context(), at(whom, "thu-tuc"), annual.Verified{Value: value(18)}, office))
	must(r.t, r.Verify(r.t.Context(), at(whom, "nhiem-vu"), annual.Verified{Value: value(task)}, office))
}

// The cap counts conclusions, and suggestions where there is none yet. It
// changes no level.
func TestCap(t *testing.T) {
	r := newRig(t)
	r.complete("db-stp", 85)
	r.complete("db-vp", 85)
	got := r.year(2026, "").Cap
	if got.Count != 2 || got.Allowed != 0 || !got.Exceeded || got.Disputed || got.Readings[0].Base != 2 {
		t.Errorf("two suggested: %+v", got)
	}
	if n, of := r.year(2026, "").Levelled(); n != 2 || of != len(r.year(2026, "").Ratings) || of == 2 {
		t.Errorf("%d of %d have a level", n, of)
	}
	must(t, r.Conclude(t.Context(), 2026, "", "db-vp", "tot", "Còn đảng viên bị kỷ luật", office))
	if got := r.year(2026, "").Cap; got.Count != 1 || got.Readings[0].Base != 2 {
		t.Errorf("one concluded otherwise: %+v", got)
	}
	if got := r.sheet("db-vp"); got.Suggested != "xuat-sac" || got.Level() != "tot" {
		t.Errorf("suggested %q, level %q", got.Suggested, got.Level())
	}
	if got := r.year(2026, "co-quan").Cap; got != nil {
		t.Errorf("a rule without a cap: %+v", got)
	}
}
