package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"hailong/internal/response"
)

func TestKioskPage(t *testing.T) {
	r := newRig(t)
	page := r.get("/kiosk/7k3m9qxa")
	if page.status != http.StatusOK {
		t.Fatalf("status %d\n%s", page.status, page.body)
	}
	doc := document(t, page)
	if got := doc.Find("form#sheet").AttrOr("action", ""); got != "/kiosk/7K3M9QXA?send" {
		t.Errorf("the sheet goes to %q", got)
	}
	if got := doc.Find("nav.languages a").AttrOr("href", ""); got != "/kiosk/7K3M9QXA?lang=en" {
		t.Errorf("the other language is at %q", got)
	}
	if doc.Find("body.kiosk").Length() != 1 || doc.Find("form[data-idle][data-home='/kiosk/7K3M9QXA']").Length() != 1 {
		t.Error("the page is not one for a tablet")
	}
	if got := doc.Find("noscript").Text(); !strings.Contains(got, `http-equiv="refresh"`) || !strings.Contains(got, "url=/kiosk/7K3M9QXA") {
		t.Errorf("without a script the page stays: %q", got)
	}
	if got := page.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q: \"back\" would show the sheet of the one before", got)
	}
	if got := page.header.Values("Set-Cookie"); len(got) != 0 {
		t.Errorf("a cookie on a tablet that everybody uses: %q", got)
	}
	if own := r.get("/q/7K3M9QXA").body; strings.Contains(own, "kiosk") {
		t.Error("the page for phones carries what is for tablets")
	}
}

// Only counters of the register that take answers can be put on a tablet.
func TestKioskLinks(t *testing.T) {
	r := newRig(t)
	for link, want := range map[string]int{"7K3M9QXA": 200, "7K3M9QXC": 410, "7K3M9QXE": 410, "00000000": 404, "x": 404} {
		page := r.get("/kiosk/" + link)
		if page.status != want {
			t.Errorf("%s: %d, want %d", link, page.status, want)
		}
		if strings.Contains(page.body, `href="/login"`) || strings.Contains(page.body, `href="/"`) {
			t.Errorf("%s: the page leads a citizen into the office", link)
		}
		if sent := r.postJSON("/kiosk/"+link, happy(strings.Repeat("B", 22))); want != 200 && sent.status != want {
			t.Errorf("an answer to %s: %d, want %d", link, sent.status, want)
		}
	}
}

// The address alone decides the channel; nothing in the body can.
func TestKioskChannel(t *testing.T) {
	r := newRig(t)
	values := func(key string) url.Values {
		return url.Values{"submission": {key}, "lang": {"en"}, "q.overall": {"5"}, "channel": {"paper"}}
	}
	sent := r.postForm("/kiosk/7K3M9QXA?channel=qr", values("AAAAAAAAAAAAAAAAAAAAA1"))
	if target := sent.header.Get("Location"); sent.status != http.StatusSeeOther || target != "/kiosk/7K3M9QXA/thanks?lang=en" {
		t.Fatalf("%d %q", sent.status, target)
	}
	if again := r.postForm("/q/7K3M9QXA", values("AAAAAAAAAAAAAAAAAAAAA1")); again.status != http.StatusSeeOther {
		t.Errorf("the same sheet by the other address: %d", again.status)
	}
	r.postForm("/q/7K3M9QXA?channel=kiosk", values("AAAAAAAAAAAAAAAAAAAAA2"))
	r.postJSON("/kiosk/7K3M9QXA", happy("AAAAAAAAAAAAAAAAAAAAA3"))
	var channels []string
	for _, one := range r.responses() {
		channels = append(channels, string(one.Channel))
	}
	slices.Sort(channels)
	if want := []string{string(response.Kiosk), string(response.Kiosk), string(response.QR)}; !slices.Equal(channels, want) {
		t.Errorf("channels %q, want %q", channels, want)
	}
}

func TestKioskThanks(t *testing.T) {
	r := newRig(t)
	page := r.get("/kiosk/7K3M9QXA/thanks", "Cookie", "lang=en")
	doc := document(t, page)
	if got := doc.Find("meta[http-equiv=refresh]").AttrOr("content", ""); got != "8;url=/kiosk/7K3M9QXA" {
		t.Errorf("refresh %q", got)
	}
	if got := doc.Find("a.button").AttrOr("href", ""); got != "/kiosk/7K3M9QXA" {
		t.Errorf("the next person's way is %q", got)
	}
	if got := doc.Find("html").AttrOr("lang", ""); got != "vi" {
		t.Errorf("the language %q of who used the browser before", got)
	}
	if english := r.get("/kiosk/7K3M9QXA/thanks?lang=en"); !strings.Contains(english.body, "Thank you") {
		t.Errorf("not in the sheet's language:\n%s", english.body)
	}
	if got := r.get("/kiosk/00000000/thanks").status; got != http.StatusNotFound {
		t.Errorf("unknown link: %d", got)
	}
}

// A sheet that comes back to be mended is wiped when nobody touches it.
func TestKioskMending(t *testing.T) {
	r := newRig(t)
	back := r.postForm("/kiosk/7K3M9QXA", url.Values{"submission": {"AAAAAAAAAAAAAAAAAAAAA4"}, "q.comment": {"xin chào"}})
	doc := document(t, back)
	if back.status != http.StatusUnprocessableEntity || doc.Find("form[data-mending][data-idle]").Length() != 1 {
		t.Errorf("%d\n%s", back.status, back.body)
	}
	if got := doc.Find("form#sheet").AttrOr("action", ""); got != "/kiosk/7K3M9QXA?send" {
		t.Errorf("the mended sheet goes to %q", got)
	}
	if got := back.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}
