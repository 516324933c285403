package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// ownPage is what a browser says of a form that a page of this service sent.
var ownPage = []string{"Sec-Fetch-Site", "same-origin"}

// parsed reads a reply as a page.
func (a reply) parsed(t *testing.T) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	must(t, err)
	return doc
}

// fieldsOf are the fields that a form would send, without being filled in.
func fieldsOf(form *goquery.Selection) url.Values {
	fields := url.Values{}
	form.Find("input").Each(func(_ int, input *goquery.Selection) {
		fields.Add(input.AttrOr("name", ""), input.AttrOr("value", ""))
	})
	return fields
}

// What was typed when the session had ended is in the page that says so, and
// after a new login it is taken as if it had come at first. A password is not.
func TestWhatWasTypedSurvivesTheSession(t *testing.T) {
	r := newRig(t)
	const office, action = "office@x.example", "/office/comments/check?state=&kind=all"
	ref := r.said(1, "Chờ lâu quá")
	old := r.as(office)
	r.advance(30 * 24 * time.Hour)
	typed := url.Values{"decision": {"withheld"}, "ref": {ref.String(), ref.String()}, "reason": {"“có tên” <script>alert(1)</script>\r\nvà dòng hai"}, "newPassword": {"rat-bi-mat"}}
	got := r.postForm(action, typed, slices.Concat(ownPage, old)...)
	page := got.parsed(t)
	form := page.Find("form[method=post]")
	if got.status != http.StatusUnauthorized || form.AttrOr("action", "") != action || !strings.Contains(page.Find("h1").Text(), "Phiên làm việc đã hết hạn") {
		t.Fatalf("%d, form to %q: %s", got.status, form.AttrOr("action", ""), page.Find("h1").Text())
	}
	login := page.Find(`a[href="/login"]`)
	if login.AttrOr("target", "") != "_blank" || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("login opens in %q, cached %q", login.AttrOr("target", ""), got.header.Get("Cache-Control"))
	}
	if strings.Contains(got.body, "rat-bi-mat") || strings.Contains(got.body, "<script>alert") || strings.Contains(r.log.String(), "dòng hai") {
		t.Error("a password, a script or the log")
	}
	typed.Del("newPassword")
	typed.Set("reason", strings.ReplaceAll(typed.Get("reason"), "\r\n", "\n")) // a browser sends it as it was
	if diff := cmp.Diff(typed, fieldsOf(form)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	r.sessions = map[string]*http.Cookie{}
	if sent := r.postForm(action, fieldsOf(form), slices.Concat(ownPage, r.as(office))...); sent.status != http.StatusSeeOther {
		t.Errorf("sent again: %d %s", sent.status, sent.body)
	}
}

// Nothing goes back that a page of this service did not send as a plain form of
// bounded size.
func TestNothingElseIsGivenBack(t *testing.T) {
	r := newRig(t)
	const word, form = "loi-da-go", "application/x-www-form-urlencoded"
	many := strings.Repeat("a=b&", 1001)
	for name, c := range map[string]struct {
		path, media, body string
		headers           []string
		status            int
	}{
		"another site":          {"/dashboard/stp/targets", form, "text=" + word, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"another origin":        {"/dashboard/stp/targets", form, "text=" + word, []string{"Origin", "https://evil.example"}, 403},
		"a browser that is mum": {"/dashboard/stp/targets", form, "text=" + word, nil, 401},
		"with files":            {"/dashboard/stp/targets", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=text\r\n\r\n" + word + "\r\n--x--", ownPage, 401},
		"as text":               {"/dashboard/stp/targets", "text/plain", "text=" + word, ownPage, 401},
		"as JSON":               {"/dashboard/stp/targets", "application/json", fmt.Sprintf(`{"text":%q}`, word), ownPage, 401},
		"too large":             {"/dashboard/stp/targets", form, "text=" + word + strings.Repeat("x", 64<<10), ownPage, 401},
		"too many":              {"/dashboard/stp/targets", form, many + "text=" + word, ownPage, 401},
		"no text":               {"/dashboard/stp/targets", form, "text=" + word + "%ff", ownPage, 401},
		"nothing but passwords": {"/dashboard/stp/targets", form, "password=" + word, ownPage, 401},
		"to leave":              {"/logout", form, "text=" + word, ownPage, 401},
	} {
		request := httptest.NewRequest(http.MethodPost, c.path, strings.NewReader(c.body))
		request.Header.Set("Content-Type", c.media)
		got := r.do(with(request, c.headers))
		if got.status != c.status || strings.Contains(got.body, word) || got.parsed(t).Find("form").Length() > 0 {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := r.postForm("/login", url.Values{"email": {"nobody@x.example"}, "password": {word}}, ownPage...); got.status != 401 || strings.Contains(got.body, word) {
		t.Errorf("login: %d", got.status)
	}
}

// Who is sent to the login page from another is told why.
func TestTheLoginSaysWhatItIsFor(t *testing.T) {
	r := newRig(t)
	const why = "Xin đăng nhập để xem trang này."
	sent := r.get("/dashboard/stp/targets")
	if got := r.get(sent.header.Get("Location")).body; !strings.Contains(got, why) {
		t.Errorf("sent to %q without a word", sent.header.Get("Location"))
	}
	for _, path := range []string{"/login", "/login?next=https://evil.example"} {
		if strings.Contains(r.get(path).body, why) {
			t.Errorf("%s gives a reason", path)
		}
	}
}
