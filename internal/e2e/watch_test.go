package e2e_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// watch notes what no page may do: ask another host, break its own content
// security policy, complain on the console, or let an exception escape.
type watch struct {
	home string // the only origin that pages may ask

	mu        sync.Mutex
	documents map[string]bool // addresses of pages, whose own status is no fault
	faults    []string
	posts     int // requests that send something
}

func newWatch(home string) *watch { return &watch{home: home, documents: map[string]bool{}} }

// note takes each event of a tab.
func (w *watch) note(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		w.request(e)
	case *log.EventEntryAdded:
		w.entry(e.Entry)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			w.fault("console.%s: %s", e.Type, textOf(e.Args))
		}
	case *runtime.EventExceptionThrown:
		w.fault("exception: %s %s", e.ExceptionDetails.Text, textOf([]*runtime.RemoteObject{e.ExceptionDetails.Exception}))
	case *audits.EventIssueAdded:
		w.issue(e.Issue)
	}
}

func (w *watch) request(e *network.EventRequestWillBeSent) {
	if e.Type == network.ResourceTypeDocument {
		w.documents[e.Request.URL] = true
	}
	if e.Request.Method == http.MethodPost {
		w.posts++
	}
	if address := e.Request.URL; !strings.HasPrefix(address, w.home+"/") && !strings.HasPrefix(address, "data:") {
		w.fault("request to another host: %s", address)
	}
}

func (w *watch) entry(e *log.Entry) {
	status := e.Source == log.EntrySourceNetwork && w.documents[e.URL] && strings.Contains(e.Text, "responded with a status of 4")
	if e.Level == log.EntryLevelError && !status {
		w.fault("log: %s %s", e.Text, e.URL)
	}
}

func (w *watch) issue(issue *audits.InspectorIssue) {
	if d := issue.Details.ContentSecurityPolicyIssueDetails; d != nil {
		w.fault("policy violation: %s %s", d.ViolatedDirective, d.BlockedURL)
		return
	}
	w.fault("issue: %s", issue.Code)
}

func (w *watch) fault(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

// take returns the faults so far and forgets them.
func (w *watch) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	faults := w.faults
	w.faults = nil
	return faults
}

// forgive drops the faults that hold the text.
func (w *watch) forgive(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = slices.DeleteFunc(w.faults, func(fault string) bool { return strings.Contains(fault, text) })
}

// sent returns how many requests sent something.
func (w *watch) sent() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.posts
}

func textOf(objects []*runtime.RemoteObject) string {
	var words []string
	for _, o := range objects {
		if o != nil {
			words = append(words, strings.TrimSpace(string(o.Value)+" "+o.Description))
		}
	}
	return strings.Join(words, " ")
}

// badPage does once each thing that no page may do.
const badPage = `<!doctype html><html lang="vi"><title>x</title><h1 style="color:red">x</h1>
<img src="http://127.0.0.2:9/pixel.png" alt="">
<script src="/bad.js"></script>`

const badScript = `console.error("a complaint"); console.warn("a warning"); fetch("/missing"); throw new Error("escaped");`

// testWatch proves that the watch would tell: on a page that does everything
// wrong it finds each fault.
func testWatch(t *testing.T, b *chromium) {
	bad := http.NewServeMux()
	bad.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src *")
		fmt.Fprint(w, badPage)
	})
	bad.HandleFunc("/bad.js", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, badScript) })
	server := httptest.NewServer(bad)
	t.Cleanup(server.Close)

	p := b.visit(t, server.URL, phone)
	p.open("/", http.StatusOK)
	var found []string
	for _, want := range []string{
		"request to another host: http://127.0.0.2:9/pixel.png",
		"policy violation: style-src-attr",
		"console.error: \"a complaint\"",
		"console.warning: \"a warning\"",
		"exception: Uncaught Error: escaped",
		"log: Failed to load resource: the server responded with a status of 404 (Not Found) " + server.URL + "/missing",
	} {
		p.until("the watch tells: "+want, func() bool {
			found = append(found, p.seen.take()...)
			return slices.ContainsFunc(found, func(fault string) bool { return strings.HasPrefix(fault, want) })
		})
	}
	p.seen.take()
}
