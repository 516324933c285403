package coverage_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/sqlite"
	"hailong/internal/store/storetest/engine"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var register = func() *org.Register {
	ended := calendar.Date(2025, 12, 31)
	parts := func(code string) org.Agency {
		return org.Agency{Code: code, Name: code,
			Services: []org.Service{{Code: "lltp", Name: "Lý lịch"}, {Code: "cc", Name: "Công chứng"}},
			Counters: []org.Counter{{Code: "q1", Name: "Quầy 1", Form: "mot-cua"}, {Code: "q2", Name: "Quầy 2", Form: "mot-cua", ValidTo: &ended}}}
	}
	old := parts("old")
	old.ValidTo = &ended
	return org.New(org.File{Agencies: []org.Agency{parts("stp"), parts("stp-2"), old}})
}()

var today = calendar.Date(2026, 11, 22)

func rules() coverage.Rules { return coverage.Rules{Register: register, Today: today} }

func openBook(t testing.TB) (*coverage.Book, *sqlite.Store) {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "hailong.db"))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return coverage.NewBook(s), s
}

// row is a figure of stp.
func row(counter, service string, day calendar.Day, served int64) rating.Served {
	return rating.Served{Agency: "stp", Counter: counter, Service: service, Day: day, Count: served}
}

func of(agency string, r rating.Served) rating.Served {
	r.Agency = agency
	return r
}

func put(t testing.TB, b *coverage.Book, rows ...rating.Served) coverage.Change {
	t.Helper()
	change, err := b.Put(context.Background(), rules(), rows)
	must(t, err)
	return change
}

var always = calendar.Range{From: calendar.Date(2000, 1, 1), To: today}

func read(t testing.TB, b *coverage.Book, r calendar.Range, agencies ...string) map[string][]rating.Served {
	t.Helper()
	all, err := b.Read(context.Background(), agencies, r)
	must(t, err)
	return all
}

func TestPutReplacesAndRepeats(t *testing.T) {
	b, _ := openBook(t)
	december := calendar.Date(2025, 12, 31)
	rows := []rating.Served{row("q2", "", monday, 7), row("q1", "", monday, 5), row("q1", "", december, 3), of("old", row("", "", december, 9))}
	for _, want := range []coverage.Change{{New: 4}, {Same: 4}} {
		if got, err := b.Check(t.Context(), rules(), rows); got != want || err != nil {
			t.Errorf("Check: %+v, %v, want %+v", got, err, want)
		}
		if got := put(t, b, rows...); got != want {
			t.Errorf("Put: %+v, want %+v", got, want)
		}
	}
	if got := put(t, b, row("q1", "", monday, 6), row("q1", "", tuesday, 0), row("q2", "", monday, 7)); got != (coverage.Change{New: 1, Changed: 1, Same: 1}) {
		t.Errorf("Put: %+v", got)
	}
	want := map[string][]rating.Served{
		"stp": {row("q1", "", december, 3), row("q1", "", monday, 6), row("q2", "", monday, 7), row("q1", "", tuesday, 0)},
		"old": {of("old", row("", "", december, 9))},
	}
	if diff := cmp.Diff(want, read(t, b, always, "stp", "stp-2", "old")); diff != "" {
		t.Error(diff)
	}
	cut := calendar.Range{From: december + 1, To: monday}
	if diff := cmp.Diff(map[string][]rating.Served{"stp": want["stp"][1:3]}, read(t, b, cut, "stp", "old")); diff != "" {
		t.Error(diff)
	}
	if got := read(t, b, calendar.Range{From: monday, To: december}, "stp"); len(got) != 0 {
		t.Errorf("an empty range holds %v", got)
	}
}

// TestPutMongo keeps figures on the other engine.
func TestPutMongo(t *testing.T) {
	s, err := mongo.Open(t.Context(), engine.MongoDB(t))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	b := coverage.NewBook(s)
	put(t, b, row("q1", "lltp", monday, 5), of("stp-2", row("", "", monday, 8)))
	if got := put(t, b, row("q1", "lltp", monday, 6)); got != (coverage.Change{Changed: 1}) {
		t.Errorf("Put: %+v", got)
	}
	want := map[string][]rating.Served{"stp": {row("q1", "lltp", monday, 6)}}
	if diff := cmp.Diff(want, read(t, b, always, "stp")); diff != "" {
		t.Error(diff)
	}
}

func TestJoin(t *testing.T) {
	const file = "agency,counter,service,day,served\nstx,,,2026-11-02,5\nstp,q1,,2.11.2026,x\n\n\nstp,q9,,2026-11-02,-1\nstp,q1,,2026-11-02,5\n"
	rows, err := coverage.ParseCSV(strings.NewReader(file))
	want := `1 unknown_agency: agency "stx" is not in the register
2 malformed: day "2.11.2026" is not of the form YYYY-MM-DD
4 malformed: the row is blank
5 unknown_counter: stp has no counter "q9"
5 bad_count: -1 dossiers: the number is negative`
	if diff := cmp.Diff(want, told(t, rules().Join(rows, err))); diff != "" {
		t.Error(diff)
	}
	gone := errors.New("the disk is gone")
	if err := rules().Join(rows, gone); !errors.Is(err, gone) {
		t.Errorf("error: %v", err)
	}
}

