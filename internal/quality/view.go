package quality

import (
	"slices"
	"time"

	"hailong/internal/org"
	"hailong/internal/response"
)

// view is what the checks see of one answer: the answer, its device, what the
// counter remembers and expects. The answer itself is not in the ring yet.
type view struct {
	trace
	limits  *Thresholds
	counter *counter
	known   sightings
	page    uses

	hour     int64 // on the wall, since 1970
	outside  int   // minutes before the first opening hours or after the last, 0 between or unknown
	closing  bool  // shortly before the counter closes, or in the pause at noon
	hours    bool  // opening hours are known
	expected float64
	bursting bool

	found  evidence // of the best run, see alike.go
	device bool     // a check of devices holds: all answers of the device are
	made   bool     // held for more than being improbable
	also   []Finding
}

func (v *view) set(limits *Thresholds, c *counter, t trace, known sightings, hours *org.Hours, local time.Time, holiday bool) {
	*v = view{trace: t, limits: limits, counter: c, known: known, hour: hourOf(local), hours: hours.Known()}
	if v.hours {
		minute := 60*local.Hour() + local.Minute()
		weekday := local.Weekday()
		until := hours.UntilClose(weekday, minute)
		v.outside = hours.Outside(weekday, minute)
		pause := hours.Pause(weekday, minute)
		v.closing = pause || limits.Alike != nil && until >= 0 && until <= limits.Alike.ClosingMinutes
		switch {
		case holiday:
			v.outside = 24 * 60
		case pause: // who was served before it answers in it
			v.outside = 0
		}
	}
	if limits.OutsideHours != nil && v.outside > limits.OutsideHours.Grace {
		v.kind |= closed
	}
	if known.here(c.number) > 1 {
		v.kind |= again
	}
	v.expected = c.rhythm.perHour(v.hour)
}

// clear lets go of what the view points to, above all the answer's words.
func (v *view) clear() { *v = view{} }

// channel is 1 for the kiosk, whose answers follow one another from one device,
// and 0 for people's own phones.
func (v *view) channel() int {
	if v.kind.has(kiosk) {
		return 1
	}
	return 0
}

// judge runs all checks and weighs what they found.
func (v *view) judge() Verdict {
	verdict := Verdict{Outcome: Pass}
	flags := 0
	for i := range checks {
		outcome := checks[i].run(v)
		if outcome < Flag {
			continue
		}
		if checks[i].force == notes {
			outcome = Flag
		}
		verdict.Reasons = append(verdict.Reasons, checks[i].reason)
		verdict.Outcome = max(verdict.Outcome, outcome)
		v.made = v.made || outcome == Hold && checks[i].force == proves
		flags++
	}
	if verdict.Outcome == Flag && v.limits.HoldAtFlags > 0 && flags >= v.limits.HoldAtFlags && !v.kind.has(untraced) {
		verdict.Outcome = Hold
		verdict.Reasons = append(verdict.Reasons, SeveralFlags)
	}
	v.held = verdict.Outcome == Hold
	verdict.Also = v.also
	return verdict
}

// hold names an earlier answer of the counter that belongs to what was found,
// unless it is held already.
func (v *view) hold(t *trace, reason Reason) {
	if t.held {
		return
	}
	t.held = true
	v.name(t.id, reason)
}

func (v *view) name(id response.ID, reason Reason) {
	if id != v.id && !slices.ContainsFunc(v.also, func(f Finding) bool { return f.ID == id }) {
		v.also = append(v.also, Finding{ID: id, Reason: reason})
	}
}

// earlier calls each with the counter's answers of today, newest first, as far
// back as the minutes say and as long as each returns true.
func (v *view) earlier(minutes float64, each func(*trace) bool) {
	since := v.at - int64(minutes*60_000)
	for i := range v.counter.n {
		t := v.counter.back(i)
		if t.at < since || !each(t) {
			return
		}
	}
}
