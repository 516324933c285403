package storetest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"hailong/internal/store"
)

// noon is an instant with milliseconds, as the contract demands of times.
func noon() time.Time {
	return time.Date(2026, time.July, 1, 5, 0, 0, 123*int(time.Millisecond), time.UTC)
}

func accountChecks() []check {
	return []check{
		{"AccountRevisions", accountRevisions},
		{"AccountHasOneWinner", accountHasOneWinner},
		{"AccountsOrder", accountsOrder},
		{"AccountKeepsEveryField", accountKeepsEveryField},
	}
}

func account(email string, revision int64) store.Account {
	return store.Account{Email: email, Role: "leader", Agency: "stp", PasswordHash: "$argon2id$v=19$m=1,t=1,p=1$a$b", Created: noon(), Revision: revision}
}

// sameAccount demands an account, with its time in UTC.
func sameAccount(t *testing.T, s store.Accounts, want store.Account) {
	t.Helper()
	got, err := s.Account(t.Context(), want.Email)
	if err != nil {
		t.Fatalf("Account %q: %v", want.Email, err)
	}
	same(t, "account", got, want)
	if got.Created.Location() != time.UTC {
		t.Errorf("Account %q was created in zone %v", want.Email, got.Created.Location())
	}
}

func accountRevisions(t *testing.T, s store.Store) {
	if _, err := s.Account(t.Context(), "a@x.vn"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Account that is not there: %v", err)
	}
	for i, step := range []struct {
		revision int64
		want     error
	}{
		{1, store.ErrConflict}, {0, nil}, {0, store.ErrExists}, {2, store.ErrConflict},
		{1, nil}, {1, store.ErrConflict}, {0, store.ErrExists}, {2, nil},
	} {
		a := account("a@x.vn", step.revision)
		a.Role = fmt.Sprint("role ", i)
		if err := s.PutAccount(t.Context(), a); !errors.Is(err, step.want) {
			t.Errorf("step %d: PutAccount with revision %d: %v, want %v", i, step.revision, err, step.want)
		}
		if step.want == nil {
			a.Revision++
			sameAccount(t, s, a)
		}
	}
}

// accountHasOneWinner lets many create an account, and then many change it.
func accountHasOneWinner(t *testing.T, s store.Store) {
	for revision := range int64(4) {
		loses := store.ErrConflict
		if revision == 0 {
			loses = store.ErrExists
		}
		errs := make([]error, 8)
		together(len(errs), func(w int) {
			a := account("a@x.vn", revision)
			a.Agency = fmt.Sprint(w)
			errs[w] = s.PutAccount(t.Context(), a)
		})
		want := account("a@x.vn", revision+1)
		want.Agency = ""
		for w, err := range errs {
			switch {
			case err == nil && want.Agency == "":
				want.Agency = fmt.Sprint(w)
			case !errors.Is(err, loses):
				t.Errorf("PutAccount over %d by writer %d: %v, want %v", revision, w, err, loses)
			}
		}
		sameAccount(t, s, want)
	}
}

func accountsOrder(t *testing.T, s store.Store) {
	var want []store.Account
	for _, name := range awkward() {
		want = append(want, account(name, 1))
	}
	for i := range want {
		if err := s.PutAccount(t.Context(), account(want[len(want)-1-i].Email, 0)); err != nil {
			t.Fatalf("PutAccount: %v", err)
		}
	}
	got, err := s.Accounts(t.Context())
	if err != nil {
		t.Fatalf("Accounts: %v", err)
	}
	same(t, "accounts", got, want)
	for _, a := range want {
		sameAccount(t, s, a)
	}
}

func accountKeepsEveryField(t *testing.T, s store.Store) {
	a := store.Account{
		Email: "lan@daknong.vn", Role: "office", PasswordHash: "$x", Disabled: true,
		Created: time.Date(1999, time.December, 31, 23, 59, 59, 999*int(time.Millisecond), time.UTC),
	}
	for _, disabled := range []bool{true, false} {
		a.Disabled = disabled
		if err := s.PutAccount(t.Context(), a); err != nil {
			t.Fatalf("PutAccount: %v", err)
		}
		a.Revision++
		sameAccount(t, s, a)
	}
}

