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
// found counts with each of them. Which of several has held it is not stored:
// it is held by each that may have, and flagged by those that never hold.
type Check struct {
	Reason   quality.Reason
	Flagged  int // noted; the answer counts, or something else holds it
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
			for k, reason := range order {
				checks[k].count(&entries[i], string(reason))
			}
		}
	}
	return checks, nil
}

func (c *Check) count(e *entry, reason string) {
	switch {
	case !e.heldBy(reason):
		if slices.Contains(e.response.Verdict.Reasons, reason) {
			c.Flagged++
		}
		return
	case e.state() == response.Held:
		c.Waiting++
	case e.state() == response.Excluded:
		c.Excluded++
	default:
		c.Released++
	}
	c.Held++
}

// heldBy says whether the check may have held the answer: because of later ones
// for certain; when it came in, if it is not one that only notes. Where only all
// notes together held it, they did and none of them.
func (e *entry) heldBy(reason string) bool {
	if e.decision != nil && slices.ContainsFunc(e.decision.Steps, func(s response.Step) bool { return s.Act == response.Hold && s.Reason == reason }) {
		return true
	}
	verdict := &e.response.Verdict
	if !verdict.Held || !slices.Contains(verdict.Reasons, reason) || quality.OnlyNotes(quality.Reason(reason)) {
		return false
	}
	return reason == string(quality.SeveralFlags) || !slices.Contains(verdict.Reasons, string(quality.SeveralFlags))
}
