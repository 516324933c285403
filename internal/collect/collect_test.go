package collect_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"

	"github.com/google/go-cmp/cmp"
)

func TestAcceptStoresWhatWasGiven(t *testing.T) {
	db := openStore(t)
	c := start(t, db, at(noon))
	in := sheet(form(t), 1)
	in.Given = survey.Given{"overall": {"1"}, "reasons": {"rude", "slow"}, "comment": {"  Chờ lâu "}}
	in.Channel, in.Lang = response.Kiosk, "en"
	outcome, err := c.Accept(t.Context(), in)
	if outcome != store.Stored || err != nil {
		t.Fatalf("Accept: %v, %v", outcome, err)
	}
	want := []response.Response{{
		ID: id(t, 1), Day: calendar.Date(2026, 11, 22), Shift: calendar.Afternoon, Agency: "stp", Counter: "q1", Service: "lltp",
		Channel: response.Kiosk, Form: survey.Ref{ID: "mot-cua", Version: 1}, Lang: "en",
		Answers: []survey.Answer{
			{Question: "overall", Values: []string{"1"}},
			{Question: "reasons", Values: []string{"slow", "rude"}},
			{Question: "comment", Text: "Chờ lâu"},
		},
	}}
	if diff := cmp.Diff(want, stored(t, db)); diff != "" {
		t.Error(diff)
	}
}

func TestAcceptIsIdempotent(t *testing.T) {
	db := openStore(t)
	c := start(t, db, at(noon))
	f := form(t)
	first := sheet(f, 1)
	second := sheet(f, 1)
	second.Given = survey.Given{"overall": {"2"}}
	elsewhere := sheet(f, 1)
	elsewhere.Place.Agency.Code, elsewhere.Service = "syt", ""
	empty := sheet(f, 1)
	empty.Given = nil
	wrong := sheet(f, 1)
	wrong.Lang, wrong.Service, wrong.Mistyped = "fr", "none", []string{"overall"}
	for i, step := range []struct {
		in   collect.Submission
		want store.Outcome
	}{{first, store.Stored}, {first, store.Duplicate}, {second, store.Duplicate}, {elsewhere, store.Duplicate}, {empty, store.Duplicate}, {wrong, store.Duplicate}} {
		if outcome, err := c.Accept(t.Context(), step.in); outcome != step.want || err != nil {
			t.Errorf("submission %d: %v, %v; want %v", i, outcome, err, step.want)
		}
	}
	all := stored(t, db)
	if len(all) != 1 || all[0].Agency != "stp" || all[0].Answers[0].Values[0] != "3" {
		t.Errorf("the first body is not what is stored: %+v", all)
	}
}

func TestAcceptConcurrentRepetitions(t *testing.T) {
	db := openStore(t)
	c := start(t, db, at(noon))
	other := start(t, db, at(noon)) // a second instance on the same store
	f := form(t)
	var storedOnce atomic.Int64
	var all sync.WaitGroup
	const keys, times = 8, 25
	for n := range keys * times {
		all.Go(func() {
			collector := c
			if n%2 == 0 {
				collector = other
			}
			outcome, err := collector.Accept(t.Context(), sheet(f, n%keys))
			if err != nil {
				t.Errorf("Accept: %v", err)
			}
			if outcome == store.Stored {
				storedOnce.Add(1)
			}
		})
	}
	all.Wait()
	if storedOnce.Load() != keys || len(stored(t, db)) != keys {
		t.Errorf("%d told as stored, %d stored, of %d keys", storedOnce.Load(), len(stored(t, db)), keys)
	}
}

func TestAcceptRefuses(t *testing.T) {
	f := form(t)
	fault := func(question string, code survey.Code) survey.FieldError {
		return survey.FieldError{Question: question, Code: code}
	}
	for name, c := range map[string]struct {
		change func(*collect.Submission)
		want   []survey.FieldError
	}{
		"no key":            {func(s *collect.Submission) { s.Key = "" }, []survey.FieldError{fault("submission", collect.BadSubmission)}},
		"a bad key alone":   {func(s *collect.Submission) { s.Key, s.Lang = "a b", "xx" }, []survey.FieldError{fault("submission", collect.BadSubmission)}},
		"unknown service":   {func(s *collect.Submission) { s.Service = "LLTP" }, []survey.FieldError{fault("service", collect.UnknownService)}},
		"unknown language":  {func(s *collect.Submission) { s.Lang = "fr" }, []survey.FieldError{fault("lang", collect.UnknownLanguage)}},
		"no language":       {func(s *collect.Submission) { s.Lang = "" }, []survey.FieldError{fault("lang", collect.UnknownLanguage)}},
		"nothing given":     {func(s *collect.Submission) { s.Given = nil }, []survey.FieldError{fault("overall", survey.Missing)}},
		"question not seen": {func(s *collect.Submission) { s.Given["reasons"] = []string{"slow"} }, []survey.FieldError{fault("reasons", survey.NotShown)}},
		"mistyped and blank": {func(s *collect.Submission) { s.Given["overall"], s.Mistyped = nil, []string{"overall"} },
			[]survey.FieldError{fault("overall", survey.WrongType)}},
		"mistyped and not an option": {func(s *collect.Submission) { s.Given["overall"], s.Mistyped = []string{"9"}, []string{"overall"} },
			[]survey.FieldError{fault("overall", survey.WrongType)}},
		"mistyped, else valid": {func(s *collect.Submission) { s.Mistyped = []string{"comment"} },
			[]survey.FieldError{fault("comment", survey.WrongType)}},
		"all at once": {func(s *collect.Submission) {
			s.Service, s.Lang, s.Mistyped = "x", "x", []string{"comment"}
			s.Given = survey.Given{"overall": {"7"}, "new": {"1"}}
		}, []survey.FieldError{fault("service", collect.UnknownService), fault("lang", collect.UnknownLanguage),
			fault("overall", survey.NotAnOption), fault("new", survey.UnknownQuestion), fault("comment", survey.WrongType)}},
	} {
		t.Run(name, func(t *testing.T) {
			db := newMemory()
			in := sheet(f, 1)
			c.change(&in)
			_, err := start(t, db, at(noon)).Accept(t.Context(), in)
			var invalid *survey.InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("Accept: %v", err)
			}
			if diff := cmp.Diff(c.want, invalid.Fields); diff != "" {
				t.Error(diff)
			}
			if len(db.kept) != 0 || len(db.pins) != 0 {
				t.Errorf("stored %d responses and %d pins", len(db.kept), len(db.pins))
			}
		})
	}
}

