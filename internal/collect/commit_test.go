package collect_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
)

// gate lets Insert calls through when the test says so.
type gate chan struct{}

func (g gate) wait(context.Context, int) error {
	<-g
	return nil
}

// answered returns what has been answered, without waiting.
func answered(all []<-chan answer) []answer {
	var done []answer
	for _, one := range all {
		select {
		case a := <-one:
			done = append(done, a)
		default:
		}
	}
	return done
}

// TestGroupCommit has many answers wait for one commit under way: they share
// the next commits, and none is answered before its own has returned.
func TestGroupCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, open := newMemory(), make(gate)
		db.beforeInsert = open.wait
		c := collect.New(db, words, 1, time.Now, time.UTC)
		f := form(t)
		const n = 1000
		var all []<-chan answer
		for i := range n {
			all = append(all, accept(t.Context(), c, sheet(f, i)))
			if i == 0 {
				synctest.Wait() // the first one goes alone
			}
		}
		synctest.Wait()
		if done := answered(all); len(done) != 0 || len(db.sizes()) != 1 {
			t.Fatalf("%d answered and %d commits begun while the first commit is under way", len(done), len(db.sizes()))
		}
		open <- struct{}{}
		synctest.Wait()
		if done := answered(all); len(done) != 1 {
			t.Fatalf("%d answered after the first commit", len(done))
		}
		close(open)
		synctest.Wait()
		for _, a := range answered(all) {
			if a.err != nil || a.outcome != store.Stored {
				t.Errorf("Accept: %v, %v", a.outcome, a.err)
			}
		}
		if sizes := db.sizes(); len(sizes) > 4 || len(db.kept) != n {
			t.Errorf("%d answers stored in commits of %v", len(db.kept), sizes)
		}
		c.Close()
	})
}

// durable notes what is durable once the store's Insert has returned.
type durable struct {
	*sqlite.Store
	mu      sync.Mutex
	ids     map[response.ID]bool
	commits int
}

func (d *durable) Insert(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	outcomes, err := d.Store.Insert(ctx, batch)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.commits++
	for _, r := range batch {
		d.ids[r.ID] = true
	}
	return outcomes, err
}

// TestAnsweredOnceDurable runs many clients against a real store.
func TestAnsweredOnceDurable(t *testing.T) {
	db := &durable{Store: openStore(t), ids: map[response.ID]bool{}}
	c := collect.New(db, words, 1, at(noon), time.UTC)
	defer c.Close()
	f := form(t)
	const clients, each = 64, 20
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for i := range each {
				n := client*each + i
				outcome, err := c.Accept(t.Context(), sheet(f, n))
				db.mu.Lock()
				there := db.ids[id(t, n)]
				db.mu.Unlock()
				if outcome != store.Stored || err != nil || !there {
					t.Errorf("Accept: %v, %v; durable: %v", outcome, err, there)
				}
			}
		})
	}
	all.Wait()
	if len(stored(t, db)) != clients*each {
		t.Errorf("%d stored of %d", len(stored(t, db)), clients*each)
	}
	if db.commits > clients*each/4 {
		t.Errorf("%d commits for %d answers of %d clients at once", db.commits, clients*each, clients)
	}
}

func TestDuplicatesInOneBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, open := newMemory(), make(gate)
		db.beforeInsert = open.wait
		c := collect.New(db, words, 1, time.Now, time.UTC)
		f := form(t)
		first := accept(t.Context(), c, sheet(f, 0))
		synctest.Wait()
		var same []<-chan answer
		for range 3 {
			same = append(same, accept(t.Context(), c, sheet(f, 1)))
		}
		synctest.Wait()
		close(open)
		synctest.Wait()
		outcomes := map[store.Outcome]int{}
		for _, a := range append(answered(same), <-first) {
			if a.err != nil {
				t.Errorf("Accept: %v", a.err)
			}
			outcomes[a.outcome]++
		}
		if outcomes[store.Stored] != 2 || outcomes[store.Duplicate] != 2 || !slices.Equal(db.sizes(), []int{1, 3}) {
			t.Errorf("outcomes %v in commits of %v", outcomes, db.sizes())
		}
		c.Close()
	})
}

