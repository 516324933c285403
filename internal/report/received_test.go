package report_test

import (
	"context"
	"fmt"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/tally"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// fate is what became of an answer of the test.
type fate struct {
	response.Response
	decided *response.Decision
}

// decide lets a reviewer put answers into another state.
func (r *rig) decide(t tester, some []*fate, state response.State) {
	t.Helper()
	decisions := make([]response.Decision, len(some))
	for i, one := range some {
		next := &decisions[i]
		*next = response.Decision{Day: one.Day, Agency: one.Agency, ID: one.ID, State: state, Steps: []response.Step{{Act: response.Release, By: "x", Reason: "y"}}}
		if one.decided != nil {
			next.Revision = one.decided.Revision
		}
	}
	must(t, r.ledger.Decide(context.Background(), decisions))
	for i, one := range some {
		decisions[i].Revision++
		one.decided = &decisions[i]
	}
}

// TestReceivedTellsNothingOfFew has answers come in, be held, released and
// excluded, and asks after each step. The office is told exactly what there is.
// What the agency is told of that which does not count is a multiple of few, as
// is what it finds by subtracting; it moves when few or more have moved.
func TestReceivedTellsNothingOfFew(t *testing.T) {
	m, r, agencies := method(t), newRig(t), 0
	months := []calendar.Month{today.Month() - 1, today.Month()}
	rapid.Check(t, func(t *rapid.T) {
		agencies++
		of := &org.Agency{Code: fmt.Sprint("a", agencies)}
		var all []*fate
		told, moved := map[calendar.Month]report.Received{}, map[calendar.Month]report.Received{}
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			day := rapid.SampledFrom(months).Draw(t, "month").First() + 3
			batch := levels(of.Code, day, rapid.IntRange(0, 7).Draw(t, "n"), 4)
			held := rapid.Bool().Draw(t, "held")
			for i := range batch {
				batch[i].ID, batch[i].Verdict.Held = response.ID{byte(len(all)), byte(i), byte(agencies), byte(agencies >> 8)}, held
				all = append(all, &fate{Response: batch[i]})
			}
			_, err := r.ledger.Add(context.Background(), batch)
			must(t, err)
			state := rapid.SampledFrom([]response.State{response.Held, response.Released, response.Excluded}).Draw(t, "state")
			if len(all) > 0 {
				r.decide(t, rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, min(6, len(all)), rapid.ID).Draw(t, "some"), state)
			}
			for _, month := range months {
				checkReceived(t, r, of, m, all, month, told, moved)
			}
			whole := calendar.Range{From: months[0].First(), To: today}
			veiled, err := r.reader.VeiledReceived(context.Background(), of, 0, whole)
			must(t, err)
			if held := told[months[0]].Held + told[months[1]].Held; veiled.Held != held {
				t.Fatalf("%d held in two months, %d in each of them", veiled.Held, held)
			}
			exact := r.received(t, of, m, whole)
			if exact.All() != int64(len(all)) || exact.About {
				t.Fatalf("%+v of %d", exact, len(all))
			}
		}
	})
}

func checkReceived(t *rapid.T, r *rig, of *org.Agency, m *tally.Method, all []*fate, month calendar.Month, told, moved map[calendar.Month]report.Received) {
	t.Helper()
	var want report.Received
	for _, one := range all {
		if one.Day.Month() != month {
			continue
		}
		switch one.Standing(one.decided) {
		case response.Held:
			want.Held++
		case response.Excluded:
			want.Excluded++
		default:
			want.Counted++
		}
	}
	exact := r.received(t, of, m, month.Range())
	if diff := gocmp.Diff(want, exact, cmpopts.IgnoreUnexported(report.Received{})); diff != "" {
		t.Fatalf("the office of %s: %s", month, diff)
	}
	now, err := r.reader.VeiledReceived(context.Background(), of, want.Counted, month.Range())
	must(t, err)
	before, last := told[month], moved[month]
	for _, n := range [][4]int64{{before.Held, now.Held, last.Held, want.Held}, {before.Excluded, now.Excluded, last.Excluded, want.Excluded}} {
		if away := n[3] - n[2]; n[1]%few != 0 || n[1] != n[0] && -few < away && away < few {
			t.Fatalf("%s: %d is told after %d when there were %d and are %d", month, n[1], n[0], n[2], n[3])
		}
	}
	if now.All()%few != 0 || !now.About {
		t.Fatalf("%s: %+v", month, now)
	}
	if away := want.Held - last.Held; away <= -few || away >= few {
		last.Held = want.Held
	}
	if away := want.Excluded - last.Excluded; away <= -few || away >= few {
		last.Excluded = want.Excluded
	}
	told[month], moved[month] = now, last
}

// received is what the office is told, which is the same on an agency's
// dashboard and in the table of all.
func (r *rig) received(t *rapid.T, of *org.Agency, m *tally.Method, days calendar.Range) report.Received {
	t.Helper()
	board, err := r.reader.Dashboard(context.Background(), of, m, report.Filter{Range: days})
	must(t, err)
	table, err := r.reader.Office(context.Background(), []org.Agency{*of}, m, days)
	must(t, err)
	if *board.Received != table[0].Received {
		t.Fatalf("%+v on the dashboard, %+v in the table", *board.Received, table[0].Received)
	}
	return table[0].Received
}
