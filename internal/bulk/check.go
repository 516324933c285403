package bulk

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/rowfile"
	"hailong/internal/survey"
)

const (
	maxRow    = 256 << 10 // bytes; the service takes no answer of more than 64 KiB
	maxListed = 20        // faults
)

// Fault is what is wrong with the row that begins on a line.
type Fault struct {
	Line    int // from 1
	Message string
}

// Faults is an error that lists the first faulty rows of a file.
type Faults struct {
	First []Fault // by line, at most 20
	Rows  int     // faulty rows in all
}

// Error tells how many rows are faulty and what is wrong with the first.
func (f *Faults) Error() string {
	return fmt.Sprintf("%d faulty rows, nothing was stored; line %d: %s", f.Rows, f.First[0].Line, f.First[0].Message)
}

func (f *Faults) add(line int, message string) {
	f.Rows++
	if len(f.First) < maxListed {
		f.First = append(f.First, Fault{line, message})
	}
}

// Plan is a file of which every row is valid.
type Plan struct {
	file    io.ReaderAt
	format  format
	forms   []survey.Ref // that the rows answer, in the order they appear
	entries []entry      // one for each row, by agency, then day
}

// Rows returns how many rows the file has.
func (p *Plan) Rows() int { return len(p.entries) }

// entry is the place of a row: all that is kept of it between the two readings,
// 24 bytes, however long the row is. By agency and day the rows come in the
// order in which the ledger works best: a day is counted again once or twice
// and not in every batch.
type entry struct {
	offset int64
	length int32
	day    calendar.Day
	agency int32 // its place among the agencies of the file
}

// Check reads a file of the given size and holds every row against the
// register, its form and the calendar. The name tells the format by its end
// (.csv, .ndjson, .jsonl, .json), else the content does. The error is *Faults,
// the reader's or the context's. The file must stay as it is until Store has
// ended. Progress is told bytes.
func (i *Importer) Check(ctx context.Context, name string, file io.ReaderAt, size int64, progress Progress) (*Plan, error) {
	c := &checking{importer: i, plan: &Plan{file: file}, agencies: map[string]int32{}}
	rows, err := c.open(name, size)
	if err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		row, err := rows.Next()
		switch {
		case errors.Is(err, io.EOF):
			progress(int(size), int(size))
			return c.end()
		case errors.Is(err, rowfile.ErrTooLong):
			c.faults.add(row.Line, err.Error())
			return c.end()
		case err != nil:
			return nil, err
		case ctx.Err() != nil:
			return nil, ctx.Err()
		}
		c.row(row)
		if n%1000 == 0 {
			progress(int(row.Offset), int(size))
		}
	}
}

// checking is one call of Check.
type checking struct {
	importer *Importer
	plan     *Plan
	agencies map[string]int32
	faults   Faults
}

// open finds out the format; of a CSV file it reads the header.
func (c *checking) open(name string, size int64) (*rowfile.Reader, error) {
	file := io.NewSectionReader(c.plan.file, 0, size)
	isCSV, err := isCSV(name, file)
	if err != nil {
		return nil, err
	}
	if !isCSV {
		c.plan.format = ndjson{}
		return rowfile.Lines(file, maxRow), nil
	}
	rows := rowfile.CSV(file, maxRow)
	row, err := rows.Next()
	switch {
	case errors.Is(err, io.EOF):
		err = errors.New("the file is empty")
	case err == nil:
		c.plan.format, err = newSheet(row.Text)
	case !errors.Is(err, rowfile.ErrTooLong):
		return nil, err
	}
	if err != nil {
		return nil, &Faults{First: []Fault{{1, "header: " + err.Error()}}, Rows: 1}
	}
	return rows, nil
}

func isCSV(name string, file *io.SectionReader) (bool, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		return true, nil
	case ".ndjson", ".jsonl", ".json":
		return false, nil
	}
	start := make([]byte, 512)
	n, err := file.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return !bytes.HasPrefix(bytes.TrimLeft(start[:n], "\uFEFF \t\r\n"), []byte("{")), nil
}

// days lists the days of the rows, some of them more than once.
func (p *Plan) days() []calendar.Day {
	var days []calendar.Day
	for _, e := range p.entries {
		if len(days) == 0 || days[len(days)-1] != e.day {
			days = append(days, e.day)
		}
	}
	return days
}

// row checks one row and notes its place.
func (c *checking) row(row rowfile.Row) {
	if row.Blank() {
		return
	}
	r, faults := c.importer.response(c.plan.format, row.Text)
	if len(faults) > 0 {
		c.faults.add(row.Line, strings.Join(faults, "; "))
		return
	}
	if !slices.Contains(c.plan.forms, r.Form) {
		c.plan.forms = append(c.plan.forms, r.Form)
	}
	agency, known := c.agencies[r.Agency]
	if !known {
		agency = int32(len(c.agencies))
		c.agencies[r.Agency] = agency
	}
	c.plan.entries = append(c.plan.entries, entry{offset: row.Offset, length: int32(len(row.Text)), day: r.Day, agency: agency})
}

func (c *checking) end() (*Plan, error) {
	if c.faults.Rows > 0 {
		return nil, &c.faults
	}
	slices.SortFunc(c.plan.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.agency, b.agency), cmp.Compare(a.day, b.day), cmp.Compare(a.offset, b.offset))
	})
	return c.plan, nil
}
