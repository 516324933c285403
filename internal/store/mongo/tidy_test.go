package mongo_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/storetest/engine"
)

const tidyDay = calendar.Day(20_636)

// arrivals stores responses one after the other, as they come on a quiet day.
func arrivals(t *testing.T, s *mongo.Store, chance *rand.Rand, n int) []response.Response {
	t.Helper()
	came := sheets(0, n)
	for i := range came {
		for k := range came[i].ID {
			came[i].ID[k] = byte(chance.Uint32())
		}
		came[i].Agency = []string{"stp", "syt", "sxd"}[i%3]
		if _, err := s.Insert(t.Context(), came[i:i+1]); err != nil {
			t.Fatal(err)
		}
	}
	return came
}

// idsAsTheyLie reads a collection in the order in which it lies there.
func idsAsTheyLie[ID any](t *testing.T, from *driver.Collection) (ids []ID) {
	t.Helper()
	cursor, err := from.Find(t.Context(), bson.D{}, options.Find().SetSort(bson.D{{Key: "$natural", Value: 1}}))
	if err != nil {
		t.Fatal(err)
	}
	var found []struct {
		ID ID `bson:"_id"`
	}
	if err := cursor.All(t.Context(), &found); err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	return ids
}

// TestTidyWipesOutTheOrderOfArrival has answers come, some after the day was
// tidied before, and reads how they lie.
func TestTidyWipesOutTheOrderOfArrival(t *testing.T) {
	t.Parallel()
	uri := engine.MongoDB(t)
	s, chance := openUntilEnd(t, uri), rand.New(rand.NewPCG(1, 1))
	lies := behind(t, uri).Collection("responses")
	var all []response.Response
	for _, n := range []int{400, 150, 1} {
		all = append(all, arrivals(t, s, chance, n)...)
		for range 2 { // the second time there is nothing to do
			if err := s.Tidy(t.Context(), tidyDay); err != nil {
				t.Fatal(err)
			}
		}
		if r := agreement(t, idsAsTheyLie[[]byte](t, lies), all); math.Abs(r) > 0.25 {
			t.Errorf("after %d responses they lie in the order of arrival: %.2f", len(all), r)
		}
	}
	for i, outcome := range insertAll(t, s, all) {
		if outcome != store.Duplicate {
			t.Fatalf("response %d can be stored a second time", i)
		}
	}
}

// Whatever the number of commands, each id is met by exactly one.
func TestTidyMeetsEachOnce(t *testing.T) {
	for count, want := range map[int64]int{1: 1, 20_000: 1, 20_001: 2, 70_000: 4, 5_000_000: store.Parts} {
		filters := mongo.TidyFilters(count)
		if len(filters) != want {
			t.Errorf("%d commands for %d responses, want %d", len(filters), count, want)
		}
		for first := range 256 {
			for _, rest := range []byte{0, 0x5a, 0xff} {
				id, met := slices.Repeat([]byte{rest}, len(response.ID{})), 0
				id[0] = byte(first)
				for _, f := range filters {
					bounds := f[1].Value.(bson.D)
					if bytes.Compare(bounds[0].Value.([]byte), id) <= 0 && bytes.Compare(id, bounds[1].Value.([]byte)) <= 0 {
						met++
					}
				}
				if met != 1 {
					t.Fatalf("%d responses: %d commands meet the id %x", count, met, id)
				}
			}
		}
	}
}

