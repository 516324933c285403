package ledger

import (
	"context"
	"fmt"

	"hailong/internal/calendar"
	"hailong/internal/tally"
)

// Count counts the responses of a range by agency without any kept sum. It is
// the slow way, for checking figures that were signed.
func (l *Ledger) Count(ctx context.Context, r calendar.Range) (map[string]tally.Tally, error) {
	tallies, err := l.fold(ctx, "", r)
	if err != nil {
		return nil, fmt.Errorf("count from %s to %s: %w", r.From, r.To, err)
	}
	return tallies, nil
}

// SealedThrough returns the last day whose kept sums serve; the day before
// there can be any when there is none.
func (l *Ledger) SealedThrough(ctx context.Context) (calendar.Day, error) {
	through, sealed, err := l.sealedThrough(ctx)
	if err != nil {
		return 0, fmt.Errorf("sealed through: %w", err)
	}
	if !sealed {
		return calendar.Date(1, 1, 1), nil
	}
	return through, nil
}
