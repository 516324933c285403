package ledger_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/tally"

	"github.com/google/go-cmp/cmp"
)

// TestReadEveryRange reads all ranges around the borders of months, sealed
// days and marks.
func TestReadEveryRange(t *testing.T) {
	db, c, days := sealed(t)
	l := ledger.New(db, c.now, vietnam)
	must(t, db.AddMarks(t.Context(), []store.Mark{
		{Agency: "stp", Day: calendar.Date(2026, 10, 31), Token: "1-a"}, {Agency: "stp", Day: calendar.Date(2026, 10, 31), Token: "1-b"},
		{Agency: "none", Day: calendar.Date(2026, 9, 5), Token: "1-a"},
	}))
	insert(t, db, added(1, "stp", calendar.Date(2026, 10, 31))...)
	borders := []calendar.Day{days.From - 1, days.From, days.From + 1, calendar.Date(2026, 9, 30), calendar.Date(2026, 10, 1),
		calendar.Date(2026, 10, 31), calendar.Date(2026, 11, 1), days.To - 1, days.To, days.To + 1, calendar.Date(2026, 11, 30)}
	for _, from := range borders {
		for _, to := range borders {
			r := calendar.Range{From: from, To: to}
			for _, codes := range [][]string{{"stp"}, {"syt", "stp"}, {"stp", "stp"}, {"none"}, agencies} {
				if diff := cmp.Diff(count(t, db, codes, r), read(t, l, codes, r)); diff != "" {
					t.Errorf("%v from %s to %s: %s", codes, from, to, diff)
				}
			}
		}
	}
}

// TestReadAroundMarkedMonth leaves out the kept sum of a month with a mark, but
// uses those before and after it.
func TestReadAroundMarkedMonth(t *testing.T) {
	db := openStore(t)
	for month := time.January; month <= time.March; month++ {
		insert(t, db, sheet(int(month), "stp", calendar.Date(2026, month, 5)))
	}
	c := clockAt(calendar.Date(2026, time.April, 2), time.Hour)
	l := ledger.New(db, c.now, vietnam)
	must(t, l.Seal(t.Context(), nil))
	must(t, db.AddMarks(t.Context(), []store.Mark{{Agency: "stp", Day: calendar.Date(2026, time.February, 7), Token: "1-a"}}))
	span := calendar.Range{From: calendar.Date(2026, time.January, 1), To: calendar.Date(2026, time.March, 31)}
	if diff := cmp.Diff(count(t, db, agencies, span), read(t, l, agencies, span)); diff != "" {
		t.Error(diff)
	}
}

// scans counts the responses that are visited.
type scans struct {
	ledger.Store
	visited int
}

func (s *scans) Scan(ctx context.Context, q store.Scan, visit func(*response.Response) error) error {
	return s.Store.Scan(ctx, q, func(r *response.Response) error {
		s.visited++
		return visit(r)
	})
}

// TestReadVisitsOnlyOpenDays holds the promise that reading costs what its
// sums cost: of closed days only those are counted that are marked for the
// agencies asked for.
func TestReadVisitsOnlyOpenDays(t *testing.T) {
	db, c, days := sealed(t)
	must(t, db.AddMarks(t.Context(), []store.Mark{{Agency: "sgd", Day: days.From, Token: "1-a"}}))
	marked, open := calendar.Range{From: days.From, To: days.From}, calendar.Range{From: days.To, To: days.To}
	for _, step := range []struct {
		codes []string
		want  int
	}{
		{agencies, responses(t, db, "", open) + responses(t, db, "sgd", marked)},
		{[]string{"sgd"}, responses(t, db, "sgd", open) + responses(t, db, "sgd", marked)},
		{[]string{"stp"}, responses(t, db, "stp", open)},
	} {
		counting := &scans{Store: db}
		read(t, ledger.New(counting, c.now, vietnam), step.codes, calendar.Range{From: days.From - 400, To: days.To})
		if counting.visited != step.want {
			t.Errorf("%v: %d responses visited, want %d", step.codes, counting.visited, step.want)
		}
	}
	if responses(t, db, "sgd", marked) == 0 || responses(t, db, "", open) == 0 {
		t.Error("there is nothing to visit")
	}
}

func responses(t *testing.T, db ledger.Store, agency string, days calendar.Range) int {
	t.Helper()
	counting := &scans{Store: db}
	must(t, counting.Scan(t.Context(), store.Scan{Agency: agency, Range: days}, func(*response.Response) error { return nil }))
	return counting.visited
}

func TestSeries(t *testing.T) {
	db, c, days := sealed(t)
	got, err := ledger.New(db, c.now, vietnam).Read(t.Context(), []string{"stp"}, days)
	must(t, err)
	series := got["stp"]
	if n := series.Total().N(); n != 50 {
		t.Errorf("%d responses", n)
	}
	kept := series.Filter(func(k tally.Key) bool { return k.Counter == "q1" })
	other := series.Filter(func(k tally.Key) bool { return k.Counter != "q1" })
	if a, b := kept.Total().N(), other.Total().N(); a == 0 || b == 0 || a+b != 50 {
		t.Errorf("%d and %d responses make 50", a, b)
	}
	if series.Total().N() != 50 {
		t.Error("filtering has changed the series")
	}
	var ofMonths int64
	for _, month := range days.Months() {
		ofMonths += kept.Month(month).N()
	}
	if n := kept.Total().N(); ofMonths != n {
		t.Errorf("%d responses in the months, %d in all", ofMonths, n)
	}
}

// TestReadTellsOfAStoreThatFails at each of its calls.
func TestReadTellsOfAStoreThatFails(t *testing.T) {
	db, c, days := sealed(t)
	must(t, db.AddMarks(t.Context(), []store.Mark{{Agency: "stp", Day: days.From, Token: "1-a"}}))
	for fatal := 1; ; fatal++ {
		dying := newMortal(db, fatal, false)
		got, err := ledger.New(dying, c.now, vietnam).Read(t.Context(), agencies, days)
		if !dying.died {
			must(t, err)
			if fatal < 6 {
				t.Errorf("only %d calls failed", fatal-1)
			}
			return
		}
		if !errors.Is(err, errDead) || got != nil {
			t.Errorf("call %d fails: %v, %v", fatal, got, err)
		}
	}
}

// TestReadOpenDayMovesOn reads with a clock that crosses midnight.
func TestReadOpenDayMovesOn(t *testing.T) {
	db, c, days := sealed(t)
	l := ledger.New(db, c.now, vietnam)
	span := calendar.Range{From: days.From, To: days.To + 3}
	for range 3 * 24 {
		c.advance(time.Hour)
		insert(t, db, added(int(c.now().Unix()/3600), "stp", c.today())...)
		if diff := cmp.Diff(count(t, db, agencies, span), read(t, l, agencies, span)); diff != "" {
			t.Fatalf("at %v: %s", c.now(), diff)
		}
	}
}