func insertAll(t *testing.T, s *mongo.Store, all []response.Response) []store.Outcome {
	t.Helper()
	outcomes, err := s.Insert(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// agreement correlates the place of each response with that of its arrival: 1
// is the order of arrival, 0 any other.
func agreement(t *testing.T, lie [][]byte, came []response.Response) float64 {
	t.Helper()
	if len(lie) != len(came) {
		t.Fatalf("%d responses lie there, want %d", len(lie), len(came))
	}
	at := map[response.ID]int{}
	for i := range came {
		at[came[i].ID] = i
	}
	n, sum := float64(len(came)), 0.0
	for place, id := range lie {
		apart := float64(place - at[response.ID(id)])
		sum += apart * apart
	}
	return 1 - 6*sum/(n*(n*n-1)) // Spearman's rho
}

// TestTidyOfRecords writes records about answers of a day in a random order.
func TestTidyOfRecords(t *testing.T) {
	t.Parallel()
	uri := engine.MongoDB(t)
	s := openUntilEnd(t, uri)
	came := arrivals(t, s, rand.New(rand.NewPCG(2, 2)), 60)
	for _, r := range came {
		record := store.Record{Kind: "decision", Key: tidyDay.String() + "/stp/" + r.ID.String(), Data: []byte("held")}
		if err := s.PutRecords(t.Context(), []store.Record{record}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Tidy(t.Context(), tidyDay); err != nil {
		t.Fatal(err)
	}
	type key struct{ Kind, Key string }
	var lie [][]byte
	for _, k := range idsAsTheyLie[key](t, behind(t, uri).Collection("records")) {
		var id response.ID
		if err := id.UnmarshalText([]byte(k.Key[strings.LastIndexByte(k.Key, '/')+1:])); err != nil {
			t.Fatal(err)
		}
		lie = append(lie, id[:])
	}
	if r := agreement(t, lie, came); math.Abs(r) > 0.6 {
		t.Errorf("they lie in the order in which they were written: %.2f", r)
	}
	left, err := s.Records(t.Context(), store.Span{Kind: "decision"})
	if err != nil || len(left) != 60 || left[0].Revision != 1 || string(left[0].Data) != "held" {
		t.Errorf("%d records are left, %v", len(left), err)
	}
}

// TestTidyIsCut ends it at any moment, by the context and by the network: no
// acknowledged answer is away, and none is there twice.
func TestTidyIsCut(t *testing.T) {
	t.Parallel()
	engine := engine.MongoDB(t)
	wire, uri := newLine(t, engine)
	s, direct, chance := openUntilEnd(t, uri), openUntilEnd(t, engine), rand.New(rand.NewPCG(3, 3))
	all, cuts := arrivals(t, direct, chance, 500), 0
	for round := range 30 {
		all = append(all, arrivals(t, direct, chance, 2)...)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(chance.IntN(60))*time.Millisecond)
		if round%3 == 0 {
			time.AfterFunc(time.Duration(chance.IntN(60))*time.Millisecond, func() { wire.set(true, false) })
		}
		err := s.Tidy(ctx, tidyDay)
		if err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("Tidy: %v", err)
		}
		if cancel(); err != nil {
			cuts++
		}
		if round%3 == 0 {
			time.Sleep(60 * time.Millisecond)
			wire.set(false, false)
		}
		if n := count(t, direct); n != len(all) {
			t.Fatalf("round %d: %d responses, want %d", round, n, len(all))
		}
	}
	if cuts < 5 {
		t.Errorf("cut %d times: this test tells nothing", cuts)
	}
	for i, outcome := range insertAll(t, direct, all) {
		if outcome != store.Duplicate {
			t.Fatalf("response %d can be stored a second time", i)
		}
	}
}

// TestTidyWhileRecordsChange writes the same records over and over while they
// are tidied: no writer is undone, none is told of a conflict that is none.
func TestTidyWhileRecordsChange(t *testing.T) {
	t.Parallel()
	uri := engine.MongoDB(t)
	writer, tidier := openUntilEnd(t, uri), openUntilEnd(t, uri)
	const records, rounds = 8, 25
	key := func(i int) string { return tidyDay.String() + "/stp/" + string(rune('a'+i)) }
	var all sync.WaitGroup
	for i := range records {
		all.Go(func() {
			for n := range int64(rounds) {
				err := writer.PutRecords(t.Context(), []store.Record{{Kind: "decision", Key: key(i), Revision: n, Data: []byte{byte(n)}}})
				if err != nil {
					t.Errorf("revision %d: %v", n, err)
					return
				}
			}
		})
	}
	written := make(chan struct{})
	go func() { all.Wait(); close(written) }()
	for done := false; !done; {
		select {
		case <-written:
			done = true
		default:
			if err := tidier.Tidy(t.Context(), tidyDay); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range records {
		r, err := writer.Record(t.Context(), "decision", key(i))
		if err != nil || r.Revision != rounds || r.Data[0] != rounds-1 {
			t.Errorf("record %d: revision %d, %v, %v", i, r.Revision, r.Data, err)
		}
	}
}

// TestTidyOfManyProcesses has several tidy the same day while answers come.
func TestTidyOfManyProcesses(t *testing.T) {
	t.Parallel()
	uri := engine.MongoDB(t)
	writer := openUntilEnd(t, uri)
	came := arrivals(t, writer, rand.New(rand.NewPCG(4, 4)), 300)
	var all sync.WaitGroup
	for i := range 4 {
		s := openUntilEnd(t, uri)
		all.Go(func() {
			for n := range 8 {
				if _, err := s.Insert(t.Context(), sheets(1000*(i+1)+10*n, 10)); err != nil {
					t.Errorf("Insert: %v", err)
				}
				if err := s.Tidy(t.Context(), tidyDay); err != nil {
					t.Errorf("Tidy: %v", err)
				}
			}
		})
	}
	all.Wait()
	if n := count(t, writer); n != len(came)+4*8*10 {
		t.Errorf("%d responses, want %d", n, len(came)+4*8*10)
	}
}
