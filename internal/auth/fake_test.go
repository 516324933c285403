package auth_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/auth"
	"hailong/internal/store"
)

// memory is a working store of accounts and sessions. Its hooks run after the
// write they are named for, outside the lock, once.
type memory struct {
	mu       sync.Mutex
	accounts map[string]store.Account
	sessions map[[32]byte]store.Session

	afterPutAccount, afterAddSession func()
}

func newMemory() *memory {
	return &memory{accounts: map[string]store.Account{}, sessions: map[[32]byte]store.Session{}}
}

func (m *memory) Account(ctx context.Context, email string) (store.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.accounts[email]
	if ctx.Err() == nil && !ok {
		return store.Account{}, store.ErrNotFound
	}
	return a, ctx.Err()
}

func (m *memory) Accounts(ctx context.Context) ([]store.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	byEmail := func(a, b store.Account) int { return strings.Compare(a.Email, b.Email) }
	return slices.SortedFunc(maps.Values(m.accounts), byEmail), ctx.Err()
}

func (m *memory) PutAccount(ctx context.Context, a store.Account) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	if stored := m.accounts[a.Email]; stored.Revision != a.Revision {
		m.mu.Unlock()
		if a.Revision == 0 {
			return store.ErrExists
		}
		return store.ErrConflict
	}
	a.Revision++
	m.accounts[a.Email] = a
	hook := take(&m.afterPutAccount)
	m.mu.Unlock()
	hook()
	return nil
}

func (m *memory) AddSession(ctx context.Context, s store.Session) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	if _, taken := m.sessions[s.TokenHash]; taken {
		m.mu.Unlock()
		return store.ErrExists
	}
	m.sessions[s.TokenHash] = s
	hook := take(&m.afterAddSession)
	m.mu.Unlock()
	hook()
	return nil
}

func (m *memory) Session(ctx context.Context, tokenHash [32]byte) (store.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[tokenHash]
	if ctx.Err() == nil && !ok {
		return store.Session{}, store.ErrNotFound
	}
	return s, ctx.Err()
}

func (m *memory) RemoveSession(ctx context.Context, tokenHash [32]byte) error {
	return m.removeSessions(ctx, func(s store.Session) bool { return s.TokenHash == tokenHash })
}

func (m *memory) RemoveSessionsOf(ctx context.Context, email string) error {
	return m.removeSessions(ctx, func(s store.Session) bool { return s.Email == email })
}

func (m *memory) RemoveSessionsBefore(ctx context.Context, t time.Time) error {
	return m.removeSessions(ctx, func(s store.Session) bool { return s.Expires.Before(t) })
}

func (m *memory) removeSessions(ctx context.Context, which func(store.Session) bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() == nil {
		maps.DeleteFunc(m.sessions, func(_ [32]byte, s store.Session) bool { return which(s) })
	}
	return ctx.Err()
}

// edit changes an account behind the back of the code under test.
func (m *memory) edit(email string, change func(*store.Account)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accounts[email]
	change(&a)
	a.Email = email
	a.Revision++
	m.accounts[email] = a
}

// take returns the hook, if there is one, and removes it.
func take(hook *func()) func() {
	f := *hook
	*hook = nil
	if f == nil {
		return func() {}
	}
	return f
}

// clock is a clock that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// bench is accounts on a fake store, with a clock and a register that knows
// the agencies stp and sxd.
type bench struct {
	*auth.Accounts
	db    *memory
	clock *clock
}

var start = time.Date(2026, 10, 1, 8, 0, 0, 123_456_789, time.FixedZone("ICT", 7*3600))

func newBench() bench {
	db, c := newMemory(), &clock{t: start}
	exists := func(ctx context.Context, code string) (bool, error) {
		return code == "stp" || code == "sxd", ctx.Err()
	}
	return bench{auth.New(db, exists, c.now), db, c}
}

const (
	goodPassword = "Quầy số 7 mở cửa"
	badPassword  = "Quầy số 8 mở cửa"
)

// quick replaces argon2id: only goodPassword is right, for every account.
func (b bench) quick() bench {
	b.ReplaceCompare(func(password, _ string) (bool, error) { return password == goodPassword, nil })
	return b
}

// seed stores an enabled account without going through Add.
func (b bench) seed(email string, role auth.Role, agency string) {
	b.db.edit(email, func(a *store.Account) {
		a.Role, a.Agency, a.PasswordHash = string(role), agency, auth.Decoy
	})
}

func (b bench) add(t *testing.T, email string, role auth.Role, agency string) {
	t.Helper()
	if err := b.Add(t.Context(), email, role, agency, goodPassword); err != nil {
		t.Fatal(err)
	}
}

// login returns the token of a login that must succeed.
func (b bench) login(t *testing.T, email string) string {
	t.Helper()
	token, _, _, err := b.Login(t.Context(), email, goodPassword, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// try returns the error of a login.
func (b bench) try(t interface{ Context() context.Context }, email, password, client string) error {
	_, _, _, err := b.Login(t.Context(), email, password, client)
	return err
}
