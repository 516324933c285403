package auth_test

import (
	"errors"
	"testing"

	"hailong/internal/auth"
	"hailong/internal/store"
)

const nextPassword = "Quầy số 9 mở cửa"

func TestChangePassword(t *testing.T) {
	b := newBench()
	b.add(t, "an@khoi.vn", auth.Leader, "stp")
	b.add(t, "le@khoi.vn", auth.Office, "")
	before, other := b.login(t, "an@khoi.vn"), b.login(t, "le@khoi.vn")
	token, expires, err := b.ChangePassword(t.Context(), "an@khoi.vn", goodPassword, nextPassword, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	if want := b.clock.now().Add(auth.SessionLife); expires.Sub(want).Abs() > 1e6 {
		t.Errorf("the new session ends at %v, want %v", expires, want)
	}
	if u, err := b.Session(t.Context(), token); err != nil || u.Email != "an@khoi.vn" {
		t.Errorf("new session: %+v, %v", u, err)
	}
	if _, err := b.Session(t.Context(), before); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("the session from before: %v", err)
	}
	if _, err := b.Session(t.Context(), other); err != nil {
		t.Errorf("somebody else's session: %v", err)
	}
	if err := b.try(t, "an@khoi.vn", goodPassword, "192.0.2.1"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("the password from before: %v", err)
	}
	if err := b.try(t, "an@khoi.vn", nextPassword, "192.0.2.1"); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

func TestChangePasswordRefuses(t *testing.T) {
	b := newBench()
	b.add(t, "an@khoi.vn", auth.Leader, "stp")
	token := b.login(t, "an@khoi.vn")
	stored := b.db.accounts["an@khoi.vn"]
	for _, c := range []struct {
		present, password string
		want              error
	}{
		{badPassword, nextPassword, auth.ErrCredentials},
		{"", "", auth.ErrCredentials},
		{goodPassword, goodPassword, auth.ErrPasswordSame},
		{goodPassword, "ngắn", auth.ErrPasswordLength},
		{goodPassword, "matkhau123456", auth.ErrPasswordObvious},
		{goodPassword, "hai dòng\nmột mật khẩu", auth.ErrPasswordText},
	} {
		if _, _, err := b.ChangePassword(t.Context(), "an@khoi.vn", c.present, c.password, "192.0.2.1"); !errors.Is(err, c.want) {
			t.Errorf("%q to %q: %v, want %v", c.present, c.password, err, c.want)
		}
	}
	if b.db.accounts["an@khoi.vn"] != stored {
		t.Error("the account was changed")
	}
	if _, err := b.Session(t.Context(), token); err != nil {
		t.Errorf("the session: %v", err)
	}
}

// Somebody who sits at an open session cannot try passwords without end.
func TestChangePasswordIsThrottled(t *testing.T) {
	b := newBench().quick()
	b.seed("an@khoi.vn", auth.Office, "")
	for range 100 {
		_, _, err := b.ChangePassword(t.Context(), "an@khoi.vn", badPassword, nextPassword, "192.0.2.1")
		if throttled := (*auth.ThrottledError)(nil); errors.As(err, &throttled) {
			return
		}
	}
	t.Error("a hundred wrong passwords were tried")
}

// An administrator gives a new password while the old one is being checked:
// what the administrator gave stays.
func TestChangePasswordYieldsToAReset(t *testing.T) {
	b := newBench().quick()
	b.seed("an@khoi.vn", auth.Office, "")
	b.ReplaceCompare(func(string, string) (bool, error) {
		b.db.edit("an@khoi.vn", func(a *store.Account) { a.PasswordHash, a.Revision = "given anew", a.Revision+1 })
		return true, nil
	})
	_, _, err := b.ChangePassword(t.Context(), "an@khoi.vn", goodPassword, nextPassword, "192.0.2.1")
	if !errors.Is(err, auth.ErrCredentials) || b.db.accounts["an@khoi.vn"].PasswordHash != "given anew" {
		t.Errorf("%v; the hash is now %q", err, b.db.accounts["an@khoi.vn"].PasswordHash)
	}
}
