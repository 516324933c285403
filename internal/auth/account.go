package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hailong/internal/store"
)

// What can be wrong with an account.
var (
	ErrAgencyMissing = errors.New("accounts with the role leader or clerk need an agency")
	ErrAgencyGiven   = errors.New("only accounts with the role leader, clerk or reviewer have an agency")
	ErrAgencyUnknown = errors.New("the register has no such agency")
	ErrLastAdmin     = errors.New("the last enabled admin cannot be disabled")
)

// Account is an account as it may be shown.
type Account struct {
	User
	Disabled bool      `json:"disabled"`
	Created  time.Time `json:"created"` // UTC
}

// Add makes an enabled account. The errors are ErrEmail, ErrRole,
// ErrAgencyMissing, ErrAgencyGiven, ErrAgencyUnknown, ErrPasswordLength,
// ErrPasswordText, ErrPasswordObvious, store.ErrExists where the email has an
// account, disabled or not, and those of the store.
func (a *Accounts) Add(ctx context.Context, email string, role Role, agency, password string) error {
	email, err := NormalizeEmail(email)
	if err != nil {
		return fmt.Errorf("add account: %w", err)
	}
	if err := a.add(ctx, User{Email: email, Role: role, Agency: agency}, password); err != nil {
		return fmt.Errorf("add account %s: %w", email, err)
	}
	return nil
}

func (a *Accounts) add(ctx context.Context, u User, password string) error {
	if err := a.checkRole(ctx, u.Role, u.Agency); err != nil {
		return err
	}
	hash, err := a.newHash(ctx, u.Email, password)
	if err != nil {
		return err
	}
	return a.db.PutAccount(ctx, store.Account{
		Email:        u.Email,
		Role:         string(u.Role),
		Agency:       u.Agency,
		PasswordHash: hash,
		Created:      a.now().UTC().Truncate(time.Millisecond),
	})
}

// checkRole holds role and agency against each other and the register.
func (a *Accounts) checkRole(ctx context.Context, role Role, agency string) error {
	if _, err := ParseRole(string(role)); err != nil {
		return err
	}
	switch {
	case role.BoundToAgency() && agency == "":
		return ErrAgencyMissing
	case !role.MayHaveAgency() && agency != "":
		return ErrAgencyGiven
	case agency == "":
		return nil
	}
	return needAgency(ctx, a.agencyExists, agency)
}

// needAgency returns ErrAgencyUnknown if the register has no such agency.
func needAgency(ctx context.Context, exists func(context.Context, string) (bool, error), agency string) error {
	known, err := exists(ctx, agency)
	if err != nil {
		return fmt.Errorf("look up agency %q: %w", agency, err)
	}
	if !known {
		return fmt.Errorf("agency %q: %w", agency, ErrAgencyUnknown)
	}
	return nil
}

func (a *Accounts) newHash(ctx context.Context, email, password string) (string, error) {
	password, err := acceptPassword(password, email)
	if err != nil {
		return "", err
	}
	return a.hasher.hash(ctx, password)
}

// List returns all accounts, ordered by email.
func (a *Accounts) List(ctx context.Context) ([]Account, error) {
	stored, err := a.db.Accounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	accounts := make([]Account, len(stored))
	for i, s := range stored {
		accounts[i] = Account{User: userOf(s), Disabled: s.Disabled, Created: s.Created}
	}
	return accounts, nil
}

func userOf(s store.Account) User {
	return User{Email: s.Email, Role: Role(s.Role), Agency: s.Agency}
}

// Reset gives the account a new password and ends all its sessions. After an
// error it may be repeated. The errors are ErrEmail, store.ErrNotFound,
// ErrPasswordLength, ErrPasswordText, ErrPasswordObvious and those of the
// store.
func (a *Accounts) Reset(ctx context.Context, email, password string) error {
	email, err := NormalizeEmail(email)
	if err != nil {
		return fmt.Errorf("reset password: %w", err)
	}
	if err := a.reset(ctx, email, password); err != nil {
		return fmt.Errorf("reset password of %s: %w", email, err)
	}
	return nil
}

func (a *Accounts) reset(ctx context.Context, email, password string) error {
	hash, err := a.newHash(ctx, email, password)
	if err != nil {
		return err
	}
	if err := a.change(ctx, email, func(s *store.Account) { s.PasswordHash = hash }); err != nil {
		return err
	}
	return a.db.RemoveSessionsOf(ctx, email)
}

// Disable shuts the account out and ends all its sessions; its figures and
// records stay. Disabling it again changes nothing. After an error it may be
// repeated. The errors are ErrEmail, ErrLastAdmin, store.ErrNotFound and those
// of the store.
func (a *Accounts) Disable(ctx context.Context, email string) error {
	email, err := NormalizeEmail(email)
	if err != nil {
		return fmt.Errorf("disable account: %w", err)
	}
	if err := a.disable(ctx, email); err != nil {
		return fmt.Errorf("disable account %s: %w", email, err)
	}
	return nil
}

// disable looks for another admin twice. The first look refuses; the second
// finds out that somebody disabled the other one at the same time. Then both
// take it back: rather two errors than nobody who can let anybody in.
func (a *Accounts) disable(ctx context.Context, email string) error {
	if err := a.needOtherAdmin(ctx, email); err != nil {
		return err
	}
	was := false
	err := a.change(ctx, email, func(s *store.Account) { was, s.Disabled = s.Disabled, true })
	if err != nil {
		return err
	}
	if err := a.needOtherAdmin(ctx, email); err != nil {
		undo := a.change(context.WithoutCancel(ctx), email, func(s *store.Account) { s.Disabled = was })
		return errors.Join(err, undo)
	}
	return a.db.RemoveSessionsOf(ctx, email)
}

// needOtherAdmin returns ErrLastAdmin if the account is an admin and no other
// admin is enabled.
func (a *Accounts) needOtherAdmin(ctx context.Context, email string) error {
	accounts, err := a.db.Accounts(ctx)
	if err != nil {
		return err
	}
	isAdmin, others := false, 0
	for _, s := range accounts {
		switch {
		case Role(s.Role) != Admin:
		case s.Email == email:
			isAdmin = true
		case !s.Disabled:
			others++
		}
	}
	if isAdmin && others == 0 {
		return ErrLastAdmin
	}
	return nil
}

// Enable lets a disabled account in again, with the password it had. The
// errors are ErrEmail, store.ErrNotFound and those of the store.
func (a *Accounts) Enable(ctx context.Context, email string) error {
	email, err := NormalizeEmail(email)
	if err != nil {
		return fmt.Errorf("enable account: %w", err)
	}
	if err := a.change(ctx, email, func(s *store.Account) { s.Disabled = false }); err != nil {
		return fmt.Errorf("enable account %s: %w", email, err)
	}
	return nil
}

// maxChanges is how often a change is tried while others change the account.
const maxChanges = 5

// change writes the account as edit leaves it. Where somebody else was faster
// it starts again from what they wrote.
func (a *Accounts) change(ctx context.Context, email string, edit func(*store.Account)) error {
	for try := 1; ; try++ {
		s, err := a.db.Account(ctx, email)
		if err != nil {
			return err
		}
		edit(&s)
		err = a.db.PutAccount(ctx, s)
		if !errors.Is(err, store.ErrConflict) || try == maxChanges {
			return err
		}
	}
}
