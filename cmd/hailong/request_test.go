package main_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"hailong/internal/response"
)

// TestSessionFixation plants a session before the login. The login makes a new
// one, and what was planted opens nothing.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	s := serve(t, found(t, sqliteDB(t)))
	planted := strings.Repeat("A", 43)
	login := func(cookie string) string {
		values := url.Values{"email": {leader}, "password": {password}}.Encode()
		got := s.raw(fmt.Sprintf("POST /login?hailong=%s HTTP/1.1\r\nHost: x\r\nCookie: hailong=%s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
			planted, cookie, formType, len(values), values))
		match := regexp.MustCompile(`(?i)\r\nset-cookie: hailong=([^;]+);([^\r]*)\r\n`).FindStringSubmatch(got)
		if match == nil || !strings.HasPrefix(got, "HTTP/1.1 303") || !strings.Contains(strings.ToLower(match[2]), "httponly") {
			t.Fatalf("login: %.500s", got)
		}
		return match[1]
	}
	first := login(planted)
	second := login(first)
	if first == planted || second == first {
		t.Error("a login takes over the session that was there")
	}
	for token, want := range map[string]string{planted: "HTTP/1.1 303", "": "HTTP/1.1 303", first + "x": "HTTP/1.1 303", second: "HTTP/1.1 200"} {
		got := s.raw("GET /dashboard/stp HTTP/1.1\r\nHost: x\r\nCookie: hailong=" + token + "\r\nConnection: close\r\n\r\n")
		if !strings.HasPrefix(got, want) {
			t.Errorf("with the token %q: %.80q, want %s", token, got, want)
		}
	}
}

// TestLogInjection puts line ends and forged lines into everything that may be
// logged. Each event stays one line that begins with its time.
func TestLogInjection(t *testing.T) {
	t.Parallel()
	s := serve(t, found(t, sqliteDB(t)))
	const forged = "\r\ntime=2026-01-01T00:00:00Z level=ERROR msg=forged"
	client := s.login(leader)
	escaped := url.PathEscape(forged)
	for _, path := range []string{"/dashboard/" + escaped, "/dashboard/stp/charts/" + escaped + ".json", "/dashboard/stp?from=" + url.QueryEscape(forged),
		"/office/periods/" + escaped, "/q/" + escaped, "/t/" + escaped, "/s/" + escaped, "/" + escaped, "/login?next=" + url.QueryEscape("/"+forged)} {
		s.getAs(client, path)
		s.get(path)
	}
	for _, values := range []url.Values{
		{"email": {"a@x.example" + forged}, "password": {"x"}}, {"email": {leader}, "password": {forged}}, {"email": {forged}, "password": {forged}, "next": {forged}},
	} {
		_, err := send(newClient(), http.MethodPost, s.url+"/login", formType, values.Encode())
		must(t, err)
	}
	s.raw("GET /dashboard/stp HTTP/1.1\r\nHost: x\r\nUser-Agent: a\nlevel=ERROR msg=forged\r\nConnection: close\r\n\r\n")
	_, err := send(newClient(), http.MethodGet, s.url+"/api/v1/scores?period="+url.QueryEscape(forged), "", "")
	must(t, err)
	if code := s.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	lines, line := bufio.NewScanner(strings.NewReader(s.log.String())), regexp.MustCompile(`^time=\S+ level=(INFO|WARN) msg=`)
	for lines.Scan() {
		if !line.MatchString(lines.Text()) || strings.Contains(lines.Text(), "forged") {
			t.Errorf("the log holds the line %q", lines.Text())
		}
	}
}

// TestHostHeaders names another host in every way. Nothing in a reply leads
// there.
func TestHostHeaders(t *testing.T) {
	t.Parallel()
	s := serve(t, found(t, sqliteDB(t)), "--public-url=https://ykien.example")
	const evil = "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Host: evil.example\r\nForwarded: host=evil.example\r\nX-Original-URL: /admin/users\r\nX-Rewrite-URL: /admin/users\r\nX-Forwarded-Prefix: //evil.example\r\nConnection: close\r\n"
	form := "submission=" + response.NewSubmission() + "&q.overall=4"
	for request, want := range map[string]string{
		"GET / HTTP/1.1\r\n":                         "303",
		"GET /dashboard HTTP/1.1\r\n":                "303",
		"GET /q/" + link + " HTTP/1.1\r\n":           "200",
		"GET /q/" + link + "/thanks HTTP/1.1\r\n":    "200",
		"GET /login HTTP/1.1\r\n":                    "200",
		"GET /admin/users HTTP/1.1\r\n":              "303",
		"GET http://evil.example/login HTTP/1.1\r\n": "200",
		"GET //evil.example/.. HTTP/1.1\r\n":         "",
		"POST /q/" + link + " HTTP/1.1\r\nContent-Type: " + formType + fmt.Sprintf("\r\nContent-Length: %d\r\n", len(form)): "303",
	} {
		end := "\r\n"
		if strings.HasPrefix(request, "POST") {
			end += form
		}
		got := s.raw(request + evil + end)
		if !strings.HasPrefix(got, "HTTP/1.1 "+want) || strings.Contains(got, "evil.example") {
			t.Errorf("%q: %.300s\nwant %s, and nothing of the other host", request, got, want)
		}
	}
}

