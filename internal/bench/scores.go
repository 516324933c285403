package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"

	"hailong/internal/app"
	"hailong/internal/auth"
	"hailong/internal/config"
	"hailong/internal/period"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

const (
	sealedPeriod = "2025-Q3"
	scoresPath   = "/api/v1/scores"
)

// scores measures GET /api/v1/scores for a sealed quarter beside a handler
// that sends the same bytes.
func (r *run) scores(ctx context.Context, a *app.App) (err error) {
	secret, err := sealQuarter(ctx, a)
	if err != nil {
		return err
	}
	address, stop, err := serveApp(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	asked := clerk{url: "http://" + address + scoresPath + "?period=" + sealedPeriod, authorization: "Bearer " + secret}
	body, err := asked.once(ctx, address)
	if err != nil {
		return err
	}
	bare, stopBare, err := serveBare(fiber.MethodGet, scoresPath, func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		return c.Send(body)
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopBare()) }()
	row := Row{
		Part: Annual, What: fmt.Sprintf("GET %s, sealed, %d bytes", scoresPath, len(body)), Against: "bare Fiber, same bytes",
		Unit: PerSecond, Wanted: Wanted{AtLeast: 0.5},
	}
	return r.takeTurns(ctx, row, r.load(address, asked.many()), r.load(bare, asked.many()))
}

// sealQuarter closes and seals, and makes a key that may read scores.
func sealQuarter(ctx context.Context, a *app.App) (secret string, err error) {
	who := period.Actor{By: "bench"}
	if _, err := a.Periods.Close(ctx, sealedPeriod, who); err != nil {
		return "", err
	}
	if _, err := a.Periods.Seal(ctx, sealedPeriod, who); err != nil {
		return "", err
	}
	return a.Keys.Add(ctx, "bench", []auth.Scope{auth.ReadScores}, "")
}

// serveApp serves an opened app on a free port.
func serveApp(ctx context.Context, a *app.App) (address string, stop func() error, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	address = listener.Addr().String()
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx, app.Service{HTTP: config.HTTP{Listen: address}, Listener: listener}) }()
	return address, func() error { cancel(); return <-ended }, nil
}

// clerk asks for scores as the rating office's program does.
type clerk struct{ url, authorization string }

func (c clerk) many() []client {
	clients := make([]client, connections)
	for i := range clients {
		clients[i] = c
	}
	return clients
}

func (c clerk) prepare(request *fasthttp.Request) {
	if len(request.Header.Host()) == 0 {
		request.SetRequestURI(c.url)
		request.Header.Set(fiber.HeaderAuthorization, c.authorization)
	}
}

func (clerk) judge(response *fasthttp.Response) error {
	if response.StatusCode() != fiber.StatusOK {
		return fmt.Errorf("the scores answer %d: %s", response.StatusCode(), response.Body())
	}
	return nil
}

// once returns the body of one reply.
func (c clerk) once(ctx context.Context, address string) ([]byte, error) {
	caller, err := dial(ctx, address, c)
	if err != nil {
		return nil, err
	}
	defer caller.conn.Close()
	if err := caller.call(); err != nil {
		return nil, err
	}
	return bytes.Clone(caller.response.Body()), nil
}
