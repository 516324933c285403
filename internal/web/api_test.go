package web_test

import (
	"fmt"
	"strings"
	"testing"

	"hailong/internal/auth"
	"hailong/internal/web"
)

func TestAPIProblems(t *testing.T) {
	c := newClient(t)
	c.quarter()
	for path, want := range map[string]string{
		"/api/v1/scores":                                    "422 period_missing",
		"/api/v1/scores?period=":                            "422 bad_parameter",
		"/api/v1/scores?period=2026-Q5":                     "404 unknown_period",
		"/api/v1/scores?period=2026-07..2026-09":            "404 unknown_period",
		"/api/v1/scores?period=2026-Q3&period=2026-Q4":      "422 repeated_parameter",
		"/api/v1/scores?period=2026-Q3&method=nope":         "404 unknown_method",
		"/api/v1/scores?period=2026-Q3&agency=nope":         "404 unknown_agency",
		"/api/v1/scores?period=2026-Q3&by=month":            "422 bad_by",
		"/api/v1/scores?period=2026-Q3&agnecy=stp":          "422 unknown_parameter",
		"/api/v1/scores?period=2026-Q3&%ff=%fe":             "422 unknown_parameter",
		"/api/v1/agencies?agency=stp":                       "422 unknown_parameter",
		"/api/v1/openapi.json?x=1":                          "422 unknown_parameter",
		"/api/v1/periods?state=open":                        "422 unknown_parameter",
		"/api/v1/periods/2026-Q4/sheet":                     "404 no_sheet",
		"/api/v1/periods/2025-12..2026-11/sheet":            "404 no_sheet",
		"/api/v1/periods/nope/sheet":                        "404 unknown_period",
		"/api/v1/periods/2026-Q3/sheet?revision=2":          "404 no_sheet",
		"/api/v1/periods/2026-Q3/sheet?revision=x":          "422 bad_parameter",
		"/api/v1/periods/2026-Q3/sheet?revision=0":          "422 bad_parameter",
		"/api/v1/ratings/26":                                "404 unknown_period",
		"/api/v1/ratings/next":                              "404 unknown_period",
		"/api/v1/ratings/2026?rule=nope":                    "404 unknown_rule",
		"/api/v1/ratings/2001":                              "404 no_rule",
		"/api/v1/responses":                                 "422 period_missing",
		"/api/v1/responses?period=x":                        "404 unknown_period",
		"/api/v1/responses?period=2026-Q3&comments=yes":     "422 bad_parameter",
		"/api/v1/responses?period=2026-Q3&agency=nope":      "404 unknown_agency",
		"/api/v1/nothing":                                   "404 not_found",
		"/api/v2/scores":                                    "404 not_found",
		"/api/v1/served":                                    "405 method",
		"/api/v1/scores/":                                   "404 not_found",
		"/api/v1/scores?period=" + strings.Repeat("2", 400): "404 unknown_period",
	} {
		got := c.read(path)
		if told := fmt.Sprint(got.status, " ", typeOf(t, got)); told != want {
			t.Errorf("%s: %s, want %s", path, told, want)
		}
		if cache := got.header.Get("Cache-Control"); cache != "no-store" {
			t.Errorf("%s: an error may be kept: %q", path, cache)
		}
	}
}

// Titles follow Accept-Language, types never do.
func TestAPIProblemLanguage(t *testing.T) {
	c := newClient(t)
	for accept, want := range map[string]string{"": "vi", "en": "en", "en-GB,vi;q=0.5": "en", "vi,en": "vi", "fr": "vi", "%%": "vi", "fr,en;q=0.1": "en"} {
		got := c.call("GET", "/api/v1/scores", c.all, "", "Accept-Language", accept)
		english := strings.Contains(got.body, "The period is missing")
		if got.header.Get("Content-Language") != want || english != (want == "en") || typeOf(t, got) != "period_missing" || !strings.Contains(got.header.Get("Vary"), "Accept-Language") {
			t.Errorf("%q: %v %s", accept, got.header, got.body)
		}
	}
}

func TestETags(t *testing.T) {
	c := newClient(t)
	c.quarter()
	for _, path := range []string{
		"/api/v1/openapi.json", "/api/v1/agencies", "/api/v1/scores?period=2026-Q3", "/api/v1/scores?period=2026-Q4",
		"/api/v1/ratings/2026", "/api/v1/periods", "/api/v1/periods/2026-Q3/sheet",
	} {
		got := c.read(path)
		tag := got.header.Get("ETag")
		if got.status != 200 || !strings.HasPrefix(tag, `"`) || got.header.Get("Cache-Control") != "private, no-cache" || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %v", path, got.status, got.header)
		}
		for header, want := range map[string]int{tag: 304, "W/" + tag: 304, `"other", ` + tag: 304, "*": 304, `"other"`: 200, strings.Trim(tag, `"`): 200} {
			again := c.call("GET", path, c.all, "", "If-None-Match", header)
			if again.status != want || want == 304 && (again.body != "" || again.header.Get("ETag") != tag) {
				t.Errorf("%s with %s: %d", path, header, again.status)
			}
		}
		if head := c.call("HEAD", path, c.all, ""); head.status != 200 || head.header.Get("ETag") != tag || head.body != "" {
			t.Errorf("HEAD %s: %d %v", path, head.status, head.header)
		}
	}
}

