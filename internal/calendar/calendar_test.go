package calendar_test

import (
	"testing"
	"time"

	"hailong/internal/calendar"
)

func TestDayFollowsTheZoneNotUTC(t *testing.T) {
	hcm := time.FixedZone("ICT", 7*3600)
	lateEvening := time.Date(2026, 11, 21, 17, 0, 0, 0, time.UTC) // midnight in Vietnam
	for _, c := range []struct {
		at    time.Time
		day   string
		shift calendar.Shift
	}{
		{lateEvening.Add(-time.Second), "2026-11-21", calendar.Afternoon},
		{lateEvening, "2026-11-22", calendar.Morning},
		{lateEvening.Add(12 * time.Hour), "2026-11-22", calendar.Afternoon},
	} {
		if got := calendar.Of(c.at, hcm).String(); got != c.day {
			t.Errorf("Of(%v) = %s, want %s", c.at, got, c.day)
		}
		if got := calendar.ShiftOf(c.at, hcm); got != c.shift {
			t.Errorf("ShiftOf(%v) = %s, want %s", c.at, got, c.shift)
		}
	}
}

func TestDayRoundTrip(t *testing.T) {
	for _, s := range []string{"1969-12-31", "1970-01-01", "2000-02-29", "2026-11-22"} {
		d, err := calendar.ParseDay(s)
		if err != nil || d.String() != s {
			t.Errorf("ParseDay(%q) = %v, %v", s, d, err)
		}
	}
	for _, s := range []string{"", "2026-02-30", "2026-1-1", "22/11/2026", "2026-11-22T00:00:00Z"} {
		if _, err := calendar.ParseDay(s); err == nil {
			t.Errorf("ParseDay(%q) accepted", s)
		}
	}
}

func TestMonthEnds(t *testing.T) {
	m, err := calendar.ParseMonth("2028-02")
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Range(); got.From.String() != "2028-02-01" || got.To.String() != "2028-02-29" {
		t.Errorf("February 2028 = %v to %v", got.From, got.To)
	}
	if got := m.String(); got != "2028-02" {
		t.Errorf("String() = %s", got)
	}
}

func TestRangeMonths(t *testing.T) {
	r := calendar.Range{From: calendar.Date(2025, 12, 31), To: calendar.Date(2026, 2, 1)}
	var got []string
	for _, m := range r.Months() {
		got = append(got, m.String())
	}
	if len(got) != 3 || got[0] != "2025-12" || got[2] != "2026-02" {
		t.Errorf("Months() = %v", got)
	}
	if upside := (calendar.Range{From: r.To, To: r.From}); !upside.Empty() || upside.Months() != nil || upside.Days() != 0 {
		t.Errorf("a range upside down must be empty")
	}
}

// TestDayIsThatOfTheWall compares with what the wall calendar says, in zones
// that change their clocks and before 1970.
func TestDayIsThatOfTheWall(t *testing.T) {
	for _, zone := range []string{"Asia/Ho_Chi_Minh", "America/New_York", "Pacific/Apia", "UTC"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for at := time.Date(1968, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2031; at = at.Add(5*time.Hour + 59*time.Minute + 59*time.Second) {
			y, m, d := at.In(loc).Date()
			if got, want := calendar.Of(at, loc), calendar.Date(y, m, d); got != want {
				t.Fatalf("%s: %v is on %s, the wall says %s", zone, at, got, want)
			}
		}
	}
}
