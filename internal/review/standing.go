package review

import (
	"context"
	"fmt"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/tally"
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

// Received is what came in and what became of it.
type Received struct{ Counted, Held, Excluded int64 }

// All returns the sum of the three: nothing that came in is anywhere else.
func (r Received) All() int64 { return r.Counted + r.Held + r.Excluded }

// Received counts by agency what came in over a range of days on the forms that
// the method uses. Its cost is that of ledger.Read.
func (b *Book) Received(ctx context.Context, agencies []string, method *tally.Method, r calendar.Range) (map[string]Received, error) {
	read, err := b.Ledger.Read(ctx, agencies, r)
	if err != nil {
		return nil, fmt.Errorf("count what came in: %w", err)
	}
	all := make(map[string]Received, len(agencies))
	for _, agency := range agencies {
		var sum Received
		for key, counts := range read[agency].Total() {
			if method.Uses(key.Form) {
				sum.Counted, sum.Held, sum.Excluded = sum.Counted+counts.N, sum.Held+counts.Held, sum.Excluded+counts.Excluded
			}
		}
		all[agency] = sum
	}
	return all, nil
}