// Each route of the API opens to its scope and to no other, never to a session.
func TestRoutesByScope(t *testing.T) {
	c := newClient(t)
	c.quarter()
	needs := map[string]auth.Scope{
		"GET /api/v1/openapi.json": "", "GET /api/v1/agencies": auth.ReadScores, "GET /api/v1/scores": auth.ReadScores,
		"GET /api/v1/ratings/:year": auth.ReadScores, "GET /api/v1/periods": auth.ReadScores, "GET /api/v1/periods/:period/sheet": auth.ReadScores,
		"GET /api/v1/responses": auth.ReadResponses, "PUT /api/v1/served": auth.WriteServed,
		"POST /api/v1/tickets": auth.IssueTickets,
	}
	bodies := map[string]string{"PUT /api/v1/served": "[]", "POST /api/v1/tickets": `{"counter":"7K3M9QXA","count":1}`}
	sample := strings.NewReplacer(":year", "2026", ":period", "2026-Q3", "/scores", "/scores?period=2026-Q3", "/responses", "/responses?period=2026-Q3")
	secrets := map[auth.Scope]string{}
	for _, scope := range auth.Scopes() {
		secrets[scope] = c.key(strings.ReplaceAll(string(scope), ":", "-"), []auth.Scope{scope}, "")
	}
	session := c.as("office@x.example")
	for _, route := range web.Routes() {
		method, path, _ := strings.Cut(route, " ")
		if !strings.HasPrefix(path, "/api/") {
			continue
		}
		need, known := needs[route]
		if !known {
			t.Errorf("route %q has no scope in this test", route)
		}
		path = sample.Replace(path)
		send := func(secret string, headers ...string) reply {
			return c.call(method, path, secret, bodies[route], append(headers, "Content-Type", "application/json")...)
		}
		for scope, secret := range secrets {
			got := send(secret)
			if open := got.status < 300; open != (need == "" || scope == need) {
				t.Errorf("%s with %s: %d %s", route, scope, got.status, got.body)
			}
			if got.status == 403 && !strings.Contains(got.header.Get("WWW-Authenticate"), `scope="`+string(need)+`"`) {
				t.Errorf("%s: %v", route, got.header)
			}
		}
		for name, headers := range map[string][]string{"nothing": nil, "a session": session, "basic": {"Authorization", "Basic YTpi"}, "no secret": {"Authorization", "Bearer "}} {
			if got := send("", headers...); need != "" && (got.status != 401 || typeOf(t, got) != "key_missing" || got.header.Get("WWW-Authenticate") == "") {
				t.Errorf("%s with %s: %d %s", route, name, got.status, got.body)
			}
		}
	}
}

func TestKeysThatDoNotOpen(t *testing.T) {
	c := newClient(t)
	if got := c.call("GET", "/api/v1/periods", "hl_"+strings.Repeat("A", 43), ""); got.status != 401 || typeOf(t, got) != "key_unknown" {
		t.Errorf("unknown: %d %s", got.status, got.body)
	}
	must(t, c.keys.Revoke(t.Context(), "all"))
	if got := c.read("/api/v1/periods"); got.status != 401 || typeOf(t, got) != "key_revoked" || !strings.Contains(got.header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("revoked: %d %s", got.status, got.body)
	}
	if got := c.call("GET", "/api/v1/periods", "", "", "Authorization", "bearer  "+c.own); got.status != 200 {
		t.Errorf("another way to write it: %d", got.status)
	}
	if strings.Contains(c.log.String(), c.all) || strings.Contains(c.log.String(), c.own) {
		t.Error("a secret is in the log")
	}
}

// A key of one agency reads that one, and does not learn whether another one
// exists.
func TestKeyOfAnAgency(t *testing.T) {
	c := newClient(t)
	c.quarter()
	for path, want := range map[string]int{
		"/api/v1/agencies":                            200,
		"/api/v1/periods":                             200,
		"/api/v1/scores?period=2026-Q3&agency=stp":    200,
		"/api/v1/scores?period=2026-Q3&agency=syt":    403,
		"/api/v1/scores?period=2026-Q3&agency=nope":   403,
		"/api/v1/scores?period=2026-Q3":               403,
		"/api/v1/responses?period=2026-Q3&agency=stp": 200,
		"/api/v1/responses?period=2026-Q3&agency=syt": 403,
		"/api/v1/responses?period=2026-Q3":            403,
		"/api/v1/ratings/2026":                        403,
		"/api/v1/periods/2026-Q3/sheet":               403,
	} {
		got := c.call("GET", path, c.own, "", "Accept-Language", "en")
		if got.status != want || want == 403 && (typeOf(t, got) != "key_agency" || !strings.Contains(got.body, "agency stp alone")) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// A call leaves no line in the log unless it writes or was refused; what it
// leaves names the key and neither the secret nor the query.
func TestCallsInTheLog(t *testing.T) {
	c := newClient(t)
	c.read("/api/v1/periods")
	if got := c.log.String(); got != "" {
		t.Errorf("log of a read: %s", got)
	}
	c.put(c.own, `[`+servedRow+`]`)
	c.read("/api/v1/scores?period=nope")
	got := c.log.String()
	for _, want := range []string{"method=PUT", "route=/api/v1/served", "status=200", "key=own", "route=/api/v1/scores status=404 key=all"} {
		if !strings.Contains(got, want) {
			t.Errorf("the log does not say %s: %s", want, got)
		}
	}
	if strings.Contains(got, "nope") || strings.Contains(got, "hl_") {
		t.Errorf("log: %s", got)
	}
}
