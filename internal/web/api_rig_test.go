package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/period"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/trial"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// client calls the API of a rig and holds every reply against the description
// of the API.
type client struct {
	*rig
	doc    *openapi3.T
	routes routers.Router
	all    string // secret of a key with every scope
	own    string // the same for agency stp alone
}

func newClient(t testing.TB, options ...option) *client {
	t.Helper()
	c := &client{rig: newRig(t, options...), doc: described(t)}
	var err error
	c.routes, err = gorillamux.NewRouter(c.doc)
	must(t, err)
	c.all = c.key("all", auth.Scopes(), "")
	c.own = c.key("own", auth.Scopes(), "stp")
	return c
}

func (c *client) key(name string, scopes []auth.Scope, agency string) string {
	c.t.Helper()
	secret, err := c.keys.Add(context.Background(), name, scopes, agency)
	must(c.t, err)
	return secret
}

// described reads the description of the API and closes its objects: here a
// field that it does not name is an error, while clients ignore it.
func described(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := description()
	must(t, err)
	return doc
}

var description = sync.OnceValues(func() (*openapi3.T, error) {
	file, err := os.ReadFile("openapi.json")
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := json.Unmarshal(file, &doc); err != nil {
		return nil, err
	}
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	for name, schema := range schemas {
		if name != "Sheet" { // what it holds is told by its format
			closeObjects(schema)
		}
	}
	closed, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	loaded, err := openapi3.NewLoader().LoadFromData(closed)
	if err != nil {
		return nil, err
	}
	return loaded, loaded.Validate(context.Background())
})

func closeObjects(schema any) {
	switch schema := schema.(type) {
	case map[string]any:
		if _, ok := schema["properties"]; ok && schema["type"] == "object" {
			schema["additionalProperties"] = false
		}
		for _, inner := range schema {
			closeObjects(inner)
		}
	case []any:
		for _, inner := range schema {
			closeObjects(inner)
		}
	}
}

func init() {
	openapi3filter.RegisterBodyDecoder("application/x-ndjson", openapi3filter.FileBodyDecoder)
}

// call sends a request with a key, or without one for "", and checks the reply.
func (c *client) call(method, path, secret, body string, headers ...string) reply {
	c.t.Helper()
	send := func() *http.Request {
		request := with(httptest.NewRequest(method, path, strings.NewReader(body)), headers)
		if secret != "" {
			request.Header.Set("Authorization", "Bearer "+secret)
		}
		return request
	}
	got := c.do(send())
	if err := c.check(send(), got); err != nil {
		c.t.Errorf("%s %s: %d is not as described: %v\n%s", method, path, got.status, err, got.body)
	}
	return got
}

func (c *client) read(path string) reply {
	c.t.Helper()
	return c.call(http.MethodGet, path, c.all, "")
}

// check holds a reply against the description, and a request that was taken,
// too.
func (c *client) check(request *http.Request, got reply) error {
	if got.status >= 400 {
		if err := c.checkProblem(got); err != nil {
			return err
		}
	}
	head := request.Method == http.MethodHead
	if head { // as GET, without the body
		request.Method = http.MethodGet
	}
	route, params, err := c.routes.FindRoute(request)
	if err != nil {
		return onlyIf(got.status == http.StatusNotFound || got.status == http.StatusMethodNotAllowed, err)
	}
	in := &openapi3filter.RequestValidationInput{Request: request, Route: route, PathParams: params,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
	if got.status < 300 {
		if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
			return err
		}
	}
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: got.status, Header: got.header, Body: io.NopCloser(strings.NewReader(got.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: head},
	})
}

func onlyIf(fine bool, err error) error {
	if fine {
		return nil
	}
	return err
}

func (c *client) checkProblem(got reply) error {
	if media := got.header.Get("Content-Type"); media != "application/problem+json" {
		return fmt.Errorf("an error as %s", media)
	}
	var value any
	if err := json.Unmarshal([]byte(got.body), &value); err != nil {
		return err
	}
	if status := value.(map[string]any)["status"]; status != float64(got.status) {
		return fmt.Errorf("status %v in the body", status)
	}
	return c.doc.Components.Schemas["Problem"].Value.VisitJSON(value, openapi3.EnableJSONSchema2020())
}

// give stores n answers at a counter of an agency on a day.
func (c *client) give(n int, agency, counter string, day calendar.Day, level int) {
	c.t.Helper()
	one := trial.Sheet(agency, counter, day, level)
	one.Answers = append(one.Answers, survey.Answer{Question: "reasons", Values: []string{"slow"}}, survey.Answer{Question: "comment", Text: "bí mật"})
	c.trial.Add(slices.Repeat([]response.Response{one}, n))
}

// quarter gives two agencies answers in the third quarter, and seals it.
func (c *client) quarter() {
	c.t.Helper()
	c.give(40, "stp", "q1", calendar.Date(2026, 7, 6), 5)
	c.give(10, "stp", "q1", calendar.Date(2026, 9, 30), 2)
	c.give(35, "syt", "q1", calendar.Date(2026, 8, 4), 4)
	c.seal("2026-Q3")
}

var byOffice = period.Actor{By: "office@x.example", Why: "số liệu thiếu"}

func (c *client) seal(id string) {
	c.t.Helper()
	c.trial.Seal(c.periods, id, byOffice)
}

// typeOf is the end of a problem's type.
func typeOf(t testing.TB, got reply) string {
	t.Helper()
	var p struct{ Type string }
	if err := json.Unmarshal([]byte(got.body), &p); err != nil {
		t.Errorf("%d with %q: %v", got.status, got.body, err)
	}
	return strings.TrimPrefix(p.Type, "/problems/")
}
