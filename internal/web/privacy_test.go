package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hailong/internal/auth"
	"hailong/internal/i18n"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/ticket"
	"hailong/internal/web"
)

// fact is what stands behind one statement of /privacy.
type fact struct {
	key   string
	pairs []any // what is written into the statement
	holds func(*testing.T, *rig)
}

// facts are all of them. A statement without one fails TestPrivacy.
func facts() []fact {
	return []fact{
		{"privacy.never.person", nil, textIsMasked},
		{"privacy.never.network", nil, onlyNamedFields},
		{"privacy.never.time", nil, onlyNamedFields},
		{"privacy.never.ticket", nil, ticketsTellNothing},
		{"privacy.order", nil, scanIsByID},
		{"privacy.text", nil, textIsMasked},
		{"privacy.voluntary", nil, nothingIsRequiredOfAPerson},
		{"privacy.readers", nil, clerksSeeNothing},
		{"privacy.signals", nil, onlyNamedFields},
		{"privacy.cookie", []any{"Hours", 24}, cookiesDieWithTheDay},
		{"privacy.third", nil, nothingFromElsewhere},
		{"privacy.log", nil, nothingIsLogged},
		{"privacy.retention", []any{"Months", 24}, nil}, // see TestPrivacyNamesTheRetention
		{"privacy.tickets", []any{"Days", 2}, ticketsExpire},
		{"privacy.limits", nil, nil}, // what no program can promise
	}
}

func keepFor(months int) option { return func(o *web.Options) { o.RetentionMonths = months } }

func privacyPage(r *rig, lang string) string {
	r.t.Helper()
	page := r.get("/privacy?lang=" + lang)
	if page.status != http.StatusOK {
		r.t.Fatalf("/privacy in %s: %d", lang, page.status)
	}
	return html.UnescapeString(page.body)
}

// TestPrivacy holds each statement of the page against its fact, and each fact
// against its statement.
func TestPrivacy(t *testing.T) {
	r := newRig(t, keepFor(24))
	catalog, err := i18n.Load()
	must(t, err)
	for _, lang := range i18n.Codes {
		l := catalog.Language(lang)
		page := privacyPage(r, lang)
		said := regexp.MustCompile(`<li>([^<]*)</li>`).FindAllStringSubmatch(page, -1)
		var want []string
		for _, key := range web.StoredFields() {
			want = append(want, l.T(key))
		}
		for _, f := range facts() {
			want = append(want, l.T(f.key, f.pairs...))
		}
		var got []string
		for _, match := range said {
			got = append(got, match[1])
		}
		if !slices.Equal(got, want) {
			t.Errorf("/privacy in %s says\n%s\nwhere there are facts for\n%s", lang, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	for _, f := range facts() {
		if f.holds != nil {
			t.Run(f.key, func(t *testing.T) { f.holds(t, newRig(t)) })
		}
	}
}

// TestPrivacyNamesTheRetention shows the number that the service runs with.
func TestPrivacyNamesTheRetention(t *testing.T) {
	for months, want := range map[int]string{24: "giữ 24 tháng rồi xóa", 6: "giữ 6 tháng rồi xóa", 0: "giữ không thời hạn"} {
		if page := privacyPage(newRig(t, keepFor(months)), "vi"); !strings.Contains(page, want) {
			t.Errorf("with %d months the page does not say %q", months, want)
		}
	}
}

// TestPrivacyIsLinked finds the page where a citizen answers, in the language
// of the form.
func TestPrivacyIsLinked(t *testing.T) {
	r := newRig(t)
	for _, lang := range []string{"vi", "en"} {
		page := r.get("/q/7K3M9QXA?lang=" + lang).body
		link := regexp.MustCompile(`href="(/privacy[^"]*)"`).FindStringSubmatch(page)
		if link == nil {
			t.Fatalf("the form in %s does not link it", lang)
		}
		if got := r.get(link[1]).body; !strings.Contains(got, `<html lang="`+lang+`"`) {
			t.Errorf("%s is not in %s", link[1], lang)
		}
	}
}

// TestStoredFieldsAreNamed lists the fields of an answer by reflection: whoever
// adds one has to tell the citizens.
func TestStoredFieldsAreNamed(t *testing.T) {
	var fields []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[response.Response]()) {
		fields = append(fields, "privacy.field."+strings.ToLower(field.Name))
	}
	if named := web.StoredFields(); !slices.Equal(named, fields) {
		t.Errorf("/privacy names %v, an answer holds %v", named, fields)
	}
}

// onlyNamedFields answers with everything that a phone tells and reads back
// what is stored.
func onlyNamedFields(t *testing.T, r *rig) {
	TestStoredFieldsAreNamed(t)
	got := r.postJSON("/q/7K3M9QXA", `{"submission":"aaaaaaaaaaaaaaaaaaaaaa","answers":{"overall":4}}`,
		"User-Agent", "ZebraPhone", "X-Forwarded-For", "203.0.113.9", "Cookie", "device=zebra", "Referer", "https://zebra.example")
	if got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got.body)
	}
	for _, one := range r.responses() {
		if text := strings.ToLower(fmt.Sprintf("%+v", one)); strings.Contains(text, "zebra") || one.Lang != "vi" || one.Service != "" {
			t.Errorf("stored is %+v", one)
		}
	}
}

