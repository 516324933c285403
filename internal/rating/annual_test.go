package rating_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"hailong/internal/rating"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func value(x float64) *float64 { return &x }

// verified makes an entry that both sides agree on.
func verified(x float64) rating.Entry { return rating.Entry{Self: value(x), Verified: value(x)} }

// nine spreads values over the nine indices of Nghị định 61.
func nine(r *rating.Rule, values ...float64) map[string]rating.Entry {
	entries := map[string]rating.Entry{}
	for i, c := range r.Criteria {
		entries[c.ID] = verified(values[i])
	}
	return entries
}

// fill spreads a total over the criteria, two points each at most.
func fill(r *rating.Rule, cents int) map[string]rating.Entry {
	values := make([]float64, len(r.Criteria))
	for i := range values {
		part := min(cents, 200)
		values[i], cents = float64(part)/100, cents-part
	}
	return nine(r, values...)
}

// G-07: the classes of Nghị định 61 at their borders. Exactly 15 is "Xuất sắc";
// a program in use calls it "Yếu".
func TestGoldenG07(t *testing.T) {
	r := rules(t).Rule("nd61-9")
	for cents, want := range map[int]string{
		1800: "xuat-sac", 1500: "xuat-sac", 1499: "tot", 1200: "tot", 1199: "kha", 900: "kha", 899: "trung-binh", 600: "trung-binh", 599: "yeu", 0: "yeu",
	} {
		got := rating.Annual(r, rating.Inputs{Entries: fill(r, cents)})
		if got.Suggested != want || got.Status != rating.Complete || *got.Points.Value != float64(cents)/100 {
			t.Errorf("%d hundredths: %s %+v, want %s", cents, got.Status, got.Points, want)
		}
	}
	got := rating.Annual(r, rating.Inputs{Entries: nine(r, 2, 1.85, 1.9, 2, 1, 2, 1.95, 2, 1)})
	want := rating.Total{Value: value(15.7), Percent: value(87.22), Raw: 15.7, Applicable: 18, Max: 18}
	if diff := cmp.Diff(want, got.Points); diff != "" || got.Suggested != "xuat-sac" {
		t.Errorf("suggested %s; points (-want +got):\n%s", got.Suggested, diff)
	}
}

// sheetRule is the rule of the tests: 10 points of satisfaction, 5 of a score out
// of 18, 85 entered.
const sheetRule = `
id: thu
version: 3
criteria:
  - {id: cchc, name: {vi: Hài lòng}, max_points: 10, source: satisfaction, method: mot-cua-5, rule: {kind: proportional, target: 90}}
  - {id: tthc, name: {vi: Thủ tục}, max_points: 5, source: entered, rule: {kind: ratio, of: 18}}
  - {id: nhiem-vu, name: {vi: Nhiệm vụ}, max_points: 85, source: entered}
levels: [{id: xuat-sac, from: 90}, {id: tot, from: 70}, {id: hoan-thanh, from: 50}, {id: khong, from: 0}]
legal_reference: Quyết định để thử
`