// TestMethods asks for methods that a route does not have, and for others in
// disguise.
func TestMethods(t *testing.T) {
	t.Parallel()
	db := found(t, sqliteDB(t))
	s := serve(t, db)
	for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "FOO"} {
		for _, path := range []string{"/q/" + link, "/login", "/results", "/admin/users", "/s/x.css"} {
			got := s.raw(method + " " + path + " HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n")
			if status := got[min(len(got), 9):min(len(got), 12)]; status != "405" && status != "404" && status != "400" && status != "501" {
				t.Errorf("%s %s: %.100q", method, path, got)
			}
			if strings.Contains(strings.ToLower(got), "access-control-allow") {
				t.Errorf("%s %s lets other sites in:\n%.500s", method, path, got)
			}
		}
	}
	for _, disguise := range []string{"X-HTTP-Method-Override: DELETE", "X-Method-Override: PUT", "X-HTTP-Method: POST"} {
		if got := s.raw("GET /q/" + link + "?_method=POST&submission=" + response.NewSubmission() + "&q.overall=4 HTTP/1.1\r\nHost: x\r\n" + disguise + "\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 200") {
			t.Errorf("GET with %s: %.100q", disguise, got)
		}
	}
	for _, path := range []string{"/q/" + link, "/q/" + link + "/thanks", "/results", "/livez", "/privacy"} {
		got := s.raw("HEAD " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if _, body, ok := strings.Cut(got, "\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 200") || !ok || body != "" {
			t.Errorf("HEAD %s: %.200q", path, got)
		}
	}
	if n := len(stored(t, db)); n != 0 {
		t.Errorf("%d answers are stored that nobody sent", n)
	}
}

// TestPathTraversal leaves the folder of the static files in every spelling.
func TestPathTraversal(t *testing.T) {
	t.Parallel()
	s := serve(t, found(t, sqliteDB(t)))
	for _, path := range []string{
		"/s/../../../../etc/passwd", "/s/..%2f..%2f..%2fetc%2fpasswd", "/s/%2e%2e/%2e%2e/etc/passwd", "/s/..%252f..%252fetc/passwd",
		"/s/..\\..\\etc\\passwd", "/s/%5c..%5c..%5cetc%5cpasswd", "/s//etc/passwd", "/s/etc/passwd%00.css", "/s/%c0%ae%c0%ae/etc/passwd",
		"/s/css/tokens.css", "/s/.", "/s/", "/s", "/static/css/tokens.css", "/s/tokens.css", "/.git/config", "/hailong.db", "/s/..;/hailong.db",
	} {
		got := s.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if strings.HasPrefix(got, "HTTP/1.1 200") || strings.Contains(got, "root:") || strings.Contains(got, "SQLite format") {
			t.Errorf("GET %s: %.200s", path, got)
		}
	}
}

// TestDoubleSubmit sends one sheet many times at once, as an impatient thumb
// and a bad network do.
func TestDoubleSubmit(t *testing.T) {
	onBothStores(t, func(t *testing.T, db string) {
		s := serve(t, found(t, db))
		key := response.NewSubmission()
		values := url.Values{"submission": {key}, "q.overall": {"3"}, "q.comment": {"Một lần"}}.Encode()
		client := newClient()
		var thumbs sync.WaitGroup
		for i := range 30 {
			thumbs.Go(func() {
				mediaType, body, want := formType, values, http.StatusSeeOther
				if i%3 == 0 {
					mediaType, body, want = jsonType, sheet(key), http.StatusCreated
				}
				got, err := send(client, http.MethodPost, s.url+"/q/"+link, mediaType, body)
				if err != nil || got.status != want && got.status != http.StatusOK {
					t.Errorf("sent again: %d, %v", got.status, err)
				}
			})
		}
		thumbs.Wait()
		if n := len(stored(t, db)); n != 1 {
			t.Errorf("%d answers are stored, want 1", n)
		}
	})
}
