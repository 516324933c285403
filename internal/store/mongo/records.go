package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hailong/internal/store"
	"hailong/internal/survey"
)

// registerName is the id of the one document in the collection register.
const registerName = "register"

type registerDoc struct {
	ID       string `bson:"_id"`
	Revision int64  `bson:"revision"`
	Data     []byte `bson:"data"`
}

// Register returns the register and its revision; nil and 0 when there is none
// yet.
func (s *Store) Register(ctx context.Context) (data []byte, revision int64, err error) {
	var doc registerDoc
	_, err = findOne(ctx, s.register, byID(registerName), &doc)
	return doc.Data, doc.Revision, translate(ctx, err, "register")
}

// RegisterRevision returns the revision alone; the data stay on the server.
func (s *Store) RegisterRevision(ctx context.Context) (int64, error) {
	var doc registerDoc
	_, err := findOne(ctx, s.register, byID(registerName), &doc, "revision")
	return doc.Revision, translate(ctx, err, "register revision")
}

// PutRegister replaces the register if its revision is still the one given and
// returns the new revision; otherwise store.ErrConflict.
func (s *Store) PutRegister(ctx context.Context, data []byte, revision int64) (int64, error) {
	doc := &registerDoc{ID: registerName, Revision: revision + 1, Data: data}
	err := swap(ctx, s.register, registerName, revision, doc)
	if errors.Is(err, store.ErrExists) {
		err = store.ErrConflict
	}
	if err != nil {
		return 0, translate(ctx, err, "put register over revision %d", revision)
	}
	return doc.Revision, nil
}

// pinDoc is the pin of a form version. The fields of its key are in the order
// of Pins.
type pinDoc struct {
	Key    pinKey `bson:"_id"`
	Hash   string `bson:"hash"`
	Source []byte `bson:"source"`
}

type pinKey struct {
	Form    string `bson:"form"`
	Version int    `bson:"version"`
}

func (d *pinDoc) pin() (store.Pin, error) {
	return store.Pin{Form: survey.Ref{ID: d.Key.Form, Version: d.Key.Version}, Hash: d.Hash, Source: d.Source}, nil
}

// PinForm stores the pin unless the form version has one, and returns the one
// that is stored.
func (s *Store) PinForm(ctx context.Context, pin store.Pin) (store.Pin, error) {
	doc := pinDoc{Key: pinKey{pin.Form.ID, pin.Form.Version}, Hash: pin.Hash, Source: pin.Source}
	_, err := s.pins.InsertOne(ctx, &doc)
	if mongo.IsDuplicateKeyError(err) {
		_, err = findOne(ctx, s.pins, byID(doc.Key), &doc)
	}
	if err != nil {
		return store.Pin{}, translate(ctx, err, "pin form %s", pin.Form)
	}
	return doc.pin()
}

// Pins returns all pins, ordered by form id and version.
func (s *Store) Pins(ctx context.Context) ([]store.Pin, error) {
	pins, err := list(ctx, s.pins, bson.D{}, options.Find().SetSort(ascending("_id")), (*pinDoc).pin)
	return pins, translate(ctx, err, "pins")
}
