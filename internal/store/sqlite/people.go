package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"hailong/internal/store"
)

const selectAccount = `SELECT email, role, agency, password_hash, disabled, created, revision FROM accounts`

// Account keeps the contract.
func (s *Store) Account(ctx context.Context, email string) (store.Account, error) {
	a, err := readAccount(s.reader.QueryRowContext(ctx, selectAccount+` WHERE email = ?`, email).Scan)
	return a, failed(ctx, fmt.Sprintf("account %q", email), err)
}

// Accounts keeps the contract.
func (s *Store) Accounts(ctx context.Context) ([]store.Account, error) {
	found, err := list(ctx, s.reader, readAccount, selectAccount+` ORDER BY email`)
	return found, failed(ctx, "accounts", err)
}

func readAccount(scan func(...any) error) (store.Account, error) {
	var a store.Account
	var created int64
	err := scan(&a.Email, &a.Role, &a.Agency, &a.PasswordHash, &a.Disabled, &created, &a.Revision)
	a.Created = time.UnixMilli(created).UTC()
	return a, err
}

const (
	insertAccount = `INSERT INTO accounts (email, role, agency, password_hash, disabled, created, revision)
		VALUES (@email, @role, @agency, @password_hash, @disabled, @created, @revision + 1)`
	updateAccount = `UPDATE accounts SET role = @role, agency = @agency, password_hash = @password_hash,
		disabled = @disabled, created = @created, revision = revision + 1
		WHERE email = @email AND revision = @revision`
)

// PutAccount keeps the contract.
func (s *Store) PutAccount(ctx context.Context, a store.Account) error {
	write := updateAccount
	if a.Revision == 0 {
		write = insertAccount
	}
	return s.change(ctx, fmt.Sprintf("put account %q over revision %d", a.Email, a.Revision), func(tx *sql.Tx) error {
		done, err := changed(tx.Exec(write, sql.Named("email", a.Email), sql.Named("role", a.Role), sql.Named("agency", a.Agency),
			sql.Named("password_hash", a.PasswordHash), sql.Named("disabled", a.Disabled),
			sql.Named("created", a.Created.UnixMilli()), sql.Named("revision", a.Revision)))
		if err == nil && !done {
			return store.ErrConflict
		}
		return err
	})
}

// AddSession keeps the contract.
func (s *Store) AddSession(ctx context.Context, session store.Session) error {
	return s.changeSessions(ctx, "add session", `INSERT INTO sessions (token_hash, email, expires) VALUES (?, ?, ?)`,
		session.TokenHash[:], session.Email, session.Expires.UnixMilli())
}

const selectSession = `SELECT token_hash, email, expires FROM sessions WHERE token_hash = ?`

// Session keeps the contract.
func (s *Store) Session(ctx context.Context, tokenHash [32]byte) (store.Session, error) {
	var session store.Session
	var hash []byte
	var expires int64
	err := s.reader.QueryRowContext(ctx, selectSession, tokenHash[:]).Scan(&hash, &session.Email, &expires)
	copy(session.TokenHash[:], hash)
	session.Expires = time.UnixMilli(expires).UTC()
	return session, failed(ctx, "session", err)
}

// RemoveSession keeps the contract.
func (s *Store) RemoveSession(ctx context.Context, tokenHash [32]byte) error {
	return s.changeSessions(ctx, "remove session", `DELETE FROM sessions WHERE token_hash = ?`, tokenHash[:])
}

// RemoveSessionsOf keeps the contract.
func (s *Store) RemoveSessionsOf(ctx context.Context, email string) error {
	return s.changeSessions(ctx, fmt.Sprintf("remove sessions of %q", email), `DELETE FROM sessions WHERE email = ?`, email)
}

// RemoveSessionsBefore keeps the contract.
func (s *Store) RemoveSessionsBefore(ctx context.Context, t time.Time) error {
	return s.changeSessions(ctx, fmt.Sprintf("remove sessions before %s", t), `DELETE FROM sessions WHERE expires < ?`, t.UnixMilli())
}

func (s *Store) changeSessions(ctx context.Context, operation, statement string, args ...any) error {
	return s.change(ctx, operation, func(tx *sql.Tx) error {
		_, err := tx.Exec(statement, args...)
		return err
	})
}
