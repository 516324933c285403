// Package mongo keeps the storage contract on MongoDB, for an office that has
// outgrown one machine: several stateless servers beside a standalone server,
// a replica set or a sharded cluster. It may not know what the records mean,
// and nobody above it may know the driver.
//
// # What is promised by what
//
// A record is one document; nothing spans two. "Exactly one is stored" is the
// unique _id; "changed by nobody meanwhile" is the revision in the filter of a
// replacement; what only moves forward is moved by $max. There is no
// transaction, which a standalone server does not have, no counter that is
// incremented, and no lock.
//
// Writes are acknowledged when they are in the journal of a majority. That
// holds for a duplicate too: the server answers when the document that was in
// the way is as durable. Reads go to the primary and see its own state: a new
// primary has every acknowledged write, whereas the majority's state may for a
// moment be behind. Exists alone asks for the majority's state, as it is a
// promise. Whatever the URI says about these things is overruled.
// Every call carries its deadline to the server, so that a write whose caller
// has given up ends soon too, and does not reach a day that was sealed since.
//
// # Collections
//
//	responses  _id: the response's id (16 bytes)
//	sums       _id: {grain, agency, first}
//	marks      _id: {agency, day, token}
//	pins       _id: {form, version}
//	accounts   _id: the email
//	sessions   _id: the hash of the token (32 bytes)
//	records    _id: {kind, key}
//	register   one document
//	meta       schema, sealed: numbers that only grow; ping
//
// All indexes are made by Open. The index of responses by day, agency, id is
// the order of Scan; by its first field it also gives the first day. Comments
// are read by two partial indexes that hold only responses with free text, by
// day alone and by agency and day; those that are held or noted by two more, in
// the order of Scan. Sums are read by grain, agency, first.
// Sessions end by email or by expiry; there is no TTL index, as the contract
// leaves it to the caller when a session is gone.
//
// # Order of arrival
//
// Ids are digests, so no index tells in which order answers came; nor does a
// command that stores several, as they are put in the order of their ids. What
// the engine itself keeps is another matter:
//
//   - The documents of an ordinary collection lie in the order in which they
//     were inserted ($natural). The collections of responses and of records are
//     therefore made with a clustered index: their documents lie in the order
//     of their ids. It takes a MongoDB of version 5.3 or later and a database
//     that is new; a collection that exists stays as it is. FerretDB takes the
//     option and ignores it; there Tidy has the documents of a day written anew
//     in the order of their ids. Until then they lie as they came, and what the
//     engine has not yet cleared away of their earlier versions (in PostgreSQL,
//     until VACUUM) whoever reads its files can still find. An ordinary
//     collection of a MongoDB stays in the order of arrival whatever is written
//     to it: move to a new database with hailong backup and restore.
//   - The oplog of a replica set holds every write with its second until it is
//     overwritten, hours or days later; so do the journal and logs of the
//     engine. Only the operator of the database can read them. Keep the window
//     short, and give the user of hailong no right to the database "local".
//
// # Sharding
//
// Only responses grow without bound. Their shard key is {_id: "hashed"}:
//
//	sh.shardCollection("hailong.responses", {_id: "hashed"})
//
// The key is the id alone, so that two writers of one id always meet on one
// shard, whose unique index then decides. A shard key with the day or the
// agency in it could not promise that. As ids are digests, inserts spread over
// all shards. A scan asks all shards, each of which answers from its index.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"hailong/internal/store"
)

// How long one exchange with the engine may take when the caller sets no
// deadline of its own.
const (
	findServer  = 5 * time.Second
	firstAnswer = 5 * time.Second
	oneCall     = 10 * time.Second
	goodbye     = 5 * time.Second
)

