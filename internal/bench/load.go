package bench

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// connections is how many requests are under way at once.
const connections = 128

// ioTime is how long one connection may take for one slot beyond its length.
const ioTime = 30 * time.Second

// client is what one connection asks, again and again.
type client interface {
	// prepare makes the next request out of the one before.
	prepare(*fasthttp.Request)
	// judge looks at the reply; an error ends the run.
	judge(*fasthttp.Response) error
}

// caller sends one client's requests over one kept connection.
type caller struct {
	client   client
	conn     net.Conn
	reader   *bufio.Reader
	writer   *bufio.Writer
	request  fasthttp.Request
	response fasthttp.Response
	calls    int
}

func dial(ctx context.Context, address string, c client) (*caller, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &caller{client: c, conn: conn, reader: bufio.NewReaderSize(conn, 16<<10), writer: bufio.NewWriter(conn)}, nil
}

func (c *caller) call() error {
	c.client.prepare(&c.request)
	if err := c.request.Write(c.writer); err != nil {
		return err
	}
	if err := c.writer.Flush(); err != nil {
		return err
	}
	if err := c.response.Read(c.reader); err != nil {
		return err
	}
	c.calls++
	return c.client.judge(&c.response)
}

// callUntil calls until it is over or something goes wrong.
func (c *caller) callUntil(over *atomic.Bool) error {
	for !over.Load() {
		if err := c.call(); err != nil {
			return err
		}
	}
	return nil
}

// callers are all connections to one server.
type callers []*caller

func dialAll(ctx context.Context, address string, clients []client, limit time.Time) (all callers, err error) {
	for _, client := range clients {
		c, err := dial(ctx, address, client)
		if err != nil {
			all.close()
			return nil, fmt.Errorf("connect: %w", err)
		}
		all = append(all, c)
		if err := c.conn.SetDeadline(limit); err != nil {
			all.close()
			return nil, err
		}
	}
	return all, nil
}

func (all callers) close() {
	for _, c := range all {
		c.conn.Close()
	}
}

// call lets all connections call until the context ends and returns how many
// calls were answered.
func (all callers) call(ctx context.Context) (int, error) {
	var over atomic.Bool
	defer context.AfterFunc(ctx, func() { over.Store(true) })()
	faults := make([]error, len(all))
	var running sync.WaitGroup
	for i, c := range all {
		running.Go(func() {
			if faults[i] = c.callUntil(&over); faults[i] != nil {
				over.Store(true)
			}
		})
	}
	running.Wait()
	calls := 0
	for i, c := range all {
		if faults[i] != nil {
			return 0, faults[i]
		}
		calls += c.calls
	}
	return calls, nil
}

// load returns the contender that has the clients call the address. It reaches
// a rate of answered calls.
func (r *run) load(address string, clients []client) contender {
	return func(ctx context.Context, slot time.Duration) (float64, error) {
		all, err := dialAll(ctx, address, clients, r.Now().Add(slot+ioTime))
		if err != nil {
			return 0, err
		}
		defer all.close()
		working, cancel := context.WithTimeout(ctx, slot)
		defer cancel()
		start := r.Now()
		calls, err := all.call(working)
		if err == nil {
			err = ctx.Err()
		}
		return float64(calls) / r.Now().Sub(start).Seconds(), err
	}
}
