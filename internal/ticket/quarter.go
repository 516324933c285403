package ticket

import (
	"context"
	"encoding/json"
	"fmt"

	"hailong/internal/store"
)

// CountUsed returns how many tickets were used and are still kept.
func (b *Book) CountUsed(ctx context.Context) (int, error) {
	return b.eachUsed(ctx, func([]store.Record) error { return nil })
}

// RemoveUsed removes every ticket that was used, and returns how many. Who
// shows one of them again is told that there is no such ticket.
func (b *Book) RemoveUsed(ctx context.Context) (int, error) {
	return b.eachUsed(ctx, func(used []store.Record) error { return b.db.RemoveRecords(ctx, kind, keysOf(used)) })
}

// eachUsed visits the used tickets, some at a time, and counts them.
func (b *Book) eachUsed(ctx context.Context, visit func([]store.Record) error) (count int, err error) {
	for span := (store.Span{Kind: kind, Limit: removeAtOnce}); ; {
		found, err := b.db.Records(ctx, span)
		var used []store.Record
		for i := 0; err == nil && i < len(found); i++ {
			var kept data
			if err = json.Unmarshal(found[i].Data, &kept); kept.Claim != "" {
				used = append(used, found[i])
			}
		}
		if err == nil && len(used) > 0 {
			err = visit(used)
		}
		if err != nil {
			return count, fmt.Errorf("used tickets: %w", withoutKeys(err, found...))
		}
		count += len(used)
		if len(found) < removeAtOnce {
			return count, nil
		}
		span.From = found[len(found)-1].Key + "\x00"
	}
}
