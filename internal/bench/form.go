package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// form measures GET /q/{link} beside a handler that sends the same bytes.
func (r *run) form(ctx context.Context) (err error) {
	s, err := r.serve(ctx, r.settings("form.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop(), s.app.Close()) }()
	page, err := fetch(ctx, s)
	if err != nil {
		return err
	}
	address, stop, err := serveBare(fiber.MethodGet, "/q/:link", page.send)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	row := Row{Part: Form, What: "GET /q/{link}", Against: "bare Fiber, same bytes", Unit: PerSecond, Wanted: Wanted{AtLeast: 0.8}}
	return r.takeTurns(ctx, row, r.load(s.address, readers(s)), r.load(address, readers(s)))
}

// reader asks for the form as a phone's browser does.
type reader struct{ url string }

func readers(s *service) []client {
	clients := make([]client, connections)
	for i := range clients {
		clients[i] = reader{url: "http://" + s.address + s.path()}
	}
	return clients
}

func (c reader) prepare(request *fasthttp.Request) {
	if len(request.Header.Host()) == 0 {
		request.SetRequestURI(c.url)
		request.Header.Set(fiber.HeaderAcceptEncoding, "gzip, deflate, br")
	}
}

func (reader) judge(response *fasthttp.Response) error {
	if response.StatusCode() != fiber.StatusOK {
		return fmt.Errorf("the form answers %d", response.StatusCode())
	}
	return nil
}

// compressedPage is a form page as it was sent.
type compressedPage struct {
	encoding string
	body     []byte
}

// fetch reads the form once.
func fetch(ctx context.Context, s *service) (*compressedPage, error) {
	c, err := dial(ctx, s.address, readers(s)[0])
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	if err := c.call(); err != nil {
		return nil, err
	}
	return &compressedPage{
		encoding: string(c.response.Header.ContentEncoding()),
		body:     bytes.Clone(c.response.Body()),
	}, nil
}

// send is the bare handler: the page is ready, and nothing else is done.
func (p *compressedPage) send(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentEncoding, p.encoding)
	return c.Send(p.body)
}
