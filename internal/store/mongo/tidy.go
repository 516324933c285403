package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"hailong/internal/calendar"
	"hailong/internal/store"
)

// Where the engine did not make a collection clustered, its documents lie in
// the order of arrival. Tidy has the engine merge those of a day into
// themselves, in the order of their ids: each is written anew where it then
// lies (FerretDB keeps a document's new version behind the others), in place,
// under its own id and by its own engine. So none is ever away, and none can be
// there twice, wherever the work is cut off. Only the id is carried over and a
// document that is not there is not made: what others change or remove
// meanwhile stays changed or removed.
//
// What was written first stays readable where it lay, until something else is
// written there. So the room is given free and the day written anew a second
// time, into it.

const (
	// tidyTime is how long one command may take that writes documents anew;
	// 20,000 take a fifth of a second. The engine ends it then by itself, or a
	// submission that is sent again would wait for it, see package collect.
	tidyTime = 5 * time.Second

	// tidyAtOnce is how many documents that command may meet: of more, FerretDB
	// may stop looking them up by key and hold each against all others.
	tidyAtOnce = 20_000

	// compactTime is how long giving free may take, which keeps nobody waiting.
	compactTime = 2 * time.Minute
)

// daySpan is what of a collection belongs to a day.
type daySpan struct {
	name   string // of the collection, and the kind of the records
	in     *mongo.Collection
	day    calendar.Day
	filter bson.D
	parted bool // the ids are those of responses, see store.PartBounds
}

// tidied remembers what a span was like when it was last written anew, as a
// quiet day needs that no second time. It is lost with the process.
type tidied struct {
	mu    sync.Mutex
	known map[calendar.Day]map[string]content // by name
}

// content tells whether documents have come or were changed.
type content struct {
	Count     int64 `bson:"count"`
	Revisions int64 `bson:"revisions"`
}

func (t *tidied) has(s daySpan, now content) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.known[s.day][s.name] == now
}

// note adds a span, and drops those of days before yesterday.
func (t *tidied) note(s daySpan, now content) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil {
		t.known = map[calendar.Day]map[string]content{}
	}
	for day := range t.known {
		if day < s.day-1 {
			delete(t.known, day)
		}
	}
	if t.known[s.day] == nil {
		t.known[s.day] = map[string]content{}
	}
	t.known[s.day][s.name] = now
}

// Tidy keeps the contract.
func (s *Store) Tidy(ctx context.Context, day calendar.Day) error {
	spans, err := s.daySpans(ctx, day)
	if err != nil {
		return err
	}
	for _, span := range spans {
		if err := s.tidySpan(ctx, span); err != nil {
			return translate(ctx, err, "write %s on %s anew", span.name, day)
		}
	}
	return nil
}

// daySpans are the responses of a day and the records whose keys begin with it,
// as those about single responses do, as far as they lie in the order of their
// arrival.
func (s *Store) daySpans(ctx context.Context, day calendar.Day) (spans []daySpan, err error) {
	lies, err := s.inOrderOfArrival(ctx)
	if err != nil {
		return nil, translate(ctx, err, "how collections lie")
	}
	if lies[s.responses.Name()] {
		filter := within("day", calendar.Range{From: day, To: day})
		spans = append(spans, daySpan{s.responses.Name(), s.responses, day, filter, true})
	}
	if !lies[s.records.Name()] {
		return spans, nil
	}
	kinds, err := s.Kinds(ctx)
	for _, kind := range kinds {
		filter := spanFilter(store.Span{Kind: kind, From: day.String() + "/", To: day.String() + "0"}) // "0" follows "/"
		spans = append(spans, daySpan{s.records.Name() + " " + kind, s.records, day, filter, false})
	}
	return spans, err
}

// inOrderOfArrival says which collections are ordinary ones.
func (s *Store) inOrderOfArrival(ctx context.Context) (map[string]bool, error) {
	found, err := s.responses.Database().ListCollectionSpecifications(ctx, bson.D{})
	lies := map[string]bool{}
	for _, c := range found {
		_, clustered := c.Options.LookupErr("clusteredIndex")
		lies[c.Name] = clustered != nil
	}
	return lies, err
}

