package review

import (
	"context"
	"fmt"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/quality"
	"hailong/internal/response"
)

// Check is how one check did over some days. An answer that several checks
// found counts with each of them.
type Check struct {
	Reason   quality.Reason
	Flagged  int // noted, and counted all the same
	Held     int // held when they came in or later; they are made up of the next three
	Waiting  int
	Released int // a person found that they are good
	Excluded int
}

// Decided returns how many of the held ones a person has decided about.
func (c Check) Decided() int { return c.Released + c.Excluded }

// Overturned returns the share of those that was released, 0 to 1; 0 when
// nothing is decided. A check with a high share is a bad one.
func (c Check) Overturned() float64 { return float64(c.Released) / float64(max(1, c.Decided())) }

// Checks counts what each check found over a range of days and what became of
// it, in the order of quality.Checks. It reads every answer that was noted.
func (b *Book) Checks(ctx context.Context, r calendar.Range) ([]Check, error) {
	order := quality.Checks()
	checks := make([]Check, len(order))
	for i, reason := range order {
		checks[i].Reason = reason
	}
	for _, month := range r.Months() {
		entries, _, err := b.entries(ctx, "", month.Range().Intersect(r), false, 0)
		if err != nil {
			return nil, fmt.Errorf("count checks from %s to %s: %w", r.From, r.To, err)
		}
		for i := range entries {
			for _, reason := range slices.Compact(slices.Sorted(slices.Values(entries[i].reasons()))) {
				if k := slices.Index(order, quality.Reason(reason)); k >= 0 {
					checks[k].count(&entries[i])
				}
			}
		}
	}
	return checks, nil
}

func (c *Check) count(e *entry) {
	if e.decision == nil && !e.response.Verdict.Held {
		c.Flagged++
		return
	}
	c.Held++
	switch e.state() {
	case response.Held:
		c.Waiting++
	case response.Excluded:
		c.Excluded++
	default:
		c.Released++
	}
}
