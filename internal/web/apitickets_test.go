package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/outside"
	"hailong/internal/response"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

var asJSON = []string{"Content-Type", "application/json"}

func (c *client) order(secret, body string, headers ...string) reply {
	c.t.Helper()
	return c.call(http.MethodPost, "/api/v1/tickets", secret, body, append(asJSON, headers...)...)
}

func TestIssueTickets(t *testing.T) {
	c := newClient(t)
	got := c.order(c.all, `{"counter":"7k3m-9qxa","service":"lltp","count":3}`)
	if got.status != http.StatusCreated || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", got.status, got.header, got.body)
	}
	var issued struct {
		Tickets []struct{ URL, Expires string }
	}
	must(t, json.Unmarshal([]byte(got.body), &issued))
	looks, seen := regexp.MustCompile(`^http://127\.0\.0\.1:8080/t/[0-9A-Z]{28}$`), map[string]bool{}
	for _, one := range issued.Tickets {
		if !looks.MatchString(one.URL) || one.Expires != "2026-12-22" || seen[one.URL] {
			t.Errorf("%+v", one)
		}
		seen[one.URL] = true
		path := strings.TrimPrefix(one.URL, "http://127.0.0.1:8080")
		if used := c.postJSON(path, happy(response.NewSubmission())); used.status != http.StatusCreated {
			t.Errorf("its ticket: %d %s", used.status, used.body)
		}
	}
	stored := c.responses()
	if len(stored) != 3 || stored[0].Service != "lltp" || stored[0].Counter != "q1" || stored[0].Channel != response.Ticket {
		t.Errorf("%d answers: %+v", len(stored), stored)
	}
	for days, expires := range map[string]string{"1": "2026-11-23", "366": "2027-11-23"} {
		if got := c.order(c.own, `{"counter":"7K3M9QXB","count":1,"days":`+days+`}`); !strings.Contains(got.body, `"expires":"`+expires+`"`) {
			t.Errorf("for %s days: %d %s", days, got.status, got.body)
		}
	}
	if got := c.order(c.all, `{"counter":"7K3M9QXE","count":1000}`); got.status != http.StatusCreated || strings.Count(got.body, `"url"`) != 1000 {
		t.Errorf("1,000 of a counter that opens later: %d", got.status)
	}
}

func TestIssueTicketsRefused(t *testing.T) {
	c := newClient(t)
	for body, want := range map[string]string{
		``: "ticket_order", `{`: "ticket_order", `[]`: "ticket_order", `{"counter":7,"count":1}`: "ticket_order", `{"counter":"7K3M9QXA","count":"1"}`: "ticket_order",
		`{"counter":"7K3M9QXA","count":1.5}`: "ticket_order", `{"counter":"7K3M9QXA","count":1,"phone":"0905"}`: "ticket_order", `{"counter":"7K3M9QXA","count":1,"count":2}`: "ticket_order",
		`{"count":1}`: "ticket_counter", `{"counter":"q1","count":1}`: "ticket_counter", `{"counter":"7K3M9QXZ","count":1}`: "ticket_counter", `{"counter":"7K3M9QXC","count":1}`: "ticket_counter_ended",
		`{"counter":"7K3M9QXA","count":1,"service":"x"}`: "ticket_service", `{"counter":"7K3M9QXD","count":1,"service":"lltp"}`: "ticket_service",
		`{"counter":"7K3M9QXA"}`: "ticket_count", `{"counter":"7K3M9QXA","count":0}`: "ticket_count", `{"counter":"7K3M9QXA","count":-1}`: "ticket_count", `{"counter":"7K3M9QXA","count":1001}`: "ticket_count",
		`{"counter":"7K3M9QXA","count":1,"days":0}`: "ticket_days", `{"counter":"7K3M9QXA","count":1,"days":367}`: "ticket_days",
	} {
		if got := c.order(c.all, body); got.status != http.StatusUnprocessableEntity || typeOf(t, got) != want {
			t.Errorf("%s: %d %s, want %s", body, got.status, got.body, want)
		}
	}
	const good = `{"counter":"7K3M9QXA","count":1}`
	if got := c.order(c.all, good, "Content-Type", "text/csv"); got.status != http.StatusUnsupportedMediaType || typeOf(t, got) != "json_only" {
		t.Errorf("as CSV: %d %s", got.status, got.body)
	}
	if got := c.order(c.all, good, "Content-Encoding", "gzip"); got.status != http.StatusUnsupportedMediaType {
		t.Errorf("compressed: %d %s", got.status, got.body)
	}
	if got := c.call("POST", "/api/v1/tickets?count=5", c.all, good, asJSON...); got.status != http.StatusUnprocessableEntity || typeOf(t, got) != "unknown_parameter" {
		t.Errorf("with a query: %d %s", got.status, got.body)
	}
	if got := c.order(c.own, `{"counter":"7K3M9QXD","count":1}`); got.status != http.StatusForbidden || typeOf(t, got) != "key_agency" {
		t.Errorf("of a foreign agency: %d %s", got.status, got.body)
	}
	if got := c.order(c.key("reader", []auth.Scope{auth.ReadScores}, ""), good); got.status != http.StatusForbidden || typeOf(t, got) != "key_scope" {
		t.Errorf("without the scope: %d %s", got.status, got.body)
	}
	if head, _, err := c.trail.Head(t.Context()); err != nil || head != 0 {
		t.Errorf("%d audit entries, %v", head, err)
	}
}

