// Package audit keeps who did what, and when: a log that is only appended to,
// each entry bound to the one before it by a hash. It does not decide who may
// do something, knows nothing of HTTP or pages, and may not hold a password,
// a key's secret, a session's token or anything of a citizen.
//
// # What the chain shows
//
// Verify finds every entry whose content was changed, and every one that was
// taken away, put in or moved. It cannot see that the last entries were cut
// off, nor that all of them from one place on were written anew: both leave a
// chain that is whole. That is seen only by who knows the hash of a later
// entry. Head returns it, so that a sealed sheet can carry it out of reach.
package audit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

	"hailong/internal/store"
)

// The actions. Each is written after it was done.
const (
	PeriodClose     = "period.close"
	PeriodSeal      = "period.seal"
	PeriodPublish   = "period.publish"
	PeriodReopen    = "period.reopen"
	PeriodCorrect   = "period.correct"
	PeriodKey       = "period.key"
	ServedImport    = "served.import"
	ResponsesImport = "responses.import"
	PaperEnter      = "paper.enter"
	RegisterImport  = "register.import"
	RatingEnter     = "rating.enter"
	RatingVerify    = "rating.verify"
	RatingConclude  = "rating.conclude"
	TargetReport    = "target.report"
	UserAdd         = "user.add"
	UserReset       = "user.reset"
	UserPassword    = "user.password"
	UserDisable     = "user.disable"
	UserEnable      = "user.enable"
	KeyAdd          = "key.add"
	KeyRevoke       = "key.revoke"
	DecisionPropose = "decision.propose"
	DecisionConfirm = "decision.confirm"
	DecisionReverse = "decision.reverse"
	RetentionRun    = "retention.run"
	TicketIssue     = "ticket.issue"
	TicketRemove    = "ticket.remove"
	CommentRelease  = "comment.release"
	CommentWithhold = "comment.withhold"
)

// CommandLine is the By of what was done with the hailong command.
const CommandLine = "command line"

// Service is the By of what the running service did by itself.
const Service = "service"

// ByKey is the By of what was done with the API key of that name.
func ByKey(name string) string { return "key:" + name }

// ErrEvent says that an event does not tell when, by whom or what.
var ErrEvent = errors.New("an audit event needs its instant, by whom and the action")

// Event is one thing that somebody did. It holds no secret.
type Event struct {
	At      time.Time         `json:"at"`               // UTC, whole milliseconds
	By      string            `json:"by"`               // an account's email, ByKey or CommandLine
	Action  string            `json:"action"`           // one of the constants
	Subject string            `json:"subject"`          // to what it was done: an email, a key's name, a period
	Detail  map[string]string `json:"detail,omitempty"` // what else has to be known of it
}

// plain returns the event as it is kept: time in UTC and whole milliseconds,
// bytes that are no UTF-8 replaced, an empty Detail nil.
func (e Event) plain() (Event, error) {
	if e.At.IsZero() || e.By == "" || e.Action == "" {
		return e, ErrEvent
	}
	e.At = e.At.UTC().Truncate(time.Millisecond)
	e.By, e.Action, e.Subject = readable(e.By), readable(e.Action), readable(e.Subject)
	var detail map[string]string
	for name, value := range e.Detail {
		if detail == nil {
			detail = make(map[string]string, len(e.Detail))
		}
		detail[readable(name)] = readable(value)
	}
	e.Detail = detail
	return e, nil
}

func readable(text string) string { return strings.ToValidUTF8(text, "\ufffd") }

// Log is the audit log of one store. It is safe for use by many goroutines;
// several of them, in several processes, may append to one store.
type Log struct {
	db   store.Records
	turn *semaphore.Weighted // one appends at a time, so that only other instances can overtake it
}

// New returns the log that is kept in db.
func New(db store.Records) *Log { return &Log{db: db, turn: semaphore.NewWeighted(1)} }

// maxTries is how often an entry is tried while other instances append. Of
// those that try at once one always succeeds, so as many instances would have
// to append without a pause.
const maxTries = 100

// Append writes the event behind the last entry; it is durable when Append
// returns. The errors are ErrEvent, *BrokenError where the last entry cannot be
// read, store.ErrExists where others were faster each time, the context's
// error and those of the store. After store.ErrUnavailable it may have been
// written.
func (l *Log) Append(ctx context.Context, event Event) error {
	return l.note(ctx, event, func(Entry) (bool, error) { return false, nil })
}

// AppendOnce is Append for a step that several may finish at once, or repeat
// after it was cut: it does nothing where an entry behind the one with the hash
// after says the same already, whatever its instant.
func (l *Log) AppendOnce(ctx context.Context, event Event, after string) error {
	return l.note(ctx, event, func(last Entry) (bool, error) { return l.told(ctx, event, last, after) })
}

