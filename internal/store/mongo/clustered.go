package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// makeClustered makes the collections of responses, and of records about them,
// so that their documents lie in the order of their ids. Where the engine does
// not know how, or where there is a collection already, it leaves everything as
// it is: an ordinary one is made together with its first index.
func (s *Store) makeClustered(ctx context.Context) error {
	byID := bson.D{{Key: "key", Value: bson.D{{Key: "_id", Value: 1}}}, {Key: "unique", Value: true}}
	for _, c := range []*mongo.Collection{s.responses, s.records} {
		err := c.Database().CreateCollection(ctx, c.Name(), options.CreateCollection().SetClusteredIndex(byID))
		var refused mongo.CommandError
		known := errors.As(err, &refused) && !mongo.IsNetworkError(err) && !mongo.IsTimeout(err)
		if err != nil && !known {
			return err
		}
	}
	return nil
}
