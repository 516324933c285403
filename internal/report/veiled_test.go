package report_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/tally"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// asked is one question of an agency about itself and what it was told.
type asked struct {
	look   int
	filter report.Filter
	board  *report.Dashboard
}

// within says whether everything that was asked for is in what the other asks
// for, then or later.
func (a asked) within(b asked) bool {
	one, other := report.WholeMonths(a.filter.Range), report.WholeMonths(b.filter.Range)
	return a.look <= b.look && other.From <= one.From && one.To <= other.To &&
		(b.filter.Counter == "" || b.filter.Counter == a.filter.Counter) &&
		(b.filter.Service == "" || b.filter.Service == a.filter.Service) &&
		(b.filter.Channel == "" || b.filter.Channel == a.filter.Channel)
}

// counts are the numbers of people in what was told, by what they are about:
// all, those of other forms, and those who answered a question.
func (a asked) counts() map[string]int64 {
	all := map[string]int64{"figure": a.board.Figure.N, "other forms": a.board.Other}
	for _, row := range a.board.Levels {
		all[fmt.Sprint(row.Question.ID, len(row.Levels))] = row.Answered
	}
	return all
}

func drawFilter(t *rapid.T, days calendar.Range) report.Filter {
	from := calendar.Day(rapid.IntRange(int(days.From-40), int(days.To)).Draw(t, "from"))
	return report.Filter{
		Range:   calendar.Range{From: from, To: calendar.Day(rapid.IntRange(int(from), int(days.To+10)).Draw(t, "to"))},
		Counter: rapid.SampledFrom([]string{"", "", "q1", "q2", "gone"}).Draw(t, "counter"),
		Service: rapid.SampledFrom([]string{"", "", "", "lltp", "gone"}).Draw(t, "service"),
		Channel: rapid.SampledFrom([]response.Channel{"", "", response.QR, response.Paper}).Draw(t, "channel"),
	}
}

// TestVeiledTellsNothingOfFew asks about an agency again and again while
// answers come in, on open days and on closed ones. No reply is about fewer
// people than the method demands, nor is the difference of two of which one
// takes in the other; and no reply counts more than there are.
func TestVeiledTellsNothingOfFew(t *testing.T) {
	set, m := forms(t), method(t)
	folder, stores := t.TempDir(), 0
	days := calendar.Range{From: calendar.Date(2026, 9, 12), To: today}
	rapid.Check(t, func(t *rapid.T) {
		stores++
		r := open(t, filepath.Join(folder, fmt.Sprintf("%d.db", stores)))
		defer r.store.Close()
		all := draw(t, set, days)
		var told []asked
		for look := range 4 {
			r.insert(t, all[look*len(all)/4:(look+1)*len(all)/4]...)
			arrived := all[:(look+1)*len(all)/4]
			for range 12 {
				f := drawFilter(t, days)
				board, err := r.reader.Veiled(context.Background(), agency(), m, f)
				must(t, err)
				told = append(told, asked{look, f, board})
				f.Range = report.WholeMonths(f.Range)
				if exact := len(countingOf(arrived, f).responses); board.Figure.N > int64(exact) {
					t.Fatalf("%+v: %d of %d are shown", f, board.Figure.N, exact)
				}
				checkSums(t, board)
			}
		}
		for _, a := range told {
			for _, b := range append(told, asked{board: new(report.Dashboard)}) {
				if b.board.Method != nil && !a.within(b) {
					continue
				}
				before, after := a.counts(), b.counts()
				if b.board.Method == nil { // nothing, which is in everything
					before, after = after, before
				}
				for about, n := range after {
					if d := n - before[about]; d != 0 && d < few {
						t.Fatalf("%s differ by %d: %+v at %d, %+v at %d", about, d, a.filter, a.look, b.filter, b.look)
					}
				}
			}
		}
	})
}

// checkSums holds the parts of a dashboard against the whole.
func checkSums(t *rapid.T, d *report.Dashboard) {
	t.Helper()
	counters, services, months := int64(0), int64(0), d.Unplaced
	for _, g := range d.Counters {
		counters += g.Figure.N
	}
	for _, g := range d.Services {
		services += g.Figure.N
	}
	for _, m := range d.Months {
		months += m.Figure.N
	}
	if n := d.Figure.N; counters != n || services != n || months != n || !d.Veiled || d.Few != few {
		t.Fatalf("%d answers: %d by counter, %d by service, %d by month", n, counters, services, months)
	}
	rows := slices.Concat(d.Counters, d.Services, []report.Group{{Figure: d.Figure}})
	for _, m := range d.Months {
		rows = append(rows, report.Group{Figure: m.Figure})
	}
	for _, g := range rows {
		if n := g.Figure.N; n > 0 && n < few || g.Figure.Status == tally.Suppressed {
			t.Fatalf("%q has %d answers", g.Code, n)
		}
	}
	if d.Unplaced > 0 && d.Unplaced < few {
		t.Fatalf("%d answers are in no month", d.Unplaced)
	}
}

// The fifth answer moves the agency's figure; the office sees each.
func TestVeiledMovesInSteps(t *testing.T) {
	r, m := newRig(t), method(t)
	f := report.Filter{Range: calendar.Range{From: today, To: today}}
	batch := numbered(levels("stp", today, 11, 5))
	for i := range batch {
		r.insert(t, batch[i])
		veiled, err := r.reader.Veiled(t.Context(), agency(), m, f)
		must(t, err)
		exact, err := r.reader.Dashboard(t.Context(), agency(), m, f)
		must(t, err)
		if n := int64(i + 1); exact.Figure.N != n || veiled.Figure.N != n/few*few {
			t.Errorf("after %d answers the office sees %d, the agency %d", n, exact.Figure.N, veiled.Figure.N)
		}
	}
}

// What small counters have is shown under a name of its own, so that parts and
// whole agree, and months with few answers are in the whole alone.
func TestVeiledParts(t *testing.T) {
	r, m := newRig(t), method(t)
	many, one, other, early := levels("stp", today, 8, 5), levels("stp", today, 3, 4), levels("stp", today, 2, 1), levels("stp", today-60, 3, 2)
	for i := range one {
		one[i].Counter = "q2"
	}
	for i := range other {
		other[i].Counter, other[i].Service = "lost", "lltp"
	}
	r.insert(t, numbered(slices.Concat(many, one, other, early, levels("stp", today-30, 2, 2)))...)
	board, err := r.reader.Veiled(t.Context(), agency(), m, report.Filter{Range: calendar.Range{From: today - 60, To: today - 3}})
	must(t, err)
	want := plain{
		Figure: "18: 11 of 18", Months: []string{"2026-09 0: 0 of 0", "2026-10 0: 0 of 0", "2026-11 13: 11 of 13"},
		Levels:   []string{`overall "Chung cũ" [2 5 0 3 8] answered 18 blank 0`},
		Counters: []string{"q1 Quầy 1 13: 8 of 13", "* * 5: 3 of 5"}, Services: []string{"  13: 8 of 13", "* * 5: 3 of 5"},
		Reasons: []string{`slow "Chậm cũ" 0`, `fees "Phí" 0`},
	}
	if diff := gocmp.Diff(want, plainOf(board)); diff != "" || board.Unplaced != 5 {
		t.Errorf("%d in no month; %s", board.Unplaced, diff)
	}
}
