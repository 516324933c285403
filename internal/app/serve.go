package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"hailong/internal/collect"
	"hailong/internal/comment"
	"hailong/internal/config"
	"hailong/internal/web"
)

const (
	refreshEvery  = 2 * time.Second // how soon a changed register is seen
	upkeepEvery   = time.Minute     // sealing, repairing, ending old sessions and tickets
	forgetEvery   = time.Hour       // what the checks knew of yesterday
	drainTime     = 500 * time.Millisecond
	shutdownTime  = 20 * time.Second // for requests under way
	metricsHeader = 5 * time.Second
)

// Service says how Serve presents the app.
type Service struct {
	HTTP      config.HTTP
	Comments  comment.Policy     // when agencies read them; "" is comment.AfterCheck
	Retention int                // months for which single answers are kept; 0: for ever
	Sample    bool               // the data is made up; every page says so
	Unjudged  bool               // no verdicts; to measure what they cost
	Started   func(net.Listener) // called once connections are taken; may be nil
	Listener  net.Listener       // used instead of HTTP.Listen; may be nil
}

// Serve answers requests until the context ends, then lets those under way
// finish. A taken port is an error, not a log line.
func (a *App) Serve(ctx context.Context, service Service) error {
	collector := a.Collector(!service.Unjudged)
	defer collector.Close()
	if err := a.closeDays(ctx, collector); err != nil {
		return err
	}
	if err := a.LearnHabits(ctx); err != nil {
		return err
	}
	proxies, err := service.HTTP.Proxies()
	if err != nil {
		return err
	}
	listener := service.Listener
	if listener == nil {
		if listener, err = net.Listen("tcp", service.HTTP.Listen); err != nil {
			return fmt.Errorf("%w; choose another address with --listen", err)
		}
	}
	defer listener.Close()
	server, err := web.New(web.Options{
		Store: a.Store, Collector: collector, Reader: a.Reader, Accounts: a.Accounts,
		Keys: a.Keys, Tickets: a.Tickets, Audit: a.Audit, Coverage: a.Coverage, Periods: a.Periods, Annual: a.Annual, Official: a.Official, Remarks: a.Remarks(service.Comments),
		Review: a.Review, Paper: a.Paper(),
		Forms: a.Forms, Methods: a.Methods, Register: a.Register.Current,
		PublicURL: service.HTTP.Public(), TrustedProxies: proxies, ClientRate: service.HTTP.ClientRate, Sample: service.Sample,
		RetentionMonths: service.Retention,
		Now:             a.now, Location: a.location, Log: a.log,
	})
	if err != nil {
		return err
	}
	return a.run(ctx, service, server, listener, collector)
}

// errClock says that the present day is closed already.
var errClock = errors.New("the clock stands on a day that is closed already: check the clock and --timezone; if a clock ran ahead once, hailong recount DAY opens the days from DAY on again")

// closeDays tells the collector which days are sealed, by whichever process.
func (a *App) closeDays(ctx context.Context, collector *collect.Collector) error {
	closed, sealed, err := a.Store.SealedThrough(ctx)
	if err != nil || !sealed {
		return err
	}
	collector.CloseThrough(closed)
	if today := a.Ledger.Today(); today <= closed {
		return fmt.Errorf("today is %s, days through %s are sealed: %w", today, closed, errClock)
	}
	return nil
}

// run starts everything and stops it in the opposite order.
func (a *App) run(ctx context.Context, service Service, server *web.Server, listener net.Listener, collector *collect.Collector) error {
	jobs, stopJobs := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { a.every(jobs, refreshEvery, "refresh register", a.Register.Refresh) })
	running.Go(func() {
		a.every(jobs, refreshEvery, "close days", func(ctx context.Context) error { return a.closeDays(ctx, collector) })
	})
	running.Go(func() { a.every(jobs, upkeepEvery, "upkeep", a.upkeep) })
	running.Go(func() { a.holder.Run(jobs) })
	running.Go(func() {
		a.every(jobs, forgetEvery, "forget", func(context.Context) error { a.judge.Forget(a.now()); return nil })
	})
	running.Go(func() { a.every(jobs, tidyEvery, "tidy", a.tidy) })
	running.Go(func() { a.keep(jobs, service.Retention) })
	defer running.Wait()
	defer stopJobs()

	stopMetrics, err := a.serveMetrics(service.HTTP.MetricsListen, server)
	if err != nil {
		return err
	}
	defer stopMetrics()

	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	a.log.Info("serving", "listen", listener.Addr().String(), "public_url", service.HTTP.Public())
	if service.Started != nil {
		service.Started(listener)
	}
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	server.Drain()
	time.Sleep(drainTime) // a balancer sees /readyz and sends no more
	shutdown, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	if err := server.Shutdown(shutdown); err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	if err := a.tidy(shutdown); err != nil {
		a.log.Error("tidy", "error", err) // the answers are safe
	}
	a.log.Info("stopped")
	return nil
}

func (a *App) serveMetrics(listen string, server *web.Server) (stop func(), err error) {
	if listen == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("%w; choose another address with --metrics-listen", err)
	}
	metrics := &http.Server{Handler: server.MetricsHandler(), ReadHeaderTimeout: metricsHeader}
	go func() {
		if err := metrics.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("metrics ended", "error", err)
		}
	}()
	return func() { metrics.Close() }, nil
}

// every does a job at once and then again and again. A failure is logged and
// the job tried again at its next time.
func (a *App) every(ctx context.Context, interval time.Duration, name string, job func(context.Context) error) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := job(ctx); err != nil && ctx.Err() == nil {
			a.log.Error(name, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// upkeep is what keeps the store in order by itself.
func (a *App) upkeep(ctx context.Context) error {
	repaired, err := a.Ledger.Repair(ctx)
	if repaired > 0 {
		a.log.Warn("finished the work of a writer that died", "days", repaired)
	}
	_, expired := a.Tickets.RemoveExpired(ctx)
	return errors.Join(err, a.Ledger.Seal(ctx, nil), a.LearnHabits(ctx), a.Store.RemoveSessionsBefore(ctx, a.now()), expired)
}
