package mongo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hailong/internal/store"
)

// translate puts the operation before an error and makes it one of the
// contract: the sentinels stay, an error after the caller's context has ended
// is the context's, and any other is store.ErrUnavailable. It keeps the cause.
func translate(ctx context.Context, err error, operation string, args ...any) error {
	if err == nil {
		return nil
	}
	operation = fmt.Sprintf(operation, args...)
	for _, sentinel := range []error{store.ErrNotFound, store.ErrExists, store.ErrConflict, errSpoiled} {
		if errors.Is(err, sentinel) {
			return fmt.Errorf("%s: %w", operation, err)
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", operation, ctx.Err())
	}
	return fmt.Errorf("%s: %w: %w", operation, store.ErrUnavailable, err)
}

// byID selects one document.
func byID(id any) bson.D { return bson.D{{Key: "_id", Value: id}} }

// byRevision selects one document if nobody has written to it meanwhile.
func byRevision(id any, revision int64) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "revision", Value: revision}}
}

// findOne decodes the document into doc, or only some of its fields; false
// when there is none.
func findOne(ctx context.Context, from *mongo.Collection, filter bson.D, doc any, only ...string) (bool, error) {
	fields := bson.D{}
	for _, field := range only {
		fields = append(fields, bson.E{Key: field, Value: 1})
	}
	raw, err := from.FindOne(ctx, filter, options.FindOne().SetProjection(fields)).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, decode(raw, doc)
}

// errSpoiled says that a document is not as this package writes it.
var errSpoiled = errors.New("a stored document is not as hailong writes it")

func decode(raw bson.Raw, doc any) error {
	if err := bson.Unmarshal(raw, doc); err != nil {
		return fmt.Errorf("%w: %w", errSpoiled, err)
	}
	return nil
}

// upsert updates the document with the id or makes it. Of two that make it at
// once, one may be told of a duplicate; then there is a document to update.
func upsert(ctx context.Context, in *mongo.Collection, id, update any) error {
	_, err := in.UpdateOne(ctx, byID(id), update, options.UpdateOne().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) {
		_, err = in.UpdateOne(ctx, byID(id), update)
	}
	return err
}

// swap writes a document over the one with the revision, which for 0 is none.
// It returns store.ErrExists if there is one, store.ErrConflict if it has
// another revision.
func swap(ctx context.Context, in *mongo.Collection, id any, revision int64, doc any) error {
	if revision == 0 {
		_, err := in.InsertOne(ctx, doc)
		if mongo.IsDuplicateKeyError(err) {
			return store.ErrExists
		}
		return err
	}
	result, err := in.ReplaceOne(ctx, byRevision(id, revision), doc)
	if err == nil && result.MatchedCount == 0 {
		return store.ErrConflict
	}
	return err
}

// duplicates returns which writes of a batch met a document with their id. Any
// other fault of the batch is its error.
func duplicates(err error) ([]int, error) {
	var fault mongo.BulkWriteException
	if !errors.As(err, &fault) {
		return nil, err
	}
	if fault.WriteConcernError != nil {
		return nil, err
	}
	var places []int
	for _, one := range fault.WriteErrors {
		if !mongo.IsDuplicateKeyError(one.WriteError) {
			return nil, err
		}
		places = append(places, one.Index)
	}
	return places, nil
}

// each decodes the documents of a query one by one. An error of visit ends it
// and is returned as it is; others are the driver's or the context's.
func each[Doc any](ctx context.Context, from *mongo.Collection, filter bson.D, how *options.FindOptionsBuilder, visit func(*Doc) error) error {
	const batch = 1_000
	cursor, err := from.Find(ctx, filter, how.SetBatchSize(batch))
	if err != nil {
		return err
	}
	defer abandon(ctx, cursor)
	for ctx.Err() == nil && cursor.Next(ctx) {
		doc := new(Doc)
		if err := decode(cursor.Current, doc); err != nil {
			return err
		}
		if err := visit(doc); err != nil {
			return err
		}
	}
	return errors.Join(ctx.Err(), cursor.Err())
}

// abandon frees what the server holds for a cursor that was not read to its
// end, also after the reader's context has ended.
func abandon(ctx context.Context, cursor *mongo.Cursor) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = cursor.Close(ctx) // the server forgets it after some minutes in any case
}

// list converts all documents of a query.
func list[Doc, Record any](ctx context.Context, from *mongo.Collection, filter bson.D, how *options.FindOptionsBuilder, convert func(*Doc) (Record, error)) ([]Record, error) {
	var records []Record
	err := each(ctx, from, filter, how, func(doc *Doc) error {
		record, err := convert(doc)
		records = append(records, record)
		return err
	})
	if err != nil {
		return nil, err
	}
	return records, nil
}
