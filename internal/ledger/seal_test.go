package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/ledger"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
	"hailong/internal/tally"

	"github.com/google/go-cmp/cmp"
)

// spread inserts n responses over the days, among the agencies.
func spread(t tester, s store.Responses, n int, days calendar.Range) {
	t.Helper()
	for i := range n {
		insert(t, s, sheet(i, agencies[i%len(agencies)], days.From+calendar.Day(i*7%days.Days())))
	}
}

// kept returns every sum as one line.
func kept(t tester, s store.Tallies) []string {
	t.Helper()
	var lines []string
	for _, grain := range []store.Grain{store.ByDay, store.ByMonth} {
		sums, err := s.Sums(context.Background(), nil, grain, everything())
		must(t, err)
		for _, sum := range sums {
			lines = append(lines, fmt.Sprintf("%s %s %s %s", grain, sum.First, sum.Agency, sum.Tally.Encode()))
		}
	}
	return lines
}

func sealedThrough(t tester, s store.Tallies) string {
	t.Helper()
	day, sealed, err := s.SealedThrough(context.Background())
	must(t, err)
	if !sealed {
		return "nothing"
	}
	return day.String()
}

// TestGraceOutlastsAnswers holds the two packages together: an answer stamped
// before midnight is refused or durable long before its day is sealed.
func TestGraceOutlastsAnswers(t *testing.T) {
	if ledger.Grace < 5*collect.MaxAge {
		t.Errorf("days are sealed %v after midnight, and answers may wait %v", ledger.Grace, collect.MaxAge)
	}
}

func TestSealWaitsForGrace(t *testing.T) {
	db := openStore(t)
	day := calendar.Date(2026, 11, 21)
	insert(t, db, sheet(1, "stp", day))
	c := clockAt(day, 20*time.Hour)
	l := ledger.New(db, c.now, vietnam)
	for _, step := range []struct {
		after time.Duration // since the midnight that ends the day
		want  string
	}{
		{-time.Nanosecond, "nothing"}, {0, "nothing"}, {ledger.Grace - time.Nanosecond, "nothing"},
		{ledger.Grace, "2026-11-21"}, {24 * time.Hour, "2026-11-21"}, {24*time.Hour + ledger.Grace, "2026-11-22"},
	} {
		c.set(day+1, step.after)
		must(t, l.Seal(t.Context(), nil))
		if got := sealedThrough(t, db); got != step.want {
			t.Errorf("%v after midnight: sealed through %s, want %s", step.after, got, step.want)
		}
	}
	clean(t, db, l)
}

func TestSealWithoutAnswers(t *testing.T) {
	db := openStore(t)
	c := clockAt(calendar.Date(2026, 11, 22), time.Hour)
	l := ledger.New(db, c.now, vietnam)
	must(t, l.Seal(t.Context(), nil))
	if got := sealedThrough(t, db); got != "2026-11-21" {
		t.Errorf("sealed through %s", got)
	}
	insert(t, db, sheet(1, "stp", c.today()))
	_, err := l.Add(t.Context(), added(3, "stp", c.today()-200))
	must(t, err)
	c.advance(48 * time.Hour)
	must(t, l.Seal(t.Context(), nil))
	if verdict := clean(t, db, l); verdict.Responses != 2 {
		t.Errorf("verdict %+v", verdict)
	}
}

func TestSealIsIdempotent(t *testing.T) {
	db := openStore(t)
	days := calendar.Range{From: calendar.Date(2026, 9, 20), To: calendar.Date(2026, 11, 2)}
	spread(t, db, 90, days)
	c := clockAt(days.To+1, time.Hour)
	l := ledger.New(db, c.now, vietnam)
	must(t, l.Seal(t.Context(), nil))
	want := kept(t, db)
	must(t, l.Seal(t.Context(), nil))
	must(t, ledger.New(db, c.now, vietnam).Seal(t.Context(), nil))
	if diff := cmp.Diff(want, kept(t, db)); diff != "" {
		t.Error(diff)
	}
	verdict := clean(t, db, l)
	if verdict.Responses != 90 || verdict.Days == 0 || verdict.Months != 2*len(agencies) || verdict.SealedThrough.String() != "2026-11-02" {
		t.Errorf("verdict %+v", verdict)
	}
}

