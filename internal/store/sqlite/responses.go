package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
)

const columns = `day, agency, id, shift, counter, service, channel, form, version, lang, answers, held, reasons`

// insertResponse stores one row. Several rows to a statement, RETURNING and
// json_each over one bound array were measured, too: each took a fifth to a
// half more processor time, for all that it saves calls. Two thirds of the
// time go to none of it, but to writing the pages that ids without an order
// touch, about two to a response, into the log.
const insertResponse = `INSERT INTO responses (` + columns + `, has_text)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`

// Insert keeps the contract. A batch is one transaction: all of it is stored,
// or nothing.
func (s *Store) Insert(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	outcomes := make([]store.Outcome, len(batch))
	err := s.change(ctx, fmt.Sprintf("insert %d responses", len(batch)), func(tx *sql.Tx) error {
		insert := tx.Stmt(s.insert)
		for i := range batch {
			isNew, err := insertOne(insert, &batch[i])
			if err != nil {
				return err
			}
			if !isNew {
				outcomes[i] = store.Duplicate
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

func insertOne(insert *sql.Stmt, r *response.Response) (bool, error) {
	answers, err := encodeAnswers(r.Answers)
	if err != nil {
		return false, fmt.Errorf("response %s: %w", r.ID, err)
	}
	reasons, err := encodeReasons(r.Verdict.Reasons)
	if err != nil {
		return false, fmt.Errorf("response %s: %w", r.ID, err)
	}
	return changed(insert.Exec(r.Day, r.Agency, r.ID[:], r.Shift, r.Counter, r.Service, r.Channel,
		r.Form.ID, r.Form.Version, r.Lang, string(answers), r.Verdict.Held, reasons, r.HasText()))
}

const selectID = `SELECT count(*) FROM responses WHERE id = ?`

// Exists keeps the contract.
func (s *Store) Exists(ctx context.Context, id response.ID) (bool, error) {
	var found bool
	err := s.reader.QueryRowContext(ctx, selectID, id[:]).Scan(&found)
	return found, failed(ctx, fmt.Sprintf("look for response %s", id), err)
}

const selectByID = `SELECT ` + columns + ` FROM responses WHERE id IN (SELECT unhex(value) FROM json_each(@ids))`

// Find keeps the contract.
func (s *Store) Find(ctx context.Context, ids []response.ID) ([]response.Response, error) {
	wanted, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	found, err := list(ctx, s.reader, readResponse, selectByID, sql.Named("ids", string(wanted)))
	return found, failed(ctx, fmt.Sprintf("find %d responses", len(ids)), err)
}

func readResponse(scan func(...any) error) (response.Response, error) {
	var r response.Response
	var id, answers, reasons []byte
	err := scan(&r.Day, &r.Agency, &id, &r.Shift, &r.Counter, &r.Service, &r.Channel, &r.Form.ID, &r.Form.Version, &r.Lang, &answers,
		&r.Verdict.Held, &reasons)
	if err != nil {
		return r, err
	}
	copy(r.ID[:], id)
	if r.Answers, err = decodeAnswers(answers); err != nil {
		return r, fmt.Errorf("response %s: %w", r.ID, err)
	}
	if r.Verdict.Reasons, err = decodeReasons(reasons); err != nil {
		return r, fmt.Errorf("response %s: %w", r.ID, err)
	}
	return r, nil
}

const (
	pageOfAll = `SELECT ` + columns + ` FROM responses
		WHERE (day, agency, id) > (@day, @agency, @id) AND day <= @last AND +id BETWEEN @first_id AND @last_id
		ORDER BY day, agency, id LIMIT @limit`
	pageOfDay = `SELECT ` + columns + ` FROM responses
		WHERE day = @day AND agency = @agency AND id > @id AND id <= @last_id ORDER BY id LIMIT @limit`
	pageOfHeld  = pageOfNotes + ` AND held = 1` + orderOfNotes
	pageOfNoted = pageOfNotes + ` AND reasons <> ''` + orderOfNotes
	nextDay     = `SELECT min(day) FROM responses WHERE day >= @from AND day <= @last`

	pageOfNotes = `SELECT ` + columns + ` FROM responses
		WHERE (day, agency, id) > (@day, @agency, @id) AND day <= @last AND @only IN ('', agency) AND +id BETWEEN @first_id AND @last_id`
	orderOfNotes = ` ORDER BY day, agency, id LIMIT @limit`
)

// pageSize is the number of responses that Scan reads at once.
const pageSize = 512

// Scan keeps the contract. No page is open during a visit, so a slow visitor
// holds neither a connection nor the log.
func (s *Store) Scan(ctx context.Context, q store.Scan, visit func(*response.Response) error) error {
	var visited error
	err := s.scan(ctx, q, func(r *response.Response) error {
		visited = visit(r)
		return visited
	})
	if visited != nil {
		return visited
	}
	return failed(ctx, fmt.Sprintf("scan agency %q, %s to %s", q.Agency, q.Range.From, q.Range.To), err)
}

func (s *Store) scan(ctx context.Context, q store.Scan, visit func(*response.Response) error) error {
	last := sql.Named("last", q.Range.To)
	firstID, lastID := store.PartBounds(q.Part)
	ids := []any{last, sql.Named("first_id", firstID[:]), sql.Named("last_id", lastID[:])}
	switch start := (place{day: q.Range.From}); {
	case q.Held:
		return s.turnPages(ctx, start, visit, pageOfHeld, append(ids, sql.Named("only", q.Agency))...)
	case q.Noted:
		return s.turnPages(ctx, start, visit, pageOfNoted, append(ids, sql.Named("only", q.Agency))...)
	case q.Agency == "":
		return s.turnPages(ctx, start, visit, pageOfAll, ids...)
	}
	before := firstID[:len(firstID)-1] // a beginning sorts before the whole, and after every other id before that
	for from := int64(q.Range.From); ; from++ {
		var day sql.Null[int64]
		err := s.reader.QueryRowContext(ctx, nextDay, sql.Named("from", from), last).Scan(&day)
		if err != nil || !day.Valid {
			return err
		}
		from = day.V
		start := place{day: calendar.Day(day.V), agency: q.Agency, id: before}
		if err := s.turnPages(ctx, start, visit, pageOfDay, sql.Named("last_id", lastID[:])); err != nil {
			return err
		}
	}
}

// place is where a page begins: after the response with that key.
type place struct {
	day    calendar.Day
	agency string
	id     []byte
}

func (s *Store) turnPages(ctx context.Context, from place, visit func(*response.Response) error, query string, args ...any) error {
	for {
		page, err := list(ctx, s.reader, readResponse, query, append(args, sql.Named("day", from.day),
			sql.Named("agency", from.agency), sql.Named("id", append([]byte{}, from.id...)), sql.Named("limit", pageSize))...)
		if err != nil {
			return err
		}
		if len(page) > 0 {
			last := &page[len(page)-1]
			from = place{last.Day, last.Agency, last.ID[:]}
		}
		for i := range page {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := visit(&page[i]); err != nil {
				return err
			}
		}
		if len(page) < pageSize {
			return ctx.Err()
		}
	}
}

// The pages of comments find their keys in an index alone, which holds all that
// is filtered by, and only then the responses. They name has_text = 1 as the
// index does, or the index is not used.
const (
	pageOfTexts        = textsBefore + textsAfter
	pageOfAgencysTexts = textsBefore + ` AND agency = @agency` + textsAfter

	textsBefore = `WITH page AS MATERIALIZED (
		SELECT day, agency, id FROM responses
		WHERE has_text = 1 AND day BETWEEN @from AND @to AND (day < @after_day OR id > @after_id)
			AND @counter IN ('', counter) AND @service IN ('', service) AND @channel IN ('', channel)`
	textsAfter = ` ORDER BY day DESC, id LIMIT @limit)
	SELECT ` + columns + ` FROM page CROSS JOIN responses USING (day, agency, id) ORDER BY page.day DESC, page.id`
)

// Texts keeps the contract.
func (s *Store) Texts(ctx context.Context, q store.Texts) ([]response.Response, error) {
	to, afterDay, afterID := q.Range.To, int64(math.MaxInt64), response.ID{}
	if q.After != nil {
		to, afterDay, afterID = min(to, q.After.Day), int64(q.After.Day), q.After.ID
	}
	query, args := pageOfTexts, []any{
		sql.Named("from", q.Range.From), sql.Named("to", to), sql.Named("after_day", afterDay), sql.Named("after_id", afterID[:]),
		sql.Named("counter", q.Counter), sql.Named("service", q.Service), sql.Named("channel", q.Channel), sql.Named("limit", q.Limit),
	}
	if q.Agency != "" {
		query, args = pageOfAgencysTexts, append(args, sql.Named("agency", q.Agency))
	}
	found, err := list(ctx, s.reader, readResponse, query, args...)
	return found, failed(ctx, fmt.Sprintf("texts of agency %q, %s to %s", q.Agency, q.Range.From, q.Range.To), err)
}

const firstDay = `SELECT min(day) FROM responses`

// FirstDay keeps the contract.
func (s *Store) FirstDay(ctx context.Context) (calendar.Day, bool, error) {
	var day sql.Null[calendar.Day]
	err := s.reader.QueryRowContext(ctx, firstDay).Scan(&day)
	return day.V, day.Valid, failed(ctx, "first day", err)
}
