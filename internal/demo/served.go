package demo

import (
	"math"
	"math/rand/v2"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/survey"
)

// unreported is the agency that never tells how many dossiers it returned.
const unreported = "svhttdl"

// Served returns how many dossiers each agency returned on each day of the
// year of answers that Responses makes of the same arguments: never fewer than
// it has answers that day, and over the year so many that between 5 and 40 % of
// those who came answered. Rows are ordered by day, then as in the register;
// counters and services are not told apart. Days without a dossier have no row,
// and one agency of the sample register has not reported at all. Equal arguments
// give equal rows.
func Served(register *org.Register, forms *survey.Forms, o Options) []rating.Served {
	p := newPlan(register, forms, o)
	var rows []rating.Served
	for day := p.days.From; day <= p.days.To; day++ {
		rows = append(rows, p.served(o.Seed, day)...)
	}
	return rows
}

// served adds up the counters of each agency on one day.
func (p *plan) served(seed uint64, day calendar.Day) []rating.Served {
	rng := rand.New(rand.NewPCG(seed, Hash("served", day.String())))
	var rows []rating.Served
	for _, c := range p.counters {
		agency := c.place.Agency.Code
		if agency == unreported {
			continue
		}
		count := int64(c.answers[day-p.days.From]) + c.unanswered(rng, int(day-p.year.From))
		switch last := len(rows) - 1; {
		case count == 0:
		case last >= 0 && rows[last].Agency == agency:
			rows[last].Count += count
		default:
			rows = append(rows, rating.Served{Agency: agency, Day: day, Count: count})
		}
	}
	return rows
}

// unanswered is how many dossiers were returned to people who did not answer.
// It follows how busy the day was, not how many happened to answer.
func (c *counter) unanswered(rng *rand.Rand, dayOfYear int) int64 {
	spread := math.Exp(0.1 * rng.NormFloat64())
	open := sum(c.traffic)
	if open == 0 || c.traffic[dayOfYear] == 0 {
		return 0
	}
	expected := float64(c.total) * c.traffic[dayOfYear] / open
	return int64(math.Round(expected * (1/responseRate(c.place.Agency.Code) - 1) * spread))
}

// responseRate is the share of those served who answer, by agency.
func responseRate(agency string) float64 {
	const least, most = 0.07, 0.36
	rng := rand.New(rand.NewPCG(Hash("response rate", agency), 0))
	return least + (most-least)*rng.Float64()
}