// Store is the storage contract on one MongoDB database.
type Store struct {
	client    *mongo.Client
	meta      *mongo.Collection
	responses *mongo.Collection
	sums      *mongo.Collection
	marks     *mongo.Collection
	register  *mongo.Collection
	pins      *mongo.Collection
	accounts  *mongo.Collection
	sessions  *mongo.Collection
	records   *mongo.Collection
	tidy      tidied
}

var _ store.Store = (*Store)(nil)

// Open connects to mongodb://host[:port]/NAME, or any other URI of the driver
// that names a database, and makes the indexes that are missing. Several
// instances may open one database at once. The error is store.ErrUnavailable
// when the engine does not answer within seconds, store.ErrNewerSchema when a
// newer program has written to the database, and another one when the URI is
// not usable.
func Open(ctx context.Context, uri string) (*Store, error) {
	name, err := databaseName(uri)
	if err != nil {
		return nil, err
	}
	settings := clientOptions(uri)
	client, err := mongo.Connect(settings)
	if err != nil {
		return nil, fmt.Errorf("read MongoDB URI: %w", err)
	}
	s := newStore(client, client.Database(name))
	if err := s.start(ctx); err != nil {
		_ = s.Close() // the error before says more
		return nil, fmt.Errorf("open MongoDB database %s at %s: %w", name, strings.Join(settings.Hosts, ","), err)
	}
	return s, nil
}

// databaseName reads the NAME of scheme://hosts/NAME?options, which the driver
// does not tell.
func databaseName(uri string) (string, error) {
	_, address, _ := strings.Cut(uri, "://")
	address, _, _ = strings.Cut(address, "?")
	_, path, _ := strings.Cut(address, "/")
	name, err := url.PathUnescape(path)
	if err != nil || name == "" {
		return "", errors.New("the MongoDB URI names no database: write mongodb://host/NAME, for example mongodb://localhost:27017/hailong")
	}
	return name, nil
}

// clientOptions overrules what a URI may not weaken.
func clientOptions(uri string) *options.ClientOptions {
	journaled := true
	return options.Client().ApplyURI(uri).
		SetAppName("hailong").
		SetServerSelectionTimeout(findServer).
		SetTimeout(oneCall).
		SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journaled}).
		SetReadConcern(readconcern.Local()).
		SetReadPreference(readpref.Primary())
}

func newStore(client *mongo.Client, db *mongo.Database) *Store {
	return &Store{
		client:    client,
		meta:      db.Collection("meta"),
		responses: db.Collection("responses"),
		sums:      db.Collection("sums"),
		marks:     db.Collection("marks"),
		register:  db.Collection("register"),
		pins:      db.Collection("pins"),
		accounts:  db.Collection("accounts"),
		sessions:  db.Collection("sessions"),
		records:   db.Collection("records"),
	}
}

// start asks whether the engine is there before it changes anything.
func (s *Store) start(ctx context.Context) error {
	soon, cancel := context.WithTimeout(ctx, firstAnswer)
	defer cancel()
	if err := s.client.Ping(soon, readpref.Primary()); err != nil {
		const advice = "check that MongoDB runs there, that this machine may reach it, and the user and password in the URI"
		return translate(ctx, err, advice)
	}
	return s.migrate(ctx)
}

// Ping writes a document and reads the schema version.
func (s *Store) Ping(ctx context.Context) error {
	last := bson.D{{Key: "$set", Value: bson.D{{Key: "last", Value: bson.NewObjectID()}}}}
	if err := upsert(ctx, s.meta, "ping", last); err != nil {
		return translate(ctx, err, "ping")
	}
	version, _, err := s.number(ctx, schemaName)
	if err != nil {
		return translate(ctx, err, "ping")
	}
	if version != schemaVersion {
		return fmt.Errorf("ping: schema is version %d and not %d: %w", version, schemaVersion, store.ErrUnavailable)
	}
	return nil
}

// Close ends all connections. No call may follow.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	if err := s.client.Disconnect(ctx); err != nil {
		return fmt.Errorf("close MongoDB: %w", err)
	}
	return nil
}
