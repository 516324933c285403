package demo_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"hailong/internal/auth"
	"hailong/internal/demo"
	"hailong/internal/org"
	"hailong/internal/store"
)

// accounts takes whatever is put into it.
type accounts struct {
	auth.Store
	put []store.Account
}

func (a *accounts) PutAccount(_ context.Context, account store.Account) error {
	a.put = append(a.put, account)
	return nil
}

func TestUsersAreAcceptedAndOfEveryRole(t *testing.T) {
	register, db := register(t), new(accounts)
	exists := func(_ context.Context, code string) (bool, error) { return register.Agency(code) != nil, nil }
	all := auth.New(db, exists, func() time.Time { return last.Midnight(time.UTC) })
	for _, u := range demo.Users() {
		if err := all.Add(t.Context(), u.Email, u.Role, u.Agency, u.Password); err != nil {
			t.Errorf("%s: %v", u.Email, err)
		}
		if !strings.HasSuffix(u.Email, "@mau.hailong.example") {
			t.Errorf("%s is not marked as a sample", u.Email)
		}
	}
	for _, role := range auth.Roles() {
		if !slices.ContainsFunc(db.put, func(a store.Account) bool { return a.Role == string(role) }) {
			t.Errorf("nobody is %s", role)
		}
	}
}

func TestLeadersHaveAgenciesOfToday(t *testing.T) {
	register, agencies := register(t), map[string]bool{}
	for _, u := range demo.Users() {
		if u.Role != auth.Leader {
			continue
		}
		agency := register.Agency(u.Agency)
		if place := (org.Place{Agency: agency, Counter: &agency.Counters[0]}); !place.OpenOn(last) {
			t.Errorf("%s leads %s, which is not open", u.Email, u.Agency)
		}
		agencies[u.Agency] = true
	}
	if len(agencies) != 2 {
		t.Errorf("the leaders have the agencies %v", agencies)
	}
}
