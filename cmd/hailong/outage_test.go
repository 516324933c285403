package main_test

import (
	"net/http"
	"net/url"
	"strings"
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
			checkTurnedAway(t, s, key)
			if page := s.getAs(client, "/dashboard/stp"); page.status != http.StatusServiceUnavailable || page.header.Get("Retry-After") == "" {
				t.Errorf("a dashboard without a database: %d", page.status)
			}
			between.restore()
			took := eventually(t, soon, "storing again", func() bool { return c.submit(s.url, key) })
			t.Logf("stored again %v after the outage", took)
			c.retry(t, s)
			checkReady(t, s)
			c.checkDashboard(t, s)
			if code, _ := s.stop(); code != 0 {
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
	began := time.Now()
	sheets := map[string]string{
		jsonType: sheet(key),
		formType: url.Values{"submission": {key}, "q.overall": {"2"}, "q.comment": {"Chờ lâu"}}.Encode(),
	}
	for mediaType, body := range sheets {
		answer, err := send(newClient(), http.MethodPost, s.url+"/q/"+link, mediaType, body)
		must(t, err)
		if answer.status != http.StatusServiceUnavailable || answer.header.Get("Retry-After") == "" {
			t.Errorf("%s without a store: %d, Retry-After %q", mediaType, answer.status, answer.header.Get("Retry-After"))
		}
		if mediaType == formType && (!strings.Contains(answer.body, "Chờ lâu") || !strings.Contains(answer.body, key)) {
			t.Error("the sheet does not come back as it was filled in")
		}
		if took := time.Since(began); took > soon {
			t.Errorf("%s is turned away after %v", mediaType, took)
		}
		began = time.Now()
	}
	for path, want := range map[string]int{"/q/" + link: http.StatusOK, "/livez": http.StatusOK, "/readyz": http.StatusServiceUnavailable} {
		if got := s.get(path).status; got != want {
			t.Errorf("GET %s without a store: %d, want %d", path, got, want)
		}
	}
}

func checkReady(t *testing.T, s *server) {
	t.Helper()
	eventually(t, soon, "ready again", func() bool { return s.get("/readyz").status == http.StatusOK })
}
