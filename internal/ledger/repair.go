package ledger

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"hailong/internal/store"
)

// abandoned is the age from which a mark's writer is taken for dead. A writer
// gives up on a batch long before, see batchTime.
const abandoned = 10 * time.Minute

// Repair settles the marks of writers that died. It returns how many.
func (l *Ledger) Repair(ctx context.Context) (int, error) {
	marks, err := l.store.Marks(ctx)
	if err != nil {
		return 0, fmt.Errorf("repair: %w", err)
	}
	left := slices.DeleteFunc(marks, func(m store.Mark) bool { return l.now().Sub(madeAt(m)) < abandoned })
	if len(left) == 0 {
		return 0, nil
	}
	if err := l.settle(ctx, left); err != nil {
		return 0, fmt.Errorf("repair %d marked days: %w", len(left), err)
	}
	return len(left), nil
}

// madeAt reads the instant from a mark's token.
func madeAt(m store.Mark) time.Time {
	millis, _, _ := strings.Cut(m.Token, "-")
	n, err := strconv.ParseInt(millis, 10, 64)
	if err != nil {
		return time.Time{} // not one of ours: long abandoned
	}
	return time.UnixMilli(n)
}
