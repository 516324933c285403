package quality

import "math"

// oneByOne finds forms that were opened one after another, each soon after the
// one before was sent: one person at work. In a crowd they overlap, and where a
// clerk hands the code from customer to customer, minutes lie between.
func (v *view) oneByOne() Outcome {
	limits := v.limits.OneByOne
	if limits == nil || v.opened == 0 || v.kind.has(kiosk) || !v.alikeTo(&v.trace) {
		return NotApplied
	}
	holdFrom := limits.HoldFrom
	if v.bursting || v.kind.has(closed) {
		holdFrom = limits.HoldFromSuspect
	}
	length, depth := v.chain(0)
	address := uint64(0)
	if v.address != 0 {
		if own, back := v.chain(v.address); own > length {
			length, depth, address = own, back, v.address
		}
	}
	outcome := byCount(length, limits.FlagFrom, holdFrom)
	if outcome == Hold {
		for i := range depth {
			if t := v.counter.back(i); !t.kind.has(kiosk) && (address == 0 || t.address == address) {
				v.hold(t, OneByOne)
			}
		}
	}
	return outcome
}

// alikeTo says whether the answer is of the sort that is made: content, or the
// worst.
func (v *view) alikeTo(t *trace) bool { return (t.kind&v.kind)&(content|worst) != 0 }

// chain counts the forms, of the address if one is given, that follow one
// another up to this one, and how far back in the ring they reach.
func (v *view) chain(address uint64) (length, depth int) {
	// Clocks are read at different moments of a request: so much overlap is none.
	const overlap = 1000
	gap := int64(v.limits.OneByOne.GapSeconds * 1000)
	opened := v.opened
	length = 1
	for i := range v.counter.n {
		t := v.counter.back(i)
		if t.kind.has(kiosk) || address != 0 && t.address != address {
			continue
		}
		pause := opened - t.at
		if t.opened == 0 || pause < -overlap || pause > gap || !v.alikeTo(t) {
			break
		}
		opened, depth = t.opened, i+1
		length++
	}
	return length, depth
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
