package e2e_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"hailong/internal/response"
)

// line is a phone's way to the service, which a test can spoil.
type line struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	state coverage
	open  map[net.Conn]bool
}

// coverage is how well a line carries.
type coverage int

const (
	good   coverage = iota
	none            // nothing gets through
	oneWay          // what is sent arrives, what is answered is lost
)

func newLine(t *testing.T, target string) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	l := &line{listener: listener, target: strings.TrimPrefix(target, "http://"), open: map[net.Conn]bool{}}
	var running sync.WaitGroup
	running.Go(func() { l.accept(&running) })
	t.Cleanup(func() {
		listener.Close()
		l.become(none)
		running.Wait()
	})
	return l
}

func (l *line) url() string { return "http://" + l.listener.Addr().String() }

// become changes the coverage and drops the connections there are.
func (l *line) become(c coverage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state = c
	for conn := range l.open {
		conn.Close()
	}
}

// accept carries connections until the listener is closed.
func (l *line) accept(running *sync.WaitGroup) {
	for {
		phone, err := l.listener.Accept()
		if err != nil {
			return
		}
		running.Go(func() { l.carry(phone) })
	}
}

// carry copies both ways until either side ends.
func (l *line) carry(phone net.Conn) {
	defer phone.Close()
	state := l.register(phone)
	defer l.forget(phone)
	if state == none {
		return
	}
	server, err := net.Dial("tcp", l.target)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		io.Copy(server, phone) // ends when either is closed
		server.Close()
	}()
	if state == oneWay {
		server.Read(make([]byte, 1)) // the answer comes, and is lost
		return
	}
	io.Copy(phone, server)
}

func (l *line) register(phone net.Conn) coverage {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[phone] = true
	return l.state
}

func (l *line) forget(phone net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, phone)
}

// testCrowd taps "send" where the service takes no more for the moment: the page
// says so, not that the network is weak, and sends by itself.
func testCrowd(t *testing.T, b *chromium) {
	s := serve(t, 0)
	c := s.counter(t, "mot-cua")
	p := b.visit(t, s.url, phone)
	p.open(s.form(c), http.StatusOK)
	p.tap(level("4"))
	value[bool](p, `(() => {
		const ask = window.fetch;
		window.fetch = () => {
			window.fetch = ask;
			return Promise.resolve(new Response("", {status: 429, headers: {"Retry-After": "1"}}));
		};
		return true;
	})()`)
	p.tap(send)
	p.await(`document.getElementById("status").innerText.startsWith("Nhiều người đang gửi cùng lúc")`)
	p.awaitThanks(c)
	s.expectReceived(t, s.answer(c, overall("4")))
}

// testPoorCoverage taps "send" where nothing gets through, then where the
// answer arrives but the phone does not learn of it, then where all is well:
// one answer is stored.
func testPoorCoverage(t *testing.T, b *chromium) {
	s := serve(t, 0)
	c := s.counter(t, "mot-cua")
	way := newLine(t, s.url)
	p := b.visit(t, way.url(), phone)
	p.open("/q/"+c.Link, http.StatusOK)
	p.tap(level("4"))
	p.tap(comment)
	p.write(opinion)
	way.become(none)
	p.tap(send)
	p.await(`document.getElementById("status").innerText.includes("máy đang tự gửi lại")`)
	p.await(`document.querySelector("#sheet button").disabled`)
	s.expectReceived(t)

	way.become(oneWay)
	want := s.answer(c, overall("4"), commented(opinion))
	var got []response.Response
	p.until("the answer arrives", func() bool {
		got = s.received(t)
		return len(got) > 0
	})
	way.become(good)
	p.awaitThanks(c)
	s.expectReceived(t, want)
	if again := s.received(t); again[0].ID != got[0].ID {
		t.Errorf("sending again changed the id from %v to %v", got[0].ID, again[0].ID)
	}
	p.seen.forgive("net::ERR_") // the browser's own word on the lost requests
}
