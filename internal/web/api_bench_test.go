package web_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/web"

	"github.com/gofiber/fiber/v2"
)

// bareServer answers with the bytes and does nothing else.
func bareServer(b *testing.B, body []byte) string {
	b.Helper()
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
	app.Get("/api/v1/scores", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		return c.Send(body)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(b, err)
	go app.Listener(listener)
	b.Cleanup(func() { must(b, app.Shutdown()) })
	return listener.Addr().String()
}

// BenchmarkScores compares the scores of a sealed period with a handler that
// sends the same bytes: the ratio of the two must be at least one half.
func BenchmarkScores(b *testing.B) {
	c := newClient(b, func(o *web.Options) { o.Now = time.Now })
	c.give(40, "stp", "q1", calendar.Date(2026, 7, 6), 5)
	c.seal("2026-Q3")
	path := "/api/v1/scores?period=2026-Q3"
	body := []byte(c.read(path).body)
	b.Run("bare", func(b *testing.B) { hammer(b, bareServer(b, body), path, c.all, len(body)) })
	b.Run("served", func(b *testing.B) { hammer(b, hostOf(c.listen()), path, c.all, len(body)) })
}

func hostOf(url string) string { return url[len("http://"):] }

// hammer sends one request after another on a connection of each goroutine.
func hammer(b *testing.B, address, path, secret string, size int) {
	request := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", path, secret)
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", address)
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		in := bufio.NewReader(conn)
		for p.Next() {
			if _, err := conn.Write(request); err != nil {
				b.Error(err)
				return
			}
			if err := skipReply(in, size); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func skipReply(in *bufio.Reader, size int) error {
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			_, err := in.Discard(size)
			return err
		}
	}
}
