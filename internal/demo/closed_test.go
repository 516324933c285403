package demo_test

import (
	"slices"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/demo"
	"hailong/internal/org"
	"hailong/internal/response"
)

func TestNoAnswersWhereNobodyIs(t *testing.T) {
	register, forms := register(t), forms(t)
	for _, last := range []calendar.Day{calendar.Date(2025, 2, 28), calendar.Date(2025, 8, 31), calendar.Date(2026, 1, 31)} {
		before, after := 0, 0
		for r := range demo.Responses(register, forms, demo.Options{Seed: 5, Responses: 15_000, Last: last}) {
			agency := register.Agency(r.Agency)
			if place := (org.Place{Agency: agency, Counter: agency.Counter(r.Counter)}); !place.OpenOn(r.Day) {
				t.Fatalf("%s/%s has an answer on %s, when it is not open", r.Agency, r.Counter, r.Day)
			}
			if agency.ValidTo != nil {
				before++
			} else if agency.ValidFrom != nil && *agency.ValidFrom == calendar.Date(2025, 3, 1) {
				after++
			}
		}
		reorganised := last > calendar.Date(2025, 2, 28)
		if before == 0 || (after > 0) != reorganised {
			t.Errorf("year to %s: %d answers at agencies that ended, %d at those that followed", last, before, after)
		}
	}
}

func TestClosedCounterAndUnknownForm(t *testing.T) {
	register := parse(t, `agencies:
  - code: xa
    name: Uỷ ban nhân dân xã
    services: [{code: ho-tich, name: Đăng ký khai sinh}]
    counters:
      - {code: moi, name: Quầy mới, form: mot-cua, valid_from: 2026-06-01}
      - {code: cu, name: Quầy cũ, form: mot-cua, valid_to: 2026-05-31}
      - {code: la, name: Quầy lạ, form: khong-co}
`)
	counts := map[string]int{}
	for r := range demo.Responses(register, forms(t), demo.Options{Seed: 5, Responses: 2000, Last: last}) {
		counts[r.Counter]++
		if (r.Counter == "moi") != (r.Day >= calendar.Date(2026, 6, 1)) {
			t.Fatalf("counter %s has an answer on %s", r.Counter, r.Day)
		}
		if r.Service != "" {
			t.Fatalf("service %q, although the agency has one only and does not ask", r.Service)
		}
	}
	if counts["moi"] == 0 || counts["cu"] == 0 || counts["la"] != 0 || counts["moi"]+counts["cu"] != 2000 {
		t.Errorf("answers by counter: %v", counts)
	}
}

func TestHolidaysAndWeekends(t *testing.T) {
	closed := map[calendar.Day]string{
		calendar.Date(2026, 1, 1):   "Tết Dương lịch",
		calendar.Date(2026, 2, 17):  "mùng 1 Tết",
		calendar.Date(2026, 4, 30):  "30/4",
		calendar.Date(2026, 5, 1):   "1/5",
		calendar.Date(2026, 9, 2):   "2/9",
		calendar.Date(2025, 11, 24): "",
	}
	days := map[calendar.Day]int{}
	for r := range demo.Responses(register(t), forms(t), demo.Options{Seed: 9, Responses: 60_000, Last: last}) {
		days[r.Day]++
		switch weekday := r.Day.Weekday(); {
		case weekday == time.Sunday:
			t.Fatalf("an answer on Sunday, %s", r.Day)
		case weekday == time.Saturday && r.Shift != calendar.Morning:
			t.Fatalf("an answer on Saturday afternoon, %s", r.Day)
		case closed[r.Day] != "":
			t.Fatalf("an answer on %s, %s", r.Day, closed[r.Day])
		}
	}
	if days[calendar.Date(2025, 11, 24)] == 0 {
		t.Error("24/11 is no holiday before 2026, yet there is no answer")
	}
	if quiet, usual := days[calendar.Date(2026, 2, 24)], days[calendar.Date(2026, 3, 10)]; quiet >= usual {
		t.Errorf("%d answers in the week after Tết, %d two weeks later", quiet, usual)
	}
}

func TestToday(t *testing.T) {
	yesterday := collect(t, demo.Options{Seed: 4, Responses: 5000, Last: last - 1})
	today := collect(t, demo.Options{Seed: 4, Responses: 12, Last: last, Days: 1, Morning: true})
	if len(today) != 12 {
		t.Fatalf("%d answers today", len(today))
	}
	for _, r := range today {
		if r.Day != last || r.Shift != calendar.Morning {
			t.Errorf("an answer on %s, %s", r.Day, r.Shift)
		}
		if slices.ContainsFunc(yesterday, func(old response.Response) bool { return old.ID == r.ID }) {
			t.Errorf("id %s was given before", r.ID)
		}
	}
	sunday := calendar.Date(2026, 11, 1)
	if made := collect(t, demo.Options{Seed: 4, Responses: 12, Last: sunday, Days: 1}); len(made) != 0 {
		t.Errorf("%d answers on a Sunday", len(made))
	}
}
