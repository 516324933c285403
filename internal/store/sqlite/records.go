package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"hailong/internal/store"
	"hailong/internal/survey"
)

// Register keeps the contract.
func (s *Store) Register(ctx context.Context) ([]byte, int64, error) {
	var data []byte
	var revision int64
	err := s.reader.QueryRowContext(ctx, `SELECT data, revision FROM register`).Scan(&data, &revision)
	return data, revision, failed(ctx, "register", err)
}

// RegisterRevision keeps the contract.
func (s *Store) RegisterRevision(ctx context.Context) (int64, error) {
	var revision int64
	err := s.reader.QueryRowContext(ctx, `SELECT revision FROM register`).Scan(&revision)
	return revision, failed(ctx, "register revision", err)
}

// PutRegister keeps the contract.
func (s *Store) PutRegister(ctx context.Context, data []byte, revision int64) (int64, error) {
	err := s.change(ctx, fmt.Sprintf("put register over revision %d", revision), func(tx *sql.Tx) error {
		done, err := changed(tx.Exec(`UPDATE register SET data = ?, revision = revision + 1 WHERE revision = ?`, data, revision))
		if err == nil && !done {
			return store.ErrConflict
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return revision + 1, nil
}

const (
	insertPin = `INSERT INTO pins (form, version, hash, source) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	selectPin = `SELECT form, version, hash, source FROM pins`
)

// PinForm keeps the contract.
func (s *Store) PinForm(ctx context.Context, pin store.Pin) (store.Pin, error) {
	var stored store.Pin
	err := s.change(ctx, fmt.Sprintf("pin form %s version %d", pin.Form.ID, pin.Form.Version), func(tx *sql.Tx) error {
		if _, err := tx.Exec(insertPin, pin.Form.ID, pin.Form.Version, pin.Hash, pin.Source); err != nil {
			return err
		}
		var err error
		stored, err = readPin(tx.QueryRow(selectPin+` WHERE form = ? AND version = ?`, pin.Form.ID, pin.Form.Version).Scan)
		return err
	})
	return stored, err
}

// Pins keeps the contract.
func (s *Store) Pins(ctx context.Context) ([]store.Pin, error) {
	found, err := list(ctx, s.reader, readPin, selectPin+` ORDER BY form, version`)
	return found, failed(ctx, "pins", err)
}

func readPin(scan func(...any) error) (store.Pin, error) {
	pin := store.Pin{Form: survey.Ref{}}
	return pin, scan(&pin.Form.ID, &pin.Form.Version, &pin.Hash, &pin.Source)
}
