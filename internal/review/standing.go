package review

import (
	"context"
	"fmt"

	"hailong/internal/calendar"
	"hailong/internal/response"
)

// Standings returns what became of each response of a range of days, of one
// agency or ("") of all, as it is at the moment of the call.
func (b *Book) Standings(ctx context.Context, agency string, r calendar.Range) (func(*response.Response) response.State, error) {
	decisions, err := b.Ledger.Decisions(ctx, agency, r)
	if err != nil {
		return nil, fmt.Errorf("standings of answers: %w", err)
	}
	decided := make(map[response.ID]*response.Decision, len(decisions))
	for i := range decisions {
		decided[decisions[i].ID] = &decisions[i]
	}
	return func(r *response.Response) response.State { return r.Standing(decided[r.ID]) }, nil
}
