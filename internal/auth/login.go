package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"golang.org/x/text/unicode/norm"

	"hailong/internal/store"
)

// SessionLife is how long a session lasts, counted from its login. Use does
// not prolong it.
const SessionLife = 12 * time.Hour

var (
	// ErrCredentials says that email and password do not belong to an enabled
	// account. It is the same for an unknown email, a wrong password and a
	// disabled account, and takes the same time.
	ErrCredentials = errors.New("the email or the password is wrong")
	// ErrNoSession says that a token belongs to no living session of an
	// enabled account.
	ErrNoSession = errors.New("not logged in")
)

// Login opens a session: the token for the person's cookie, 43 characters of
// A-Z a-z 0-9 _ -, new at each login; the instant at which it ends (UTC); and
// who it is. client names where the attempt comes from, an address in a short
// canonical spelling. The errors are ErrCredentials, *ThrottledError, the
// context's error and those of the store.
func (a *Accounts) Login(ctx context.Context, email, password, client string) (token string, expires time.Time, u User, err error) {
	account, err := a.prove(ctx, email, password, client)
	if err == nil {
		token, expires, err = a.open(ctx, account)
	}
	if err != nil {
		return "", time.Time{}, User{}, fmt.Errorf("login: %w", err)
	}
	return token, expires, userOf(account), nil
}

// prove returns the account that email and password belong to. Tries are
// counted, and too many are refused.
func (a *Accounts) prove(ctx context.Context, email, password, client string) (store.Account, error) {
	email, err := NormalizeEmail(email)
	if err != nil {
		email = "" // no account has it; the attempt costs what any other does
	}
	attempt, err := a.throttle.begin(a.now(), email, client)
	if err != nil {
		return store.Account{}, err
	}
	account, err := a.authenticate(ctx, email, password)
	switch {
	case err == nil:
		attempt.succeed()
	case !errors.Is(err, ErrCredentials):
		attempt.takeBack()
	}
	return account, err
}

// authenticate returns the account. It compares exactly one hash, whatever
// the email: a stranger is treated as a disabled account.
func (a *Accounts) authenticate(ctx context.Context, email, password string) (store.Account, error) {
	account, err := a.db.Account(ctx, email)
	if errors.Is(err, store.ErrNotFound) {
		account = store.Account{PasswordHash: decoy, Disabled: true}
	} else if err != nil {
		return store.Account{}, err
	}
	match, err := a.hasher.matches(ctx, norm.NFC.String(password), account.PasswordHash)
	if err != nil {
		return store.Account{}, err
	}
	if !match || account.Disabled {
		return store.Account{}, ErrCredentials
	}
	return account, nil
}

// open stores a session and then looks at the account again. Reset and Disable
// change the account first and end its sessions then, so a session that comes
// too late for them to end is seen here. It also clears away the sessions that
// have run out, so that nobody else has to.
func (a *Accounts) open(ctx context.Context, account store.Account) (token string, expires time.Time, err error) {
	token, session := a.newSession(account.Email)
	if err := a.db.RemoveSessionsBefore(ctx, a.now().UTC()); err != nil {
		return "", time.Time{}, err
	}
	if err := a.db.AddSession(ctx, session); err != nil {
		return "", time.Time{}, err
	}
	if err := a.confirm(ctx, account, session); err != nil {
		return "", time.Time{}, err
	}
	return token, session.Expires, nil
}

func (a *Accounts) newSession(email string) (token string, s store.Session) {
	var secret [32]byte
	rand.Read(secret[:]) // never fails: the runtime stops the program instead
	token = base64.RawURLEncoding.EncodeToString(secret[:])
	expires := a.now().Add(SessionLife).UTC().Truncate(time.Millisecond)
	return token, store.Session{TokenHash: digest(token), Email: email, Expires: expires}
}

// digest is what is kept of a token. The token is random, so a plain hash is
// enough.
func digest(token string) [32]byte { return sha256.Sum256([]byte(token)) }

// confirm ends the session with ErrCredentials if the password that opened it
// is no longer good.
func (a *Accounts) confirm(ctx context.Context, opened store.Account, s store.Session) error {
	current, err := a.db.Account(ctx, opened.Email)
	if err != nil {
		return err
	}
	if !current.Disabled && current.PasswordHash == opened.PasswordHash {
		return nil
	}
	if err := a.db.RemoveSession(ctx, s.TokenHash); err != nil {
		return err
	}
	return ErrCredentials
}

// Session returns whose session a token opens. Role and agency are those that
// the account has now. The errors are ErrNoSession and those of the store.
func (a *Accounts) Session(ctx context.Context, token string) (User, error) {
	u, err := a.session(ctx, token)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, ErrNoSession) {
		return User{}, ErrNoSession
	}
	if err != nil {
		return User{}, fmt.Errorf("look up session: %w", err)
	}
	return u, nil
}

func (a *Accounts) session(ctx context.Context, token string) (User, error) {
	s, err := a.db.Session(ctx, digest(token))
	if err != nil {
		return User{}, err
	}
	if !a.now().Before(s.Expires) {
		return User{}, ErrNoSession
	}
	account, err := a.db.Account(ctx, s.Email)
	if err != nil {
		return User{}, err
	}
	if account.Disabled {
		return User{}, ErrNoSession
	}
	return userOf(account), nil
}

// Logout ends the session of a token; where there is none it does nothing.
func (a *Accounts) Logout(ctx context.Context, token string) error {
	if err := a.db.RemoveSession(ctx, digest(token)); err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	return nil
}
