package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/ticket"
	"hailong/internal/web"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/brotli"
)

// issueTo makes a ticket of a counter of Sở Tư pháp, or of another agency's
// written as agency/counter, and returns its address.
func (r *rig) issueTo(counter, service string) string {
	r.t.Helper()
	agency := "stp"
	if before, after, ok := strings.Cut(counter, "/"); ok {
		agency, counter = before, after
	}
	issued, err := r.tickets.Issue(context.Background(), ticket.For{Agency: agency, Counter: counter, Service: service}, 1, 30)
	must(r.t, err)
	return "/t/" + issued[0].Code
}

func happy(submission string) string {
	return fmt.Sprintf(`{"submission":%q,"lang":"vi","answers":{"overall":5}}`, submission)
}

func TestTicketPage(t *testing.T) {
	r := newRig(t)
	path := r.issueTo("q1", "")
	page := r.get(path)
	if page.status != http.StatusOK {
		t.Fatalf("status %d\n%s", page.status, page.body)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	must(t, err)
	if got := doc.Find("form#sheet").AttrOr("action", ""); got != "?send" {
		t.Errorf("the sheet goes to %q", got)
	}
	if got := doc.Find("nav.languages a").AttrOr("href", ""); got != "?lang=en" {
		t.Errorf("the other language is at %q", got)
	}
	if strings.Contains(page.body, path[3:]) || strings.Contains(page.body, "/q/7K3M9QXA") {
		t.Errorf("the page names the ticket or the counter's link:\n%s", page.body)
	}
	if doc.Find("select#service").Length() != 1 || doc.Find(".faces input[name='q.overall']").Length() != 5 {
		t.Errorf("not the counter's form:\n%s", page.body)
	}
	if got := page.header.Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("Referrer-Policy %q", got)
	}
	if english := r.get(path + "?lang=en"); !strings.Contains(english.body, "Very dissatisfied") {
		t.Errorf("in English: %d", english.status)
	}
	// The counter's own page is another one.
	if own := r.get("/q/7K3M9QXA").body; !strings.Contains(own, `action="/q/7K3M9QXA?send"`) {
		t.Errorf("the counter's page sends elsewhere:\n%s", own)
	}
	for range 3 { // looking does not use it
		if got := r.get(strings.ToLower(path)); got.status != http.StatusOK {
			t.Errorf("looked at again: %d", got.status)
		}
	}
	if got := r.get("/t/" + ticket.Grouped(path[3:])); got.status != http.StatusOK {
		t.Errorf("typed in groups: %d", got.status)
	}
}

// A page is compressed once for all tickets of a counter, and has a key of its
// own for each reader.
func TestTicketPageIsCompressed(t *testing.T) {
	r := newRig(t)
	seen := map[string]bool{}
	for range 3 {
		page := r.get(r.issueTo("q2", "lltp"), "Accept-Encoding", "br")
		var plain strings.Builder
		doc, err := goquery.NewDocumentFromReader(brotli.NewReader(strings.NewReader(page.body)))
		must(t, err)
		plain.WriteString(doc.Find("input[name=submission]").AttrOr("value", ""))
		if len(plain.String()) != 22 || seen[plain.String()] || len(page.body) > 14<<10 {
			t.Errorf("key %q, %d bytes", plain.String(), len(page.body))
		}
		seen[plain.String()] = true
		if doc.Find("select#service").Length() != 0 {
			t.Error("it asks for the service that the ticket knows")
		}
		if got := doc.Find("header.place").Text(); !strings.Contains(got, "Cấp Phiếu lý lịch tư pháp") {
			t.Errorf("it does not name the service: %q", got)
		}
	}
}

func TestTicketLetsOneAnswerIn(t *testing.T) {
	r := newRig(t)
	path := r.issueTo("q1", "lltp")
	sent := r.postForm(path+"?send", url.Values{"submission": {key}, "lang": {"en"}, "service": {"cc"}, "q.overall": {"4"}})
	if sent.status != http.StatusSeeOther || sent.header.Get("Location") != "/q/7K3M9QXA/thanks?lang=en" {
		t.Fatalf("%d to %q\n%s", sent.status, sent.header.Get("Location"), sent.body)
	}
	stored := r.responses()
	if len(stored) != 1 {
		t.Fatalf("%d answers", len(stored))
	}
	if got := stored[0]; got.Channel != response.Ticket || got.Agency != "stp" || got.Counter != "q1" || got.Service != "lltp" || got.Lang != "en" {
		t.Errorf("stored %+v", got)
	}
	// The same phone may send again, whatever it says; nobody else may.
	if got := r.postJSON(path, happy(key)); got.status != http.StatusOK {
		t.Errorf("again: %d %s", got.status, got.body)
	}
	if got := r.postJSON(path, `{"submission":"`+key+`","answers":{"overall":"x"}}`); got.status != http.StatusOK {
		t.Errorf("again with faults: %d %s", got.status, got.body)
	}
	other := response.NewSubmission()
	if got := r.postJSON(path, happy(other)); got.status != http.StatusGone || !strings.Contains(got.body, `"code":"ticket_used"`) {
		t.Errorf("another: %d %s", got.status, got.body)
	}
	if got := r.postForm(path, url.Values{"submission": {other}, "q.overall": {"9"}}); got.status != http.StatusGone || !strings.Contains(got.body, "Vé này đã được dùng") {
		t.Errorf("another with faults: %d %s", got.status, got.body)
	}
	if got := r.get(path); got.status != http.StatusGone || !strings.Contains(got.body, "Vé này đã được dùng") || strings.Contains(got.body, `href="/"`) {
		t.Errorf("the page: %d %s", got.status, got.body)
	}
	if got := len(r.responses()); got != 1 {
		t.Errorf("%d answers", got)
	}
}

