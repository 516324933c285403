package ledger_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/store"

	"github.com/google/go-cmp/cmp"
)

// reads counts what is read from a store.
type reads struct {
	ledger.Store
	sums, responses int
}

func (r *reads) Sums(ctx context.Context, codes []string, grain store.Grain, days calendar.Range) ([]store.Sum, error) {
	found, err := r.Store.Sums(ctx, codes, grain, days)
	r.sums += len(found)
	return found, err
}

func (r *reads) Scan(ctx context.Context, q store.Scan, visit func(*response.Response) error) error {
	return r.Store.Scan(ctx, q, func(one *response.Response) error {
		r.responses++
		return visit(one)
	})
}

// since returns what was read since it was last asked.
func (r *reads) since() [2]int {
	counted := [2]int{r.sums, r.responses}
	r.sums, r.responses = 0, 0
	return counted
}

// busy is a sealed store with many answers of stp on the open day.
func busy(t *testing.T) (*reads, *ledger.Ledger, *clock, calendar.Range) {
	t.Helper()
	db, c, days := sealed(t)
	for n := range 300 {
		insert(t, db, added(n, "stp", days.To)...)
	}
	counting := &reads{Store: db}
	return counting, ledger.New(counting, c.now, vietnam), c, days
}

// TestReadAgain reads nothing that has not changed.
func TestReadAgain(t *testing.T) {
	db, l, _, days := busy(t)
	want := read(t, l, agencies, days)
	if diff := cmp.Diff(count(t, db.Store, agencies, days), want); diff != "" {
		t.Fatal(diff)
	}
	if first := db.since(); first[0] == 0 || first[1] < 300 {
		t.Errorf("the first reading reads %v sums and responses", first)
	}
	for range 3 {
		if diff := cmp.Diff(want, read(t, l, agencies, days)); diff != "" {
			t.Error(diff)
		}
	}
	if again := db.since(); again != [2]int{} {
		t.Errorf("further readings read %v sums and responses", again)
	}
}

// TestReadOneMore reads little more than the answer that came.
func TestReadOneMore(t *testing.T) {
	db, l, _, days := busy(t)
	read(t, l, agencies, days)
	for n := range 50 {
		db.since()
		before := read(t, l, agencies, days)
		insert(t, db, added(1000+n, "stp", days.To)...)
		after := read(t, l, agencies, days)
		if diff := cmp.Diff(count(t, db.Store, agencies, days), after); diff != "" {
			t.Fatal(diff)
		}
		if cmp.Equal(before, after) {
			t.Fatal("one more answer changes nothing")
		}
		if got := db.since(); got[0] != 0 || got[1] > 60 {
			t.Errorf("after one more answer of about %d, %v sums and responses are read", 300+n, got)
		}
	}
}

// TestReadAfterAnotherProcessAdds sees what another process writes to sealed
// days, and reads the sums of no other agency for it.
func TestReadAfterAnotherProcessAdds(t *testing.T) {
	db, l, c, days := busy(t)
	other := ledger.New(db.Store, c.now, vietnam)
	for n := range 5 {
		read(t, l, agencies, days)
		db.since()
		_, err := other.Add(t.Context(), added(2000+n, "syt", days.From+calendar.Day(n)))
		must(t, err)
		if diff := cmp.Diff(count(t, db.Store, agencies, days), read(t, l, agencies, days)); diff != "" {
			t.Fatal(diff)
		}
		of, err := db.Store.Sums(t.Context(), []string{"syt"}, store.ByDay, days)
		must(t, err)
		if got := db.since(); got[0] == 0 || got[0] > len(of) || got[1] != 0 {
			t.Errorf("%v sums and responses are read", got)
		}
	}
}

// TestReadWhileAnswersCome has an answer come at each of the calls of a
// reading: the next one knows it.
func TestReadWhileAnswersCome(t *testing.T) {
	db, c, days := sealed(t)
	must(t, db.AddMarks(t.Context(), []store.Mark{{Agency: "stp", Day: days.From, Token: "1-a"}}))
	watching := &watched{Store: db}
	l := ledger.New(watching, c.now, vietnam)
	n := 0
	for _, before := range []bool{true, false} {
		for moment := 1; ; moment++ {
			calls := 0
			watching.around = func(call func() error) error {
				calls++
				if calls == moment && before {
					n++
					insert(t, db, added(n, "stp", days.From, days.To)...)
				}
				err := call()
				if calls == moment && !before {
					n++
					insert(t, db, added(n, "stp", days.From, days.To)...)
				}
				return err
			}
			insert(t, db, added(1_000+n, "stp", days.From, days.To)...)
			read(t, l, agencies, days)
			if calls < moment {
				break
			}
			watching.around = func(call func() error) error { return call() }
			if diff := cmp.Diff(count(t, db, agencies, days), read(t, l, agencies, days)); diff != "" {
				t.Fatalf("after an answer at call %d: %s", moment, diff)
			}
		}
	}
	if n < 16 {
		t.Errorf("only %d answers came", n)
	}
}

