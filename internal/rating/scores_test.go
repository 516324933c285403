package rating_test

import (
	"encoding/json"
	"strconv"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
)

// loaded returns a method that comes with the program.
func loaded(t testing.TB, id string) *tally.Method {
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

// thirdQuarter reads the period in which all of these tests play.
func thirdQuarter(t testing.TB) rating.Period {
	t.Helper()
	p, err := rating.ParsePeriod("2026-Q3")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// goldenFactors are the totals of G-05 by factor: so many answers of each
// level from 1 to 5.
var goldenFactors = map[string][5]int64{
	"access": {2, 6, 32, 90, 70}, "procedure": {1, 4, 20, 130, 95}, "officer": {3, 9, 33, 150, 105},
	"result": {0, 3, 9, 78, 60}, "feedback": {6, 14, 60, 80, 40},
}

// golden makes the counts of G-05: fifty sheets of mot-cua-22, every item
// answered on each.
func golden(m *tally.Method) tally.Tally {
	counts := &tally.Counts{N: 50, Held: 1, Excluded: 1, Questions: map[string]*tally.Question{}}
	for _, factor := range m.Factors {
		dealt := 0
		for i, n := range goldenFactors[factor.ID] {
			for range n {
				q := counts.Questions[factor.Questions[dealt/50]]
				if q == nil {
					q = &tally.Question{Values: map[string]int64{}}
					counts.Questions[factor.Questions[dealt/50]] = q
				}
				q.Answered++
				q.Values[strconv.Itoa(i+1)]++
				dealt++
			}
		}
	}
	return tally.Tally{{Form: survey.Ref{ID: "mot-cua-22", Version: 1}, Counter: "q1", Channel: response.QR}: counts}
}

// The scores of G-05 as the contract prints them.
const goldenJSON = `{
 "agency": "stp", "name": "Sở Tư pháp", "party_organisation": "db-stp", "peer_group": "so", "status": "ok",
 "n": 50, "received": 52, "held": 1, "excluded": 1, "served": 400, "response_rate": 0.125, "suggested_n": 200,
 "numerator": 898, "denominator": 1100, "index": 81.64,
 "interval": {"low": 68.79, "high": 89.96, "level": 0.95, "kind": "wilson"},
 "factors": [
  {"id": "access", "name": "Tiếp cận dịch vụ", "numerator": 160, "denominator": 200, "index": 80},
  {"id": "procedure", "name": "Thủ tục hành chính", "numerator": 225, "denominator": 250, "index": 90},
  {"id": "officer", "name": "Công chức trực tiếp giải quyết công việc", "numerator": 255, "denominator": 300, "index": 85},
  {"id": "result", "name": "Kết quả cung ứng dịch vụ", "numerator": 138, "denominator": 150, "index": 92},
  {"id": "feedback", "name": "Tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị", "numerator": 120, "denominator": 200, "index": 60}],
 "rank": {"best": 1, "worst": 1}, "points": {"value": 8.16, "max": 10, "rule": "proportional"}}`

func TestGoldenG05AsTheContractPrintsIt(t *testing.T) {
	m := loaded(t, "mot-cua-5")
	agency := &org.Agency{Code: "stp", Name: "Sở Tư pháp", PartyOrganisation: "db-stp", PeerGroup: "so"}
	p := thirdQuarter(t)
	served := []rating.Served{{Day: p.Range.From, Count: 150}, {Day: p.Range.To, Counter: "q1", Count: 250}, {Day: p.Range.To + 1, Count: 999}, {Day: p.Range.From - 1, Count: 999}}
	var asked []float64
	points := func(index float64) *rating.Points {
		asked = append(asked, index)
		return &rating.Points{Value: 8.16, Max: 10, Rule: "proportional"}
	}
	scores := rating.Scores([]rating.Counts{{Agency: agency, Tally: golden(m), Served: served}}, m, rating.ByAgency, p, points)
	if len(scores) != 1 {
		t.Fatalf("%d scores", len(scores))
	}
	data, err := json.Marshal(scores[0])
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(goldenJSON), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("score (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]float64{100 * 898. / 1100}, asked); diff != "" {
		t.Errorf("points are made of the unrounded index (-want +got):\n%s", diff)
	}
}

func TestGoldenG05MeanOfFactors(t *testing.T) {
	m := loaded(t, "mot-cua-5-tb")
	s := rating.Scores([]rating.Counts{{Agency: &org.Agency{Code: "stp"}, Tally: golden(m)}}, m, rating.ByAgency, thirdQuarter(t), nil)[0]
	if *s.Index != 81.40 || *s.Numerator != 898 || *s.Denominator != 1100 || s.Interval.Low != 68.53 || s.Interval.High != 89.79 || s.Points != nil {
		t.Errorf("index %v of %d/%d, interval %v, points %v", *s.Index, *s.Numerator, *s.Denominator, *s.Interval, s.Points)
	}
}

// overall makes n sheets of the short form of which so many are satisfied and
// so many blank.
func overall(counter, service string, satisfied, blank, n int64) tally.Tally {
	counts := &tally.Counts{N: n, Questions: map[string]*tally.Question{}}
	if answered := n - blank; answered > 0 {
		counts.Questions["overall"] = &tally.Question{Answered: answered, Values: map[string]int64{"4": satisfied, "3": answered - satisfied}}
	}
	return tally.Tally{{Form: survey.Ref{ID: "mot-cua", Version: 1}, Counter: counter, Service: service, Channel: response.QR}: counts}
}

// Golden vector G-16: all but the second are 90 %, and how far to trust them
// differs widely.
func TestGoldenG16(t *testing.T) {
	m := loaded(t, "hai-long-chung")
	for _, c := range []struct {
		satisfied, n     int64
		status           rating.Status
		index, low, high float64
	}{
		{9, 10, rating.Insufficient, 90, 59.58, 98.21},
		{10, 10, rating.Insufficient, 100, 72.25, 100},
		{18, 20, rating.Insufficient, 90, 69.90, 97.21},
		{45, 50, rating.OK, 90, 78.64, 95.65},
		{90, 100, rating.OK, 90, 82.56, 94.48},
		{270, 300, rating.OK, 90, 86.08, 92.91},
	} {
		s := rating.Scores([]rating.Counts{{Agency: &org.Agency{Code: "a"}, Tally: overall("q1", "", c.satisfied, 0, c.n)}}, m, rating.ByAgency, thirdQuarter(t), nil)[0]
		want := &rating.Interval{Low: c.low, High: c.high, Level: 0.95, Kind: "wilson"}
		if diff := cmp.Diff(want, s.Interval); diff != "" || *s.Index != c.index || s.Status != c.status {
			t.Errorf("%d of %d: %s, %v; interval (-want +got):\n%s", c.satisfied, c.n, s.Status, *s.Index, diff)
		}
	}
}

// Golden vector G-01, and when a rate is told.
func TestCoverage(t *testing.T) {
	m := loaded(t, "hai-long-chung")
	score := func(rows ...int64) rating.Score {
		var served []rating.Served
		for _, n := range rows {
			served = append(served, rating.Served{Day: thirdQuarter(t).Range.From, Count: n})
		}
		return rating.Scores([]rating.Counts{{Agency: &org.Agency{Code: "a"}, Tally: overall("q1", "", 3, 0, 4), Served: served}}, m, rating.ByAgency, thirdQuarter(t), nil)[0]
	}
	want := map[int64]int64{30: 28, 50: 45, 100: 80, 200: 134, 365: 191, 500: 223, 1000: 286, 2500: 345, 5000: 371, 10000: 385, 100000: 399}
	for population, n := range want {
		if s := score(population); *s.Suggested != n || *s.Served != population {
			t.Errorf("of %d served %d are suggested, want %d", *s.Served, *s.Suggested, n)
		}
	}
	if s := score(3, 4); *s.Served != 7 || *s.ResponseRate != 0.5714 || s.Status != rating.Suppressed {
		t.Errorf("4 of 7 = %v (%s)", *s.ResponseRate, s.Status)
	}
	if s := score(); s.Served != nil || s.ResponseRate != nil || s.Suggested != nil {
		t.Errorf("nothing reported: %v", s)
	}
	if s := score(0); *s.Served != 0 || s.ResponseRate != nil || *s.Suggested != 0 {
		t.Errorf("none served: %v", s)
	}
}

func TestStatuses(t *testing.T) {
	m := loaded(t, "hai-long-chung")
	no := false
	held := overall("q1", "", 0, 0, 0)
	for _, c := range held {
		c.Held = 2
	}
	for name, c := range map[string]struct {
		agency org.Agency
		cells  tally.Tally
		want   rating.Status
	}{
		"no procedures":                    {org.Agency{HasProcedures: &no}, nil, rating.NotApplicable},
		"no procedures, yet answers":       {org.Agency{HasProcedures: &no}, overall("q1", "", 20, 0, 40), rating.OK},
		"no procedures, yet answers held":  {org.Agency{HasProcedures: &no}, held, rating.NoData},
		"nobody":                           {org.Agency{}, nil, rating.NoData},
		"one":                              {org.Agency{}, overall("q1", "", 1, 0, 1), rating.Suppressed},
		"one less than shown":              {org.Agency{}, overall("q1", "", 2, 0, 4), rating.Suppressed},
		"just shown":                       {org.Agency{}, overall("q1", "", 2, 0, 5), rating.Insufficient},
		"one less than ranked":             {org.Agency{}, overall("q1", "", 2, 0, 29), rating.Insufficient},
		"just ranked":                      {org.Agency{}, overall("q1", "", 2, 0, 30), rating.OK},
		"blank sheets alone":               {org.Agency{}, overall("q1", "", 0, 40, 40), rating.NoData},
		"so few blank sheets that it hurt": {org.Agency{}, overall("q1", "", 0, 4, 4), rating.Suppressed},
		"some blank sheets":                {org.Agency{}, overall("q1", "", 2, 38, 40), rating.OK},
	} {
		t.Run(name, func(t *testing.T) {
			points := func(float64) *rating.Points { return &rating.Points{Value: 1, Max: 1, Rule: "bands"} }
			s := rating.Scores([]rating.Counts{{Agency: &c.agency, Tally: c.cells}}, m, rating.ByAgency, thirdQuarter(t), points)[0]
			if s.Status != c.want || s.N != c.cells.N() || s.Received != s.N+s.Held+s.Excluded {
				t.Errorf("status %s, n %d of %d received; want %s, %d", s.Status, s.N, s.Received, c.want, c.cells.N())
			}
			shown, ranked := c.want == rating.OK || c.want == rating.Insufficient, c.want == rating.OK
			if (s.Index != nil) != shown || (s.Interval != nil) != shown || (s.Numerator != nil) != shown || (s.Denominator != nil) != shown || (len(s.Factors) > 0) != shown {
				t.Errorf("what is shown: %+v", s)
			}
			if (s.Rank != nil) != ranked || (s.Points != nil) != ranked || s.Factors == nil {
				t.Errorf("rank %v, points %v, factors %v", s.Rank, s.Points, s.Factors)
			}
		})
	}
}

func TestOtherFormsAreNotCounted(t *testing.T) {
	m := loaded(t, "hai-long-chung")
	cells := overall("q1", "", 30, 0, 40)
	cells[tally.Key{Form: survey.Ref{ID: "quan-chung", Version: 1}, Counter: "q2", Channel: response.QR}] = &tally.Counts{N: 7, Held: 8, Excluded: 9}
	in := []rating.Counts{{Agency: &org.Agency{Code: "a"}, Tally: cells}}
	if s := rating.Scores(in, m, rating.ByAgency, thirdQuarter(t), nil)[0]; s.N != 40 || s.Received != 40 || s.Held != 0 || s.Excluded != 0 {
		t.Errorf("n %d, received %d, held %d, excluded %d", s.N, s.Received, s.Held, s.Excluded)
	}
	if parts := rating.Scores(in, m, rating.ByCounter, thirdQuarter(t), nil); len(parts) != 1 || parts[0].Part.Code != "q1" {
		t.Errorf("counters: %+v", parts)
	}
}

func TestWhichAgenciesAreListed(t *testing.T) {
	m := loaded(t, "hai-long-chung")
	p := thirdQuarter(t)
	day := func(d calendar.Day) *calendar.Day { return &d }
	reported := []rating.Served{{Day: p.Range.From, Count: 3}}
	counts := []rating.Counts{
		{Agency: &org.Agency{Code: "always"}},
		{Agency: &org.Agency{Code: "ended", ValidTo: day(p.Range.From - 1)}},
		{Agency: &org.Agency{Code: "ended-late-answers", ValidTo: day(p.Range.From - 1)}, Tally: overall("q1", "", 1, 0, 1)},
		{Agency: &org.Agency{Code: "ended-late-report", ValidTo: day(p.Range.From - 1)}, Served: reported},
		{Agency: &org.Agency{Code: "last-day", ValidTo: day(p.Range.From)}},
		{Agency: &org.Agency{Code: "first-day", ValidFrom: day(p.Range.To)}},
		{Agency: &org.Agency{Code: "to-come", ValidFrom: day(p.Range.To + 1)}},
	}
	var got []string
	for _, s := range rating.Scores(counts, m, rating.ByAgency, p, nil) {
		got = append(got, s.Agency)
	}
	if diff := cmp.Diff([]string{"always", "ended-late-answers", "ended-late-report", "last-day", "first-day"}, got); diff != "" {
		t.Errorf("agencies (-want +got):\n%s", diff)
	}
	if none := rating.Scores(nil, m, rating.ByAgency, p, nil); none == nil || len(none) != 0 {
		t.Errorf("no agencies: %v", none)
	}
}

// parted is what TestParts looks at of a line.
type parted struct {
	Code, Name string
	N          int64
	Served     int64 // -1: not reported
}

func TestParts(t *testing.T) {
	m := loaded(t, "hai-long-chung")
	agency := &org.Agency{
		Code:     "stp",
		Services: []org.Service{{Code: "lltp", Name: "Lý lịch tư pháp"}, {Code: "hotich", Name: "Hộ tịch"}},
		Counters: []org.Counter{{Code: "q2", Name: "Quầy 2"}, {Code: "q1", Name: "Quầy 1"}, {Code: "q9", Name: "Quầy 9"}},
	}
	cells := overall("q1", "lltp", 30, 0, 40)
	cells.Merge(overall("q2", "gone", 3, 0, 6))
	cells.Merge(overall("q2", "", 3, 0, 7))
	cells.Merge(overall("torn-down", "hotich", 3, 0, 3))
	cells[tally.Key{Form: survey.Ref{ID: "mot-cua", Version: 1}, Counter: "q1", Channel: response.Paper}] = &tally.Counts{Held: 1}
	cells[tally.Key{Form: survey.Ref{ID: "mot-cua", Version: 1}, Counter: "q9", Channel: response.Kiosk}] = &tally.Counts{}
	day := thirdQuarter(t).Range.To
	served := []rating.Served{{Day: day, Count: 100}, {Day: day, Counter: "q1", Count: 20}, {Day: day - 1, Counter: "q1", Service: "lltp", Count: 3}, {Day: day + 1, Counter: "q2", Count: 9}}
	for by, want := range map[rating.By][]parted{
		rating.ByCounter: {{"q2", "Quầy 2", 13, -1}, {"q1", "Quầy 1", 40, 23}, {"torn-down", "torn-down", 3, -1}},
		rating.ByService: {{"lltp", "Lý lịch tư pháp", 40, 3}, {"hotich", "Hộ tịch", 3, -1}, {"", "", 7, -1}, {"gone", "gone", 6, -1}},
		rating.ByChannel: {{"qr", "qr", 56, -1}, {"paper", "paper", 0, -1}},
	} {
		var got []parted
		for _, s := range rating.Scores([]rating.Counts{{Agency: agency, Tally: cells, Served: served}}, m, by, thirdQuarter(t), func(float64) *rating.Points { return &rating.Points{} }) {
			line := parted{s.Part.Code, s.Part.Name, s.N, -1}
			if s.Served != nil {
				line.Served = *s.Served
			}
			got = append(got, line)
			if s.Rank != nil || s.Points != nil || s.Agency != "stp" {
				t.Errorf("by %s: %+v", by, s)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", by, diff)
		}
	}
}
