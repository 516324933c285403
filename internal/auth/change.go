package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/text/unicode/norm"

	"hailong/internal/store"
)

// ChangePassword gives the account of a person who knows its password another
// one, ends all its sessions and opens a new one, whose token and end it
// returns as Login does. Where somebody changed the account meanwhile, as an
// administrator who gives it a new password, that stays and the error is
// ErrCredentials. The others are those of Login, ErrPasswordSame,
// ErrPasswordLength, ErrPasswordText and ErrPasswordObvious. After an error of
// the store, log in with the new password or repeat it.
func (a *Accounts) ChangePassword(ctx context.Context, email, present, password, client string) (token string, expires time.Time, err error) {
	token, expires, err = a.changePassword(ctx, email, present, password, client)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("change password of %s: %w", email, err)
	}
	return token, expires, nil
}

func (a *Accounts) changePassword(ctx context.Context, email, present, password, client string) (string, time.Time, error) {
	account, err := a.prove(ctx, email, present, client)
	if err != nil {
		return "", time.Time{}, err
	}
	if norm.NFC.String(password) == norm.NFC.String(present) {
		return "", time.Time{}, ErrPasswordSame
	}
	if account.PasswordHash, err = a.newHash(ctx, account.Email, password); err != nil {
		return "", time.Time{}, err
	}
	err = a.db.PutAccount(ctx, account)
	if errors.Is(err, store.ErrConflict) {
		err = ErrCredentials
	}
	if err == nil {
		err = a.db.RemoveSessionsOf(ctx, account.Email)
	}
	if err != nil {
		return "", time.Time{}, err
	}
	return a.open(ctx, account)
}
