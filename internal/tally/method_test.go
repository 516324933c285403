package tally_test

import (
	"strconv"
	"testing"

	"hailong/internal/response"
	"hailong/internal/stats"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shipped loads a method that comes with the program.
func shipped(t *testing.T, id string) *tally.Method {
	t.Helper()
	set, err := survey.LoadForms(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	methods, err := tally.LoadMethods(surveys.FS, set)
	if err != nil {
		t.Fatal(err)
	}
	return methods.Method(id)
}

// g05 makes the fifty responses of the golden vector G-05: for each factor of
// the method so many answers of levels 1 to 5, dealt out person by person.
func g05(m *tally.Method) []response.Response {
	totals := map[string][5]int{
		"access": {2, 6, 32, 90, 70}, "procedure": {1, 4, 20, 130, 95}, "officer": {3, 9, 33, 150, 105},
		"result": {0, 3, 9, 78, 60}, "feedback": {6, 14, 60, 80, 40},
	}
	responses := make([]response.Response, 50)
	for i := range responses {
		responses[i] = response.Response{Counter: "q1", Channel: response.QR, Form: survey.Ref{ID: "mot-cua-22", Version: 1}}
	}
	for _, factor := range m.Factors {
		dealt := 0
		for i, n := range totals[factor.ID] {
			for range n {
				r := &responses[dealt%50]
				answer := survey.Answer{Question: factor.Questions[dealt/50], Values: []string{strconv.Itoa(i + 1)}}
				r.Answers = append(r.Answers, answer)
				dealt++
			}
		}
	}
	return responses
}

// figure is a Figure as it is shown, rounded once.
type figure struct {
	N, Numerator, Denominator int64
	Index, Low, High          float64
	Factors                   []float64
	Status                    tally.Status
}

func shown(f tally.Figure) figure {
	s := figure{N: f.N, Numerator: f.Numerator, Denominator: f.Denominator, Status: f.Status}
	if f.Index != nil {
		s.Index = stats.Round(*f.Index, 2)
		s.Low, s.High = stats.Round(f.Interval.Low, 2), stats.Round(f.Interval.High, 2)
	}
	for _, factor := range f.Factors {
		if p := factor.Percent(); p != nil {
			s.Factors = append(s.Factors, stats.Round(*p, 2))
		}
	}
	return s
}

func TestGoldenG05(t *testing.T) {
	factors := []float64{80, 90, 85, 92, 60}
	for id, want := range map[string]figure{
		"mot-cua-5":    {N: 50, Numerator: 898, Denominator: 1100, Index: 81.64, Low: 68.79, High: 89.96, Factors: factors, Status: tally.OK},
		"mot-cua-5-tb": {N: 50, Numerator: 898, Denominator: 1100, Index: 81.40, Low: 68.53, High: 89.79, Factors: factors, Status: tally.OK},
	} {
		m := shipped(t, id)
		if diff := cmp.Diff(want, shown(m.Figure(fold(g05(m))))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

// people makes n responses that give the same answers.
func people(n int, form string, answers ...survey.Answer) []response.Response {
	responses := make([]response.Response, n)
	for i := range responses {
		responses[i] = response.Response{Counter: "q1", Channel: response.QR, Form: survey.Ref{ID: form, Version: 1}, Answers: answers}
	}
	return responses
}

func rated(question, value string) survey.Answer {
	return survey.Answer{Question: question, Values: []string{value}}
}

func TestFigure(t *testing.T) {
	good, poor := rated("overall", "4"), rated("overall", "3")
	for name, c := range map[string]struct {
		responses [][]response.Response
		want      figure
	}{
		"nobody came":       {nil, figure{Status: tally.NoData}},
		"all left blank":    {[][]response.Response{people(40, "five")}, figure{N: 40, Status: tally.NoData}},
		"only a comment":    {[][]response.Response{people(40, "five", survey.Answer{Question: "comment", Text: "Tốt"})}, figure{N: 40, Status: tally.NoData}},
		"fewer than shown":  {[][]response.Response{people(4, "five", good)}, figure{N: 4, Status: tally.Suppressed}},
		"so few, all blank": {[][]response.Response{people(4, "five")}, figure{N: 4, Status: tally.Suppressed}},
		"just shown": {
			[][]response.Response{people(5, "five", good)},
			figure{N: 5, Numerator: 5, Denominator: 5, Index: 100, Low: 56.55, High: 100, Factors: []float64{100}, Status: tally.Insufficient},
		},
		"another form only": {[][]response.Response{people(40, "three", rated("overall", "3"))}, figure{Status: tally.NoData}},
		"one short of min_n": {
			[][]response.Response{people(29, "five", good)},
			figure{N: 29, Numerator: 29, Denominator: 29, Index: 100, Low: 88.30, High: 100, Factors: []float64{100}, Status: tally.Insufficient},
		},
		"just min_n": {
			[][]response.Response{people(30, "five", good)},
			figure{N: 30, Numerator: 30, Denominator: 30, Index: 100, Low: 88.65, High: 100, Factors: []float64{100}, Status: tally.OK},
		},
		"nobody satisfied": {
			[][]response.Response{people(30, "five", poor)},
			figure{N: 30, Denominator: 30, Index: 0, Low: 0, High: 11.35, Factors: []float64{0}, Status: tally.OK},
		},
		"neutral counts below only, a blank in neither": {
			[][]response.Response{people(27, "five", good), people(3, "five", poor), people(20, "five")},
			figure{N: 50, Numerator: 27, Denominator: 30, Index: 90, Low: 78.64, High: 95.65, Factors: []float64{90}, Status: tally.OK},
		},
		"scales never mix": {
			[][]response.Response{people(30, "five", poor), people(500, "three", rated("overall", "3"))},
			figure{N: 30, Denominator: 30, Index: 0, Low: 0, High: 11.35, Factors: []float64{0}, Status: tally.OK},
		},
		"answers other than ratings": {
			[][]response.Response{people(30, "five", good, survey.Answer{Question: "praise", Values: []string{"yes"}})},
			figure{N: 30, Numerator: 30, Denominator: 30, Index: 100, Low: 88.65, High: 100, Factors: []float64{100}, Status: tally.OK},
		},
	} {
		t.Run(name, func(t *testing.T) {
			folded := tally.New()
			for _, group := range c.responses {
				folded.Merge(fold(group))
			}
			if diff := cmp.Diff(c.want, shown(method(t, "good_pooled.yaml").Figure(folded))); diff != "" {
				t.Errorf("figure (-want +got):\n%s", diff)
			}
		})
	}
}

// A factor that nobody answered has no weight in the mean, as a blank has none.
func TestMeanOfFactorsLeavesOutTheUnanswered(t *testing.T) {
	m := method(t, "good_mean.yaml")
	one := m.Figure(fold(people(30, "five", rated("seats", "5"))))
	if one.Index == nil || *one.Index != 100 {
		t.Errorf("seats alone: %+v", one)
	}
	responses := append(people(30, "five", rated("seats", "5")), people(10, "five", rated("overall", "1"), rated("seats", "5"))...)
	want := figure{N: 40, Numerator: 40, Denominator: 50, Index: 50, Low: 35.20, High: 64.80, Factors: []float64{0, 100}, Status: tally.OK}
	if diff := cmp.Diff(want, shown(m.Figure(fold(responses)))); diff != "" {
		t.Errorf("both (-want +got):\n%s", diff)
	}
}

func TestFigureAgreesWithTheResponses(t *testing.T) {
	set := forms(t)
	for _, file := range []string{"good_pooled.yaml", "good_mean.yaml", "good_three.yaml"} {
		m := method(t, file)
		rapid.Check(t, func(t *rapid.T) {
			responses := drawResponses(t, set)
			got := m.Figure(fold(responses))
			n, factors := byHand(m, responses)
			if diff := cmp.Diff(factors, got.Factors); diff != "" || got.N != n {
				t.Fatalf("n %d, want %d; factors (-want +got):\n%s", got.N, n, diff)
			}
			checkFigure(t, got)
		})
	}
}

// byHand counts the satisfied answers of each factor, response by response. Of
// too few people it is only said how many they are.
func byHand(m *tally.Method, responses []response.Response) (int64, []tally.Share) {
	factors := make([]tally.Share, len(m.Factors))
	var n int64
	for _, r := range responses {
		if r.Form.ID != m.Forms[0] {
			continue
		}
		n++
		for i, factor := range m.Factors {
			for _, a := range r.Answers {
				if a.Question == factor.Questions[0] {
					factors[i].Denominator++
					if a.Values[0] >= strconv.Itoa(m.SatisfiedFrom) {
						factors[i].Numerator++
					}
				}
			}
		}
	}
	if n < m.SuppressBelow {
		return n, make([]tally.Share, len(m.Factors))
	}
	return n, factors
}

func checkFigure(t rapid.TB, f tally.Figure) {
	t.Helper()
	var sum tally.Share
	for _, factor := range f.Factors {
		sum.Numerator += factor.Numerator
		sum.Denominator += factor.Denominator
	}
	if sum != f.Share || (f.Index == nil) != (f.Denominator == 0) || (f.Interval == nil) != (f.Index == nil) || (f.Status == tally.NoData || f.Status == tally.Suppressed) != (f.Index == nil) {
		t.Fatalf("figure %+v does not hold together", f)
	}
	const hair = 1e-9
	if f.Index != nil && (*f.Index < 0 || *f.Index > 100 || f.Interval.Low > *f.Index+hair || f.Interval.High < *f.Index-hair) {
		t.Fatalf("index %v, interval %v", *f.Index, *f.Interval)
	}
}

func TestTheMethodToBeginWith(t *testing.T) {
	forms, err := survey.LoadForms(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	methods, err := tally.LoadMethods(surveys.FS, forms)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		forms []string
		want  string
	}{
		"the default counts one of them": {[]string{"nd61-3", "mot-cua-22"}, "hai-long-chung"},
		"only another does":              {[]string{"nd61-3"}, "nd61-3"},
		"none does":                      {[]string{"quan-chung"}, "hai-long-chung"},
		"no form at all":                 {nil, "hai-long-chung"},
	} {
		if got := methods.For(c.forms).ID; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