func TestServiceMayBeLeftOut(t *testing.T) {
	db := newMemory()
	in := sheet(form(t), 1)
	in.Service = ""
	if _, err := start(t, db, at(noon)).Accept(t.Context(), in); err != nil || db.kept[id(t, 1)].Service != "" {
		t.Errorf("Accept: %v; stored %+v", err, db.kept)
	}
}

// TestDayAndShift stamps by the wall clock of Vietnam, seven hours ahead.
func TestDayAndShift(t *testing.T) {
	for _, c := range []struct {
		received string
		day      string
		shift    calendar.Shift
	}{
		{"2026-11-22T16:59:59.999999999Z", "2026-11-22", calendar.Afternoon},
		{"2026-11-22T17:00:00Z", "2026-11-23", calendar.Morning},
		{"2026-11-23T00:00:00Z", "2026-11-23", calendar.Morning},
		{"2026-11-23T04:59:59.999999999Z", "2026-11-23", calendar.Morning},
		{"2026-11-23T05:00:00Z", "2026-11-23", calendar.Afternoon},
		{"2026-12-31T16:59:59Z", "2026-12-31", calendar.Afternoon},
		{"2026-12-31T17:00:00Z", "2027-01-01", calendar.Morning},
		{"2028-02-28T17:00:00Z", "2028-02-29", calendar.Morning},
		{"2026-11-22T23:59:59-05:00", "2026-11-23", calendar.Morning},
	} {
		received, err := time.Parse(time.RFC3339Nano, c.received)
		must(t, err)
		db := newMemory()
		if _, err := start(t, db, at(received)).Accept(t.Context(), sheet(form(t), 1)); err != nil {
			t.Fatalf("Accept at %s: %v", c.received, err)
		}
		if r := db.kept[id(t, 1)]; r.Day.String() != c.day || r.Shift != c.shift {
			t.Errorf("received at %s: stamped %s %s, want %s %s", c.received, r.Day, r.Shift, c.day, c.shift)
		}
	}
}

// TestStoreDown holds that every way in which a store can fail is the one
// error after which a client may try again, and that trying again works.
func TestStoreDown(t *testing.T) {
	down := errors.New("disk full")
	f := form(t)
	for name, c := range map[string]struct {
		fail func(*memory)
		in   func(*collect.Submission)
		then store.Outcome // of the second try
	}{
		"pin":           {fail: func(m *memory) { m.pinError = down }},
		"before insert": {fail: func(m *memory) { m.beforeInsert = func(context.Context, int) error { return down } }},
		"after insert":  {fail: func(m *memory) { m.afterInsert = func(int) error { return down } }, then: store.Duplicate},
		"exists": {fail: func(m *memory) { m.existsError = down },
			in: func(s *collect.Submission) { s.Lang = "fr" }},
	} {
		t.Run(name, func(t *testing.T) {
			db := newMemory()
			collector := start(t, db, at(noon))
			c.fail(db)
			in := sheet(f, 1)
			if c.in != nil {
				c.in(&in)
			}
			if _, err := collector.Accept(t.Context(), in); !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, down) {
				t.Fatalf("Accept while the store is down: %v", err)
			}
			db.pinError, db.beforeInsert, db.afterInsert, db.existsError = nil, nil, nil, nil
			if outcome, err := collector.Accept(t.Context(), sheet(f, 1)); outcome != c.then || err != nil {
				t.Errorf("Accept again: %v, %v; want %v", outcome, err, c.then)
			}
			if !db.has(id(t, 1)) {
				t.Error("the answer is not stored")
			}
		})
	}
}

// TestCancelledContext has a real store tell that the context has ended.
func TestCancelledContext(t *testing.T) {
	c := start(t, openStore(t), at(noon))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	invalid := sheet(form(t), 1)
	invalid.Lang = "fr"
	for name, in := range map[string]collect.Submission{"pin": sheet(form(t), 1), "exists": invalid} {
		if _, err := c.Accept(ended, in); !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestClosedDaysTakeNoAnswers: a clock that was set back, or another time
// zone, must not let an answer into a day that is sealed.
func TestClosedDaysTakeNoAnswers(t *testing.T) {
	db := openStore(t)
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	c := start(t, db, at(now))
	today := calendar.Of(now, vietnam(t))
	c.CloseThrough(today - 1)
	if got, err := c.Accept(t.Context(), sheet(form(t), 1)); err != nil || got != store.Stored {
		t.Errorf("on an open day: %v, %v", got, err)
	}
	c.CloseThrough(today)
	if _, err := c.Accept(t.Context(), sheet(form(t), 2)); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("on a closed day: %v", err)
	}
	if got := len(stored(t, db)); got != 1 {
		t.Errorf("%d answers stored", got)
	}
}
