package auth_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hailong/internal/auth"
)

const here, elsewhere = "192.0.2.1", "198.51.100.7"

// fail makes n logins that must all be looked at and refused.
func (b bench) fail(t *testing.T, n int, email, client string) {
	t.Helper()
	for i := range n {
		if err := b.try(t, email, badPassword, client); !errors.Is(err, auth.ErrCredentials) {
			t.Fatalf("failure %d of %s from %s: %v", i+1, email, client, err)
		}
	}
}

// mustThrottle returns how long the login has to wait.
func (b bench) mustThrottle(t *testing.T, email, client string) time.Duration {
	t.Helper()
	var throttled *auth.ThrottledError
	if err := b.try(t, email, goodPassword, client); !errors.As(err, &throttled) {
		t.Fatalf("%s from %s: %v, want it throttled", email, client, err)
	}
	return throttled.RetryAfter
}

func TestFiveFailuresThrottleOneEmailFromOneClient(t *testing.T) {
	for _, email := range []string{"an@khoi.vn", "nobody@khoi.vn", "no address"} {
		b := newBench().quick()
		b.seed("an@khoi.vn", auth.Office, "")
		b.seed("le@khoi.vn", auth.Office, "")
		b.fail(t, 5, email, here)
		if wait := b.mustThrottle(t, email, here); wait != 15*time.Minute {
			t.Errorf("%s: retry after %v", email, wait)
		}
		if err := b.try(t, "le@khoi.vn", goodPassword, here); err != nil {
			t.Errorf("a colleague at the same address: %v", err)
		}
		if err := b.try(t, "an@khoi.vn", goodPassword, elsewhere); err != nil {
			t.Errorf("the person at another address: %v", err)
		}
	}
}

func TestTheWindowSlides(t *testing.T) {
	b := newBench().quick()
	b.seed("an@khoi.vn", auth.Office, "")
	b.fail(t, 2, "an@khoi.vn", here)
	b.clock.advance(10 * time.Minute)
	b.fail(t, 3, "AN@khoi.vn", here)
	if wait := b.mustThrottle(t, "an@khoi.vn", here); wait != 5*time.Minute {
		t.Errorf("retry after %v, want 5m", wait)
	}
	b.clock.advance(5*time.Minute - time.Nanosecond)
	if wait := b.mustThrottle(t, "an@khoi.vn", here); wait != time.Nanosecond {
		t.Errorf("retry after %v, want 1ns: a throttled attempt counts as none", wait)
	}
	b.clock.advance(time.Nanosecond)
	b.fail(t, 2, "an@khoi.vn", here)
	if wait := b.mustThrottle(t, "an@khoi.vn", here); wait != 10*time.Minute {
		t.Errorf("retry after %v, want 10m", wait)
	}
	b.clock.advance(15 * time.Minute)
	b.login(t, "an@khoi.vn")
}

func TestAThrottledAttemptDoesNotHash(t *testing.T) {
	b := newBench()
	hashes := 0
	b.ReplaceCompare(func(string, string) (bool, error) { hashes++; return false, nil })
	b.fail(t, 5, "an@khoi.vn", here)
	for range 20 {
		b.mustThrottle(t, "an@khoi.vn", here)
	}
	if hashes != 5 {
		t.Errorf("%d hashes, want 5", hashes)
	}
}

func TestALoginForgivesWhatWasMistypedHere(t *testing.T) {
	b := newBench().quick()
	b.seed("an@khoi.vn", auth.Office, "")
	for range 6 {
		b.fail(t, 4, "an@khoi.vn", here)
		b.login(t, "an@khoi.vn")
	}
	b.fail(t, 5, "an@khoi.vn", here)
	b.mustThrottle(t, "an@khoi.vn", here)
}

func TestManyEmailsFromOneClient(t *testing.T) {
	b := newBench().quick()
	b.seed("an@khoi.vn", auth.Office, "")
	b.seed("own@attacker.example", auth.Clerk, "stp")
	for i := range 50 {
		b.fail(t, 1, fmt.Sprintf("guess%d@khoi.vn", i), here)
		if i == 30 { // an account of one's own wipes nothing out
			if err := b.try(t, "own@attacker.example", goodPassword, here); err != nil {
				t.Fatal(err)
			}
		}
	}
	b.mustThrottle(t, "an@khoi.vn", here)
	if err := b.try(t, "an@khoi.vn", goodPassword, elsewhere); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
}

func TestOneEmailFromManyClients(t *testing.T) {
	b := newBench().quick()
	b.seed("an@khoi.vn", auth.Office, "")
	b.seed("le@khoi.vn", auth.Office, "")
	for i := range 99 {
		b.fail(t, 1, "an@khoi.vn", fmt.Sprintf("2001:db8::%x", i))
	}
	if err := b.try(t, "an@khoi.vn", goodPassword, here); err != nil {
		t.Errorf("after 99 failures elsewhere: %v", err)
	}
	b.fail(t, 1, "an@khoi.vn", elsewhere)
	b.mustThrottle(t, "an@khoi.vn", here)
	if err := b.try(t, "le@khoi.vn", goodPassword, here); err != nil {
		t.Errorf("another email: %v", err)
	}
}

