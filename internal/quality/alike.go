package quality

import "math"

// evidence is what the runs of answers that end with this one say.
type evidence struct {
	sought  bool
	perfect float64 // of the best run of all-best answers
	other   float64 // of the best run of another class
}

// How sure a run of made answers is to be of one class. Some honest answers
// fall in between, so a run survives one of them.
const madeShare = 0.95

// perfectRun finds runs of all-best answers that are improbable at this
// counter, by its own share of them: five in a row are ordinary at a good one.
func (v *view) perfectRun() Outcome {
	return max(v.unbroken(ofBest, PerfectRun), v.weigh(func(e *evidence) float64 { return e.perfect }))
}

// alikeRun does the same for content answers, for quick ones and for those
// without a device, and for the worst in a row.
func (v *view) alikeRun() Outcome {
	return max(v.unbroken(ofWorst, AlikeRun), v.weigh(func(e *evidence) float64 { return e.other }))
}

func (v *view) weigh(of func(*evidence) float64) Outcome {
	limits := v.limits.Alike
	if limits == nil || v.ratings == 0 {
		return NotApplied
	}
	if !v.found.sought {
		v.seek()
	}
	switch found := of(&v.found); {
	case found >= v.suspicion():
		return Hold
	case found >= limits.Flag:
		return Flag
	}
	return Pass
}

// suspicion is the evidence that holds. It takes less where made answers are
// likelier beforehand, and more for an answer without a trace: nothing but the
// run itself may count against it, and among very many answers a program sends
// there are improbable runs by chance.
func (v *view) suspicion() float64 {
	limits := v.limits.Alike
	needed := limits.Hold
	if v.kind.has(untraced) {
		return needed + limits.Untraced
	}
	if v.bursting {
		needed -= limits.Burst
	}
	if v.kind.has(closed) {
		needed -= limits.Outside
	} else if v.closing {
		needed -= limits.Closing
	}
	return max(needed, 1)
}

// seek weighs the runs of each class, of the whole counter and of this answer's
// address: a helper's answers come from one address between those of others,
// and a hall's answers are as mixed as the counter's.
func (v *view) seek() {
	v.found.sought = true
	habits := &v.counter.habits[v.channel()]
	for i, class := range classes {
		if !v.kind.has(class) {
			continue
		}
		r := runOf(class, habits.share(i))
		for _, address := range [...]uint64{0, v.address} {
			v.seekRun(&r, address)
			if v.address == 0 {
				break
			}
		}
	}
}

// run is the search for a run of one class.
type run struct {
	class      kind
	gain, loss float64 // of evidence, by an answer in the class and by another
}

// runOf takes the logarithms of how much likelier an answer is when the run is
// made than when it is natural.
func runOf(class kind, share float64) run {
	return run{class: class, gain: math.Log(madeShare / share), loss: math.Log((1 - madeShare) / (1 - min(share, madeShare)))}
}

// seekRun goes back as long as the run may become improbable: the highest sum
// of evidence over all beginnings, which is Page's CUSUM test (1954). With an
// address only its answers count, over the day; without, a pause ends the run.
func (v *view) seekRun(r *run, address uint64) {
	if r.gain <= 0 {
		return
	}
	const hopeless = -12
	sum, best, length, depth := r.gain, r.gain, 1, 0
	enough, last := v.atLeast(r.class), v.at
	if enough > 1 {
		best = 0
	}
	for i := range v.counter.n {
		t := v.counter.back(i)
		if address == 0 && last-t.at > int64(v.limits.Alike.GapMinutes*60_000) {
			break
		}
		last = t.at
		if (t.kind^v.kind)&kiosk != 0 || address != 0 && t.address != address {
			continue
		}
		if t.kind.has(r.class) {
			sum += r.gain
			length++
		} else {
			sum += r.loss
		}
		if sum > best && length >= enough {
			best, depth = sum, i+1
		}
		if sum < hopeless {
			break
		}
	}
	v.note(r, best, depth, address)
}

// note keeps the best evidence, and holds the earlier answers of a run that
// holds this one.
func (v *view) note(r *run, best float64, depth int, address uint64) {
	reason, known := AlikeRun, &v.found.other
	if r.class == perfect {
		reason, known = PerfectRun, &v.found.perfect
	}
	*known = max(*known, best)
	if best < v.suspicion() {
		return
	}
	for i := range depth {
		t := v.counter.back(i)
		if t.kind.has(r.class) && (t.kind^v.kind)&kiosk == 0 && (address == 0 || t.address == address) {
			v.hold(t, reason)
		}
	}
}

func (v *view) atLeast(class kind) int {
	if class&(quick|bare) == quick {
		return v.limits.Alike.AtLeastQuick
	}
	return v.limits.Alike.AtLeast
}
