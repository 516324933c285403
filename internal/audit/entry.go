package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"hailong/internal/store"
)

// kind is what the records of the log are called in the store.
const kind = "audit"

// Start is the Previous of the first entry, and the hash of an empty log.
var Start = strings.Repeat("0", 2*sha256.Size)

// Entry is one event in its place in the chain. Hash is the SHA-256, in small
// hexadecimal digits, of the entry as JSON in canonical form (RFC 8785) without
// its member "hash".
type Entry struct {
	Sequence int64 `json:"sequence"` // from 1 on, without a gap
	Event
	Previous string `json:"previous"`       // Hash of the entry before it, or Start
	Hash     string `json:"hash,omitempty"` // of all of the above
}

// BrokenError says that the chain is not whole.
type BrokenError struct {
	Sequence int64  // the first entry that is not as it was written; 0 where not even its number can be told
	Reason   string // what is wrong with it, in English
}

// Error names the entry.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("the audit log is broken at entry %d: %s", e.Sequence, e.Reason)
}

// keyOf writes the number with as many digits for each, so that the order of
// keys is that of numbers.
func keyOf(sequence int64) string { return fmt.Sprintf("%012d", sequence) }

// canonical is the entry as the hash is made of, or with its hash as it is
// stored.
func canonical(entry Entry) ([]byte, error) {
	data, err := json.Marshal(entry)
	if err != nil {
		return nil, fmt.Errorf("encode audit entry %d: %w", entry.Sequence, err)
	}
	value := jsontext.Value(data)
	if err := value.Canonicalize(); err != nil {
		return nil, fmt.Errorf("encode audit entry %d: %w", entry.Sequence, err)
	}
	return value, nil
}

// hashed returns the entry with its hash.
func hashed(entry Entry) (Entry, error) {
	entry.Hash = ""
	data, err := canonical(entry)
	if err != nil {
		return entry, err
	}
	sum := sha256.Sum256(data)
	entry.Hash = hex.EncodeToString(sum[:])
	return entry, nil
}

// recordOf hashes an entry and makes a new record of it.
func recordOf(entry Entry) (store.Record, error) {
	entry, err := hashed(entry)
	if err != nil {
		return store.Record{}, err
	}
	data, err := canonical(entry)
	return store.Record{Kind: kind, Key: keyOf(entry.Sequence), Data: data}, err
}

// entryOf reads a record. It is as it was written when writing its entry again
// gives the same key and the same bytes; that leaves no room for another hash,
// an unknown member, or a sign between two members.
func entryOf(record store.Record) (Entry, error) {
	var entry Entry
	if err := json.Unmarshal(record.Data, &entry); err != nil {
		return entry, &BrokenError{numberOf(record.Key), "it cannot be read: " + err.Error()}
	}
	again, err := recordOf(entry)
	switch {
	case err != nil:
		return entry, &BrokenError{numberOf(record.Key), err.Error()}
	case again.Key != record.Key:
		return entry, &BrokenError{numberOf(record.Key), fmt.Sprintf("it says that it is entry %d", entry.Sequence)}
	case !bytes.Equal(again.Data, record.Data):
		return entry, &BrokenError{entry.Sequence, "its content was changed"}
	case record.Revision != 1:
		return entry, &BrokenError{entry.Sequence, fmt.Sprintf("it was written %d times", record.Revision)}
	}
	return entry, nil
}

// numberOf is the number that a key stands for; 0 when it is none.
func numberOf(key string) int64 {
	sequence, err := strconv.ParseInt(key, 10, 64)
	if err != nil || sequence < 1 || keyOf(sequence) != key {
		return 0
	}
	return sequence
}

// follows says whether a record, read as an entry or with an error, has the
// number and is bound to the entry before it.
func follows(record store.Record, entry Entry, read error, sequence int64, previous string) error {
	broken := read
	switch {
	case numberOf(record.Key) != sequence:
		broken = &BrokenError{sequence, fmt.Sprintf("it is missing; in its place is %q", record.Key)}
	case read == nil && entry.Previous != previous:
		broken = &BrokenError{sequence, "it does not follow the entry before it"}
	}
	if broken != nil {
		return fmt.Errorf("verify the audit log: %w", broken)
	}
	return nil
}
