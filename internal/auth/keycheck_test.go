package auth_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/auth"
	"hailong/internal/store"
)

func TestCheckRefusesWhatIsNoSecret(t *testing.T) {
	k := newKeys(t)
	secret := k.add(t, "a")
	for _, wrong := range []string{"", "hl_", "a", secret[3:], secret[:45], secret + "A", "HL_" + secret[3:], secret[:45] + "!", strings.Repeat("x", 1<<20)} {
		k.check(t, wrong, auth.ErrKeyUnknown)
	}
	k.check(t, "hl_"+strings.Repeat("A", 43), auth.ErrKeyUnknown)
	k.check(t, secret, nil)
}

// TestOtherProcessesSeeAChangeAfterASecond, and read the store no more often.
func TestOtherProcessesSeeAChangeAfterASecond(t *testing.T) {
	k := newKeys(t)
	server := k.another()
	secret := k.add(t, "a")
	for range 1_000 {
		server.check(t, secret, nil)
	}
	if err := k.Revoke(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	late := k.add(t, "b")
	server.clock.advance(time.Second - time.Nanosecond)
	server.check(t, secret, nil)
	server.check(t, late, auth.ErrKeyUnknown)
	if n := server.db.reads.Load(); n != 1 {
		t.Errorf("the store was read %d times within a second", n)
	}
	server.clock.advance(time.Nanosecond)
	server.check(t, secret, auth.ErrKeyRevoked)
	server.check(t, late, nil)
	if n := server.db.reads.Load(); n != 2 {
		t.Errorf("the store was read %d times", n)
	}
	server.clock.advance(-time.Hour)
	server.check(t, late, nil)
	if n := server.db.reads.Load(); n != 3 {
		t.Errorf("the store was read %d times after the clock was set back", n)
	}
}

// hold makes the next readings of the store wait until release is called, and
// tells when one has begun.
func (k keyring) hold() (begun <-chan struct{}, release func()) {
	started, gate := make(chan struct{}, 100), make(chan struct{})
	k.db.beforeRead = func() { started <- struct{}{}; <-gate }
	return started, func() { close(gate) }
}

func TestOthersGoOnWhileOneReads(t *testing.T) {
	k := newKeys(t)
	secret := k.add(t, "a")
	k.check(t, secret, nil)
	k.clock.advance(4 * time.Second)
	begun, release := k.hold()
	var all sync.WaitGroup
	all.Go(func() { k.check(t, secret, nil) })
	<-begun
	before := k.db.reads.Load()
	for range 100 {
		k.check(t, secret, nil)
	}
	if n := k.db.reads.Load(); n != before {
		t.Errorf("%d more readings while one is under way", n-before)
	}
	release()
	all.Wait()
}

// TestAnIdleServerLetsNoRevokedKeyPass: what it knew an hour ago is not used,
// however many ask at once; one reads for all.
func TestAnIdleServerLetsNoRevokedKeyPass(t *testing.T) {
	k := newKeys(t)
	server := k.another()
	secret := k.add(t, "a")
	server.check(t, secret, nil)
	if err := k.Revoke(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	server.clock.advance(time.Hour)
	begun, release := server.hold()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { server.check(t, secret, auth.ErrKeyRevoked) })
	}
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := server.Check(ctx, secret); !errors.Is(err, context.Canceled) {
		t.Errorf("Check that is cancelled while it waits: %v", err)
	}
	release()
	all.Wait()
	if n := server.db.reads.Load(); n != 2 {
		t.Errorf("the store was read %d times", n)
	}
}

func TestLastUseIsNotedOncePerDay(t *testing.T) {
	k := newKeys(t)
	secret := k.add(t, "a")
	k.add(t, "b")
	if got := k.lastUsed(t, "a"); got != "never" {
		t.Errorf("last used %s", got)
	}
	k.db.writes.Store(0)
	for day, want := range []string{"2026-10-01", "2026-10-02", "2026-10-03"} {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { k.check(t, secret, nil) })
		}
		all.Wait()
		k.clock.advance(2 * time.Second) // the index is read again
		k.check(t, secret, nil)
		k.another().check(t, secret, nil)
		if got := k.lastUsed(t, "a"); got != want {
			t.Errorf("last used %s, want %s", got, want)
		}
		if n := k.db.writes.Load(); n != int64(day+1) {
			t.Errorf("%d writes after %d days", n, day+1)
		}
		k.clock.advance(24*time.Hour - 2*time.Second)
	}
	if got := k.lastUsed(t, "b"); got != "never" {
		t.Errorf("the other key was last used %s", got)
	}
}

// TestNotingMayFail: the call goes on, and a later one tries again, but not
// each.
func TestNotingMayFail(t *testing.T) {
	k := newKeys(t)
	secret := k.add(t, "a")
	k.db.failWrite = store.ErrUnavailable
	k.db.writes.Store(0)
	for range 10 {
		k.check(t, secret, nil)
	}
	if n := k.db.writes.Load(); n != 1 {
		t.Errorf("%d writes within a second", n)
	}
	k.db.failWrite = nil
	k.clock.advance(time.Second)
	k.check(t, secret, nil)
	if got := k.lastUsed(t, "a"); got != "2026-10-01" {
		t.Errorf("last used %s", got)
	}
}

// TestNotingDoesNotUndoARevocation of which this process knows nothing yet.
func TestNotingDoesNotUndoARevocation(t *testing.T) {
	k := newKeys(t)
	server := k.another()
	secret := k.add(t, "a")
	server.check(t, "hl_"+strings.Repeat("A", 43), auth.ErrKeyUnknown) // reads all keys, notes nothing
	if err := k.Revoke(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	server.check(t, secret, nil)
	if n := server.db.writes.Load(); n != 1 {
		t.Errorf("%d writes", n)
	}
	server.clock.advance(time.Second)
	server.check(t, secret, auth.ErrKeyRevoked)
}

func TestRevokeWhileTheKeyIsUsed(t *testing.T) {
	k := newKeys(t)
	for n := range 20 {
		name := fmt.Sprint("key-", n)
		secret := k.add(t, name)
		server := k.another()
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := server.Check(t.Context(), secret); err != nil && !errors.Is(err, auth.ErrKeyRevoked) {
				t.Error(err)
			}
		})
		all.Go(func() {
			if err := k.Revoke(t.Context(), name); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		k.another().check(t, secret, auth.ErrKeyRevoked)
	}
}
