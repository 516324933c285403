package mongo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hailong/internal/store"
)

// schemaVersion grows when a program before the change would misread or spoil
// what a program after it writes.
const schemaVersion = 3

// buildIndex is how long an index over many responses may take.
const buildIndex = 10 * time.Minute

// migrate makes what is missing. Every step may be repeated, also by several
// instances at once.
func (s *Store) migrate(ctx context.Context) error {
	version, _, err := s.number(ctx, schemaName)
	if err != nil {
		return translate(ctx, err, "read schema version")
	}
	if version > schemaVersion {
		return fmt.Errorf("schema is version %d, this program knows %d: %w", version, schemaVersion, store.ErrNewerSchema)
	}
	if err := s.makeClustered(ctx); err != nil {
		return translate(ctx, err, "make collections")
	}
	if err := s.makeIndexes(ctx); err != nil {
		return translate(ctx, err, "make indexes")
	}
	return translate(ctx, s.raise(ctx, schemaName, schemaVersion), "write schema version")
}

func (s *Store) makeIndexes(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, buildIndex)
	defer cancel()
	for _, of := range []struct {
		collection *mongo.Collection
		indexes    []mongo.IndexModel
	}{
		{s.responses, []mongo.IndexModel{
			index("scan", scanOrder()),
			only("text", index("texts", textsOrder())),
			only("text", index("texts_of_agency", ascending("agency"), textsOrder())),
			only("held", index("held", ascending("held"), scanOrder())),
			only("noted", index("noted", ascending("noted"), scanOrder())),
		}},
		{s.records, []mongo.IndexModel{index("records", recordsOrder(1))}},
		{s.sums, []mongo.IndexModel{index("sums", ascending("_id.grain"), sumsOrder())}},
		{s.sessions, []mongo.IndexModel{index("email", ascending("email")), index("expires", ascending("expires"))}},
	} {
		if _, err := of.collection.Indexes().CreateMany(ctx, of.indexes); err != nil {
			return fmt.Errorf("%s: %w", of.collection.Name(), err)
		}
	}
	return nil
}

func index(name string, keys ...bson.D) mongo.IndexModel {
	return mongo.IndexModel{Keys: slices.Concat(keys...), Options: options.Index().SetName(name)}
}

// only leaves responses of which the field is not true out of an index.
func only(field string, index mongo.IndexModel) mongo.IndexModel {
	index.Options.SetPartialFilterExpression(bson.D{{Key: field, Value: true}})
	return index
}

func ascending(field string) bson.D { return bson.D{{Key: field, Value: 1}} }

// The numbers in the collection meta. They only grow.
const (
	schemaName = "schema"
	sealedName = "sealed"
)

type numberDoc struct {
	Value int64 `bson:"value"`
}

// number reads one of them; false when it was never written.
func (s *Store) number(ctx context.Context, name string) (int64, bool, error) {
	var doc numberDoc
	found, err := findOne(ctx, s.meta, byID(name), &doc)
	return doc.Value, found, err
}

// lower writes one of them unless it is less already or was never written.
func (s *Store) lower(ctx context.Context, name string, value int64) error {
	_, err := s.meta.UpdateOne(ctx, byID(name), bson.D{{Key: "$min", Value: numberDoc{value}}})
	return err
}

// raise writes one of them unless it is greater already.
func (s *Store) raise(ctx context.Context, name string, value int64) error {
	return upsert(ctx, s.meta, name, bson.D{{Key: "$max", Value: numberDoc{value}}})
}
