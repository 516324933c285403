package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"hailong/internal/calendar"
	"hailong/internal/store"
)

// Scope is one thing that an API key is good for.
type Scope string

// The scopes.
const (
	ReadScores    Scope = "scores:read"
	ReadResponses Scope = "responses:read"
	IssueTickets  Scope = "tickets:issue"
	WriteServed   Scope = "served:write"
)

// Scopes returns all scopes in the order they are offered.
func Scopes() []Scope { return []Scope{ReadScores, ReadResponses, IssueTickets, WriteServed} }

// What can be wrong with an API key.
var (
	ErrScope      = errors.New("the scopes are scores:read, responses:read, tickets:issue and served:write")
	ErrNoScope    = errors.New("a key needs at least one scope")
	ErrKeyName    = errors.New("the name of a key has 1 to 40 characters of a-z, 0-9 and -")
	ErrKeyUnknown = errors.New("there is no such key")
	ErrKeyRevoked = errors.New("the key was revoked")
)

// ParseScope reads a scope as it is typed and stored. The error is ErrScope.
func ParseScope(name string) (Scope, error) {
	if !slices.Contains(Scopes(), Scope(name)) {
		return "", fmt.Errorf("scope %q: %w", name, ErrScope)
	}
	return Scope(name), nil
}

// Key is an API key as it may be shown: without what recognises it.
type Key struct {
	Name     string        `json:"name"`
	Scopes   []Scope       `json:"scopes"`           // each once, in the order of Scopes
	Agency   string        `json:"agency,omitempty"` // code; "" is good for every agency
	Created  calendar.Day  `json:"created"`
	LastUsed *calendar.Day `json:"last_used,omitempty"` // nil: never
	Revoked  *calendar.Day `json:"revoked,omitempty"`   // nil: in force
}

// May says whether the key is good for a scope at the agency with that code,
// or, where agency is "", at all agencies together.
func (k Key) May(scope Scope, agency string) bool {
	return k.Revoked == nil && slices.Contains(k.Scopes, scope) && (k.Agency == "" || k.Agency == agency)
}

// keyKind is what the records of keys are called in the store; a record's key
// is the key's name.
const keyKind = "key"

// storedKey is the data of a record, as JSON.
type storedKey struct {
	Key
	Hash string `json:"hash"` // SHA-256 of the secret, in base64
}

// secretPrefix makes a secret known for what it is where it was left lying
// about, to people and to scanners.
const secretPrefix = "hl_"

func hashText(secret string) string {
	hash := digest(secret)
	return base64.RawURLEncoding.EncodeToString(hash[:])
}

// Keys adds, revokes and checks API keys. It is safe for use by many
// goroutines; several of them, in several processes, may share a store.
type Keys struct {
	db           store.Records
	agencyExists func(ctx context.Context, code string) (bool, error)
	now          func() time.Time
	location     *time.Location

	index   atomic.Pointer[keyIndex] // nil: has to be read
	reading *semaphore.Weighted      // held while the index is read or dropped
	mu      sync.Mutex
	noted   map[string]use // by the name of the key
}

// NewKeys returns the keys that are kept in db. agencyExists looks a code up in
// the register; days are those of the location.
func NewKeys(db store.Records, agencyExists func(ctx context.Context, code string) (bool, error), now func() time.Time, location *time.Location) *Keys {
	return &Keys{
		db: db, agencyExists: agencyExists, now: now, location: location,
		reading: semaphore.NewWeighted(1), noted: map[string]use{},
	}
}

func (k *Keys) today() calendar.Day { return calendar.Of(k.now(), k.location) }

// Add makes a key and returns its secret, which nobody can find out again: 46
// characters, "hl_" and 256 random bits in base64url. A name belongs to one key
// for ever, so that what was done with it stays clear. The errors are
// ErrKeyName, ErrNoScope, ErrScope, ErrAgencyUnknown, store.ErrExists and those
// of the store.
func (k *Keys) Add(ctx context.Context, name string, scopes []Scope, agency string) (secret string, err error) {
	if secret, err = k.add(ctx, Key{Name: name, Scopes: scopes, Agency: agency}); err != nil {
		return "", fmt.Errorf("add key %q: %w", name, err)
	}
	return secret, nil
}

