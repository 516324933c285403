package rating_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/rating"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// nq14 loads the programme that comes with the program.
func nq14(t *testing.T) *rating.Programme {
	t.Helper()
	set, err := rating.LoadProgrammes(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	return set.Programme("nq14")
}

func TestFaultyProgrammesAreRefusedWithPlaces(t *testing.T) {
	faulty(t, "targets", func(file string, data []byte) error {
		_, err := rating.ParseProgramme(file, data)
		return err
	})
}

func TestLoadProgrammes(t *testing.T) {
	none, err := rating.LoadProgrammes(fstest.MapFS{})
	if err != nil || len(none.All()) != 0 || none.Programme("nq14") != nil {
		t.Errorf("no folder: %v, %v", none, err)
	}
	data, err := surveys.FS.ReadFile("targets/nq14.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file, wrong := &fstest.MapFile{Data: data}, &fstest.MapFile{Data: []byte("id: X\n")}
	_, err = rating.LoadProgrammes(fstest.MapFS{"targets/a.yaml": file, "targets/b.yaml": file, "targets/c.yaml": wrong})
	for _, want := range []string{`targets/b.yaml: programme "nq14" is defined twice`, "targets/c.yaml:1:5: id"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

// The resolution has six targets in II.3; five of them say 100 %.
func TestSixTargets(t *testing.T) {
	p := nq14(t)
	whole := 0
	for _, target := range p.Targets {
		if target.Percent != nil && *target.Percent == 100 {
			whole++
		}
		if !strings.HasPrefix(target.Article, "II.3") || target.Text["en"] == "" || strings.Contains(target.Text["vi"], "\n") {
			t.Errorf("target %s: %+v", target.ID, target)
		}
	}
	if len(p.Targets) != 6 || whole != 5 || p.Verified {
		t.Errorf("%d targets, %d of 100 %%, verified %v", len(p.Targets), whole, p.Verified)
	}
}

// rows writes reports as "quy 2026-Q1 2026-04-10".
func rows(reports []rating.Report) (all []string) {
	for _, r := range reports {
		all = append(all, fmt.Sprint(r.Cadence, " ", r.Period.ID, " ", r.Due))
	}
	return all
}

func TestDue(t *testing.T) {
	want := []string{
		"quy 2026-Q1 2026-04-10", "quy 2026-Q2 2026-07-10", "sau-thang 2026-H1 2026-07-15", "quy 2026-Q3 2026-10-10",
		"quy 2026-Q4 2027-01-10", "cuoi-nam 2026 2027-01-15", "hang-nam 2026 2027-01-31",
	}
	if diff := cmp.Diff(want, rows(nq14(t).Due(2026))); diff != "" {
		t.Errorf("2026 (-want +got):\n%s", diff)
	}
	if got := rows(nq14(t).Due(2011)); got != nil {
		t.Errorf("before the resolution: %v", got)
	}
	if got := rows(nq14(t).Due(2012)); len(got) != 7 {
		t.Errorf("the year in which it begins: %v", got)
	}
	ended := *nq14(t)
	last := calendar.Date(2026, time.June, 30)
	ended.EffectiveTo = &last
	if diff := cmp.Diff([]string{want[0], want[1], want[2], want[5], want[6]}, rows(ended.Due(2026))); diff != "" {
		t.Errorf("ended in June (-want +got):\n%s", diff)
	}
}

func TestDueIsInOrderAndInTheYear(t *testing.T) {
	p := nq14(t)
	rapid.Check(t, func(t *rapid.T) {
		year := rapid.IntRange(2012, 2100).Draw(t, "year")
		before := calendar.Day(math.MinInt32)
		for _, r := range p.Due(year) {
			if end, _, _ := r.Period.Range.To.Date(); end != year || r.Due < before || r.Due <= r.Period.Range.To {
				t.Fatalf("%d: %+v", year, r)
			}
			if back, err := rating.ParsePeriod(r.Period.ID); err != nil || back != r.Period {
				t.Fatalf("%s: %v, %v", r.Period.ID, back, err)
			}
			before = r.Due
		}
	})
}

// all reports every target of the programme at one stage.
func all(p *rating.Programme, stage rating.Stage) (progress []rating.Progress) {
	for _, target := range p.Targets {
		progress = append(progress, rating.Progress{Target: target.ID, Stage: stage, Evidence: "Kế hoạch số 12-KH/CB"})
	}
	return progress
}

func quarterly(p *rating.Programme, period string, filed calendar.Day) rating.Filing {
	return rating.Filing{Cadence: "quy", Period: period, Filed: filed, Progress: all(p, rating.Underway)}
}

func TestStates(t *testing.T) {
	p := nq14(t)
	due := calendar.Date(2026, time.April, 10)
	for _, c := range []struct {
		today, filed calendar.Day
		want         rating.ReportState
		late         int
	}{
		{due - 15, 0, rating.NotDue, 0},
		{due - 14, 0, rating.DueSoon, 0},
		{due, 0, rating.DueSoon, 0},
		{due + 1, 0, rating.Late, 1},
		{due + 30, 0, rating.Late, 30},
		{due + 30, due, rating.Reported, 0},
		{due + 30, due - 3, rating.Reported, 0},
		{due + 30, due + 2, rating.Reported, 2},
	} {
		var filings []rating.Filing
		if c.filed != 0 {
			filings = append(filings, quarterly(p, "2026-Q1", c.filed))
		}
		got := p.Duties(2026, filings, c.today)[0]
		if got.State != c.want || got.DaysLate != c.late || (got.Filed != nil) != (c.filed != 0) || (len(got.Targets) == 6) != (c.filed != 0) {
			t.Errorf("today %s, filed %s: %+v", c.today, c.filed, got)
		}
	}
}

func TestDutyTellsEveryTarget(t *testing.T) {
	p := nq14(t)
	reached := 85.5
	first := rating.Filing{Cadence: "quy", Period: "2026-Q1", Filed: calendar.Date(2026, time.April, 9), Progress: all(p, rating.Underway)}
	again := rating.Filing{Cadence: "quy", Period: "2026-Q1", Filed: calendar.Date(2026, time.April, 20), Progress: []rating.Progress{
		{Target: "thu-tuc", Stage: rating.Done, Value: &reached, Evidence: "Quyết định số 5"},
	}}
	d := p.Duties(2026, []rating.Filing{first, again}, calendar.Date(2026, time.May, 1))[0]
	if *d.Filed != first.Filed || d.DaysLate != 0 {
		t.Errorf("a correction makes the report late: %+v", d)
	}
	var stages []string
	for _, target := range d.Targets {
		stages = append(stages, target.Target+" "+string(target.Stage))
	}
	want := []string{"quan-triet chua_trien_khai", "thu-tuc hoan_thanh", "bo-may chua_trien_khai", "can-bo chua_trien_khai", "tai-chinh chua_trien_khai", "tieu-chi chua_trien_khai"}
	if diff := cmp.Diff(want, stages); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
	if got := d.Targets[1]; *got.Value != reached || got.Evidence != "Quyết định số 5" {
		t.Errorf("progress = %+v", got)
	}
}

func TestHelp(t *testing.T) {
	p := nq14(t)
	q1, q2, q3 := calendar.Date(2026, time.April, 10), calendar.Date(2026, time.July, 10), calendar.Date(2026, time.October, 10)
	half := rating.Filing{Cadence: "sau-thang", Period: "2026-H1", Filed: q2, Progress: all(p, rating.Underway)}
	idle := quarterly(p, "2026-Q2", q2+1)
	idle.Progress = append([]rating.Progress{{Target: "quan-triet", Stage: rating.NotStarted}}, idle.Progress[1:]...)
	for name, c := range map[string]struct {
		filings []rating.Filing
		today   calendar.Day
		want    rating.Help
	}{
		"nothing due yet":              {nil, q1, rating.Help{}},
		"one missed":                   {nil, q1 + 1, rating.Help{}},
		"two missed":                   {nil, q2 + 1, rating.Help{LateTwice: []string{"quy"}}},
		"two handed in late":           {[]rating.Filing{quarterly(p, "2026-Q1", q1+1), quarterly(p, "2026-Q2", q2+1), half}, q2 + 20, rating.Help{LateTwice: []string{"quy"}}},
		"late, then in time":           {[]rating.Filing{quarterly(p, "2026-Q1", q1+9), quarterly(p, "2026-Q2", q2), half}, q2 + 20, rating.Help{}},
		"late, in time, then missed":   {[]rating.Filing{quarterly(p, "2026-Q1", q1+9), quarterly(p, "2026-Q2", q2), half}, q3 + 1, rating.Help{}},
		"in time, then two missed":     {[]rating.Filing{quarterly(p, "2026-Q1", q1), half}, q3 + 1, rating.Help{LateTwice: []string{"quy"}}},
		"one target not started":       {[]rating.Filing{quarterly(p, "2026-Q1", q1), idle}, q2 + 3, rating.Help{NotStarted: []string{"quan-triet"}}},
		"not started before, now done": {[]rating.Filing{idle, quarterly(p, "2026-Q3", q3)}, q3, rating.Help{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.Help(p.Duties(2026, c.filings, c.today))
			if diff := cmp.Diff(fmt.Sprint(c.want), fmt.Sprint(got)); diff != "" {
				t.Errorf("help (-want +got):\n%s", diff)
			}
		})
	}
}

// One missed January leaves a quarterly and two yearly reports open at once.
func TestOneMissedJanuaryIsNotTwiceRunning(t *testing.T) {
	p := nq14(t)
	var filings []rating.Filing
	for _, r := range p.Due(2026)[:4] {
		filings = append(filings, rating.Filing{Cadence: r.Cadence, Period: r.Period.ID, Filed: r.Due, Progress: all(p, rating.Underway)})
	}
	february := calendar.Date(2027, time.February, 20)
	if got := p.Help(p.Duties(2026, filings, february)); len(got.NotStarted)+len(got.LateTwice) > 0 {
		t.Errorf("help = %+v", got)
	}
	april := calendar.Date(2027, time.April, 20)
	got := p.Help(append(p.Duties(2026, filings, april), p.Duties(2027, filings, april)...))
	if diff := cmp.Diff([]string{"quy"}, got.LateTwice); diff != "" {
		t.Errorf("late over the turn of the year (-want +got):\n%s", diff)
	}
}

func TestCheckFiling(t *testing.T) {
	p := nq14(t)
	good := rating.Filing{Cadence: "quy", Period: "2026-Q1", Progress: all(p, rating.Done)}
	if err := p.Check(good); err != nil {
		t.Error(err)
	}
	percent := func(x float64) []rating.Progress {
		return []rating.Progress{{Target: "can-bo", Stage: rating.Underway, Value: &x}}
	}
	for name, c := range map[string]struct {
		filing rating.Filing
		want   error
	}{
		"no period":           {rating.Filing{Cadence: "quy", Period: "quý 1"}, rating.ErrPeriod},
		"another span":        {rating.Filing{Cadence: "quy", Period: "2026-H1"}, rating.ErrReport},
		"second half":         {rating.Filing{Cadence: "sau-thang", Period: "2026-H2"}, rating.ErrReport},
		"no such report":      {rating.Filing{Cadence: "tuan", Period: "2026-Q1"}, rating.ErrReport},
		"before it began":     {rating.Filing{Cadence: "quy", Period: "2011-Q4"}, rating.ErrReport},
		"no such target":      {rating.Filing{Cadence: "quy", Period: "2026-Q1", Progress: []rating.Progress{{Target: "bay", Stage: rating.Underway}}}, rating.ErrTarget},
		"a target twice":      {rating.Filing{Cadence: "quy", Period: "2026-Q1", Progress: append(percent(1), percent(2)...)}, rating.ErrTwice},
		"no stage":            {rating.Filing{Cadence: "quy", Period: "2026-Q1", Progress: []rating.Progress{{Target: "can-bo"}}}, rating.ErrStage},
		"above 100 %":         {rating.Filing{Cadence: "quy", Period: "2026-Q1", Progress: percent(100.01)}, rating.ErrPercent},
		"below 0 %":           {rating.Filing{Cadence: "quy", Period: "2026-Q1", Progress: percent(-1)}, rating.ErrPercent},
		"not a number":        {rating.Filing{Cadence: "quy", Period: "2026-Q1", Progress: percent(math.NaN())}, rating.ErrPercent},
		"done without a word": {rating.Filing{Cadence: "quy", Period: "2026-Q1", Progress: []rating.Progress{{Target: "can-bo", Stage: rating.Done}}}, rating.ErrEvidence},
	} {
		if err := p.Check(c.filing); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
