package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/sheet"
	"hailong/internal/web"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

// The description names each route of the API, and no other.
func TestOpenAPINamesEveryRoute(t *testing.T) {
	doc := described(t)
	var told, served []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			told = append(told, method+" "+path)
		}
	}
	parameter := regexp.MustCompile(`:(\w+)`)
	for _, route := range web.Routes() {
		if strings.Contains(route, " /api/") {
			served = append(served, parameter.ReplaceAllString(route, "{$1}"))
		}
	}
	slices.Sort(told)
	slices.Sort(served)
	if diff := cmp.Diff(served, told); diff != "" {
		t.Errorf("routes (-served +described):\n%s", diff)
	}
}

func TestOpenAPIIsServed(t *testing.T) {
	c := newClient(t)
	file, err := os.ReadFile("openapi.json")
	must(t, err)
	if got := c.call("GET", "/api/v1/openapi.json", "", ""); got.status != 200 || got.body != string(file) {
		t.Errorf("%d, %d bytes", got.status, len(got.body))
	}
}

// Each example in the description is as the description says.
func TestOpenAPIExamples(t *testing.T) {
	doc, seen := described(t), 0
	visit := func(where string, content openapi3.Content) {
		for media, body := range content {
			if body.Example == nil || strings.HasSuffix(media, "csv") {
				continue
			}
			seen++
			if err := body.Schema.Value.VisitJSON(body.Example, openapi3.EnableJSONSchema2020()); err != nil {
				t.Errorf("%s: %v", where, err)
			}
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.RequestBody != nil {
				visit(method+" "+path+" request", operation.RequestBody.Value.Content)
			}
			for status, r := range operation.Responses.Map() {
				visit(method+" "+path+" "+status, r.Value.Content)
			}
		}
	}
	if seen < 10 {
		t.Errorf("%d examples", seen)
	}
}