func sessionChecks() []check {
	return []check{
		{"Sessions", sessionsComeAndGo},
		{"SessionHasOneWinner", sessionHasOneWinner},
		{"RemoveSessionsOf", removeSessionsOf},
		{"RemoveSessionsBefore", removeSessionsBefore},
	}
}

func session(n int, email string, expires time.Time) store.Session {
	return store.Session{TokenHash: sha256.Sum256([]byte{byte(n)}), Email: email, Expires: expires}
}

func addSessions(t *testing.T, s store.Sessions, all ...store.Session) {
	t.Helper()
	for _, one := range all {
		if err := s.AddSession(t.Context(), one); err != nil {
			t.Fatalf("AddSession: %v", err)
		}
	}
}

// left demands that of all sessions those wanted are left, unchanged.
func left(t *testing.T, s store.Sessions, all []store.Session, want ...int) {
	t.Helper()
	var found []int
	for i, one := range all {
		got, err := s.Session(t.Context(), one.TokenHash)
		switch {
		case err == nil:
			same(t, "session", got, one)
			found = append(found, i)
			if got.Expires.Location() != time.UTC {
				t.Errorf("a session expires in zone %v", got.Expires.Location())
			}
		case !errors.Is(err, store.ErrNotFound):
			t.Errorf("Session: %v", err)
		}
	}
	same(t, "sessions left", found, want)
}

// sessionsComeAndGo includes one that expired long ago: that is for the caller
// to judge.
func sessionsComeAndGo(t *testing.T, s store.Store) {
	all := []store.Session{session(0, "a@x.vn", noon()), session(1, "a@x.vn", noon().AddDate(-20, 0, 0)), session(2, "b@x.vn", noon().AddDate(90, 0, 0))}
	left(t, s, all)
	addSessions(t, s, all...)
	again := session(0, "b@x.vn", noon().Add(time.Hour))
	if err := s.AddSession(t.Context(), again); !errors.Is(err, store.ErrExists) {
		t.Errorf("AddSession with a hash that is taken: %v", err)
	}
	left(t, s, all, 0, 1, 2)
	for range 2 {
		if err := s.RemoveSession(t.Context(), all[1].TokenHash); err != nil {
			t.Errorf("RemoveSession: %v", err)
		}
		left(t, s, all, 0, 2)
	}
}

func sessionHasOneWinner(t *testing.T, s store.Store) {
	errs := make([]error, 8)
	together(len(errs), func(w int) { errs[w] = s.AddSession(t.Context(), session(0, "a@x.vn", noon())) })
	winners := 0
	for _, err := range errs {
		if err == nil {
			winners++
		} else if !errors.Is(err, store.ErrExists) {
			t.Errorf("AddSession: %v", err)
		}
	}
	if winners != 1 {
		t.Errorf("%d of %d added the same session", winners, len(errs))
	}
}

func removeSessionsOf(t *testing.T, s store.Store) {
	all := []store.Session{session(0, "a@x.vn", noon()), session(1, "A@x.vn", noon()), session(2, "a@x.vn", noon()), session(3, "á@x.vn", noon())}
	addSessions(t, s, all...)
	for range 2 {
		if err := s.RemoveSessionsOf(t.Context(), "a@x.vn"); err != nil {
			t.Fatalf("RemoveSessionsOf: %v", err)
		}
		left(t, s, all, 1, 3)
	}
}

func removeSessionsBefore(t *testing.T, s store.Store) {
	var all []store.Session
	for i, after := range []time.Duration{-time.Hour, -time.Millisecond, 0, time.Millisecond, time.Hour} {
		all = append(all, session(i, "a@x.vn", noon().Add(after)))
	}
	addSessions(t, s, all...)
	for range 2 {
		if err := s.RemoveSessionsBefore(t.Context(), noon()); err != nil {
			t.Fatalf("RemoveSessionsBefore: %v", err)
		}
		left(t, s, all, 2, 3, 4)
	}
}