func (s *Store) tidySpan(ctx context.Context, span daySpan) error {
	now, err := contentOf(ctx, span)
	if err != nil || now.Count == 0 || s.tidy.has(span, now) {
		return err
	}
	if err := span.rewrite(ctx, now.Count); err != nil {
		return err
	}
	if err := span.compact(ctx); err != nil {
		return err
	}
	if err := span.rewrite(ctx, now.Count); err != nil {
		return err
	}
	s.tidy.note(span, now)
	return nil
}

// compact gives the room free that documents have left. FerretDB's changes
// nothing that can be read and is in nobody's way; an engine that knows no such
// command goes without.
func (s daySpan) compact(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, compactTime)
	defer cancel()
	err := s.in.Database().RunCommand(ctx, bson.D{{Key: "compact", Value: s.in.Name()}}).Err()
	var refused mongo.CommandError
	if errors.As(err, &refused) && !mongo.IsNetworkError(err) && !mongo.IsTimeout(err) {
		return nil
	}
	return err
}

// commands divides a span by ids into as many filters as it takes, as a rule
// one: of two commands, the second can find room where the first has taken
// documents away, and leave its own there, each beside those that came with it.
// So of a day with more responses than that, the order is blurred and not gone.
// All name ids, as without them FerretDB looks no document up by key.
func (s daySpan) commands(count int64) []bson.D {
	if !s.parted {
		return []bson.D{s.filter}
	}
	n := min(store.Parts, int(1+(count-1)/tidyAtOnce))
	filters := make([]bson.D, n)
	for i := range filters {
		first, _ := store.PartBounds(1 + i*store.Parts/n)
		_, last := store.PartBounds((i + 1) * store.Parts / n)
		within := bson.E{Key: "_id", Value: bson.D{{Key: "$gte", Value: first[:]}, {Key: "$lte", Value: last[:]}}}
		filters[i] = append(slices.Clip(s.filter), within)
	}
	return filters
}

func (s daySpan) rewrite(ctx context.Context, count int64) error {
	for _, filter := range s.commands(count) {
		if err := s.in.Database().RunCommand(ctx, tidyCommand(s.in.Name(), filter)).Err(); err != nil {
			return err
		}
	}
	return nil
}

// tidyCommand is spelled out, as the driver names no time to the engine where
// it only waits for so long itself.
func tidyCommand(collection string, filter bson.D) bson.D {
	return bson.D{
		{Key: "aggregate", Value: collection},
		{Key: "pipeline", Value: bson.A{
			bson.D{{Key: "$match", Value: filter}},
			bson.D{{Key: "$sort", Value: ascending("_id")}},
			bson.D{{Key: "$project", Value: ascending("_id")}},
			bson.D{{Key: "$merge", Value: bson.D{
				{Key: "into", Value: collection}, {Key: "whenMatched", Value: "merge"}, {Key: "whenNotMatched", Value: "discard"},
			}}},
		}},
		{Key: "cursor", Value: bson.D{}},
		{Key: "maxTimeMS", Value: tidyTime.Milliseconds()},
	}
}

func contentOf(ctx context.Context, span daySpan) (now content, err error) {
	cursor, err := span.in.Aggregate(ctx, bson.A{
		bson.D{{Key: "$match", Value: span.filter}},
		bson.D{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: nil},
			{Key: "count", Value: bson.D{{Key: "$sum", Value: 1}}},
			{Key: "revisions", Value: bson.D{{Key: "$sum", Value: "$revision"}}},
		}}},
	})
	if err != nil {
		return now, err
	}
	defer abandon(ctx, cursor)
	if cursor.Next(ctx) {
		if err := decode(cursor.Current, &now); err != nil {
			return now, fmt.Errorf("count %s: %w", span.name, err)
		}
	}
	return now, cursor.Err()
}
