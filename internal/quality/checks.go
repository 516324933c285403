package quality

import (
	"math"
	"slices"
)

// The reasons. They are written with answers and shown in reviews: codes that
// were given once keep their meaning.
const (
	SameDevice   Reason = "same_device"   // one device again at one counter
	ManyCounters Reason = "many_counters" // one device at several counters
	DevicePairs  Reason = "device_pairs"  // devices used twice or more, one after another
	SamePage     Reason = "same_page"     // one page sent again and again
	Burst        Reason = "burst"         // more answers than the counter's rhythm explains
	TooFast      Reason = "too_fast"      // faster than people read
	OutsideHours Reason = "outside_hours" // while the counter was closed
	StraightLine Reason = "straight_line" // one level all down a long form
	SameComment  Reason = "same_comment"  // words that were written here before today
	PerfectRun   Reason = "perfect_run"   // an improbable run of all-best answers
	AlikeRun     Reason = "alike_run"     // an improbable run of another kind
	OneByOne     Reason = "one_by_one"    // each form opened when the one before was sent
	EvenPace     Reason = "even_pace"     // at the distances of a machine
	SeveralFlags Reason = "several_flags" // none alone, all together
)

// check looks at one answer for one thing.
type check struct {
	reason Reason
	run    func(*view) Outcome
	force  force
}

// force is how far a check goes.
type force uint8

// The forces.
const (
	notes  force = iota // it never holds
	doubts              // a hold means that the answer is improbable
	proves              // a hold means that the answer was made
)

// checks are in the order in which reasons are given. The burst comes before
// those that are stricter in one.
var checks = [...]check{
	{SameDevice, (*view).sameDevice, proves},
	{ManyCounters, (*view).manyCounters, proves},
	{DevicePairs, (*view).devicePairs, proves},
	{SamePage, (*view).samePage, proves},
	{Burst, (*view).burst, notes},
	{TooFast, (*view).tooFast, proves},
	{OutsideHours, (*view).outsideHours, proves},
	{StraightLine, (*view).straightLine, notes},
	{SameComment, (*view).sameComment, proves},
	{PerfectRun, (*view).perfectRun, doubts},
	{AlikeRun, (*view).alikeRun, doubts},
	{OneByOne, (*view).oneByOne, proves},
	{EvenPace, (*view).evenPace, proves},
}

// allReasons are in the order in which verdicts name them.
var allReasons = [...]Reason{
	SameDevice, ManyCounters, DevicePairs, SamePage, Burst, TooFast, OutsideHours, StraightLine, SameComment, PerfectRun,
	AlikeRun, OneByOne, EvenPace, SeveralFlags,
}

// Checks lists the reasons in the order in which verdicts name them.
func Checks() []Reason { return slices.Clone(allReasons[:]) }

// OnlyNotes says whether the check never holds an answer by itself.
func OnlyNotes(reason Reason) bool {
	return slices.ContainsFunc(checks[:], func(c check) bool { return c.reason == reason && c.force == notes })
}

// byCount weighs a count; a threshold of 0 is none.
func byCount(n, flagFrom, holdFrom int) Outcome {
	switch {
	case holdFrom > 0 && n >= holdFrom:
		return Hold
	case flagFrom > 0 && n >= flagFrom:
		return Flag
	}
	return Pass
}

// sameDevice finds one device again at the same counter.
func (v *view) sameDevice() Outcome {
	if v.known.n == 0 {
		return NotApplied
	}
	here := v.known.here(v.counter.number)
	outcome := v.backHere(here)
	if here == v.known.n && v.tooOften() {
		outcome = Hold
	}
	return v.byDevice(outcome, SameDevice)
}

// backHere weighs how often the device was at this counter.
func (v *view) backHere(here int) Outcome {
	limits := v.limits.SameDevice
	if limits == nil {
		return NotApplied
	}
	if v.known.caught() && here > 1 {
		return Hold
	}
	outcome := byCount(here, limits.FlagFrom, limits.HoldFrom)
	if outcome == Hold && here <= limits.Family && v.known.since(v.at-int64(limits.FamilyMinutes*60_000), v.counter.number) == here {
		return Flag // a family at the counter, with one phone
	}
	return outcome
}

// tooOften says that the device sends more than anybody has business for,
// wherever that is.
func (v *view) tooOften() bool {
	limits := v.limits.ManyCounters
	return limits != nil && (v.known.caught() || v.known.n >= limits.HoldAnswers)
}

// byDevice holds all answers of the device today, wherever they were given:
// whoever stuffs one counter was no customer of the others.
func (v *view) byDevice(outcome Outcome, reason Reason) Outcome {
	if outcome == Hold {
		v.device = true
		for _, visit := range v.known.visits[:v.known.n] {
			if !visit.told {
				v.name(visit.id, reason)
			}
		}
	}
	return outcome
}

// manyCounters finds one device at several counters within a short time, or
// with too many answers at them. People do have business at two. What a device
// does at one counter alone is sameDevice's.
func (v *view) manyCounters() Outcome {
	limits := v.limits.ManyCounters
	if limits == nil || v.known.n == v.known.here(v.counter.number) {
		return NotApplied
	}
	places := func(minutes float64) int { return v.known.places(v.at - int64(minutes*60_000)) }
	if v.tooOften() || places(limits.HoldMinutes) >= limits.HoldFrom {
		return v.byDevice(Hold, ManyCounters)
	}
	return byCount(places(limits.FlagMinutes), limits.FlagFrom, 0)
}