// answerWith sends one form and returns what is stored of the comment.
func answerWith(t *testing.T, r *rig, comment string) string {
	t.Helper()
	values := url.Values{"submission": {response.NewSubmission()}, "q.overall": {"2"}, "q.comment": {comment}}
	if got := r.postForm("/q/7K3M9QXA", values); got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, got.body)
	}
	stored := r.responses()
	return stored[0].Text("comment")
}

func textIsMasked(t *testing.T, r *rig) {
	kept := answerWith(t, r, "Chờ lâu, số 0912 345 678, căn cước 079203001234, hồ sơ 000.00.17.H14-261122-0042")
	for _, secret := range []string{"0912", "345 678", "079203001234", "H14-261122", "0042"} {
		if strings.Contains(kept, secret) {
			t.Errorf("kept is %q", kept)
		}
	}
	if !strings.Contains(kept, "Chờ lâu") {
		t.Errorf("of the comment is kept %q", kept)
	}
}

// ticketsTellNothing looks for anything that an answer and a ticket share.
func ticketsTellNothing(t *testing.T, r *rig) {
	issued, err := r.tickets.Issue(t.Context(), ticket.For{Agency: "stp", Counter: "q1"}, 1, 5)
	must(t, err)
	key := response.NewSubmission()
	if got := r.postJSON("/t/"+issued[0].Code, `{"submission":"`+key+`","answers":{"overall":4}}`); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got.body)
	}
	kinds, err := r.store.Kinds(t.Context())
	must(t, err)
	for _, kind := range kinds {
		records, err := r.store.Records(t.Context(), store.Span{Kind: kind})
		must(t, err)
		for _, record := range records {
			for _, one := range r.responses() {
				kept := record.Key + string(record.Data)
				if strings.Contains(kept, one.ID.String()) || strings.Contains(kept, string(one.ID[:])) || strings.Contains(kept, key) {
					t.Errorf("a record %s names the answer", kind)
				}
			}
			if strings.Contains(record.Key+string(record.Data), issued[0].Code) {
				t.Errorf("a record %s holds the ticket's code", kind)
			}
		}
	}
}

func scanIsByID(t *testing.T, r *rig) {
	for range 20 {
		answerWith(t, r, "")
	}
	ids := r.responses()
	if !slices.IsSortedFunc(ids, func(a, b response.Response) int { return slices.Compare(a.ID[:], b.ID[:]) }) {
		t.Error("answers are not in the order of their ids")
	}
}

// nothingIsRequiredOfAPerson looks for questions about the person, and for
// receipts that could be demanded of one.
func nothingIsRequiredOfAPerson(t *testing.T, r *rig) {
	page := r.get("/q/7K3M9QXA").body
	for _, field := range []string{`type="email"`, `type="tel"`, `type="file"`, `type="password"`, "geolocation"} {
		if strings.Contains(page, field) {
			t.Errorf("the form has %s", field)
		}
	}
	key := response.NewSubmission()
	id, err := response.NewID(key)
	must(t, err)
	got := r.postJSON("/q/7K3M9QXA", `{"submission":"`+key+`","answers":{"overall":4}}`)
	if got.status != http.StatusCreated || strings.Contains(got.body, key) || strings.Contains(got.body, id.String()) {
		t.Errorf("the receipt leads to the answer: %d %s", got.status, got.body)
	}
}

