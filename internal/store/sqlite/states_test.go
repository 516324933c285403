package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"hailong/internal/store/sqlite"
)

// counted adds up the states of agency-00, which in this adapter are counts.
func counted(ctx context.Context, s *sqlite.Store) (int, error) {
	states, err := s.States(ctx, []string{"agency-00"}, 20_636)
	total := 0
	for _, state := range states {
		n, fault := strconv.Atoi(state.Token)
		total, err = total+n, errors.Join(err, fault)
	}
	return total, err
}

// counts demands n, twice: the second time nothing was written since.
func counts(t *testing.T, s *sqlite.Store, n int) {
	t.Helper()
	for range 2 {
		if got, err := counted(t.Context(), s); got != n || err != nil {
			t.Fatalf("States count %d responses, want %d: %v", got, n, err)
		}
	}
}

// TestStatesAcrossStores has two stores on one file write in turns, with calls
// that are cancelled in between.
func TestStatesAcrossStores(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	stores := []*sqlite.Store{reopen(t, path), reopen(t, path)}
	defer closed(t, stores[0])
	defer closed(t, stores[1])
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for n := range 40 {
		if _, err := stores[n/2%2].Insert(t.Context(), sheets(n*30, n*30+1)); err != nil { // each of agency-00
			t.Fatal(err)
		}
		if n%3 == 0 {
			if _, err := counted(cancelled, stores[n%2]); !errors.Is(err, context.Canceled) {
				t.Errorf("States with a cancelled context: %v", err)
			}
		}
		counts(t, stores[0], n+1)
		counts(t, stores[1], n+1)
	}
}

// TestStatesWhileOthersWrite has many readers: what was stored before a call
// began is counted, whoever counted it first.
func TestStatesWhileOthersWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	reading, writing := reopen(t, path), reopen(t, path)
	defer closed(t, reading)
	defer closed(t, writing)
	const all = 300
	var stored atomic.Int64
	var running sync.WaitGroup
	for range 6 {
		running.Go(func() {
			for stored.Load() < all {
				before := int(stored.Load())
				if got, err := counted(context.Background(), reading); err != nil || got < before {
					t.Errorf("States count %d responses, %d were stored before: %v", got, before, err)
					return
				}
			}
		})
	}
	for n := range all {
		if _, err := writing.Insert(t.Context(), sheets(n*30, n*30+1)); err != nil {
			t.Fatal(err)
		}
		stored.Add(1)
	}
	running.Wait()
	counts(t, reading, all)
}
