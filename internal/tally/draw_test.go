package tally_test

import (
	"fmt"
	"strconv"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawResponses draws any number of valid responses to the forms of testdata.
func drawResponses(t *rapid.T, forms *survey.Forms) []response.Response {
	all := forms.All()
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) response.Response {
		form := rapid.SampledFrom(all).Draw(t, "form")
		return response.Response{
			Day: calendar.Date(2026, 7, 1), Shift: calendar.Morning, Agency: "stp", Lang: "vi",
			Counter: rapid.SampledFrom([]string{"q1", "q2"}).Draw(t, "counter"),
			Service: rapid.SampledFrom([]string{"", "lltp"}).Draw(t, "service"),
			Channel: rapid.SampledFrom(response.Channels).Draw(t, "channel"),
			Form:    form.Ref(), Answers: drawAnswers(t, form),
		}
	}), 0, 30).Draw(t, "responses")
}

// drawAnswers answers or leaves blank each question that is shown.
func drawAnswers(t *rapid.T, f *survey.Form) []survey.Answer {
	var answers []survey.Answer
	for i := range f.Questions {
		q := &f.Questions[i]
		if !f.Shown(q, answers) || !rapid.Bool().Draw(t, q.ID+" answered") {
			continue
		}
		answer := survey.Answer{Question: q.ID}
		switch values := offered(f, q); q.Kind {
		case survey.Prose:
			answer.Text = "Góp ý"
		case survey.Choices:
			answer.Values = rapid.SliceOfNDistinct(rapid.SampledFrom(values), 1, len(values), rapid.ID).Draw(t, q.ID)
		default:
			answer.Values = []string{rapid.SampledFrom(values).Draw(t, q.ID)}
		}
		answers = append(answers, answer)
	}
	return answers
}

// offered lists what may be answered.
func offered(f *survey.Form, q *survey.Question) []string {
	if q.Kind == survey.YesNo {
		return []string{survey.Yes, survey.No}
	}
	var values []string
	for _, level := range f.Levels(q) {
		values = append(values, strconv.Itoa(level.Value))
	}
	for _, option := range q.Options {
		values = append(values, option.ID)
	}
	return values
}

// fold counts the responses in their order.
func fold(responses []response.Response) tally.Tally {
	t := tally.New()
	for i := range responses {
		t.Add(&responses[i])
	}
	return t
}

// lines writes counts as one line per thing counted, so that two ways of
// counting can be compared.
func lines(t tally.Tally) map[string]int64 {
	counted := map[string]int64{}
	for key, counts := range t {
		counted[fmt.Sprint(key)] = counts.N
		for id, q := range counts.Questions {
			counted[fmt.Sprint(key, id)] = q.Answered
			for value, n := range q.Values {
				counted[fmt.Sprint(key, id, "=", value)] = n
			}
		}
	}
	return counted
}

// count is the same from the responses themselves, one answer at a time.
func count(responses []response.Response) map[string]int64 {
	counted := map[string]int64{}
	for _, r := range responses {
		key := tally.Key{Form: r.Form, Counter: r.Counter, Service: r.Service, Channel: r.Channel}
		counted[fmt.Sprint(key)]++
		for _, a := range r.Answers {
			counted[fmt.Sprint(key, a.Question)]++
			for _, value := range a.Values {
				counted[fmt.Sprint(key, a.Question, "=", value)]++
			}
		}
	}
	return counted
}

func same(t rapid.TB, what string, want, got tally.Tally) {
	t.Helper()
	if diff := cmp.Diff(string(want.Encode()), string(got.Encode())); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

func TestDrawnResponsesAreValid(t *testing.T) {
	set := forms(t)
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range drawResponses(t, set) {
			given := survey.Given{}
			for _, a := range r.Answers {
				given[a.Question] = a.Values
				if a.Text != "" {
					given[a.Question] = []string{a.Text}
				}
			}
			if _, err := set.Version(r.Form).Validate(given); err != nil {
				t.Fatal(err)
			}
		}
	})
}