func TestAnAttemptWithoutVerdictCostsNothing(t *testing.T) {
	b := newBench().quick()
	b.seed("an@khoi.vn", auth.Office, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 200 {
		if _, _, _, err := b.Login(ctx, "an@khoi.vn", badPassword, here); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if n := b.Tracked(); n != 0 {
		t.Errorf("%d origins remembered", n)
	}
	b.fail(t, 5, "an@khoi.vn", here)
	b.mustThrottle(t, "an@khoi.vn", here)
}

func TestManyAtOnceCannotOverdraw(t *testing.T) {
	b := newBench()
	var hashes atomic.Int32
	b.ReplaceCompare(func(string, string) (bool, error) {
		hashes.Add(1)
		time.Sleep(time.Millisecond)
		return false, nil
	})
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { b.try(t, "an@khoi.vn", badPassword, here) })
	}
	all.Wait()
	if n := hashes.Load(); n != 5 {
		t.Errorf("%d hashes, want 5", n)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	b := newBench().quick()
	b.fail(t, 4, "busy@khoi.vn", "198.51.100.8")
	b.fail(t, 5, "old@khoi.vn", here)
	b.fail(t, 1, "busy@khoi.vn", "198.51.100.8")
	for i := range auth.MaxTracked - 2 {
		b.fail(t, 1, fmt.Sprintf("%d@khoi.vn", i), fmt.Sprintf("client %d", i))
	}
	b.mustThrottle(t, "old@khoi.vn", here)
	b.fail(t, 5, "new@khoi.vn", elsewhere)
	if n := b.Tracked(); n != auth.MaxTracked {
		t.Errorf("%d origins remembered, want %d", n, auth.MaxTracked)
	}
	b.mustThrottle(t, "busy@khoi.vn", "198.51.100.8")
	b.fail(t, 1, "old@khoi.vn", here) // the longest quiet one was forgotten
	b.mustThrottle(t, "new@khoi.vn", elsewhere)

	b.clock.advance(15 * time.Minute)
	b.fail(t, 1, "an@khoi.vn", here)
	if n := b.Tracked(); n != 1 {
		t.Errorf("%d origins remembered after a quiet quarter of an hour, want 1", n)
	}
}

// Whatever happens in whatever order: no budget is overdrawn within any
// window, nobody waits longer than a window, and who waits as told is heard.
func TestThrottleLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBench().quick()
		seen := verdicts{}
		emails, clients := rapid.IntRange(1, 60).Draw(t, "emails"), rapid.IntRange(1, 60).Draw(t, "clients")
		pause := rapid.IntRange(0, 20).Draw(t, "longest pause")
		for range 400 {
			b.clock.advance(time.Duration(rapid.IntRange(0, pause).Draw(t, "seconds")) * time.Second)
			email := fmt.Sprintf("%d@khoi.vn", rapid.IntRange(1, emails).Draw(t, "email"))
			client := fmt.Sprintf("client %d", rapid.IntRange(1, clients).Draw(t, "client"))
			wait := seen.look(t, b, email, client)
			if wait < 0 || wait > 15*time.Minute {
				t.Fatalf("retry after %v", wait)
			}
			if wait > 0 && rapid.IntRange(0, 9).Draw(t, "patience") == 9 {
				b.clock.advance(wait)
				if again := seen.look(t, b, email, client); again != 0 {
					t.Fatalf("waited %v as told, and shall wait %v again", wait, again)
				}
			}
		}
		seen.check(t)
	})
}

// verdicts is when a login was looked at, by what it is counted for.
type verdicts map[counted][]time.Time

type counted struct {
	email, client string
	limit         int
}

// look tries a login and returns how long it has to wait, zero if it got a
// verdict.
func (v verdicts) look(t *rapid.T, b bench, email, client string) time.Duration {
	var throttled *auth.ThrottledError
	if errors.As(b.try(t, email, badPassword, client), &throttled) {
		return throttled.RetryAfter
	}
	for _, c := range []counted{{email, client, 5}, {"", client, 50}, {email, "", 100}} {
		v[c] = append(v[c], b.clock.now())
	}
	return 0
}

func (v verdicts) check(t *rapid.T) {
	for c, times := range v {
		for i := c.limit; i < len(times); i++ {
			if times[i].Sub(times[i-c.limit]) < 15*time.Minute {
				t.Fatalf("more than %d verdicts within a window for email %q, client %q", c.limit, c.email, c.client)
			}
		}
	}
}
