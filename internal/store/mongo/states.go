package mongo

import (
	"context"
	"errors"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"

	"hailong/internal/calendar"
	"hailong/internal/store"
)

// stateDoc counts the responses of one part of an agency's day. As responses
// are only ever added, a part whose count is the same is the same.
type stateDoc struct {
	Key struct {
		Agency string `bson:"agency"`
		Part   int    `bson:"part"`
	} `bson:"_id"`
	Count int64 `bson:"count"`
}

// States counts in the index of Scan alone, which has all that is asked for.
func (s *Store) States(ctx context.Context, agencies []string, day calendar.Day) ([]store.State, error) {
	if len(agencies) == 0 {
		return nil, ctx.Err()
	}
	cursor, err := s.responses.Aggregate(ctx, statesPipeline(agencies, day))
	if err != nil {
		return nil, translate(ctx, err, "states of %d agencies on %s", len(agencies), day)
	}
	defer abandon(ctx, cursor)
	var states []store.State
	for cursor.Next(ctx) {
		var doc stateDoc
		if err := decode(cursor.Current, &doc); err != nil {
			return nil, translate(ctx, err, "states on %s", day)
		}
		states = append(states, store.State{Agency: doc.Key.Agency, Part: doc.Key.Part, Token: strconv.FormatInt(doc.Count, 10)})
	}
	err = errors.Join(ctx.Err(), cursor.Err())
	return states, translate(ctx, err, "states of %d agencies on %s", len(agencies), day)
}

func statesPipeline(agencies []string, day calendar.Day) bson.A {
	return bson.A{
		bson.D{{Key: "$match", Value: append(within("day", calendar.Range{From: day, To: day}),
			bson.E{Key: "agency", Value: bson.D{{Key: "$in", Value: agencies}}})}},
		bson.D{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: bson.D{{Key: "agency", Value: "$agency"}, {Key: "part", Value: partBetween(1, store.Parts)}}},
			{Key: "count", Value: bson.D{{Key: "$sum", Value: 1}}},
		}}},
	}
}

// partBetween is an expression for the part of a document's id, which is one
// of those from low to high. It halves them until one is left.
func partBetween(low, high int) any {
	if low == high {
		return bson.D{{Key: "$literal", Value: low}}
	}
	middle := (low + high) / 2
	_, last := store.PartBounds(middle)
	isLow := bson.D{{Key: "$lte", Value: bson.A{"$_id", last[:]}}}
	return bson.D{{Key: "$cond", Value: bson.A{isLow, partBetween(low, middle), partBetween(middle+1, high)}}}
}