func clerksSeeNothing(t *testing.T, r *rig) {
	clerk := auth.User{Role: auth.Clerk, Agency: "stp"}
	for _, permission := range []auth.Permission{auth.SeeFigures, auth.SeeComments, auth.SeeOffice} {
		if clerk.May(permission, "stp") || clerk.May(permission, "") {
			t.Errorf("a clerk may %s", permission)
		}
	}
	for _, path := range []string{"/dashboard/stp", "/dashboard/stp/comments", "/office"} {
		if got := r.get(path, r.as("clerk@x.example")...); got.status == http.StatusOK {
			t.Errorf("a clerk opens %s", path)
		}
	}
}

// cookiesDieWithTheDay collects the cookies of everything that a citizen does.
func cookiesDieWithTheDay(t *testing.T, r *rig) {
	key := url.Values{"submission": {response.NewSubmission()}, "q.overall": {"5"}}
	names := map[string]bool{}
	for _, got := range []reply{
		r.get("/q/7K3M9QXA"), r.get("/q/7K3M9QXA?lang=en"), r.postForm("/q/7K3M9QXA", key), r.get("/q/7K3M9QXA/thanks"), r.get("/privacy"), r.get("/q/00000000"),
	} {
		for _, line := range got.header.Values("Set-Cookie") {
			cookie, err := http.ParseSetCookie(line)
			must(t, err)
			names[cookie.Name] = true
			life := cookie.MaxAge
			if !cookie.Expires.IsZero() {
				life = max(life, int(cookie.Expires.Sub(r.now()).Seconds()))
			}
			if life <= 0 || life > web.CookieHours*3600 || !cookie.HttpOnly {
				t.Errorf("a citizen is given %q", line)
			}
		}
	}
	if len(names) > 1 {
		t.Errorf("a citizen is given the cookies %v", names)
	}
}

// nothingFromElsewhere looks for addresses of other hosts in what a citizen's
// browser reads and may load.
func nothingFromElsewhere(t *testing.T, r *rig) {
	for _, path := range []string{"/q/7K3M9QXA", "/q/7K3M9QXB", "/q/7K3M9QXA/thanks", "/privacy", "/q/00000000"} {
		page := r.get(path)
		for _, address := range regexp.MustCompile(`(?:https?:)?//[^\s"'<>)]+`).FindAllString(page.body, -1) {
			if address != "http://www.w3.org/2000/svg" { // the name of a format, which nobody opens
				t.Errorf("%s names %s", path, address)
			}
		}
		policy := page.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "http") {
			t.Errorf("%s may load from elsewhere: %s", path, policy)
		}
		if features := page.header.Get("Permissions-Policy"); !strings.Contains(features, "geolocation=()") || !strings.Contains(features, "camera=()") || !strings.Contains(features, "microphone=()") {
			t.Errorf("%s allows %s", path, features)
		}
	}
}

func nothingIsLogged(t *testing.T, r *rig) {
	answerWith(t, r, "Chờ lâu")
	r.get("/q/7K3M9QXA")
	r.get("/privacy")
	r.postJSON("/q/7K3M9QXA", `{"submission":"x"}`)
	if r.log.Len() > 0 {
		t.Errorf("logged was %s", r.log)
	}
}

func ticketsExpire(t *testing.T, r *rig) {
	_, err := r.tickets.Issue(t.Context(), ticket.For{Agency: "stp", Counter: "q1"}, 3, 1)
	must(t, err)
	r.advance(24 * 3 * 3600e9)
	if n, err := r.tickets.RemoveExpired(t.Context()); n != 3 || err != nil {
		t.Errorf("%d tickets were removed two days after their last day, %v", n, err)
	}
}