// TestQueueFull turns away at once what it cannot hold; the rest is stored.
func TestQueueFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, open := newMemory(), make(gate)
		db.beforeInsert = open.wait
		c := collect.New(db, words, 1, time.Now, time.UTC)
		f := form(t)
		const n = 9_000
		var all []<-chan answer
		for i := range n {
			all = append(all, accept(t.Context(), c, sheet(f, i)))
		}
		synctest.Wait()
		refused := answered(all)
		if len(refused) == 0 || len(refused) > n/2 {
			t.Fatalf("%d of %d turned away", len(refused), n)
		}
		for _, a := range refused {
			if !errors.Is(a.err, store.ErrUnavailable) {
				t.Fatalf("turned away with %v", a.err)
			}
		}
		close(open)
		synctest.Wait()
		waited := answered(all)
		for _, a := range waited {
			if a.err != nil {
				t.Fatalf("Accept: %v", a.err)
			}
		}
		if len(waited)+len(refused) != n || len(db.kept) != len(waited) {
			t.Errorf("%d refused, %d answered, %d stored", len(refused), len(waited), len(db.kept))
		}
		if outcome, err := c.Accept(t.Context(), sheet(f, n)); outcome != store.Stored || err != nil {
			t.Errorf("Accept after the rush: %v, %v", outcome, err)
		}
		c.Close()
	})
}

func TestCloseWaitsForAnswersUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, open := newMemory(), make(gate)
		db.beforeInsert = open.wait
		c := collect.New(db, words, 1, time.Now, time.UTC)
		f := form(t)
		var all []<-chan answer
		for i := range 20 {
			all = append(all, accept(t.Context(), c, sheet(f, i)))
		}
		synctest.Wait()
		closed := make(chan struct{})
		go func() {
			c.Close()
			close(closed)
		}()
		synctest.Wait()
		select {
		case <-closed:
			t.Fatal("closed while answers were under way")
		default:
		}
		late, err := c.Accept(t.Context(), sheet(f, 99))
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("Accept while closing: %v, %v", late, err)
		}
		close(open)
		<-closed
		synctest.Wait()
		done := answered(all)
		for _, a := range done {
			if a.outcome != store.Stored || a.err != nil {
				t.Errorf("answer under way: %v, %v", a.outcome, a.err)
			}
		}
		if len(done) != 20 || len(db.kept) != 20 {
			t.Errorf("%d answered, %d stored of 20", len(done), len(db.kept))
		}
		c.Close() // again, which does nothing
	})
}

// TestTooOldToCommit holds up a commit for so long that the next answers could
// reach a day that was sealed.
func TestTooOldToCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := newMemory()
		db.beforeInsert = func(_ context.Context, call int) error {
			if call == 1 {
				time.Sleep(collect.MaxAge + time.Second) // as a store that ignores its context
			}
			return nil
		}
		c := collect.New(db, words, 1, time.Now, time.UTC)
		f := form(t)
		first := accept(t.Context(), c, sheet(f, 0))
		synctest.Wait()
		old := accept(t.Context(), c, sheet(f, 1))
		time.Sleep(2 * time.Second)
		young := accept(t.Context(), c, sheet(f, 2))
		time.Sleep(2 * collect.MaxAge)
		if a := <-first; a.outcome != store.Stored || a.err != nil {
			t.Errorf("the one that was being committed: %v, %v", a.outcome, a.err)
		}
		if a := <-old; !errors.Is(a.err, store.ErrUnavailable) || db.has(id(t, 1)) {
			t.Errorf("the one that waited too long: %v; stored: %v", a.err, db.has(id(t, 1)))
		}
		if a := <-young; a.outcome != store.Stored || a.err != nil {
			t.Errorf("the one that waited less: %v, %v", a.outcome, a.err)
		}
		if outcome, err := c.Accept(t.Context(), sheet(f, 1)); outcome != store.Stored || err != nil {
			t.Errorf("the old one again: %v, %v", outcome, err)
		}
		c.Close()
	})
}

