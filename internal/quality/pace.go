package quality

import "math"

// oneByOne finds forms that were opened one after another, each soon after the
// one before was sent: one person at work. In a crowd they overlap, and where a
// clerk hands the code from customer to customer, minutes lie between. But a
// dense queue at one poster looks like that too, so the forms must tell more
// than their order, or be more than queue.
func (v *view) oneByOne() Outcome {
	limits := v.limits.OneByOne
	if limits == nil || v.opened == 0 || v.kind.has(kiosk) || !v.alikeTo(&v.trace) {
		return NotApplied
	}
	holdFrom := limits.HoldFrom
	if v.bursting || v.kind.has(closed) {
		holdFrom = limits.HoldFromSuspect
	}
	found := v.chain(0, holdFrom)
	if v.address != 0 {
		if own := v.chain(v.address, holdFrom); own.telling > found.telling || own.depth > 0 && found.depth == 0 {
			found = own
		}
	}
	if found.depth == 0 {
		return byCount(found.telling, limits.FlagFrom, 0)
	}
	for i := range found.depth {
		if t := v.counter.back(i); !t.kind.has(kiosk) && (found.address == 0 || t.address == found.address) {
			v.hold(t, OneByOne)
		}
	}
	return Hold
}

// alikeTo says whether the answer is of the sort that is made: content, or the
// worst.
func (v *view) alikeTo(t *trace) bool { return (t.kind&v.kind)&(content|worst) != 0 }

// chain is a row of forms, each opened soon after the one before was sent.
type chain struct {
	address uint64 // of all of them, 0: of any
	telling int    // forms that one person's work explains better than a queue
	depth   int    // how far back in the ring those reach that are to be held, 0: none are
}

// chain finds the forms, of the address if one is given, that follow one
// another up to this one.
func (v *view) chain(address uint64, holdFrom int) chain {
	// Clocks are read at different moments of a request: so much overlap is none.
	const overlap = 1000
	limits := v.limits.OneByOne
	found := chain{address: address, telling: 1}
	newer, length, links := &v.trace, 1, 0
	for i := range v.counter.n {
		t := v.counter.back(i)
		if t.kind.has(kiosk) || address != 0 && t.address != address {
			continue
		}
		pause := newer.opened - t.at
		if t.opened == 0 || pause < -overlap || pause > int64(limits.GapSeconds*1000) || !v.alikeTo(t) {
			break
		}
		length++
		if newer.tells(t, int64(limits.ShortSeconds*1000)) {
			links++
		}
		newer = t
		mostly := float64(links) >= limits.Telling*float64(length-1)
		if mostly {
			found.telling = links + 1
		}
		if mostly && links+1 >= holdFrom || limits.HoldLong > 0 && length >= limits.HoldLong {
			found.depth = i + 1
		}
	}
	return found
}

// tells says whether this form and the one before it in a row look like one
// person's: opened as soon as the other was sent, filled in without reading,
// or without a device, both of them.
func (t *trace) tells(before *trace, short int64) bool {
	return t.opened-before.at < short || t.kind&before.kind&quick != 0 || t.device == 0 && before.device == 0
}

// farthestStep is how many answers back the distance of a machine is sought.
const farthestStep = 12

// evenPace finds answers at even distances, other people's between them: for
// each distance to one of the last answers, whether others lie at its double,
// its triple and so on, and whether so many would by chance.
func (v *view) evenPace() Outcome {
	limits := v.limits.EvenPace
	if limits == nil || v.kind.has(kiosk) {
		return NotApplied
	}
	longest, step := 1, int64(0)
	for i := range min(farthestStep, v.counter.n) {
		distance := v.at - v.counter.back(i).at
		if distance < 3*v.slack(distance) {
			continue // everything is even within the tolerance
		}
		if length, chance := v.even(distance, nil); length > longest && chance <= -limits.Evidence {
			longest, step = length, distance
		}
	}
	outcome := byCount(longest, limits.FlagFrom, limits.HoldFrom)
	if outcome == Hold {
		v.even(step, func(t *trace) { v.hold(t, EvenPace) })
	}
	return outcome
}

// slack is how far from its place an answer may be, in milliseconds.
func (v *view) slack(distance int64) int64 {
	limits := v.limits.EvenPace
	return max(int64(limits.ToleranceSeconds*1000), int64(limits.Tolerance*float64(distance)))
}

// even counts the answers at the multiples of a distance and calls found with
// each. The next place is measured from the last one found, so that a small
// error of the distance does not add up. Chance is the logarithm of the
// probability that each place is hit by one of so many answers that came in at
// random moments; the first distance is given, so it proves nothing.
func (v *view) even(distance int64, found func(*trace)) (length int, chance float64) {
	slack := v.slack(distance)
	length = 1
	place := v.at - distance
	passed := 0
	for i := range v.counter.n {
		t := v.counter.back(i)
		if t.at > place+slack {
			continue
		}
		if t.at < place-slack {
			break
		}
		length++
		passed = i + 1
		place = t.at - distance
		if found != nil {
			found(t)
		}
	}
	if length < 3 {
		return length, 0
	}
	perPlace := float64(passed) / float64(length-1) * float64(2*slack) / float64(distance)
	return length, float64(length-2) * math.Log(min(1, perPlace))
}
