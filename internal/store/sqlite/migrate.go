package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"hailong/internal/store"
)

// migrations are numbered from 1 without a gap; the number of the last one is
// the version of the tables. A file that was released is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks the files of hailong; migration 1 writes it.
const applicationID = 0x4861696c

// untilFree repeats the first access to a file while others open it too. The
// switch of a new file to its write-ahead log does not wait for another's lock,
// whatever the busy timeout says.
func untilFree(ctx context.Context, access func() error) error {
	const (
		tries = 100
		pause = 50 * time.Millisecond
	)
	var err error
	for range tries {
		var fault *sqlite.Error
		if err = access(); !errors.As(err, &fault) || fault.Code()&0xff != sqlite3.SQLITE_BUSY {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
	return err
}

// migrate brings the tables up to date in one transaction, so that of two
// processes one does it and the other finds it done.
func migrate(ctx context.Context, db *sql.DB) error {
	names, err := fs.Glob(migrations, "migrations/*.sql") // in order
	if err != nil {
		return err
	}
	return transaction(ctx, db, func(tx *sql.Tx) error {
		version, err := versionOf(tx)
		if err != nil {
			return err
		}
		if version > len(names) {
			return fmt.Errorf("%w: its tables have version %d, known are %d", store.ErrNewerSchema, version, len(names))
		}
		for i, name := range names[version:] {
			if err := apply(tx, version+i+1, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// versionOf returns the version of the tables; 0 when there are none. A
// database of another program is left alone.
func versionOf(tx *sql.Tx) (int, error) {
	var id, version, tables int
	err := tx.QueryRow(`SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id, pragma_user_version`).Scan(&id, &version, &tables)
	if err != nil {
		return 0, err
	}
	fresh := id == 0 && version == 0 && tables == 0
	if id != applicationID && !fresh {
		return 0, fmt.Errorf("%w: the file is a database of another program", store.ErrUnavailable)
	}
	return version, nil
}

func apply(tx *sql.Tx, version int, name string) error {
	script, err := migrations.ReadFile(name)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(string(script) + fmt.Sprintf("\nPRAGMA user_version = %d;", version)); err != nil {
		return fmt.Errorf("apply %s: %w", name, err)
	}
	return nil
}
