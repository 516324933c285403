package app

import (
	"context"
	"fmt"

	"hailong/internal/calendar"
	"hailong/internal/org"
)

// habitDays is how far back it is looked for what counters are used to: far
// enough for some dozens of answers at a quiet one.
const habitDays = 4 * 7

// LearnHabits tells the checks how each counter was rated lately, so that a
// restart does not make them take every counter for a new one. It reads the
// kept sums of sealed days alone, once: at the start or, where there are none
// yet, as soon as there are, as after an import into a new store. The error says
// that the store cannot be read.
func (a *App) LearnHabits(ctx context.Context) error {
	if a.learned {
		return nil
	}
	through, err := a.Ledger.SealedThrough(ctx)
	if err != nil {
		return fmt.Errorf("learn habits: %w", err)
	}
	today := a.Ledger.Today()
	days := calendar.Range{From: today - habitDays, To: min(through, today-1)}
	agencies := org.Codes(a.Register.Current().Agencies())
	past, err := a.Ledger.Read(ctx, agencies, days)
	if err != nil {
		return fmt.Errorf("learn habits: %w", err)
	}
	for _, agency := range agencies {
		found := past[agency].Total()
		a.judge.Learn(agency, found, a.Forms)
		a.learned = a.learned || len(found) > 0
	}
	return nil
}
