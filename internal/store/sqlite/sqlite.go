// Package sqlite keeps the storage contract in one SQLite file. It is the
// default: nothing to install, nothing to run beside the program. It may not
// hold any rule of the field; what it adds to the contract is durability and
// the shape of the tables (migrations).
//
// One connection writes, so writers queue here and not at the file's lock; a
// few others read and see the last commit, whatever is being written. The
// journal is a write-ahead log that is synced at each commit. A second process
// on the same file (an import beside the server) waits for its turn.
//
// The file needs a local disk. Beside it lie two more with the endings -wal
// and -shm: mount or copy the folder, never the file alone.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver

	"hailong/internal/store"
)

// Store is the contract kept in one file.
type Store struct {
	writer *sql.DB // one connection
	reader *sql.DB
	insert *sql.Stmt // on writer; one response

	counted *unchanged[[]store.State]
	tidy    tidied
}

var _ store.Store = (*Store)(nil)

// readers is how many reports are read at the same time.
const readers = 4

// Open opens the database in the file, makes both and their folder if they are
// not there, and brings the tables up to date. The error is
// store.ErrNewerSchema or store.ErrUnavailable.
func Open(ctx context.Context, path string) (*Store, error) {
	s, err := open(ctx, path)
	if err != nil {
		return nil, failed(ctx, fmt.Sprintf("open database %s", path), err)
	}
	return s, nil
}

func open(ctx context.Context, path string) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := create(path); err != nil {
		return nil, err
	}
	s := &Store{}
	if s.writer, err = sql.Open("sqlite", address(path, forWriting())); err != nil {
		return nil, err
	}
	if s.reader, err = sql.Open("sqlite", address(path, forReading())); err != nil {
		return nil, errors.Join(err, s.writer.Close())
	}
	watcher, err := sql.Open("sqlite", address(path, forReading()))
	if err != nil {
		return nil, errors.Join(err, s.writer.Close(), s.reader.Close())
	}
	s.counted = &unchanged[[]store.State]{db: watcher}
	s.writer.SetMaxOpenConns(1)
	s.reader.SetMaxOpenConns(readers)
	s.reader.SetMaxIdleConns(readers)
	if err := untilFree(ctx, func() error { return migrate(ctx, s.writer) }); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if s.insert, err = s.writer.PrepareContext(ctx, insertResponse); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// create makes the folder and an empty file that only their owner can read, as
// they hold answers and password hashes. A file that exists is not opened:
// closing it would drop the locks that this process may hold on it.
func create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// address names the file and what each of its connections begins with. The
// pragmas belong here, as one that is executed reaches only one connection of
// a pool. The wait for another process's lock comes first: setting the journal
// mode may already have to wait.
func address(path string, settings url.Values) string {
	uri := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: settings.Encode()}
	return uri.String()
}

// forWriting takes the write lock when a transaction begins: one that reads
// first and writes later fails if another process wrote in between. Sixty-four
// megabytes of pages keep the places where new ids go in memory. Thirty-two
// megabytes of log are copied to the file at once: copying four, the default,
// costs a fifth of the rate. What is deleted is overwritten with zeros.
func forWriting() url.Values {
	return url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
			"cache_size(-65536)", "wal_autocheckpoint(8192)", "secure_delete(1)",
		},
	}
}

func forReading() url.Values {
	return url.Values{"_pragma": {"busy_timeout(10000)", "query_only(1)", "foreign_keys(1)", "cache_size(-16384)"}}
}

// Ping keeps the contract by writing one row.
func (s *Store) Ping(ctx context.Context) error {
	return s.change(ctx, "ping", func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE health SET pings = pings + 1`)
		return err
	})
}

// Close copies the log into the file, so that the file alone is whole, and
// notes down what helps to plan queries.
func (s *Store) Close() error {
	_, optimized := s.writer.Exec(`PRAGMA optimize`)
	return failed(context.Background(), "close database", errors.Join(optimized, s.close()))
}

// close ends the readers first, as they keep the log from being emptied.
func (s *Store) close() error {
	read := errors.Join(s.reader.Close(), s.counted.close())
	_, copied := s.writer.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`)
	return errors.Join(read, copied, s.writer.Close())
}

// change runs one transaction. The transaction watches the context, so its
// statements do not: watching costs more than storing a response.
func (s *Store) change(ctx context.Context, operation string, do func(*sql.Tx) error) error {
	return failed(ctx, operation, transaction(ctx, s.writer, do))
}

func transaction(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // undoes what was not committed
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// changed says whether a statement changed a row.
func changed(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// list reads all rows of a query.
func list[T any](ctx context.Context, db *sql.DB, read func(scan func(...any) error) (T, error), query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its error is that of rows.Err
	var all []T
	for rows.Next() {
		one, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