func TestAnnual(t *testing.T) {
	r := parse(t, sheetRule)
	ok := rating.Measured{Status: rating.OK, N: 50, Index: value(81.64)}
	none := rating.Entry{NotApplicable: true, Reason: "Không phát sinh TTHC"}
	for name, c := range map[string]struct {
		measured    rating.Measured
		tthc, task  rating.Entry
		status      rating.RatingStatus
		points      rating.Total
		suggested   string
		lineOfIndex rating.Status
	}{
		"all there": {ok, verified(15.7), verified(80), rating.Complete,
			rating.Total{Value: value(93.43), Percent: value(93.43), Raw: 93.43, Applicable: 100, Max: 100}, "xuat-sac", rating.OK}, // 9.07 + 4.36 + 80
		"no procedures": {rating.Measured{Status: rating.NotApplicable}, none, verified(68), rating.Complete,
			rating.Total{Value: value(80), Percent: value(80), Raw: 68, Applicable: 85, Max: 100}, "tot", rating.NotApplicable},
		"too few sheets": {rating.Measured{Status: rating.Insufficient, N: 12, Index: value(50)}, verified(18), verified(85), rating.Provisional,
			rating.Total{Value: value(100), Percent: value(100), Raw: 90, Applicable: 90, Max: 100}, "xuat-sac", rating.Insufficient},
		"hidden": {rating.Measured{Status: rating.Suppressed, N: 3, Index: value(50)}, verified(18), verified(0), rating.Provisional,
			rating.Total{Value: value(5.56), Percent: value(5.56), Raw: 5, Applicable: 90, Max: 100}, "khong", rating.Suppressed},
		"no figure at all": {rating.Measured{}, verified(0), verified(45), rating.Provisional,
			rating.Total{Value: value(50), Percent: value(50), Raw: 45, Applicable: 90, Max: 100}, "hoan-thanh", rating.NoData},
		"own score only": {ok, rating.Entry{Self: value(18)}, verified(85), rating.Incomplete,
			rating.Total{Raw: 94.07, Applicable: 100, Max: 100}, "", rating.OK},
		"nothing entered": {rating.Measured{Status: rating.NoData}, rating.Entry{}, rating.Entry{}, rating.Incomplete,
			rating.Total{Applicable: 90, Max: 100}, "", rating.NoData},
		"nothing applies": {rating.Measured{Status: rating.NotApplicable}, none, none, rating.Unrated,
			rating.Total{Max: 100}, "", rating.NotApplicable},
		"nothing but a missing index": {rating.Measured{Status: rating.NoData}, none, none, rating.Provisional,
			rating.Total{Max: 100}, "", rating.NoData},
	} {
		t.Run(name, func(t *testing.T) {
			got := rating.Annual(r, rating.Inputs{
				Measured: map[string]rating.Measured{"mot-cua-5": c.measured},
				Entries:  map[string]rating.Entry{"tthc": c.tthc, "nhiem-vu": c.task},
			})
			if got.Status != c.status || got.Suggested != c.suggested || got.Criteria[0].Status != c.lineOfIndex {
				t.Errorf("status %s, suggested %q, index %s", got.Status, got.Suggested, got.Criteria[0].Status)
			}
			if diff := cmp.Diff(c.points, got.Points); diff != "" {
				t.Errorf("points (-want +got):\n%s", diff)
			}
			if hidden := got.Criteria[0].Index == nil; hidden != (c.lineOfIndex != rating.OK && c.lineOfIndex != rating.Insufficient) {
				t.Errorf("index of %s shown as %v", c.lineOfIndex, got.Criteria[0].Index)
			}
		})
	}
}

