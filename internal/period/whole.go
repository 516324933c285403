package period

import (
	"context"

	"hailong/internal/calendar"
	"hailong/internal/tally"
	"hailong/internal/veil"
)

// Wholes returns what is known exactly of an agency in the sealed periods that
// have a day in common with the days, and in those that have one in common with
// these: the sums that the default method makes its figure of. They come as
// Periods does. The errors are those of the store.
func (o *Office) Wholes(ctx context.Context, agency string, days calendar.Range) ([]veil.Whole, error) {
	all, err := o.Periods(ctx)
	if err != nil {
		return nil, err
	}
	var wholes []veil.Whole
	for _, p := range touching(all, days) {
		counts, err := o.sealedCounts(ctx, p.InForce().Sheet)
		if err != nil {
			return nil, err
		}
		method, err := counts.Method("")
		if err != nil {
			return nil, err
		}
		for i := range counts.Agencies {
			if one := &counts.Agencies[i]; one.Agency.Code == agency {
				used := veil.Whole{First: p.Range.From.Month(), Last: p.Range.To.Month(), Tally: one.Tally.Filter(func(k tally.Key) bool { return method.Uses(k.Form) })}
				wholes = append(wholes, used)
			}
		}
	}
	return wholes, nil
}

// touching returns the sealed periods that have a day in common with the days
// or with another of them.
func touching(periods []*Period, days calendar.Range) []*Period {
	for {
		var found []*Period
		wider := days
		for _, p := range periods {
			if p.InForce() != nil && p.Range.From <= days.To && days.From <= p.Range.To {
				found = append(found, p)
				wider = calendar.Range{From: min(wider.From, p.Range.From), To: max(wider.To, p.Range.To)}
			}
		}
		if wider == days {
			return found
		}
		days = wider
	}
}
