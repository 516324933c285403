package mongo

import (
	"bytes"
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
)

// perCommand is how many responses are written at once. Groups of waiting
// submissions are smaller, imports larger.
const perCommand = 1_000

// Insert stores a batch in the order of the ids: an engine that makes one
// transaction of a command then cannot deadlock with another batch that shares
// ids.
func (s *Store) Insert(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	outcomes := slices.Repeat([]store.Outcome{store.Duplicate}, len(batch))
	for places := range slices.Chunk(distinct(batch), perCommand) {
		if err := s.insert(ctx, batch, places, outcomes); err != nil {
			return nil, translate(ctx, err, "insert %d responses", len(batch))
		}
	}
	return outcomes, nil
}

// insert stores what is at the places of a batch and marks there what is new.
func (s *Store) insert(ctx context.Context, batch []response.Response, places []int, outcomes []store.Outcome) error {
	docs := make([]any, len(places))
	for i, place := range places {
		docs[i] = documentOf(&batch[place])
		outcomes[place] = store.Stored
	}
	_, err := s.responses.InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
	known, err := duplicates(err)
	for _, i := range known {
		outcomes[places[i]] = store.Duplicate
	}
	return err
}

// distinct returns the places of a batch in the order of the ids, without
// those whose id is at an earlier place.
func distinct(batch []response.Response) []int {
	places := make([]int, len(batch))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return bytes.Compare(batch[a].ID[:], batch[b].ID[:]) })
	return slices.CompactFunc(places, func(a, b int) bool { return batch[a].ID == batch[b].ID })
}

// Exists says whether a response with the id is stored. People are told so;
// hence only a response that no failure can take back counts.
func (s *Store) Exists(ctx context.Context, id response.ID) (bool, error) {
	durable := s.responses.Clone(options.Collection().SetReadConcern(readconcern.Majority()))
	var doc struct{}
	found, err := findOne(ctx, durable, byID(id[:]), &doc, "_id")
	return found, translate(ctx, err, "exists response %s", id)
}

// Find returns those of the ids that are stored.
func (s *Store) Find(ctx context.Context, ids []response.ID) ([]response.Response, error) {
	if len(ids) == 0 {
		return nil, ctx.Err()
	}
	wanted := make(bson.A, len(ids))
	for i := range ids {
		wanted[i] = ids[i][:]
	}
	found, err := list(ctx, s.responses, byID(bson.D{{Key: "$in", Value: wanted}}), options.Find(), (*responseDoc).response)
	return found, translate(ctx, err, "find %d responses", len(ids))
}

func scanOrder() bson.D {
	return bson.D{{Key: "day", Value: 1}, {Key: "agency", Value: 1}, {Key: "_id", Value: 1}}
}

// Scan visits responses in the order of their index.
func (s *Store) Scan(ctx context.Context, q store.Scan, visit func(*response.Response) error) error {
	var stopped error
	err := each(ctx, s.responses, scanFilter(q), options.Find().SetSort(scanOrder()), func(doc *responseDoc) error {
		r, err := doc.response()
		if err != nil {
			return err
		}
		stopped = visit(&r)
		return stopped
	})
	if stopped != nil {
		return stopped
	}
	return translate(ctx, err, "scan %q %v", q.Agency, q.Range)
}

func scanFilter(q store.Scan) bson.D {
	filter := within("day", q.Range)
	if q.Agency != "" {
		filter = append(filter, bson.E{Key: "agency", Value: q.Agency})
	}
	if q.Held {
		filter = append(filter, bson.E{Key: "held", Value: true})
	}
	if q.Noted {
		filter = append(filter, bson.E{Key: "noted", Value: true})
	}
	if q.Part != 0 {
		first, last := store.PartBounds(q.Part)
		filter = append(filter, bson.E{Key: "_id", Value: bson.D{{Key: "$gte", Value: first[:]}, {Key: "$lte", Value: last[:]}}})
	}
	return filter
}

func textsOrder() bson.D {
	return bson.D{{Key: "day", Value: -1}, {Key: "_id", Value: 1}}
}

// Texts reads one page in the order of one of the two indexes for comments.
func (s *Store) Texts(ctx context.Context, q store.Texts) ([]response.Response, error) {
	if q.Limit <= 0 {
		return nil, nil
	}
	how := options.Find().SetSort(textsOrder()).SetLimit(int64(q.Limit))
	found, err := list(ctx, s.responses, textsFilter(q), how, (*responseDoc).response)
	return found, translate(ctx, err, "texts %q %v", q.Agency, q.Range)
}

// textsFilter begins a later page at the day where the page before it ended:
// the index is entered there, and only ids of that day are passed over.
func textsFilter(q store.Texts) bson.D {
	filter := bson.D{{Key: "text", Value: true}}
	for _, wanted := range []struct{ field, value string }{
		{"agency", q.Agency}, {"counter", q.Counter}, {"service", q.Service}, {"channel", string(q.Channel)},
	} {
		if wanted.value != "" {
			filter = append(filter, bson.E{Key: wanted.field, Value: wanted.value})
		}
	}
	days := q.Range
	if q.After != nil {
		days.To = min(days.To, q.After.Day)
		filter = append(filter, bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "day", Value: bson.D{{Key: "$lt", Value: int32(q.After.Day)}}}},
			bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: q.After.ID[:]}}}},
		}})
	}
	return append(filter, within("day", days)...)
}

// FirstDay reads the first entry of the index by day.
func (s *Store) FirstDay(ctx context.Context) (calendar.Day, bool, error) {
	how := options.Find().SetSort(scanOrder()).SetLimit(1).SetProjection(bson.D{{Key: "_id", Value: 0}, {Key: "day", Value: 1}})
	first, err := list(ctx, s.responses, bson.D{}, how, func(doc *responseDoc) (calendar.Day, error) { return calendar.Day(doc.Day), nil })
	if err != nil || len(first) == 0 {
		return 0, false, translate(ctx, err, "first day")
	}
	return first[0], true, nil
}

// within selects the days of a range.
func within(field string, r calendar.Range) bson.D {
	return bson.D{{Key: field, Value: bson.D{{Key: "$gte", Value: int32(r.From)}, {Key: "$lte", Value: int32(r.To)}}}}
}
