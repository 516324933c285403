package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hailong/internal/calendar"
	"hailong/internal/store"
)

// markDoc is nothing but its key, whose fields are in the order of Marks.
type markDoc struct {
	Key markKey `bson:"_id"`
}

type markKey struct {
	Agency string `bson:"agency"`
	Day    int32  `bson:"day"`
	Token  string `bson:"token"`
}

func markKeyOf(mark store.Mark) markKey { return markKey{mark.Agency, int32(mark.Day), mark.Token} }

func (d *markDoc) mark() (store.Mark, error) {
	return store.Mark{Agency: d.Key.Agency, Day: calendar.Day(d.Key.Day), Token: d.Key.Token}, nil
}

// AddMarks is durable before it returns; a mark that is there already stays.
func (s *Store) AddMarks(ctx context.Context, marks []store.Mark) error {
	if len(marks) == 0 {
		return nil
	}
	docs := make([]any, len(marks))
	for i, mark := range marks {
		docs[i] = &markDoc{markKeyOf(mark)}
	}
	_, err := s.marks.InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
	_, err = duplicates(err)
	return translate(ctx, err, "add %d marks", len(marks))
}

// Marks returns all marks, ordered by agency, day, token.
func (s *Store) Marks(ctx context.Context) ([]store.Mark, error) {
	marks, err := list(ctx, s.marks, bson.D{}, options.Find().SetSort(ascending("_id")), (*markDoc).mark)
	return marks, translate(ctx, err, "marks")
}

// RemoveMarks takes marks away; one that is not there is no error.
func (s *Store) RemoveMarks(ctx context.Context, marks []store.Mark) error {
	if len(marks) == 0 {
		return nil
	}
	keys := make([]markKey, len(marks))
	for i, mark := range marks {
		keys[i] = markKeyOf(mark)
	}
	_, err := s.marks.DeleteMany(ctx, byID(bson.D{{Key: "$in", Value: keys}}))
	return translate(ctx, err, "remove %d marks", len(marks))
}
