package report

import (
	"context"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/tally"
)

// Received is what came in and what became of it.
type Received struct {
	Counted, Held, Excluded int64
	// About says that Held and Excluded are not exact but multiples of the
	// fewest answers that are shown, as veil.Aside tells them; 0 is few or none.
	About bool

	few int64
}

// All returns the sum of the three: nothing that came in is anywhere else. Where
// two of them are not exact it is a multiple as they are.
func (r Received) All() int64 {
	all := r.Counted + r.Held + r.Excluded
	if r.About {
		all -= all % r.few
	}
	return all
}

// Aside says whether there is anything to be told besides what counts.
func (r Received) Aside() bool { return r.Held > 0 || r.Excluded > 0 }

// receivedOf counts exactly what came in on the forms that the method uses.
func receivedOf(t tally.Tally, method *tally.Method) Received {
	var sum Received
	for key, counts := range t {
		if method.Uses(key.Form) {
			sum.Counted, sum.Held, sum.Excluded = sum.Counted+counts.N, sum.Held+counts.Held, sum.Excluded+counts.Excluded
		}
	}
	return sum
}

// VeiledReceived says about what came in, for the agency itself, on forms of
// every method: so much counts, as its veiled dashboard of the same days says,
// and the rest in large steps. It is for the agency as a whole: a counter with
// held answers would be a person.
func (r *Reader) VeiledReceived(ctx context.Context, agency *org.Agency, counted int64, days calendar.Range) (Received, error) {
	exact, err := r.exactMonths(ctx, agency.Code)
	if err != nil {
		return Received{}, err
	}
	aside, err := r.veil.Aside(ctx, agency.Code, exact)
	if err != nil {
		return Received{}, err
	}
	sum := Received{Counted: counted, About: true, few: r.few}
	for _, m := range WholeMonths(days).Months() {
		sum.Held, sum.Excluded = sum.Held+aside[m].Held, sum.Excluded+aside[m].Excluded
	}
	return sum, nil
}
