// Package calendar holds civil days and months: dates on a wall calendar,
// without a clock and without a time zone. A response keeps only its day and
// shift, so most of the program has no use for time.Time; the zone is applied
// once, where an instant becomes a Day.
package calendar

import (
	"fmt"
	"time"
)

// Day counts days since 1970-01-01. Days order and subtract as integers.
type Day int32

// Month counts months since January of year 0: year*12 + (month-1).
type Month int32

// Shift is the half of the working day; it is all that is kept of the hour.
type Shift string

// The two shifts. The border is noon, local time.
const (
	Morning   Shift = "am"
	Afternoon Shift = "pm"
)

const secondsPerDay = 24 * 60 * 60

// Of returns the day on which the instant t falls in the zone loc. It is asked
// several times by each request, so it only divides.
func Of(t time.Time, loc *time.Location) Day {
	_, offset := t.In(loc).Zone()
	seconds := t.Unix() + int64(offset)
	day := seconds / secondsPerDay
	if seconds%secondsPerDay < 0 {
		day-- // before 1970
	}
	return Day(day)
}

// ShiftOf returns the half-day in which the instant t falls in the zone loc.
func ShiftOf(t time.Time, loc *time.Location) Shift {
	if t.In(loc).Hour() < 12 {
		return Morning
	}
	return Afternoon
}

// Date returns the day of a year, month and day of month; overflowing values
// are normalised as by time.Date.
func Date(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// ParseDay reads YYYY-MM-DD; anything else is an error.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date of the form YYYY-MM-DD", s)
	}
	return Date(t.Date()), nil
}

// Midnight returns the first instant of d in the zone loc.
func (d Day) Midnight(loc *time.Location) time.Time {
	y, m, day := d.utc().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, loc)
}

// Month returns the month that holds d.
func (d Day) Month() Month {
	y, m, _ := d.utc().Date()
	return MonthOf(y, m)
}

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// Date returns year, month and day of month.
func (d Day) Date() (int, time.Month, int) { return d.utc().Date() }

// String returns YYYY-MM-DD.
func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText writes YYYY-MM-DD.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

func (d Day) utc() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// MonthOf returns the month of a year.
func MonthOf(year int, month time.Month) Month { return Month(year*12 + int(month) - 1) }

// ParseMonth reads YYYY-MM.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a month of the form YYYY-MM", s)
	}
	return MonthOf(t.Year(), t.Month()), nil
}

// First returns the first day of the month.
func (m Month) First() Day { return Date(int(m)/12, time.Month(int(m)%12+1), 1) }

// Last returns the last day of the month.
func (m Month) Last() Day { return (m + 1).First() - 1 }

// Range returns all days of the month.
func (m Month) Range() Range { return Range{From: m.First(), To: m.Last()} }

// String returns YYYY-MM.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", int(m)/12, int(m)%12+1) }

// Range is a run of days, both ends included. It is empty when To is before From.
type Range struct{ From, To Day }

// Contains says whether d lies in the range.
func (r Range) Contains(d Day) bool { return r.From <= d && d <= r.To }

// Empty says whether the range holds no day.
func (r Range) Empty() bool { return r.To < r.From }

// Days returns the number of days in the range.
func (r Range) Days() int { return max(0, int(r.To-r.From)+1) }

// Months returns the months that the range touches, in order.
func (r Range) Months() []Month {
	if r.Empty() {
		return nil
	}
	var months []Month
	for m := r.From.Month(); m <= r.To.Month(); m++ {
		months = append(months, m)
	}
	return months
}

// Intersect returns the days that both ranges hold.
func (r Range) Intersect(other Range) Range {
	return Range{From: max(r.From, other.From), To: min(r.To, other.To)}
}
