package main_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what should take moments.
const patience = 30 * time.Second

// server is the real program, serving in a process of its own.
type server struct {
	t     *testing.T
	cmd   *exec.Cmd
	url   string
	log   *journal
	ended chan struct{}
}

// journal keeps what a process writes and notices where it listens.
type journal struct {
	mu      sync.Mutex
	text    bytes.Buffer
	address chan string
}

var listening = regexp.MustCompile(`msg=serving listen=(\S+)`)

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text.Write(p)
	if found := listening.FindSubmatch(p); found != nil {
		j.address <- string(found[1])
	}
	return len(p), nil
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// end is the last that was written.
func (j *journal) end() string {
	lines := strings.SplitAfter(j.String(), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "")
}

// start runs a program that serves and waits until it takes requests.
func start(cmd *exec.Cmd) (*server, error) {
	s := &server{cmd: cmd, log: &journal{address: make(chan string, 1)}, ended: make(chan struct{})}
	cmd.Stderr = s.log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = cmd.Wait() // how it ended is read from ProcessState
		close(s.ended)
	}()
	select {
	case address := <-s.log.address:
		s.url = "http://" + address
		return s, nil
	case <-s.ended:
	case <-time.After(patience):
		s.kill()
	}
	return nil, fmt.Errorf("%s does not serve:\n%s", cmd, s.log.end())
}

// serve starts the program on a free port.
func serve(t *testing.T, db string, flags ...string) *server {
	t.Helper()
	cmd := exec.Command(program(t), append([]string{"serve", "--listen=127.0.0.1:0", "--client-rate=0", "--db=" + db}, flags...)...)
	cmd.Env = environment()
	s, err := start(cmd)
	must(t, err)
	s.t = t
	t.Cleanup(s.cleanUp)
	return s
}

func (s *server) cleanUp() {
	s.kill()
	if s.t.Failed() {
		s.t.Logf("log of the server:\n%s", s.log.end())
	}
}

// kill is kill -9.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended already
	<-s.ended
}

// stop asks the program to end and returns its exit code, or -1 if it does not.
func (s *server) stop() int {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	select {
	case <-s.ended:
	case <-time.After(patience):
		return -1
	}
	return s.cmd.ProcessState.ExitCode()
}

// reply is an answer with its body read.
type reply struct {
	status int
	header http.Header
	body   string
}

// send makes one request. An error means that no whole reply came.
func send(client *http.Client, method, address, mediaType, body string) (reply, error) {
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if mediaType != "" {
		request.Header.Set("Content-Type", mediaType)
	}
	response, err := client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(content)}, err
}

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// newClient follows no redirects and keeps as many connections as it is used
// by goroutines.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       patience,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 100},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// get asks for a page as anybody.
func (s *server) get(path string) reply { return s.getAs(newClient(), path) }

func (s *server) getAs(client *http.Client, path string) reply {
	s.t.Helper()
	answer, err := send(client, http.MethodGet, s.url+path, "", "")
	must(s.t, err)
	return answer
}

// post sends one submission as JSON.
func (s *server) post(link, body string) reply {
	s.t.Helper()
	answer, err := send(newClient(), http.MethodPost, s.url+"/q/"+link, jsonType, body)
	must(s.t, err)
	return answer
}

const password = "mot-mat-khau-dai"

// addUser makes an account, password as above.
func addUser(t *testing.T, db, email, role, agency string) {
	t.Helper()
	args := []string{"user", "add", email, "--role=" + role, "--password-stdin", "--db=" + db}
	if agency != "" {
		args = append(args, "--agency="+agency)
	}
	succeed(t, password+"\n", args...)
}

// login returns a client that is logged in.
func (s *server) login(email string) *http.Client {
	s.t.Helper()
	client := newClient()
	jar, err := cookiejar.New(nil)
	must(s.t, err)
	client.Jar = jar
	answer, err := send(client, http.MethodPost, s.url+"/login", formType, url.Values{"email": {email}, "password": {password}}.Encode())
	must(s.t, err)
	if answer.status != http.StatusSeeOther {
		s.t.Fatalf("login of %s: %d\n%s", email, answer.status, answer.body)
	}
	return client
}

// eventually repeats a trial until it succeeds or the time is over.
func eventually(t *testing.T, within time.Duration, what string, trial func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for !trial() {
		if time.Since(began) > within {
			t.Fatalf("%s: not within %v", what, within)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return time.Since(began)
}
