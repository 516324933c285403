package web_test

import (
	"net/http"
	"net/url"
	"testing"
)

// A code is taken as people type it and leads to the counter's form; whoever
// types something else is asked again.
func TestTypedCode(t *testing.T) {
	r := newRig(t)
	for typed, want := range map[string]string{
		"7K3M9QXA": "/q/7K3M9QXA", "7k3m 9qxa": "/q/7K3M9QXA", " 7k3m-9qxa ": "/q/7K3M9QXA",
		"ol3m9qxi": "/q/013M9QX1", // nobody's, which the next page says
		"7K3M9QX":  "", "7K3M9QXAA": "", "//evil.example": "", "7K3M9QX%": "", "ÀÁ": "",
	} {
		got := r.get("/q?" + url.Values{"link": {typed}}.Encode())
		if want != "" {
			if got.status != http.StatusSeeOther || got.header.Get("Location") != want {
				t.Errorf("%q: %d to %q, want %q", typed, got.status, got.header.Get("Location"), want)
			}
			continue
		}
		field := document(t, got).Find("form.bycode[action='/q'] input[name=link]")
		if got.status != http.StatusNotFound || field.Length() != 1 || field.AttrOr("value", "") != typed {
			t.Errorf("%q: %d, want to be asked again\n%s", typed, got.status, got.body)
		}
	}
	if got := r.get("/q?link=7k3m9qxa&lang=en").header.Get("Location"); got != "/q/7K3M9QXA?lang=en" {
		t.Errorf("in English one comes to %q", got)
	}
}

// The service's bare address has something for citizens, too: the field, and
// what is published.
func TestCitizensFindTheirWay(t *testing.T) {
	r := newRig(t)
	wrong := url.Values{"email": {"nobody@x.example"}, "password": {"wrong wrong wrong"}}
	for name, page := range map[string]reply{"/q": r.get("/q"), "/login": r.get("/login"), "a refused login": r.postForm("/login", wrong)} {
		doc := document(t, page)
		if doc.Find("form.bycode[method=get][action='/q'] input[name=link]").Length() != 1 || doc.Find("a[href^='/results']").Length() != 1 {
			t.Errorf("%s: %d, without a way for citizens\n%s", name, page.status, page.body)
		}
	}
	if got := document(t, r.get("/login?lang=en")).Find("form.bycode input[name=lang]").AttrOr("value", ""); got != "en" {
		t.Errorf("the English login page leads to a form in %q", got)
	}
	if page := r.get("/q/00000000"); document(t, page).Find("form.bycode").Length() != 1 {
		t.Error("a code that nobody has is not asked for again")
	}
	if page := r.get("/kiosk/00000000"); document(t, page).Find("form.bycode").Length() != 0 {
		t.Error("a tablet asks for the code of another counter")
	}
}
