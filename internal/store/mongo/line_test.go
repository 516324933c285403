package mongo_test

import (
	"net"
	"net/url"
	"sync"
	"testing"
)

// line is the network between a store and the engine. It can fail.
type line struct {
	listener net.Listener
	engine   string

	mu    sync.Mutex
	cut   bool // no connection stays open, none is made
	deaf  bool // what the engine answers is lost
	pairs []net.Conn
}

// newLine returns a line to the engine of the URI, and the URI that leads over
// the line.
func newLine(t *testing.T, uri string) (*line, string) {
	t.Helper()
	address, err := url.Parse(uri)
	if err != nil {
		t.Fatalf("HAILONG_TEST_MONGODB_URI: %v", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{listener: listener, engine: address.Host}
	t.Cleanup(func() {
		_ = listener.Close()
		l.set(true, false)
	})
	go l.serve()
	address.Host = listener.Addr().String()
	query := address.Query()
	query.Set("directConnection", "true") // a replica set would tell the way around the line
	address.RawQuery = query.Encode()
	return l, address.String()
}

// set makes the line fail or work.
func (l *line) set(cut, deaf bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut, l.deaf = cut, deaf
	if cut {
		for _, conn := range l.pairs {
			_ = conn.Close()
		}
		l.pairs = nil
	}
}

func (l *line) serve() {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		engine, err := net.Dial("tcp", l.engine)
		if err != nil || !l.keep(client, engine) {
			_ = client.Close()
			continue
		}
		go l.pass(engine, client, func() bool { return false })
		go l.pass(client, engine, l.isDeaf)
	}
}

func (l *line) keep(client, engine net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		_ = engine.Close()
		return false
	}
	l.pairs = append(l.pairs, client, engine)
	return true
}

func (l *line) isDeaf() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.deaf
}

// pass copies until one end closes, then closes the other.
func (l *line) pass(to, from net.Conn, lost func() bool) {
	defer to.Close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		if !lost() {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
