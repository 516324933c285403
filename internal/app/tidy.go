package app

import (
	"context"
	"fmt"
	"time"
)

// tidyEvery is how long the store may show in its bytes in which order answers
// came.
const tidyEvery = 15 * time.Minute

// tidy wipes that order out, of today and of what came in before midnight.
func (a *App) tidy(ctx context.Context) error {
	today := a.Ledger.Today()
	for day := today - 1; day <= today; day++ {
		if err := a.Store.Tidy(ctx, day); err != nil {
			return fmt.Errorf("tidy %s: %w", day, err)
		}
	}
	return nil
}
