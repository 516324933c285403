package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hailong/internal/web"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// answer posts one sheet with a key of its own.
func (r *rig) answer(link, key, answers string) {
	r.t.Helper()
	body := fmt.Sprintf(`{"submission":"%022s","lang":"vi",%s}`, key, answers)
	body = strings.ReplaceAll(body, " ", "")
	if got := r.postJSON("/q/"+link, body); got.status != http.StatusCreated {
		r.t.Fatalf("answer %s: %d %s", key, got.status, got.body)
	}
}

// some posts twelve answers over three days: nine satisfied of twelve.
func (r *rig) some() {
	n := 0
	for day := range 3 {
		if day > 0 {
			r.advance(24 * time.Hour)
		}
		for _, level := range []int{5, 4, 4, 2} {
			n++
			more := `"service":"lltp",`
			if level < 4 {
				more = ""
			}
			reasons := ""
			if level == 2 {
				reasons = `,"reasons":["slow"],"comment":"lâu` + fmt.Sprint(n) + `"`
			}
			r.answer("7K3M9QXA", fmt.Sprint("n", n), more+`"answers":{"overall":`+fmt.Sprint(level)+reasons+`}`)
		}
	}
	r.sessions = map[string]*http.Cookie{} // the old ones have expired
}

func TestChartsAddUp(t *testing.T) {
	r := newRig(t)
	r.some()
	const office = "office@x.example"
	for path, want := range map[string][][]any{
		"/dashboard/stp/charts/summary.json":                               {{12.0, 9.0, 12.0, 75.0, 46.77, 91.11}},
		"/dashboard/stp/charts/summary.json?from=2026-11-23&to=2026-11-23": {{4.0, nil, nil, nil, nil, nil}},
		"/dashboard/stp/charts/summary.json?service=lltp":                  {{9.0, 9.0, 9.0, 100.0, 70.09, 100.0}},
		"/dashboard/stp/charts/summary.json?counter=q2":                    {{0.0, 0.0, 0.0, nil, nil, nil}},
		"/dashboard/stp/charts/summary.json?channel=kiosk":                 {{0.0, 0.0, 0.0, nil, nil, nil}},
		"/dashboard/stp/charts/summary.json?method=nd61-3":                 {{0.0, 0.0, 0.0, nil, nil, nil}},
		"/dashboard/stp/charts/trend.json?from=2026-10-01":                 {{"2026-10", 0.0, 0.0, 0.0, nil, nil, nil}, {"2026-11", 12.0, 9.0, 12.0, 75.0, 46.77, 91.11}},
		"/dashboard/stp/charts/counters.json":                              {{"q1", "Quầy 1", 12.0, 9.0, 12.0, 75.0, 46.77, 91.11}},
		"/dashboard/stp/charts/levels.json":                                {{"overall", 1.0, 0.0}, {"overall", 2.0, 3.0}, {"overall", 3.0, 0.0}, {"overall", 4.0, 6.0}, {"overall", 5.0, 3.0}},
	} {
		if diff := cmp.Diff(want, r.chart(office, path).Rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if got := r.chart(office, "/dashboard/stp/charts/reasons.json").Rows[0]; got[0] != "slow" || got[1] != 3.0 {
		t.Errorf("first reason %v", got)
	}
	services := r.chart(office, "/dashboard/stp/charts/services.json").Rows
	if len(services) != 2 || services[0][0] != "lltp" || services[1][0] != "" {
		t.Errorf("services %v", services)
	}
}

func TestChartAsCSV(t *testing.T) {
	r := newRig(t)
	r.some()
	answer := r.get("/dashboard/stp/charts/counters.csv", r.as("office@x.example")...)
	want := "code,name,n,numerator,denominator,index,low,high\r\nq1,Quầy 1,12,9,12,75,46.77,91.11\r\n"
	if answer.status != 200 || answer.body != want || !strings.HasPrefix(answer.header.Get("Content-Type"), "text/csv") {
		t.Errorf("%d %s\n%s", answer.status, answer.header, answer.body)
	}
	if got := r.get("/dashboard/stp/charts/nothing.json", r.as("leader@x.example")...).status; got != 404 {
		t.Errorf("unknown chart: %d", got)
	}
}

// The page, the chart and the file are made of the same figures.
func TestDashboardPage(t *testing.T) {
	r := newRig(t)
	empty := r.get("/dashboard/stp", r.as("office@x.example")...)
	if empty.status != 200 || !strings.Contains(empty.body, "Chưa có phiếu nào") {
		t.Errorf("empty state: %d", empty.status)
	}
	r.some()
	page := r.get("/dashboard/stp", r.as("office@x.example")...)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	must(t, err)
	if got := doc.Find("#index").Text(); got != "75,00 %" {
		t.Errorf("index %q", got)
	}
	if got := doc.Find("#responses").Text(); got != "12" {
		t.Errorf("responses %q", got)
	}
	if got := doc.Find("[data-chart]").Length(); got != 6 {
		t.Errorf("%d charts", got)
	}
	if text := doc.Find("#chart-trend table").Text(); !strings.Contains(text, "11/2026") || !strings.Contains(text, "46,77") {
		t.Errorf("trend table %q", text)
	}
	for _, want := range []string{"chưa đủ phiếu", "chưa đối chiếu văn bản gốc", "46,77", "không phải mẫu chọn ngẫu nhiên"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// Links carry the page's own selection, each part of it for itself.
func TestLinksKeepTheSelection(t *testing.T) {
	r := newRig(t)
	r.some()
	const selection = "?counter=q1&from=2026-11-23&method=hai-long-chung&to=2026-11-23"
	for page, wanted := range map[string][]string{
		"/dashboard/stp" + selection:            {"/dashboard/stp/charts/summary.csv" + selection, "/dashboard/stp/comments" + selection},
		"/dashboard/stp/comments" + selection:   {"/dashboard/stp" + selection},
		"/office?from=2026-11-23&to=2026-11-23": {"/dashboard/stp?from=2026-11-23&method=hai-long-chung&to=2026-11-23"},
	} {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(r.get(page, r.as("office@x.example")...).body))
		must(t, err)
		links := map[string]bool{}
		doc.Find("a[href]").Each(func(_ int, a *goquery.Selection) { links[a.AttrOr("href", "")] = true })
		for _, want := range wanted {
			if !links[want] {
				t.Errorf("%s has no link to %s", page, want)
			}
		}
	}
	file := r.get("/dashboard/stp/charts/summary.csv"+selection, r.as("office@x.example")...).body
	if !strings.Contains(file, "\n4,,,,,") {
		t.Errorf("file of one day: %s", file)
	}
}

func TestComments(t *testing.T) {
	r := newRig(t)
	r.some()
	page := r.get("/dashboard/stp/comments", r.as("auditor@x.example")...)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	must(t, err)
	if got := doc.Find(".day").Length(); got != 3 {
		t.Errorf("%d days", got)
	}
	if first := doc.Find(".day").First(); !strings.Contains(first.Find("h2").Text(), "24/11/2026") || !strings.Contains(first.Text(), "lâu12") {
		t.Errorf("first day %q", first.Text())
	}
	for _, bad := range []string{"x", "1.x", "99999999999.AAAAAAAAAAAAAAAAAAAAAA"} {
		if got := r.get("/dashboard/stp/comments?after="+bad, r.as("leader@x.example")...).status; got != 422 {
			t.Errorf("after=%s: %d", bad, got)
		}
	}
}

func TestOfficeTable(t *testing.T) {
	r := newRig(t)
	r.some()
	page := r.get("/office", r.as("office@x.example")...)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	must(t, err)
	var names []string
	doc.Find("tbody th a").Each(func(_ int, s *goquery.Selection) { names = append(names, s.Text()) })
	if diff := cmp.Diff([]string{"Sở Tư pháp", "Sở Y tế <script>alert(1)</script>", "Ban Dân vận"}, names); diff != "" {
		t.Errorf("agencies (-want +got):\n%s", diff)
	}
	if strings.Contains(page.body, "<script>alert") {
		t.Error("a name is not escaped")
	}
	if text := doc.Find("tbody tr").First().Text(); !strings.Contains(text, "75,00 %") || !strings.Contains(text, "chưa đủ phiếu") {
		t.Errorf("first row %q", text)
	}
}

func TestBadQueries(t *testing.T) {
	r := newRig(t)
	for _, q := range []string{"from=x", "to=2026-02-30", "from=2026-11-22&to=2026-11-21", "from=1900-01-01", "channel=mail", "method=nope"} {
		for _, path := range []string{"/dashboard/stp", "/dashboard/stp/charts/trend.json", "/dashboard/stp/comments"} {
			if got := r.get(path+"?"+q, r.as("leader@x.example")...); got.status != http.StatusUnprocessableEntity {
				t.Errorf("%s?%s: %d", path, q, got.status)
			}
		}
	}
}

// Every route with every role: who may, may; others are refused, and of a
// foreign agency nobody learns that it exists.
func TestRoutesByRole(t *testing.T) {
	r := newRig(t)
	const (
		public  = "everybody"
		login   = "everybody logged in"
		program = "an API key, never a session" // see TestRoutesByScope
	)
	own := func(path string) string {
		return strings.NewReplacer(":agency", "stp", "/files/:file", "/files/party.docx").Replace(path)
	}
	may := map[string]string{
		"GET /": public, "GET /q/:link": public, "POST /q/:link": public, "GET /q/:link/thanks": public, "GET /t/:ticket": public, "POST /t/:ticket": public, "GET /kiosk/:link": public, "POST /kiosk/:link": public, "GET /kiosk/:link/thanks": public, "GET /s/:file": public, "GET /privacy": public,
		"GET /livez": public, "GET /readyz": public, "GET /login": public, "POST /login": public,
		"POST /logout": login, "GET /dashboard": login, "GET /posters": login, "GET /account": login,
		"GET /dashboard/:agency":                     "office leader auditor",
		"GET /dashboard/:agency/comments":            "office leader auditor",
		"GET /dashboard/:agency/charts/:chart":       "office leader auditor",
		"GET /office/ratings":                        "office auditor",
		"GET /office/ratings/:year":                  "office auditor",
		"GET /office/ratings/:year/:party":           "office auditor",
		"POST /office/ratings/:year/:party/verify":   "office",
		"POST /office/ratings/:year/:party/conclude": "office",
		"GET /office/targets":                        "office auditor",
		"GET /office/targets/:party":                 "office auditor",
		"GET /dashboard/:agency/rating":              "office leader auditor",
		"POST /dashboard/:agency/rating":             "leader",
		"GET /dashboard/:agency/targets":             "office leader auditor",
		"POST /dashboard/:agency/targets":            "leader",
		"GET /office/comments":                       "office auditor",
		"POST /office/comments/check":                "office",
		"GET /office/review":                         "office auditor review",
		"GET /office/review/checks":                  "office auditor review",
		"POST /office/review/decide":                 "review",
		"GET /office/insider":                        "office auditor",
		"GET /office/periods":                        "office auditor",
		"GET /office/periods/:period":                "office auditor",
		"POST /office/periods/:period/:action":       "office",
		"GET /results":                               public,
		"GET /results/:period":                       public,
		"GET /office":                                "office auditor",
		"GET /office/periods/:period/files/:file":    "office auditor", "GET /office/ratings/:year/files/:file": "office auditor",
		"GET /paper/:agency":            "clerk",
		"POST /paper/:agency":           "clerk",
		"GET /posters/:agency":          "admin office auditor leader clerk",
		"GET /posters/:agency/:file":    "admin office auditor leader clerk",
		"GET /posters/:agency/tickets":  "admin office leader clerk",
		"POST /posters/:agency/tickets": "admin office leader clerk",
		"GET /admin/register":           "admin office auditor",
		"GET /admin/users":              "admin auditor",
		"POST /admin/users":             "admin",
		"POST /admin/users/:action":     "admin",
		"GET /admin/keys":               "admin auditor",
		"POST /admin/keys":              "admin",
		"POST /admin/keys/revoke":       "admin",
		"GET /admin/audit":              "admin office auditor",

		"GET /api/v1/openapi.json": public,
		"GET /api/v1/agencies":     program, "GET /api/v1/scores": program, "GET /api/v1/ratings/:year": program, "GET /api/v1/periods": program,
		"GET /api/v1/periods/:period/sheet": program, "GET /api/v1/responses": program, "PUT /api/v1/served": program,
		"POST /api/v1/tickets": program,
	}
	sample := strings.NewReplacer(":link", "7K3M9QXA", ":file", "7K3M9QXA.png", ":chart", "summary.json", ":action", "nothing", ":year", "2026", ":party", "db-stp", ":period", "2026-Q3")
	emails := []string{"", "admin@x.example", "office@x.example", "leader@x.example", "other@x.example", "clerk@x.example", "auditor@x.example", "review@x.example"}
	for _, route := range web.Routes() {
		allowed, known := may[route]
		if !known {
			t.Errorf("route %q has no owner in this test", route)
			continue
		}
		method, path, _ := strings.Cut(route, " ")
		for _, email := range emails {
			if route == "POST /logout" && email != "" {
				continue // it works, and would end the session that the others use
			}
			role, _, _ := strings.Cut(email, "@")
			want := allowed == public || allowed == login && email != "" || email != "" && role != "other" && strings.Contains(allowed, role)
			request := sample.Replace(own(path))
			var got reply
			if method == "GET" {
				got = r.get(request, r.as(email)...)
			} else {
				got = r.sendForm(method, request, url.Values{}, r.as(email)...)
			}
			refused := got.status == 401 || got.status == 403 || got.status == 404 && email != "" && !strings.Contains(path, ":action") ||
				got.status == 303 && strings.HasPrefix(got.header.Get("Location"), "/login?next=")
			if refused == want && allowed != public {
				t.Errorf("%s as %q: %d %s, allowed should be %v", route, email, got.status, got.header.Get("Location"), want)
			}
			if !want && role == "other" && strings.Contains(path, ":agency") && got.status != 404 {
				t.Errorf("%s of a foreign agency: %d, want 404", route, got.status)
			}
		}
	}
}

func TestLogin(t *testing.T) {
	r := newRig(t)
	r.as("leader@x.example")
	for name, c := range map[string]struct {
		email, password string
		want            int
	}{
		"wrong password": {"leader@x.example", "wrong wrong wrong", 401},
		"unknown":        {"nobody@x.example", password, 401},
		"empty":          {"", "", 401},
		"right":          {" Leader@X.example ", password, 303},
	} {
		if got := r.postForm("/login", url.Values{"email": {c.email}, "password": {c.password}}); got.status != c.want {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if strings.Contains(r.log.String(), password) || strings.Contains(r.log.String(), "wrong wrong") {
		t.Error("a password is in the log")
	}
}

func TestSessionCookie(t *testing.T) {
	for public, want := range map[string]string{
		"http://127.0.0.1:8080":   "hailong=",
		"https://hailong.example": "__Host-hailong=",
	} {
		r := newRig(t, func(o *web.Options) { o.PublicURL = public })
		r.as("leader@x.example")
		got := r.postForm("/login", url.Values{"email": {"leader@x.example"}, "password": {password}}).header.Get("Set-Cookie")
		secure := strings.Contains(strings.ToLower(got), "secure")
		if !strings.HasPrefix(got, want) || !strings.Contains(got, "HttpOnly") || !strings.Contains(got, "SameSite=Lax") || secure != strings.HasPrefix(public, "https") {
			t.Errorf("%s: cookie %q", public, got)
		}
	}
}

func TestLogoutEndsTheSession(t *testing.T) {
	r := newRig(t)
	session := r.as("leader@x.example")
	if got := r.postForm("/logout", url.Values{}, session...).status; got != 303 {
		t.Errorf("logout: %d", got)
	}
	if got := r.get("/dashboard/stp", session...); got.status != 303 || !strings.HasPrefix(got.header.Get("Location"), "/login") {
		t.Errorf("after logout: %d", got.status)
	}
}

func TestCrossSiteRequestsAreRefused(t *testing.T) {
	r := newRig(t)
	r.as("leader@x.example")
	for name, headers := range map[string][]string{
		"fetch metadata": {"Sec-Fetch-Site", "cross-site"},
		"origin":         {"Origin", "https://evil.example"},
		"referrer":       {"Referer", "https://evil.example/page"},
	} {
		got := r.postForm("/admin/users/disable", url.Values{"email": {"leader@x.example"}}, append(headers, r.as("admin@x.example")...)...)
		if got.status != http.StatusForbidden {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if got := r.get("/dashboard/stp", r.as("leader@x.example")...).status; got != 200 {
		t.Errorf("the leader was disabled: %d", got)
	}
}

func TestNoOpenRedirect(t *testing.T) {
	r := newRig(t)
	r.as("leader@x.example")
	for _, next := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)", "/\tevil", "http:evil.example", "/ok\r\nSet-Cookie: a=b"} {
		got := r.postForm("/login", url.Values{"email": {"leader@x.example"}, "password": {password}, "next": {next}}).header.Get("Location")
		if got != "/dashboard/stp" {
			t.Errorf("next=%q leads to %q", next, got)
		}
	}
	if got := r.postForm("/login", url.Values{"email": {"leader@x.example"}, "password": {password}, "next": {"/dashboard/stp?counter=q1"}}).header.Get("Location"); got != "/dashboard/stp?counter=q1" {
		t.Errorf("a local path leads to %q", got)
	}
}

func TestSecurityHeaders(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/q/7K3M9QXA", "/q/7K3M9QXZ", "/login", "/nothing", "/livez"} {
		page := r.get(path)
		for name, want := range map[string]string{
			"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		} {
			if !strings.Contains(page.header.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, page.header.Get(name))
			}
		}
		if strings.Contains(page.header.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: unsafe policy", path)
		}
	}
}

// No line of the log tells that, when or from where a citizen answered.
func TestCitizensAreNotLogged(t *testing.T) {
	r := newRig(t)
	r.get("/q/7K3M9QXA", "User-Agent", "Secret-Phone")
	r.answer("7K3M9QXA", "one", `"answers":{"overall":2,"comment":"bí-mật"}`)
	r.postJSON("/q/7K3M9QXA", `{"broken`)
	if got := r.log.String(); got != "" {
		t.Errorf("log: %s", got)
	}
}

func TestClientRate(t *testing.T) {
	r := newRig(t, func(o *web.Options) { o.ClientRate = 2 })
	r.answer("7K3M9QXA", "one", `"answers":{"overall":5}`)
	r.answer("7K3M9QXA", "two", `"answers":{"overall":5}`)
	third := `{"submission":"` + key + `","answers":{"overall":5}}`
	got := r.postJSON("/q/7K3M9QXA", third)
	if got.status != 429 || got.header.Get("Retry-After") != "30" {
		t.Errorf("third: %d, Retry-After %q", got.status, got.header.Get("Retry-After"))
	}
	if again := r.postForm("/q/7K3M9QXA", url.Values{"submission": {key}, "q.overall": {"5"}}); again.status != 429 || !strings.Contains(again.body, `value="5" checked`) {
		t.Errorf("third as a form: %d", again.status)
	}
	r.advance(30 * time.Second)
	if got := r.postJSON("/q/7K3M9QXA", third).status; got != 201 {
		t.Errorf("half a minute later: %d", got)
	}
}
