package main_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
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
				if s.postFrom(t, client, link, "203.0.113.66") == http.StatusTooManyRequests {
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
		if status := s.postFrom(t, client, "7K3M9QXB", "203.0.113.7"); status != http.StatusCreated {
			t.Errorf("an answer at the other counter: %d", status)
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return took[n/2]
}

// TestForwardedLines has a client send a line of its own, which changes, before
// the one that the trusted proxy adds: the last of them counts.
func TestForwardedLines(t *testing.T) {
	t.Parallel()
	s := serve(t, found(t, sqliteDB(t)), "--trusted-proxies=127.0.0.1", "--client-rate=5")
	client, taken := newClient(), 0
	for i := range 12 {
		if s.postFrom(t, client, link, fmt.Sprintf("198.51.100.%d", i), "203.0.113.7") == http.StatusCreated {
			taken++
		}
	}
	if taken != 5 {
		t.Errorf("%d answers are taken from one address, want 5", taken)
	}
	if status := s.postFrom(t, client, link, "203.0.113.7", "203.0.113.8"); status != http.StatusCreated {
		t.Errorf("an answer from another address: %d", status)
	}
}

// postFrom sends an answer with X-Forwarded-For, a line for each address.
func (s *server) postFrom(t *testing.T, client *http.Client, link string, addresses ...string) int {
	request, err := http.NewRequest(http.MethodPost, s.url+"/q/"+link, strings.NewReader(sheet(response.NewSubmission())))
	if err != nil {
		t.Error(err)
		return 0
	}
	request.Header.Set("Content-Type", jsonType)
	for _, address := range addresses {
		request.Header.Add("X-Forwarded-For", address)
	}
	got, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	_, _ = io.Copy(io.Discard, got.Body)
	_ = got.Body.Close()
	return got.StatusCode
}