// hiding is a store that loses an answer for a while, as an engine does that
// takes back what it has not acknowledged.
type hiding struct {
	ledger.Store
	hidden response.ID
	is     bool
}

func (h *hiding) Scan(ctx context.Context, q store.Scan, visit func(*response.Response) error) error {
	return h.Store.Scan(ctx, q, func(r *response.Response) error {
		if h.is && r.ID == h.hidden {
			return nil
		}
		return visit(r)
	})
}

func (h *hiding) States(ctx context.Context, codes []string, day calendar.Day) ([]store.State, error) {
	states, err := h.Store.States(ctx, codes, day)
	for i := range states {
		if h.is && states[i].Part == store.PartOf(h.hidden) {
			states[i].Token += "-1"
		}
	}
	return states, err
}

// TestReadOfAnAnswerTakenBack sees an answer from one of the calls of a reading
// until its end, and must not remember it.
func TestReadOfAnAnswerTakenBack(t *testing.T) {
	db, c, days := sealed(t)
	last := added(1, "stp", days.To)
	insert(t, db, last...)
	for moment := 1; moment < 12; moment++ {
		taking := &hiding{Store: db, hidden: last[0].ID, is: true}
		watching := &watched{Store: taking}
		l := ledger.New(watching, c.now, vietnam)
		want := read(t, ledger.New(taking, c.now, vietnam), agencies, days)
		calls := 0
		watching.around = func(call func() error) error {
			calls++
			taking.is = calls < moment
			return call()
		}
		read(t, l, agencies, days)
		taking.is, watching.around = true, func(call func() error) error { return call() }
		if diff := cmp.Diff(want, read(t, l, agencies, days)); diff != "" {
			t.Errorf("seen at call %d: %s", moment, diff)
		}
	}
}

// TestRememberedIsBounded reads many ranges with room for few.
func TestRememberedIsBounded(t *testing.T) {
	db, c, days := sealed(t)
	const room = 200_000
	l := ledger.Remembering(room, db, c.now, vietnam)
	most := 0
	for d := range calendar.Day(40) {
		r := calendar.Range{From: days.From + d, To: days.To}
		if diff := cmp.Diff(count(t, db, agencies, r), read(t, l, agencies, r)); diff != "" {
			t.Fatal(diff)
		}
		results, bytes := l.Remembered()
		if bytes > room || bytes < 0 || (results == 0) != (bytes == 0) {
			t.Fatalf("%d results of %d bytes are kept", results, bytes)
		}
		most = max(most, results)
	}
	if most < 2 {
		t.Errorf("never more than %d results are kept", most)
	}
}

// TestReadTogether has many readers of one ledger beside writers: nobody ever
// reads less than was there when the reading began.
func TestReadTogether(t *testing.T) {
	db, c, days := sealed(t)
	l := ledger.Remembering(1<<20, db, c.now, vietnam)
	var writing, reading sync.WaitGroup
	over := make(chan struct{})
	for w := range 2 {
		writing.Go(func() {
			for n := range 60 {
				if _, err := db.Insert(context.Background(), added(w*100+n, "stp", days.To)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 4 {
		reading.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				if err := readsAllThatIsThere(l, db, days); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writing.Wait()
	time.Sleep(10 * time.Millisecond)
	close(over)
	reading.Wait()
	if diff := cmp.Diff(count(t, db, agencies, days), read(t, l, agencies, days)); diff != "" {
		t.Error(diff)
	}
}

// readsAllThatIsThere counts the open day before and after a reading.
func readsAllThatIsThere(l *ledger.Ledger, db ledger.Store, days calendar.Range) error {
	open := calendar.Range{From: days.To, To: days.To}
	counted := func() (n int64, err error) {
		err = db.Scan(context.Background(), store.Scan{Agency: "stp", Range: open}, func(*response.Response) error { n++; return nil })
		return n, err
	}
	before, err := counted()
	if err != nil {
		return err
	}
	got, err := l.Read(context.Background(), []string{"stp"}, open)
	if err != nil {
		return err
	}
	after, err := counted()
	if n := got["stp"].Total().N(); err == nil && (n < before || n > after) {
		err = fmt.Errorf("%d responses are read, there were %d before and %d after", n, before, after)
	}
	return err
}
