package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"hailong/internal/config"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// submitMongoDB measures durable submissions beside a loop of the driver that
// inserts documents of the same shape into a collection without indexes.
func (r *run) submitMongoDB(ctx context.Context) error {
	return r.withEngine(ctx, func(db *mongo.Database) error {
		data := config.Data{DB: withDatabase(r.MongoDB, db.Name()), Timezone: timezone}
		row := Row{Part: Submit, What: "POST /q/{link}, MongoDB", Against: "raw InsertMany by 100", Unit: PerSecond, Wanted: Wanted{AtLeast: 0.5}}
		return r.submitTo(ctx, data, "MongoDB", func(_ *service, submitting contender) error {
			return r.takeTurns(ctx, row, submitting, r.inserting(db.Collection("raw")))
		})
	})
}

// knowEngine notes the version of the engine, and so finds out whether it is
// there before minutes are spent on other measurements.
func (r *run) knowEngine(ctx context.Context) error {
	return r.withEngine(ctx, func(db *mongo.Database) error {
		var info struct{ Version string }
		if err := db.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&info); err != nil {
			return fmt.Errorf("ask MongoDB for its version (does it run there?): %w", err)
		}
		r.result.Machine.Engines = append(r.result.Machine.Engines, "MongoDB "+info.Version)
		return nil
	})
}

// findServer is how long the engine is looked for, unless the URI says.
const findServer = 5 * time.Second

// withEngine lets do use a database that was not there before, and drops it.
func (r *run) withEngine(ctx context.Context, do func(*mongo.Database) error) (err error) {
	settings := options.Client().SetServerSelectionTimeout(findServer).ApplyURI(r.MongoDB).SetWriteConcern(durable())
	client, err := mongo.Connect(settings)
	if err != nil {
		return fmt.Errorf("read MongoDB URI: %w", err)
	}
	after := context.WithoutCancel(ctx)
	defer func() { err = errors.Join(err, client.Disconnect(after)) }()
	db := client.Database("hailong_bench_" + strings.ToLower(rand.Text()[:10]))
	if err := do(db); err != nil {
		_ = db.Drop(after) // what went wrong before says more
		return err
	}
	return db.Drop(after)
}

// durable is the write concern of the store.
func durable() *writeconcern.WriteConcern {
	journal := true
	return &writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal}
}

// withDatabase puts the name of a database into a URI, in place of the one
// that may be there. It is not a URL: there may be several hosts.
func withDatabase(uri, name string) string {
	scheme, rest, _ := strings.Cut(uri, "://")
	address, query, asked := strings.Cut(rest, "?")
	hosts, _, _ := strings.Cut(address, "/")
	if asked {
		name += "?" + query
	}
	return scheme + "://" + hosts + "/" + name
}

// rawBatch is how many documents each InsertMany of the counterpart holds.
const rawBatch = 100

// inserting is the contender that inserts batch after batch. It reaches a rate
// of documents.
func (r *run) inserting(into *mongo.Collection) contender {
	return func(ctx context.Context, slot time.Duration) (float64, error) {
		documents := 0
		start := r.Now()
		for r.Now().Sub(start) < slot {
			if _, err := into.InsertMany(ctx, rawDocuments(), options.InsertMany().SetOrdered(false)); err != nil {
				return 0, err
			}
			documents += rawBatch
		}
		return float64(documents) / r.Now().Sub(start).Seconds(), nil
	}
}

// rawDocuments are of the size and shape in which answers are stored.
func rawDocuments() []any {
	documents := make([]any, rawBatch)
	for i := range documents {
		id := make([]byte, 16)
		rand.Read(id)
		documents[i] = bson.D{
			{Key: "_id", Value: id}, {Key: "day", Value: int32(20_000)}, {Key: "shift", Value: "am"},
			{Key: "agency", Value: "stp"}, {Key: "counter", Value: "q1"}, {Key: "service", Value: "lltp"}, {Key: "channel", Value: "qr"},
			{Key: "form", Value: askedForm}, {Key: "version", Value: 1}, {Key: "lang", Value: "vi"},
			{Key: "answers", Value: bson.A{bson.D{{Key: "q", Value: "overall"}, {Key: "v", Value: bson.A{"5"}}}}},
		}
	}
	return documents
}
