package coverage

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/rating"
	"hailong/internal/rowfile"
)

// The bounds of a figure. They only catch slips of the finger.
const maxServed = 1_000_000 // dossiers in one row

var earliest = calendar.Date(2000, 1, 1)

// Code names what is wrong with a row, for programs.
type Code string

// The codes of a Fault.
const (
	Malformed      Code = "malformed"       // the row cannot be read
	UnknownAgency  Code = "unknown_agency"  // not in the register
	UnknownCounter Code = "unknown_counter" // not of the agency
	UnknownService Code = "unknown_service" // not of the agency
	BadCount       Code = "bad_count"       // negative, or more than anybody can return
	BadDay         Code = "bad_day"         // in the future, or before 2000
	Repeated       Code = "repeated"        // the same agency, counter, service and day as a row before
	Overlaps       Code = "overlaps"        // a day told with and without counters, or services
	Sealed         Code = "sealed"          // the day lies in a period whose figures are closed
)

// Fault is what is wrong with one row. Row counts from 1, without a header; 0
// is the file as a whole.
type Fault struct {
	Row     int    `json:"row"`
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

// Faults is an error that lists all faults, ordered by row.
type Faults []Fault

// Error tells the first fault and how many there are.
func (f Faults) Error() string {
	return fmt.Sprintf("%d faults, nothing was taken over; row %d: %s", len(f), f[0].Row, f[0].Message)
}

func faultf(row int, code Code, format string, args ...any) Fault {
	return Fault{Row: row, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Join adds what is wrong with the rows that could be read to the faults of
// those that could not, so that whoever mends a file learns of everything at
// once. Another error, or nil, stays as it is.
func (r Rules) Join(rows []rating.Served, err error) error {
	var malformed Faults
	if !errors.As(err, &malformed) || len(rows) == 0 {
		return err
	}
	unread := map[int]bool{}
	for _, f := range malformed {
		unread[f.Row] = true
	}
	all := slices.Clone(malformed)
	for _, f := range r.check(rows) {
		if !unread[f.Row] && rows[f.Row-1] != (rating.Served{}) {
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b Fault) int { return cmp.Compare(a.Row, b.Row) })
	return all
}

// check holds each row against the register, the calendar and the rows before
// it.
func (r Rules) check(rows []rating.Served) Faults {
	type place struct {
		agency, counter, service string
		day                      calendar.Day
	}
	var faults Faults
	seen := make(map[place]int, len(rows))
	for i, row := range rows {
		faults = append(faults, r.checkPlace(i+1, row)...)
		faults = append(faults, r.checkFigure(i+1, row)...)
		at := place{row.Agency, row.Counter, row.Service, row.Day}
		if before, repeated := seen[at]; repeated {
			faults = append(faults, faultf(i+1, Repeated, "the same agency, counter, service and day as row %d", before))
			continue
		}
		seen[at] = i + 1
	}
	return faults
}

// checkPlace accepts an agency that has ended, too: figures may come in late,
// but only of days on which it existed.
func (r Rules) checkPlace(number int, row rating.Served) (faults Faults) {
	agency := r.Register.Agency(row.Agency)
	if agency == nil {
		return Faults{faultf(number, UnknownAgency, "agency %s is not in the register", rowfile.Quote(row.Agency))}
	}
	if !agency.ExistsOn(row.Day) {
		faults = append(faults, faultf(number, BadDay, "%s did not exist on %s", agency.Code, row.Day))
	}
	if row.Counter != "" && agency.Counter(row.Counter) == nil {
		faults = append(faults, faultf(number, UnknownCounter, "%s has no counter %s", agency.Code, rowfile.Quote(row.Counter)))
	}
	if row.Service != "" && agency.Service(row.Service) == nil {
		faults = append(faults, faultf(number, UnknownService, "%s has no service %s", agency.Code, rowfile.Quote(row.Service)))
	}
	return faults
}

func (r Rules) checkFigure(number int, row rating.Served) (faults Faults) {
	switch {
	case row.Count < 0:
		faults = append(faults, faultf(number, BadCount, "%d dossiers: the number is negative", row.Count))
	case row.Count > maxServed:
		faults = append(faults, faultf(number, BadCount, "%d dossiers in one row, more than the %d that are taken", row.Count, maxServed))
	}
	switch {
	case row.Day > r.Today:
		return append(faults, faultf(number, BadDay, "%s lies in the future; today is %s", row.Day, r.Today))
	case row.Day < earliest:
		return append(faults, faultf(number, BadDay, "%s lies before %s", row.Day, earliest))
	case r.Closed == nil:
		return faults
	}
	if period, closed := r.Closed(row.Agency, row.Day); closed {
		faults = append(faults, faultf(number, Sealed, "%s lies in period %s, whose figures are closed", row.Day, period))
	}
	return faults
}
