package demo_test

import (
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/demo"
	"hailong/internal/org"
	"hailong/internal/survey"
	"hailong/surveys"
)

func forms(t testing.TB) *survey.Forms {
	t.Helper()
	forms, err := survey.LoadForms(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	return forms
}

func register(t testing.TB) *org.Register {
	t.Helper()
	data, err := surveys.FS.ReadFile("org/daknong.yaml")
	if err != nil {
		t.Fatal(err)
	}
	known := forms(t)
	r, err := org.Parse("org/daknong.yaml", data, func(id string) bool { return known.Current(id) != nil })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func BenchmarkResponses(b *testing.B) {
	register, forms := register(b), forms(b)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for range demo.Responses(register, forms, demo.Options{Seed: 1, Responses: 60_000, Last: calendar.Date(2026, 11, 21)}) {
			n++
		}
		if n != 60_000 {
			b.Fatal(n)
		}
	}
	b.ReportMetric(60_000*float64(b.N)/b.Elapsed().Seconds(), "responses/s")
}
