package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hailong/internal/calendar"
)

// removedAtOnce is how many responses one command removes: it is done in
// moments, so that none waits for another and none outlasts its deadline.
const removedAtOnce = 1_000

// RemoveThrough reads the first ids from the index of Scan and removes those,
// again and again.
func (s *Store) RemoveThrough(ctx context.Context, day calendar.Day) (int64, error) {
	removed := int64(0)
	old := bson.D{{Key: "day", Value: bson.D{{Key: "$lte", Value: int32(day)}}}}
	how := options.Find().SetSort(scanOrder()).SetLimit(removedAtOnce).SetProjection(bson.D{{Key: "_id", Value: 1}})
	for {
		ids, err := list(ctx, s.responses, old, how, func(doc *responseDoc) ([]byte, error) { return doc.ID, nil })
		if err != nil || len(ids) == 0 {
			return removed, translate(ctx, err, "find responses through %s", day)
		}
		result, err := s.responses.DeleteMany(ctx, byID(bson.D{{Key: "$in", Value: ids}}))
		if err != nil {
			return removed, translate(ctx, err, "remove responses through %s", day)
		}
		removed += result.DeletedCount
		if len(ids) < removedAtOnce {
			return removed, nil
		}
	}
}