// TestSealClearsStraySums empties a sum of an agency that has no responses on
// the day, such as a restored copy may bring along.
func TestSealClearsStraySums(t *testing.T) {
	db := openStore(t)
	last := calendar.Date(2026, 10, 31)
	insert(t, db, sheet(1, "stp", last-1))
	r := sheet(2, "ghost", last)
	stray := store.Sum{Agency: "ghost", Grain: store.ByDay, First: last, Tally: tally.New()}
	stray.Tally.Add(&r)
	must(t, db.PutSums(t.Context(), []store.Sum{stray}))
	c := clockAt(last+1, time.Hour)
	l := ledger.New(db, c.now, vietnam)
	must(t, l.Seal(t.Context(), nil))
	clean(t, db, l)
	if diff := cmp.Diff(figures{"ghost": {}}, read(t, l, []string{"ghost"}, last.Month().Range())); diff != "" {
		t.Error(diff)
	}
}

// TestSealRaced has several processes, each with its own connections to the
// file, seal the same days at the same time.
func TestSealRaced(t *testing.T) {
	db := openStore(t)
	file := filepath.Join(t.TempDir(), "shared.db")
	days := calendar.Range{From: calendar.Date(2026, 9, 25), To: calendar.Date(2026, 10, 5)}
	c := clockAt(days.To+1, time.Hour)
	var sealing sync.WaitGroup
	start := make(chan struct{})
	for range 3 {
		process, err := sqlite.Open(t.Context(), file)
		must(t, err)
		defer process.Close()
		db = process
		for range 2 {
			l := ledger.New(process, c.now, vietnam)
			sealing.Go(func() {
				<-start
				if err := l.Seal(context.Background(), nil); err != nil {
					t.Errorf("Seal: %v", err)
				}
			})
		}
	}
	spread(t, db, 40, days)
	close(start)
	sealing.Wait()
	verdict := clean(t, db, ledger.New(db, c.now, vietnam))
	if verdict.SealedThrough.String() != days.To.String() || verdict.Responses != 40 {
		t.Errorf("verdict %+v", verdict)
	}
}

// TestSealCut has the sealing process die at every one of its calls, with and
// without the effect of the last.
func TestSealCut(t *testing.T) {
	days := calendar.Range{From: calendar.Date(2026, 9, 29), To: calendar.Date(2026, 10, 2)}
	for _, effect := range []bool{false, true} {
		db := openStore(t)
		spread(t, db, 12, days)
		c := clockAt(days.To+1, time.Hour)
		l := ledger.New(db, c.now, vietnam)
		deaths := 0
		for fatal := 1; ; fatal++ { // each life gets a little further
			dying := newMortal(db, fatal, effect)
			err := ledger.New(dying, c.now, vietnam).Seal(t.Context(), nil)
			if diff := cmp.Diff(count(t, db, agencies, days), read(t, l, agencies, days)); diff != "" {
				t.Fatalf("figures after a death at call %d: %s", fatal, diff)
			}
			if !dying.died {
				must(t, err)
				break
			}
			deaths++
			if !errors.Is(err, errDead) {
				t.Fatalf("Seal: %v", err)
			}
		}
		if deaths < 5 {
			t.Errorf("only %d deaths were tried", deaths)
		}
		clean(t, db, l)
	}
}