func TestLines(t *testing.T) {
	entry := rating.Entry{
		Self: value(18), Verified: value(15.7), Reason: "Chỉ số 5 chưa đủ minh chứng",
		SelfBy: "stp@example.vn", SelfAt: "2026-12-01", VerifiedBy: "vpk@example.vn", VerifiedAt: "2026-12-10",
	}
	conclusion := &rating.Conclusion{Level: "tot", Reason: "Có đảng viên bị kỷ luật", By: "Ban Thường vụ", At: "2026-12-28"}
	got := rating.Annual(parse(t, sheetRule), rating.Inputs{
		PartyOrganisation: "db-stp", Name: "Đảng bộ cơ sở Sở Tư pháp", Conclusion: conclusion,
		Measured: map[string]rating.Measured{"mot-cua-5": {Status: rating.OK, N: 50, Index: value(898.0 / 11)}},
		Entries:  map[string]rating.Entry{"tthc": entry, "nhiem-vu": verified(80), "cchc": verified(10), "khac": verified(1)},
	})
	want := rating.Rating{
		PartyOrganisation: "db-stp", Name: "Đảng bộ cơ sở Sở Tư pháp", Rule: "thu", RuleVersion: 3, Status: rating.Complete,
		Criteria: []rating.Line{
			{Criterion: "cchc", Name: "Hài lòng", Source: rating.FromSatisfaction, Status: rating.OK, Method: "mot-cua-5", N: 50, Index: value(81.64), Points: value(9.07), Max: 10, Rule: "proportional"},
			{Criterion: "tthc", Name: "Thủ tục", Source: rating.FromEntry, Status: rating.OK, Best: 18, Entry: entry, Points: value(4.36), Max: 5, Rule: "ratio"},
			{Criterion: "nhiem-vu", Name: "Nhiệm vụ", Source: rating.FromEntry, Status: rating.OK, Best: 85, Entry: verified(80), Points: value(80), Max: 85},
		},
		Points:    rating.Total{Value: value(93.43), Percent: value(93.43), Raw: 93.43, Applicable: 100, Max: 100},
		Suggested: "xuat-sac", Conclusion: conclusion, Stray: []string{"cchc", "khac"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sheet (-want +got):\n%s", diff)
	}
	if got.Level() != "tot" {
		t.Errorf("level %s stands, not the committee's", got.Level())
	}
	got.Conclusion = nil
	if got.Level() != "xuat-sac" {
		t.Errorf("level %s stands, not the suggested one", got.Level())
	}
}

func TestRatingAsJSON(t *testing.T) {
	got := rating.Annual(parse(t, sheetRule), rating.Inputs{PartyOrganisation: "db-stp", Entries: map[string]rating.Entry{"nhiem-vu": {Self: value(80)}}})
	data, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"party_organisation":"db-stp","name":"","rule":"thu","rule_version":3,"status":"incomplete","criteria":[` +
		`{"criterion":"cchc","name":"Hài lòng","source":"satisfaction","status":"no_data","method":"mot-cua-5","self":null,"verified":null,"points":null,"max":10,"rule":"proportional"},` +
		`{"criterion":"tthc","name":"Thủ tục","source":"entered","status":"pending","entered_of":18,"self":null,"verified":null,"points":null,"max":5,"rule":"ratio"},` +
		`{"criterion":"nhiem-vu","name":"Nhiệm vụ","source":"entered","status":"pending","entered_of":85,"self":80,"verified":null,"points":null,"max":85}],` +
		`"points":{"value":null,"percent":null,"raw":0,"applicable_max":90,"max":100},"conclusion":null}`
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestEntries(t *testing.T) {
	r := parse(t, sheetRule)
	for name, c := range map[string]struct {
		criterion string
		entry     rating.Entry
		want      error
		fault     string
	}{
		"agreed":                     {"nhiem-vu", verified(85), nil, ""},
		"nothing":                    {"nhiem-vu", rating.Entry{Self: value(0), Verified: value(0)}, nil, ""},
		"verified alone":             {"nhiem-vu", rating.Entry{Verified: value(3)}, nil, ""},
		"out of 18, not of 5":        {"tthc", verified(18), nil, ""},
		"above 18":                   {"tthc", verified(18.01), rating.ErrRange, "range"},
		"above the points":           {"nhiem-vu", verified(85.01), rating.ErrRange, "range"},
		"below 0":                    {"nhiem-vu", rating.Entry{Self: value(-0.01)}, rating.ErrRange, "range"},
		"not a number":               {"nhiem-vu", verified(math.NaN()), rating.ErrRange, "range"},
		"endless":                    {"nhiem-vu", verified(math.Inf(1)), rating.ErrRange, "range"},
		"a difference without words": {"nhiem-vu", rating.Entry{Self: value(80), Verified: value(79)}, rating.ErrReason, "reason"},
		"a difference with a reason": {"nhiem-vu", rating.Entry{Self: value(80), Verified: value(79), Reason: "Thiếu minh chứng"}, nil, ""},
		"inapplicable without words": {"nhiem-vu", rating.Entry{NotApplicable: true}, rating.ErrReason, "reason"},
		"inapplicable but valued":    {"nhiem-vu", rating.Entry{NotApplicable: true, Verified: value(1), Reason: "Không"}, rating.ErrInapplicable, "inapplicable"},
		"inapplicable, own value":    {"nhiem-vu", rating.Entry{NotApplicable: true, Self: value(1), Reason: "Không"}, nil, ""},
		"an index is not entered":    {"cchc", verified(1), rating.ErrCriterion, ""},
		"no such criterion":          {"khac", verified(1), rating.ErrCriterion, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if err := r.CheckEntry(c.criterion, c.entry); !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			for _, l := range rating.Annual(r, rating.Inputs{Entries: map[string]rating.Entry{c.criterion: c.entry}}).Criteria {
				if l.Criterion == c.criterion && (l.Fault != c.fault || c.fault != "" && (l.Status != rating.Pending || l.Points != nil)) {
					t.Errorf("line %+v, want fault %q", l, c.fault)
				}
			}
		})
	}
}

// The points are rounded once, at the end: 80 and three times 12/18 of 5 are
// exactly 90, though the lines show 80 and three times 3.33.
func TestPointsAreRoundedOnce(t *testing.T) {
	r := parse(t, `
id: ba-phan
version: 1
criteria:
  - {id: a, name: {vi: A}, max_points: 5, source: entered, rule: {kind: ratio, of: 18}}
  - {id: b, name: {vi: B}, max_points: 5, source: entered, rule: {kind: ratio, of: 18}}
  - {id: c, name: {vi: C}, max_points: 5, source: entered, rule: {kind: ratio, of: 18}}
  - {id: nhiem-vu, name: {vi: Nhiệm vụ}, max_points: 85, source: entered}
levels: [{id: xuat-sac, from: 90}, {id: tot, from: 70}, {id: khong, from: 0}]
legal_reference: Quyết định để thử
`)
	for value, c := range map[float64]struct {
		total float64
		level string
		off   bool
	}{12: {90, "xuat-sac", true}, 18: {95, "xuat-sac", false}, 11.98: {89.98, "tot", true}} { // 3.3278 three times are 9.9833
		got := rating.Annual(r, rating.Inputs{Entries: map[string]rating.Entry{
			"a": verified(value), "b": verified(value), "c": verified(value), "nhiem-vu": verified(80),
		}})
		if *got.Points.Value != c.total || got.Points.Raw != c.total || got.Suggested != c.level || got.OffByRounding() != c.off {
			t.Errorf("%v of 18: %+v, value %v, level %s, off %v; want %+v", value, got.Points, *got.Points.Value, got.Suggested, got.OffByRounding(), c)
		}
	}
}

// Levels of percent compare the percentage: the example of the contract has a
// full mark of 15 and levels from 90.
func TestLevelsOfPercent(t *testing.T) {
	r := parse(t, contract)
	for index, want := range map[float64]string{95: "xuat-sac", 85: "tot", 75: "hoan-thanh", 60: "khong"} { // 13.5, 11, 8.5 and 3.5 of 15
		entry := verified(3.5)
		got := rating.Annual(r, rating.Inputs{
			Measured: map[string]rating.Measured{"mot-cua-5": {Status: rating.OK, Index: &index}},
			Entries:  map[string]rating.Entry{"quan-triet": entry},
		})
		if got.Suggested != want {
			t.Errorf("index %v: %+v suggest %s, want %s", index, got.Points, got.Suggested, want)
		}
	}
}

// A shown 90.00 is 90 for the level, too.
func TestReachedComparesWhatIsShown(t *testing.T) {
	r := parse(t, sheetRule)
	for figure, want := range map[float64]string{90: "xuat-sac", 89.996: "xuat-sac", 89.99: "tot", 70: "tot", 0: "khong"} {
		if got := r.Reached(figure).ID; got != want {
			t.Errorf("%v reaches %s, want %s", figure, got, want)
		}
	}
}

// Laws of a sheet, whatever was entered: the total stays within the full mark,
// raw is the sum of the lines but for their rounding, and what is missing
// costs nothing.
func TestAnnualLaws(t *testing.T) {
	r := rules(t).Rule("tccs-2018")
	rapid.Check(t, func(t *rapid.T) {
		in := rating.Inputs{Measured: map[string]rating.Measured{}, Entries: map[string]rating.Entry{}}
		for _, c := range r.Criteria {
			if c.Source == rating.FromSatisfaction {
				in.Measured[c.Method] = drawMeasured(t)
			} else if rapid.IntRange(0, 3).Draw(t, "given") > 0 {
				in.Entries[c.ID] = drawEntry(t, c.MaxPoints)
			}
		}
		got := rating.Annual(r, in)
		sum, pending := 0.0, false
		for _, l := range got.Criteria {
			pending = pending || l.Status == rating.Pending
			if (l.Points != nil) != (l.Status == rating.OK) {
				t.Fatalf("line %+v", l)
			}
			if l.Points != nil {
				sum += *l.Points
			}
		}
		p := got.Points
		if math.Abs(sum-p.Raw) > 0.005*float64(len(got.Criteria)+1)+1e-9 || p.Raw > p.Applicable || p.Applicable > p.Max {
			t.Fatalf("lines add up to %v: %+v", sum, p)
		}
		if pending != (got.Status == rating.Incomplete) || pending && (p.Value != nil || got.Suggested != "") {
			t.Fatalf("status %s, value %v, suggested %q", got.Status, p.Value, got.Suggested)
		}
		if p.Value != nil && (*p.Value < p.Raw || *p.Value > p.Max || r.Level(got.Suggested) == nil) {
			t.Fatalf("value %v, suggested %q: %+v", *p.Value, got.Suggested, p)
		}
	})
}

func drawMeasured(t *rapid.T) rating.Measured {
	status := rapid.SampledFrom([]rating.Status{rating.OK, rating.Insufficient, rating.Suppressed, rating.NoData, rating.NotApplicable, ""}).Draw(t, "status")
	if status != rating.OK && status != rating.Insufficient {
		return rating.Measured{Status: status}
	}
	return rating.Measured{Status: status, Index: value(rapid.Float64Range(0, 100).Draw(t, "index"))}
}

func drawEntry(t *rapid.T, most float64) rating.Entry {
	if rapid.Bool().Draw(t, "inapplicable") {
		return rating.Entry{NotApplicable: true, Reason: "Không phát sinh"}
	}
	return verified(float64(rapid.IntRange(0, int(100*most)).Draw(t, "hundredths")) / 100)
}

// The order of the lines is the rule's, whatever was entered first.
func TestLinesAreInTheRulesOrder(t *testing.T) {
	r := rules(t).Rule("tccs-366")
	var want, got []string
	for _, c := range r.Criteria {
		want = append(want, c.ID)
	}
	sheet := rating.Annual(r, rating.Inputs{})
	for _, l := range sheet.Criteria {
		got = append(got, l.Criterion)
	}
	if !slices.Equal(want, got) || sheet.Stray != nil {
		t.Errorf("lines %v, want %v", got, want)
	}
}
