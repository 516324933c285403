package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"hailong/internal/org"
	"hailong/internal/paper"
	"hailong/internal/survey"
	"hailong/internal/web"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// askAll is a rig whose agency x asks every shipped form and one of every kind
// of question, each at a counter of its own. It returns the forms by the link of
// their counters.
func askAll(t *testing.T) (*rig, map[string]*survey.Form) {
	t.Helper()
	const file = "../survey/testdata/good_every_kind.yaml"
	data, err := os.ReadFile(file)
	must(t, err)
	every, err := survey.ParseForm(file, data)
	must(t, err)
	var forms *survey.Forms
	r := newRig(t, func(o *web.Options) {
		forms, err = survey.NewForms(append(o.Forms.All(), every)...)
		must(t, err)
		o.Forms = forms
	})
	text := "party_organisations:\n  - {code: db-stp, name: A, kind: dang_bo}\nagencies:\n  - code: stp\n    name: Sở Tư pháp\n    party_organisation: db-stp\n" +
		"    services:\n      - {code: a, name: A, field: A}\n      - {code: b, name: B, field: B}\n    counters:\n"
	byLink := map[string]*survey.Form{}
	for i, form := range forms.All() {
		link := fmt.Sprintf("7K3M9QY%d", i)
		byLink[link] = form
		text += fmt.Sprintf("      - {code: c%d, name: Quầy %d, form: %s, link: %s}\n", i, i, form.ID, link)
	}
	r.trial.Register, err = org.Parse("org.yaml", []byte(text), func(id string) bool { return forms.Current(id) != nil })
	must(t, err)
	return r, byLink
}

// answered is an answer that a page offers: what it sends and what it says.
type answered struct{ Value, Label string }

// wanted lists what a question offers in a language.
func wanted(form *survey.Form, q *survey.Question, lang string) []answered {
	var all []answered
	switch q.Kind {
	case survey.Rating:
		for _, level := range form.Levels(q) {
			all = append(all, answered{level.Key(), level.Label.In(lang)})
		}
	case survey.YesNo:
		words := map[string][2]string{"vi": {"Có", "Không"}, "en": {"Yes", "No"}}[lang]
		all = []answered{{"yes", words[0]}, {"no", words[1]}}
	case survey.Choice, survey.Choices:
		for _, option := range q.Options {
			all = append(all, answered{option.ID, option.Label.In(lang)})
		}
	}
	return all
}

// Whoever is asked a question finds every answer to it, on phones, tablets and
// with a ticket, in each language; only a poll does not ask for a procedure.
func TestPagesOfferEveryAnswer(t *testing.T) {
	r, byLink := askAll(t)
	for link, form := range byLink {
		counter := "c" + link[len(link)-1:]
		for _, path := range []string{"/q/" + link, "/kiosk/" + link, r.issueTo(counter, "")} {
			for _, lang := range []string{"vi", "en"} {
				page := r.get(path + "?lang=" + lang)
				if page.status != http.StatusOK {
					t.Fatalf("%s in %s: %d", path, lang, page.status)
				}
				doc := document(t, page)
				if asked := doc.Find("select#service").Length() == 1; asked != (form.ID != "quan-chung") {
					t.Errorf("%s %s %s: which procedure it was is asked: %v", form.ID, path, lang, asked)
				}
				for i := range form.Questions {
					q := &form.Questions[i]
					if q.Kind == survey.Prose {
						if doc.Find("textarea[name='q."+q.ID+"']").Length() != 1 {
							t.Errorf("%s %s %s: nowhere to write %s", form.ID, path, lang, q.ID)
						}
						continue
					}
					if diff := cmp.Diff(wanted(form, q, lang), offered(doc, q)); diff != "" {
						t.Errorf("%s %s %s: answers to %s (-want +got):\n%s", form.ID, path, lang, q.ID, diff)
					}
				}
			}
		}
	}
}

func offered(doc *goquery.Document, q *survey.Question) []answered {
	var all []answered
	kind := "radio"
	if q.Kind == survey.Choices {
		kind = "checkbox"
	}
	doc.Find("#q-" + q.ID + " input[type=" + kind + "][name='q." + q.ID + "']").Each(func(_ int, input *goquery.Selection) {
		label := doc.Find("label[for='" + input.AttrOr("id", "") + "']")
		all = append(all, answered{input.AttrOr("value", ""), label.Text()})
	})
	return all
}

// The clerk finds the code of every answer.
func TestPaperHasACodeForEveryAnswer(t *testing.T) {
	r, byLink := askAll(t)
	for link, form := range byLink {
		for _, lang := range []string{"vi", "en"} {
			page := document(t, r.get("/paper/stp?counter=c"+link[len(link)-1:]+"&day=2026-11-22&shift=am&lang="+lang, r.as("clerk@x.example")...))
			if asked := page.Find("select#service").Length() == 1; asked != (form.ID != "quan-chung") {
				t.Errorf("%s in %s: the clerk is asked for the procedure: %v", form.ID, lang, asked)
			}
			for i := range form.Questions {
				q := &form.Questions[i]
				var want, got []string
				for n, answer := range wanted(form, q, lang) {
					want = append(want, paper.Code(q, answer.Value, n)+" "+answer.Label)
				}
				row := page.Find("tr:has(#p-" + q.ID + ")")
				row.Find(".key").Each(func(_ int, key *goquery.Selection) { got = append(got, key.Text()) })
				if row.Length() != 1 || !slices.Equal(got, want) {
					t.Errorf("%s in %s: %s has the codes %q, want %q", form.ID, lang, q.ID, got, want)
				}
			}
		}
	}
}

// A question that follows a "yes" comes into sight by the style sheet alone, and
// a sheet that comes back keeps what was chosen.
func TestYesOpensWhatFollows(t *testing.T) {
	r, byLink := askAll(t)
	for link, form := range byLink {
		if form.ID != "quan-chung" {
			continue
		}
		if page := r.get("/q/" + link).body; !strings.Contains(page, "form:not(.mending):not(:has(#q-trouble-yes:checked)) #q-trouble_kinds{display:none}") {
			t.Error("no style rule opens what follows a yes")
		}
		sheet := url.Values{"submission": {key}, "lang": {"vi"}, "q.trouble": {"no"}, "q.trouble_kinds": {"delay"}}
		back := r.postForm("/q/"+link, sheet)
		if doc := document(t, back); back.status != http.StatusUnprocessableEntity || doc.Find("#q-trouble-no[checked]").Length() != 1 {
			t.Errorf("%d, and the sheet that came back has lost the no", back.status)
		}
		sheet.Set("q.trouble", "yes")
		if sent := r.postForm("/q/"+link, sheet); sent.status != http.StatusSeeOther {
			t.Errorf("yes with what follows: %d\n%s", sent.status, sent.body)
		}
	}
	if got := r.responses(); len(got) != 1 || len(got[0].Answers) != 2 || got[0].Answers[0].Values[0] != survey.Yes {
		t.Errorf("stored %+v", got)
	}
}
