package main_test

import (
	"flag"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var seed = flag.Uint64("seed", 0, "what the random answers are made from; 0 takes something else each time")

const (
	answersToday  = 1500
	answersBefore = 1500
	daysBefore    = 100
	postedAtOnce  = 8
	selections    = 5 // of each agency
)

// TestContract has citizens answer who are nothing like the sample, and holds
// every chart that the office can ask for against a count of its own. The
// leaders are asked to be inquisitive (see checkVeil).
func TestContract(t *testing.T) {
	onBothStores(t, func(t *testing.T, db string) {
		draw := newDraw(t)
		now := time.Now().In(daylight(t))
		khoi := draw.agencies()
		succeed(t, "", "org", "import", write(t, "org.yaml", registerOf(khoi)), "--db="+db)
		for _, a := range khoi {
			addUser(t, db, leaderOf(a), "leader", a.code)
		}
		addUser(t, db, officer, "office", "")
		past := draw.past(khoi, now, answersBefore)
		insert(t, db, past)
		s := serve(t, db, "--timezone="+now.Location().String())
		today := draw.today(khoi, now, answersToday)
		postAll(t, s, today)
		postFaulty(t, s, khoi)
		office := s.login(officer)
		for i, a := range khoi {
			client := s.login(leaderOf(a))
			checkForeign(t, s, client, khoi[(i+1)%len(khoi)].code)
			for range selections {
				checkCharts(t, s, office, draw.selection(a, now), append(past, today...), now)
			}
			checkVeil(t, s, client, draw, a, append(past, today...), now)
		}
		checkVerified(t, db, now)
	})
}

func leaderOf(a agency) string { return "leader@" + a.code + ".example" }

// daylight is a time zone in which it is between six in the morning and six in
// the evening, so that no midnight falls into the test.
func daylight(t *testing.T) *time.Location {
	t.Helper()
	zone := "Etc/GMT"
	if hour := time.Now().UTC().Hour(); hour < 6 || hour >= 18 {
		zone = "Etc/GMT-12" // where it is twelve hours later
	}
	location, err := time.LoadLocation(zone)
	must(t, err)
	return location
}

// insert stores answers of days that are over, as they would have been stored.
func insert(t *testing.T, db string, past []answer) {
	t.Helper()
	batch := make([]response.Response, len(past))
	for i, a := range past {
		id, err := response.NewID(a.key)
		must(t, err)
		day, err := calendar.ParseDay(a.day)
		must(t, err)
		batch[i] = response.Response{ID: id, Day: day, Shift: calendar.Morning, Agency: a.agency, Counter: a.counter, Service: a.service,
			Channel: response.Channel(a.channel), Form: survey.Ref{ID: a.form, Version: 1}, Lang: "vi"}
		for _, q := range forms[a.form] {
			if values := a.given[q.id]; len(values) > 0 {
				batch[i].Answers = append(batch[i].Answers, q.stored(values))
			}
		}
	}
	withStore(t, db, func(s store.Store) {
		_, err := s.Insert(t.Context(), batch)
		must(t, err)
	})
}

// postAll sends every answer, several at a time and some of them again.
func postAll(t *testing.T, s *server, answers []answer) {
	t.Helper()
	client := newClient()
	queue := make(chan answer)
	var senders sync.WaitGroup
	for range postedAtOnce {
		senders.Go(func() {
			for a := range queue {
				a.post(t, client, s.url)
			}
		})
	}
	for _, a := range answers {
		queue <- a
	}
	close(queue)
	senders.Wait()
}

// post sends one answer in its own way and then in others: only the first
// counts, whatever comes under the same key later.
func (a answer) post(t *testing.T, client *http.Client, url string) {
	address := url + "/q/" + a.link
	statuses := make(chan int, 2)
	var senders sync.WaitGroup
	for range a.atOnce {
		senders.Go(func() { statuses <- status(t, client, address, a.mediaType(), a.body()) })
	}
	senders.Wait()
	close(statuses)
	created, other := 0, 0
	for status := range statuses {
		switch {
		case a.asForm && status == http.StatusSeeOther || !a.asForm && status == http.StatusCreated:
			created++
		case !a.asForm && status == http.StatusOK:
			other++
		default:
			t.Errorf("%s: %d", a.body(), status)
		}
	}
	if !a.asForm && (created != 1 || other != a.atOnce-1) {
		t.Errorf("%s sent %d times: %d times created", a.body(), a.atOnce, created)
	}
	if a.again == "" {
		return
	}
	if got := status(t, client, address, jsonType, a.again); got != http.StatusOK {
		t.Errorf("%s after %s: %d", a.again, a.body(), got)
	}
}

func status(t *testing.T, client *http.Client, address, mediaType, body string) int {
	answer, err := send(client, http.MethodPost, address, mediaType, body)
	if err != nil {
		t.Error(err)
	}
	return answer.status
}

// postFaulty sends what must be refused and must not count.
func postFaulty(t *testing.T, s *server, khoi []agency) {
	t.Helper()
	for _, a := range khoi {
		for _, c := range a.counters {
			for _, answers := range []string{`{"overall":9}`, `{"overall":1.5}`, `{"overall":"1"}`, `{"overall":3,"salary":1}`, `[1]`} {
				body := `{"submission":"` + response.NewSubmission() + `","answers":` + answers + `}`
				if got := s.post(c.link, body); got.status != http.StatusUnprocessableEntity {
					t.Errorf("%s at a counter with %s: %d %s", body, c.form, got.status, got.body)
				}
			}
		}
	}
}

// checkForeign asks for what belongs to another agency or to none: a leader
// cannot tell the two apart.
func checkForeign(t *testing.T, s *server, client *http.Client, other string) {
	t.Helper()
	for _, path := range []string{"", "/comments", "/charts/summary.json", "/charts/trend.csv"} {
		foreign, nobody := s.getAs(client, "/dashboard/"+other+path), s.getAs(client, "/dashboard/khong-co"+path)
		if foreign.status != http.StatusNotFound || foreign.body != nobody.body {
			t.Errorf("/dashboard/%s%s of another agency: %d, not like one that does not exist: %d", other, path, foreign.status, nobody.status)
		}
	}
}

var charts = []string{"summary", "trend", "levels", "counters", "services", "reasons"}

// checkCharts compares every chart of one selection with a count of the
// answers. The order of rows is left to the chart, but for months.
func checkCharts(t *testing.T, s *server, client *http.Client, sel selection, all []answer, now time.Time) {
	t.Helper()
	counted := sel.count(all, now)
	unordered := cmpopts.SortSlices(func(a, b []string) bool { return strings.Join(a, "|") < strings.Join(b, "|") })
	for _, name := range charts {
		got := readChart(t, s, client, sel.agency.code, name, sel.query())
		for _, row := range got.Rows {
			if name == "services" && row[0] == "" {
				row[1] = "" // in the reader's words that none was named
			}
		}
		options := []cmp.Option{unordered}
		if name == "trend" {
			options = nil
		}
		if diff := cmp.Diff(counted.table(name), got, options...); diff != "" {
			t.Errorf("%s of %s?%s (-counted +shown):\n%s", name, sel.agency.code, sel.query(), diff)
		}
	}
}

// checkVerified waits until all closed days are sealed and lets the program
// count them again, beside the server.
func checkVerified(t *testing.T, db string, now time.Time) {
	t.Helper()
	sealed := "sealed through " + now.AddDate(0, 0, -1).Format(time.DateOnly)
	var out string
	eventually(t, patience, "sealing", func() bool {
		out = succeed(t, "", "verify", "--db="+db, "--timezone="+now.Location().String())
		return strings.Contains(out, sealed)
	})
	if !strings.Contains(out, "all sums agree with the answers") || !strings.Contains(out, "3000 responses") {
		t.Errorf("verify says\n%s", out)
	}
}

func newDraw(t *testing.T) draw {
	chosen := *seed
	if chosen == 0 {
		chosen = rand.Uint64()
	}
	t.Logf("to draw the same again: -seed=%d", chosen)
	return draw{rand.New(rand.NewPCG(chosen, 0))}
}
