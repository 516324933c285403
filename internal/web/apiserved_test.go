package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"hailong/internal/audit"
	"hailong/internal/calendar"
)

const servedRow = `{"agency":"stp","counter":"q1","day":"2026-11-20","served":14}`

func (c *client) put(secret, body string) reply {
	c.t.Helper()
	return c.call("PUT", "/api/v1/served", secret, body, "Content-Type", "application/json")
}

func TestServed(t *testing.T) {
	c := newClient(t)
	for _, step := range []struct{ body, want string }{
		{`{"rows":[` + servedRow + `]}`, `{"new":1,"changed":0,"same":0}`},
		{`[` + servedRow + `]`, `{"new":0,"changed":0,"same":1}`},
		{`[` + strings.Replace(servedRow, "14", "15", 1) + `,` + strings.Replace(servedRow, "-20", "-21", 1) + `]`, `{"new":1,"changed":1,"same":0}`},
		{`{"rows":[]}`, `{"new":0,"changed":0,"same":0}`},
	} {
		if got := c.put(c.own, step.body); got.status != 200 || got.body != step.want {
			t.Errorf("%s: %d %s", step.body, got.status, got.body)
		}
	}
	table := "agency,counter,service,day,served\nsyt,q1,,2026-11-20,3\n"
	if got := c.call("PUT", "/api/v1/served", c.all, table, "Content-Type", "text/csv; charset=utf-8"); got.body != `{"new":1,"changed":0,"same":0}` {
		t.Errorf("as a table: %d %s", got.status, got.body)
	}
	kept, err := c.book.Read(t.Context(), []string{"stp", "syt"}, calendar.Month(2026*12+10).Range())
	must(t, err)
	if len(kept["stp"]) != 2 || kept["stp"][0].Count != 15 || len(kept["syt"]) != 1 {
		t.Errorf("kept: %v", kept)
	}
	entries, err := c.trail.Entries(t.Context(), 0, 0)
	must(t, err)
	if len(entries) != 4 || entries[3].By != audit.ByKey("own") || entries[3].Action != audit.ServedImport || entries[3].Subject != "2026-11-20..2026-11-20" || entries[3].Detail["new"] != "1" {
		t.Errorf("audit: %+v", entries)
	}
}

func TestServedRefused(t *testing.T) {
	c := newClient(t)
	c.quarter()
	entries := len(must2(c.trail.Entries(t.Context(), 0, 0))(t))
	sealed := `[` + servedRow + `,` + strings.Replace(servedRow, "2026-11-20", "2026-07-06", 1) + `]`
	for name, step := range map[string]struct {
		secret, media, body string
		status              int
		problem             string
	}{
		"sealed day":     {c.all, "application/json", sealed, 422, "bad_rows"},
		"faulty row":     {c.all, "application/json", `[{"agency":"nope","day":"2026-11-20","served":-1},{"agency":"stp"}]`, 422, "bad_rows"},
		"no JSON":        {c.all, "application/json", `{"rows"`, 422, "bad_rows"},
		"foreign agency": {c.own, "application/json", `[{"agency":"syt","day":"2026-11-20","served":1}]`, 403, "key_agency"},
		"unknown agency": {c.own, "application/json", `[{"agency":"nope","day":"2026-11-20","served":1}]`, 403, "key_agency"},
		"media type":     {c.all, "application/xml", `<rows/>`, 415, "json_or_csv"},
		"too large":      {c.all, "application/json", `[` + strings.Repeat(" ", 1<<20) + `]`, 413, "body_too_large"},
		"charset":        {c.all, "application/json; charset=utf-16", `[]`, 415, "json_or_csv"},
	} {
		got := c.call("PUT", "/api/v1/served", step.secret, step.body, "Content-Type", step.media)
		if got.status != step.status || typeOf(t, got) != step.problem {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	var told struct {
		Errors []struct {
			Row  int
			Code string
		}
	}
	must(t, json.Unmarshal([]byte(c.put(c.all, sealed).body), &told))
	if len(told.Errors) != 1 || told.Errors[0].Row != 2 || told.Errors[0].Code != "sealed" {
		t.Errorf("%+v", told)
	}
	must(t, json.Unmarshal([]byte(c.put(c.all, `[{"agency":"nope","day":"2026-11-20","served":1},{"agency":"stp"}]`).body), &told))
	if len(told.Errors) != 2 || told.Errors[0].Code != "unknown_agency" || told.Errors[1].Code != "malformed" {
		t.Errorf("what could not be read and what is not known: %+v", told)
	}
	if kept := must2(c.book.Read(t.Context(), []string{"stp", "syt"}, calendar.Month(2026*12+10).Range()))(t); len(kept) != 0 {
		t.Errorf("kept: %v", kept)
	}
	if now := len(must2(c.trail.Entries(t.Context(), 0, 0))(t)); now != entries {
		t.Errorf("%d audit entries of what was refused", now-entries)
	}
}

// must2 passes a value on when it came without an error.
func must2[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return value
	}
}

// What is far too large is refused by the parser, before there is a route.
func TestServedFarTooLarge(t *testing.T) {
	c := newClient(t)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(c.listen(), "http://"))
	must(t, err)
	defer conn.Close()
	_, err = fmt.Fprint(conn, "PUT /api/v1/served HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n[")
	must(t, err)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(t, err)
	got := reply{response.StatusCode, response.Header, string(body)}
	if err := c.checkProblem(got); err != nil || got.status != 413 || typeOf(t, got) != "body_too_large" {
		t.Errorf("%d %s: %v", got.status, got.body, err)
	}
}
