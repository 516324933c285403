// Package collect accepts one response: it holds the answers against the form,
// stamps day and shift, has it judged, and commits in groups. It answers only after the
// response is durable, and accepts the same submission any number of times.
// It knows nothing of HTTP.
package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
)

// The codes of a survey.FieldError for what is not an answer. Question then
// names the field of the submission.
const (
	BadSubmission   survey.Code = "bad_submission"   // field "submission"
	UnknownService  survey.Code = "unknown_service"  // field "service"
	UnknownLanguage survey.Code = "unknown_language" // field "lang"
)

// ErrFormChanged says that the form in use differs from the one that earlier
// answers were given to, under the same version.
var ErrFormChanged = errors.New("the form was changed without a new version")

// Submission is one answer sheet as a client sent it.
type Submission struct {
	Key     string // made by the client or for it; makes retrying safe
	Place   org.Place
	Channel response.Channel
	Form    *survey.Form
	Service string // "" when not said
	Lang    string
	Given   survey.Given

	Mistyped []string // questions whose value was not even of the right type
	Arrival  Arrival  // for the checks alone

	// Claim runs when the sheet is found valid and no such submission is stored
	// yet, before it is stored; on an error it is not. It has to let the same
	// submission pass again. Nil is no claim.
	Claim func(context.Context) error
}

// Store is what a Collector needs of a store.
type Store interface {
	store.Responses
	store.Forms
}

// Collector accepts submissions. It is safe for use by many goroutines.
type Collector struct {
	store    Store
	words    *comment.Lexicon
	now      func() time.Time
	location *time.Location
	commit   *committer
	pinned   sync.Map // *survey.Form → struct{}: forms known to be pinned as they are
	closed   atomic.Pointer[calendar.Day]
	checks   *Checks // nil: nothing is judged
}

// New starts a collector. Writers is the number of batches under way at once:
// 1 for an engine with one writer, a few for one across a network. Close must
// be called. Free text is stored as the lexicon masks it.
func New(s Store, words *comment.Lexicon, writers int, now func() time.Time, location *time.Location) *Collector {
	return &Collector{store: s, words: words, now: now, location: location, commit: newCommitter(s, writers, now)}
}

// CloseThrough refuses answers of the day and of all before it from now on.
// Those days are sealed; the clock can stand on one only if it was set back or
// if the time zone was changed.
func (c *Collector) CloseThrough(day calendar.Day) { c.closed.Store(&day) }

// Close waits for the answers under way and stops.
func (c *Collector) Close() { c.commit.close() }

// Accept validates and stores one submission and returns once it is durable.
// Duplicate means that the same key was stored before; whatever came with it
// now is ignored. The error is *survey.InvalidError, ErrFormChanged or
// store.ErrUnavailable; in the last case trying again is safe. An error of
// Claim is returned as it is.
func (c *Collector) Accept(ctx context.Context, s Submission) (store.Outcome, error) {
	id, err := response.NewID(s.Key)
	if err != nil {
		return 0, &survey.InvalidError{Fields: []survey.FieldError{{Question: "submission", Code: BadSubmission}}}
	}
	answers, err := Validate(s, c.words)
	if err != nil {
		return c.unlessStored(ctx, id, err)
	}
	if err := c.pin(ctx, s.Form); err != nil {
		return 0, err
	}
	received := c.now()
	day := calendar.Of(received, c.location)
	if closed := c.closed.Load(); closed != nil && day <= *closed {
		return 0, fmt.Errorf("the clock says %s, but days through %s are closed: %w", day, *closed, store.ErrUnavailable)
	}
	if s.Claim != nil {
		if outcome, err := c.claim(ctx, id, s.Claim); err != nil || outcome == store.Duplicate {
			return outcome, err
		}
	}
	sheet := response.Response{
		ID:      id,
		Day:     day,
		Shift:   calendar.ShiftOf(received, c.location),
		Agency:  s.Place.Agency.Code,
		Counter: s.Place.Counter.Code,
		Service: s.Service,
		Channel: s.Channel,
		Form:    s.Form.Ref(),
		Lang:    s.Lang,
		Answers: answers,
	}
	c.judge(&sheet, s.Form, &s, received)
	return c.commit.add(ctx, received, sheet)
}

// claim runs the claim of a submission unless it is stored: then there is
// nothing to pay for, and what would be paid with is left as it is. Of two that
// come at the same instant with two claims both may be taken up; they are never
// given back, because the answer may be in by either.
func (c *Collector) claim(ctx context.Context, id response.ID, claim func(context.Context) error) (store.Outcome, error) {
	if outcome, err := c.unlessStored(ctx, id, nil); err != nil || outcome == store.Duplicate {
		return outcome, err
	}
	return store.Stored, claim(ctx)
}

// Validate holds service, language and answers of a submission against the
// agency and the form, and returns the answers as they are kept: personal data
// in free text masked. The error is *survey.InvalidError.
func Validate(s Submission, words *comment.Lexicon) ([]survey.Answer, error) {
	invalid := new(survey.InvalidError)
	if s.Service != "" && s.Place.Agency.Service(s.Service) == nil {
		invalid.Fields = append(invalid.Fields, survey.FieldError{Question: "service", Code: UnknownService})
	}
	if !slices.Contains(s.Form.Languages(), s.Lang) {
		invalid.Fields = append(invalid.Fields, survey.FieldError{Question: "lang", Code: UnknownLanguage})
	}
	answers, err := s.Form.Validate(s.Given)
	var fields *survey.InvalidError
	if errors.As(err, &fields) {
		invalid.Fields = append(invalid.Fields, fields.Fields...)
	}
	for _, question := range s.Mistyped {
		i := slices.IndexFunc(invalid.Fields, func(f survey.FieldError) bool { return f.Question == question })
		if i < 0 {
			invalid.Fields = append(invalid.Fields, survey.FieldError{Question: question, Code: survey.WrongType})
			continue
		}
		invalid.Fields[i].Code = survey.WrongType // says more than what follows from it
	}
	if len(invalid.Fields) > 0 {
		return nil, invalid
	}
	return masked(s.Form, answers, words), nil
}

// unlessStored turns a repetition of a stored submission into success, also a
// faulty one: the person's answer is safe, so there is nothing to complain about.
func (c *Collector) unlessStored(ctx context.Context, id response.ID, invalid error) (store.Outcome, error) {
	stored, err := c.store.Exists(ctx, id)
	if err != nil {
		return 0, fmt.Errorf("look for the same submission: %w: %w", store.ErrUnavailable, err)
	}
	if stored {
		return store.Duplicate, nil
	}
	return 0, invalid
}

// pin makes sure, before the first answer to a form, that the form can never
// change under its version.
func (c *Collector) pin(ctx context.Context, form *survey.Form) error {
	if _, known := c.pinned.Load(form); known {
		return nil
	}
	if err := Pin(ctx, c.store, form); err != nil {
		return err
	}
	c.pinned.Store(form, struct{}{})
	return nil
}
