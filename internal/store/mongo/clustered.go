package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// makeResponses makes the collection of responses so that its documents lie in
// the order of their ids. Where the engine does not know how, or where there is
// a collection already, it leaves everything as it is: an ordinary one is made
// together with its first index.
func (s *Store) makeResponses(ctx context.Context) error {
	byDigest := bson.D{{Key: "key", Value: bson.D{{Key: "_id", Value: 1}}}, {Key: "unique", Value: true}, {Key: "name", Value: "responses"}}
	err := s.responses.Database().CreateCollection(ctx, s.responses.Name(), options.CreateCollection().SetClusteredIndex(byDigest))
	var refused mongo.CommandError
	if errors.As(err, &refused) && !mongo.IsNetworkError(err) && !mongo.IsTimeout(err) {
		return nil
	}
	return err
}