func TestCheckListsEveryFault(t *testing.T) {
	b, s := openBook(t)
	closed := rules()
	closed.Closed = func(agency string, day calendar.Day) (string, bool) {
		return "2026-Q3", agency == "stp" && day.Month() == monday.Month()-2
	}
	rows := []rating.Served{
		row("q1", "", monday, 5),
		of("stx", row("", "", monday, 5)),
		row("q9", "zzz", monday, -1),
		row("q1", "", monday, 5),
		row("", "", today+1, 5),
		row("", "", calendar.Date(1026, 11, 2), 2_000_000),
		row("q1", "", calendar.Date(2026, 9, 30), 5),
		of("stp-2", row("q1", "", calendar.Date(2026, 9, 30), 5)),
		row("q2", "", monday, 5), // ended, but known
		row("q1", "lltp", monday, 5),
	}
	want := `2 unknown_agency: agency "stx" is not in the register
3 unknown_counter: stp has no counter "q9"
3 unknown_service: stp has no service "zzz"
3 bad_count: -1 dossiers: the number is negative
4 repeated: the same agency, counter, service and day as row 1
5 bad_day: 2026-11-23 lies in the future; today is 2026-11-22
6 bad_count: 2000000 dossiers in one row, more than the 1000000 that are taken
6 bad_day: 1026-11-02 lies before 2000-01-01
7 sealed: 2026-09-30 lies in period 2026-Q3, whose figures are closed
10 overlaps: row 1 gives stp on 2026-11-02 by counter, this one is by counter and service, and together they would count dossiers twice`
	for _, do := range []func(context.Context, coverage.Rules, []rating.Served) (coverage.Change, error){b.Check, b.Put} {
		_, err := do(t.Context(), closed, rows)
		if diff := cmp.Diff(want, told(t, err)); diff != "" {
			t.Error(diff)
		}
	}
	if records, err := s.Records(t.Context(), store.Span{Kind: coverage.Kind}); err != nil || len(records) != 0 {
		t.Errorf("%d records are kept of faulty rows, %v", len(records), err)
	}
}

