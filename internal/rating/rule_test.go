package rating_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/rating"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// methods loads the methods that come with the program.
func methods(t *testing.T) *tally.Methods {
	t.Helper()
	forms, err := survey.LoadForms(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	set, err := tally.LoadMethods(surveys.FS, forms)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// rules loads the rating rules that come with the program.
func rules(t *testing.T) *rating.Rules {
	t.Helper()
	set, err := rating.LoadRules(surveys.FS, methods(t))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func known(id string) bool { return id == "mot-cua-5" || id == "hai-long-chung" }

// parse reads a rule that must be sound.
func parse(t *testing.T, data string) *rating.Rule {
	t.Helper()
	r, err := rating.ParseRule("rule.yaml", []byte(data), known)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// contract is the example of the contract as it stands there; … is kept.
const contract = `
id: tccs-cchc            # a rating rule: how an index becomes points of the annual sheet
version: 1
year_starts: "01-01"
criteria:
  - {id: cchc, name: {vi: Lãnh đạo thực hiện cải cách hành chính}, max_points: 10, source: satisfaction, method: mot-cua-5,
     rule: {kind: bands, bands: [{from: 90, share: 1}, {from: 80, share: 0.75}, {from: 70, share: 0.5}, {from: 0, share: 0}]}}   # or {kind: proportional, target: 90}
  - {id: quan-triet, name: {vi: Quán triệt văn bản chỉ đạo về CCHC}, max_points: 5, source: entered}       # tự chấm, thẩm định, lý do
levels: [{id: xuat-sac, name: {vi: Hoàn thành xuất sắc nhiệm vụ}, from: 90}, {id: tot, from: 70}, {id: hoan-thanh, from: 50}, {id: khong, from: 0}]
cap: {level: xuat-sac, percent: 20, of: rated, rounding: floor}        # of: rated | good_or_better | level:<id>; warns, never downgrades
legal_reference: …
verified: false
`

func TestRuleOfTheContract(t *testing.T) {
	r := parse(t, contract)
	if r.FullMark() != 15 || r.LevelsOf != rating.LevelsOfPercent || r.Rates != rating.RatesPartyOrganisations {
		t.Errorf("full mark %v, levels of %s, rates %s", r.FullMark(), r.LevelsOf, r.Rates)
	}
	if got := r.Satisfaction("mot-cua-5").Points(84.5); got != (rating.Points{Value: 7.5, Max: 10, Rule: "bands"}) {
		t.Errorf("points of 84.5: %+v", got)
	}
	if r.Satisfaction("hai-long-chung") != nil || r.Satisfaction("") != nil {
		t.Error("a method that the rule does not name gives points")
	}
}

func TestDefaults(t *testing.T) {
	short := strings.NewReplacer("year_starts: \"01-01\"\n", "", ", rounding: floor", "").Replace(contract)
	if got, want := parse(t, short), parse(t, contract); got.Hash() != want.Hash() {
		t.Errorf("left out:\n%s", cmp.Diff(want, got))
	}
	points := strings.Replace(contract, "max_points: 5", "max_points: 80", 1)
	if got := parse(t, points).LevelsOf; got != rating.LevelsOfPoints {
		t.Errorf("full mark 90, highest level from 90: levels of %s", got)
	}
	said := strings.Replace(points, "verified: false", "levels_of: percent", 1)
	if got := parse(t, said).LevelsOf; got != rating.LevelsOfPercent {
		t.Errorf("the file says percent: levels of %s", got)
	}
}

func TestPoints(t *testing.T) {
	bands := parse(t, contract).Criterion("cchc")
	target := parse(t, strings.Replace(contract, "kind: bands, bands: [{from: 90, share: 1}, {from: 80, share: 0.75}, {from: 70, share: 0.5}, {from: 0, share: 0}]", "kind: proportional, target: 90", 1)).Criterion("cchc")
	for _, c := range []struct {
		index               float64
		bands, proportional float64
	}{
		{100, 10, 10}, {90, 10, 10}, {89.996, 10, 10}, // shown as 90.00
		{89.994, 7.5, 10}, // shown as 89.99: 9.9988… of 10
		{89.95, 7.5, 9.99}, {80, 7.5, 8.89}, {79.995, 7.5, 8.89}, {79.99, 5, 8.89}, {70, 5, 7.78}, {69.99, 0, 7.78}, {45, 0, 5}, {0, 0, 0},
	} {
		if got, want := bands.Points(c.index), (rating.Points{Value: c.bands, Max: 10, Rule: "bands"}); got != want {
			t.Errorf("bands at %v: %+v, want %+v", c.index, got, want)
		}
		if got, want := target.Points(c.index), (rating.Points{Value: c.proportional, Max: 10, Rule: "proportional"}); got != want {
			t.Errorf("proportional at %v: %+v, want %+v", c.index, got, want)
		}
	}
}

// The points of a proportion are rounded once, whatever the index looks like:
// 76.5426 is shown as 76.54, whose 90.05 % would be 9.00.
func TestProportionalPointsAreRoundedOnce(t *testing.T) {
	target := parse(t, strings.Replace(contract, "kind: bands, bands: [{from: 90, share: 1}, {from: 80, share: 0.75}, {from: 70, share: 0.5}, {from: 0, share: 0}]", "kind: proportional, target: 85", 1)).Criterion("cchc")
	if got := target.Points(76.5426).Value; got != 9.01 {
		t.Errorf("%v points", got)
	}
	if got := target.Points(76.54).Value; got != 9 {
		t.Errorf("%v points", got)
	}
}

// More satisfaction never costs points, and no index gives more than there are.
func TestPointsNeverFall(t *testing.T) {
	for _, r := range rules(t).All() {
		for i := range r.Criteria {
			c := &r.Criteria[i]
			if c.Source != rating.FromSatisfaction {
				continue
			}
			rapid.Check(t, func(t *rapid.T) {
				low := rapid.Float64Range(0, 100).Draw(t, "low")
				high := rapid.Float64Range(low, 100).Draw(t, "high")
				if l, h := c.Points(low).Value, c.Points(high).Value; l > h || l < 0 || h > c.MaxPoints {
					t.Fatalf("%s: %v gives %v, %v gives %v", r.ID, low, l, high, h)
				}
			})
		}
	}
}

func TestHashIsOfTheContent(t *testing.T) {
	want := parse(t, contract).Hash()
	for name, data := range map[string]string{
		"comment":    "# Ghi chú\n" + contract,
		"decomposed": norm.NFD.String(contract),
	} {
		if got := parse(t, data).Hash(); got != want {
			t.Errorf("%s: hash %s, want %s", name, got, want)
		}
	}
	seen := map[string]string{want: "the contract's"}
	for name, change := range map[string][2]string{
		"version": {"version: 1", "version: 2"}, "year": {"01-01", "12-01"}, "points": {"max_points: 5", "max_points: 6"},
		"share": {"0.75", "0.8"}, "band": {"from: 80", "from: 81"}, "level": {"from: 70", "from: 71"}, "cap": {"percent: 20", "percent: 25"},
		"reading": {"of: rated", "of: good_or_better"}, "rounding": {"rounding: floor", "rounding: ceil"}, "verified": {"verified: false", "verified: true"},
		"name": {"Quán triệt", "Nắm vững"}, "method": {"method: mot-cua-5", "method: hai-long-chung"},
	} {
		hash := parse(t, strings.Replace(contract, change[0], change[1], 1)).Hash()
		if other, taken := seen[hash]; taken {
			t.Errorf("%s and %s have the same hash", name, other)
		}
		seen[hash] = name
	}
}

// A sealed sheet holds rules as JSON; read back they must keep their hash.
func TestRuleSurvivesJSON(t *testing.T) {
	for _, r := range append(rules(t).All(), parse(t, contract)) {
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back rating.Rule
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if back.Hash() != r.Hash() {
			t.Errorf("%s:\n%s", r.ID, cmp.Diff(r, &back))
		}
		if err := back.Check(known); err != nil {
			t.Error(err)
		}
	}
}

func TestCheckListsFaults(t *testing.T) {
	r := parse(t, contract)
	r.Criteria[0].Rule = &rating.Conversion{Kind: rating.Proportional}
	r.Levels = nil
	err := r.Check(known)
	for _, want := range []string{`rating rule "tccs-cchc"`, "criteria.0.rule.target: target must be", "levels: at least one level", `cap.level: level "xuat-sac" does not exist`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

// faulty runs over the files of a folder of testdata. Every one begins with
// the errors that it must give, one a line, after "#! ".
func faulty(t *testing.T, folder string, parse func(file string, data []byte) error) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", folder, "fail_*.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("testdata/%s: %d files, %v", folder, len(paths), err)
	}
	for _, path := range paths {
		file := filepath.Base(path)
		t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for line := range strings.Lines(string(data)) {
				if fault, ok := strings.CutPrefix(line, "#! "); ok {
					want = append(want, strings.TrimSuffix(fault, "\n"))
				}
			}
			err = parse(file, data)
			if err == nil {
				t.Fatal("accepted")
			}
			if got := err.Error(); got != strings.Join(want, "\n") {
				t.Errorf("error:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
			}
		})
	}
}

func TestFaultyRulesAreRefusedWithPlaces(t *testing.T) {
	faulty(t, "rules", func(file string, data []byte) error {
		_, err := rating.ParseRule(file, data, known)
		return err
	})
}

// folder makes a folder of ratings from texts.
func folder(texts ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i, text := range texts {
		fsys["ratings/"+string(rune('a'+i))+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestLoadRules(t *testing.T) {
	none, err := rating.LoadRules(fstest.MapFS{}, methods(t))
	if err != nil || len(none.All()) != 0 || none.For(2026) != nil || none.Rule("tccs-cchc") != nil {
		t.Errorf("no folder: %v, %v", none, err)
	}
	other := strings.Replace(contract, "id: tccs-cchc", "id: tccs-2", 1)
	for name, c := range map[string]struct {
		folder fstest.MapFS
		want   []string
	}{
		"one id twice":        {folder(contract, contract), []string{`ratings/b.yaml: rating rule "tccs-cchc" is defined twice`}},
		"two without a start": {folder(contract, other), []string{`ratings/b.yaml: rating rules "tccs-cchc" and "tccs-2" rate the same`}},
		"two on one day":      {folder(contract+"effective_from: 2026-01-01\n", other+"effective_from: 2026-01-01\n"), []string{"take effect on the same day"}},
		"faults of all files": {folder(strings.Replace(contract, "version: 1", "version: 0", 1), other+"rates: nobody\n"), []string{"ratings/a.yaml:3:10: ", "ratings/b.yaml:13:8: "}},
		"method of nobody":    {folder(strings.Replace(contract, "mot-cua-5", "mot-cua-9", 1)), []string{`method "mot-cua-9" does not exist`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rating.LoadRules(c.folder, methods(t))
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error\n%v\ndoes not say %q", err, want)
				}
			}
		})
	}
	if _, err := rating.LoadRules(folder(contract, other+"rates: agencies\n"), methods(t)); err != nil {
		t.Errorf("one for organisations, one for agencies: %v", err)
	}
}

func TestForChoosesTheRuleOfTheYearsEnd(t *testing.T) {
	set := rules(t)
	for year, want := range map[int]string{2011: "", 2012: "tccs-2012", 2017: "tccs-2012", 2018: "tccs-2018", 2024: "tccs-2018", 2025: "tccs-366", 2026: "tccs-366"} {
		got := ""
		if r := set.For(year); r != nil {
			got = r.ID
		}
		if got != want {
			t.Errorf("For(%d) = %q, want %q", year, got, want)
		}
	}
}

func TestForWithOtherYears(t *testing.T) {
	always := contract
	december := strings.NewReplacer("id: tccs-cchc", "id: tu-thang-12", `"01-01"`, `"12-01"`).Replace(contract) + "effective_from: 2026-12-15\n"
	set, err := rating.LoadRules(folder(december, always), methods(t))
	if err != nil {
		t.Fatal(err)
	}
	for year, want := range map[int]string{2026: "tccs-cchc", 2027: "tu-thang-12"} {
		if got := set.For(year).ID; got != want {
			t.Errorf("For(%d) = %s, want %s", year, got, want)
		}
	}
	if got := set.For(2027).Year(2027); got.ID != "2026-12..2027-11" || got.Range.From != calendar.Date(2026, time.December, 1) {
		t.Errorf("rating year 2027: %+v", got)
	}
}

func TestShippedRules(t *testing.T) {
	for _, r := range rules(t).All() {
		if r.Verified || r.LevelsOf != rating.LevelsOfPoints || !strings.Contains(r.LegalReference, "chưa đối chiếu văn bản gốc") {
			t.Errorf("%s: verified %v, levels of %s, reference %q", r.ID, r.Verified, r.LevelsOf, r.LegalReference)
		}
		texts := []survey.Text{r.Name}
		for _, c := range r.Criteria {
			texts = append(texts, c.Name)
		}
		for _, l := range r.Levels {
			texts = append(texts, l.Name)
		}
		for _, text := range texts {
			if text["vi"] == "" || text["en"] == "" {
				t.Errorf("%s: %v is not in both languages", r.ID, text)
			}
		}
		if r.Rates == rating.RatesAgencies {
			continue
		}
		six := 0.0
		for _, c := range r.Criteria {
			if strings.HasPrefix(c.ID, "cchc-") && c.ID != "cchc-tthc" {
				six += c.MaxPoints
			}
		}
		cchc := r.Criterion("cchc")
		if r.FullMark() != 100 || six != 10 || cchc == nil || cchc.Source != rating.FromSatisfaction || r.Satisfaction(methods(t).Default().ID) != cchc {
			t.Errorf("%s: full mark %v, six targets %v, cchc %+v", r.ID, r.FullMark(), six, cchc)
		}
	}
	common := 0.0
	for _, c := range rules(t).Rule("tccs-366").Criteria {
		if strings.HasPrefix(c.ID, "chung-") {
			common += c.MaxPoints
		}
	}
	if common != 30 {
		t.Errorf("tccs-366: %v points of common criteria, want 30", common)
	}
}
