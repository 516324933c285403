package remark

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/response"
	"hailong/internal/store"

	"github.com/go-json-experiment/json"
)

// The errors of Decide. Nothing was decided then.
var (
	ErrDecision = errors.New("a comment is released or withheld")
	ErrReason   = errors.New("to withhold a comment needs a reason of at most 300 characters")
	ErrMany     = errors.New("too many comments at once")
)

// The limits of one call of Decide.
const (
	MaxDecided = 100
	maxReason  = 300 // characters
)

// Outcome says what became of the comments that a decision was about.
type Outcome struct {
	Done    int // decided now
	Same    int // decided so before
	Changed int // decided otherwise by somebody else meanwhile, and left so
}

// Decide releases or withholds comments as they were read. A reason is needed
// to withhold. What was decided is in the audit log, also where an error ends
// the work half-way. The errors are ErrDecision, ErrReason, ErrMany,
// store.ErrNotFound where a reference names no comment, and those of the store.
func (b *Book) Decide(ctx context.Context, by string, state comment.Check, reason string, refs []Ref) (Outcome, error) {
	var outcome Outcome
	reason, _ = b.Lexicon.Mask(strings.TrimSpace(reason)) // the audit log holds nothing of a citizen
	switch {
	case state != comment.Released && state != comment.Withheld:
		return outcome, ErrDecision
	case state == comment.Withheld && reason == "", utf8.RuneCountInString(reason) > maxReason:
		return outcome, ErrReason
	case len(refs) > MaxDecided:
		return outcome, ErrMany
	}
	for _, ref := range refs {
		if err := b.exists(ctx, ref); err != nil {
			return outcome, err
		}
	}
	check := Check{State: state, By: by, At: b.Now().UTC().Truncate(time.Millisecond), Reason: reason}
	done, err := b.decide(ctx, check, refs, &outcome)
	return outcome, errors.Join(err, b.note(ctx, check, done))
}

// exists holds a reference against the store: a decision is never about
// something that is not there.
func (b *Book) exists(ctx context.Context, ref Ref) error {
	found, err := b.Store.Texts(ctx, store.Texts{Agency: ref.Agency, Range: calendar.Range{From: ref.Day, To: ref.Day}, After: ref.before(), Limit: 1})
	if err == nil && (ref.Agency == "" || len(found) == 0 || found[0].ID != ref.ID) {
		err = store.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("comment %s: %w", ref.key(), err)
	}
	return nil
}

// decide writes the decisions and returns those that are new.
func (b *Book) decide(ctx context.Context, check Check, refs []Ref, outcome *Outcome) (done []Ref, err error) {
	data, err := json.Marshal(check)
	if err != nil {
		return nil, fmt.Errorf("encode a decision: %w", err)
	}
	for _, ref := range refs {
		same, err := b.isDecided(ctx, ref, check.State)
		if err != nil {
			return done, err
		}
		if same {
			outcome.Same++
			continue
		}
		err = b.Store.PutRecords(ctx, []store.Record{{Kind: Kind, Key: ref.key(), Revision: ref.Revision, Data: data}})
		switch {
		case errors.Is(err, store.ErrExists), errors.Is(err, store.ErrConflict):
			outcome.Changed++
		case err != nil:
			return done, fmt.Errorf("decide about comment %s: %w", ref.key(), err)
		default:
			outcome.Done++
			done = append(done, ref)
		}
	}
	return done, nil
}

func (b *Book) isDecided(ctx context.Context, ref Ref, state comment.Check) (bool, error) {
	record, err := b.Store.Record(ctx, Kind, ref.key())
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("decision about comment %s: %w", ref.key(), err)
	}
	check, err := checkOf(record)
	return check.State == state, err
}

// note writes one entry for each agency into the audit log. It names the
// comments and holds nothing of their words.
func (b *Book) note(ctx context.Context, check Check, done []Ref) error {
	action := audit.CommentRelease
	if check.State == comment.Withheld {
		action = audit.CommentWithhold
	}
	keys := map[string][]string{}
	for _, ref := range done {
		keys[ref.Agency] = append(keys[ref.Agency], ref.Day.String()+"/"+ref.ID.String())
	}
	for _, agency := range slices.Sorted(maps.Keys(keys)) {
		detail := map[string]string{"count": strconv.Itoa(len(keys[agency])), "comments": strings.Join(keys[agency], " ")}
		if check.Reason != "" {
			detail["reason"] = check.Reason
		}
		err := b.Audit.Append(ctx, audit.Event{At: check.At, By: check.By, Action: action, Subject: agency, Detail: detail})
		if err != nil {
			return err
		}
	}
	return nil
}

// checks reads decisions by their keys.
func (b *Book) checks(ctx context.Context, span store.Span) (map[string]Check, error) {
	records, err := b.Store.Records(ctx, span)
	if err != nil {
		return nil, fmt.Errorf("decisions about comments from %s: %w", span.From, err)
	}
	checks := make(map[string]Check, len(records))
	for _, record := range records {
		if checks[record.Key], err = checkOf(record); err != nil {
			return nil, err
		}
	}
	return checks, nil
}

func checkOf(record store.Record) (Check, error) {
	var check Check
	if err := json.Unmarshal(record.Data, &check); err != nil {
		return check, fmt.Errorf("decision about comment %s: %w", record.Key, err)
	}
	check.Revision = record.Revision
	return check, nil
}

// Released tells which answers of the days hold comments that the office has
// released and that the policy lets the agency read today, by their ids. Agency
// "" is all agencies.
func (b *Book) Released(ctx context.Context, agency string, days calendar.Range) (map[response.ID]bool, error) {
	released, today := map[response.ID]bool{}, b.today()
	span := store.Span{Kind: Kind, From: days.From.String(), To: (days.To + 1).String(), Limit: batchSize}
	for {
		checks, err := b.checks(ctx, span)
		if err != nil {
			return nil, err
		}
		for key, check := range checks {
			span.From = max(span.From, key+"\x00")
			ref, err := ParseRef(key + "/0")
			if err != nil {
				return nil, fmt.Errorf("decision about a comment: %w", err)
			}
			if (agency == "" || agency == ref.Agency) && check.State == comment.Released && b.Policy.Shows(ref.Day, today, check.State, false) {
				released[ref.ID] = true
			}
		}
		if len(checks) < batchSize {
			return released, nil
		}
	}
}
