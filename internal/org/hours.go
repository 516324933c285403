package org

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

const minutesPerDay = 24 * 60

// Span is a part of a day in minutes after midnight: From is open, To is not.
type Span struct{ From, To int }

// Hours are the opening hours of a counter: the spans of each weekday, Sunday
// first as in time.Weekday, in rising order. The zero value says that no hours
// are known, not that the counter is always closed.
type Hours [7][]Span

// ErrHours says that opening hours cannot be read.
var ErrHours = errors.New(`hours are of the form "Mon-Fri 07:30-11:30 13:30-17:00; Sat 07:30-11:30"`)

// weekdayNames are the names that opening hours use, by time.Weekday.
var weekdayNames = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

var validSpan = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$`)

// ParseHours reads opening hours; "" gives unknown hours. The error wraps
// ErrHours and names the part that is wrong: a day named twice, a span that
// ends before it begins or that overlaps the one before it.
func ParseHours(s string) (Hours, error) {
	var hours Hours
	if s == "" {
		return hours, nil
	}
	for part := range strings.SplitSeq(s, "; ") {
		days, spans, err := parseHoursOfDays(part)
		if err != nil {
			return Hours{}, err
		}
		for _, day := range days {
			if hours[day] != nil {
				return Hours{}, fmt.Errorf("%w: %s is named twice", ErrHours, weekdayNames[day])
			}
			hours[day] = spans
		}
	}
	return hours, nil
}

// parseHoursOfDays reads one part such as "Mon-Fri 07:30-11:30 13:30-17:00".
func parseHoursOfDays(part string) ([]time.Weekday, []Span, error) {
	fields := strings.Split(part, " ")
	days, ok := parseDays(fields[0])
	if !ok || len(fields) < 2 {
		return nil, nil, fmt.Errorf("%w: %q is not a day and its spans", ErrHours, part)
	}
	var spans []Span
	for _, field := range fields[1:] {
		span, ok := parseSpan(field)
		switch {
		case !ok:
			return nil, nil, fmt.Errorf("%w: %q is not a span", ErrHours, field)
		case span.To <= span.From:
			return nil, nil, fmt.Errorf("%w: %q ends before it begins", ErrHours, field)
		case len(spans) > 0 && span.From < spans[len(spans)-1].To:
			return nil, nil, fmt.Errorf("%w: %q begins before the span before it ends", ErrHours, field)
		}
		spans = append(spans, span)
	}
	return days, spans, nil
}

// parseDays reads "Mon" or "Mon-Fri"; "Sat-Mon" runs over the end of the week.
func parseDays(s string) ([]time.Weekday, bool) {
	first, last, isRange := strings.Cut(s, "-")
	if !isRange {
		last = first
	}
	from, to := slices.Index(weekdayNames, first), slices.Index(weekdayNames, last)
	if from < 0 || to < 0 {
		return nil, false
	}
	days := []time.Weekday{time.Weekday(from)}
	for day := from; day != to; {
		day = (day + 1) % len(weekdayNames)
		days = append(days, time.Weekday(day))
	}
	return days, true
}

func parseSpan(s string) (Span, bool) {
	if !validSpan.MatchString(s) {
		return Span{}, false
	}
	minute := func(clock string) int {
		two := func(digits string) int { return 10*int(digits[0]-'0') + int(digits[1]-'0') }
		return 60*two(clock[:2]) + two(clock[3:])
	}
	return Span{From: minute(s[:5]), To: minute(s[6:])}, true
}

// Known says whether any hours are given.
func (h *Hours) Known() bool {
	return slices.ContainsFunc(h[:], func(spans []Span) bool { return len(spans) > 0 })
}

// Outside returns how many minutes the minute of the day lies from the nearest
// span of that weekday: 0 within one, and a whole day when the counter does not
// open on it at all.
func (h *Hours) Outside(day time.Weekday, minute int) int {
	nearest := minutesPerDay
	for _, span := range h[day] {
		switch {
		case minute < span.From:
			nearest = min(nearest, span.From-minute)
		case minute >= span.To:
			nearest = min(nearest, minute-span.To+1)
		default:
			return 0
		}
	}
	return nearest
}

// UntilClose returns the minutes until the last span of the weekday ends; it is
// negative after that, and a whole day when the counter does not open on it.
func (h *Hours) UntilClose(day time.Weekday, minute int) int {
	spans := h[day]
	if len(spans) == 0 {
		return minutesPerDay
	}
	return spans[len(spans)-1].To - minute
}

// Pause says whether the minute lies between two spans of the weekday.
func (h *Hours) Pause(day time.Weekday, minute int) bool {
	spans := h[day]
	return len(spans) > 0 && spans[0].From <= minute && minute < spans[len(spans)-1].To && h.Outside(day, minute) > 0
}
