package auth_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
)

// watched is a store that counts, and that can be held up and made to fail.
type watched struct {
	*sqlite.Store
	reads, writes atomic.Int64
	beforeRead    func()
	failWrite     error
}

func (w *watched) Records(ctx context.Context, span store.Span) ([]store.Record, error) {
	w.reads.Add(1)
	if w.beforeRead != nil {
		w.beforeRead()
	}
	return w.Store.Records(ctx, span)
}

func (w *watched) PutRecords(ctx context.Context, records []store.Record) error {
	w.writes.Add(1)
	if w.failWrite != nil {
		return w.failWrite
	}
	return w.Store.PutRecords(ctx, records)
}

// keyring is the keys of one process, on a store with a clock.
type keyring struct {
	*auth.Keys
	db    *watched
	clock *clock
}

var saigon = time.FixedZone("ICT", 7*3600)

const startDay = calendar.Day(20_727) // 2026-10-01, on which the clock starts

func newKeys(t *testing.T) keyring {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hailong.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return keyring{db: &watched{Store: s}, clock: &clock{t: start}}.another()
}

// another returns the keys of another process on the same store.
func (k keyring) another() keyring {
	db := &watched{Store: k.db.Store}
	exists := func(ctx context.Context, code string) (bool, error) { return code == "stp", ctx.Err() }
	return keyring{auth.NewKeys(db, exists, k.clock.now, saigon), db, k.clock}
}

func (k keyring) add(t *testing.T, name string, scopes ...auth.Scope) (secret string) {
	t.Helper()
	if len(scopes) == 0 {
		scopes = []auth.Scope{auth.ReadScores}
	}
	secret, err := k.Add(t.Context(), name, scopes, "")
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// check demands the outcome of a check.
func (k keyring) check(t *testing.T, secret string, want error) {
	t.Helper()
	if _, err := k.Check(t.Context(), secret); !errors.Is(err, want) {
		t.Errorf("Check: %v, want %v", err, want)
	}
}

// lastUsed returns what the store says of one key.
func (k keyring) lastUsed(t *testing.T, name string) string {
	t.Helper()
	keys, err := k.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if key.Name == name && key.LastUsed != nil {
			return key.LastUsed.String()
		}
	}
	return "never"
}

func TestParseScope(t *testing.T) {
	for _, scope := range auth.Scopes() {
		if got, err := auth.ParseScope(string(scope)); got != scope || err != nil {
			t.Errorf("ParseScope(%q): %q, %v", scope, got, err)
		}
		if !strings.Contains(auth.ErrScope.Error(), string(scope)) {
			t.Errorf("the error does not name %s", scope)
		}
	}
	for _, name := range []string{"", "scores", "Scores:read", "scores:read ", "scores:write", "*"} {
		if got, err := auth.ParseScope(name); got != "" || !errors.Is(err, auth.ErrScope) {
			t.Errorf("ParseScope(%q): %q, %v", name, got, err)
		}
	}
}

func TestAddCheckAndListKeys(t *testing.T) {
	k := newKeys(t)
	secret, err := k.Add(t.Context(), "so-noi-vu", []auth.Scope{auth.WriteServed, auth.ReadScores, auth.WriteServed}, "stp")
	if err != nil || !regexp.MustCompile(`^hl_[A-Za-z0-9_-]{43}$`).MatchString(secret) {
		t.Fatalf("Add: %q, %v", secret, err)
	}
	other := k.add(t, "a", auth.Scopes()...)
	want := []auth.Key{
		{Name: "a", Scopes: auth.Scopes(), Created: startDay},
		{Name: "so-noi-vu", Scopes: []auth.Scope{auth.ReadScores, auth.WriteServed}, Agency: "stp", Created: startDay},
	}
	listed, err := k.List(t.Context())
	if diff := cmp.Diff(want, listed); diff != "" || err != nil {
		t.Errorf("List: %v %s", err, diff)
	}
	for i, one := range []string{other, secret} {
		got, err := k.Check(t.Context(), one)
		if diff := cmp.Diff(want[i], got); diff != "" || err != nil {
			t.Errorf("Check: %v %s", err, diff)
		}
	}
	records, err := k.db.Store.Records(t.Context(), store.Span{Kind: "key"})
	if err != nil || len(records) != 2 {
		t.Fatal(len(records), err)
	}
	for _, r := range records {
		for _, one := range []string{secret, other} {
			if strings.Contains(string(r.Data), one[len("hl_"):]) {
				t.Errorf("the secret is stored: %s", r.Data)
			}
		}
	}
}