// devicePairs finds devices that are each used just often enough to pass: many
// repeaters among few answers. Families who share a phone are some among many.
func (v *view) devicePairs() Outcome {
	limits := v.limits.DevicePairs
	if limits == nil || !v.kind.has(again) || v.kind.has(kiosk) {
		return NotApplied
	}
	all, repeated := 1, 1
	v.earlier(limits.Minutes, func(t *trace) bool {
		if !t.kind.has(kiosk) {
			all++
			if t.kind.has(again) {
				repeated++
			}
		}
		return true
	})
	if repeated < limits.HoldFrom || float64(repeated) < limits.Share*float64(all) {
		return Pass
	}
	var devices []uint64
	v.earlier(limits.Minutes, func(t *trace) bool {
		if t.kind.has(again) {
			devices = append(devices, t.device)
		}
		return true
	})
	devices = append(devices, v.trace.device)
	v.earlier(limits.Minutes, func(t *trace) bool {
		if t.device != 0 && slices.Contains(devices, t.device) {
			v.hold(t, DevicePairs)
		}
		return true
	})
	return Hold
}

// burst notes more answers than the counter's rhythm explains. A bus may have
// arrived, so it holds nothing; other checks are stricter in it.
func (v *view) burst() Outcome {
	limits := v.limits.Burst
	if limits == nil {
		return NotApplied
	}
	n := 1
	v.earlier(limits.Minutes, func(*trace) bool { n++; return true })
	expected := v.expected * limits.Minutes / 60
	v.bursting = n >= limits.AtLeast && float64(n) > expected+limits.Deviations*math.Sqrt(expected)
	if v.bursting {
		return Flag
	}
	return Pass
}

// tooFast finds answers that nobody can have thought about; one alone may be a
// form that was opened twice.
func (v *view) tooFast() Outcome {
	limits := v.limits.TooFast
	if limits == nil || v.opened == 0 {
		return NotApplied
	}
	if !v.kind.has(impossible) {
		return Pass
	}
	return v.several(limits.Minutes, impossible, limits.HoldFrom, TooFast)
}

// several holds an answer when it is one of so many of its kind, and the others
// with it; otherwise it is noted. Answers without a trace do not count: of them
// nobody can say how they came about.
func (v *view) several(minutes float64, of kind, holdFrom int, reason Reason) Outcome {
	n := 1
	v.earlier(minutes, func(t *trace) bool {
		if t.kind.has(of) && !t.kind.has(untraced) {
			n++
		}
		return true
	})
	if n < holdFrom || v.kind.has(untraced) {
		return Flag
	}
	v.earlier(minutes, func(t *trace) bool {
		if t.kind.has(of) && !t.kind.has(untraced) {
			v.hold(t, reason)
		}
		return true
	})
	return Hold
}

// allDay is longer than a day in minutes: as far back as anything is known.
const allDay = 2 * 24 * 60

// outsideHours finds content answers that come together while the counter is
// closed. Single ones are people at home.
func (v *view) outsideHours() Outcome {
	limits := v.limits.OutsideHours
	if limits == nil || !v.hours {
		return NotApplied
	}
	if !v.kind.has(closed) {
		return Pass
	}
	usual := v.counter.rhythm.atNight
	holdFrom := max(limits.HoldFrom, int(math.Ceil(usual+limits.Deviations*math.Sqrt(usual)))+1)
	if !v.kind.has(content) {
		return Flag
	}
	return v.several(allDay, closed|content, holdFrom, OutsideHours)
}

// straightLine notes one level all down a long form; honest people do that.
func (v *view) straightLine() Outcome {
	limits := v.limits.StraightLine
	if limits == nil || int(v.ratings) < limits.AtLeast {
		return NotApplied
	}
	if v.kind.has(straight) {
		return Flag
	}
	return Pass
}

// sameComment finds words that were written at the counter before today. Short
// ones ("good", "thank you") are everybody's.
func (v *view) sameComment() Outcome {
	limits := v.limits.SameComment
	if limits == nil || v.letters == 0 || int(v.letters) < limits.Letters {
		return NotApplied
	}
	copies, comments := 1, 1
	v.earlier(allDay, func(t *trace) bool {
		if int(t.letters) >= limits.Letters {
			comments++
			if t.comment == v.comment {
				copies++
			}
		}
		return true
	})
	usual := v.counter.repeats.share()
	v.counter.repeats.learn(copies > 1)
	found := float64(copies-1) * math.Log(1/usual)
	outcome := byCount(copies, limits.FlagFrom, limits.HoldFrom)
	switch {
	case found < limits.Evidence/3:
		outcome = Pass
	case outcome == Hold && (found < limits.Evidence || float64(copies) < limits.Share*float64(comments)):
		outcome = Flag
	}
	if outcome == Hold {
		v.earlier(allDay, func(t *trace) bool {
			if t.comment == v.comment {
				v.hold(t, SameComment)
			}
			return true
		})
	}
	return outcome
}