func TestSealProgress(t *testing.T) {
	db := openStore(t)
	day := calendar.Date(2026, 11, 10)
	insert(t, db, sheet(1, "stp", day))
	c := clockAt(day+5, time.Hour)
	l := ledger.New(db, c.now, vietnam)
	type told struct{ Done, Total int }
	var all []told
	note := func(done, total int) { all = append(all, told{done, total}) }
	must(t, l.Seal(t.Context(), note))
	if diff := cmp.Diff([]told{{1, 5}, {2, 5}, {3, 5}, {4, 5}, {5, 5}}, all); diff != "" {
		t.Error(diff)
	}
	all = nil
	must(t, l.Seal(t.Context(), note))
	c.advance(24 * time.Hour)
	must(t, l.Seal(t.Context(), note))
	if diff := cmp.Diff([]told{{1, 1}}, all); diff != "" {
		t.Error(diff)
	}
	all = nil
	_, err := l.Verify(t.Context(), note)
	must(t, err)
	if diff := cmp.Diff([]told{{1, 1}}, all); diff != "" {
		t.Error(diff)
	}
	insert(t, db, sheet(2, "stp", calendar.Date(2026, 8, 31)))
	all = nil
	_, err = l.Verify(t.Context(), note)
	must(t, err)
	if diff := cmp.Diff([]told{{1, 4}, {2, 4}, {3, 4}, {4, 4}}, all); diff != "" {
		t.Error(diff)
	}
}

func TestSealEndsWithItsContext(t *testing.T) {
	db := openStore(t)
	days := calendar.Range{From: calendar.Date(2026, 10, 1), To: calendar.Date(2026, 10, 20)}
	spread(t, db, 10, days)
	c := clockAt(days.To+1, time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	err := ledger.New(db, c.now, vietnam).Seal(ctx, func(done, _ int) {
		if done == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || sealedThrough(t, db) != "2026-10-03" {
		t.Errorf("Seal: %v; sealed through %s", err, sealedThrough(t, db))
	}
	l := ledger.New(db, c.now, vietnam)
	must(t, l.Seal(t.Context(), nil))
	clean(t, db, l)
}

// TestClockThatRanAhead seals days before they end. Once the clock is right,
// answers of such days are read live, and the days are sealed again when they
// have ended.
func TestClockThatRanAhead(t *testing.T) {
	db := openStore(t)
	day := calendar.Date(2026, 11, 29)
	insert(t, db, sheet(1, "stp", day))
	c := clockAt(day+60, time.Hour)
	l := ledger.New(db, c.now, vietnam)
	must(t, l.Seal(t.Context(), nil))
	for n := range 4 {
		c.set(day+calendar.Day(n), 12*time.Hour)
		insert(t, db, sheet(10+n, "stp", c.today()))
		span := calendar.Range{From: day - 40, To: day + 90}
		if diff := cmp.Diff(count(t, db, agencies, span), read(t, l, agencies, span)); diff != "" {
			t.Errorf("on %s: %s", c.today(), diff)
		}
		c.set(c.today()+1, ledger.Grace)
		must(t, l.Seal(t.Context(), nil))
		if diff := cmp.Diff(count(t, db, agencies, span), read(t, l, agencies, span)); diff != "" {
			t.Errorf("once %s has ended: %s", c.today()-1, diff)
		}
		clean(t, db, l)
	}
}

// TestReadingChangesNothing compares all that is kept before and after figures
// are read and verified.
func TestReadingChangesNothing(t *testing.T) {
	db := openStore(t)
	days := calendar.Range{From: calendar.Date(2026, 9, 20), To: calendar.Date(2026, 11, 2)}
	spread(t, db, 60, days)
	c := clockAt(days.To, 12*time.Hour)
	l := ledger.New(db, c.now, vietnam)
	must(t, l.Seal(t.Context(), nil))
	sums, through := kept(t, db), sealedThrough(t, db)
	for from := days.From - 3; from < days.To; from += 5 {
		read(t, l, agencies, calendar.Range{From: from, To: days.To + 3})
	}
	clean(t, db, l)
	if diff := cmp.Diff(sums, kept(t, db)); diff != "" || sealedThrough(t, db) != through {
		t.Errorf("sealed through %s, then %s; %s", through, sealedThrough(t, db), diff)
	}
	if len(sums) == 0 {
		t.Error("nothing was kept")
	}
}