func TestKeyMay(t *testing.T) {
	revoked := startDay
	for _, c := range []struct {
		key    auth.Key
		scope  auth.Scope
		agency string
		want   bool
	}{
		{auth.Key{Scopes: []auth.Scope{auth.ReadScores}}, auth.ReadScores, "", true},
		{auth.Key{Scopes: []auth.Scope{auth.ReadScores}}, auth.ReadScores, "stp", true},
		{auth.Key{Scopes: []auth.Scope{auth.ReadScores}}, auth.ReadResponses, "", false},
		{auth.Key{Scopes: []auth.Scope{auth.ReadScores}, Agency: "stp"}, auth.ReadScores, "stp", true},
		{auth.Key{Scopes: []auth.Scope{auth.ReadScores}, Agency: "stp"}, auth.ReadScores, "sxd", false},
		{auth.Key{Scopes: []auth.Scope{auth.ReadScores}, Agency: "stp"}, auth.ReadScores, "", false},
		{auth.Key{Scopes: []auth.Scope{auth.ReadScores}, Revoked: &revoked}, auth.ReadScores, "", false},
		{auth.Key{}, auth.ReadScores, "", false},
	} {
		if got := c.key.May(c.scope, c.agency); got != c.want {
			t.Errorf("%+v may %s at %q: %v", c.key, c.scope, c.agency, got)
		}
	}
}

func TestAddKeyRefuses(t *testing.T) {
	k := newKeys(t)
	k.add(t, "taken")
	read := []auth.Scope{auth.ReadScores}
	for _, c := range []struct {
		name   string
		scopes []auth.Scope
		agency string
		want   error
	}{
		{"", read, "", auth.ErrKeyName},
		{"Taken", read, "", auth.ErrKeyName},
		{"sở", read, "", auth.ErrKeyName},
		{"a b", read, "", auth.ErrKeyName},
		{"a\n", read, "", auth.ErrKeyName},
		{strings.Repeat("a", 41), read, "", auth.ErrKeyName},
		{"new", nil, "", auth.ErrNoScope},
		{"new", []auth.Scope{auth.ReadScores, "scores:write"}, "", auth.ErrScope},
		{"new", read, "sxd", auth.ErrAgencyUnknown},
		{"taken", read, "", store.ErrExists},
	} {
		if secret, err := k.Add(t.Context(), c.name, c.scopes, c.agency); secret != "" || !errors.Is(err, c.want) {
			t.Errorf("Add %q %v %q: %q, %v; want %v", c.name, c.scopes, c.agency, secret, err, c.want)
		}
	}
	if keys, err := k.List(t.Context()); len(keys) != 1 || err != nil {
		t.Errorf("List: %v, %v", keys, err)
	}
	k.add(t, strings.Repeat("0", 40))
}

func TestRevoke(t *testing.T) {
	k := newKeys(t)
	secret, other := k.add(t, "a"), k.add(t, "b")
	k.check(t, secret, nil)
	for range 2 { // the second changes nothing
		if err := k.Revoke(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		k.check(t, secret, auth.ErrKeyRevoked)
		k.check(t, other, nil)
		k.clock.advance(24 * time.Hour)
	}
	keys, err := k.List(t.Context())
	if err != nil || keys[0].Revoked == nil || *keys[0].Revoked != startDay || keys[1].Revoked != nil {
		t.Errorf("List: %+v, %v", keys, err)
	}
	if _, err := k.Add(t.Context(), "a", auth.Scopes(), ""); !errors.Is(err, store.ErrExists) {
		t.Errorf("Add with the name of a revoked key: %v", err)
	}
	if err := k.Revoke(t.Context(), "never"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Revoke of a key that never was: %v", err)
	}
}

func TestErrorsOfTheStoreAreKeptAndNeverRepeatTheSecret(t *testing.T) {
	k := newKeys(t)
	secret := k.add(t, "a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, addErr := k.Add(ctx, "b", auth.Scopes(), "")
	_, agencyErr := k.Add(ctx, "b", auth.Scopes(), "stp")
	_, listErr := k.List(ctx)
	_, checkErr := k.Check(ctx, secret)
	for name, err := range map[string]error{
		"Add": addErr, "Add for an agency": agencyErr, "List": listErr, "Check": checkErr, "Revoke": k.Revoke(ctx, "a"),
	} {
		if !errors.Is(err, context.Canceled) || strings.Contains(fmt.Sprint(err), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	k.check(t, secret, nil)
}

func TestASpoiledRecordIsAnError(t *testing.T) {
	for _, data := range []string{"", "{", `{"name":"a","hash":"xx"}`, `{"name":"a","scopes":7}`} {
		k := newKeys(t)
		if err := k.db.PutRecords(t.Context(), []store.Record{{Kind: "key", Key: "a", Data: []byte(data)}}); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Check(t.Context(), "hl_"+strings.Repeat("A", 43)); err == nil || errors.Is(err, auth.ErrKeyUnknown) {
			t.Errorf("Check with a record %q: %v", data, err)
		}
	}
}
