package auth_test

import (
	"context"
	"encoding/base64"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/auth"
	"hailong/internal/store"
)

func TestLoginOpensASession(t *testing.T) {
	b := newBench()
	b.add(t, "an@khoi.vn", auth.Leader, "stp")
	token, expires, u, err := b.Login(t.Context(), " An@Khoi.vn", goodPassword, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	want := auth.User{Email: "an@khoi.vn", Role: auth.Leader, Agency: "stp"}
	if u != want {
		t.Errorf("Login: %+v", u)
	}
	if want := start.UTC().Truncate(time.Millisecond).Add(12 * time.Hour); expires != want {
		t.Errorf("expires %v, want %v", expires, want)
	}
	if secret, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(secret) != 32 {
		t.Errorf("token %q: %d bytes, %v", token, len(secret), err)
	}
	if got, err := b.Session(t.Context(), token); err != nil || got != want {
		t.Errorf("Session: %+v, %v", got, err)
	}
}

func TestEachLoginMakesANewToken(t *testing.T) {
	b := newBench().quick()
	b.seed("an@khoi.vn", auth.Office, "")
	first, second := b.login(t, "an@khoi.vn"), b.login(t, "an@khoi.vn")
	if first == second {
		t.Fatal("the same token twice")
	}
	if err := b.Logout(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Session(t.Context(), first); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("after logout: %v", err)
	}
	if _, err := b.Session(t.Context(), second); err != nil {
		t.Errorf("logout ended another session: %v", err)
	}
	if err := b.Logout(t.Context(), first); err != nil {
		t.Errorf("logging out twice: %v", err)
	}
}

func TestUnknownWrongAndDisabledLookTheSame(t *testing.T) {
	b := newBench()
	b.seed("an@khoi.vn", auth.Office, "")
	b.seed("off@khoi.vn", auth.Office, "")
	b.db.edit("off@khoi.vn", func(a *store.Account) { a.Disabled = true })
	var compared []string
	b.ReplaceCompare(func(password, hash string) (bool, error) {
		compared = append(compared, hash)
		return password == goodPassword, nil
	})
	for _, c := range []struct{ email, password string }{
		{"an@khoi.vn", badPassword},
		{"an@khoi.vn", ""},
		{"off@khoi.vn", goodPassword},
		{"off@khoi.vn", badPassword},
		{"nobody@khoi.vn", goodPassword},
		{"not an address", goodPassword},
		{"", goodPassword},
	} {
		compared = nil
		token, expires, u, err := b.Login(t.Context(), c.email, c.password, "192.0.2.1")
		if !errors.Is(err, auth.ErrCredentials) {
			t.Errorf("Login(%q, %q): %v", c.email, c.password, err)
		}
		if token != "" || !expires.IsZero() || u != (auth.User{}) {
			t.Errorf("Login(%q, %q) gave something away: %q %v %+v", c.email, c.password, token, expires, u)
		}
		if diff := cmp.Diff([]string{auth.Decoy}, compared); diff != "" {
			t.Errorf("Login(%q, %q) compared other hashes: %s", c.email, c.password, diff)
		}
	}
	if len(b.db.sessions) != 0 {
		t.Errorf("%d sessions", len(b.db.sessions))
	}
}

func TestNobodyKnowsThePasswordOfTheDecoy(t *testing.T) {
	b := newBench()
	b.seed("an@khoi.vn", auth.Office, "")
	for _, password := range []string{"", goodPassword, auth.Decoy} {
		if err := b.try(t, "an@khoi.vn", password, "192.0.2.1"); !errors.Is(err, auth.ErrCredentials) {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestABrokenHashIsAFaultNotAWrongPassword(t *testing.T) {
	b := newBench()
	b.db.edit("an@khoi.vn", func(a *store.Account) { a.Role, a.PasswordHash = "office", "plain text" })
	if err := b.try(t, "an@khoi.vn", "plain text", "192.0.2.1"); err == nil || errors.Is(err, auth.ErrCredentials) {
		t.Error(err)
	}
}

func TestSessionEndsAfterTwelveHours(t *testing.T) {
	b := newBench().quick()
	b.seed("an@khoi.vn", auth.Office, "")
	token := b.login(t, "an@khoi.vn")
	b.clock.advance(auth.SessionLife - time.Second)
	if _, err := b.Session(t.Context(), token); err != nil {
		t.Errorf("a second before: %v", err)
	}
	b.clock.advance(time.Second)
	if _, err := b.Session(t.Context(), token); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("on the second: %v", err)
	}
	b.clock.advance(time.Second)
	b.login(t, "an@khoi.vn")
	if len(b.db.sessions) != 1 {
		t.Errorf("%d sessions are kept, want the new one only", len(b.db.sessions))
	}
}

func TestSessionFollowsTheAccount(t *testing.T) {
	b := newBench().quick()
	b.seed("an@khoi.vn", auth.Leader, "stp")
	token := b.login(t, "an@khoi.vn")
	b.db.edit("an@khoi.vn", func(a *store.Account) { a.Agency = "sxd" })
	if u, err := b.Session(t.Context(), token); err != nil || u.Agency != "sxd" {
		t.Errorf("after a move: %+v, %v", u, err)
	}
	b.db.edit("an@khoi.vn", func(a *store.Account) { a.Disabled = true })
	if u, err := b.Session(t.Context(), token); !errors.Is(err, auth.ErrNoSession) || u != (auth.User{}) {
		t.Errorf("disabled elsewhere: %+v, %v", u, err)
	}
	delete(b.db.accounts, "an@khoi.vn")
	if _, err := b.Session(t.Context(), token); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("account gone: %v", err)
	}
}

func TestSessionRefusesWhatIsNoToken(t *testing.T) {
	b := newBench().quick()
	b.seed("an@khoi.vn", auth.Office, "")
	token := b.login(t, "an@khoi.vn")
	for hash := range b.db.sessions {
		stored := base64.RawURLEncoding.EncodeToString(hash[:])
		for _, wrong := range []string{"", "x", token[:42], token + "=", stored} {
			if _, err := b.Session(t.Context(), wrong); !errors.Is(err, auth.ErrNoSession) {
				t.Errorf("Session(%q): %v", wrong, err)
			}
		}
	}
}

// A login has compared the old password and is about to store its session
// when the account changes. The session must not survive.
func TestALoginThatIsOvertaken(t *testing.T) {
	for name, overtake := range map[string]func(*store.Account){
		"by a reset":     func(a *store.Account) { a.PasswordHash += "x" },
		"by a disabling": func(a *store.Account) { a.Disabled = true },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench().quick()
			b.seed("an@khoi.vn", auth.Office, "")
			b.db.afterAddSession = func() { b.db.edit("an@khoi.vn", overtake) }
			if err := b.try(t, "an@khoi.vn", goodPassword, "192.0.2.1"); !errors.Is(err, auth.ErrCredentials) {
				t.Error(err)
			}
			if len(b.db.sessions) != 0 {
				t.Error("the session survived")
			}
		})
	}
}

func TestTwoHashesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		var comparing atomic.Int32
		gate := make(chan struct{})
		b.ReplaceCompare(func(string, string) (bool, error) {
			comparing.Add(1)
			defer comparing.Add(-1)
			<-gate
			return false, nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		ends := make(chan error, 7)
		login := func(email string) { _, _, _, err := b.Login(ctx, email, badPassword, "192.0.2.1"); ends <- err }
		for _, email := range []string{"a@khoi.vn", "b@khoi.vn", "c@khoi.vn", "d@khoi.vn", "e@khoi.vn", "f@khoi.vn", "g@khoi.vn"} {
			go login(email)
		}
		for range 4 {
			synctest.Wait()
			if n := comparing.Load(); n != 2 {
				t.Errorf("%d hashes at once, want 2", n)
			}
			gate <- struct{}{}
			if err := <-ends; !errors.Is(err, auth.ErrCredentials) {
				t.Error(err)
			}
		}
		cancel()
		synctest.Wait() // 4 are done, 2 compare, the last one was waiting
		if err := <-ends; !errors.Is(err, context.Canceled) {
			t.Errorf("a login that waited for its turn: %v", err)
		}
		close(gate)
	})
}
