package report_test

import (
	"fmt"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/report"
	"hailong/internal/response"

	"github.com/google/go-cmp/cmp"
)

// rated inserts answers of which so many are satisfied.
type rated struct {
	code          string
	satisfied, of int
}

func office(t *testing.T, all []rated, days calendar.Range) []string {
	t.Helper()
	r := newRig(t)
	var agencies []org.Agency
	var batch []response.Response
	for _, one := range all {
		agencies = append(agencies, org.Agency{Code: one.code, Name: "Sở " + one.code})
		batch = append(batch, levels(one.code, today-20, one.satisfied, 4)...)
		batch = append(batch, levels(one.code, today, one.of-one.satisfied, 3)...)
	}
	if len(batch) > 0 {
		r.insert(t, numbered(batch)...)
	}
	standings, err := r.reader.Office(t.Context(), agencies, method(t), days)
	must(t, err)
	return describe(standings)
}

func describe(standings []report.Standing) []string {
	var lines []string
	for _, s := range standings {
		line := fmt.Sprintf("%s %s %d", s.Agency.Code, s.Figure.Status, s.Figure.N)
		if s.Figure.Index != nil {
			line += fmt.Sprintf(" %.2f", *s.Figure.Index)
		}
		if s.Rank != nil {
			line += fmt.Sprintf(" rank %d-%d", s.Rank.Best, s.Rank.Worst)
		}
		lines = append(lines, line)
	}
	return lines
}

// TestOffice ranks by places that cannot be told apart. The 95 % Wilson
// intervals of the first three are, in percent, 91.5–99.0, 82.6–94.5 and
// 68.9–85.0: each overlaps the next, but the first not the third. The fourth
// has 42.4–57.6 and is surely worse than all.
func TestOffice(t *testing.T) {
	var (
		best     = rated{"best", 97, 100}
		middle   = rated{"middle", 90, 100}
		third    = rated{"third", 78, 100}
		last     = rated{"last", 80, 160}
		twin     = rated{"twin", 180, 200}
		few      = rated{"few", 29, 29}
		fewer    = rated{"fewer", 3, 6}
		hidden   = rated{"hidden", 4, 4}
		enough   = rated{"enough", 30, 30}
		none     = rated{"none", 0, 0}
		nothing  = rated{"nothing", 0, 0}
		hopeless = rated{"hopeless", 0, 40}
	)
	all := calendar.Range{From: today - 30, To: today}
	for name, c := range map[string]struct {
		agencies []rated
		days     calendar.Range
		want     []string
	}{
		"overlapping intervals": {[]rated{last, third, best, middle}, all, []string{
			"best ok 100 97.00 rank 1-2", "middle ok 100 90.00 rank 1-3", "third ok 100 78.00 rank 2-3", "last ok 160 50.00 rank 4-4"}},
		"those without enough answers come last and unranked": {[]rated{none, hidden, fewer, few, hopeless, nothing, enough}, all, []string{
			"enough ok 30 100.00 rank 1-1", "hopeless ok 40 0.00 rank 2-2",
			"few insufficient 29 100.00", "fewer insufficient 6 50.00", "hidden suppressed 4", "none no_data 0", "nothing no_data 0"}},
		"equal figures stay in the register's order": {[]rated{twin, middle}, all, []string{
			"twin ok 200 90.00 rank 1-2", "middle ok 100 90.00 rank 1-2"}},
		"only the days of the range": {[]rated{best, last}, calendar.Range{From: today - 30, To: today - 10}, []string{
			"best ok 97 100.00 rank 1-2", "last ok 80 100.00 rank 1-2"}},
		"one alone":   {[]rated{middle}, all, []string{"middle ok 100 90.00 rank 1-1"}},
		"no agencies": {nil, all, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, office(t, c.agencies, c.days)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestOfficeRanksAmongPeers lists all agencies together, but gives places only
// among those of one peer group.
func TestOfficeRanksAmongPeers(t *testing.T) {
	r := newRig(t)
	agencies := []org.Agency{{Code: "so-a", PeerGroup: "so"}, {Code: "xa", PeerGroup: "xa"}, {Code: "so-b", PeerGroup: "so"}}
	var batch []response.Response
	for code, satisfied := range map[string]int{"so-a": 99, "xa": 60, "so-b": 20} {
		batch = append(append(batch, levels(code, today, satisfied, 4)...), levels(code, today, 100-satisfied, 3)...)
	}
	r.insert(t, numbered(batch)...)
	standings, err := r.reader.Office(t.Context(), agencies, method(t), calendar.Range{From: today, To: today})
	must(t, err)
	want := []string{"so-a ok 100 99.00 rank 1-1", "xa ok 100 60.00 rank 1-1", "so-b ok 100 20.00 rank 2-2"}
	if diff := cmp.Diff(want, describe(standings)); diff != "" {
		t.Error(diff)
	}
}

// TestOfficeLeavesOutOtherForms ranks by the method's forms alone.
func TestOfficeLeavesOutOtherForms(t *testing.T) {
	r := newRig(t)
	poll := levels("stp", today, 50, 1)
	for i := range poll {
		poll[i].Form.ID = "poll"
	}
	r.insert(t, numbered(append(levels("stp", today, 40, 5), poll...))...)
	standings, err := r.reader.Office(t.Context(), []org.Agency{{Code: "stp"}}, method(t), calendar.Range{From: today, To: today})
	must(t, err)
	if diff := cmp.Diff([]string{"stp ok 40 100.00 rank 1-1"}, describe(standings)); diff != "" {
		t.Error(diff)
	}
}
