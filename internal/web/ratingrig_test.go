package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hailong/internal/rating"

	"github.com/PuerkitoBio/goquery"
)

// page reads a page as a person logged in.
func (r *rig) page(email, path string) *goquery.Document {
	r.t.Helper()
	answer := r.get(path, r.as(email)...)
	if answer.status != http.StatusOK {
		r.t.Fatalf("%s as %s: %d\n%s", path, email, answer.status, answer.body)
	}
	return document(r.t, answer)
}

func document(t testing.TB, answer reply) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(answer.body))
	must(t, err)
	return doc
}

// text is what a person reads at a place, with one space between words and
// between elements.
func text(doc *goquery.Document, at string) string {
	return strings.Join(words(doc.Find(at)), " ")
}

func words(of *goquery.Selection) []string {
	var all []string
	of.Contents().Each(func(_ int, node *goquery.Selection) {
		switch {
		case goquery.NodeName(node) == "#text":
			all = append(all, strings.Fields(node.Text())...)
		case !node.Is(".unseen"):
			all = append(all, words(node)...)
		}
	})
	return all
}

// send posts a form as it stands on a page, with some fields changed.
func (r *rig) send(email string, doc *goquery.Document, form string, change url.Values) reply {
	r.t.Helper()
	found := doc.Find(form)
	if found.Length() != 1 {
		r.t.Fatalf("%d forms %s", found.Length(), form)
	}
	values := url.Values{}
	found.Find("input,select").Each(func(_ int, field *goquery.Selection) {
		name, value := field.AttrOr("name", ""), field.AttrOr("value", "")
		if goquery.NodeName(field) == "select" {
			value = field.Find("option[selected]").AttrOr("value", field.Find("option").First().AttrOr("value", ""))
		}
		if _, checked := field.Attr("checked"); field.AttrOr("type", "") != "checkbox" || checked {
			values.Set(name, value)
		}
	})
	for name, value := range change {
		values[name] = value
	}
	return r.postForm(found.AttrOr("action", ""), values, r.as(email)...)
}

// verify fills in the office's form of a sheet.
func (r *rig) verify(change url.Values) reply {
	r.t.Helper()
	return r.send("office@x.example", r.page("office@x.example", sheetOfSTP), `form[action*="/verify"]`, change)
}

func (r *rig) score(change url.Values) reply {
	r.t.Helper()
	return r.send("leader@x.example", r.page("leader@x.example", ownOfSTP), `form[action*="/rating?"][method=post]`, change)
}

func (r *rig) conclude(change url.Values) reply {
	r.t.Helper()
	return r.send("office@x.example", r.page("office@x.example", sheetOfSTP), `form[action*="/conclude"]`, change)
}

// one makes the fields of a form, given as names and values in turn.
func one(fields ...string) url.Values {
	values := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return values
}

// line returns a criterion of the sheet as it is kept.
func (r *rig) line(criterion string) rating.Line {
	r.t.Helper()
	y, err := r.annual.Year(r.t.Context(), 2026, "")
	must(r.t, err)
	for _, l := range y.Rating("db-stp").Criteria {
		if l.Criterion == criterion {
			return l
		}
	}
	r.t.Fatalf("no criterion %s", criterion)
	return rating.Line{}
}

// many posts n answers of one level at a counter of Sở Tư pháp.
func (r *rig) many(n, level int) {
	r.t.Helper()
	for i := range n {
		r.answer("7K3M9QXA", fmt.Sprint("m", level, "x", i), `"answers":{"overall":`+fmt.Sprint(level)+`}`)
	}
}
