package main_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hailong/internal/response"
	"hailong/internal/store/storetest/engine"

	"github.com/google/go-cmp/cmp"
)

// issueTickets asks a server for tickets as the one-stop software does, and
// returns their paths.
func issueTickets(t *testing.T, s *server, secret, body string) []string {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, s.url+"/api/v1/tickets", strings.NewReader(body))
	must(t, err)
	request.Header.Set("Content-Type", jsonType)
	request.Header.Set("Authorization", "Bearer "+secret)
	got, err := newClient().Do(request)
	must(t, err)
	defer got.Body.Close()
	var issued struct {
		Tickets []struct{ URL string }
	}
	must(t, json.NewDecoder(got.Body).Decode(&issued))
	var paths []string
	for _, one := range issued.Tickets {
		_, path, _ := strings.Cut(strings.TrimPrefix(one.URL, "http://"), "/")
		paths = append(paths, "/"+path)
	}
	if got.StatusCode != http.StatusCreated || len(paths) == 0 {
		t.Fatalf("%d with %d tickets", got.StatusCode, len(paths))
	}
	return paths
}

// TestTicketOnTwoServers has a crowd show one ticket to two servers at once.
func TestTicketOnTwoServers(t *testing.T) {
	t.Parallel()
	db := found(t, engine.MongoDB(t))
	secret := strings.TrimSpace(succeed(t, "", "key", "add", "one-stop", "--scope=tickets:issue", "--db="+db))
	servers := []*server{serve(t, db), serve(t, db)}
	const tickets, phones = 4, 50
	for _, path := range issueTickets(t, servers[0], secret, `{"counter":"`+link+`","count":4}`) {
		statuses, winner := showAtOnce(servers, path, phones)
		if diff := cmp.Diff(map[int]int{http.StatusCreated: 1, http.StatusGone: phones - 1}, statuses); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
		for _, s := range servers {
			again, err := send(newClient(), http.MethodPost, s.url+path, jsonType, sheet(winner))
			if err != nil || again.status != http.StatusOK {
				t.Errorf("the winner sends again: %d %s %v", again.status, again.body, err)
			}
		}
	}
	all := stored(t, db)
	for _, r := range all {
		if r.Channel != response.Ticket {
			t.Errorf("stored %+v", r)
		}
	}
	if len(all) != tickets {
		t.Errorf("%d answers by %d tickets", len(all), tickets)
	}
	for _, s := range servers {
		if code := s.stop(); code != 0 || strings.Contains(s.log.String(), "level=ERROR") {
			t.Errorf("exit %d:\n%s", code, s.log.end())
		}
	}
}

// One submission costs one ticket: none where it came in by the open link, and
// the one it came with once, however often and wherever it is sent.
func TestASubmissionCostsOneTicket(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]func(*testing.T) string{
		"sqlite":  func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "hailong.db") },
		"mongodb": func(t *testing.T) string { return engine.MongoDB(t) },
	} {
		t.Run(name, func(t *testing.T) {
			db := found(t, place(t))
			secret := strings.TrimSpace(succeed(t, "", "key", "add", "one-stop", "--scope=tickets:issue", "--db="+db))
			servers := []*server{serve(t, db)}
			if name == "mongodb" {
				servers = append(servers, serve(t, db))
			}
			const tickets, phones = 3, 20
			paths := issueTickets(t, servers[0], secret, `{"counter":"`+link+`","count":3}`)
			open := response.NewSubmission()
			expect := func(what string, want, got map[int]int) {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", what, diff)
				}
			}
			byLink, _ := sendAtOnce(servers, 1, func(int) (string, string) { return "/q/" + link, open })
			expect("by the link", map[int]int{http.StatusCreated: 1}, byLink)
			byTickets, _ := sendAtOnce(servers, phones, func(i int) (string, string) { return paths[i%tickets], open })
			expect("the same by tickets", map[int]int{http.StatusOK: phones}, byTickets)
			for _, path := range paths {
				own := response.NewSubmission()
				resent, _ := sendAtOnce(servers, phones, func(int) (string, string) { return path, own })
				expect("one ticket's own, sent again and again", map[int]int{http.StatusCreated: 1, http.StatusOK: phones - 1}, resent)
				others, _ := showAtOnce(servers, path, 2)
				expect("others by that ticket", map[int]int{http.StatusGone: 2}, others)
			}
			for _, s := range servers {
				if code := s.stop(); code != 0 {
					t.Errorf("exit %d:\n%s", code, s.log.end())
				}
			}
			if n := len(stored(t, db)); n != 1+tickets {
				t.Errorf("%d answers by one link and %d tickets", n, tickets)
			}
		})
	}
}

// showAtOnce sends as many submissions as there are phones with one ticket, to
// the servers in turn. It returns how often each status came, and the key of
// the one that was stored.
func showAtOnce(servers []*server, path string, phones int) (statuses map[int]int, winner string) {
	return sendAtOnce(servers, phones, func(int) (string, string) { return path, response.NewSubmission() })
}

// sendAtOnce is showAtOnce with a path and a key for each phone.
func sendAtOnce(servers []*server, phones int, what func(phone int) (path, key string)) (statuses map[int]int, winner string) {
	statuses = map[int]int{}
	client, ready := newClient(), make(chan struct{})
	var wait sync.WaitGroup
	var mu sync.Mutex
	for i := range phones {
		wait.Go(func() {
			path, key := what(i)
			<-ready
			answer, err := send(client, http.MethodPost, servers[i%len(servers)].url+path, jsonType, sheet(key))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				answer.status = -1
			}
			statuses[answer.status]++
			if answer.status == http.StatusCreated {
				winner = key
			}
		})
	}
	close(ready)
	wait.Wait()
	return statuses, winner
}
