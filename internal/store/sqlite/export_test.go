package sqlite

import (
	"context"
	"fmt"
	"regexp"
	"strings"
)

// Version is the version of the tables that this build makes.
func Version() (int, error) {
	files, err := migrations.ReadDir("migrations")
	return len(files), err
}

// LimitPages lets the file grow to so many pages: a disk that is full after
// them. With 0 it may not grow at all.
func (s *Store) LimitPages(ctx context.Context, pages int) error {
	if pages == 0 { // SQLite takes the pages in use for the least limit
		pages = 1
	}
	return s.pragma(ctx, "max_page_count", pages)
}

// ForbidWriting makes every write fail as on a read-only disk, or work again.
func (s *Store) ForbidWriting(ctx context.Context, forbidden bool) error {
	if forbidden {
		return s.pragma(ctx, "query_only", 1)
	}
	return s.pragma(ctx, "query_only", 0)
}

func (s *Store) pragma(ctx context.Context, name string, value int) error {
	_, err := s.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA %s = %d", name, value))
	return err
}

// Analyze gathers the statistics that plans are made with, as Close may.
func (s *Store) Analyze(ctx context.Context) error {
	_, err := s.writer.ExecContext(ctx, "ANALYZE")
	return err
}

// HotQueries are the queries that must find their rows by a key, named.
func HotQueries() map[string]string {
	return map[string]string{
		"exists": selectID, "find": selectByID, "scan of held": pageOfHeld, "scan of noted": pageOfNoted, "scan of all": pageOfAll, "scan of a day and agency": pageOfDay, "next day": nextDay, "first day": firstDay,
		"texts": pageOfTexts, "texts of an agency": pageOfAgencysTexts, "sums": selectSums, "sums of all": selectAllSums, "sum revisions": selectRevisions, "sum revisions of all": selectAllRevisions, "states": selectStates, "session": selectSession, "account": selectAccount + " WHERE email = ?",
		"record": selectRecord, "records": selectRecords + limitRecords, "last records": selectRecords + descending + limitRecords, "records to remove": deleteRecords,
		"responses to remove": deleteFirst, "count of a day": countDay, "group to tidy": `SELECT * FROM responses` + ofGroup, "records to tidy": `SELECT * FROM records` + ofRecords + ` ORDER BY key`,
	}
}

var parameter = regexp.MustCompile(`@\w+|\?`)

// Plan returns the steps in which SQLite would answer the query.
func (s *Store) Plan(ctx context.Context, query string) (string, error) {
	read := func(scan func(...any) error) (step string, err error) {
		var ignored int
		return step, scan(&ignored, &ignored, &ignored, &step)
	}
	args := make([]any, len(parameter.FindAllString(query, -1)))
	steps, err := list(ctx, s.reader, read, "EXPLAIN QUERY PLAN "+parameter.ReplaceAllString(query, "?"), args...)
	return strings.Join(steps, "\n"), err
}

// EmptyLog copies the log into the file and cuts it to nothing.
func (s *Store) EmptyLog(ctx context.Context) error { return s.emptyLog(ctx) }
