package bench

import (
	"context"
	"errors"

	"hailong/internal/app"
	"hailong/internal/calendar"
	"hailong/internal/config"
	"hailong/internal/response"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

// submit measures POST /q/{link} on each engine.
func (r *run) submit(ctx context.Context) error {
	if err := r.submitSQLite(ctx); err != nil {
		return err
	}
	if err := r.submitUnjudged(ctx); err != nil {
		return err
	}
	if r.MongoDB == "" {
		return nil
	}
	return r.submitMongoDB(ctx)
}

// submitSQLite measures durable submissions beside a handler that answers the
// same and stores nothing.
func (r *run) submitSQLite(ctx context.Context) error {
	row := Row{Part: Submit, What: "POST /q/{link}, SQLite", Against: "bare Fiber, nothing stored", Unit: PerSecond, Wanted: Wanted{AtLeast: 0.35}}
	return r.submitTo(ctx, r.settings("submit.db"), "SQLite", func(s *service, own contender) (err error) {
		thanks := s.path() + "/thanks"
		address, stop, err := serveBare(fiber.MethodPost, "/q/:link", func(c *fiber.Ctx) error { return c.Redirect(thanks, fiber.StatusSeeOther) })
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
		return r.takeTurns(ctx, row, own, r.load(address, clients(writersTo(s))))
	})
}

// submitUnjudged measures what the checks of package quality cost: submissions
// that are judged beside some that are not, each into a store of its own.
func (r *run) submitUnjudged(ctx context.Context) error {
	row := Row{Part: Submit, What: "POST /q/{link}, SQLite, judged", Against: "the same, not judged", Unit: PerSecond, Wanted: Wanted{AtLeast: 0.85}}
	plain, err := r.serveAs(ctx, r.settings("unjudged.db"), app.Service{Unjudged: true})
	if err != nil {
		return err
	}
	err = r.submitTo(ctx, r.settings("judged.db"), "SQLite", func(_ *service, own contender) error {
		return r.takeTurns(ctx, row, own, r.load(plain.address, clients(writersTo(plain))))
	})
	return errors.Join(err, plain.stop(), plain.app.Close())
}

// submitTo serves an empty store, lets measure use a contender that submits to
// it, and then counts what the store has, opened anew.
func (r *run) submitTo(ctx context.Context, data config.Data, engine string, measure func(*service, contender) error) error {
	s, err := r.serve(ctx, data)
	if err != nil {
		return err
	}
	writers := writersTo(s)
	err = measure(s, r.load(s.address, clients(writers)))
	if err := errors.Join(err, s.stop(), s.app.Close()); err != nil {
		return err
	}
	return r.count(ctx, data, engine, writers)
}

// count looks for every acknowledged submission in the store.
func (r *run) count(ctx context.Context, data config.Data, engine string, writers []*writer) (err error) {
	a, err := app.Open(ctx, data, r.Now, silent)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	times := map[response.ID]int{}
	count := Count{Engine: engine}
	today := a.Ledger.Today()
	days := calendar.Range{From: today - 1, To: today} // it may have begun before midnight
	err = a.Store.Scan(ctx, store.Scan{Range: days}, func(found *response.Response) error {
		times[found.ID]++
		count.Stored++
		return nil
	})
	for _, w := range writers {
		w.compare(times, &count)
	}
	r.result.Counts = append(r.result.Counts, count)
	return err
}
