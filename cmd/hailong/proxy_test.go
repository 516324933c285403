package main_test

import (
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// proxy stands between the server and its database, where a network would be.
type proxy struct {
	t        *testing.T
	listener net.Listener
	target   string

	mu      sync.Mutex
	passing *sync.Cond // on mu: silent has become false
	refused bool       // connections are cut and new ones too
	silent  bool       // connections stay, but nothing passes
	open    map[net.Conn]bool
}

// newProxy returns a proxy before the database and the URI that leads through
// it.
func newProxy(t *testing.T, db string) (*proxy, string) {
	t.Helper()
	uri, err := url.Parse(db)
	must(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	target, _, _ := strings.Cut(uri.Host, ",")
	p := &proxy{t: t, listener: listener, target: target, open: map[net.Conn]bool{}}
	p.passing = sync.NewCond(&p.mu)
	go p.accept()
	t.Cleanup(func() {
		_ = listener.Close()
		p.set(true, false)
	})
	query := uri.Query()
	query.Set("directConnection", "true") // or a replica set would name its own hosts
	uri.Host, uri.RawQuery = listener.Addr().String(), query.Encode()
	return p, uri.String()
}

func (p *proxy) refuse()  { p.set(true, false) }
func (p *proxy) silence() { p.set(false, true) }
func (p *proxy) restore() { p.set(false, false) }

func (p *proxy) set(refused, silent bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused, p.silent = refused, silent
	if refused {
		for conn := range p.open {
			_ = conn.Close()
		}
	}
	p.passing.Broadcast()
}

func (p *proxy) accept() {
	for {
		from, err := p.listener.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = from.Close()
			continue
		}
		if p.keep(from, to) {
			go p.carry(from, to)
			go p.carry(to, from)
		}
	}
}

func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		if p.refused {
			_ = conn.Close()
			continue
		}
		p.open[conn] = true
	}
	return !p.refused
}

// carry passes bytes on. What arrives in a silence is passed on after it, as a
// network may do.
func (p *proxy) carry(from, to net.Conn) {
	defer p.drop(from, to)
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		p.mu.Lock()
		for p.silent {
			p.passing.Wait()
		}
		p.mu.Unlock()
		if _, failed := to.Write(buffer[:n]); failed != nil || err != nil {
			return
		}
	}
}

func (p *proxy) drop(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		_ = conn.Close()
		delete(p.open, conn)
	}
}
