// Package response holds one submitted answer sheet. It is written once under
// a key that the client made and never changed. By construction it carries
// nothing that leads to a person: no name, address, device, dossier code or
// hour, only the day and the half-day shift.
package response

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"

	"hailong/internal/calendar"
	"hailong/internal/survey"
)

// ID identifies a response. It is a digest of the client's submission key, so
// ids are spread evenly whatever clients send: an order by id says nothing of
// the order of arrival.
type ID [16]byte

// String returns the id in hexadecimal.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText writes the id in hexadecimal.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(text []byte) error {
	if hex.DecodedLen(len(text)) != len(id) {
		return fmt.Errorf("a response id has %d hexadecimal digits, not %d", hex.EncodedLen(len(id)), len(text))
	}
	_, err := hex.Decode(id[:], text)
	return err
}

// ErrSubmission says that a submission key is not 22 to 64 of A-Z a-z 0-9 _ -.
var ErrSubmission = errors.New("a submission key is 22 to 64 characters of A-Z, a-z, 0-9, _ and -")

func validSubmission(key string) bool {
	for _, c := range []byte(key) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '_' && c != '-' {
			return false
		}
	}
	return len(key) >= 22 && len(key) <= 64
}

// NewID derives the id from the client's submission key. The error is
// ErrSubmission.
func NewID(submission string) (ID, error) {
	if !validSubmission(submission) {
		return ID{}, ErrSubmission
	}
	sum := sha256.Sum256([]byte(submission))
	return ID(sum[:16]), nil
}

// Channel says by which way an answer came in. Channels are never mixed
// silently: each can be shown apart.
type Channel string

// The channels.
const (
	QR     Channel = "qr"     // the poster at a counter
	Ticket Channel = "ticket" // a one-time ticket
	Kiosk  Channel = "kiosk"  // a tablet at the counter
	Paper  Channel = "paper"  // typed in from a paper sheet
)

// Channels lists all channels in the order they are shown.
var Channels = []Channel{QR, Ticket, Kiosk, Paper}

// Response is one answer sheet.
type Response struct {
	ID      ID
	Day     calendar.Day // on which the server received it
	Shift   calendar.Shift
	Agency  string // code
	Counter string // code within the agency
	Service string // code within the agency, "" when not said
	Channel Channel
	Form    survey.Ref
	Lang    string
	Answers []survey.Answer // in the form's order, blanks left out
	Verdict Verdict         // what was found when it came in, never changed
}

// Verdict is what the checks found about an answer when it came in. It is
// written once with the answer; what is decided later is a record of its own.
// The zero value is an answer that counts and about which nothing was noted.
type Verdict struct {
	Held    bool     // left out of the figures until somebody decides
	Reasons []string // codes, see package quality; also of notes that hold nothing
}

// Text returns the answer to a text question, "" when blank.
func (r *Response) Text(question string) string {
	for _, a := range r.Answers {
		if a.Question == question {
			return a.Text
		}
	}
	return ""
}

// HasText says whether any answer is free text.
func (r *Response) HasText() bool {
	for _, a := range r.Answers {
		if a.Text != "" {
			return true
		}
	}
	return false
}

// NewSubmission makes a submission key: 128 random bits.
func NewSubmission() string {
	var bits [16]byte
	rand.Read(bits[:]) // never fails: the runtime stops the program instead
	return base64.RawURLEncoding.EncodeToString(bits[:])
}
