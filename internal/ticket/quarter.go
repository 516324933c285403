package ticket

import (
	"context"
	"encoding/json"
	"fmt"

	"hailong/internal/store"
)

// RemoveUsed removes every ticket that was used, and returns how many. Who
// shows one of them again is told that there is no such ticket.
func (b *Book) RemoveUsed(ctx context.Context) (int, error) {
	removed := 0
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
			err = b.db.RemoveRecords(ctx, kind, keysOf(used))
		}
		if err != nil {
			return removed, fmt.Errorf("remove used tickets: %w", withoutKeys(err, found...))
		}
		removed += len(used)
		if len(found) < removeAtOnce {
			return removed, nil
		}
		span.From = found[len(found)-1].Key + "\x00"
	}
}
