package rating

import (
	"strconv"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/i18n"
)

// quarters are the numbers of quarters as official texts write them.
var quarters = []string{"I", "II", "III", "IV"}

// Name returns what people call the period: "Quý III/2026".
func (p Period) Name(l *i18n.Language) string {
	first, last := p.Range.From.Month(), p.Range.To.Month()
	year, index := int(first)/12, int(first)%12
	text := strconv.Itoa(year)
	switch p.ID {
	case first.String():
		return l.T("period.month", "Month", l.Month(first))
	case text:
		return l.T("period.year", "Year", text)
	case text + "-H1":
		return l.T("period.first_half", "Year", text)
	case text + "-H2":
		return l.T("period.second_half", "Year", text)
	case Months(first, last).ID:
		if index%3 == 0 && last-first == 2 {
			return l.T("period.quarter", "Quarter", quarters[index/3], "Year", text)
		}
	}
	return l.T("period.span", "From", l.Month(first), "To", l.Month(last))
}

// Around lists the periods of a calendar year: its months, quarters,
// half-years and the year itself.
func Around(year int) []Period {
	january := calendar.MonthOf(year, time.January)
	var all []Period
	for _, length := range []calendar.Month{1, 3, 6, 12} {
		for first := january; first < january+12; first += length {
			all = append(all, Months(first, first+length-1))
		}
	}
	return all
}