// TestDayIsThatOfReceipt commits an answer after midnight that came before.
func TestDayIsThatOfReceipt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := newMemory()
		db.beforeInsert = func(context.Context, int) error {
			time.Sleep(8 * time.Second)
			return nil
		}
		c := collect.New(db, words, 1, time.Now, time.UTC)
		today := calendar.Of(time.Now(), time.UTC)
		time.Sleep(time.Until((today + 1).Midnight(time.UTC)) - 5*time.Second)
		f := form(t)
		first := accept(t.Context(), c, sheet(f, 1))
		synctest.Wait()
		time.Sleep(4 * time.Second)
		second := accept(t.Context(), c, sheet(f, 2)) // committed with the next batch
		time.Sleep(2 * time.Second)
		third := accept(t.Context(), c, sheet(f, 3))
		for _, one := range []<-chan answer{first, second, third} {
			must(t, (<-one).err)
		}
		for n, want := range map[int]calendar.Day{1: today, 2: today, 3: today + 1} {
			if r := db.kept[id(t, n)]; r.Day != want {
				t.Errorf("answer %d is of %s, want %s", n, r.Day, want)
			}
		}
		c.Close()
	})
}

// TestInsertHasADeadline keeps a store that hangs from holding answers for
// ever.
func TestInsertHasADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := newMemory()
		db.beforeInsert = func(ctx context.Context, _ int) error {
			<-ctx.Done()
			return ctx.Err()
		}
		c := collect.New(db, words, 1, time.Now, time.UTC)
		began := time.Now()
		_, err := c.Accept(t.Context(), sheet(form(t), 1))
		if !errors.Is(err, store.ErrUnavailable) || time.Since(began) > collect.MaxAge {
			t.Errorf("Accept on a store that hangs: %v after %v", err, time.Since(began))
		}
		c.Close()
	})
}

// TestClientGivesUp answers in the client's time; the answer may still become
// durable, and sending it again says so.
func TestClientGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, open := newMemory(), make(gate)
		db.beforeInsert = open.wait
		c := collect.New(db, words, 1, time.Now, time.UTC)
		f := form(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		_, err := c.Accept(ctx, sheet(f, 1))
		if !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("Accept: %v after %v", err, time.Since(began))
		}
		close(open)
		if outcome, err := c.Accept(t.Context(), sheet(f, 1)); outcome != store.Duplicate || err != nil {
			t.Errorf("Accept again: %v, %v", outcome, err)
		}
		c.Close()
	})
}

// TestSeveralWriters commits batches side by side.
func TestSeveralWriters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, open := newMemory(), make(gate)
		db.beforeInsert = open.wait
		c := collect.New(db, words, 3, time.Now, time.UTC)
		f := form(t)
		var all []<-chan answer
		for i := range 5 {
			all = append(all, accept(t.Context(), c, sheet(f, i)))
			synctest.Wait()
		}
		if sizes := db.sizes(); !slices.Equal(sizes, []int{1, 1, 1}) {
			t.Errorf("commits under way: %v", sizes)
		}
		close(open)
		synctest.Wait()
		if done := answered(all); len(done) != 5 || len(db.kept) != 5 {
			t.Errorf("%d answered, %d stored", len(done), len(db.kept))
		}
		c.Close()
	})
}

// TestOneBadBatchEndsNoWriter goes on after an error.
func TestOneBadBatchEndsNoWriter(t *testing.T) {
	db := newMemory()
	db.beforeInsert = func(_ context.Context, call int) error {
		if call%2 == 1 {
			return errors.New("no connection")
		}
		return nil
	}
	c := start(t, db, at(noon))
	f := form(t)
	for i := range 10 {
		_, err := c.Accept(t.Context(), sheet(f, i))
		if failed := i%2 == 0; errors.Is(err, store.ErrUnavailable) != failed || !failed && err != nil {
			t.Errorf("submission %d: %v", i, err)
		}
	}
}
