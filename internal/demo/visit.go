package demo

import (
	"math"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/survey"
)

const english = "en"

// visit is one person at a counter, before the form is filled in.
type visit struct {
	counter *counter
	service *org.Service // nil: not said
	channel response.Channel
	lang    string
	temper  float64 // the mood that all answers share
	overall float64 // the mood with the visit as a whole
	topic   string  // what the person would complain of
}

// How much of the variance of an answer is the person's, and how much is the
// question's. The squares add up to 1, so that the index of a counter is the
// share of moods above 0.
const (
	personal  = 0.84
	ofItem    = 0.5426
	weakShift = -0.45 // on the factor of the agency's weak side
)

func (a *author) visit(c *counter, day calendar.Day) visit {
	v := visit{counter: c, channel: a.channel(c), lang: a.lang(c.paper), topic: c.profile.weak}
	mood := moodOf(c.index(day)) + channelMood[v.channel]
	if i := a.pickService(c); i >= 0 {
		v.service = c.services[i]
		mood += c.leniency[i]
	}
	v.temper = mood + personal*a.rng.NormFloat64()
	v.overall = v.temper + ofItem*a.rng.NormFloat64()
	return v
}

// channelMood is what a channel adds to the mood: a poster is scanned by those
// who want to complain, a sheet of paper is filled in beside the officer.
var channelMood = map[response.Channel]float64{response.Kiosk: 0.08, response.Paper: 0.2}

// index returns the percentage satisfied at the counter on the day.
func (c *counter) index(day calendar.Day) float64 {
	p := &c.profile
	points := p.index + c.bias + p.trend*float64(day-c.started)/yearDays
	if day >= c.lostFrom {
		points -= p.drop
	}
	return max(40, min(98, points))
}

// moodOf returns the mean mood of people of whom so many percent are satisfied.
func moodOf(percent float64) float64 { return math.Sqrt2 * math.Erfinv(percent/50-1) }

func (a *author) channel(c *counter) response.Channel {
	switch x := a.rng.Float64(); {
	case x < 0.04:
		return response.Paper
	case x < 0.16 && c.kiosk:
		return response.Kiosk
	}
	return response.QR
}

func (a *author) lang(p *paper) string {
	if a.rng.Float64() < 0.02 && p.speaks(english) {
		return english
	}
	return survey.Vietnamese
}

// pickService returns the place of a service, -1 when the person did not say.
func (a *author) pickService(c *counter) int {
	if len(c.services) == 0 || a.rng.Float64() < 0.07 {
		return -1
	}
	return draw(a.rng, c.upTo)
}

func (v *visit) serviceCode() string {
	if v.service == nil {
		return ""
	}
	return v.service.Code
}

// tone is how a comment sounds.
type tone string

const (
	bad      tone = "bad"
	middling tone = "middling"
	good     tone = "good"
)

// tone follows from the mood; somebody just satisfied is often sparing.
func (v *visit) tone(x float64) tone {
	switch {
	case v.overall < unhappy:
		return bad
	case v.overall < content, v.overall < 0.5 && x < 0.5:
		return middling
	}
	return good
}
