package mongo

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hailong/internal/calendar"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// SealedThrough returns the last sealed day; false when there is none.
func (s *Store) SealedThrough(ctx context.Context) (calendar.Day, bool, error) {
	day, found, err := s.number(ctx, sealedName)
	return calendar.Day(day), found, translate(ctx, err, "sealed through")
}

// AdvanceSealed moves the last sealed day forward, never back.
func (s *Store) AdvanceSealed(ctx context.Context, day calendar.Day) error {
	return translate(ctx, s.raise(ctx, sealedName, int64(day)), "advance sealed to %s", day)
}

// ReopenFrom moves the last sealed day back, never forward.
func (s *Store) ReopenFrom(ctx context.Context, day calendar.Day) error {
	return translate(ctx, s.lower(ctx, sealedName, int64(day)-1), "reopen from %s", day)
}

// sumDoc is one kept tally, as the bytes of tally.Encode.
type sumDoc struct {
	Key      sumKey `bson:"_id"`
	Revision int64  `bson:"revision"`
	Tally    []byte `bson:"tally"`
}

type sumKey struct {
	Grain  string `bson:"grain"`
	Agency string `bson:"agency"`
	First  int32  `bson:"first"`
}

func keyOf(sum *store.Sum) sumKey {
	return sumKey{string(sum.Grain), sum.Agency, int32(sum.First)}
}

func (d *sumDoc) sum() (store.Sum, error) {
	counts, err := tally.Decode(d.Tally)
	if err != nil {
		return store.Sum{}, fmt.Errorf("sum of %s %d: %w: %w", d.Key.Agency, d.Key.First, errSpoiled, err)
	}
	sum, err := d.withoutTally()
	sum.Tally = counts
	return sum, err
}

func (d *sumDoc) withoutTally() (store.Sum, error) {
	return store.Sum{Agency: d.Key.Agency, Grain: store.Grain(d.Key.Grain), First: calendar.Day(d.Key.First), Revision: d.Revision}, nil
}

func sumsOrder() bson.D {
	return bson.D{{Key: "_id.agency", Value: 1}, {Key: "_id.first", Value: 1}}
}

// Sums returns the kept sums of the agencies, ordered by agency, then First.
// No list at all (nil) is all agencies.
func (s *Store) Sums(ctx context.Context, agencies []string, grain store.Grain, r calendar.Range) ([]store.Sum, error) {
	found, err := list(ctx, s.sums, sumsFilter(agencies, grain, r), options.Find().SetSort(sumsOrder()), (*sumDoc).sum)
	return found, translate(ctx, err, "sums of %d agencies by %s %v", len(agencies), grain, r)
}

// SumRevisions reads the same documents without their tallies.
func (s *Store) SumRevisions(ctx context.Context, agencies []string, grain store.Grain, r calendar.Range) ([]store.Sum, error) {
	how := options.Find().SetSort(sumsOrder()).SetProjection(ascending("revision"))
	found, err := list(ctx, s.sums, sumsFilter(agencies, grain, r), how, (*sumDoc).withoutTally)
	return found, translate(ctx, err, "sum revisions of %d agencies by %s %v", len(agencies), grain, r)
}

func sumsFilter(agencies []string, grain store.Grain, r calendar.Range) bson.D {
	filter := bson.D{{Key: "_id.grain", Value: string(grain)}}
	if agencies != nil {
		filter = append(filter, bson.E{Key: "_id.agency", Value: bson.D{{Key: "$in", Value: agencies}}})
	}
	return append(filter, within("_id.first", r)...)
}

// PutSums writes each sum over its revision, in the order of the keys for the
// sake of engines that lock what a command has written until its end.
func (s *Store) PutSums(ctx context.Context, sums []store.Sum) error {
	if len(sums) == 0 {
		return nil
	}
	writes, replacements := make([]mongo.WriteModel, 0, len(sums)), int64(0)
	for _, sum := range slices.SortedFunc(slices.Values(sums), compareSums) {
		doc := &sumDoc{Key: keyOf(&sum), Revision: sum.Revision + 1, Tally: sum.Tally.Encode()}
		if sum.Revision == 0 {
			writes = append(writes, mongo.NewInsertOneModel().SetDocument(doc))
			continue
		}
		writes = append(writes, mongo.NewReplaceOneModel().SetFilter(byRevision(doc.Key, sum.Revision)).SetReplacement(doc))
		replacements++
	}
	result, err := s.sums.BulkWrite(ctx, writes, options.BulkWrite().SetOrdered(false))
	known, err := duplicates(err)
	if err == nil && (len(known) > 0 || result.MatchedCount < replacements) {
		err = store.ErrConflict
	}
	return translate(ctx, err, "put %d sums", len(sums))
}

// compareSums orders sums by agency, then First.
func compareSums(a, b store.Sum) int {
	return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.First, b.First))
}
