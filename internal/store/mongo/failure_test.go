package mongo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/storetest/engine"
)

// calls are one of each kind: write, read one, read many, ping.
func calls(s *mongo.Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Insert":   func(ctx context.Context) error { _, err := s.Insert(ctx, sheets(0, 40)); return err },
		"Exists":   func(ctx context.Context) error { _, err := s.Exists(ctx, response.ID{1}); return err },
		"Scan":     func(ctx context.Context) error { return s.Scan(ctx, store.Scan{Range: everyDay}, pass) },
		"AddMarks": func(ctx context.Context) error { return s.AddMarks(ctx, []store.Mark{{Agency: "stp", Token: "x"}}) },
		"Marks":    func(ctx context.Context) error { _, err := s.Marks(ctx); return err },
		"Ping":     s.Ping,
	}
}

func pass(*response.Response) error { return nil }

// TestEngineStopsAndReturns cuts the line and mends it.
func TestEngineStopsAndReturns(t *testing.T) {
	t.Parallel()
	wire, uri := newLine(t, engine.MongoDB(t))
	s := openUntilEnd(t, uri)
	wire.set(true, false)
	failTogether(t, calls(s))
	wire.set(false, false)
	for name, call := range calls(s) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s after the engine returned: %v", name, err)
		}
	}
	if got := count(t, s); got != 40 {
		t.Errorf("%d responses are there, want 40", got)
	}
}

// failTogether makes all calls at once, as each may wait for the engine.
func failTogether(t *testing.T, calls map[string]func(context.Context) error) {
	t.Helper()
	start := time.Now()
	errs := make(chan error, len(calls))
	for _, call := range calls {
		go func() { errs <- call(t.Context()) }()
	}
	for range calls {
		if err := <-errs; !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("a call without an engine: %v", err)
		}
	}
	if took := time.Since(start); took > 12*time.Second {
		t.Errorf("the calls gave up only after %v", took)
	}
}

// TestOpenDuringFailure has the engine stop between two starts.
func TestOpenDuringFailure(t *testing.T) {
	t.Parallel()
	wire, uri := newLine(t, engine.MongoDB(t))
	wire.set(true, false)
	if _, err := mongo.Open(t.Context(), uri); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Open without an engine: %v", err)
	}
	wire.set(false, false)
	openUntilEnd(t, uri)
}

// TestLostAnswer loses the answer to a batch that was stored: the caller's
// deadline ends the call, and repeating the batch finds all of it.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	wire, uri := newLine(t, engine.MongoDB(t))
	s := openUntilEnd(t, uri)
	wire.set(false, true)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := s.Insert(ctx, sheets(0, 5)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Insert without an answer: %v", err)
	}
	wire.set(true, false)
	wire.set(false, false)
	got, err := s.Insert(t.Context(), sheets(0, 6))
	want := []store.Outcome{store.Duplicate, store.Duplicate, store.Duplicate, store.Duplicate, store.Duplicate, store.Stored}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("the batch repeated: %v (-want +got):\n%s", err, diff)
	}
}

// TestSilentEngine waits for an engine that takes requests and never answers:
// the adapter's own deadline ends the call.
func TestSilentEngine(t *testing.T) {
	t.Parallel()
	wire, uri := newLine(t, engine.MongoDB(t))
	s := openUntilEnd(t, uri)
	wire.set(false, true)
	failTogether(t, calls(s))
	wire.set(true, false)
}

// TestScanCutOff loses the line in the middle of a scan.
func TestScanCutOff(t *testing.T) {
	t.Parallel()
	wire, uri := newLine(t, engine.MongoDB(t))
	s := openUntilEnd(t, uri)
	if _, err := s.Insert(t.Context(), sheets(0, 3_000)); err != nil {
		t.Fatalf("Insert: %v", err)
	}
	visits := 0
	err := s.Scan(t.Context(), store.Scan{Range: everyDay}, func(*response.Response) error {
		if visits++; visits == 10 {
			wire.set(true, false)
		}
		return nil
	})
	if !errors.Is(err, store.ErrUnavailable) || visits == 3_000 {
		t.Errorf("Scan ended after %d visits: %v", visits, err)
	}
	wire.set(false, false)
	if got := count(t, s); got != 3_000 {
		t.Errorf("the next scan found %d responses of 3000", got)
	}
}

// TestSpoiledDocuments has another program write into the database. That is no
// failure of the engine, and no panic.
func TestSpoiledDocuments(t *testing.T) {
	uri := engine.MongoDB(t)
	s, db := openUntilEnd(t, uri), behind(t, uri)
	for collection, doc := range map[string]bson.D{
		"responses": {{Key: "_id", Value: []byte("short")}, {Key: "day", Value: int32(1)}},
		"sums": {{Key: "_id", Value: bson.D{{Key: "grain", Value: "day"}, {Key: "agency", Value: "stp"}, {Key: "first", Value: int32(1)}}},
			{Key: "tally", Value: []byte("{")}},
		"register": {{Key: "_id", Value: "register"}, {Key: "revision", Value: "one"}},
	} {
		if _, err := db.Collection(collection).InsertOne(t.Context(), doc); err != nil {
			t.Fatalf("InsertOne in %s: %v", collection, err)
		}
	}
	_, _, register := s.Register(t.Context())
	_, sums := s.Sums(t.Context(), []string{"stp"}, store.ByDay, everyDay)
	scan := s.Scan(t.Context(), store.Scan{Range: everyDay}, pass)
	for _, err := range []error{register, sums, scan} {
		if err == nil || errors.Is(err, store.ErrUnavailable) {
			t.Errorf("reading what another program wrote: %v", err)
		}
	}
}
