package rating

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"hailong/internal/calendar"
)

// ErrPeriod says that a text is no period id.
var ErrPeriod = errors.New("a period is a month (2026-11), a quarter (2026-Q4), a half-year (2026-H2), a year (2026), or any run of months up to a year (2025-12..2026-11)")

// Period is a span of whole months that can be closed.
type Period struct {
	ID    string
	Range calendar.Range
}

var periodID = regexp.MustCompile(`^([1-9][0-9]{3})(?:-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2])))?$`)

var spanID = regexp.MustCompile(`^([1-9][0-9]{3}-(?:0[1-9]|1[0-2]))\.\.([1-9][0-9]{3}-(?:0[1-9]|1[0-2]))$`)

// ParsePeriod reads a period id. Every span has one id: a run of months that
// is a quarter is only known as the quarter. The error is ErrPeriod.
func ParsePeriod(id string) (Period, error) {
	if parts := periodID.FindStringSubmatch(id); parts != nil {
		return named(id, parts), nil
	}
	parts := spanID.FindStringSubmatch(id)
	if parts == nil {
		return Period{}, fmt.Errorf("%q: %w", id, ErrPeriod)
	}
	first, err := calendar.ParseMonth(parts[1])
	if err != nil {
		return Period{}, fmt.Errorf("%q: %w", id, ErrPeriod)
	}
	last, err := calendar.ParseMonth(parts[2])
	if err != nil || last < first || last-first > 11 {
		return Period{}, fmt.Errorf("%q: %w", id, ErrPeriod)
	}
	p := Months(first, last)
	if p.ID != id {
		return Period{}, fmt.Errorf("%q is written %s: %w", id, p.ID, ErrPeriod)
	}
	return p, nil
}

// named makes the period of an id that the pattern has taken apart.
func named(id string, parts []string) Period {
	year, quarter, half, month := number(parts[1]), number(parts[2]), number(parts[3]), number(parts[4])
	first, length := calendar.MonthOf(year, time.January), calendar.Month(12)
	switch {
	case quarter > 0:
		first, length = first+calendar.Month(3*(quarter-1)), 3
	case half > 0:
		first, length = first+calendar.Month(6*(half-1)), 6
	case month > 0:
		first, length = first+calendar.Month(month-1), 1
	}
	return Period{ID: id, Range: calendar.Range{From: first.First(), To: (first + length - 1).Last()}}
}

// number reads digits that a pattern has accepted; 0 where there are none.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// Months returns the period of a run of months, both ends included.
func Months(first, last calendar.Month) Period {
	year, index := int(first)/12, int(first)%12
	p := Period{Range: calendar.Range{From: first.First(), To: last.Last()}}
	switch length := int(last-first) + 1; {
	case length == 1:
		p.ID = first.String()
	case length == 3 && index%3 == 0:
		p.ID = fmt.Sprintf("%d-Q%d", year, index/3+1)
	case length == 6 && index%6 == 0:
		p.ID = fmt.Sprintf("%d-H%d", year, index/6+1)
	case length == 12 && index == 0:
		p.ID = strconv.Itoa(year)
	default:
		p.ID = first.String() + ".." + last.String()
	}
	return p
}

// RatingYear returns the period of the rating year that begins on the first
// of a month. It is named after the year in which it ends.
func RatingYear(year int, starts time.Month) Period {
	first := calendar.MonthOf(year, starts)
	if starts != time.January {
		first -= 12
	}
	return Months(first, first+11)
}

// Previous returns the span of as many months that ends just before this one
// begins: the quarter before a quarter, the year before a year.
func (p Period) Previous() Period {
	first := p.Range.From.Month()
	return Months(first-(p.Range.To.Month()-first+1), first-1)
}

// YearBefore returns the same months one year earlier.
func (p Period) YearBefore() Period {
	return Months(p.Range.From.Month()-12, p.Range.To.Month()-12)
}