// Faults do not cost a ticket, and the sheet comes back to the same address.
func TestFaultySheetKeepsTheTicket(t *testing.T) {
	r := newRig(t)
	path := r.issueTo("q1", "lltp")
	faulty := r.postForm(path, url.Values{"submission": {key}, "q.comment": {"chờ lâu"}})
	if faulty.status != http.StatusUnprocessableEntity || !strings.Contains(faulty.body, `action="?send"`) || !strings.Contains(faulty.body, "chờ lâu") || strings.Contains(faulty.body, `id="service"`) {
		t.Fatalf("%d\n%s", faulty.status, faulty.body)
	}
	for _, body := range []string{"", "{", `{"submission":"short","answers":{"overall":5}}`, `{"submission":"` + key + `","answers":{"overall":9}}`, `{"submission":"` + key + `","lang":"xx","answers":{"overall":5}}`} {
		if got := r.postJSON(path, body); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", body, got.status)
		}
	}
	if got := r.postJSON(path, happy(key), "Content-Type", "text/plain"); got.status != http.StatusUnsupportedMediaType {
		t.Errorf("as text: %d", got.status)
	}
	if got := r.postJSON(path, strings.Repeat(" ", 65<<10)); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d", got.status)
	}
	if got := r.postJSON(path, happy(response.NewSubmission())); got.status != http.StatusCreated {
		t.Errorf("a valid sheet after all that: %d %s", got.status, got.body)
	}
}

// A store that fails between the claim and the answer costs nobody the ticket.
func TestTicketWhenTheStoreFails(t *testing.T) {
	r := newRig(t)
	path := r.issueTo("q1", "")
	r.store.down = true
	if got := r.postJSON(path, happy(key)); got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	back := r.postForm(path, url.Values{"submission": {key}, "q.overall": {"5"}, "q.comment": {"giữ lại"}})
	if back.status != http.StatusServiceUnavailable || !strings.Contains(back.body, "giữ lại") || !strings.Contains(back.body, `action="?send"`) {
		t.Errorf("the sheet does not come back: %d\n%s", back.status, back.body)
	}
	if got := r.postJSON(path, happy(response.NewSubmission())); got.status != http.StatusGone {
		t.Errorf("another meanwhile: %d", got.status)
	}
	r.store.down = false
	if got := r.postJSON(path, happy(key)); got.status != http.StatusCreated {
		t.Errorf("again: %d %s", got.status, got.body)
	}
	if got := len(r.responses()); got != 1 {
		t.Errorf("%d answers", got)
	}
}

func TestTicketRace(t *testing.T) {
	r := newRig(t)
	for range 5 {
		path := r.issueTo("q1", "")
		var wait sync.WaitGroup
		var mu sync.Mutex
		statuses := map[int]int{}
		for range 30 {
			wait.Go(func() {
				got := r.postJSON(path, happy(response.NewSubmission()))
				mu.Lock()
				defer mu.Unlock()
				statuses[got.status]++
			})
		}
		wait.Wait()
		if statuses[http.StatusCreated] != 1 || statuses[http.StatusGone] != 29 {
			t.Errorf("%v", statuses)
		}
	}
	if got := len(r.responses()); got != 5 {
		t.Errorf("%d answers by 5 tickets", got)
	}
}

