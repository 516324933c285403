package app

import (
	"context"
	"errors"
	"time"

	"hailong/internal/audit"
	"hailong/internal/ledger"
	"hailong/internal/store"
)

// keepEvery is how soon after a day's end what is over is looked for. Mostly
// there is nothing, and looking costs next to nothing.
const keepEvery = time.Hour

// keep removes what has been kept long enough, again and again. A removal that
// somebody's work is in the way of is tried at the next time.
func (a *App) keep(ctx context.Context, months int) {
	a.every(ctx, keepEvery, "retention", func(ctx context.Context) error {
		report, err := a.Keeper.Run(ctx, months, audit.Service)
		switch {
		case errors.Is(err, ledger.ErrMarked), errors.Is(err, ledger.ErrNotSealed), errors.Is(err, store.ErrConflict):
			a.log.Warn("retention is put off", "through", report.Through.String(), "reason", err)
			return nil
		case err != nil:
			return err
		case report.Due || report.Tickets > 0:
			a.log.Info("retention", "through", report.Through.String(), "responses", report.Responses, "decisions", report.Decisions,
				"comments", report.Comments, "tickets", report.Tickets)
		}
		return nil
	})
}
