// Package bulk stores old answers from files. A file is taken whole or not at
// all: first every row is held against the register and its form, then all are
// stored. It may not store an answer that the form would refuse, and knows
// nothing of command lines and of HTTP.
//
// A file is NDJSON, one object on each line, or CSV, one column for each name:
//
//	submission  key of the answer, 22 to 64 of A-Z a-z 0-9 _ -; storing it again changes nothing
//	agency      code in the register; what has ended is accepted
//	counter     code of a counter of the agency
//	service     code of a service of the agency, or empty
//	channel     qr, ticket, kiosk or paper
//	day         YYYY-MM-DD, at the latest today
//	shift       am or pm
//	form        id of the questionnaire
//	version     of the questionnaire
//	lang        a language that the form is written in
//	answers     object with a value for each question, as in POST /q/{link}
//
// A CSV file has the answers as that JSON object in one column, or has a column
// q.QUESTION for each question of its forms: a level, "yes" or "no", the id of
// an option, several of them parted by |, or text; empty is a blank.
package bulk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/comment"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
)

// batchSize is the number of responses in one commit.
const batchSize = 1000

// Importer reads files and stores what is in them.
type Importer struct {
	Pins     store.Forms
	Ledger   *ledger.Ledger
	Register *org.Register
	Forms    *survey.Forms // with the pinned ones
	Lexicon  *comment.Lexicon

	// Closed names the closed or sealed period that holds the day of an agency.
	// Nil is for no such period at all.
	Closed func(agency string, day calendar.Day) (period string, closed bool)

	// Gone is the last day whose answers were removed when their time was over;
	// the zero value is before every day that is accepted.
	Gone calendar.Day
}

// Report says what became of the rows of a file.
type Report struct {
	Stored     int `json:"stored"`
	Duplicates int `json:"duplicates"` // their submission was stored before, or stood in the file before
}

// Progress is told how much of how much is done.
type Progress func(done, total int)

// Store stores the rows of a checked file through the ledger, which keeps the
// sums of closed days true. When it is cut, some rows are stored; repeating it,
// or checking and storing the file again, stores the rest. No period can be
// closed over its days meanwhile. It is an error when the file or a rule changed
// since Check. The errors of collect.Pin, ledger.Ledger.Hold and ledger.Held.Add
// are wrapped.
func (i *Importer) Store(ctx context.Context, plan *Plan, progress Progress) (Report, error) {
	var report Report
	for _, ref := range plan.forms {
		if err := collect.Pin(ctx, i.Pins, i.Forms.Version(ref)); err != nil {
			return report, err
		}
	}
	err := i.Ledger.Hold(ctx, plan.days(), func(held *ledger.Held) error { return i.storeRows(ctx, held, plan, &report, progress) })
	return report, err
}

func (i *Importer) storeRows(ctx context.Context, held *ledger.Held, plan *Plan, report *Report, progress Progress) error {
	done := 0
	for entries := range slices.Chunk(plan.entries, batchSize) {
		batch, err := i.reread(plan, entries)
		if err != nil {
			return err
		}
		outcomes, err := held.Add(ctx, batch)
		if err != nil {
			return err
		}
		for _, outcome := range outcomes {
			if outcome == store.Stored {
				report.Stored++
			} else {
				report.Duplicates++
			}
		}
		done += len(entries)
		progress(done, len(plan.entries))
	}
	return nil
}

// reread reads rows again from their places in the file.
func (i *Importer) reread(plan *Plan, entries []entry) ([]response.Response, error) {
	batch := make([]response.Response, len(entries))
	var text []byte
	for n, e := range entries {
		text = slices.Grow(text[:0], int(e.length))[:e.length]
		if _, err := plan.file.ReadAt(text, e.offset); err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read row at byte %d again: %w", e.offset, err)
		}
		r, faults := i.response(plan.format, text)
		if len(faults) > 0 {
			return nil, fmt.Errorf("row at byte %d was valid and is not any more: the file, the register or a period changed meanwhile (%s)", e.offset, faults[0])
		}
		batch[n] = r
	}
	return batch, nil
}
