// Package demo makes up a year of answers for `hailong demo` and for the
// benchmark: plausible, valid, and the same each time for the same seed. What
// it tells of an agency is invented; only names come from the sample register.
// It knows neither store nor clock nor command line, and nothing that takes
// true answers may use it.
package demo

import (
	"fmt"
	"iter"
	"math/rand/v2"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/survey"
)

// Options says how much is made up, and for when.
type Options struct {
	Seed      uint64       // another seed, other answers under other ids
	Responses int          // how many, see Responses
	Last      calendar.Day // the day on which the year of answers ends
	Days      int          // only so many days up to Last are filled; 0 is the whole year
	Morning   bool         // Last is not past noon: no answer of its afternoon
}

// yearDays is the length of the year that the answers tell of.
const yearDays = 365

// Responses yields exactly o.Responses responses in the order of their days,
// none on days when a counter is closed or its agency does not exist. If no
// counter is open on any of the days it yields nothing: a Sunday has no
// answers. Each response passes Form.Validate as it is. A counter whose form
// is not among forms gets no answers.
//
// Equal arguments give equal responses, links apart, which play no part. Ids
// are unique, also between a call for the days before a day and a call for
// that day. The lists of values inside the answers are shared between
// responses, so they are only to be read.
func Responses(register *org.Register, forms *survey.Forms, o Options) iter.Seq[response.Response] {
	return func(yield func(response.Response) bool) {
		newAuthor(register, forms, o).write(yield)
	}
}

// author writes the responses that a plan asks for.
type author struct {
	options Options
	plan    *plan
	speaker *speaker
	rng     *rand.Rand
}

func newAuthor(register *org.Register, forms *survey.Forms, o Options) *author {
	rng := rand.New(rand.NewPCG(o.Seed, uint64(o.Last)))
	return &author{options: o, plan: newPlan(register, forms, o), speaker: newSpeaker(rng), rng: rng}
}

func (a *author) write(yield func(response.Response) bool) {
	days := a.plan.days
	for day := days.From; day <= days.To; day++ {
		number := 0
		for _, c := range a.plan.counters {
			for range c.answers[day-days.From] {
				number++
				if !yield(a.response(c, day, number)) {
					return
				}
			}
		}
	}
}

func (a *author) response(c *counter, day calendar.Day, number int) response.Response {
	v := a.visit(c, day)
	return response.Response{
		ID:      newID(a.options.Seed, day, number),
		Day:     day,
		Shift:   a.shift(day),
		Agency:  c.place.Agency.Code,
		Counter: c.place.Counter.Code,
		Service: v.serviceCode(),
		Channel: v.channel,
		Form:    c.paper.form.Ref(),
		Lang:    v.lang,
		Answers: a.fill(c.paper, &v),
	}
}

func newID(seed uint64, day calendar.Day, number int) response.ID {
	id, err := response.NewID(fmt.Sprintf("demo-%016x-%d-%d", seed, day, number))
	if err != nil {
		panic("demo: the submission key is always well formed: " + err.Error())
	}
	return id
}

func (a *author) shift(day calendar.Day) calendar.Shift {
	const mornings = 0.57
	switch {
	case !hasAfternoon(day), a.options.Morning && day == a.options.Last, a.rng.Float64() < mornings:
		return calendar.Morning
	}
	return calendar.Afternoon
}
