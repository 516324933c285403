package ticket

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/store"
)

// The limits of one Issue.
const (
	MaxCount    = 1000
	MaxDays     = 366 // well within what a code can tell apart
	DefaultDays = 30
)

// What can be wrong with an order of tickets.
var (
	ErrCount = fmt.Errorf("tickets are issued 1 to %d at once", MaxCount)
	ErrDays  = fmt.Errorf("a ticket works for 1 to %d days", MaxDays)
)

// Issued is a new ticket. Its code is known only to who asked for it.
type Issued struct {
	Code    string       // of CodeLength characters
	Expires calendar.Day // the last day on which it works
}

// Book issues tickets and lets them be used. It is safe for use by many
// goroutines, and by many processes on one store.
type Book struct {
	db       store.Records
	now      func() time.Time
	location *time.Location
}

// NewBook returns the tickets that are kept in db; days are those of the
// location.
func NewBook(db store.Records, now func() time.Time, location *time.Location) *Book {
	return &Book{db: db, now: now, location: location}
}

func (b *Book) today() calendar.Day { return calendar.Of(b.now(), b.location) }

// Issue makes tickets that work through the day that many days from today, so
// 1 is through tomorrow. Who calls it has made sure that counter and service
// exist. The errors are ErrCount, ErrDays and those of the store; after one,
// some tickets may lie in the store whose codes nobody has.
func (b *Book) Issue(ctx context.Context, where For, count, days int) ([]Issued, error) {
	switch {
	case count < 1 || count > MaxCount:
		return nil, fmt.Errorf("issue %d tickets: %w", count, ErrCount)
	case days < 1 || days > MaxDays:
		return nil, fmt.Errorf("issue tickets for %d days: %w", days, ErrDays)
	}
	expires := b.today() + calendar.Day(days)
	issued, records := make([]Issued, count), make([]store.Record, count)
	for i := range issued {
		made := newCode(expires)
		record, err := (&Ticket{For: where, Expires: expires, secret: made.secret}).record()
		if err != nil {
			return nil, err
		}
		issued[i], records[i] = Issued{made.String(), expires}, record
	}
	if err := b.db.PutRecords(ctx, records); err != nil {
		return nil, fmt.Errorf("issue %d tickets of counter %s/%s: %w", count, where.Agency, where.Counter, withoutKeys(err, records...))
	}
	return issued, nil
}

// Find returns the ticket with the code as somebody typed it, used or not. It
// reads one record. The errors are ErrUnknown, ErrExpired for one that is
// removed already, the context's error and those of the store. No error names
// the ticket.
func (b *Book) Find(ctx context.Context, typed string) (*Ticket, error) {
	c, ok := parse(typed, b.today())
	if !ok {
		return nil, ErrUnknown
	}
	return b.find(ctx, c)
}

func (b *Book) find(ctx context.Context, c code) (*Ticket, error) {
	record, err := b.db.Record(ctx, kind, c.key())
	switch {
	case errors.Is(err, store.ErrNotFound) && c.expires < b.today():
		return nil, ErrExpired
	case errors.Is(err, store.ErrNotFound):
		return nil, ErrUnknown
	case err != nil:
		return nil, fmt.Errorf("find a ticket: %w", withoutKeys(err, store.Record{Key: c.key()}))
	}
	return ticketOf(c, record)
}

// Check says whether a submission may use the ticket as it was found; "" asks
// for one that is yet to come. The submission that used it may always go on,
// for it may not have been told yet that its answer is safe. The errors are
// ErrUsed and ErrExpired.
func (b *Book) Check(t *Ticket, submission string) error {
	switch {
	case t.claim != "" && t.claim == t.claimOf(submission):
		return nil
	case t.claim != "":
		return ErrUsed
	case t.Expires < b.today():
		return ErrExpired
	}
	return nil
}

// Use gives the ticket to the submission; it is durable when Use returns. Of
// many submissions exactly one ever gets it, and that one as often as it asks.
// The errors are ErrUsed, ErrExpired, ErrUnknown where the ticket was removed
// meanwhile, the context's error and those of the store. After
// store.ErrUnavailable the ticket may be given; asking again is safe.
func (b *Book) Use(ctx context.Context, t *Ticket, submission string) error {
	err := b.Check(t, submission)
	if err != nil || t.claim != "" {
		return err
	}
	claimed := *t
	claimed.claim = t.claimOf(submission)
	record, err := claimed.record()
	if err != nil {
		return err
	}
	err = b.db.PutRecords(ctx, []store.Record{record})
	if errors.Is(err, store.ErrConflict) {
		return b.lost(ctx, t, submission)
	}
	if err != nil {
		return fmt.Errorf("use a ticket: %w", withoutKeys(err, record))
	}
	return nil
}

// lost looks who was faster and asks again. A ticket is written once after it
// was issued, so the second answer is final.
func (b *Book) lost(ctx context.Context, t *Ticket, submission string) error {
	now, err := b.find(ctx, t.code())
	if err != nil {
		return err
	}
	return b.Use(ctx, now, submission)
}

// removeAtOnce is how many records are read and removed together.
const removeAtOnce = 500

// RemoveExpired removes the tickets that expired before yesterday, used or not,
// and returns how many. Yesterday's stay, so that a phone that sends again
// after midnight is heard.
func (b *Book) RemoveExpired(ctx context.Context) (int, error) {
	span := store.Span{Kind: kind, To: (b.today() - 1).String(), Limit: removeAtOnce}
	for removed := 0; ; {
		expired, err := b.db.Records(ctx, span)
		if err == nil && len(expired) > 0 {
			err = b.db.RemoveRecords(ctx, kind, keysOf(expired))
		}
		if err != nil {
			return removed, fmt.Errorf("remove expired tickets: %w", withoutKeys(err, expired...))
		}
		removed += len(expired)
		if len(expired) < removeAtOnce {
			return removed, nil
		}
	}
}

func keysOf(records []store.Record) []string {
	keys := make([]string, len(records))
	for i, r := range records {
		keys[i] = r.Key
	}
	return keys
}

// withoutKeys takes the records' keys out of an error's text. Errors are logged
// with their instant; beside a digest of the ticket that would tell, to who
// knows for whom it was printed, when that person answered.
func withoutKeys(err error, records ...store.Record) error {
	text := err.Error()
	for _, r := range records {
		text = strings.ReplaceAll(text, r.Key, "…")
	}
	return &quietError{text, err}
}

// quietError is an error with another text.
type quietError struct {
	text string
	err  error
}

// Error returns the text.
func (e *quietError) Error() string { return e.text }

// Unwrap returns the error that the text is not of.
func (e *quietError) Unwrap() error { return e.err }
