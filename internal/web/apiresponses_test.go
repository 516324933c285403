package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/web"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

// lines reads the answers of a reply, each held against the description.
func (c *client) lines(got reply) []map[string]any {
	c.t.Helper()
	var all []map[string]any
	lines := bufio.NewScanner(strings.NewReader(got.body))
	for lines.Scan() {
		var line map[string]any
		must(c.t, json.Unmarshal(lines.Bytes(), &line))
		if err := c.doc.Components.Schemas["Answer"].Value.VisitJSON(line, openapi3.EnableJSONSchema2020()); err != nil {
			c.t.Errorf("%s: %v", lines.Text(), err)
		}
		all = append(all, line)
	}
	return all
}

func TestResponses(t *testing.T) {
	c := newClient(t)
	if got := c.read("/api/v1/responses?period=2026-Q3"); got.status != 200 || got.body != "" || got.header.Get("Content-Type") != "application/x-ndjson" {
		t.Errorf("no answers: %d %v %q", got.status, got.header, got.body)
	}
	c.quarter()
	got := c.read("/api/v1/responses?period=2026-Q3&comments=1")
	lines := c.lines(got)
	if len(lines) != 85 {
		t.Fatalf("%d lines", len(lines))
	}
	want := map[string]any{
		"agency": "stp", "counter": "q1", "service": "", "channel": "qr", "day": "2026-07-06", "shift": "am", "form": "mot-cua",
		"version": 1.0, "lang": "vi", "answers": map[string]any{"overall": 5.0, "reasons": []any{"slow"}},
	}
	if diff := cmp.Diff(want, lines[0]); diff != "" {
		t.Errorf("first line (-want +got):\n%s", diff)
	}
	if !slices.IsSortedFunc(lines, func(a, b map[string]any) int { return strings.Compare(a["day"].(string), b["day"].(string)) }) {
		t.Error("not by day")
	}
	if strings.Contains(got.body, "bí mật") {
		t.Error("a comment that nobody released")
	}
	if own := c.lines(c.call("GET", "/api/v1/responses?period=2026-Q3&agency=stp", c.own, "")); len(own) != 50 {
		t.Errorf("%d lines of stp", len(own))
	}
	if head := c.call("HEAD", "/api/v1/responses?period=2026-Q3", c.all, ""); head.status != 200 || head.body != "" {
		t.Errorf("HEAD: %d %q", head.status, head.body)
	}
}

// listen serves the rig on a port of its own.
func (c *client) listen() string {
	c.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(c.t, err)
	ended := make(chan error, 1)
	go func() { ended <- c.server.Serve(listener) }()
	c.t.Cleanup(func() {
		must(c.t, c.server.Shutdown(context.Background()))
		must(c.t, <-ended)
	})
	return "http://" + listener.Addr().String()
}

func (c *client) fetch(url string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, url, nil)
	must(c.t, err)
	request.Header.Set("Authorization", "Bearer "+c.all)
	return http.DefaultClient.Do(request)
}

// journal is a log that a stream writes while the test goes on.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// A reply that breaks off in the middle cannot be taken for a whole one.
func TestResponsesBreakOff(t *testing.T) {
	log := new(journal)
	c := newClient(t, func(o *web.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
	c.mu.Lock()
	c.clock = time.Now() // deadlines of a connection are those of the machine
	c.mu.Unlock()
	c.all = c.key("now", auth.Scopes(), "")
	c.give(3000, "stp", "q1", calendar.Date(2026, 7, 6), 5)
	at := c.listen()
	whole, err := c.fetch(at + "/api/v1/responses?period=2026-Q3")
	must(t, err)
	body, err := io.ReadAll(whole.Body)
	must(t, err)
	if n := strings.Count(string(body), "\n"); n != 3000 {
		t.Errorf("%d lines", n)
	}
	c.store.torn.Store(2000)
	part, err := c.fetch(at + "/api/v1/responses?period=2026-Q3")
	must(t, err)
	if body, err = io.ReadAll(part.Body); err == nil || part.StatusCode != 200 {
		t.Errorf("%d, %d bytes, no error", part.StatusCode, len(body))
	}
	if !strings.Contains(log.String(), "answers broken off") {
		t.Errorf("log: %s", log)
	}
	c.store.torn.Store(1)
	if got := c.read("/api/v1/responses?period=2026-Q3"); got.status != 503 || typeOf(t, got) != "try_later" || got.header.Get("Retry-After") == "" {
		t.Errorf("before the first line: %d %s", got.status, got.body)
	}
}

// A client that goes away in the middle ends the scan.
func TestResponsesOfNobody(t *testing.T) {
	c := newClient(t)
	c.mu.Lock()
	c.clock = time.Now()
	c.mu.Unlock()
	c.give(4000, "stp", "q1", calendar.Date(2026, 7, 6), 5)
	reply, err := c.fetch(c.listen() + "/api/v1/responses?period=2026-Q3")
	must(t, err)
	one := make([]byte, 1)
	_, err = reply.Body.Read(one)
	must(t, err)
	must(t, reply.Body.Close()) // Shutdown would wait for a stream that goes on
}
