package mongo

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hailong/internal/store"
)

// recordDoc is one record. Its key is ordered within its kind by the index
// "records".
type recordDoc struct {
	Key      recordKey `bson:"_id"`
	Revision int64     `bson:"revision"`
	Data     []byte    `bson:"data"`
}

type recordKey struct {
	Kind string `bson:"kind"`
	Key  string `bson:"key"`
}

func (d *recordDoc) record() (store.Record, error) {
	return store.Record{Kind: d.Key.Kind, Key: d.Key.Key, Revision: d.Revision, Data: d.Data}, nil
}

// Record returns the record or store.ErrNotFound.
func (s *Store) Record(ctx context.Context, kind, key string) (store.Record, error) {
	var doc recordDoc
	found, err := findOne(ctx, s.records, byID(recordKey{kind, key}), &doc)
	if err == nil && !found {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Record{}, translate(ctx, err, "record %s %q", kind, key)
	}
	return doc.record()
}

// Records reads a span from its index.
func (s *Store) Records(ctx context.Context, span store.Span) ([]store.Record, error) {
	direction := 1
	if span.Last {
		direction = -1
	}
	how := options.Find().SetSort(recordsOrder(direction)).SetLimit(int64(span.Limit))
	found, err := list(ctx, s.records, spanFilter(span), how, (*recordDoc).record)
	return found, translate(ctx, err, "records %s from %q to %q", span.Kind, span.From, span.To)
}

// recordsOrder is that of the keys, or with -1 the opposite one. It names the
// kind too, as an index is used for the order it was made with.
func recordsOrder(direction int) bson.D {
	return bson.D{{Key: "_id.kind", Value: direction}, {Key: "_id.key", Value: direction}}
}

func spanFilter(span store.Span) bson.D {
	keys := bson.D{{Key: "$gte", Value: span.From}}
	if span.To != "" {
		keys = append(keys, bson.E{Key: "$lt", Value: span.To})
	}
	return bson.D{{Key: "_id.kind", Value: span.Kind}, {Key: "_id.key", Value: keys}}
}

// PutRecords writes one after the other and stops at the first that is
// refused.
func (s *Store) PutRecords(ctx context.Context, records []store.Record) error {
	for _, r := range records {
		key := recordKey{r.Kind, r.Key}
		doc := &recordDoc{Key: key, Revision: r.Revision + 1, Data: r.Data}
		if err := swap(ctx, s.records, key, r.Revision, doc); err != nil {
			return translate(ctx, err, "put record %s %q over revision %d", r.Kind, r.Key, r.Revision)
		}
	}
	return nil
}

// RemoveRecords takes records away; one that is not there is no error.
func (s *Store) RemoveRecords(ctx context.Context, kind string, keys []string) error {
	ids := make(bson.A, len(keys))
	for i, key := range keys {
		ids[i] = recordKey{kind, key}
	}
	_, err := s.records.DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
	return translate(ctx, err, fmt.Sprintf("remove %d records %s", len(keys), kind))
}

// Kinds asks the index for each kind after the one before: an engine may read
// every document to find the distinct ones.
func (s *Store) Kinds(ctx context.Context) ([]string, error) {
	var kinds []string
	after := bson.D{}
	for {
		how := options.Find().SetSort(recordsOrder(1)).SetLimit(1).SetProjection(bson.D{{Key: "_id", Value: 1}})
		next, err := list(ctx, s.records, after, how, func(doc *recordDoc) (string, error) { return doc.Key.Kind, nil })
		if err != nil || len(next) == 0 {
			return kinds, translate(ctx, err, "kinds of records")
		}
		kinds = append(kinds, next[0])
		after = bson.D{{Key: "_id.kind", Value: bson.D{{Key: "$gt", Value: next[0]}}}}
	}
}
