package report

import (
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/rating"
	"hailong/internal/tally"
)

// Step holds one month of a dashboard against an earlier one. Both are months
// that the dashboard shows, and nothing in it is a figure of its own.
type Step struct {
	Now, Before Month
	Change      rating.Difference
}

// Latest returns the last month that was over before today and has answers
// enough to compare; nil if there is none.
func (d *Dashboard) Latest(today calendar.Day) *Month {
	for _, m := range slices.Backward(d.Months) {
		if m.Month.Last() < today && m.Figure.Status == tally.OK {
			return &m
		}
	}
	return nil
}

// StepTo returns the step to the month from the one before it, or else from the
// same month a year before; nil where neither has answers enough to compare.
func (d *Dashboard) StepTo(m calendar.Month) *Step {
	if step := d.step(m, m-1); step != nil {
		return step
	}
	return d.step(m, m-12)
}

// Turn returns the last step from one month to the next before the given one in
// which the index moved further than the intervals reach; nil if there is none.
func (d *Dashboard) Turn(before calendar.Month) *Step {
	for _, m := range slices.Backward(d.Months) {
		if m.Month >= before {
			continue
		}
		if step := d.step(m.Month, m.Month-1); step != nil && step.Change.Real {
			return step
		}
	}
	return nil
}

func (d *Dashboard) step(to, from calendar.Month) *Step {
	var step Step
	for _, m := range d.Months {
		switch {
		case m.Figure.Status != tally.OK:
		case m.Month == to:
			step.Now = m
		case m.Month == from:
			step.Before = m
		}
	}
	change := rating.FigureChange(step.Now.Figure, step.Before.Figure)
	if change == nil {
		return nil
	}
	step.Change = *change
	return &step
}
