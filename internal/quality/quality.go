// Package quality judges an answer when it comes in: pass, flag (a note) or
// hold (left out of the figures until a reviewer decides). Every answer is
// stored whatever the verdict, and the citizen sees no difference.
//
// It is a row of small independent checks (see checks.go) whose thresholds are
// data. They look at what one device did today, at the last answers of the
// counter, and at what is usual there: the counter's rhythm over the week and
// the share of each kind of answer, both learned as counts that fade, and how
// many answers have been nothing but the best, or the worst, until now. An
// address that many share never holds anything by itself.
//
// Some patterns show only after several answers. A Verdict therefore may also
// name earlier answers, Also: of the same day at most, and of the last
// `remembered` ones of the counter, the last unbrokenKept of a row, the last
// visitsKept of the device or usesKept of the page. The verdict of an answer is
// never changed; the caller records a decision on them.
//
// What a person could be found by stays in here. Device, address, page and
// comment are kept only as 64 bits of a digest keyed with a random secret;
// secret, devices, pages and answers are dropped together when the day ends (see
// Forget), and their number is bounded. Nothing of it is written, logged or returned: a
// Verdict holds codes alone.
//
// The memory is that of one process. Where several serve one office, each
// judges by what it saw, so that a pattern spread over them is found later or
// not at all; and a restart begins with the usual shares of the thresholds,
// and with what Learn takes from stored counts. A proxy that sends one
// counter's link to one instance keeps the checks sharp.
//
// Not found, on principle: one device that answers twice a day, day after day,
// since no device is known for longer than a day; and answers from changing
// devices at natural times that look like everybody's.
//
// The package knows neither HTTP nor the store, and has no clock: time is what
// the signals say.
package quality

import (
	"maps"
	"math"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/survey"
)

// Signal is one answer and what is known about its arrival for a moment.
type Signal struct {
	Device   string     // value of the device cookie, "" if there was none
	Address  netip.Addr // of the client; the zero value is unknown
	Received time.Time
	Opened   time.Time // when the form's page was made; zero if unknown
	Page     string    // what tells that page from every other, "" if unknown
	Response *response.Response
	Form     *survey.Form // that the response answers
	Hours    org.Hours    // of the counter, see org.ParseHours; zero if unknown
}

// Outcome is what a check, or all of them together, make of an answer.
type Outcome uint8

// The outcomes, in rising order of weight.
const (
	NotApplied Outcome = iota // the check cannot say anything about this answer
	Pass
	Flag // noted; the answer counts
	Hold // left out until somebody decides
)

// String returns the outcome as it is written for people who run the checks.
func (o Outcome) String() string { return [...]string{"not_applied", "pass", "flag", "hold"}[o] }

// Reason is the code of a check: with a Verdict it says why.
type Reason string

// Finding is a reason to hold an answer that came in earlier today. The same
// answer may be named more than once.
type Finding struct {
	ID     response.ID
	Reason Reason
}

// Verdict is what the checks found. It holds nothing that leads to a person.
type Verdict struct {
	Outcome Outcome   // Pass, Flag or Hold
	Reasons []Reason  // of the checks that flag or hold, in the order of Checks; nil on Pass
	Also    []Finding // earlier answers that are to be held as well
}

// Stored returns the verdict as it is written with the answer.
func (v Verdict) Stored() response.Verdict {
	stored := response.Verdict{Held: v.Outcome == Hold}
	for _, reason := range v.Reasons {
		stored.Reasons = append(stored.Reasons, string(reason))
	}
	return stored
}

// Judge remembers what it needs of one day. It is safe for use by many
// goroutines: answers of different counters do not wait for each other.
type Judge struct {
	thresholds *Thresholds
	location   *time.Location
	today      atomic.Pointer[today]
	counters   atomic.Pointer[map[place]*counter] // replaced as a whole when one is added
	adding     sync.Mutex                         // guards the replacing of counters and of today
}

// place names a counter.
type place struct{ agency, counter string }

// New makes a judge without a memory. The location is where days begin.
func New(t *Thresholds, location *time.Location) *Judge {
	j := &Judge{thresholds: t, location: location}
	j.counters.Store(&map[place]*counter{})
	j.today.Store(newToday(math.MinInt32, false))
	return j
}

// Judge returns the verdict on an answer and remembers the answer for the rest
// of the day. The same answer sent again to its counter, as phones do when a
// reply got lost, is no second one: it gets the verdict that it got before, as
// far back as recentAnswers say. One typed in from paper says nothing
// about who filled it in and always passes.
func (j *Judge) Judge(s Signal) Verdict {
	if s.Response.Channel == response.Paper {
		return Verdict{Outcome: Pass}
	}
	local := s.Received.In(j.location)
	day := j.dayOf(local)
	c := j.counter(place{s.Response.Agency, s.Response.Counter})
	t := day.trace(&s, j.thresholds)

	c.mu.Lock()
	defer c.mu.Unlock()
	c.begin(day.day)
	if before, known := c.recent.verdict(t.id); known {
		return before
	}
	known := day.devices.note(&t, c.number)
	v := &c.view
	v.set(j.thresholds, c, t, known, &s.Hours, local, day.holiday)
	if !v.kind.has(kiosk) {
		v.page = day.pages.note(digest(&day.secret, ofPage, s.Page), t.id)
	}
	verdict := v.judge()
	if v.device {
		day.devices.tell(t.device)
	}
	c.remember(v)
	c.recent.note(t.id, verdict)
	v.clear()
	return verdict
}

// dayOf returns the memory of the day of the instant. A day never goes back: a
// clock that does is judged by what is known.
func (j *Judge) dayOf(local time.Time) *today {
	date := calendar.Date(local.Date())
	if now := j.today.Load(); date <= now.day {
		return now
	}
	j.adding.Lock()
	defer j.adding.Unlock()
	now := j.today.Load()
	if date > now.day {
		now = newToday(date, j.thresholds.IsHoliday(date))
		j.today.Store(now)
	}
	return now
}

// Forget drops all devices, addresses, comments and the secret of a day that
// is over at the instant. A new day's first answer does the same for its
// counter; Forget is for the night without answers. Call it every hour or so.
func (j *Judge) Forget(at time.Time) {
	day := j.dayOf(at.In(j.location))
	for _, c := range *j.counters.Load() {
		c.mu.Lock()
		c.begin(day.day)
		c.mu.Unlock()
	}
}

// counter returns the memory of a counter, made at its first answer.
func (j *Judge) counter(p place) *counter {
	if c := (*j.counters.Load())[p]; c != nil {
		return c
	}
	return j.add([]place{p})[p]
}

// add makes memories for the counters that have none yet, and returns all.
func (j *Judge) add(places []place) map[place]*counter {
	j.adding.Lock()
	defer j.adding.Unlock()
	grown := maps.Clone(*j.counters.Load())
	for _, p := range places {
		if grown[p] == nil {
			grown[p] = newCounter(uint32(len(grown)), &j.thresholds.Learning.PerHour)
		}
	}
	j.counters.Store(&grown)
	return grown
}
