package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// unchanged remembers the results of queries for as long as nothing at all is
// written to the file, by this process or by another: one page of figures asks
// the same several times within a moment. SQLite tells each connection when
// somebody else has written; the one that is asked here never writes.
type unchanged[T any] struct {
	db *sql.DB // of its own

	mu      sync.Mutex
	conn    *sql.Conn
	version int64
	since   *results[T] // nil when conn is new
}

// results are those of one state of the file.
type results[T any] struct {
	mu    sync.Mutex
	known map[string]T
}

// mostResults is how many are remembered.
const mostResults = 256

// get returns the result that is known under the key, or else that of query.
func (u *unchanged[T]) get(ctx context.Context, key string, query func() (T, error)) (T, error) {
	now, err := u.results(ctx)
	if err != nil {
		var none T
		return none, err
	}
	if known, ok := now.get(key); ok {
		return known, nil
	}
	found, err := query() // it may see what was written since; so may whoever began before that
	if err == nil {
		now.put(key, found)
	}
	return found, err
}

// results returns those that are known of the file as it is now.
func (u *unchanged[T]) results(ctx context.Context) (*results[T], error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	version, err := u.ask(ctx)
	if err != nil {
		return nil, errors.Join(err, u.forget())
	}
	if u.since == nil || version != u.version {
		u.version, u.since = version, &results[T]{known: map[string]T{}}
	}
	return u.since, nil
}

// ask reads the number that differs from the last one if the file does. It
// means nothing on another connection.
func (u *unchanged[T]) ask(ctx context.Context) (version int64, err error) {
	if u.conn == nil {
		if u.conn, err = u.db.Conn(ctx); err != nil {
			return 0, err
		}
	}
	err = u.conn.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version)
	return version, err
}

// forget gives the connection up, and with it all that is known.
func (u *unchanged[T]) forget() error {
	conn := u.conn
	u.conn, u.since = nil, nil
	if conn == nil {
		return nil
	}
	if err := conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	return nil
}

func (u *unchanged[T]) close() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return errors.Join(u.forget(), u.db.Close())
}

func (r *results[T]) get(key string) (T, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ok := r.known[key]
	return known, ok
}

func (r *results[T]) put(key string, found T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) < mostResults {
		r.known[key] = found
	}
}
