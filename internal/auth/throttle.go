package auth

import (
	"container/list"
	"fmt"
	"slices"
	"sync"
	"time"
)

// How many logins may fail within the window. The small budget is for one
// email from one client, so that nobody elsewhere locks an honest person out.
// The larger ones hold those back who try many emails from one client (a whole
// building may share one address) or one email from many clients.
const (
	throttleWindow = 15 * time.Minute
	pairBudget     = 5
	clientBudget   = 50
	emailBudget    = 100
	maxTracked     = 10_000 // keys of each budget; the one longest quiet is forgotten first
)

// ThrottledError says that too many logins failed. This one was not looked at.
type ThrottledError struct {
	RetryAfter time.Duration // from the attempt on; greater than zero, at most 15 minutes
}

// Error names the time to wait.
func (e *ThrottledError) Error() string {
	return fmt.Sprintf("too many failed logins, retry after %s", e.RetryAfter)
}

// throttle counts failed logins. An attempt is charged when it begins, so that
// many at once cannot overdraw a budget, and gets back what it did not use up.
type throttle struct {
	mu                     sync.Mutex
	pairs, clients, emails *budget
}

func newThrottle() *throttle {
	return &throttle{
		pairs:   newBudget(pairBudget),
		clients: newBudget(clientBudget),
		emails:  newBudget(emailBudget),
	}
}

// attempt is one login that was let through.
type attempt struct {
	throttle            *throttle
	at                  time.Time
	pair, client, email origin
}

// begin charges all three budgets, or none and returns a *ThrottledError.
func (t *throttle) begin(now time.Time, email, client string) (*attempt, error) {
	a := &attempt{
		throttle: t,
		at:       now,
		pair:     origin{email: email, client: client},
		client:   origin{client: client},
		email:    origin{email: email},
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	wait := max(t.pairs.wait(now, a.pair), t.clients.wait(now, a.client), t.emails.wait(now, a.email))
	if wait > 0 {
		return nil, &ThrottledError{RetryAfter: wait}
	}
	t.pairs.charge(now, a.pair)
	t.clients.charge(now, a.client)
	t.emails.charge(now, a.email)
	return a, nil
}

// succeed forgets what this person mistyped here before. The larger budgets
// remember it: an attacker may have an account of their own.
func (a *attempt) succeed() {
	a.takeBack()
	a.throttle.mu.Lock()
	defer a.throttle.mu.Unlock()
	a.throttle.pairs.forget(a.pair)
}

// takeBack undoes the charge of an attempt that ended without a verdict.
func (a *attempt) takeBack() {
	a.throttle.mu.Lock()
	defer a.throttle.mu.Unlock()
	a.throttle.pairs.giveBack(a.at, a.pair)
	a.throttle.clients.giveBack(a.at, a.client)
	a.throttle.emails.giveBack(a.at, a.email)
}

// origin is what a budget is kept for; an empty field stands for any.
type origin struct{ email, client string }

// budget allows each origin a number of failures within the window.
type budget struct {
	limit   int
	records map[origin]*list.Element // of byAge
	byAge   *list.List               // of *record, the longest quiet one first
}

// record is the failures of one origin, oldest first, at most limit.
type record struct {
	origin origin
	times  []time.Time
}

func newBudget(limit int) *budget {
	return &budget{limit: limit, records: make(map[origin]*list.Element), byAge: list.New()}
}

// wait returns how long until a failure of the origin is affordable; zero when
// it is now.
func (b *budget) wait(now time.Time, o origin) time.Duration {
	e, ok := b.records[o]
	if !ok {
		return 0
	}
	r := e.Value.(*record)
	if len(r.times) < b.limit {
		return 0
	}
	return max(0, throttleWindow-now.Sub(r.times[0]))
}

// charge notes a failure, which must be affordable.
func (b *budget) charge(now time.Time, o origin) {
	e, ok := b.records[o]
	if !ok {
		e = b.byAge.PushBack(&record{origin: o})
		b.records[o] = e
	}
	r := e.Value.(*record)
	r.times = append(slices.DeleteFunc(r.times, func(t time.Time) bool { return isPast(now, t) }), now)
	b.byAge.MoveToBack(e)
	b.tidy(now)
}

// tidy drops what no longer matters and, beyond maxTracked, what matters least.
func (b *budget) tidy(now time.Time) {
	for e := b.byAge.Front(); e != nil; e = b.byAge.Front() {
		r := e.Value.(*record)
		if len(b.records) <= maxTracked && !isPast(now, r.times[len(r.times)-1]) {
			return
		}
		b.forget(r.origin)
	}
}

func isPast(now, t time.Time) bool { return now.Sub(t) >= throttleWindow }

// giveBack takes the failure of that instant off again, if it is still known.
func (b *budget) giveBack(at time.Time, o origin) {
	e, ok := b.records[o]
	if !ok {
		return
	}
	r := e.Value.(*record)
	if i := slices.IndexFunc(r.times, at.Equal); i >= 0 {
		r.times = slices.Delete(r.times, i, i+1)
	}
	if len(r.times) == 0 {
		b.forget(o)
	}
}

func (b *budget) forget(o origin) {
	if e, ok := b.records[o]; ok {
		b.byAge.Remove(e)
		delete(b.records, o)
	}
}
