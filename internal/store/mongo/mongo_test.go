package mongo_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/storetest"
	"hailong/internal/store/storetest/engine"
	"hailong/internal/survey"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, engine.MongoDB(t)) })
}

// open does not close the store.
func open(t testing.TB, uri string) *mongo.Store {
	t.Helper()
	s, err := mongo.Open(t.Context(), uri)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}

// openUntilEnd closes the store when the test ends.
func openUntilEnd(t testing.TB, uri string) *mongo.Store {
	t.Helper()
	s := open(t, uri)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

// behind opens the database of the URI past the store.
func behind(t testing.TB, uri string) *driver.Database {
	t.Helper()
	address, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return client.Database(strings.TrimPrefix(address.Path, "/"))
}

// sheets returns responses of one day, numbered from n on.
func sheets(n, count int) []response.Response {
	batch := make([]response.Response, count)
	for i := range batch {
		batch[i] = response.Response{
			ID: response.ID{byte((n + i) >> 8), byte(n + i)}, Day: 20_636, Shift: calendar.Morning, Agency: "stp", Counter: "q1",
			Channel: response.QR, Form: survey.Ref{ID: "mot-cua", Version: 1}, Lang: "vi",
			Answers: []survey.Answer{{Question: "overall", Values: []string{"4"}}},
		}
	}
	return batch
}

var everyDay = calendar.Range{From: 0, To: 40_000}

func count(t *testing.T, s *mongo.Store) int {
	t.Helper()
	n := 0
	err := s.Scan(t.Context(), store.Scan{Range: everyDay}, func(*response.Response) error { n++; return nil })
	if err != nil {
		t.Fatalf("Scan: %v", err)
	}
	return n
}

func TestOpenRefusesURI(t *testing.T) {
	for _, uri := range []string{
		"mongodb://localhost", "mongodb://localhost/", "mongodb://localhost:27017/?w=1", "mongodb://a:1,b:2", "", "hailong",
		"sqlite:data/hailong.db", "http://localhost/hailong", "mongodb:///hailong", "mongodb://localhost/hai%zzlong",
		"mongodb://localhost/hailong?connectTimeoutMS=soon",
	} {
		s, err := mongo.Open(t.Context(), uri)
		if err == nil || s != nil {
			t.Errorf("Open %q: %v, %v", uri, s, err)
		}
		if errors.Is(err, store.ErrUnavailable) {
			t.Errorf("Open %q blames the engine: %v", uri, err)
		}
	}
}

func TestOpenWithoutDatabaseSaysWhatToWrite(t *testing.T) {
	_, err := mongo.Open(t.Context(), "mongodb://localhost:27017")
	if err == nil || !strings.Contains(err.Error(), "mongodb://host/NAME") {
		t.Errorf("Open: %v", err)
	}
}

func TestOpenWithoutEngine(t *testing.T) {
	t.Parallel()
	start := time.Now()
	_, err := mongo.Open(t.Context(), "mongodb://lan:secret@127.0.0.1:1/hailong")
	if !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("Open: %v", err)
	}
	if took := time.Since(start); took > 8*time.Second {
		t.Errorf("Open gave up only after %v", took)
	}
	for _, part := range []string{"hailong", "127.0.0.1:1", "check that MongoDB runs there"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not say %q: %v", part, err)
		}
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the error tells the password: %v", err)
	}
}

func TestOpenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := mongo.Open(ctx, "mongodb://127.0.0.1:1/hailong"); !errors.Is(err, context.Canceled) {
		t.Errorf("Open: %v", err)
	}
}

func TestOpenAgain(t *testing.T) {
	uri := engine.MongoDB(t)
	first := open(t, uri)
	if _, err := first.Insert(t.Context(), sheets(0, 3)); err != nil {
		t.Fatalf("Insert: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if got := count(t, openUntilEnd(t, uri)); got != 3 {
		t.Errorf("%d responses of 3 are there after opening again", got)
	}
}

// TestOpenTogether has several instances meet an empty database.
func TestOpenTogether(t *testing.T) {
	uri := engine.MongoDB(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			s, err := mongo.Open(t.Context(), uri)
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			defer s.Close()
			if _, err := s.Insert(t.Context(), sheets(i, 2)); err != nil {
				t.Errorf("Insert: %v", err)
			}
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("Ping: %v", err)
			}
		})
	}
	all.Wait()
	if got := count(t, openUntilEnd(t, uri)); got != 9 {
		t.Errorf("%d responses are there, want 9", got)
	}
}

func TestNewerSchema(t *testing.T) {
	uri := engine.MongoDB(t)
	running := openUntilEnd(t, uri)
	meta := behind(t, uri).Collection("meta")
	newer := bson.D{{Key: "$set", Value: bson.D{{Key: "value", Value: 99}}}}
	if result, err := meta.UpdateByID(t.Context(), "schema", newer); err != nil || result.MatchedCount != 1 {
		t.Fatalf("UpdateByID: %v, %v", result, err)
	}
	if _, err := mongo.Open(t.Context(), uri); !errors.Is(err, store.ErrNewerSchema) {
		t.Errorf("Open: %v", err)
	}
	if err := running.Ping(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Ping of an instance that was overtaken: %v", err)
	}
}

// TestPingMissesSchema drops the database under a running instance.
func TestPingMissesSchema(t *testing.T) {
	uri := engine.MongoDB(t)
	s := openUntilEnd(t, uri)
	if err := behind(t, uri).Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Ping: %v", err)
	}
}

// TestURICannotWeaken asks for writes without an answer: duplicates would go
// unnoticed.
func TestURICannotWeaken(t *testing.T) {
	s := openUntilEnd(t, engine.MongoDB(t)+"&w=0&journal=false&readPreference=secondary&readConcernLevel=available")
	want := []store.Outcome{store.Stored, store.Stored}
	for range 2 {
		got, err := s.Insert(t.Context(), sheets(0, 2))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Insert: %v (-want +got):\n%s", err, diff)
		}
		want = []store.Outcome{store.Duplicate, store.Duplicate}
	}
}
