package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"hailong/internal/calendar"
)

// removedAtOnce is how many responses one commit removes, so that answers that
// come in meanwhile do not wait.
const removedAtOnce = 1_000

// deleteFirst removes the first responses up to a day, in the order of the key.
const deleteFirst = `DELETE FROM responses WHERE (day, agency, id) IN
	(SELECT day, agency, id FROM responses WHERE day <= ? ORDER BY day, agency, id LIMIT ?)`

// RemoveThrough keeps the contract. What is removed is overwritten with zeros
// in the file (secure_delete), and the log, which holds it still, is emptied.
// SQLite does not overwrite what it moves: the one page that removed and kept
// rows shared may keep a fragment, hardly ever more than an id, until its free
// part is used. A file that was restored from a backup has none.
// The file does not shrink: its free pages take the answers to come.
func (s *Store) RemoveThrough(ctx context.Context, day calendar.Day) (int64, error) {
	removed := int64(0)
	for {
		n := int64(0)
		err := s.change(ctx, fmt.Sprintf("remove responses through %s", day), func(tx *sql.Tx) error {
			result, err := tx.Exec(deleteFirst, day, removedAtOnce)
			if err != nil {
				return err
			}
			n, err = result.RowsAffected()
			return err
		})
		if err != nil {
			return removed, err
		}
		removed += n
		if n < removedAtOnce {
			return removed, s.emptyLog(ctx)
		}
	}
}
