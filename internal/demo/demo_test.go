package demo_test

import (
	"slices"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/demo"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// last is a Friday, so the year before it has every kind of holiday.
var last = calendar.Date(2026, 10, 30)

func forms(t testing.TB) *survey.Forms {
	t.Helper()
	forms, err := survey.LoadForms(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	return forms
}

// register returns the sample register; its links differ with each call.
func register(t testing.TB) *org.Register {
	t.Helper()
	data, err := surveys.FS.ReadFile("org/daknong.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(data))
}

func parse(t testing.TB, data string) *org.Register {
	t.Helper()
	r, err := org.Parse("org.yaml", []byte(data), func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func collect(t testing.TB, o demo.Options) []response.Response {
	t.Helper()
	return slices.Collect(demo.Responses(register(t), forms(t), o))
}

func TestSameSeedSameResponses(t *testing.T) {
	o := demo.Options{Seed: 11, Responses: 3000, Last: last}
	first, second := collect(t, o), collect(t, o)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("two runs differ (-first +second):\n%s", diff)
	}
}

func TestOtherSeedOtherResponses(t *testing.T) {
	one := collect(t, demo.Options{Seed: 1, Responses: 3000, Last: last})
	two := collect(t, demo.Options{Seed: 2, Responses: 3000, Last: last})
	same := 0
	for i := range one {
		if one[i].ID == two[i].ID {
			t.Fatalf("seeds 1 and 2 share the id %s", one[i].ID)
		}
		one[i].ID, two[i].ID = response.ID{}, response.ID{}
		if cmp.Equal(one[i], two[i]) {
			same++
		}
	}
	if same > len(one)/20 {
		t.Errorf("%d of %d responses are equal for both seeds", same, len(one))
	}
}

func TestEveryResponseIsValid(t *testing.T) {
	register, forms := register(t), forms(t)
	for r := range demo.Responses(register, forms, demo.Options{Seed: 3, Responses: 20_000, Last: last}) {
		agency := register.Agency(r.Agency)
		if agency == nil || agency.Counter(r.Counter) == nil || r.Service != "" && agency.Service(r.Service) == nil {
			t.Fatalf("place %s/%s, service %q is not in the register", r.Agency, r.Counter, r.Service)
		}
		form := forms.Version(r.Form)
		if form == nil || form.ID != agency.Counter(r.Counter).Form || !slices.Contains(form.Languages(), r.Lang) {
			t.Fatalf("form %v in %s at %s/%s", r.Form, r.Lang, r.Agency, r.Counter)
		}
		valid, err := form.Validate(given(r.Answers))
		if err != nil {
			t.Fatalf("%s: %v", form.ID, err)
		}
		if diff := cmp.Diff(valid, r.Answers); diff != "" || len(valid) == 0 {
			t.Fatalf("%s: validation gives something else (-valid +made):\n%s", form.ID, diff)
		}
		if !slices.Contains(response.Channels, r.Channel) {
			t.Fatalf("channel %q", r.Channel)
		}
	}
}

func given(answers []survey.Answer) survey.Given {
	given := survey.Given{}
	for _, a := range answers {
		if a.Text != "" {
			given[a.Question] = []string{a.Text}
			continue
		}
		given[a.Question] = a.Values
	}
	return given
}

// The count is exact, days rise and ids are unique, whatever is asked for.
func TestLaws(t *testing.T) {
	register, forms := register(t), forms(t)
	rapid.Check(t, func(t *rapid.T) {
		o := demo.Options{
			Seed:      rapid.Uint64().Draw(t, "seed"),
			Responses: rapid.IntRange(0, 1500).Draw(t, "responses"),
			Last:      calendar.Day(rapid.IntRange(int(calendar.Date(2023, 1, 1)), int(calendar.Date(2029, 1, 1))).Draw(t, "last")),
			Days:      rapid.SampledFrom([]int{0, 14, 90, 1000}).Draw(t, "days"),
		}
		n, day, ids := 0, o.Last-364, map[response.ID]bool{}
		for r := range demo.Responses(register, forms, o) {
			if r.Day < day || r.Day > o.Last || ids[r.ID] {
				t.Fatalf("day %s after %s, or id %s for the second time", r.Day, day, r.ID)
			}
			n, day, ids[r.ID] = n+1, r.Day, true
		}
		if n != o.Responses {
			t.Fatalf("%d responses, want %d", n, o.Responses)
		}
	})
}

func TestStopsWhenTheReaderStops(t *testing.T) {
	n := 0
	for range demo.Responses(register(t), forms(t), demo.Options{Seed: 1, Responses: 500, Last: last}) {
		if n++; n == 7 {
			break
		}
	}
	if n != 7 {
		t.Errorf("read %d responses", n)
	}
}

func BenchmarkResponses(b *testing.B) {
	register, forms := register(b), forms(b)
	b.ReportAllocs()
	const n = 60_000
	for b.Loop() {
		for range demo.Responses(register, forms, demo.Options{Seed: 1, Responses: n, Last: last}) {
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "responses/s")
}
