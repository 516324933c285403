package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// SealedThrough keeps the contract.
func (s *Store) SealedThrough(ctx context.Context) (calendar.Day, bool, error) {
	var day sql.Null[calendar.Day]
	err := s.reader.QueryRowContext(ctx, `SELECT day FROM sealed`).Scan(&day)
	return day.V, day.Valid, failed(ctx, "sealed through", err)
}

// AdvanceSealed keeps the contract.
func (s *Store) AdvanceSealed(ctx context.Context, day calendar.Day) error {
	return s.change(ctx, fmt.Sprintf("advance sealed to %s", day), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE sealed SET day = @day WHERE day IS NULL OR day < @day`, sql.Named("day", day))
		return err
	})
}

// ReopenFrom keeps the contract.
func (s *Store) ReopenFrom(ctx context.Context, day calendar.Day) error {
	return s.change(ctx, fmt.Sprintf("reopen from %s", day), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE sealed SET day = @day WHERE day > @day`, sql.Named("day", day-1))
		return err
	})
}

const (
	selectSums         = `SELECT agency, grain, first, revision, tally` + fromSums
	selectAllSums      = `SELECT agency, grain, first, revision, tally` + fromAllSums
	selectRevisions    = `SELECT agency, grain, first, revision` + fromSums
	selectAllRevisions = `SELECT agency, grain, first, revision` + fromAllSums

	fromSums = ` FROM sums WHERE agency IN (SELECT value FROM json_each(?)) AND grain = ? AND first BETWEEN ? AND ?
		ORDER BY agency, first`
	fromAllSums = ` FROM sums WHERE grain = ? AND first BETWEEN ? AND ?`
)

// Sums keeps the contract.
func (s *Store) Sums(ctx context.Context, agencies []string, grain store.Grain, r calendar.Range) ([]store.Sum, error) {
	return s.sums(ctx, readSum, selectSums, selectAllSums, agencies, grain, r)
}

// SumRevisions keeps the contract.
func (s *Store) SumRevisions(ctx context.Context, agencies []string, grain store.Grain, r calendar.Range) ([]store.Sum, error) {
	return s.sums(ctx, readRevision, selectRevisions, selectAllRevisions, agencies, grain, r)
}

// sums runs one query for the agencies, or another one for all of them.
func (s *Store) sums(ctx context.Context, read func(func(...any) error) (store.Sum, error), some, all string,
	agencies []string, grain store.Grain, r calendar.Range) ([]store.Sum, error) {
	if agencies == nil {
		found, err := list(ctx, s.reader, read, all, grain, r.From, r.To)
		slices.SortFunc(found, inOrder) // SQLite would move the tallies about to sort them
		return found, failed(ctx, fmt.Sprintf("sums by %s of all agencies, %s to %s", grain, r.From, r.To), err)
	}
	names, err := json.Marshal(agencies)
	if err != nil {
		return nil, err
	}
	found, err := list(ctx, s.reader, read, some, string(names), grain, r.From, r.To)
	return found, failed(ctx, fmt.Sprintf("sums by %s of %d agencies, %s to %s", grain, len(agencies), r.From, r.To), err)
}

func inOrder(a, b store.Sum) int {
	return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.First, b.First))
}

func readSum(scan func(...any) error) (store.Sum, error) {
	var sum store.Sum
	var counts []byte
	err := scan(&sum.Agency, &sum.Grain, &sum.First, &sum.Revision, &counts)
	if err != nil {
		return sum, err
	}
	sum.Tally, err = tally.Decode(counts)
	return sum, err
}

func readRevision(scan func(...any) error) (store.Sum, error) {
	var sum store.Sum
	err := scan(&sum.Agency, &sum.Grain, &sum.First, &sum.Revision)
	return sum, err
}

// PutSums keeps the contract. On a conflict nothing at all is written.
func (s *Store) PutSums(ctx context.Context, sums []store.Sum) error {
	return s.change(ctx, fmt.Sprintf("put %d sums", len(sums)), func(tx *sql.Tx) error {
		for i := range sums {
			if err := putSum(tx, &sums[i]); err != nil {
				return fmt.Errorf("agency %q, %s %s: %w", sums[i].Agency, sums[i].Grain, sums[i].First, err)
			}
		}
		return nil
	})
}

func putSum(tx *sql.Tx, sum *store.Sum) error {
	write := `UPDATE sums SET revision = revision + 1, tally = @tally
		WHERE agency = @agency AND grain = @grain AND first = @first AND revision = @revision`
	if sum.Revision == 0 {
		write = `INSERT INTO sums (agency, grain, first, revision, tally)
			VALUES (@agency, @grain, @first, @revision + 1, @tally) ON CONFLICT DO NOTHING`
	}
	done, err := changed(tx.Exec(write, sql.Named("agency", sum.Agency), sql.Named("grain", sum.Grain),
		sql.Named("first", sum.First), sql.Named("revision", sum.Revision), sql.Named("tally", sum.Tally.Encode())))
	if err == nil && !done {
		return store.ErrConflict
	}
	return err
}

// AddMarks keeps the contract.
func (s *Store) AddMarks(ctx context.Context, marks []store.Mark) error {
	return s.eachMark(ctx, "add", marks, `INSERT INTO marks (agency, day, token) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`)
}

// RemoveMarks keeps the contract.
func (s *Store) RemoveMarks(ctx context.Context, marks []store.Mark) error {
	return s.eachMark(ctx, "remove", marks, `DELETE FROM marks WHERE agency = ? AND day = ? AND token = ?`)
}

func (s *Store) eachMark(ctx context.Context, verb string, marks []store.Mark, statement string) error {
	return s.change(ctx, fmt.Sprintf("%s %d marks", verb, len(marks)), func(tx *sql.Tx) error {
		for _, m := range marks {
			if _, err := tx.Exec(statement, m.Agency, m.Day, m.Token); err != nil {
				return err
			}
		}
		return nil
	})
}

// Marks keeps the contract.
func (s *Store) Marks(ctx context.Context) ([]store.Mark, error) {
	read := func(scan func(...any) error) (m store.Mark, err error) {
		return m, scan(&m.Agency, &m.Day, &m.Token)
	}
	found, err := list(ctx, s.reader, read, `SELECT agency, day, token FROM marks ORDER BY agency, day, token`)
	return found, failed(ctx, "marks", err)
}
