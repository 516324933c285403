// Package paper takes in what citizens wrote on paper, one sheet after another,
// typed by a clerk of their agency. A sheet is checked as one that comes by
// phone, and stored through the ledger, since its day may be closed already. The
// package may not show what is stored, and knows nothing of HTTP.
package paper

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/comment"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
)

// Why a day takes no sheets.
var (
	ErrFuture = errors.New("the day is still to come")
	ErrClosed = errors.New("the counter was not open on that day")
	ErrFrozen = errors.New("the day lies in a period whose figures are closed")
	ErrShift  = errors.New("the shift is neither morning nor afternoon")
)

// Store is what a Desk needs of a store beside its ledger.
type Store interface {
	store.Forms
	Exists(ctx context.Context, id response.ID) (bool, error)
}

// Desk is where sheets are typed. It is safe for use by many goroutines.
type Desk struct {
	Store   Store
	Ledger  *ledger.Ledger
	Lexicon *comment.Lexicon
	Audit   *audit.Log
	Now     func() time.Time
	Frozen  ledger.Guard // see period.Office
}

// Sheet is one sheet of paper as it was typed.
type Sheet struct {
	Key     string // made by the page, so that typing Enter twice stores it once
	Place   org.Place
	Day     calendar.Day // on which it was filled in
	Shift   calendar.Shift
	Form    *survey.Form
	Service string // code, "" when not said
	Lang    string
	Given   survey.Given // see Read
}

// Check says whether sheets of a counter and day are taken. The errors are
// ErrFuture, ErrClosed, ErrFrozen and those of the store.
func (d *Desk) Check(ctx context.Context, place org.Place, day calendar.Day) error {
	switch today := d.Ledger.Today(); {
	case day > today:
		return fmt.Errorf("sheets of %s on %s: %w", day, today, ErrFuture)
	case place.Counter == nil || !place.OpenOn(day):
		return fmt.Errorf("sheets of %s: %w", day, ErrClosed)
	}
	frozen, err := d.Frozen(ctx)
	if err != nil {
		return err
	}
	if period, is := frozen(place.Agency.Code, day); is {
		return fmt.Errorf("sheets of %s, period %s: %w", day, period, ErrFrozen)
	}
	return nil
}

// Enter stores a sheet, once for each key. By is the clerk's e-mail; the audit
// trail gets one entry for each sheet, with counter and day and nothing of the
// answers. The errors are those of Check, ErrShift, *survey.InvalidError and
// those of the store.
func (d *Desk) Enter(ctx context.Context, s Sheet, by string) (store.Outcome, error) {
	if s.Place.Counter == nil {
		return 0, fmt.Errorf("enter a sheet: %w", ErrClosed)
	}
	r, err := d.response(s)
	if err != nil {
		return 0, err
	}
	known, err := d.Store.Exists(ctx, r.ID)
	switch {
	case err != nil:
		return 0, err
	case known:
		return store.Duplicate, nil
	}
	if err := d.Check(ctx, s.Place, s.Day); err != nil {
		return 0, err
	}
	if err := collect.Pin(ctx, d.Store, s.Form); err != nil {
		return 0, err
	}
	// Noted before: an entry without a sheet can be explained, a sheet that
	// nobody entered cannot.
	if err := d.note(ctx, s, by); err != nil {
		return 0, err
	}
	outcomes, err := d.Ledger.Add(ctx, []response.Response{r})
	switch {
	case errors.Is(err, ledger.ErrFrozen):
		return 0, fmt.Errorf("%w: %w", ErrFrozen, err)
	case err != nil:
		return 0, err
	}
	return outcomes[0], nil
}

func (d *Desk) response(s Sheet) (response.Response, error) {
	id, err := response.NewID(s.Key)
	if err != nil {
		return response.Response{}, &survey.InvalidError{Fields: []survey.FieldError{{Question: "submission", Code: collect.BadSubmission}}}
	}
	if s.Shift != calendar.Morning && s.Shift != calendar.Afternoon {
		return response.Response{}, fmt.Errorf("shift %q: %w", s.Shift, ErrShift)
	}
	answers, err := collect.Validate(collect.Submission{Place: s.Place, Form: s.Form, Service: s.Service, Lang: s.Lang, Given: s.Given}, d.Lexicon)
	if err != nil {
		return response.Response{}, err
	}
	return response.Response{
		ID: id, Day: s.Day, Shift: s.Shift, Agency: s.Place.Agency.Code, Counter: s.Place.Counter.Code, Service: s.Service,
		Channel: response.Paper, Form: s.Form.Ref(), Lang: s.Lang, Answers: answers,
	}, nil
}

func (d *Desk) note(ctx context.Context, s Sheet, by string) error {
	return d.Audit.Append(ctx, audit.Event{
		At: d.Now(), By: by, Action: audit.PaperEnter, Subject: s.Place.Agency.Code + "/" + s.Place.Counter.Code,
		Detail: map[string]string{"day": s.Day.String(), "count": "1"},
	})
}
