package demo_test

import (
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/demo"
	"hailong/internal/org"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// agencyDay is what a count of dossiers is about.
type agencyDay struct {
	agency string
	day    calendar.Day
}

func answers(register *org.Register, t testing.TB, o demo.Options) map[agencyDay]int64 {
	counts := map[agencyDay]int64{}
	for r := range demo.Responses(register, forms(t), o) {
		counts[agencyDay{r.Agency, r.Day}]++
	}
	return counts
}

// Whoever answered was served, each figure stands there once, and on days
// within the year.
func TestServedLaws(t *testing.T) {
	register, forms := register(t), forms(t)
	rapid.Check(t, func(rt *rapid.T) {
		o := demo.Options{
			Seed:      rapid.Uint64().Draw(rt, "seed"),
			Responses: rapid.IntRange(0, 1500).Draw(rt, "responses"),
			Last:      calendar.Day(rapid.IntRange(int(calendar.Date(2023, 1, 1)), int(calendar.Date(2029, 1, 1))).Draw(rt, "last")),
		}
		answered, before := answers(register, t, o), calendar.Day(0)
		for _, row := range demo.Served(register, forms, o) {
			at := agencyDay{row.Agency, row.Day}
			if row.Count < max(1, answered[at]) {
				rt.Fatalf("%v: %d served, %d answered", at, row.Count, answered[at])
			}
			if row.Day < before || row.Day > o.Last || row.Day <= o.Last-365 {
				rt.Fatalf("%s stands after %s, in the year to %s", row.Day, before, o.Last)
			}
			before = row.Day
			delete(answered, at)
			if place := register.Agency(row.Agency); place == nil || !place.ExistsIn(calendar.Range{From: row.Day, To: row.Day}) {
				rt.Fatalf("%s served somebody on %s", row.Agency, row.Day)
			}
		}
		for at, n := range answered {
			if at.agency != "svhttdl" {
				rt.Fatalf("%v: %d answers, and no count of dossiers or two of them", at, n)
			}
		}
	})
}

func TestServedIsTheSameForTheSameSeed(t *testing.T) {
	o := demo.Options{Seed: 11, Responses: 3000, Last: last}
	first := demo.Served(register(t), forms(t), o)
	if diff := cmp.Diff(first, demo.Served(register(t), forms(t), o)); diff != "" || len(first) == 0 {
		t.Errorf("%d rows; two runs differ (-first +second):\n%s", len(first), diff)
	}
	o.Seed++
	if cmp.Equal(first, demo.Served(register(t), forms(t), o)) {
		t.Error("another seed gives the same rows")
	}
}

func TestResponseRatesArePlausible(t *testing.T) {
	register, o := register(t), demo.Options{Seed: 14, Responses: yearly, Last: last}
	answered, served := map[string]int64{}, map[string]int64{}
	for at, n := range answers(register, t, o) {
		answered[at.agency] += n
	}
	for _, row := range demo.Served(register, forms(t), o) {
		served[row.Agency] += row.Count
	}
	for agency, n := range answered {
		switch rate := float64(n) / float64(served[agency]); {
		case agency == "svhttdl":
			if served[agency] != 0 {
				t.Errorf("%s has reported %d dossiers", agency, served[agency])
			}
		case rate < 0.05 || rate > 0.4:
			t.Errorf("%s: %d of %d answered", agency, n, served[agency])
		}
	}
}