// The audit log says how many tickets were issued, for whom and by whom, and
// none of them.
func TestTicketsAreAudited(t *testing.T) {
	c := newClient(t)
	issued := c.order(c.own, `{"counter":"7K3M9QXA","service":"lltp","count":2,"days":5}`)
	sheets := c.postForm("/posters/stp/tickets", url.Values{"counter": {"7K3M9QXB"}, "count": {"30"}, "days": {"7"}}, c.as("clerk@x.example")...)
	if issued.status != http.StatusCreated || sheets.status != http.StatusOK {
		t.Fatalf("%d, %d %s", issued.status, sheets.status, sheets.body)
	}
	entries, err := c.trail.Entries(t.Context(), 0, 0)
	must(t, err)
	var got []audit.Event
	for _, e := range entries {
		e.Event.At = c.now()
		got = append(got, e.Event)
	}
	want := []audit.Event{
		{At: c.now(), By: "clerk@x.example", Action: "ticket.issue", Subject: "stp/q2", Detail: map[string]string{"count": "30", "expires": "2026-11-29"}},
		{At: c.now(), By: "key:own", Action: "ticket.issue", Subject: "stp/q1", Detail: map[string]string{"count": "2", "expires": "2026-11-27", "service": "lltp"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, match := range regexp.MustCompile(`/t/([0-9A-Z]{28})`).FindAllStringSubmatch(issued.body, -1) {
		if strings.Contains(fmt.Sprint(entries), match[1][2:]) || strings.Contains(c.log.String(), match[1][2:]) {
			t.Errorf("ticket %s is written down", match[1])
		}
	}
	if page := c.get("/admin/audit", c.as("auditor@x.example")...); !strings.Contains(page.body, "Cấp vé một lần") || !strings.Contains(page.body, "dùng đến hết ngày") {
		t.Errorf("the page of the log: %d\n%s", page.status, page.body)
	}
}

func TestTicketOrderPage(t *testing.T) {
	r := newRig(t)
	page := r.get("/posters/stp/tickets", r.as("clerk@x.example")...)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	must(t, err)
	var counters []string
	doc.Find("#counter option").Each(func(_ int, o *goquery.Selection) { counters = append(counters, o.Text()) })
	if diff := cmp.Diff([]string{"Quầy 1", "Quầy 2", "Quầy sắp mở"}, counters); page.status != http.StatusOK || diff != "" {
		t.Errorf("%d, counters (-want +got):\n%s", page.status, diff)
	}
	if got := doc.Find("#service option").Length(); got != 3 {
		t.Errorf("%d services", got)
	}
	if doc.Find("#count").AttrOr("value", "") != "42" || doc.Find("#days").AttrOr("value", "") != "30" {
		t.Errorf("the numbers offered:\n%s", page.body)
	}
	for email, linked := range map[string]bool{"clerk@x.example": true, "auditor@x.example": false} {
		if got := strings.Contains(r.get("/posters/stp", r.as(email)...).body, "/posters/stp/tickets"); got != linked {
			t.Errorf("%s sees the way there: %v", email, got)
		}
	}
}

func TestTicketOrderPageRefuses(t *testing.T) {
	r := newRig(t)
	good := func(change ...string) url.Values {
		form := url.Values{"counter": {"7K3M9QXA"}, "service": {"lltp"}, "count": {"2"}, "days": {"30"}}
		for i := 0; i+1 < len(change); i += 2 {
			form.Set(change[i], change[i+1])
		}
		return form
	}
	for name, c := range map[string]struct {
		form url.Values
		says string
	}{
		"nothing":         {url.Values{}, "Không có quầy nào mang mã đó."},
		"foreign counter": {good("counter", "7K3M9QXD", "service", ""), "Không có quầy nào mang mã đó."},
		"closed counter":  {good("counter", "7K3M9QXC"), "không còn nhận ý kiến"},
		"service":         {good("service", "nope"), "không có thủ tục"},
		"no count":        {good("count", ""), "từ 1 đến 1000 vé"},
		"too many":        {good("count", "1001"), "từ 1 đến 1000 vé"},
		"words":           {good("count", "hai"), "từ 1 đến 1000 vé"},
		"days":            {good("days", "400"), "trong 1 đến 366 ngày"},
	} {
		got := r.postForm("/posters/stp/tickets", c.form, r.as("clerk@x.example")...)
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, c.says) || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("%s: %d\n%s", name, got.status, got.body)
		}
	}
	if got := r.postForm("/posters/stp/tickets", good("count", "17", "days", "999"), r.as("clerk@x.example")...); !strings.Contains(got.body, `value="17"`) || !strings.Contains(got.body, `value="lltp" selected`) {
		t.Errorf("what was typed is lost:\n%s", got.body)
	}
	if got := r.postForm("/posters/stp/tickets", good(), r.as("auditor@x.example")...); got.status != http.StatusNotFound {
		t.Errorf("an auditor issues tickets: %d", got.status)
	}
}

// What is printed works: each slip's code, as a person types it, lets one in.
func TestPrintedTicketsWork(t *testing.T) {
	r := newRig(t)
	got := r.postForm("/posters/stp/tickets", url.Values{"counter": {"7K3M9QXA"}, "service": {"lltp"}, "count": {"4"}, "days": {"30"}}, r.as("leader@x.example")...)
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/pdf" || got.header.Get("Cache-Control") != "no-store" ||
		!strings.Contains(got.header.Get("Content-Disposition"), "hailong-ve-stp-7k3m9qxa.pdf") {
		t.Fatalf("%d %v", got.status, got.header)
	}
	file := filepath.Join(t.TempDir(), "slips.pdf")
	must(t, os.WriteFile(file, []byte(got.body), 0o600))
	text := outside.Words(t, file)
	codes := regexp.MustCompile(`(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}`).FindAllString(text, -1)
	for _, code := range codes {
		for i, want := range []int{http.StatusCreated, http.StatusGone} {
			if got := r.postJSON("/t/"+strings.ToLower(code), happy(response.NewSubmission())); got.status != want {
				t.Errorf("%s, try %d: %d %s", code, i, got.status, got.body)
			}
		}
	}
	if len(codes) != 4 || len(r.responses()) != 4 {
		t.Errorf("%d slips, %d answers:\n%s", len(codes), len(r.responses()), text)
	}
}
