package web

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"

	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/rating"

	"github.com/gofiber/fiber/v2"
)

// putServed takes over how many dossiers were returned: all rows or none.
func (s *Server) putServed(c *fiber.Ctx) error {
	if _, err := arguments(c); err != nil {
		return err
	}
	rows, malformed := servedRows(c)
	if err := ownRows(c, rows); err != nil {
		return err
	}
	ctx, cancel := work()
	defer cancel()
	frozen, err := s.Periods.Frozen(ctx)
	if err != nil {
		return err
	}
	rules := coverage.Rules{Register: s.Register(), Today: s.today(), Closed: frozen}
	if malformed != nil {
		return refusedRows(rules.Join(rows, malformed))
	}
	change, err := s.Periods.Serve(ctx, rules, rows)
	if err != nil {
		return refusedRows(err)
	}
	if err := s.noteServed(ctx, keyOf(c), rows, change); err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(change)
}

// servedRows reads the body by its type, in UTF-8 and not compressed.
func servedRows(c *fiber.Ctx) ([]rating.Served, error) {
	media, params, _ := strings.Cut(strings.ToLower(c.Get(fiber.HeaderContentType)), ";")
	charset, named := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "charset=")
	if named && strings.Trim(charset, `"`) != "utf-8" || len(c.Request().Header.ContentEncoding()) > 0 {
		return nil, problem(fiber.StatusUnsupportedMediaType, "json_or_csv")
	}
	if len(c.Body()) > maxAPIBody {
		return nil, problem(fiber.StatusRequestEntityTooLarge, "too_large")
	}
	switch strings.TrimSpace(media) {
	case fiber.MIMEApplicationJSON:
		return coverage.ParseJSON(c.Body())
	case "text/csv":
		return coverage.ParseCSV(bytes.NewReader(c.Body()))
	}
	return nil, problem(fiber.StatusUnsupportedMediaType, "json_or_csv")
}

// ownRows refuses rows of other agencies than the key's; a row that could not
// be read names none.
func ownRows(c *fiber.Ctx, rows []rating.Served) error {
	key := keyOf(c)
	var faults []rowFault
	for i, row := range rows {
		if row.Agency != "" && !key.May(auth.WriteServed, row.Agency) {
			faults = append(faults, rowFault{Row: i + 1, Code: "foreign_agency", Message: "the key belongs to agency " + key.Agency})
		}
	}
	if len(faults) > 0 {
		return &told{httpProblem: problem(fiber.StatusForbidden, "key_agency"), pairs: []any{"Agency", key.Agency}, faults: faults}
	}
	return nil
}

// refusedRows makes a problem of faulty rows; any other error stays as it is.
func refusedRows(err error) error {
	var faulty coverage.Faults
	if !errors.As(err, &faulty) {
		return err
	}
	faults := make([]rowFault, len(faulty))
	for i, f := range faulty {
		faults[i] = rowFault{Row: f.Row, Code: string(f.Code), Message: f.Message}
	}
	return &told{httpProblem: problem(fiber.StatusUnprocessableEntity, "bad_rows"), pairs: []any{"Count", int64(len(faults))}, faults: faults}
}

// noteServed writes down what a key took over, also when it was the same
// again: a call that was cut before this is repeated and then noted.
func (s *Server) noteServed(ctx context.Context, key auth.Key, rows []rating.Served, change coverage.Change) error {
	if len(rows) == 0 {
		return nil
	}
	days := calendar.Range{From: rows[0].Day, To: rows[0].Day}
	for _, row := range rows {
		days.From, days.To = min(days.From, row.Day), max(days.To, row.Day)
	}
	return s.Audit.Append(ctx, audit.Event{
		At: s.Now(), By: audit.ByKey(key.Name), Action: audit.ServedImport, Subject: days.From.String() + ".." + days.To.String(),
		Detail: map[string]string{"new": strconv.Itoa(change.New), "changed": strconv.Itoa(change.Changed), "same": strconv.Itoa(change.Same)},
	})
}
