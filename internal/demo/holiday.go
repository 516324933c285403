package demo

import (
	"time"

	"hailong/internal/calendar"
)

// weekdays is how busy the days of the week are, beside a Wednesday. Saturday
// is the odd answer in the morning.
var weekdays = [7]float64{
	time.Sunday: 0, time.Monday: 1.3, time.Tuesday: 1.1, time.Wednesday: 1, time.Thursday: 1, time.Friday: 0.8, time.Saturday: 0.03,
}

// months is how busy the months are, beside the mean; agencies have a season
// of their own on top of it.
var months = [13]float64{
	time.January: 0.92, time.February: 0.9, time.March: 1.12, time.April: 1.05, time.May: 1, time.June: 1.03,
	time.July: 1.08, time.August: 1.1, time.September: 1.02, time.October: 1, time.November: 0.95, time.December: 0.85,
}

// fixedHolidays return every year on the same day, since the year given.
var fixedHolidays = []struct {
	month     time.Month
	day, from int
}{
	{time.January, 1, 1945},
	{time.April, 30, 1975},
	{time.May, 1, 1945},
	{time.September, 2, 1945},
	{time.November, 24, 2026}, // Ngày Văn hóa Việt Nam; that it binds from 2026 on is from memory
}

// movingHolidays are the days off that follow the moon or a yearly decision:
// Giỗ Tổ Hùng Vương, the second day of 2/9, days in lieu and days swapped.
// Approximate: from memory, not held against the notices.
var movingHolidays = []string{
	"2024-04-18", "2024-04-29", "2024-09-03",
	"2025-04-07", "2025-05-02", "2025-09-01",
	"2026-01-02", "2026-04-27", "2026-08-31", "2026-09-01",
	"2027-04-16", "2027-05-03", "2027-09-03",
}

// newYears are the days off at Tết Nguyên đán, first and last. Approximate:
// from memory, not held against the notices.
var newYears = [][2]string{
	{"2024-02-08", "2024-02-14"},
	{"2025-01-25", "2025-02-02"},
	{"2026-02-14", "2026-02-22"},
	{"2027-02-04", "2027-02-10"},
}

// closures knows on which days all counters are closed.
type closures struct {
	moving map[calendar.Day]bool
	tet    []calendar.Range
}

func newClosures() *closures {
	c := &closures{moving: map[calendar.Day]bool{}}
	for _, date := range movingHolidays {
		c.moving[mustParse(date)] = true
	}
	for _, span := range newYears {
		c.tet = append(c.tet, calendar.Range{From: mustParse(span[0]), To: mustParse(span[1])})
	}
	return c
}

func mustParse(date string) calendar.Day {
	day, err := calendar.ParseDay(date)
	if err != nil {
		panic("demo: table of holidays: " + err.Error())
	}
	return day
}

// traffic returns how busy counters are on the day, beside an ordinary
// Wednesday; 0 when they are closed.
func (c *closures) traffic(day calendar.Day) float64 {
	if c.moving[day] || isFixedHoliday(day) {
		return 0
	}
	_, month, _ := day.Date()
	return weekdays[day.Weekday()] * months[month] * c.aroundTet(day)
}

// aroundTet is 0 during the days off and low in the week on either side.
func (c *closures) aroundTet(day calendar.Day) float64 {
	for _, tet := range c.tet {
		switch {
		case tet.Contains(day):
			return 0
		case day >= tet.From-7 && day <= tet.To+7:
			return 0.55
		}
	}
	return 1
}

func isFixedHoliday(day calendar.Day) bool {
	year, month, dayOfMonth := day.Date()
	for _, h := range fixedHolidays {
		if h.month == month && h.day == dayOfMonth && year >= h.from {
			return true
		}
	}
	return false
}

// hasAfternoon says whether counters work after noon.
func hasAfternoon(day calendar.Day) bool { return day.Weekday() != time.Saturday }
