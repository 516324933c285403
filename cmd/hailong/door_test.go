package main_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/response"
)

// The longest that a client may take for one request, as package web sets it,
// and what a busy machine may take on top.
const (
	requestTime = 15 * time.Second
	slack       = 15 * time.Second
)

// dial opens a connection of the test's own making.
func (s *server) dial() net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	must(s.t, err)
	s.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// raw sends bytes as they are and returns all that comes back until the server
// ends the connection or says nothing more.
func (s *server) raw(request string) string {
	s.t.Helper()
	conn := s.dial()
	_, err := io.WriteString(conn, request)
	must(s.t, err)
	must(s.t, conn.SetReadDeadline(time.Now().Add(2*time.Second)))
	all, _ := io.ReadAll(conn) // ends by the deadline or by the server
	return string(all)
}

// TestSlowClientsAreCutOff drips a request, byte by byte, and never ends it.
// Meanwhile others are answered.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	s := serve(t, found(t, sqliteDB(t)))
	const body = "POST /q/" + link + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
	var slow sync.WaitGroup
	for name, begin := range map[string]string{
		"nothing":        "",
		"header":         "GET /q/" + link + " HTTP/1.1\r\nX-Slow: ",
		"body":           body,
		"after a answer": "GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /q/" + link + " HTTP/1.1\r\nX-Slow: ",
	} {
		slow.Go(func() {
			if took := s.drip(begin, name != "nothing"); took > requestTime+slack {
				t.Errorf("a client that is slow with %s was cut off after %v", name, took)
			}
		})
	}
	for range 20 {
		if got := s.post(link, sheet(response.NewSubmission())); got.status != http.StatusCreated {
			t.Errorf("beside slow clients: %d", got.status)
		}
		time.Sleep(100 * time.Millisecond)
	}
	slow.Wait()
}

// drip sends a byte now and then until the server ends the connection, and
// returns how long that took.
func (s *server) drip(begin string, bytes bool) time.Duration {
	conn, began := s.dial(), time.Now()
	_, _ = io.WriteString(conn, begin)
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, conn)
		close(ended)
	}()
	for {
		select {
		case <-ended:
			return time.Since(began)
		case <-time.After(300 * time.Millisecond):
		}
		if bytes {
			_, _ = io.WriteString(conn, "a")
		}
		if time.Since(began) > 2*(requestTime+slack) {
			return time.Since(began)
		}
	}
}

// TestIdleConnections holds many open that say nothing. The server goes on, and
// ends them.
func TestIdleConnections(t *testing.T) {
	t.Parallel()
	s := serve(t, found(t, sqliteDB(t)))
	const many = 400
	idle := make([]net.Conn, many)
	for i := range idle {
		idle[i] = s.dial()
	}
	for range 10 {
		if got := s.post(link, sheet(response.NewSubmission())); got.status != http.StatusCreated {
			t.Errorf("beside %d idle connections: %d", many, got.status)
		}
	}
	for _, conn := range idle {
		must(t, conn.SetReadDeadline(time.Now().Add(requestTime+slack)))
		if _, err := io.Copy(io.Discard, conn); err != nil {
			t.Fatalf("an idle connection is not ended: %v", err)
		}
	}
}

