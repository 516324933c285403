package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"hailong/internal/store"
)

// failed wraps an error with the operation. Once the context has ended, that
// is the cause, whatever the driver made of it.
func failed(ctx context.Context, operation string, err error) error {
	if err == nil {
		return nil
	}
	if ended := ctx.Err(); ended != nil {
		err = ended
	}
	return fmt.Errorf("%s: %w", operation, translate(err))
}

// translate turns an error of the driver or of the file system into one of the
// contract and leaves others as they are.
func translate(err error) error {
	var fault *sqlite.Error
	var file *fs.PathError
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return store.ErrNotFound
	case errors.As(err, &fault):
		return translateCode(fault)
	case errors.As(err, &file):
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	return err
}

func translateCode(fault *sqlite.Error) error {
	switch fault.Code() {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return fmt.Errorf("%w: %w", store.ErrExists, fault)
	}
	switch fault.Code() & 0xff { // the rest tells kinds of one fault apart
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
		sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM,
		sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w: %w", store.ErrUnavailable, fault)
	}
	return fault
}