func TestOverlaps(t *testing.T) {
	for name, c := range map[string]struct {
		kept, rows []rating.Served
		want       string
	}{
		"in the rows": {nil, []rating.Served{row("", "", monday, 5), row("q1", "", monday, 5)},
			"2 overlaps: row 1 gives stp on 2026-11-02 for the whole agency, this one is by counter, and together they would count dossiers twice"},
		"counter and service apart": {nil, []rating.Served{row("q1", "", monday, 5), row("", "lltp", monday, 5)},
			"2 overlaps: row 1 gives stp on 2026-11-02 by counter, this one is by service, and together they would count dossiers twice"},
		"with what is kept": {[]rating.Served{row("", "", monday, 5)}, []rating.Served{row("q1", "", tuesday, 5), row("q1", "lltp", monday, 5)},
			"2 overlaps: the figures kept of stp on 2026-11-02 are for the whole agency, this one is by counter and service, and together they would count dossiers twice; set the kept ones to 0 first"},
		"another day":            {[]rating.Served{row("", "", monday, 5)}, []rating.Served{row("q1", "", tuesday, 5)}, ""},
		"another agency":         {[]rating.Served{row("", "", monday, 5)}, []rating.Served{of("stp-2", row("q1", "", monday, 5))}, ""},
		"kept, and taken back":   {[]rating.Served{row("", "", monday, 5)}, []rating.Served{row("", "", monday, 0), row("q1", "", monday, 5)}, ""},
		"taken back before":      {[]rating.Served{row("", "", monday, 0)}, []rating.Served{row("q1", "", monday, 5)}, ""},
		"nothing beside figures": {nil, []rating.Served{row("q1", "", monday, 5), row("", "", monday, 0)}, ""},
		"one replaced of two": {[]rating.Served{row("q1", "", monday, 5), row("q2", "", monday, 5)}, []rating.Served{row("q1", "", monday, 0), row("", "", monday, 10)},
			"2 overlaps: the figures kept of stp on 2026-11-02 are by counter, this one is for the whole agency, and together they would count dossiers twice; set the kept ones to 0 first"},
	} {
		t.Run(name, func(t *testing.T) {
			b, _ := openBook(t)
			put(t, b, c.kept...)
			_, err := b.Put(t.Context(), rules(), c.rows)
			if diff := cmp.Diff(c.want, told(t, err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLaw puts files at random. What is read is what a plain map would hold,
// in order, and no day is ever told in two shapes.
func TestLaw(t *testing.T) {
	folder, stores := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		stores++
		s, err := sqlite.Open(context.Background(), filepath.Join(folder, string(rune('a'+stores%26))+strings.Repeat("x", stores/26)+".db"))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		b, kept := coverage.NewBook(s), map[rating.Served]int64{}
		for range rapid.IntRange(1, 6).Draw(t, "files") {
			rows := rapid.SliceOfN(rapid.Custom(drawRow), 1, 8).Draw(t, "rows")
			change, err := b.Put(context.Background(), rules(), rows)
			if err != nil {
				continue
			}
			if got := change.New + change.Changed + change.Same; got != len(rows) {
				t.Fatalf("%d rows become %+v", len(rows), change)
			}
			for _, r := range rows {
				count := r.Count
				r.Count = 0
				kept[r] = count
			}
		}
		holds(t, b, kept)
	})
}

func drawRow(t *rapid.T) rating.Served {
	return rating.Served{
		Agency:  rapid.SampledFrom([]string{"stp", "stp-2"}).Draw(t, "agency"),
		Counter: rapid.SampledFrom([]string{"", "q1", "q2"}).Draw(t, "counter"),
		Service: rapid.SampledFrom([]string{"", "", "", "cc"}).Draw(t, "service"),
		Day:     calendar.Date(2026, 10, 30) + calendar.Day(rapid.IntRange(0, 4).Draw(t, "day")),
		Count:   rapid.Int64Range(0, 3).Draw(t, "served"),
	}
}

func holds(t *rapid.T, b *coverage.Book, kept map[rating.Served]int64) {
	all, err := b.Read(context.Background(), []string{"stp", "stp-2"}, always)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	shapes := map[rating.Served][2]bool{}
	for _, rows := range all {
		if !slices.IsSortedFunc(rows, func(a, b rating.Served) int { return int(a.Day - b.Day) }) {
			t.Fatalf("not in order: %v", rows)
		}
		for _, r := range rows {
			n++
			at, day := r, rating.Served{Agency: r.Agency, Day: r.Day}
			at.Count = 0
			if count, known := kept[at]; !known || count != r.Count {
				t.Fatalf("%+v is read, kept is %d, %v", r, count, known)
			}
			shape := [2]bool{r.Counter != "", r.Service != ""}
			if before, told := shapes[day]; r.Count > 0 && told && before != shape {
				t.Fatalf("%+v counts twice", r)
			}
			if r.Count > 0 {
				shapes[day] = shape
			}
		}
	}
	if n != len(kept) {
		t.Fatalf("%d figures are read, %d were put", n, len(kept))
	}
}

// TestPutConcurrently has many writers put into the same month.
func TestPutConcurrently(t *testing.T) {
	b, _ := openBook(t)
	var writers sync.WaitGroup
	for day := range calendar.Day(12) {
		writers.Go(func() {
			if _, err := b.Put(context.Background(), rules(), []rating.Served{row("q1", "", monday+day, 5)}); err != nil {
				t.Errorf("Put: %v", err)
			}
		})
	}
	writers.Wait()
	if got := read(t, b, always, "stp")["stp"]; len(got) != 12 {
		t.Errorf("%d figures of 12", len(got))
	}
}

// rival writes something else right before each write.
type rival struct {
	*sqlite.Store
	before func()
}

func (r *rival) PutRecords(ctx context.Context, records []store.Record) error {
	r.before()
	return r.Store.PutRecords(ctx, records)
}

func TestPutMeetsARival(t *testing.T) {
	quiet, s := openBook(t)
	n := int64(0)
	b := coverage.NewBook(&rival{Store: s, before: func() {
		n++
		put(t, quiet, row("q2", "", monday, n))
	}})
	if _, err := b.Put(t.Context(), rules(), []rating.Served{row("q1", "", monday, 5)}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("against a rival that never rests: %v", err)
	}
	n = 0
	b = coverage.NewBook(&rival{Store: s, before: func() {
		if n++; n == 1 {
			put(t, quiet, row("q1", "lltp", tuesday, 1))
		}
	}})
	_, err := b.Put(t.Context(), rules(), []rating.Served{row("q1", "", tuesday, 5)})
	if got := told(t, err); !strings.HasPrefix(got, "1 overlaps: ") {
		t.Errorf("a rival that told the day by service: %s", got)
	}
}

func TestUnreadableRecord(t *testing.T) {
	b, s := openBook(t)
	must(t, s.PutRecords(t.Context(), []store.Record{{Kind: coverage.Kind, Key: "stp/2026-11", Data: []byte("{")}}))
	if _, err := b.Read(t.Context(), []string{"stp"}, always); err == nil || !strings.Contains(err.Error(), "stp/2026-11") {
		t.Errorf("Read: %v", err)
	}
	if _, err := b.Put(t.Context(), rules(), []rating.Served{row("q1", "", monday, 5)}); err == nil {
		t.Error("Put over a record that nobody can read")
	}
}
