package web_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

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
