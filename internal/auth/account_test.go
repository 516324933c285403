package auth_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/auth"
	"hailong/internal/store"
)

func TestAddAndList(t *testing.T) {
	b := newBench()
	b.add(t, " Le@Khoi.vn ", auth.Leader, "stp")
	b.clock.advance(time.Hour)
	b.add(t, "admin@khoi.vn", auth.Admin, "")
	got, err := b.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	created := time.Date(2026, 10, 1, 1, 0, 0, 123_000_000, time.UTC)
	want := []auth.Account{
		{User: auth.User{Email: "admin@khoi.vn", Role: auth.Admin}, Created: created.Add(time.Hour)},
		{User: auth.User{Email: "le@khoi.vn", Role: auth.Leader, Agency: "stp"}, Created: created},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAddRefuses(t *testing.T) {
	b := newBench()
	b.add(t, "an@khoi.vn", auth.Office, "")
	for name, c := range map[string]struct {
		email  string
		role   auth.Role
		agency string
		want   error
	}{
		"no email":              {"an", auth.Office, "", auth.ErrEmail},
		"email taken":           {"AN@khoi.vn", auth.Auditor, "", store.ErrExists},
		"no role":               {"le@khoi.vn", "", "", auth.ErrRole},
		"unknown role":          {"le@khoi.vn", "director", "", auth.ErrRole},
		"leader without agency": {"le@khoi.vn", auth.Leader, "", auth.ErrAgencyMissing},
		"clerk without agency":  {"le@khoi.vn", auth.Clerk, "", auth.ErrAgencyMissing},
		"unknown agency":        {"le@khoi.vn", auth.Clerk, "xyz", auth.ErrAgencyUnknown},
		"admin with agency":     {"le@khoi.vn", auth.Admin, "stp", auth.ErrAgencyGiven},
		"office with agency":    {"le@khoi.vn", auth.Office, "stp", auth.ErrAgencyGiven},
		"reviewer, no such one": {"le@khoi.vn", auth.Reviewer, "xyz", auth.ErrAgencyUnknown},
		"auditor with agency":   {"le@khoi.vn", auth.Auditor, "xyz", auth.ErrAgencyGiven},
	} {
		t.Run(name, func(t *testing.T) {
			err := b.Add(t.Context(), c.email, c.role, c.agency, goodPassword)
			if !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if len(b.db.accounts) != 1 {
				t.Errorf("%d accounts", len(b.db.accounts))
			}
		})
	}
}

func TestEveryRoleCanBeAdded(t *testing.T) {
	b := newBench()
	for _, role := range auth.Roles() {
		agency := ""
		if role.BoundToAgency() {
			agency = "sxd"
		}
		b.add(t, string(role)+"@khoi.vn", role, agency)
		u, err := b.Session(t.Context(), b.login(t, string(role)+"@khoi.vn"))
		if want := (auth.User{Email: string(role) + "@khoi.vn", Role: role, Agency: agency}); err != nil || u != want {
			t.Errorf("session of %+v, %v; want %+v", u, err, want)
		}
	}
}

func TestResetChangesThePasswordAndEndsSessions(t *testing.T) {
	b := newBench()
	b.add(t, "an@khoi.vn", auth.Office, "")
	b.add(t, "le@khoi.vn", auth.Office, "")
	mine, theirs := b.login(t, "an@khoi.vn"), b.login(t, "le@khoi.vn")
	if err := b.Reset(t.Context(), "An@khoi.vn", "một mật khẩu khác"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Session(t.Context(), mine); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("the old session: %v", err)
	}
	if _, err := b.Session(t.Context(), theirs); err != nil {
		t.Errorf("the session of somebody else: %v", err)
	}
	if err := b.try(t, "an@khoi.vn", goodPassword, "192.0.2.1"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("the old password: %v", err)
	}
	if err := b.try(t, "an@khoi.vn", "một mật khẩu khác", "192.0.2.1"); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

func TestResetRefuses(t *testing.T) {
	b := newBench()
	b.add(t, "an@khoi.vn", auth.Office, "")
	token := b.login(t, "an@khoi.vn")
	for _, c := range []struct {
		email, password string
		want            error
	}{
		{"an", goodPassword, auth.ErrEmail},
		{"le@khoi.vn", goodPassword, store.ErrNotFound},
		{"an@khoi.vn", "short", auth.ErrPasswordLength},
		{"an@khoi.vn", "password123", auth.ErrPasswordObvious},
	} {
		if err := b.Reset(t.Context(), c.email, c.password); !errors.Is(err, c.want) {
			t.Errorf("Reset(%q, %q): %v, want %v", c.email, c.password, err, c.want)
		}
	}
	if _, err := b.Session(t.Context(), token); err != nil {
		t.Errorf("a refused reset ended the session: %v", err)
	}
}

func TestDisableAndEnable(t *testing.T) {
	b := newBench()
	b.add(t, "an@khoi.vn", auth.Office, "")
	token := b.login(t, "an@khoi.vn")
	for range 2 { // the second changes nothing
		if err := b.Disable(t.Context(), "AN@khoi.vn"); err != nil {
			t.Fatal(err)
		}
	}
	if accounts, err := b.List(t.Context()); err != nil || !accounts[0].Disabled {
		t.Errorf("%+v, %v", accounts, err)
	}
	if err := b.try(t, "an@khoi.vn", goodPassword, "192.0.2.1"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("login while disabled: %v", err)
	}
	if err := b.Enable(t.Context(), "An@khoi.vn"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Session(t.Context(), token); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("the session from before came back: %v", err)
	}
	b.login(t, "an@khoi.vn")
}

func TestDisableAndEnableRefuse(t *testing.T) {
	b := newBench()
	for _, c := range []struct {
		email string
		want  error
	}{{"nobody", auth.ErrEmail}, {"nobody@khoi.vn", store.ErrNotFound}} {
		if err := b.Disable(t.Context(), c.email); !errors.Is(err, c.want) {
			t.Errorf("Disable(%q): %v", c.email, err)
		}
		if err := b.Enable(t.Context(), c.email); !errors.Is(err, c.want) {
			t.Errorf("Enable(%q): %v", c.email, err)
		}
	}
}

func TestTheLastEnabledAdminStays(t *testing.T) {
	b := newBench()
	b.seed("a@khoi.vn", auth.Admin, "")
	b.seed("b@khoi.vn", auth.Admin, "")
	b.seed("office@khoi.vn", auth.Office, "")
	if err := b.Disable(t.Context(), "b@khoi.vn"); err != nil {
		t.Fatal(err)
	}
	if err := b.Disable(t.Context(), "a@khoi.vn"); !errors.Is(err, auth.ErrLastAdmin) {
		t.Errorf("disabling the last admin: %v", err)
	}
	if err := b.Disable(t.Context(), "b@khoi.vn"); err != nil {
		t.Errorf("disabling a disabled admin: %v", err)
	}
	if err := b.Disable(t.Context(), "office@khoi.vn"); err != nil {
		t.Errorf("disabling somebody else: %v", err)
	}
	if b.db.accounts["a@khoi.vn"].Disabled || !b.db.accounts["b@khoi.vn"].Disabled {
		t.Errorf("%+v", b.db.accounts)
	}
}

func TestDisableIsTakenBackIfTheOtherAdminGoesMeanwhile(t *testing.T) {
	b := newBench()
	b.seed("a@khoi.vn", auth.Admin, "")
	b.seed("b@khoi.vn", auth.Admin, "")
	b.db.afterPutAccount = func() { b.db.edit("b@khoi.vn", func(a *store.Account) { a.Disabled = true }) }
	if err := b.Disable(t.Context(), "a@khoi.vn"); !errors.Is(err, auth.ErrLastAdmin) {
		t.Errorf("%v", err)
	}
	if b.db.accounts["a@khoi.vn"].Disabled {
		t.Error("no admin is left")
	}
}

func TestTakingBackDoesNotEnableWhoWasDisabledBefore(t *testing.T) {
	b := newBench()
	b.seed("a@khoi.vn", auth.Admin, "")
	b.seed("b@khoi.vn", auth.Admin, "")
	b.db.edit("a@khoi.vn", func(a *store.Account) { a.Disabled = true })
	b.db.afterPutAccount = func() { b.db.edit("b@khoi.vn", func(a *store.Account) { a.Disabled = true }) }
	if err := b.Disable(t.Context(), "a@khoi.vn"); !errors.Is(err, auth.ErrLastAdmin) {
		t.Errorf("%v", err)
	}
	if !b.db.accounts["a@khoi.vn"].Disabled {
		t.Error("disabling enabled the account")
	}
}

func TestDisableIsTakenBackIfTheContextEndsMeanwhile(t *testing.T) {
	b := newBench()
	b.seed("a@khoi.vn", auth.Admin, "")
	b.seed("b@khoi.vn", auth.Admin, "")
	ctx, cancel := context.WithCancel(t.Context())
	b.db.afterPutAccount = cancel
	if err := b.Disable(ctx, "a@khoi.vn"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if b.db.accounts["a@khoi.vn"].Disabled {
		t.Error("an error came back, and yet the account is disabled")
	}
}

func TestAdminsWhoDisableEachOther(t *testing.T) {
	for range 300 {
		b := newBench()
		emails := []string{"a@khoi.vn", "b@khoi.vn", "c@khoi.vn"}
		for _, email := range emails {
			b.seed(email, auth.Admin, "")
		}
		var all sync.WaitGroup
		for _, email := range emails {
			all.Go(func() {
				if err := b.Disable(t.Context(), email); err != nil && !errors.Is(err, auth.ErrLastAdmin) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		enabled := 0
		for _, a := range b.db.accounts {
			if !a.Disabled {
				enabled++
			}
		}
		if enabled == 0 {
			t.Fatal("no admin is left")
		}
	}
}

func TestAChangeThatMeetsAnotherIsRepeated(t *testing.T) {
	b := newBench()
	b.add(t, "an@khoi.vn", auth.Office, "")
	conflicts := 0
	b.ReplaceStore(conflicting{b.db, func(email string) bool {
		conflicts++
		if conflicts < 3 {
			b.db.edit(email, func(a *store.Account) { a.Role = string(auth.Auditor) })
		}
		return conflicts < 3
	}})
	if err := b.Disable(t.Context(), "an@khoi.vn"); err != nil {
		t.Fatal(err)
	}
	if a := b.db.accounts["an@khoi.vn"]; !a.Disabled || a.Role != string(auth.Auditor) {
		t.Errorf("one of the two changes was lost: %+v", a)
	}
	b.ReplaceStore(conflicting{b.db, func(string) bool { return true }})
	if err := b.Enable(t.Context(), "an@khoi.vn"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("endless conflicts: %v", err)
	}
}

// conflicting is a store in which somebody else is often faster.
type conflicting struct {
	*memory
	overtaken func(email string) bool
}

func (c conflicting) PutAccount(ctx context.Context, a store.Account) error {
	if c.overtaken(a.Email) {
		return store.ErrConflict
	}
	return c.memory.PutAccount(ctx, a)
}

func TestErrorsOfTheStoreAreKeptAndNeverRepeatThePassword(t *testing.T) {
	b := newBench()
	b.add(t, "an@khoi.vn", auth.Office, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, listErr := b.List(ctx)
	_, _, _, loginErr := b.Login(ctx, "an@khoi.vn", goodPassword, "192.0.2.1")
	_, sessionErr := b.Session(ctx, "any token")
	for name, err := range map[string]error{
		"Add":          b.Add(ctx, "le@khoi.vn", auth.Office, "", goodPassword),
		"Add a leader": b.Add(ctx, "le@khoi.vn", auth.Leader, "stp", goodPassword),
		"List":         listErr,
		"Reset":        b.Reset(ctx, "an@khoi.vn", goodPassword),
		"Disable":      b.Disable(ctx, "an@khoi.vn"),
		"Enable":       b.Enable(ctx, "an@khoi.vn"),
		"Login":        loginErr,
		"Session":      sessionErr,
		"Logout":       b.Logout(ctx, "any token"),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), goodPassword) || strings.Contains(err.Error(), "any token")) {
			t.Errorf("%s repeats a secret: %v", name, err)
		}
	}
}
