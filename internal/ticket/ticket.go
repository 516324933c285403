// Package ticket lets one answer in for each slip of paper. A ticket is
// random, belongs to a counter and perhaps to a service, expires, and works
// once, whichever instance it is shown to. The package may not know answers,
// and nothing it keeps leads to one.
//
// # What is kept
//
// One record for each ticket: its key is the last day and the SHA-256 of the
// secret, its data are the counter, the service and, once it is used, the
// claim. So whoever reads the database holds no ticket that works, and expired
// ones are a span of keys that is removed together.
//
// The claim is the SHA-256 of the secret and the submission key together. It
// lets the phone that used the ticket send again until its answer is safe, and
// tells everybody else that the ticket is used. It cannot be laid beside an
// answer: that holds a digest of the submission key alone, and the key is 128
// random bits that are made for one page and kept by nobody but the phone. So
// who has printed the ticket, knows for whom, and reads the whole database,
// finds that the ticket was used, and nothing that names its answer.
//
// What this cannot hide: where one ticket of a counter was used, the one answer
// that came in there by a ticket is its answer; and who can read the journal of
// the database engine sees in which order records were written.
package ticket

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/store"
)

// kind is what the records of tickets are called in the store; this package
// owns it.
const kind = "ticket"

// A code is its last day in two characters, so that the record's key can be
// told from the code alone, and the secret in 26: 130 random bits.
const (
	dayLength    = 2
	secretLength = 26

	// CodeLength is the number of characters of a code, without hyphens.
	CodeLength = dayLength + secretLength
)

// dayCycle is how many days two characters tell apart.
const dayCycle = 32 * 32

// groupLength is the number of characters between two hyphens.
const groupLength = 4

// Why a ticket lets nobody in.
var (
	ErrUnknown = errors.New("no such ticket was issued")
	ErrUsed    = errors.New("the ticket was used")
	ErrExpired = errors.New("the ticket has expired")
)

// For says where a ticket lets an answer in, by the codes of the register.
type For struct {
	Agency  string `json:"agency"`
	Counter string `json:"counter"`
	Service string `json:"service,omitempty"` // "": the person may say
}

// Ticket is a ticket as it was found in the store.
type Ticket struct {
	For
	Expires calendar.Day // the last day on which it works

	secret   string
	revision int64
	claim    string // "": not used
}

// data is a record's data.
type data struct {
	For
	Claim string `json:"claim,omitempty"`
}

// code is a code that could be one of a ticket.
type code struct {
	expires calendar.Day
	secret  string
}

// newCode makes the code of a ticket that works through the day.
func newCode(expires calendar.Day) code { return code{expires, org.NewCode(secretLength)} }

// String returns the code as it stands in an address.
func (c code) String() string {
	n := int(expiresInCycle(c.expires))
	return string([]byte{org.Alphabet[n/32], org.Alphabet[n%32]}) + c.secret
}

func expiresInCycle(day calendar.Day) calendar.Day {
	return (day%dayCycle + dayCycle) % dayCycle
}

// parse reads a code as people type it. The day it names is the one nearest to
// today, which is right for a year and more on both sides.
func parse(typed string, today calendar.Day) (code, bool) {
	text, ok := org.CanonicalCode(typed, CodeLength)
	if !ok {
		return code{}, false
	}
	n := calendar.Day(32*strings.IndexByte(org.Alphabet, text[0]) + strings.IndexByte(org.Alphabet, text[1]))
	first := today - dayCycle/2
	return code{first + expiresInCycle(n-first), text[dayLength:]}, true
}

// key is that of the code's record.
func (c code) key() string { return c.expires.String() + "/" + digest(c.secret) }

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Grouped sets a code in groups of four with hyphens, as slips print it; it is
// read so too.
func Grouped(code string) string {
	var groups []string
	for len(code) > groupLength {
		groups, code = append(groups, code[:groupLength]), code[groupLength:]
	}
	return strings.Join(append(groups, code), "-")
}

// code returns the code that the ticket was found by.
func (t *Ticket) code() code { return code{t.Expires, t.secret} }

// claimOf is what a submission leaves on the ticket it uses. The secret has a
// fixed length, so two pairs never give the same text.
func (t *Ticket) claimOf(submission string) string { return digest(t.secret + submission) }

// record is the ticket as it is kept, to be written over the revision that was
// found.
func (t *Ticket) record() (store.Record, error) {
	encoded, err := json.Marshal(data{t.For, t.claim})
	if err != nil {
		return store.Record{}, fmt.Errorf("encode a ticket of counter %s/%s: %w", t.Agency, t.Counter, err)
	}
	return store.Record{Kind: kind, Key: t.code().key(), Revision: t.revision, Data: encoded}, nil
}

func ticketOf(c code, r store.Record) (*Ticket, error) {
	var kept data
	if err := json.Unmarshal(r.Data, &kept); err != nil {
		return nil, fmt.Errorf("a ticket's record cannot be read: %w", err)
	}
	return &Ticket{For: kept.For, Expires: c.expires, secret: c.secret, revision: r.Revision, claim: kept.Claim}, nil
}
