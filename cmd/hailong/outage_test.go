package main_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/response"
	"hailong/internal/store/storetest/engine"
)

// soon is how long a citizen may have to wait for "try again later".
const soon = 20 * time.Second

// TestOutage takes the database away from a server that runs and gives it
// back, once with connections refused and once with a network that swallows
// everything.
func TestOutage(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(*proxy){"refused": (*proxy).refuse, "silent": (*proxy).silence} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := found(t, engine.MongoDB(t))
			between, through := newProxy(t, db)
			s := serve(t, through)
			c := newCrowd()
			c.submit(s.url, response.NewSubmission())
			client := s.login(leader)

			cut(between)
			key := response.NewSubmission()
			var checks sync.WaitGroup
			checks.Go(func() { checkTurnedAway(t, s, key) })
			checks.Go(func() { checkUnavailable(t, client, http.MethodGet, s.url+"/dashboard/stp", "", "") })
			checks.Wait()
			between.restore()
			took := eventually(t, soon, "storing again", func() bool { return c.submit(s.url, key) })
			t.Logf("stored again %v after the outage", took)
			c.retry(t, s)
			checkReady(t, s)
			c.checkDashboard(t, s)
			if code := s.stop(); code != 0 {
				t.Errorf("exit %d", code)
			}
			c.checkStore(t, db)
		})
	}
}

// checkTurnedAway demands that a server without its store says so within
// moments, keeps what was filled in, and goes on showing the form.
func checkTurnedAway(t *testing.T, s *server, key string) {
	t.Helper()
	address := s.url + "/q/" + link
	filledIn := url.Values{"submission": {key}, "q.overall": {"2"}, "q.comment": {"Chờ lâu"}}.Encode()
	var checks sync.WaitGroup
	checks.Go(func() { checkUnavailable(t, newClient(), http.MethodPost, address, jsonType, sheet(key)) })
	checks.Go(func() {
		back := checkUnavailable(t, newClient(), http.MethodPost, address, formType, filledIn)
		if !strings.Contains(back, "Chờ lâu") || !strings.Contains(back, key) {
			t.Errorf("the sheet does not come back as it was filled in:\n%s", back)
		}
	})
	checks.Go(func() { checkUnavailable(t, newClient(), http.MethodGet, s.url+"/readyz", "", "") })
	checks.Wait()
	asked := run(t, "", "healthcheck", "--listen="+strings.TrimPrefix(s.url, "http://"))
	if asked.code != 1 || !strings.Contains(asked.err, "not ready: ") || strings.Count(asked.err, "\n") != 1 {
		t.Errorf("healthcheck: exit %d, %s", asked.code, asked.err)
	}
	for _, path := range []string{"/q/" + link, "/livez"} {
		if got := s.get(path).status; got != http.StatusOK {
			t.Errorf("GET %s without a store: %d", path, got)
		}
	}
}

// checkUnavailable demands that a request is answered soon with a wish to try
// again, and returns the page.
func checkUnavailable(t *testing.T, client *http.Client, method, address, mediaType, body string) string {
	t.Helper()
	began := time.Now()
	answer, err := send(client, method, address, mediaType, body)
	if took := time.Since(began); err != nil || took > soon {
		t.Errorf("%s %s without a store: after %v: %v", method, address, took, err)
	}
	if wait := answer.header.Get("Retry-After"); answer.status != http.StatusServiceUnavailable || wait == "" {
		t.Errorf("%s %s %s without a store: %d, Retry-After %q", method, address, mediaType, answer.status, wait)
	}
	return answer.body
}

func checkReady(t *testing.T, s *server) {
	t.Helper()
	eventually(t, soon, "ready again", func() bool { return s.get("/readyz").status == http.StatusOK })
}
