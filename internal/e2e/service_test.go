package e2e_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"hailong/internal/app"
	"hailong/internal/auth"
	"hailong/internal/calendar"
	policy "hailong/internal/comment"
	"hailong/internal/config"
	"hailong/internal/demo"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/surveys"
)

// agency is the one whose counters, figures and people the tests look at.
const agency = "stp"

// service is the whole program on a store of its own. Its clock stands still,
// so that no test runs over midnight.
type service struct {
	*app.App
	url   string // without a slash at the end
	today calendar.Day
	log   *journal
}

// journal keeps what the service wrote to its log.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// serve runs the sample Khối with so many made-up answers and one account of
// each of the roles. At the end of the test it stops the service, which must
// have logged no error.
func serve(t *testing.T, answers int, roles ...auth.Role) *service {
	t.Helper()
	data := config.Data{DB: "sqlite:" + filepath.Join(t.TempDir(), "e2e.db"), Timezone: "Asia/Ho_Chi_Minh"}
	instant := time.Now()
	s := &service{log: &journal{}}
	var err error
	errorsOnly := slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelError})
	s.App, err = app.Open(t.Context(), data, func() time.Time { return instant }, slog.New(errorsOnly))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	s.today = calendar.Of(instant, data.Location())
	s.fill(t, answers, roles)
	s.start(t)
	return s
}

func (s *service) fill(t *testing.T, answers int, roles []auth.Role) {
	t.Helper()
	register, err := surveys.FS.ReadFile("org/daknong.yaml")
	must(t, err)
	_, err = s.Register.Import(t.Context(), "daknong.yaml", register, func(id string) bool { return s.Forms.Current(id) != nil }, false)
	must(t, err)
	for _, role := range roles {
		user := userOf(t, role)
		must(t, s.Accounts.Add(t.Context(), user.Email, user.Role, user.Agency, user.Password))
	}
	year := demo.Options{Seed: 14, Responses: answers, Last: s.today - 1}
	all := slices.Collect(demo.Responses(s.Register.Current(), s.Forms, year))
	for batch := range slices.Chunk(all, 1000) {
		_, err := s.Store.Insert(t.Context(), batch)
		must(t, err)
	}
	must(t, s.Ledger.Seal(t.Context(), nil))
}

func (s *service) start(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s.url = "http://" + listener.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Serve(ctx, app.Service{HTTP: config.HTTP{PublicURL: s.url}, Comments: policy.AtOnce, Sample: true, Listener: listener})
	}()
	t.Cleanup(func() {
		stop()
		must(t, <-ended)
		if text := s.log.String(); text != "" {
			t.Errorf("the service logged errors:\n%s", text)
		}
	})
}

// counter returns the agency's first open counter with the form.
func (s *service) counter(t *testing.T, form string) *org.Counter {
	t.Helper()
	counters := s.Register.Current().Agency(agency).Counters
	i := slices.IndexFunc(counters, func(c org.Counter) bool { return c.Form == form })
	if i < 0 {
		t.Fatalf("%s has no counter with the form %s", agency, form)
	}
	return &counters[i]
}

// form returns the address behind a counter's code.
func (s *service) form(c *org.Counter) string { return s.url + "/q/" + c.Link }

// received returns what came in today at all counters. Made-up answers are of
// the days before.
func (s *service) received(t *testing.T) []response.Response {
	t.Helper()
	return s.scan(t, store.Scan{Range: calendar.Range{From: s.today, To: s.today}})
}

func (s *service) scan(t *testing.T, q store.Scan) []response.Response {
	t.Helper()
	var found []response.Response
	must(t, s.Store.Scan(t.Context(), q, func(r *response.Response) error {
		found = append(found, *r)
		return nil
	}))
	return found
}

// userOf returns the demo's account with the role, of the agency if the role
// has one.
func userOf(t *testing.T, role auth.Role) demo.User {
	t.Helper()
	users := demo.Users()
	i := slices.IndexFunc(users, func(u demo.User) bool { return u.Role == role && (u.Agency == "" || u.Agency == agency) })
	if i < 0 {
		t.Fatalf("the demo has no %s", role)
	}
	return users[i]
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
