package demo

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/survey"
)

// plan says how many answers each counter gets on each day.
type plan struct {
	year     calendar.Range // what the profiles tell of
	days     calendar.Range // the part of it that is filled
	counters []*counter     // in the order of the register
}

// counter is a counter with its character and its answers.
type counter struct {
	place   org.Place
	profile profile
	paper   *paper
	share   float64 // of the answers of the agency
	bias    float64 // points of the index, beside the agency's
	kiosk   bool    // a tablet stands there

	services []*org.Service // empty: it is not asked
	upTo     []float64      // rising sums of the services' shares
	leniency []float64      // by service, added to the mood

	started  calendar.Day // first day of the year
	lostFrom calendar.Day // first day after the drop of the profile

	traffic  []float64 // by day of the year: its weight; 0: closed
	ordinary float64   // the sum of traffic, were it open all year
	total    int       // answers
	answers  []int     // by filled day
}

func newPlan(register *org.Register, forms *survey.Forms, o Options) *plan {
	p := &plan{year: calendar.Range{From: o.Last - yearDays + 1, To: o.Last}}
	p.days = p.year
	if o.Days > 0 {
		p.days.From = max(p.year.From, o.Last-calendar.Day(o.Days)+1)
	}
	papers := preparePapers(forms)
	for i := range register.Agencies() {
		p.addAgency(&register.Agencies()[i], papers, o.Seed)
	}
	p.openDays(o.Seed)
	p.shareOut(o.Responses)
	p.pickDays(rand.New(rand.NewPCG(o.Seed, Hash("days", o.Last.String()))))
	return p
}

// addAgency adds the counters of an agency. Those further down the register
// have fewer answers, long forms fewer too, and polls hardly any.
func (p *plan) addAgency(agency *org.Agency, papers map[string]*paper, seed uint64) {
	profile, first := profileOf(agency.Code), len(p.counters)
	var sum float64
	for i, place := range agency.Places() {
		paper := papers[place.Counter.Form]
		if paper == nil {
			continue
		}
		c := p.newCounter(place, profile, paper, seed)
		c.share = paper.appeal / math.Sqrt(float64(i+1))
		sum += c.share
		p.counters = append(p.counters, c)
	}
	for _, c := range p.counters[first:] {
		c.share /= sum
	}
	balance(p.counters[first:])
}

// balance moves the biases of an agency's counters so that together they meet
// the index of its profile.
func balance(counters []*counter) {
	var mean float64
	for _, c := range counters {
		mean += c.share * c.bias
	}
	for _, c := range counters {
		c.bias -= mean
	}
}

func (p *plan) newCounter(place org.Place, profile profile, paper *paper, seed uint64) *counter {
	rng := rand.New(rand.NewPCG(seed, Hash(place.Agency.Code, place.Counter.Code)))
	c := &counter{place: place, profile: profile, paper: paper, started: p.year.From}
	c.bias = max(-5, min(5, 2*rng.NormFloat64()))
	if profile.poor == place.Counter.Code {
		c.bias = -poorPoints
	}
	c.kiosk = profile.volume*rng.Float64() > 1500
	c.lostFrom = (p.year.To.Month() - dropMonths).First()
	if paper.asksOverall && len(place.Agency.Services) > 1 {
		c.addServices(rng)
	}
	return c
}

// addServices gives the services their shares at the counter, since counters
// specialise, and makes some dearer to people than others.
func (c *counter) addServices(rng *rand.Rand) {
	var sum, mean float64
	for i := range c.place.Agency.Services {
		service := &c.place.Agency.Services[i]
		share, leniency := c.profile.shareOf(service.Code, i)*math.Exp(0.35*rng.NormFloat64()), 0.15*rng.NormFloat64()
		sum, mean = sum+share, mean+share*leniency
		c.services = append(c.services, service)
		c.upTo = append(c.upTo, sum)
		c.leniency = append(c.leniency, leniency)
	}
	for i := range c.leniency {
		c.leniency[i] -= mean / sum
	}
}

// openDays weighs the days of the year for every counter.
func (p *plan) openDays(seed uint64) {
	closures, days := newClosures(), make([]float64, p.year.Days())
	rng := rand.New(rand.NewPCG(seed, Hash("traffic", p.year.To.String())))
	for i := range days {
		growth := 0.85 + 0.3*float64(i)/yearDays // the poster becomes known
		days[i] = growth * closures.traffic(p.year.From+calendar.Day(i)) * math.Exp(0.1*rng.NormFloat64())
	}
	for _, c := range p.counters {
		c.openDays(days, p.year, rng)
	}
}

func (c *counter) openDays(days []float64, year calendar.Range, rng *rand.Rand) {
	c.traffic = make([]float64, len(days))
	silent := c.profile.silent == c.place.Counter.Code
	for i, busy := range days {
		day := year.From + calendar.Day(i)
		_, month, _ := day.Date()
		weight := busy * c.profile.season(month) * math.Exp(0.25*rng.NormFloat64())
		c.ordinary += weight
		if c.place.OpenOn(day) && !(silent && day > year.To-silentDays) {
			c.traffic[i] = weight
		}
	}
}

// shareOut gives every counter its number of answers, in all exactly n unless
// none is open. The rare ones get what they want, the others share the rest.
func (p *plan) shareOut(n int) {
	first := int(p.days.From - p.year.From)
	busy, rare := make([]float64, len(p.counters)), make([]float64, len(p.counters))
	for i, c := range p.counters {
		want := c.profile.volume * c.share * sum(c.traffic[first:]) / c.ordinary
		if c.profile.rare {
			rare[i] = want
		} else {
			busy[i] = want
		}
	}
	few := min(n, int(math.Round(sum(rare))))
	if sum(busy) == 0 {
		few = n
	}
	fewEach, restEach := apportion(few, rare), apportion(n-few, busy)
	for i, c := range p.counters {
		c.total = fewEach[i] + restEach[i]
	}
}

// apportion divides n in proportion to the weights, in all exactly n; all are
// zero when all weights are.
func apportion(n int, weights []float64) []int {
	parts := make([]int, len(weights))
	total := sum(weights)
	if total == 0 {
		return parts
	}
	var upTo float64
	given := 0
	for i, weight := range weights {
		upTo += weight // added in the order of sum, so it ends at total
		parts[i] = int(math.Round(float64(n)*(upTo/total))) - given
		given += parts[i]
	}
	return parts
}

// pickDays draws a day for each answer, so that small counters are as uneven
// as true ones.
func (p *plan) pickDays(rng *rand.Rand) {
	for _, c := range p.counters {
		upTo := runningSum(c.traffic[p.days.From-p.year.From:])
		c.answers = make([]int, len(upTo))
		for range c.total {
			c.answers[draw(rng, upTo)]++
		}
	}
}

// draw returns an index with a chance in proportion to its weight, given the
// rising sums of the weights. One without weight is never drawn.
func draw(rng *rand.Rand, upTo []float64) int {
	x := upTo[len(upTo)-1] * (1 - rng.Float64()) // above 0, at most the sum
	return min(sort.SearchFloat64s(upTo, x), len(upTo)-1)
}

func runningSum(weights []float64) []float64 {
	sums := slices.Clone(weights)
	for i := range sums[1:] {
		sums[i+1] += sums[i]
	}
	return sums
}

func sum(weights []float64) float64 {
	var total float64
	for _, weight := range weights {
		total += weight
	}
	return total
}
