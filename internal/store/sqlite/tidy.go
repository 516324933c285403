package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
)

// A row lies in its page where there was room when it came, so the bytes of a
// page tell the order of arrival, whatever the order of the keys. Tidy takes
// the rows of a day out and puts them in again in the order of their ids; what
// they leave behind is overwritten (secure_delete). The log, in which each
// commit is a frame of its own, is then copied into the file and emptied.

// groupRows is about how many rows one commit of Tidy writes anew: enough that
// they fill whole pages, few enough that answers that come in do not wait.
const groupRows = 2_000

// group is a part of a day whose rows are written anew together.
type group struct {
	day         calendar.Day
	from, to    string // agencies
	first, last response.ID
	rows        int64
}

// tidied remembers how many rows a group had when it was last written anew, as
// a quiet day needs that no second time. It is lost with the process.
type tidied struct {
	mu   sync.Mutex
	rows map[group]bool
}

func (t *tidied) has(g group) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rows[g]
}

// note adds a group, and drops those of days before yesterday.
func (t *tidied) note(g group) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rows == nil {
		t.rows = map[group]bool{}
	}
	for known := range t.rows {
		if known.day < g.day-1 {
			delete(t.rows, known)
		}
	}
	t.rows[g] = true
}

const (
	countDay  = `SELECT agency, count(*) FROM responses WHERE day = ? GROUP BY agency ORDER BY agency`
	ofGroup   = ` WHERE day = ? AND agency BETWEEN ? AND ? AND id BETWEEN ? AND ?`
	ofRecords = ` WHERE kind = ? AND key >= ? AND key < ?`
)

// Tidy keeps the contract.
func (s *Store) Tidy(ctx context.Context, day calendar.Day) error {
	counted, err := list(ctx, s.reader, func(scan func(...any) error) (group, error) {
		g := group{day: day}
		err := scan(&g.from, &g.rows)
		g.to = g.from
		return g, err
	}, countDay, day)
	if err != nil {
		return failed(ctx, fmt.Sprintf("count responses on %s", day), err)
	}
	for _, g := range groups(counted) {
		if s.tidy.has(g) {
			continue
		}
		if err := s.change(ctx, fmt.Sprintf("write %d responses on %s anew", g.rows, day), g.rewrite); err != nil {
			return err
		}
		s.tidy.note(g)
	}
	if err := s.tidyRecords(ctx, day); err != nil {
		return err
	}
	return s.emptyLog(ctx)
}

// groups joins small agencies and divides large ones.
func groups(agencies []group) []group {
	var all []group
	for _, a := range agencies {
		last := len(all) - 1
		switch {
		case a.rows > 2*groupRows:
			for part := 1; part <= store.Parts; part++ {
				a.first, a.last = store.PartBounds(part)
				all = append(all, a)
			}
		case last >= 0 && all[last].rows+a.rows <= groupRows:
			all[last].to = a.to
			all[last].rows += a.rows
		default:
			a.first, a.last = store.PartBounds(0)
			all = append(all, a)
		}
	}
	return all
}

func (g group) rewrite(tx *sql.Tx) error {
	return rewrite(tx, "responses", ofGroup, "id", g.day, g.from, g.to, g.first[:], g.last[:])
}

// tidyRecords does the same with the records whose keys begin with the day, as
// those about single responses do. They have a number of their own beside the
// key, which then counts in the order of the keys.
func (s *Store) tidyRecords(ctx context.Context, day calendar.Day) error {
	kinds, err := s.Kinds(ctx)
	if err != nil {
		return err
	}
	from, to := day.String()+"/", day.String()+"0" // which follows "/"
	for _, kind := range kinds {
		g := group{day: day, from: kind}
		err := s.reader.QueryRowContext(ctx, `SELECT count(*) + coalesce(sum(revision), 0) FROM records`+ofRecords, kind, from, to).Scan(&g.rows)
		if err != nil {
			return failed(ctx, fmt.Sprintf("count records %s on %s", kind, day), err)
		}
		if g.rows == 0 || s.tidy.has(g) {
			continue
		}
		err = s.change(ctx, fmt.Sprintf("write records %s on %s anew", kind, day), func(tx *sql.Tx) error {
			return rewrite(tx, "records", ofRecords, "key", kind, from, to)
		})
		if err != nil {
			return err
		}
		s.tidy.note(g)
	}
	return nil
}

// rewrite takes rows of a table out and puts them in again in an order. It
// names no column, so that one that is added later is not lost.
func rewrite(tx *sql.Tx, table, where, order string, keys ...any) error {
	columns, rows, err := rowsAsTheyAre(tx, `SELECT * FROM `+table+where+` ORDER BY `+order, keys...)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM `+table+where, keys...); err != nil {
		return err
	}
	insert, err := tx.Prepare(`INSERT INTO ` + table + ` (` + strings.Join(columns, ", ") + `) VALUES (?` + strings.Repeat(", ?", len(columns)-1) + `)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, row := range rows {
		if _, err := insert.Exec(row...); err != nil {
			return err
		}
	}
	return nil
}

func rowsAsTheyAre(tx *sql.Tx, query string, args ...any) (columns []string, all [][]any, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		return nil, nil, err
	}
	for rows.Next() {
		row, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			places[i] = &row[i]
		}
		if err := rows.Scan(places...); err != nil {
			return nil, nil, err
		}
		all = append(all, row)
	}
	return columns, all, rows.Err()
}

// emptyLog copies the log into the file and cuts it to nothing. Where a reader
// is in the way it stays for the next time.
func (s *Store) emptyLog(ctx context.Context) error {
	var busy, frames, copied int
	err := s.writer.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &copied)
	return failed(ctx, "empty the log", err)
}
