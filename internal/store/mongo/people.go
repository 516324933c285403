package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hailong/internal/store"
)

// accountDoc is one account. Its time is stored in whole milliseconds.
type accountDoc struct {
	Email        string    `bson:"_id"`
	Role         string    `bson:"role"`
	Agency       string    `bson:"agency"`
	PasswordHash string    `bson:"password_hash"`
	Disabled     bool      `bson:"disabled"`
	Created      time.Time `bson:"created"`
	Revision     int64     `bson:"revision"`
}

func (d *accountDoc) account() (store.Account, error) { return store.Account(*d), nil }

// Account returns the account or store.ErrNotFound.
func (s *Store) Account(ctx context.Context, email string) (store.Account, error) {
	var doc accountDoc
	found, err := findOne(ctx, s.accounts, byID(email), &doc)
	if err == nil && !found {
		err = store.ErrNotFound
	}
	return store.Account(doc), translate(ctx, err, "account %q", email)
}

// Accounts returns all accounts, ordered by email.
func (s *Store) Accounts(ctx context.Context) ([]store.Account, error) {
	accounts, err := list(ctx, s.accounts, bson.D{}, options.Find().SetSort(ascending("_id")), (*accountDoc).account)
	return accounts, translate(ctx, err, "accounts")
}

// PutAccount writes the account over its revision. store.ErrExists when that
// is 0 and the email is taken, otherwise store.ErrConflict.
func (s *Store) PutAccount(ctx context.Context, a store.Account) error {
	doc := accountDoc(a)
	doc.Revision++
	return translate(ctx, swap(ctx, s.accounts, a.Email, a.Revision, &doc), "put account %q over revision %d", a.Email, a.Revision)
}

type sessionDoc struct {
	TokenHash []byte    `bson:"_id"`
	Email     string    `bson:"email"`
	Expires   time.Time `bson:"expires"`
}

// AddSession stores a session; store.ErrExists when the hash is taken.
func (s *Store) AddSession(ctx context.Context, session store.Session) error {
	_, err := s.sessions.InsertOne(ctx, &sessionDoc{session.TokenHash[:], session.Email, session.Expires})
	if mongo.IsDuplicateKeyError(err) {
		err = store.ErrExists
	}
	return translate(ctx, err, "add session of %q", session.Email)
}

// Session returns the session, expired or not, or store.ErrNotFound.
func (s *Store) Session(ctx context.Context, tokenHash [32]byte) (store.Session, error) {
	var doc sessionDoc
	found, err := findOne(ctx, s.sessions, byID(tokenHash[:]), &doc)
	if err == nil && !found {
		err = store.ErrNotFound
	}
	return store.Session{TokenHash: tokenHash, Email: doc.Email, Expires: doc.Expires}, translate(ctx, err, "session")
}

// RemoveSession ends a session; one that is not there is no error.
func (s *Store) RemoveSession(ctx context.Context, tokenHash [32]byte) error {
	_, err := s.sessions.DeleteOne(ctx, byID(tokenHash[:]))
	return translate(ctx, err, "remove session")
}

// RemoveSessionsOf ends all sessions of an account.
func (s *Store) RemoveSessionsOf(ctx context.Context, email string) error {
	_, err := s.sessions.DeleteMany(ctx, bson.D{{Key: "email", Value: email}})
	return translate(ctx, err, "remove sessions of %q", email)
}

// RemoveSessionsBefore ends all sessions that expire before the instant.
func (s *Store) RemoveSessionsBefore(ctx context.Context, t time.Time) error {
	_, err := s.sessions.DeleteMany(ctx, bson.D{{Key: "expires", Value: bson.D{{Key: "$lt", Value: t}}}})
	return translate(ctx, err, "remove sessions before %v", t)
}
