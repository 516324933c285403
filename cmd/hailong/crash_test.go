package main_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/app"
	"hailong/internal/calendar"
	"hailong/internal/config"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/storetest/engine"
)

const smallRegister = `agencies:
  - code: stp
    name: Sở Tư pháp
    counters:
      - {code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXA}
  - code: syt
    name: Sở Y tế
    counters:
      - {code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXB}
`

const (
	link    = "7K3M9QXA"
	leader  = "leader@stp.example"
	officer = "office@khoi.example"
)

// found returns a database with the small register and a leader.
func found(t *testing.T, db string) string {
	t.Helper()
	succeed(t, "", "org", "import", write(t, "org.yaml", smallRegister), "--db="+db)
	addUser(t, db, leader, "leader", "stp")
	addUser(t, db, officer, "office", "")
	return db
}

func sqliteDB(t *testing.T) string { return "sqlite:" + t.TempDir() + "/hailong.db" }

// onBothStores runs a test on a fresh database of each kind.
func onBothStores(t *testing.T, test func(t *testing.T, db string)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, sqliteDB(t))
	})
	t.Run("mongodb", func(t *testing.T) {
		t.Parallel()
		test(t, engine.MongoDB(t))
	})
}

// people is how many answer at once.
const people = 32

// crowd answers at one counter, each time under a new key, and remembers what
// the server acknowledged.
type crowd struct {
	client *http.Client
	mu     sync.Mutex
	stored map[string]bool // by submission key: whether it was acknowledged
}

func newCrowd() *crowd { return &crowd{client: newClient(), stored: map[string]bool{}} }

// sheet is neither content nor the opposite: in a crowd of thousands chance
// alone makes runs of either, which the checks hold.
func sheet(key string) string {
	return fmt.Sprintf(`{"submission":%q,"lang":"vi","answers":{"overall":3}}`, key)
}

// answer keeps everybody busy. Who is not answered leaves with one open key.
func (c *crowd) answer(url string) (done *sync.WaitGroup) {
	done = new(sync.WaitGroup)
	for range people {
		done.Go(func() {
			for c.submit(url, response.NewSubmission()) {
			}
		})
	}
	return done
}

// submit sends one answer and returns whether it was acknowledged.
func (c *crowd) submit(url, key string) bool {
	answer, err := send(c.client, http.MethodPost, url+"/q/"+link, jsonType, sheet(key))
	acknowledged := err == nil && (answer.status == http.StatusCreated || answer.status == http.StatusOK)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stored[key] = acknowledged
	return acknowledged
}

// keys returns the keys that were, or were not, acknowledged.
func (c *crowd) keys(acknowledged bool) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var keys []string
	for key, stored := range c.stored {
		if stored == acknowledged {
			keys = append(keys, key)
		}
	}
	return keys
}

// answerUntil lets the crowd answer for a while and for a moment of random
// length, does something to the server and waits until everybody has left.
func (c *crowd) answerUntil(t *testing.T, s *server, moment time.Duration, what func()) {
	t.Helper()
	before := len(c.keys(true))
	everybody := c.answer(s.url)
	eventually(t, patience, "the crowd is heard", func() bool { return len(c.keys(true)) > before+people })
	time.Sleep(rand.N(moment))
	what()
	everybody.Wait()
	t.Logf("%d acknowledged, %d open", len(c.keys(true)), len(c.keys(false)))
}

// retry sends what is open again, and some of what is not: those must be known.
func (c *crowd) retry(t *testing.T, s *server) {
	t.Helper()
	for i, key := range c.keys(true) {
		if i == 20 {
			break
		}
		if again := s.post(link, sheet(key)); again.status != http.StatusOK {
			t.Errorf("an acknowledged answer sent again: %d %s", again.status, again.body)
		}
	}
	for _, key := range c.keys(false) {
		if !c.submit(s.url, key) {
			t.Errorf("an answer sent again after the restart is not acknowledged")
		}
	}
}

// TestKill kills the server in the middle of its work. What it acknowledged is
// there once, whatever was sent again.
func TestKill(t *testing.T) {
	onBothStores(t, func(t *testing.T, db string) {
		found(t, db)
		crowd := newCrowd()
		s := serve(t, db)
		for range 3 {
			crowd.answerUntil(t, s, 800*time.Millisecond, s.kill)
			s = serve(t, db)
			crowd.retry(t, s)
			crowd.checkDashboard(t, s)
		}
		s.stop()
		crowd.checkStore(t, db)
	})
}

// shutdownTime is what requests under way are given, and some for the rest.
const shutdownTime = 22 * time.Second

// TestTerminate asks the server to end in the middle of its work.
func TestTerminate(t *testing.T) {
	onBothStores(t, func(t *testing.T, db string) {
		found(t, db)
		crowd := newCrowd()
		s := serve(t, db)
		crowd.answerUntil(t, s, 800*time.Millisecond, func() {
			began := time.Now()
			if code := s.stop(); code != 0 || time.Since(began) > shutdownTime {
				t.Errorf("exit %d after %v", code, time.Since(began))
			}
		})
		for _, said := range []string{"level=ERROR", "panic"} {
			if strings.Contains(s.log.String(), said) {
				t.Errorf("the log holds %q:\n%s", said, s.log.end())
			}
		}
		s = serve(t, db)
		crowd.retry(t, s)
		crowd.checkDashboard(t, s)
		s.stop()
		crowd.checkStore(t, db)
	})
}

// checkDashboard holds the office's number against the crowd's. The leader is
// not shown every answer at once.
func (c *crowd) checkDashboard(t *testing.T, s *server) {
	t.Helper()
	table := readChart(t, s, s.login(officer), "stp", "summary", "")
	if got, want := table.Rows[0][0], fmt.Sprint(len(c.keys(true))); got != want {
		t.Errorf("the office sees %s answers, %s were acknowledged", got, want)
	}
}

// checkStore looks for every answer in the store and for no other, and lets
// the program verify.
func (c *crowd) checkStore(t *testing.T, db string) {
	t.Helper()
	times := map[response.ID]int{}
	for _, r := range stored(t, db) {
		times[r.ID]++
	}
	for key := range c.stored {
		id, err := response.NewID(key)
		must(t, err)
		if times[id] != 1 {
			t.Errorf("the answer %s is there %d times, want once", key, times[id])
		}
		delete(times, id)
	}
	if len(times) > 0 {
		t.Errorf("%d answers are there that nobody gave", len(times))
	}
	if out := succeed(t, "", "verify", "--db="+db); !strings.Contains(out, "all sums agree with the answers") {
		t.Errorf("verify says\n%s", out)
	}
}

// stored reads all answers without the program.
func stored(t *testing.T, db string) []response.Response {
	t.Helper()
	var all []response.Response
	withStore(t, db, func(s store.Store) {
		ever := store.Scan{Range: calendar.Range{From: 0, To: 1 << 30}}
		must(t, s.Scan(t.Context(), ever, func(r *response.Response) error {
			all = append(all, *r)
			return nil
		}))
	})
	return all
}

// withStore opens the database as the program does.
func withStore(t *testing.T, db string, do func(store.Store)) {
	t.Helper()
	opened, err := open(db)
	must(t, err)
	do(opened.Store)
	must(t, opened.Close())
}

func open(db string) (*app.App, error) {
	return app.Open(context.Background(), config.Data{DB: db, Timezone: "Asia/Ho_Chi_Minh"}, time.Now, slog.New(slog.DiscardHandler))
}
