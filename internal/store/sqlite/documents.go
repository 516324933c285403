package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"hailong/internal/store"
)

const (
	selectRecord  = `SELECT kind, key, revision, data FROM records WHERE kind = ? AND key = ?`
	selectRecords = `SELECT kind, key, revision, data FROM records
		WHERE kind = @kind AND key >= @from AND (@to = '' OR key < @to) ORDER BY key`
	descending    = ` DESC`
	limitRecords  = ` LIMIT @limit`
	deleteRecords = `DELETE FROM records WHERE kind = ? AND key IN (SELECT value FROM json_each(?))`
)

// Record keeps the contract.
func (s *Store) Record(ctx context.Context, kind, key string) (store.Record, error) {
	r, err := readRecord(s.reader.QueryRowContext(ctx, selectRecord, kind, key).Scan)
	return r, failed(ctx, fmt.Sprintf("record %s %q", kind, key), err)
}

// Records keeps the contract.
func (s *Store) Records(ctx context.Context, span store.Span) ([]store.Record, error) {
	query := selectRecords
	if span.Last {
		query += descending
	}
	limit := span.Limit
	if limit == 0 {
		limit = -1
	}
	found, err := list(ctx, s.reader, readRecord, query+limitRecords,
		sql.Named("kind", span.Kind), sql.Named("from", span.From), sql.Named("to", span.To), sql.Named("limit", limit))
	return found, failed(ctx, fmt.Sprintf("records %s from %q to %q", span.Kind, span.From, span.To), err)
}

func readRecord(scan func(...any) error) (store.Record, error) {
	var r store.Record
	return r, scan(&r.Kind, &r.Key, &r.Revision, &r.Data)
}

// PutRecords keeps the contract. On an error nothing at all is written.
func (s *Store) PutRecords(ctx context.Context, records []store.Record) error {
	return s.change(ctx, fmt.Sprintf("put %d records", len(records)), func(tx *sql.Tx) error {
		for i := range records {
			if err := putRecord(tx, &records[i]); err != nil {
				return fmt.Errorf("%s %q over revision %d: %w", records[i].Kind, records[i].Key, records[i].Revision, err)
			}
		}
		return nil
	})
}

func putRecord(tx *sql.Tx, r *store.Record) error {
	write, refused := `UPDATE records SET revision = revision + 1, data = @data
		WHERE kind = @kind AND key = @key AND revision = @revision`, store.ErrConflict
	if r.Revision == 0 {
		write, refused = `INSERT INTO records (kind, key, revision, data)
			VALUES (@kind, @key, @revision + 1, @data) ON CONFLICT DO NOTHING`, store.ErrExists
	}
	data := append([]byte{}, r.Data...) // nil would be NULL
	done, err := changed(tx.Exec(write, sql.Named("kind", r.Kind), sql.Named("key", r.Key),
		sql.Named("revision", r.Revision), sql.Named("data", data)))
	if err == nil && !done {
		return refused
	}
	return err
}

// RemoveRecords keeps the contract.
func (s *Store) RemoveRecords(ctx context.Context, kind string, keys []string) error {
	names, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	return s.change(ctx, fmt.Sprintf("remove %d records %s", len(keys), kind), func(tx *sql.Tx) error {
		_, err := tx.Exec(deleteRecords, kind, string(names))
		return err
	})
}

// Kinds keeps the contract.
func (s *Store) Kinds(ctx context.Context) ([]string, error) {
	read := func(scan func(...any) error) (kind string, err error) { return kind, scan(&kind) }
	found, err := list(ctx, s.reader, read, `SELECT DISTINCT kind FROM records ORDER BY kind`)
	return found, failed(ctx, "kinds of records", err)
}
