package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"hailong/internal/web"
)

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
		"GET /": public, "GET /q": public, "GET /q/:link": public, "POST /q/:link": public, "GET /q/:link/thanks": public, "GET /t/:ticket": public, "POST /t/:ticket": public, "GET /kiosk/:link": public, "POST /kiosk/:link": public, "GET /kiosk/:link/thanks": public, "GET /s/:file": public, "GET /privacy": public,
		"GET /livez": public, "GET /readyz": public, "GET /login": public, "POST /login": public,
		"POST /logout": login, "GET /dashboard": login, "GET /posters": login, "GET /account": login, "POST /account/password": login,
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