// What the API says is what the office's package says, field by field.
func TestScores(t *testing.T) {
	c := newClient(t)
	c.quarter()
	for _, q := range []period.Query{
		{Period: "2026-Q3"}, {Period: "2026-Q4"}, {Period: "2026-Q3", Method: "mot-cua-5"}, {Period: "2026-Q3", Agency: "stp"},
		{Period: "2026-Q3", By: rating.ByCounter}, {Period: "2026-07", Agency: "stp", By: rating.ByService}, {Period: "2025-12..2026-11", By: rating.ByChannel},
	} {
		want, err := c.periods.Scores(t.Context(), q)
		must(t, err)
		path := "/api/v1/scores?period=" + q.Period
		for name, value := range map[string]string{"method": q.Method, "agency": q.Agency, "by": string(q.By)} {
			if value != "" {
				path += "&" + name + "=" + value
			}
		}
		encoded, err := json.Marshal(want)
		must(t, err)
		if got := c.read(path); got.status != 200 || got.body != string(encoded) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	var scores period.Scores
	must(t, json.Unmarshal([]byte(c.read("/api/v1/scores?period=2026-Q3&agency=stp").body), &scores))
	if s := scores.Scores[0]; s.N != 50 || *s.Index != 80 || scores.Period.State != period.Sealed {
		t.Errorf("n %d, index %v, %s", s.N, *s.Index, scores.Period.State)
	}
}

// A sealed period costs no read of the store within a second, and a step of
// the office is seen after it.
func TestScoresAreKept(t *testing.T) {
	c := newClient(t)
	c.quarter()
	const path = "/api/v1/scores?period=2026-Q3&agency=stp"
	first := c.read(path)
	before := c.store.records.Load()
	for range 5 {
		if again := c.read("/api/v1/scores?agency=stp&by=agency&period=2026-Q3"); again.body != first.body || again.header.Get("ETag") != first.header.Get("ETag") {
			t.Errorf("another reply: %s", again.body)
		}
	}
	if read := c.store.records.Load() - before; read != 0 {
		t.Errorf("%d records were read", read)
	}
	_, err := c.periods.Correct(t.Context(), "2026-Q3", byOffice)
	must(t, err)
	c.give(10, "stp", "q1", calendar.Date(2026, 9, 30), 5)
	c.seal("2026-Q3")
	c.advance(time.Second)
	second := c.read(path)
	if !strings.Contains(second.body, `"revision":2`) || !strings.Contains(second.body, `"n":60`) || second.header.Get("ETag") == first.header.Get("ETag") {
		t.Errorf("after the correction: %s", second.body)
	}
	_, err = c.periods.Publish(t.Context(), "2026-Q3", byOffice)
	must(t, err)
	c.advance(time.Second)
	if third := c.read(path); !strings.Contains(third.body, `"state":"published"`) {
		t.Errorf("after publishing: %s", third.body)
	}
}

// Figures that still move are never kept.
func TestOpenScoresAreNotKept(t *testing.T) {
	c := newClient(t)
	for _, want := range []string{`"n":6`, `"n":12`} {
		c.give(6, "stp", "q1", calendar.Date(2026, 11, 22), 5)
		if got := c.read("/api/v1/scores?period=2026-Q4&agency=stp"); !strings.Contains(got.body, want) {
			t.Errorf("want %s: %s", want, got.body)
		}
	}
}

func TestRegisterHasNoLinks(t *testing.T) {
	c := newClient(t)
	got := c.read("/api/v1/agencies")
	if got.status != 200 || !strings.Contains(got.body, `"valid_to":"2026-01-31"`) || !strings.Contains(got.body, `"has_procedures":false`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if strings.Contains(got.body, "7K3M9QX") {
		t.Error("a link is in the register of the API")
	}
}

func TestRatings(t *testing.T) {
	c := newClient(t)
	c.quarter()
	at := func(criterion string) (year int, rule, whom, on string) { return 2026, "tccs-366", "db-stp", criterion }
	year, rule, whom, _ := at("")
	must(t, c.annual.Conclude(t.Context(), year, rule, whom, "tot", "đủ điều kiện", "office@x.example"))
	got := c.read("/api/v1/ratings/2026")
	var reply struct {
		Year    int
		Period  period.Info
		Rule    struct{ ID string }
		Ratings []rating.Rating
		Cap     *rating.CapCheck
	}
	must(t, json.Unmarshal([]byte(got.body), &reply))
	if reply.Year != 2026 || reply.Period.ID != "2026" || reply.Rule.ID != rule || len(reply.Ratings) != 1 || reply.Cap == nil {
		t.Fatalf("%s", got.body)
	}
	sheet := reply.Ratings[0]
	if sheet.PartyOrganisation != whom || len(sheet.Criteria) < 10 || sheet.Status != rating.Incomplete || sheet.Conclusion.Level != "tot" {
		t.Errorf("%+v", sheet)
	}
	if strings.Contains(got.body, "@x.example") {
		t.Error("the reply names people")
	}
	if named := c.read("/api/v1/ratings/2026?rule=tccs-2018"); named.status != 200 || !strings.Contains(named.body, `"id":"tccs-2018"`) {
		t.Errorf("%d %s", named.status, named.body)
	}
}

func TestPeriodsAndSheets(t *testing.T) {
	c := newClient(t)
	if got := c.read("/api/v1/periods"); got.body != `{"periods":[]}` {
		t.Errorf("no periods: %s", got.body)
	}
	c.quarter()
	first, err := c.periods.Export(t.Context(), "2026-Q3", 0)
	must(t, err)
	_, err = c.periods.Correct(t.Context(), "2026-Q3", byOffice)
	must(t, err)
	var list struct {
		Periods []struct {
			period.Info
			Revisions []struct{ State string }
		}
	}
	must(t, json.Unmarshal([]byte(c.read("/api/v1/periods").body), &list))
	if p := list.Periods[0]; p.Sheet != first.Hash || !p.Correcting || len(p.Revisions) != 2 || p.Revisions[1].State != "open" {
		t.Errorf("%+v", p)
	}
	for _, path := range []string{"/api/v1/periods/2026-Q3/sheet", "/api/v1/periods/2026-Q3/sheet?revision=1"} {
		got := c.read(path)
		if got.body != string(first.Bytes) {
			t.Errorf("%s is not as it was signed", path)
		}
		if _, err := sheet.Open([]byte(got.body)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

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
