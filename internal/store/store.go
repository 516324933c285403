// Package store is the storage contract: small role interfaces, the records
// they pass and the errors they return. Two adapters keep it, store/sqlite and
// store/mongo; the suite in store/storetest is the contract as a test, and
// both must pass all of it.
//
// Nothing here needs a transaction over several records, and no shared counter
// is ever read, changed and written back: what has to be atomic is one record,
// guarded by a unique key or by its revision.
package store

import (
	"context"
	"errors"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// The errors of the contract. Adapters translate their driver's errors into
// these; anything else is a fault of the program.
var (
	ErrNotFound    = errors.New("not found")
	ErrExists      = errors.New("exists already")
	ErrConflict    = errors.New("changed by somebody else meanwhile")
	ErrUnavailable = errors.New("the store cannot be reached or cannot write")
	ErrNewerSchema = errors.New("the database was written by a newer version of hailong")
)

// Store is all roles together. It is safe for use by many goroutines. A
// cancelled context ends a call with the context's error and leaves the store
// usable.
type Store interface {
	Responses
	Tallies
	Registers
	Forms
	Accounts
	Sessions
	Records

	// Ping proves that the store can be reached, is migrated and can write.
	// The error is ErrUnavailable.
	Ping(ctx context.Context) error
	// Close releases everything. No call may follow.
	Close() error
}

// Outcome says what Insert did with one response.
type Outcome uint8

// The outcomes.
const (
	Stored    Outcome = iota // it is new, and durable now
	Duplicate                // a response with its id was there before and was kept as it was
)

// Responses keeps answer sheets. They are written once and never changed.
type Responses interface {
	// Insert stores a batch and returns one outcome per response, in order,
	// after all of it is durable. Of two responses with one id, in a batch or
	// between batches, exactly one is Stored. On an error (ErrUnavailable)
	// nothing is known of the batch; repeating it is safe.
	Insert(ctx context.Context, batch []response.Response) ([]Outcome, error)

	// Exists says whether a response with the id is stored.
	Exists(ctx context.Context, id response.ID) (bool, error)

	// Find returns those of the ids that are stored, in no order.
	Find(ctx context.Context, ids []response.ID) ([]response.Response, error)

	// Scan visits responses ordered by day, agency, id. The pointer is only
	// valid during the call. An error of visit ends the scan and is returned.
	Scan(ctx context.Context, q Scan, visit func(*response.Response) error) error

	// States says of every part of the agencies' day that holds responses what
	// state it is in, in no order. As long as a part's state is the same, so
	// is what a Scan of it visits. It costs far less than that.
	States(ctx context.Context, agencies []string, day calendar.Day) ([]State, error)

	// Texts returns responses with free text, latest day first, by id within
	// a day (so that the order says nothing of the hour).
	Texts(ctx context.Context, q Texts) ([]response.Response, error)

	// FirstDay returns the earliest day that holds a response; false when
	// there is none at all.
	FirstDay(ctx context.Context) (calendar.Day, bool, error)

	// RemoveThrough removes every response of the day and of all before it, a
	// bounded number at a time, and returns how many. After an error those
	// removed so far are gone; repeating it goes on.
	RemoveThrough(ctx context.Context, day calendar.Day) (int64, error)

	// Tidy changes nothing that can be read here. It wipes out, as far as the
	// engine lets it, the traces beside the responses of the day that tell in
	// which order they came. Call it every now and then, and once more when the
	// day is over.
	Tidy(ctx context.Context, day calendar.Day) error
}

// Scan selects responses.
type Scan struct {
	Agency string // "" is all agencies
	Range  calendar.Range
	Part   int  // of each agency's day, 1 to Parts; 0 is all of it
	Held   bool // only those whose verdict is held; they are found by a key
	Noted  bool // only those whose verdict has a reason; they are found by a key
}

// Parts is how many parts the responses of an agency's day have. They are told
// apart by the beginning of the id, a digest, so a part says nothing of the
// hour.
const Parts = 32

// PartOf returns the part that holds the id.
func PartOf(id response.ID) int { return 1 + int(id[0])*Parts/256 }

// PartBounds returns the first and the last id of a part; of all parts for 0.
func PartBounds(part int) (first, last response.ID) {
	for i := range last {
		last[i] = 0xff
	}
	if part > 0 {
		const width = 256 / Parts
		first[0], last[0] = byte((part-1)*width), byte(part*width-1)
	}
	return first, last
}

// State is the state of one part of an agency's day. The token is to be
// compared and nothing else; it takes in whatever changes what the part's
// responses add up to.
type State struct {
	Agency string
	Part   int
	Token  string
}

// Texts selects responses with free text. Empty strings select everything.
type Texts struct {
	Agency  string
	Range   calendar.Range
	Counter string
	Service string
	Channel response.Channel
	After   *TextPosition // nil: from the start
	Limit   int
}

// TextPosition is the place of a response in the order of Texts.
type TextPosition struct {
	Day calendar.Day
	ID  response.ID
}

// Grain is the length of the span that a Sum covers.
type Grain string

// The grains.
const (
	ByDay   Grain = "day"
	ByMonth Grain = "month"
)

// Sum is the kept tally of one agency over one day or month.
type Sum struct {
	Agency   string
	Grain    Grain
	First    calendar.Day // the day, or the first day of the month
	Revision int64        // 0: not stored yet; grows by one with each write
	Tally    tally.Tally
}

// Mark says that a sealed day of an agency is being changed: its kept sums are
// not to be used until the mark is gone. Token tells the marks of several
// writers apart.
type Mark struct {
	Agency string
	Day    calendar.Day
	Token  string
}

// Tallies keeps the sums of closed days and months. The protocol that keeps
// them true is in package ledger.
type Tallies interface {
	// SealedThrough returns the last day that is sealed, as are all before
	// it; false when none is.
	SealedThrough(ctx context.Context) (calendar.Day, bool, error)
	// AdvanceSealed moves that day forward; a day not after it changes
	// nothing.
	AdvanceSealed(ctx context.Context, day calendar.Day) error
	// ReopenFrom moves that day back to the one before day; if it is before
	// that already, or there is none, nothing changes.
	ReopenFrom(ctx context.Context, day calendar.Day) error

	// Sums returns the kept sums of the agencies (nil: of all) whose First
	// lies in the range, ordered by agency, then First.
	Sums(ctx context.Context, agencies []string, grain Grain, r calendar.Range) ([]Sum, error)
	// SumRevisions is Sums without the tallies, at a fraction of its cost.
	SumRevisions(ctx context.Context, agencies []string, grain Grain, r calendar.Range) ([]Sum, error)
	// PutSums writes each sum if the stored revision is still its Revision,
	// with Revision+1. If one is not, ErrConflict; others may be written.
	PutSums(ctx context.Context, sums []Sum) error

	// AddMarks is durable before it returns. Repeating it changes nothing.
	AddMarks(ctx context.Context, marks []Mark) error
	// Marks returns all marks, ordered by agency, day, token.
	Marks(ctx context.Context) ([]Mark, error)
	// RemoveMarks takes marks away; one that is not there is no error.
	RemoveMarks(ctx context.Context, marks []Mark) error
}

// Registers keeps the register as one record, so that it changes as a whole.
type Registers interface {
	// Register returns the record and its revision; nil and 0 when there is
	// none yet.
	Register(ctx context.Context) (data []byte, revision int64, err error)
	// RegisterRevision returns the revision alone.
	RegisterRevision(ctx context.Context) (int64, error)
	// PutRegister replaces the record if its revision is still the one given
	// and returns the new revision; otherwise ErrConflict.
	PutRegister(ctx context.Context, data []byte, revision int64) (int64, error)
}

// Pin is the fingerprint of a form version that has answers. Such a form can
// never change.
type Pin struct {
	Form   survey.Ref
	Hash   string // survey.Form.Hash
	Source []byte // the form as JSON, to read old answers without its file
}

// Forms keeps pins.
type Forms interface {
	// PinForm stores the pin unless the form version has one, and returns the
	// pin that is stored after the call.
	PinForm(ctx context.Context, pin Pin) (Pin, error)
	// Pins returns all pins, ordered by form id and version.
	Pins(ctx context.Context) ([]Pin, error)
}

// Account is a person who works with the figures.
type Account struct {
	Email        string // lower case; the key
	Role         string
	Agency       string // code; "" for roles that see every agency
	PasswordHash string // argon2id, PHC string format
	Disabled     bool
	Created      time.Time // UTC, whole milliseconds
	Revision     int64     // 0: not stored yet; grows by one with each write
}

// Accounts keeps accounts. Emails are compared byte by byte.
type Accounts interface {
	// Account returns the account or ErrNotFound.
	Account(ctx context.Context, email string) (Account, error)
	// Accounts returns all accounts, ordered by email.
	Accounts(ctx context.Context) ([]Account, error)
	// PutAccount writes the account if the stored revision is still its
	// Revision, with Revision+1. ErrExists when Revision is 0 and the email is
	// taken, otherwise ErrConflict.
	PutAccount(ctx context.Context, a Account) error
}

// Session is one login. Only a digest of the cookie's token is kept.
type Session struct {
	TokenHash [32]byte // SHA-256
	Email     string
	Expires   time.Time // UTC, whole milliseconds
}

// Sessions keeps logins.
type Sessions interface {
	// AddSession stores a session; ErrExists when the hash is taken.
	AddSession(ctx context.Context, s Session) error
	// Session returns the session, expired or not, or ErrNotFound.
	Session(ctx context.Context, tokenHash [32]byte) (Session, error)
	// RemoveSession ends a session; one that is not there is no error.
	RemoveSession(ctx context.Context, tokenHash [32]byte) error
	// RemoveSessionsOf ends all sessions of an account.
	RemoveSessionsOf(ctx context.Context, email string) error
	// RemoveSessionsBefore ends all sessions that expire before the instant.
	RemoveSessionsBefore(ctx context.Context, t time.Time) error
}

// Record is a document that the store keeps without knowing what it means.
// Every record that is neither searched by its content nor written at each
// answer is kept this way.
type Record struct {
	Kind     string // such as "period"; each kind has one package that owns it
	Key      string // unique within the kind; keys are ordered byte by byte
	Revision int64  // 0: not stored yet; grows by one with each write
	Data     []byte // at most a few megabytes
}

// Span selects records of one kind whose key lies in it.
type Span struct {
	Kind  string
	From  string // first key; "" is from the start
	To    string // first key that is not selected any more; "" is to the end
	Last  bool   // from the last key down instead of from the first up
	Limit int    // 0 is no limit
}

// Records keeps documents, each guarded by its revision. A log that is only
// appended to is a kind whose keys are numbers of equal length: of two writers
// of one number, one is told ErrExists.
type Records interface {
	// Record returns the record or ErrNotFound.
	Record(ctx context.Context, kind, key string) (Record, error)
	// Records returns the records of a span, ordered by key.
	Records(ctx context.Context, span Span) ([]Record, error)
	// PutRecords writes each record if the stored revision is still its
	// Revision, with Revision+1, in the order given. ErrExists when Revision is
	// 0 and the key is taken, otherwise ErrConflict; then those before it may
	// be written, those after it are not. No two records of a call share kind
	// and key.
	PutRecords(ctx context.Context, records []Record) error
	// Kinds returns the kinds of which there are records, in order.
	Kinds(ctx context.Context) ([]string, error)
	// RemoveRecords takes records away; one that is not there is no error.
	RemoveRecords(ctx context.Context, kind string, keys []string) error
}
