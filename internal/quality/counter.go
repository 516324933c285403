package quality

import (
	"math"
	"sync"
	"time"

	"hailong/internal/calendar"
)

// remembered is how many of its last answers a counter knows, on one day: a
// power of 2.
const remembered = 64

// counter is the memory of one counter.
type counter struct {
	number  uint32
	mu      sync.Mutex
	day     calendar.Day
	ring    [remembered]trace
	next    int // where the next one goes; the one before it is the newest
	n       int // of the ring that is filled
	today   int // answers of the day
	closed  int // of them while closed, made ones left out
	rhythm  rhythm
	habits  [2]habits             // of people's own devices, of the kiosk
	rows    [2][rowKinds]unbroken // likewise
	repeats repeats
	recent  recent
	view    view // of the answer being judged; here, so that none is allocated
}

func newCounter(number uint32, perHour *float64) *counter {
	c := &counter{number: number, day: math.MinInt32}
	c.rhythm.usual = *perHour
	return c
}

// begin drops what is left of an earlier day.
func (c *counter) begin(day calendar.Day) {
	if day <= c.day {
		return
	}
	if c.today > 0 {
		c.rhythm.closedAnswers(c.closed)
	}
	clear(c.ring[:])
	c.recent.clear()
	for channel := range c.rows {
		for of := range c.rows[channel] {
			c.rows[channel][of].ids = nil
		}
	}
	c.day, c.next, c.n, c.today, c.closed = day, 0, 0, 0, 0
}

// back returns the answer i places before the newest one, which is 0.
func (c *counter) back(i int) *trace {
	return &c.ring[uint(c.next-1-i)%remembered]
}

// remember keeps the answer and learns from it. What was found by its device or
// its timing teaches nothing, or a counter's stuffing would become its habit;
// what was only found improbable does, or a habit could never change.
func (c *counter) remember(v *view) {
	c.ring[c.next] = v.trace
	c.next = (c.next + 1) % remembered
	c.n = min(c.n+1, remembered)
	c.today++
	c.rhythm.pass(v.hour, v.limits.Learning.Weeks)
	if v.made {
		return
	}
	if v.ratings > 0 {
		c.countRows(v)
	}
	if v.kind.has(closed) {
		c.closed++
	}
	c.rhythm.count(v.hour)
	c.habits[v.channel()].learn(v.kind, v.limits.Learning.Answers)
}

// hoursPerWeek is the length of the rhythm.
const hoursPerWeek = 7 * 24

// rhythm is how many answers a counter gets in each hour of the week, as counts
// that fade from week to week, and how many in a closed time.
type rhythm struct {
	usual   float64 // answers an hour, where nothing is known
	current int64   // hour since 1970, local; 0: none yet
	sum     [hoursPerWeek]float32
	weight  [hoursPerWeek]float32
	atNight float64 // answers of a day while closed
}

// hourOf numbers the hours on the wall since 1970-01-01, a Thursday.
func hourOf(local time.Time) int64 {
	_, offset := local.Zone()
	return (local.Unix() + int64(offset)) / 3600
}

// pass ends the hours before this one. Of a counter that was silent for weeks
// only the last one is counted as such.
func (r *rhythm) pass(hour int64, halfLife float64) {
	if r.current == 0 {
		r.current = hour
	}
	keep := float32(math.Exp2(-1 / halfLife))
	for r.current = max(r.current, hour-hoursPerWeek); r.current < hour; r.current++ {
		ahead := (r.current + 1) % hoursPerWeek
		r.sum[ahead] *= keep
		r.weight[ahead] = r.weight[ahead]*keep + 1
	}
}

func (r *rhythm) count(hour int64) {
	slot := hour % hoursPerWeek
	r.sum[slot]++
	r.weight[slot] = max(r.weight[slot], 1)
}

// perHour returns the answers to be expected in the hour, the busier of its
// neighbours included: a rush that comes a little earlier is no burst. Half a
// week of what is usual softens the beginning.
func (r *rhythm) perHour(hour int64) float64 {
	best := 0.0
	for near := hour - 1; near <= hour+1; near++ {
		slot := near % hoursPerWeek
		const prior = 0.5
		best = max(best, (float64(r.sum[slot])+prior*r.usual)/(float64(r.weight[slot])+prior))
	}
	return best
}

// closedAnswers learns how many answers a day brings while the counter is
// closed.
func (r *rhythm) closedAnswers(n int) {
	const newest = 0.1
	r.atNight += newest * (float64(n) - r.atNight)
}

// classes are the kinds of answer of which a run is looked for. The first two
// can be learned from stored counts.
var classes = [...]kind{
	perfectClass: perfect, contentClass: content, perfect | quick, content | quick, perfect | bare, content | bare, worst | quick, worst | bare,
}

// Places in classes.
const (
	perfectClass = iota
	contentClass
)

// habits are how often a counter gets answers of each class.
type habits struct {
	n   [len(classes)]float64 // answers of which it is known whether they are in the class
	sum [len(classes)]float64 // those that are
}

// What is taken for usual before anything is known: more than it is, so that
// a new counter's first content crowd is not suspected. A missing device or
// time of opening counts for nothing until it has proved to be rare.
var usualShares = [len(classes)]float64{0.7, 0.9, 0.25, 0.3, 0.7, 0.9, 0.1, 0.1}

const usualWeight = 25 // answers

// learn counts one answer; at most the given number of answers has weight.
func (h *habits) learn(k kind, most float64) {
	for i, class := range classes {
		h.bound(i, most-1)
		h.n[i]++
		if k.has(class) {
			h.sum[i]++
		}
	}
}

// take adds what else is known; at most the given number of answers has weight.
func (h *habits) take(other *habits, most float64) {
	for i := range classes {
		h.n[i] += other.n[i]
		h.sum[i] += other.sum[i]
		h.bound(i, most)
	}
}

// bound leaves the share of a class, but no more weight to it than so many
// answers have.
func (h *habits) bound(class int, most float64) {
	if h.n[class] > most {
		h.sum[class] *= most / h.n[class]
		h.n[class] = most
	}
}

// share returns how often a class is to be expected; never so seldom that two
// or three alone would prove anything.
func (h *habits) share(class int) float64 {
	const seldom = 0.05
	return max(seldom, (h.sum[class]+usualWeight*usualShares[class])/(h.n[class]+usualWeight))
}

// repeats is how often a comment of the counter was written there before on the
// same day. Where a poster or a kiosk suggests the words, that is no wonder.
type repeats struct{ n, sum float64 }

func (r *repeats) learn(repeated bool) {
	const keep = 0.99 // a hundred comments back they hardly count
	r.n, r.sum = r.n*keep+1, r.sum*keep
	if repeated {
		r.sum++
	}
}

func (r *repeats) share() float64 {
	const usual, weight = 0.1, 20
	return (r.sum + usual*weight) / (r.n + weight)
}