// note writes the event unless known says, of all up to the last entry, that it
// is there.
func (l *Log) note(ctx context.Context, event Event, known func(last Entry) (bool, error)) error {
	event, err := event.plain()
	if err == nil {
		err = l.append(ctx, event, known)
	}
	if err != nil {
		return fmt.Errorf("append %s of %q by %s to the audit log: %w", event.Action, event.Subject, event.By, err)
	}
	return nil
}

// told looks for the event from the last entry back to the one with the hash.
func (l *Log) told(ctx context.Context, event Event, last Entry, after string) (bool, error) {
	event, err := event.plain()
	for before := last.Sequence + 1; err == nil && before > 1; {
		var entries []Entry
		if entries, err = l.Entries(ctx, before, page); len(entries) == 0 {
			break
		}
		for _, e := range entries {
			switch {
			case e.Hash == after:
				return false, nil
			case e.By == event.By && e.Action == event.Action && e.Subject == event.Subject && maps.Equal(e.Detail, event.Detail):
				return true, nil
			}
			before = e.Sequence
		}
	}
	return false, err
}

func (l *Log) append(ctx context.Context, event Event, known func(last Entry) (bool, error)) error {
	if err := l.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer l.turn.Release(1)
	for try := 1; ; try++ {
		last, err := l.head(ctx)
		if err != nil {
			return err
		}
		if there, err := known(last); err != nil || there {
			return err
		}
		record, err := recordOf(Entry{Sequence: last.Sequence + 1, Event: event, Previous: last.Hash})
		if err != nil {
			return err
		}
		err = l.db.PutRecords(ctx, []store.Record{record})
		if !errors.Is(err, store.ErrExists) || try == maxTries {
			return err
		}
	}
}

// Head returns number and hash of the last entry; 0 and Start when there is
// none. It reads that entry alone and says nothing of those before it. The
// errors are *BrokenError and those of the store.
func (l *Log) Head(ctx context.Context) (sequence int64, hash string, err error) {
	last, err := l.head(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("head of the audit log: %w", err)
	}
	return last.Sequence, last.Hash, nil
}

func (l *Log) head(ctx context.Context) (Entry, error) {
	last, err := l.db.Records(ctx, store.Span{Kind: kind, Last: true, Limit: 1})
	if err != nil || len(last) == 0 {
		return Entry{Hash: Start}, err
	}
	return entryOf(last[0])
}

// Entries returns the newest entries first, at most limit of them (0 is all),
// only those whose number is less than before (0 is from the newest). Each is
// held against its own hash, not against its neighbours. The errors are
// *BrokenError and those of the store.
func (l *Log) Entries(ctx context.Context, before int64, limit int) ([]Entry, error) {
	span := store.Span{Kind: kind, Last: true, Limit: limit}
	if before > 0 {
		span.To = keyOf(before)
	}
	records, err := l.db.Records(ctx, span)
	if err != nil {
		return nil, fmt.Errorf("entries of the audit log before %d: %w", before, err)
	}
	entries := make([]Entry, len(records))
	for i, record := range records {
		if entries[i], err = entryOf(record); err != nil {
			return nil, fmt.Errorf("entries of the audit log before %d: %w", before, err)
		}
	}
	return entries, nil
}

// page is how many entries Verify reads at once.
const page = 200

// Verify reads the whole chain and returns how many entries it found whole,
// from the first on. The error is a *BrokenError that names the first one that
// is not, or one of the store. What is appended meanwhile may be left out.
// What it cannot see stands in the comment of the package.
func (l *Log) Verify(ctx context.Context) (n int64, err error) {
	return l.Walk(ctx, func(Entry) {})
}

// Walk is Verify for somebody who holds the entries against something else: it
// shows each one that is as it was written, the oldest first, also those behind
// a fault.
func (l *Log) Walk(ctx context.Context, show func(Entry)) (n int64, err error) {
	previous, after := Start, ""
	for {
		records, errRead := l.db.Records(ctx, store.Span{Kind: kind, From: after, Limit: page})
		if errRead != nil {
			return n, fmt.Errorf("verify the audit log after entry %d: %w", n, errRead)
		}
		for _, record := range records {
			entry, errEntry := entryOf(record)
			if errEntry == nil {
				show(entry)
			}
			if err == nil {
				if err = follows(record, entry, errEntry, n+1, previous); err == nil {
					n, previous = entry.Sequence, entry.Hash
				}
			}
			after = record.Key + "\x00"
		}
		if len(records) < page {
			return n, err
		}
	}
}