// TestRequestsThatAreTooLarge sends headers and bodies above the limits.
func TestRequestsThatAreTooLarge(t *testing.T) {
	t.Parallel()
	s := serve(t, found(t, sqliteDB(t)))
	long := strings.Repeat("a", 20<<10)
	for name, c := range map[string]struct{ request, want string }{
		"one long header":        {"GET /q/" + link + " HTTP/1.1\r\nHost: x\r\nX-Long: " + long + "\r\n\r\n", "431"},
		"many headers":           {"GET /q/" + link + " HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-More: aaaaaaaaaaaaaaaa\r\n", 1000) + "\r\n", "431"},
		"a long cookie":          {"GET /login HTTP/1.1\r\nHost: x\r\nCookie: hailong=" + long + "\r\n\r\n", "431"},
		"a long path":            {"GET /" + long + " HTTP/1.1\r\nHost: x\r\n\r\n", "431"},
		"a body that is told":    {"POST /q/" + link + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{", "413"},
		"a body beyond contract": {"POST /q/" + link + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 70000\r\n\r\n" + strings.Repeat(" ", 70000), "413"},
	} {
		got := s.raw(c.request)
		if !strings.HasPrefix(got, "HTTP/1.1 "+c.want) {
			t.Errorf("%s: %.60q, want %s", name, got, c.want)
		}
	}
	if got := s.get("/livez"); got.status != http.StatusOK {
		t.Errorf("afterwards: %d", got.status)
	}
}

// TestRequestsThatCanBeReadTwoWays sends what a proxy and a server may take
// apart differently. At most one answer comes, and never that of a second
// request hidden in the first.
func TestRequestsThatCanBeReadTwoWays(t *testing.T) {
	t.Parallel()
	s := serve(t, found(t, sqliteDB(t)))
	const hidden = "GET /results HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, request := range map[string]string{
		"two lengths":         "POST /q/" + link + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 34\r\n\r\n" + hidden,
		"length and chunks":   "POST /q/" + link + " HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"chunks in disguise":  "POST /q/" + link + " HTTP/1.1\r\nHost: x\r\nContent-Length: 34\r\nTransfer-Encoding: xchunked\r\n\r\n" + hidden,
		"a space before a :":  "POST /q/" + link + " HTTP/1.1\r\nHost: x\r\nContent-Length : 34\r\n\r\n" + hidden,
		"a length with a +":   "POST /q/" + link + " HTTP/1.1\r\nHost: x\r\nContent-Length: +34\r\n\r\n" + hidden,
		"a length below zero": "POST /q/" + link + " HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n" + hidden,
		"no request at all":   "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"a newline in a line": "GET /q/" + link + "\nX-Evil: 1 HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		got := s.raw(request)
		if strings.Contains(got, "HTTP/1.1 200") {
			t.Errorf("%s: a page comes back:\n%.400s", name, got)
		}
	}
}

// TestFloodOnOneCounter has one address send as fast as it can to one counter.
// Another address, at another counter, is served as before.
func TestFloodOnOneCounter(t *testing.T) {
	t.Parallel()
	db := found(t, sqliteDB(t))
	s := serve(t, db, "--trusted-proxies=127.0.0.1", "--client-rate=100")
	quiet := s.median(t, 40)
	stop := make(chan struct{})
	var flood sync.WaitGroup
	refused, client := make(chan int, 8), newClient()
	for range cap(refused) {
		flood.Go(func() {
			n := 0
			for {
				select {
				case <-stop:
					refused <- n
					return
				default:
				}
				if s.postFrom(t, client, "203.0.113.66", link) == http.StatusTooManyRequests {
					n++
				}
			}
		})
	}
	time.Sleep(2 * time.Second)
	during := s.median(t, 40)
	close(stop)
	flood.Wait()
	turnedAway := 0
	for range cap(refused) {
		turnedAway += <-refused
	}
	if turnedAway == 0 {
		t.Error("nothing of the flood was turned away: this test saw none")
	}
	if allowed := max(25*quiet, time.Second); during > allowed {
		t.Errorf("another counter's answers take %v beside the flood, %v without it", during, quiet)
	}
	t.Logf("%v without a flood, %v beside one; %d of it turned away", quiet, during, turnedAway)
}

// median sends answers one after the other from an address of their own; all
// have to be taken. It returns how long the one in the middle took.
func (s *server) median(t *testing.T, n int) time.Duration {
	t.Helper()
	client, took := newClient(), make([]time.Duration, n)
	for i := range took {
		began := time.Now()
		if status := s.postFrom(t, client, "203.0.113.7", "7K3M9QXB"); status != http.StatusCreated {
			t.Errorf("an answer at the other counter: %d", status)
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return took[n/2]
}

func (s *server) postFrom(t *testing.T, client *http.Client, address, link string) int {
	request, err := http.NewRequest(http.MethodPost, s.url+"/q/"+link, strings.NewReader(sheet(response.NewSubmission())))
	if err != nil {
		t.Error(err)
		return 0
	}
	request.Header.Set("Content-Type", jsonType)
	request.Header.Set("X-Forwarded-For", address)
	got, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	_, _ = io.Copy(io.Discard, got.Body)
	_ = got.Body.Close()
	return got.StatusCode
}

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