func TestTicketsThatLetNobodyIn(t *testing.T) {
	r := newRig(t)
	good := r.issueTo("q1", "")
	unknown := good[:10] + strings.Repeat("2", 21)
	for path, c := range map[string]struct {
		status int
		code   string
	}{
		unknown:                 {http.StatusNotFound, "ticket_unknown"},
		"/t/x":                  {http.StatusNotFound, "ticket_unknown"},
		"/t/7K3M9QXA":           {http.StatusNotFound, "ticket_unknown"},
		"/t/%2e%2e":             {http.StatusNotFound, "ticket_unknown"},
		"/t/%25zz":              {http.StatusNotFound, "ticket_unknown"},
		good + "/":              {http.StatusNotFound, "not_found"},
		r.issueTo("q3", ""):     {http.StatusGone, "ticket_closed"},
		r.issueTo("q4", ""):     {http.StatusGone, "not_yet_open"},
		r.issueTo("q9", ""):     {http.StatusGone, "ticket_closed"},
		r.issueTo("gone/1", ""): {http.StatusGone, "ticket_closed"},
	} {
		page := r.get(path)
		if page.status != c.status || !strings.Contains(page.body, "<h1>") {
			t.Errorf("GET %s: %d, want %d\n%s", path, page.status, c.status, page.body)
		}
		if got := r.postJSON(path, happy(response.NewSubmission())); got.status != c.status || !strings.Contains(got.body, `"code":"`+c.code+`"`) {
			t.Errorf("POST %s: %d %s, want %d %s", path, got.status, got.body, c.status, c.code)
		}
	}
	r.advance(30 * 24 * time.Hour)
	if got := r.get(good); got.status != http.StatusOK {
		t.Errorf("on its last day: %d", got.status)
	}
	r.advance(24 * time.Hour)
	if got := r.get(good); got.status != http.StatusGone || !strings.Contains(got.body, "Vé này đã hết hạn") {
		t.Errorf("a day later: %d %s", got.status, got.body)
	}
	if got := r.postJSON(good, happy(key)); got.status != http.StatusGone || !strings.Contains(got.body, "ticket_expired") {
		t.Errorf("sent a day later: %d %s", got.status, got.body)
	}
	if got := len(r.responses()); got != 0 {
		t.Errorf("%d answers", got)
	}
}

// A ticket whose service the agency has no more asks for the service.
func TestTicketOfAServiceThatIsGone(t *testing.T) {
	r := newRig(t)
	path := r.issueTo("q1", "gone")
	if page := r.get(path); !strings.Contains(page.body, `id="service"`) {
		t.Errorf("it does not ask:\n%s", page.body)
	}
	if got := r.postForm(path, url.Values{"submission": {key}, "q.overall": {"4"}, "service": {"cc"}}); got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := r.responses()[0].Service; got != "cc" {
		t.Errorf("service %q", got)
	}
}

// dark is a store of records that cannot be reached.
type dark struct{ *flaky }

func (d dark) Record(_ context.Context, kind, key string) (store.Record, error) {
	return store.Record{}, fmt.Errorf("record %s %q: %w", kind, key, store.ErrUnavailable)
}

// Nothing of a ticket is ever logged, also where something fails.
func TestTicketsAreNotLogged(t *testing.T) {
	var down *ticket.Book
	r := newRig(t, func(o *web.Options) {
		down = ticket.NewBook(dark{o.Store.(*flaky)}, o.Now, o.Location)
	})
	path := r.issueTo("q1", "")
	r.get(path)
	r.store.down = true
	r.postJSON(path, happy(key))
	r.store.down = false
	r.postJSON(path, happy(key))
	r.get(path)
	r.server.Tickets = down
	r.advance(time.Hour)
	if got := r.get(path); got.status != http.StatusServiceUnavailable {
		t.Errorf("%d", got.status)
	}
	records, err := r.store.Records(t.Context(), store.Span{Kind: "ticket"})
	must(t, err)
	log := r.log.String()
	if !strings.Contains(log, "/t/:ticket") {
		t.Errorf("the failures are not logged:\n%s", log)
	}
	_, digest, _ := strings.Cut(records[0].Key, "/")
	for _, secret := range []string{path[3:], path[5:], strings.ToLower(path[5:]), digest, key} {
		if strings.Contains(log, secret) {
			t.Errorf("%q is in the log:\n%s", secret, log)
		}
	}
}

// Answers by ticket are a channel of their own on the dashboard.
func TestTicketChannelIsShownApart(t *testing.T) {
	r := newRig(t)
	r.postJSON(r.issueTo("q1", ""), happy(response.NewSubmission()))
	r.postJSON("/q/7K3M9QXA", happy(response.NewSubmission()))
	r.postJSON("/q/7K3M9QXA", happy(response.NewSubmission()))
	for query, want := range map[string]string{"": "3", "?channel=ticket": "1", "?channel=qr": "2"} {
		if got := fmt.Sprint(r.chart("office@x.example", "/dashboard/stp/charts/summary.json"+query).Rows[0][0]); got != want {
			t.Errorf("%q: %s answers, want %s", query, got, want)
		}
	}
}
