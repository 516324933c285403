package survey_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"hailong/internal/survey"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// minimal is a form to which tests append questions.
const minimal = `id: f
version: 1
title: {vi: Phiếu}
scales:
  three: [{value: 1, label: {vi: Kém}}, {value: 2, label: {vi: Được}}, {value: 3, label: {vi: Tốt}}]
questions:
  - {id: overall, kind: rating, scale: three, text: {vi: Ông/Bà thấy thế nào?}}
`

func parse(t testing.TB, data string) *survey.Form {
	t.Helper()
	f, err := survey.ParseForm("f.yaml", []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestHashIgnoresComments(t *testing.T) {
	layout := `# A comment.
questions:
    - text:
        vi: "Ông/Bà thấy thế nào?"   # the same words
      required: false
      scale: three
      kind: rating
      id: overall
scales:
  three:
    - {label: {vi: Kém}, value: 1}
    - {value: 2, label: {vi: Được}}
    - {value: 3, label: {vi: 'Tốt'}}
title:
  vi: Phiếu
version: 1

id: f
`
	want := parse(t, minimal).Hash()
	for name, data := range map[string]string{"the same again": minimal, "layout": layout, "decomposed": norm.NFD.String(minimal), "no procedure asked": "without_service: true\n" + minimal} {
		if got := parse(t, data).Hash(); got != want {
			t.Errorf("%s: hash %s, want %s", name, got, want)
		}
	}
}

func TestHashChangesWithWhatPeopleSee(t *testing.T) {
	const comment = "  - {id: comment, kind: text, text: {vi: Góp ý}}\n"
	const why = "  - {id: why, kind: choices, options: [{id: a, label: {vi: A}}, {id: b, label: {vi: B}}], text: {vi: Vì sao?}}\n"
	hashes := map[string]string{}
	for name, data := range map[string]string{
		"minimal":           minimal,
		"id":                strings.Replace(minimal, "id: f", "id: g", 1),
		"version":           strings.Replace(minimal, "version: 1", "version: 2", 1),
		"title":             strings.Replace(minimal, "Phiếu", "Phiếu ý kiến", 1),
		"intro":             strings.Replace(minimal, "scales:", "intro: {vi: Mời Ông/Bà}\nscales:", 1),
		"wording":           strings.Replace(minimal, "thế nào?", "thế nào", 1),
		"label":             strings.Replace(minimal, "Được", "Khá", 1),
		"value":             strings.Replace(minimal, "value: 3", "value: 4", 1),
		"required":          strings.Replace(minimal, "scale: three,", "scale: three, required: true,", 1),
		"factor":            strings.Replace(minimal, "scale: three,", "scale: three, factor: overall,", 1),
		"more":              minimal + comment,
		"shorter":           minimal + strings.Replace(comment, "kind: text,", "kind: text, max_length: 999,", 1),
		"condition":         minimal + strings.Replace(comment, "kind: text,", "kind: text, show_if: {question: overall, at_most: 1},", 1),
		"another condition": minimal + strings.Replace(comment, "kind: text,", "kind: text, show_if: {question: overall, at_least: 1},", 1),
		"options":           minimal + why,
		"order of options":  minimal + strings.Replace(why, "{id: a, label: {vi: A}}, {id: b, label: {vi: B}}", "{id: b, label: {vi: B}}, {id: a, label: {vi: A}}", 1),
		"two questions":     minimal + comment + why,
		"order":             minimal + why + comment,
	} {
		hash := parse(t, data).Hash()
		if other, taken := hashes[hash]; taken {
			t.Errorf("%s and %s have the same hash", name, other)
		}
		hashes[hash] = name
	}
}

func TestLengthOfTextHasADefault(t *testing.T) {
	f := parse(t, minimal+"  - {id: comment, kind: text, text: {vi: Góp ý}}\n")
	if got := f.Question("comment").MaxLength; got != 1000 {
		t.Errorf("max_length = %d, want 1000", got)
	}
}

func TestWordingsAreComposed(t *testing.T) {
	f := parse(t, norm.NFD.String(minimal))
	if got := f.Questions[0].Text.In("vi"); got != "Ông/Bà thấy thế nào?" {
		t.Errorf("wording %+q is not in NFC", got)
	}
}

func TestLanguages(t *testing.T) {
	title := strings.Replace(minimal, "{vi: Phiếu}", "{mng: Mpa, en: Form, vi: Phiếu}", 1)
	each := strings.NewReplacer("{vi: Kém}", "{vi: Kém, en: a, mng: a}", "{vi: Được}", "{vi: Được, en: b, mng: b}",
		"{vi: Tốt}", "{vi: Tốt, en: c, mng: c}", "{vi: Ông/Bà thấy thế nào?}", "{vi: Ông/Bà thấy thế nào?, en: How was it?, mng: d}")
	f := parse(t, each.Replace(title))
	if diff := cmp.Diff([]string{"vi", "en", "mng"}, f.Languages()); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
	for lang, want := range map[string]string{"en": "Form", "vi": "Phiếu", "fr": "Phiếu", "": "Phiếu"} {
		if got := f.Title.In(lang); got != want {
			t.Errorf("title in %q = %q, want %q", lang, got, want)
		}
	}
}

func TestLevelsOnlyOfRatings(t *testing.T) {
	f := form(t, "good_every_kind.yaml")
	for id, want := range map[string]int{"overall": 5, "change": 3, "reasons": 0, "praise": 0, "comment": 0} {
		if got := len(f.Levels(f.Question(id))); got != want {
			t.Errorf("%s has %d levels, want %d", id, got, want)
		}
	}
	if f.Question("gone") != nil {
		t.Error("a question that does not exist was found")
	}
}

func TestFormsKeepsEveryVersion(t *testing.T) {
	version := func(n string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.Replace(minimal, "version: 1", "version: "+n, 1))}
	}
	forms, err := survey.LoadForms(fstest.MapFS{
		"forms/f.yaml": version("9"), "forms/f-10.yaml": version("10"), "forms/f-2.yaml": version("2"),
		"forms/README.md": {Data: []byte("not a form")}, "methods/x.yaml": {Data: []byte("not a form either")},
		"forms/aa.yaml": {Data: []byte(strings.Replace(minimal, "id: f", "id: aa", 1))},
	})
	if err != nil {
		t.Fatal(err)
	}
	var refs []survey.Ref
	for _, f := range forms.All() {
		refs = append(refs, f.Ref())
	}
	if diff := cmp.Diff([]survey.Ref{{ID: "aa", Version: 1}, {ID: "f", Version: 2}, {ID: "f", Version: 9}, {ID: "f", Version: 10}}, refs); diff != "" {
		t.Errorf("forms (-want +got):\n%s", diff)
	}
	if got := forms.Current("f").Version; got != 10 {
		t.Errorf("current version is %d", got)
	}
	if old := forms.Version(survey.Ref{ID: "f", Version: 2}); old == nil || old.Version != 2 {
		t.Errorf("version 2 is %v", old)
	}
	if forms.Current("gone") != nil || forms.Version(survey.Ref{ID: "f", Version: 3}) != nil {
		t.Error("a form that does not exist was found")
	}
}

func TestLoadFormsReportsEveryFile(t *testing.T) {
	bad := strings.Replace(minimal, "scale: three", "scale: four", 1)
	_, err := survey.LoadForms(fstest.MapFS{
		"forms/f.yaml": {Data: []byte(bad)}, "forms/g.yaml": {Data: []byte("id: [")}, "forms/h.yaml": {Data: []byte(minimal)},
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{`forms/f.yaml:7:40: scale "four" is not defined`, "forms/g.yaml:2:1: ", `forms/h.yaml: the file name must begin with the form's id "f"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error\n%v\ndoes not say %q", err, want)
		}
	}
}

func TestLoadFormsRefusesTwoOfOneVersion(t *testing.T) {
	file := &fstest.MapFile{Data: []byte(minimal)}
	_, err := survey.LoadForms(fstest.MapFS{"forms/f.yaml": file, "forms/f-again.yaml": file})
	if err == nil || err.Error() != "forms/f.yaml: form f version 1 is defined in another file already" {
		t.Errorf("error %v", err)
	}
}
