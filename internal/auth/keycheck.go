package auth

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/store"
)

// How old what is known of the keys may be. From the first age on the next
// reader reads it anew while others go on with what there is; from the second
// on all wait for that, so that a key that was revoked hours ago does not pass
// on a server that was idle since.
const (
	keysAge    = time.Second
	keysOldAge = 5 * time.Second
)

// keyIndex is all keys by the hash of their secrets, as they were in the store
// at an instant.
type keyIndex struct {
	at     time.Time
	byHash map[[32]byte]indexedKey
}

type indexedKey struct {
	storedKey
	revision int64
}

// age is how long ago the index was read; what comes from the future, before a
// clock was set back, is as old as can be.
func (i *keyIndex) age(now time.Time) time.Duration {
	age := now.Sub(i.at)
	if age < 0 {
		return keysOldAge
	}
	return age
}

// Check returns the key that a secret belongs to. It is made for every call of
// the API: most are answered from memory. What another process changed is seen
// a second later, or five where the store is slow. The errors are
// ErrKeyUnknown, ErrKeyRevoked, the context's error and those of the store.
//
// The hash is looked up like any map key, in a time that depends on it. That
// tells nothing: who measures it learns bits of a SHA-256 of a guess, from
// which no guess that comes nearer to the secret can be made.
func (k *Keys) Check(ctx context.Context, secret string) (Key, error) {
	if !looksLikeKey(secret) {
		return Key{}, ErrKeyUnknown
	}
	index, err := k.current(ctx)
	if err != nil {
		return Key{}, fmt.Errorf("check key: %w", err)
	}
	found, ok := index.byHash[digest(secret)]
	switch {
	case !ok:
		return Key{}, ErrKeyUnknown
	case found.Revoked != nil:
		return Key{}, ErrKeyRevoked
	}
	k.note(ctx, found)
	return found.Key, nil
}

// current returns an index that is young enough.
func (k *Keys) current(ctx context.Context) (*keyIndex, error) {
	index, now := k.index.Load(), k.now()
	switch {
	case index != nil && index.age(now) < keysAge:
		return index, nil
	case index != nil && index.age(now) < keysOldAge:
		if !k.reading.TryAcquire(1) {
			return index, nil
		}
	default:
		if err := k.reading.Acquire(ctx, 1); err != nil {
			return nil, err
		}
	}
	defer k.reading.Release(1)
	if index := k.index.Load(); index != nil && index.age(k.now()) < keysAge {
		return index, nil // somebody read it while this one waited
	}
	return k.read(ctx)
}

// read reads the index; its age counts from before the reading.
func (k *Keys) read(ctx context.Context) (*keyIndex, error) {
	index := &keyIndex{at: k.now(), byHash: map[[32]byte]indexedKey{}}
	records, err := k.db.Records(ctx, store.Span{Kind: keyKind})
	if err != nil {
		return nil, err
	}
	for _, record := range records {
		s, err := readKey(record)
		if err != nil {
			return nil, err
		}
		hash, err := base64.RawURLEncoding.DecodeString(s.Hash)
		if err != nil || len(hash) != 32 {
			return nil, fmt.Errorf("key %q has no hash of 32 bytes", record.Key)
		}
		index.byHash[[32]byte(hash)] = indexedKey{s, record.Revision}
	}
	k.index.Store(index)
	return index, nil
}

// noteTime is how long noting a use may hold up the call that it is for.
const noteTime = time.Second

// use is a day on which the use of a key was noted from here, or is about to
// be. After a failure it says when to try again.
type use struct {
	day   calendar.Day
	again time.Time // zero: not on this day
}

// note writes down that the key was used today, once a day for each key. It is
// kept by the day, as more would tell when people work. It may fail, or find
// that another process wrote first: the call goes on in any case.
func (k *Keys) note(ctx context.Context, key indexedKey) {
	today := k.today()
	if key.LastUsed != nil && *key.LastUsed >= today || !k.begin(key.Name, today) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer cancel()
	key.LastUsed = &today
	if err := k.put(ctx, key.storedKey, key.revision); err != nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.noted[key.Name] = use{today, k.now().Add(keysAge)} // by then the index is a new one
	}
}

// begin says whether the use of a key on a day is still to be noted, and holds
// others off.
func (k *Keys) begin(name string, day calendar.Day) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	last, ok := k.noted[name]
	if ok && last.day >= day && (last.again.IsZero() || k.now().Before(last.again)) {
		return false
	}
	k.noted[name] = use{day: day}
	return true
}
