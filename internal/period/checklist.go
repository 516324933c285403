package period

import (
	"context"
	"fmt"
	"slices"

	"hailong/internal/org"
	"hailong/internal/rating"
)

// Checklist is what the office looks at before it closes a period. Nothing in
// it stops the closing: a gap that nobody can fill any more is closed with its
// reason.
type Checklist struct {
	Ended     bool         // every day of the period is over and settled
	Held      int64        // answers nobody has decided about
	Unserved  []org.Agency // with procedures, but without a count of dossiers
	Silent    []Silent     // counters that were open and got no answer
	TooFew    []org.Agency // with fewer answers than the default method needs
	Overlaps  []*Period    // other closed periods that share days with this one
	Responses int64        // received
}

// Silent is a counter without a single answer.
type Silent struct {
	Agency  *org.Agency
	Counter *org.Counter
}

// Checklist looks over a period.
func (o *Office) Checklist(ctx context.Context, p *Period) (*Checklist, error) {
	counts, err := o.Counts(ctx, p)
	if err != nil {
		return nil, err
	}
	through, err := o.Ledger.SealedThrough(ctx)
	if err != nil {
		return nil, err
	}
	list := &Checklist{Ended: p.Range.To < o.Ledger.Today() && p.Range.To <= through}
	for i := range counts.Agencies {
		list.look(&counts.Agencies[i], p)
	}
	if list.TooFew, err = tooFew(counts, p); err != nil {
		return nil, err
	}
	periods, err := o.Periods(ctx)
	if err != nil {
		return nil, fmt.Errorf("checklist of %s: %w", p.ID, err)
	}
	list.Overlaps = slices.DeleteFunc(periods, func(other *Period) bool {
		return other.ID == p.ID || other.Range.Intersect(p.Range).Empty()
	})
	return list, nil
}

func (l *Checklist) look(c *rating.Counts, p *Period) {
	answered := map[string]bool{}
	for key, counts := range c.Tally {
		l.Held += counts.Held
		l.Responses += counts.N + counts.Held + counts.Excluded
		answered[key.Counter] = true
	}
	if !c.Agency.Procedures() || !c.Agency.ExistsIn(p.Range) {
		return
	}
	if len(c.Served) == 0 {
		l.Unserved = append(l.Unserved, *c.Agency)
	}
	for i := range c.Agency.Counters {
		counter := &c.Agency.Counters[i]
		if !answered[counter.Code] && counter.ExistsIn(p.Range) {
			l.Silent = append(l.Silent, Silent{Agency: c.Agency, Counter: counter})
		}
	}
}

func tooFew(counts *Counts, p *Period) ([]org.Agency, error) {
	method, err := counts.Method("")
	if err != nil {
		return nil, err
	}
	var few []org.Agency
	for _, score := range counts.Scores(method, rating.ByAgency, p.Period) {
		switch score.Status {
		case rating.Insufficient, rating.Suppressed, rating.NoData:
			i := slices.IndexFunc(counts.Agencies, func(c rating.Counts) bool { return c.Agency.Code == score.Agency })
			few = append(few, *counts.Agencies[i].Agency)
		}
	}
	return few, nil
}