func (k *Keys) add(ctx context.Context, key Key) (string, error) {
	if err := k.accept(ctx, &key); err != nil {
		return "", err
	}
	var random [32]byte
	rand.Read(random[:]) // never fails: the runtime stops the program instead
	secret := secretPrefix + base64.RawURLEncoding.EncodeToString(random[:])
	key.Created = k.today()
	if err := k.put(ctx, storedKey{Key: key, Hash: hashText(secret)}, 0); err != nil {
		return "", err
	}
	return secret, k.forget(context.WithoutCancel(ctx))
}

var keyName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// accept judges a new key and puts its scopes in order, each once.
func (k *Keys) accept(ctx context.Context, key *Key) error {
	if !keyName.MatchString(key.Name) {
		return ErrKeyName
	}
	for _, scope := range key.Scopes {
		if _, err := ParseScope(string(scope)); err != nil {
			return err
		}
	}
	given := key.Scopes
	key.Scopes = slices.DeleteFunc(Scopes(), func(scope Scope) bool { return !slices.Contains(given, scope) })
	switch {
	case len(key.Scopes) == 0:
		return ErrNoScope
	case key.Agency == "":
		return nil
	}
	return needAgency(ctx, k.agencyExists, key.Agency)
}

// put writes a key over the one with the revision.
func (k *Keys) put(ctx context.Context, s storedKey, revision int64) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return k.db.PutRecords(ctx, []store.Record{{Kind: keyKind, Key: s.Name, Revision: revision, Data: data}})
}

func readKey(record store.Record) (storedKey, error) {
	var s storedKey
	if err := json.Unmarshal(record.Data, &s); err != nil {
		return s, fmt.Errorf("read key %q: %w", record.Key, err)
	}
	return s, nil
}

// List returns all keys, revoked ones too, ordered by name.
func (k *Keys) List(ctx context.Context) ([]Key, error) {
	records, err := k.db.Records(ctx, store.Span{Kind: keyKind})
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	keys := make([]Key, len(records))
	for i, record := range records {
		s, err := readKey(record)
		if err != nil {
			return nil, fmt.Errorf("list keys: %w", err)
		}
		keys[i] = s.Key
	}
	return keys, nil
}

// Revoke ends a key for good. Its record stays, with the day; revoking it again
// changes nothing. These Keys refuse it at once, those of other processes after
// the time that Check says. The errors are store.ErrNotFound and those of the
// store.
func (k *Keys) Revoke(ctx context.Context, name string) error {
	if err := k.revoke(ctx, name); err != nil {
		return fmt.Errorf("revoke key %q: %w", name, err)
	}
	return k.forget(context.WithoutCancel(ctx))
}

// revoke starts again where somebody else changed the record meanwhile, who
// noted that the key was used.
func (k *Keys) revoke(ctx context.Context, name string) error {
	for try := 1; ; try++ {
		record, err := k.db.Record(ctx, keyKind, name)
		if err != nil {
			return err
		}
		s, err := readKey(record)
		if err != nil || s.Revoked != nil {
			return err
		}
		today := k.today()
		s.Revoked = &today
		err = k.put(ctx, s, record.Revision)
		if !errors.Is(err, store.ErrConflict) || try == maxChanges {
			return err
		}
	}
}

// forget drops the index, after waiting for one that is being read and may
// lack the change.
func (k *Keys) forget(ctx context.Context) error {
	if err := k.reading.Acquire(ctx, 1); err != nil {
		return err
	}
	defer k.reading.Release(1)
	k.index.Store(nil)
	return nil
}

// looksLikeKey spares the hash for what cannot be a secret.
func looksLikeKey(secret string) bool {
	return len(secret) == len(secretPrefix)+43 && strings.HasPrefix(secret, secretPrefix)
}
