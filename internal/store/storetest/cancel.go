package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"hailong/internal/response"
	"hailong/internal/store"
)

func cancelChecks() []check {
	return []check{
		{"CancelledBeforeTheCall", cancelledBefore},
		{"CancelledDuringScan", cancelledDuringScan},
		{"CancelledDuringInsert", cancelledDuringInsert},
	}
}

// calls names every call of the contract that takes a context. Repeating all
// of them is harmless.
func calls(s store.Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Ping":   s.Ping,
		"Insert": func(ctx context.Context) error { _, err := s.Insert(ctx, sheets(0, 2)); return err },
		"Exists": func(ctx context.Context) error { _, err := s.Exists(ctx, idOf(0)); return err },
		"Scan":   func(ctx context.Context) error { return s.Scan(ctx, store.Scan{Range: always()}, ignore) },
		"Texts": func(ctx context.Context) error {
			_, err := s.Texts(ctx, store.Texts{Range: always(), Limit: 3})
			return err
		},
		"FirstDay":      func(ctx context.Context) error { _, _, err := s.FirstDay(ctx); return err },
		"SealedThrough": func(ctx context.Context) error { _, _, err := s.SealedThrough(ctx); return err },
		"AdvanceSealed": func(ctx context.Context) error { return s.AdvanceSealed(ctx, today) },
		"Sums": func(ctx context.Context) error {
			_, err := s.Sums(ctx, []string{"stp"}, store.ByDay, always())
			return err
		},
		"SumRevisions": func(ctx context.Context) error {
			_, err := s.SumRevisions(ctx, []string{"stp"}, store.ByDay, always())
			return err
		},
		"Find":             func(ctx context.Context) error { _, err := s.Find(ctx, []response.ID{idOf(1)}); return err },
		"States":           func(ctx context.Context) error { _, err := s.States(ctx, []string{"stp"}, today); return err },
		"PutSums":          func(ctx context.Context) error { return putFresh(ctx, s) },
		"AddMarks":         func(ctx context.Context) error { return s.AddMarks(ctx, []store.Mark{{Agency: "stp", Token: "x"}}) },
		"Marks":            func(ctx context.Context) error { _, err := s.Marks(ctx); return err },
		"RemoveMarks":      func(ctx context.Context) error { return s.RemoveMarks(ctx, []store.Mark{{Agency: "stp", Token: "x"}}) },
		"Register":         func(ctx context.Context) error { _, _, err := s.Register(ctx); return err },
		"RegisterRevision": func(ctx context.Context) error { _, err := s.RegisterRevision(ctx); return err },
		"PutRegister":      func(ctx context.Context) error { _, err := s.PutRegister(ctx, []byte("x"), 0); return taken(err) },
		"PinForm":          func(ctx context.Context) error { _, err := s.PinForm(ctx, pin("mot-cua", 1, "aa")); return err },
		"Pins":             func(ctx context.Context) error { _, err := s.Pins(ctx); return err },
		"Account":          func(ctx context.Context) error { _, err := s.Account(ctx, "a@x.vn"); return taken(err) },
		"Accounts":         func(ctx context.Context) error { _, err := s.Accounts(ctx); return err },
		"PutAccount":       func(ctx context.Context) error { return taken(s.PutAccount(ctx, account("a@x.vn", 0))) },
		"AddSession":       func(ctx context.Context) error { return taken(s.AddSession(ctx, session(0, "a@x.vn", noon()))) },
		"Session": func(ctx context.Context) error {
			_, err := s.Session(ctx, session(0, "", noon()).TokenHash)
			return taken(err)
		},
		"RemoveSession":        func(ctx context.Context) error { return s.RemoveSession(ctx, session(0, "", noon()).TokenHash) },
		"RemoveSessionsOf":     func(ctx context.Context) error { return s.RemoveSessionsOf(ctx, "a@x.vn") },
		"RemoveSessionsBefore": func(ctx context.Context) error { return s.RemoveSessionsBefore(ctx, noon()) },
		"Record":               func(ctx context.Context) error { _, err := s.Record(ctx, "x", "a"); return taken(err) },
		"Records":              func(ctx context.Context) error { _, err := s.Records(ctx, store.Span{Kind: "x"}); return err },
		"PutRecords": func(ctx context.Context) error {
			return taken(s.PutRecords(ctx, []store.Record{{Kind: "x", Key: "a"}}))
		},
		"RemoveRecords": func(ctx context.Context) error { return s.RemoveRecords(ctx, "x", []string{"a"}) },
	}
}

func ignore(*response.Response) error { return nil }

func putFresh(ctx context.Context, s store.Store) error {
	return taken(s.PutSums(ctx, []store.Sum{sumOf("stp", store.ByDay, today, 1)}))
}

// taken forgives what depends on the calls before.
func taken(err error) error {
	if errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// cancelledBefore demands of every call the context's error, and that the same
// call works right after with another context.
func cancelledBefore(t *testing.T, s store.Store) {
	insert(t, s, sheets(0, 1))
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, release := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer release()
	for name, call := range calls(s) {
		if err := call(cancelled); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context: %v", name, err)
		}
		if err := call(late); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s after the deadline: %v", name, err)
		}
		if err := call(t.Context()); err != nil {
			t.Errorf("%s after a cancelled one: %v", name, err)
		}
	}
}

func cancelledDuringScan(t *testing.T, s store.Store) {
	const all = 2_000
	insert(t, s, sheets(0, all))
	for range 10 {
		ctx, cancel := context.WithCancel(t.Context())
		visits := 0
		err := s.Scan(ctx, store.Scan{Range: always()}, func(*response.Response) error {
			if visits++; visits == 3 {
				cancel()
			}
			return nil
		})
		cancel()
		if !errors.Is(err, context.Canceled) || visits == all {
			t.Errorf("Scan cancelled at the third visit: %d visits, %v", visits, err)
		}
		if got := len(scan(t, s, store.Scan{Range: always()})); got != all {
			t.Fatalf("the scan after a cancelled one found %d responses of %d", got, all)
		}
	}
}

// cancelledDuringInsert cancels at another moment each time, then repeats the
// batch: it is either new or known, in all its parts there once, and what was
// acknowledged is not lost.
func cancelledDuringInsert(t *testing.T, s store.Store) {
	const rounds, size = 40, 200
	for round := range rounds {
		batch := sheets(round*size, (round+1)*size)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(round)*200*time.Microsecond)
		_, cancelled := s.Insert(ctx, batch)
		cancel()
		if cancelled != nil && !errors.Is(cancelled, context.DeadlineExceeded) {
			t.Errorf("Insert cancelled after %d × 200 µs: %v", round, cancelled)
		}
		for i, outcome := range insert(t, s, batch) {
			if cancelled == nil && outcome != store.Duplicate {
				t.Errorf("response %d of round %d was acknowledged, and lost", i, round)
			}
		}
	}
	same(t, "responses", scan(t, s, store.Scan{Range: always()}), inScanOrder(sheets(0, rounds*size)))
}
