package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"regexp"
	"time"

	"hailong/internal/app"
	"hailong/internal/config"
	"hailong/internal/org"
	"hailong/surveys"

	"github.com/gofiber/fiber/v2"
)

const (
	sampleRegister = "org/daknong.yaml"
	timezone       = "Asia/Ho_Chi_Minh"
)

// silent is the log of what is measured.
var silent = slog.New(slog.DiscardHandler)

// settings are those of an empty store in a file of the run's folder.
func (r *run) settings(file string) config.Data {
	return config.Data{DB: "sqlite:" + filepath.Join(r.Folder, file), Timezone: timezone}
}

// openingHours are those of a counter in the sample register.
var openingHours = regexp.MustCompile(`hours: "[^"]*"`)

// alwaysOpen has every counter of a register take answers at any time. Outside
// its hours every answer is held, which is no usual day and costs more to store:
// what is measured must not depend on when it is.
func alwaysOpen(register []byte) []byte {
	return openingHours.ReplaceAll(register, []byte(`hours: "Mon-Sun 00:00-23:59"`))
}

// open opens an empty store and imports the sample register.
func open(ctx context.Context, data config.Data, now func() time.Time) (*app.App, error) {
	a, err := app.Open(ctx, data, now, silent)
	if err != nil {
		return nil, err
	}
	register, err := surveys.FS.ReadFile(sampleRegister)
	if err == nil {
		_, err = a.Register.Import(ctx, sampleRegister, alwaysOpen(register), func(id string) bool { return a.Forms.Current(id) != nil }, false)
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// service is the program as it is served, on an empty store.
type service struct {
	app     *app.App
	place   org.Place // of the counter that is called
	address string
	cancel  context.CancelFunc
	ended   chan error
}

// serve opens a store and serves it on a free port, without a limit for each
// client, as they all come from one address here.
func (r *run) serve(ctx context.Context, data config.Data) (*service, error) {
	return r.serveAs(ctx, data, app.Service{})
}

// serveAs does that with settings of the service.
func (r *run) serveAs(ctx context.Context, data config.Data, as app.Service) (*service, error) {
	a, err := open(ctx, data, r.Now)
	if err != nil {
		return nil, err
	}
	place, err := openCounter(a)
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	address := listener.Addr().String()
	ctx, cancel := context.WithCancel(ctx)
	s := &service{app: a, place: place, address: address, cancel: cancel, ended: make(chan error, 1)}
	as.HTTP, as.Listener = config.HTTP{Listen: address}, listener
	go func() { s.ended <- a.Serve(ctx, as) }()
	return s, nil
}

// stop lets the requests under way finish. The store stays open.
func (s *service) stop() error {
	s.cancel()
	return <-s.ended
}

// path is where the counter's form is.
func (s *service) path() string { return "/q/" + s.place.Counter.Link }

// askedForm is the form that is measured: the short one of most counters.
const askedForm = "mot-cua"

// openCounter finds a counter that takes answers to the form today.
func openCounter(a *app.App) (org.Place, error) {
	agencies := a.Register.Current().Agencies()
	for i := range agencies {
		for _, place := range agencies[i].Places() {
			if place.Counter.Form == askedForm && len(place.Agency.Services) > 1 && place.OpenOn(a.Ledger.Today()) {
				return place, nil
			}
		}
	}
	return org.Place{}, fmt.Errorf("no counter of %s asks %s today", sampleRegister, askedForm)
}

// serveBare serves one route with Fiber and nothing else.
func serveBare(method, path string, handle fiber.Handler) (address string, stop func() error, err error) {
	server := fiber.New(fiber.Config{DisableStartupMessage: true})
	server.Add(method, path, handle)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Listener(listener) }()
	return listener.Addr().String(), func() error {
		return errors.Join(server.Shutdown(), <-ended)
	}, nil
}
