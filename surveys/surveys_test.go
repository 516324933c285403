package surveys_test

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/org"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/surveys"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func forms(t *testing.T) *survey.Forms {
	t.Helper()
	forms, err := survey.LoadForms(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	return forms
}

func methods(t *testing.T) *tally.Methods {
	t.Helper()
	methods, err := tally.LoadMethods(surveys.FS, forms(t))
	if err != nil {
		t.Fatal(err)
	}
	return methods
}

func register(t *testing.T) *org.Register {
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

func TestEveryFileIsUTF8InNFC(t *testing.T) {
	err := fs.WalkDir(surveys.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := surveys.FS.ReadFile(path)
		if !norm.NFC.IsNormal(data) || bytes.ContainsRune(data, '\uFEFF') {
			t.Errorf("%s is not plain UTF-8 in NFC", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestForms(t *testing.T) {
	ids := []string{}
	for _, f := range forms(t).All() {
		ids = append(ids, f.ID)
		if diff := cmp.Diff([]string{"vi", "en"}, f.Languages()); diff != "" {
			t.Errorf("%s: languages (-want +got):\n%s", f.ID, diff)
		}
		if want := "soạn theo tiêu chí, chưa đối chiếu phiếu gốc"; f.WordingSource != want {
			t.Errorf("%s: wording_source = %q, want %q", f.ID, f.WordingSource, want)
		}
	}
	if diff := cmp.Diff([]string{"mot-cua", "mot-cua-22", "nd61-3", "quan-chung"}, ids); diff != "" {
		t.Errorf("forms (-want +got):\n%s", diff)
	}
}

func TestShortFormIsShort(t *testing.T) {
	f := forms(t).Current("mot-cua")
	answers, err := f.Validate(survey.Given{"overall": {"5"}})
	if err != nil || len(answers) != 1 {
		t.Errorf("one tap: %v, %v", answers, err)
	}
	if _, err := f.Validate(survey.Given{}); err == nil {
		t.Error("overall may be left blank")
	}
	reasons := f.Question("reasons")
	for value, want := range map[string]bool{"1": true, "2": true, "3": true, "4": false, "5": false} {
		before := []survey.Answer{{Question: "overall", Values: []string{value}}}
		if got := f.Shown(reasons, before); got != want {
			t.Errorf("reasons shown after %s = %v", value, got)
		}
	}
}

func TestFullFormHasTheItemsOfTheFiveFactors(t *testing.T) {
	f := forms(t).Current("mot-cua-22")
	items := map[string][]string{}
	for _, q := range f.Questions {
		if q.Kind != survey.Rating || q.Scale != "hai-long-5" || q.Required {
			t.Errorf("item %s: kind %s, scale %s, required %v", q.ID, q.Kind, q.Scale, q.Required)
		}
		items[q.Factor] = append(items[q.Factor], q.ID)
	}
	want := map[string][]string{
		"overall":   {"overall"},
		"access":    {"tc1", "tc2", "tc3", "tc4"},
		"procedure": {"tt1", "tt2", "tt3", "tt4", "tt5"},
		"officer":   {"cc1", "cc2", "cc3", "cc4", "cc5", "cc6"},
		"result":    {"kq1", "kq2", "kq3"},
		"feedback":  {"gy1", "gy2", "gy3", "gy4"},
	}
	if diff := cmp.Diff(want, items); diff != "" {
		t.Errorf("items by factor (-want +got):\n%s", diff)
	}
	for _, id := range []string{"mot-cua-5", "mot-cua-5-tb"} {
		for _, factor := range methods(t).Method(id).Factors {
			if diff := cmp.Diff(items[factor.ID], factor.Questions); diff != "" {
				t.Errorf("%s counts under %s (-form +method):\n%s", id, factor.ID, diff)
			}
		}
	}
}

// Each scale has one set of labels wherever it is used, or a series would mix
// different questions.
func TestScalesAreTheSameInEveryForm(t *testing.T) {
	seen := map[string][]survey.Level{}
	for _, f := range forms(t).All() {
		for name, levels := range f.Scales {
			if other, ok := seen[name]; ok {
				if diff := cmp.Diff(other, levels); diff != "" {
					t.Errorf("scale %s of %s:\n%s", name, f.ID, diff)
				}
			}
			seen[name] = levels
		}
	}
	var labels []string
	for _, level := range seen["hai-long-5"] {
		labels = append(labels, level.Label.In("vi"))
	}
	want := []string{"Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"}
	if diff := cmp.Diff(want, labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
}

func TestExamplesAreValid(t *testing.T) {
	for _, f := range forms(t).All() {
		given := givenOf(t, f, f.Example("AAAAAAAAAAAAAAAAAAAAAA"))
		answers, err := f.Validate(given)
		if err != nil {
			t.Errorf("%s: %v", f.ID, err)
		}
		if len(answers) != len(f.Questions) {
			t.Errorf("%s: the example answers %d of %d questions", f.ID, len(answers), len(f.Questions))
		}
	}
}

// givenOf reads an example as the service reads what programs send.
func givenOf(t *testing.T, form *survey.Form, example []byte) survey.Given {
	t.Helper()
	var body struct {
		Answers map[string]jsontext.Value `json:"answers"`
	}
	if err := json.Unmarshal(example, &body); err != nil {
		t.Fatalf("%v in\n%s", err, example)
	}
	given, mistyped := collect.FromJSON(form, body.Answers)
	if len(mistyped) > 0 {
		t.Errorf("of the wrong type in the example of %s: %v", form.ID, mistyped)
	}
	return given
}

func TestMethods(t *testing.T) {
	set := methods(t)
	if d := set.Default(); d.ID != "hai-long-chung" || !slices.Equal(d.Forms, []string{"mot-cua", "mot-cua-22"}) || d.SatisfiedFrom != 4 {
		t.Errorf("default method = %+v", d)
	}
	want := map[string]tally.Aggregate{"hai-long-chung": tally.Pooled, "mot-cua-5": tally.Pooled, "mot-cua-5-tb": tally.MeanOfFactors, "nd61-3": tally.Pooled}
	got := map[string]tally.Aggregate{}
	for _, m := range set.All() {
		got[m.ID] = m.Aggregate
		if m.Verified || m.MinN != 30 || m.SuppressBelow != 5 {
			t.Errorf("%s: verified %v, min_n %d, suppress_below %d", m.ID, m.Verified, m.MinN, m.SuppressBelow)
		}
		for lang, name := range m.Name {
			if strings.Contains(name, "SIPAS") {
				t.Errorf("%s (%s): a counter survey must not be called %q", m.ID, lang, name)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("methods (-want +got):\n%s", diff)
	}
}

func TestRegisterBeforeAndAfterTheMerger(t *testing.T) {
	last := calendar.Date(2025, 2, 28)
	before, after := running(register(t), last), running(register(t), last+1)
	if len(before) != 19 || len(after) != 14 {
		t.Errorf("%d agencies with procedures on %s, %d the day after; want 19 and 14:\n%v\n%v", len(before), last, len(after), before, after)
	}
	for _, a := range register(t).Agencies() {
		if (a.ValidTo == nil) != (a.Successor == "") {
			t.Errorf("%s: valid_to %v, successor %q", a.Code, a.ValidTo, a.Successor)
		}
		if a.Successor != "" && !slices.Contains(after, a.Successor) {
			t.Errorf("%s: its successor %s does not run the day after", a.Code, a.Successor)
		}
	}
}

// running lists the agencies with procedures that exist on the day.
func running(r *org.Register, day calendar.Day) []string {
	var codes []string
	for _, a := range r.Agencies() {
		if a.Procedures() && (a.ValidFrom == nil || *a.ValidFrom <= day) && (a.ValidTo == nil || day <= *a.ValidTo) {
			codes = append(codes, a.Code)
		}
	}
	return codes
}

func TestEveryAgencyIsComplete(t *testing.T) {
	r := register(t)
	owner := map[string]string{}
	asked := map[string]bool{}
	withoutProcedures := 0
	for _, a := range r.Agencies() {
		if other := owner[a.PartyOrganisation]; r.PartyOrganisation(a.PartyOrganisation) == nil || other != "" {
			t.Errorf("%s: party organisation %q, also of %q", a.Code, a.PartyOrganisation, other)
		}
		owner[a.PartyOrganisation] = a.Code
		if !a.Procedures() {
			withoutProcedures++
			if len(a.Services)+len(a.Counters) != 0 {
				t.Errorf("%s has no procedures but services or counters", a.Code)
			}
			continue
		}
		if s, c := len(a.Services), len(a.Counters); s < 2 || s > 6 || c < 1 || c > 4 {
			t.Errorf("%s has %d services and %d counters", a.Code, s, c)
		}
		for _, c := range a.Counters {
			asked[c.Form] = true
			if c.Hours == "" || c.Location == "" {
				t.Errorf("%s/%s has no hours or no location", a.Code, c.Code)
			}
		}
	}
	if withoutProcedures == 0 {
		t.Error("the sample has no agency without procedures")
	}
	for _, f := range forms(t).All() {
		if !asked[f.ID] {
			t.Errorf("no counter asks %s", f.ID)
		}
	}
}

func TestNoLinkIsShipped(t *testing.T) {
	if a, b := register(t).Agency("stp").Counter("q1").Link, register(t).Agency("stp").Counter("q1").Link; a == b {
		t.Errorf("two installations share the link %s", a)
	}
}
