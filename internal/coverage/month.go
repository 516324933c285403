package coverage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/rating"
	"hailong/internal/store"
)

// part is the rows of one agency's month, each with its number.
type part struct {
	account
	rows []numbered
}

type numbered struct {
	figure
	row int // from 1
}

// divide groups rows by agency and month, in the order of the keys.
func divide(rows []rating.Served) []part {
	at := map[account]int{}
	var parts []part
	for i, row := range rows {
		of := accountOf(row)
		if _, known := at[of]; !known {
			at[of] = len(parts)
			parts = append(parts, part{account: of})
		}
		p := &parts[at[of]]
		p.rows = append(p.rows, numbered{figure{row.Counter, row.Service, row.Day, row.Count}, i + 1})
	}
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.agency, b.agency), cmp.Compare(a.month, b.month))
	})
	return parts
}

// month is an agency's month as it is kept.
type month struct {
	account
	revision int64
	figures  []figure // in order
}

func (b *Book) load(ctx context.Context, of account) (*month, error) {
	record, err := b.store.Record(ctx, Kind, of.key())
	if errors.Is(err, store.ErrNotFound) {
		return &month{account: of}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read dossiers returned by %s in %s: %w", of.agency, of.month, err)
	}
	figures, err := decode(record)
	return &month{account: of, revision: record.Revision, figures: figures}, err
}

func (m *month) record() store.Record {
	data, err := json.Marshal(m.figures)
	if err != nil {
		panic("coverage: figures are plain data and always encode: " + err.Error())
	}
	return store.Record{Kind: Kind, Key: m.key(), Revision: m.revision, Data: data}
}

// merge puts the rows in, and says what that changes and which rows would make
// a day count twice.
func (m *month) merge(p part) (Change, Faults) {
	var change Change
	given := map[calendar.Day][]numbered{}
	for _, row := range p.rows {
		given[row.Day] = append(given[row.Day], row)
		i, found := slices.BinarySearchFunc(m.figures, row.figure, inOrder)
		switch {
		case !found:
			change.New++
			m.figures = slices.Insert(m.figures, i, row.figure)
		case m.figures[i].Served != row.Served:
			change.Changed++
			m.figures[i] = row.figure
		default:
			change.Same++
		}
	}
	var faults Faults
	for day, rows := range given {
		faults = append(faults, m.double(day, rows)...)
	}
	return change, faults
}

// shape says what figures of a day tell apart. Figures of two shapes overlap:
// nobody can tell which dossiers stand in both. A figure of 0 overlaps with
// nothing, and is the way to take one back.
type shape struct{ counter, service bool }

func (f figure) shape() shape { return shape{f.Counter != "", f.Service != ""} }

func (s shape) String() string {
	return map[shape]string{
		{}:                             "for the whole agency",
		{counter: true}:                "by counter",
		{service: true}:                "by service",
		{counter: true, service: true}: "by counter and service",
	}[s]
}

// double finds the rows of a day whose shape is not that of the first figure of
// the day: of what is kept beside the rows or, if there is none, of the rows.
func (m *month) double(day calendar.Day, rows []numbered) Faults {
	kept, found := m.beside(day, rows)
	var first *numbered
	var faults Faults
	for i := range rows {
		row := &rows[i]
		switch {
		case row.Served <= 0: // a negative one is a fault of its own
		case found && row.shape() != kept:
			faults = append(faults, faultf(row.row, Overlaps, "the figures kept of %s on %s are %s, this one is %s, and together they would count dossiers twice; set the kept ones to 0 first", m.agency, day, kept, row.shape()))
		case found:
		case first == nil:
			first = row
		case row.shape() != first.shape():
			faults = append(faults, faultf(row.row, Overlaps, "row %d gives %s on %s %s, this one is %s, and together they would count dossiers twice", first.row, m.agency, day, first.shape(), row.shape()))
		}
	}
	return faults
}

// beside returns the shape of the figures kept of the day that the rows do not
// replace.
func (m *month) beside(day calendar.Day, rows []numbered) (shape, bool) {
	i, _ := slices.BinarySearchFunc(m.figures, figure{Day: day}, inOrder)
	for _, f := range m.figures[i:] {
		if f.Day != day {
			break
		}
		replaced := slices.ContainsFunc(rows, func(row numbered) bool { return inOrder(row.figure, f) == 0 })
		if f.Served != 0 && !replaced {
			return f.shape(), true
		}
	}
	return shape{}, false
}
