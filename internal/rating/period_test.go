package rating_test

import (
	"errors"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/rating"

	"pgregory.net/rapid"
)

func TestParsePeriod(t *testing.T) {
	for id, want := range map[string][2]string{
		"2026-11":          {"2026-11-01", "2026-11-30"},
		"2028-02":          {"2028-02-01", "2028-02-29"},
		"2026-01":          {"2026-01-01", "2026-01-31"},
		"2026-12":          {"2026-12-01", "2026-12-31"},
		"2026-Q1":          {"2026-01-01", "2026-03-31"},
		"2026-Q4":          {"2026-10-01", "2026-12-31"},
		"2026-H1":          {"2026-01-01", "2026-06-30"},
		"2026-H2":          {"2026-07-01", "2026-12-31"},
		"2026":             {"2026-01-01", "2026-12-31"},
		"2025-12..2026-11": {"2025-12-01", "2026-11-30"},
		"2026-02..2026-04": {"2026-02-01", "2026-04-30"},
		"2026-01..2026-02": {"2026-01-01", "2026-02-28"},
		"1000":             {"1000-01-01", "1000-12-31"},
		"9999-Q4":          {"9999-10-01", "9999-12-31"},
	} {
		p, err := rating.ParsePeriod(id)
		if err != nil {
			t.Errorf("ParsePeriod(%q): %v", id, err)
			continue
		}
		if got := [2]string{p.Range.From.String(), p.Range.To.String()}; got != want || p.ID != id {
			t.Errorf("ParsePeriod(%q) = %s, %v; want %v", id, p.ID, got, want)
		}
	}
}

func TestParsePeriodRefuses(t *testing.T) {
	for _, id := range []string{
		"", "26", "0999", "02026", "2026-", "2026-0", "2026-00", "2026-13", "2026-1", "2026-Q0", "2026-Q5", "2026-q1", "2026-H0", "2026-H3",
		" 2026", "2026 ", "2026\n", "2026-11-01", "2026-11..", "..2026-11", "2026..2027", "2026-11...2026-12", "２０２６",
		"2026-03..2026-02", "2025-12..2026-12", "2025-01..2026-06", // backwards, and longer than a year
		"2026-11..2026-11", "2026-10..2026-12", "2026-07..2026-12", "2026-01..2026-12", // these have a shorter name
	} {
		if p, err := rating.ParsePeriod(id); !errors.Is(err, rating.ErrPeriod) || p != (rating.Period{}) {
			t.Errorf("ParsePeriod(%q) = %+v, %v", id, p, err)
		}
	}
}

// drawMonths draws a run of at most twelve months, far from the ends of what
// an id can say.
func drawMonths(t *rapid.T) (first, last calendar.Month) {
	first = calendar.Month(rapid.IntRange(1002*12, 9000*12).Draw(t, "first"))
	return first, first + calendar.Month(rapid.IntRange(0, 11).Draw(t, "more"))
}

// Every run of months up to a year has an id, and only one.
func TestIdReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, last := drawMonths(t)
		p := rating.Months(first, last)
		if p.Range.From != first.First() || p.Range.To != last.Last() {
			t.Fatalf("Months(%s, %s) = %+v", first, last, p)
		}
		back, err := rating.ParsePeriod(p.ID)
		if err != nil || back != p {
			t.Fatalf("ParsePeriod(%q) = %+v, %v; want %+v", p.ID, back, err, p)
		}
	})
}

func TestYearBefore(t *testing.T) {
	for id, want := range map[string]string{
		"2026-11":          "2025-11",
		"2026-01":          "2025-01",
		"2024-02":          "2023-02",
		"2026-Q1":          "2025-Q1",
		"2026-H2":          "2025-H2",
		"2026":             "2025",
		"2025-12..2026-11": "2024-12..2025-11",
		"2026-04..2026-05": "2025-04..2025-05",
	} {
		p, err := rating.ParsePeriod(id)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.YearBefore().ID; got != want {
			t.Errorf("year before %s = %s, want %s", id, got, want)
		}
	}
}

func TestPrevious(t *testing.T) {
	for id, want := range map[string]string{
		"2026-11":          "2026-10",
		"2026-01":          "2025-12",
		"2026-Q1":          "2025-Q4",
		"2026-H2":          "2026-H1",
		"2026":             "2025",
		"2026-04..2026-05": "2026-02..2026-03",
	} {
		p, err := rating.ParsePeriod(id)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Previous().ID; got != want {
			t.Errorf("before %s comes %s, want %s", id, got, want)
		}
	}
}

func TestYearBeforeHasTheSameMonths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rating.Months(drawMonths(t))
		year := p.YearBefore()
		if year.Range.From.Month()+12 != p.Range.From.Month() || year.Range.To.Month()+12 != p.Range.To.Month() {
			t.Fatalf("a year before %+v lies %+v", p, year)
		}
	})
}

func TestRatingYear(t *testing.T) {
	for starts, want := range map[time.Month]string{
		time.January:  "2026",
		time.February: "2025-02..2026-01",
		time.July:     "2025-07..2026-06",
		time.November: "2025-11..2026-10",
		time.December: "2025-12..2026-11",
	} {
		p := rating.RatingYear(2026, starts)
		if back, err := rating.ParsePeriod(p.ID); p.ID != want || err != nil || back != p {
			t.Errorf("RatingYear(2026, %s) = %+v, want %s (%v)", starts, p, want, err)
		}
		if p.Range.From.Month()+11 != p.Range.To.Month() {
			t.Errorf("RatingYear(2026, %s) has %d months", starts, len(p.Range.Months()))
		}
	}
}
