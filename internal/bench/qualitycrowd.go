package bench

import (
	"math"
	"net/netip"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/response"
)

// live has the public of one day answer.
func (t *town) live(day calendar.Day, holiday bool) {
	t.begin(day)
	weekday := day.Weekday()
	if holiday || weekday == time.Saturday || weekday == time.Sunday {
		return
	}
	busy := [...]float64{time.Monday: 1.4, time.Tuesday: 1.1, time.Wednesday: 1, time.Thursday: 0.9, time.Friday: 0.8}[weekday]
	for _, d := range t.desks {
		t.ordinary(d, d.perDay*busy)
		t.crowds(d)
	}
	t.inaugurate(day)
}

// ordinary is the day of a counter: people come more in the morning, and a few
// answer at home.
func (t *town) ordinary(d *desk, expected float64) {
	for range t.poisson(expected) {
		at := t.atWork()
		if at.Hour() >= 14 && t.chance(0.3) {
			at = at.Add(-5 * time.Hour)
		}
		if t.chance(0.015) {
			at = t.midnight.Add(clock(17, 30) + t.seconds(0, 5*3600))
			t.visit("at home in the evening", d, at, d.mood)
			continue
		}
		t.visit("ordinary", d, at, d.mood)
	}
}

// visit is one honest person; some share the phone, have business at a second
// counter or use the tablet.
func (t *town) visit(kind string, d *desk, at time.Time, mood float64) {
	s := t.person(d, at, mood)
	switch {
	case d.kiosk && t.chance(0.25):
		s.channel, s.device, s.address = response.Kiosk, "tablet-"+d.agency+d.code, d.hall
		s.took = t.seconds(4, 40)
		t.send("at the tablet", false, s)
	case t.chance(0.04):
		t.send("family with one phone", false, s)
		s.at, s.levels = s.at.Add(s.took+t.seconds(5, 60)), t.moodily(mood)
		t.send("family with one phone", false, s)
	case t.chance(0.02):
		t.send("business at two counters", false, s)
		s.desk = t.neighbour(d)
		s.at, s.levels = s.at.Add(t.seconds(300, 3600)), t.moodily(s.desk.mood)
		t.send("business at two counters", false, s)
	default:
		t.send(kind, false, s)
	}
}

// neighbour is another counter of the same hall.
func (t *town) neighbour(d *desk) *desk {
	for {
		if other := t.anyDesk(); other != d && other.hall == d.hall {
			return other
		}
	}
}

// person is one who comes with a phone of their own.
func (t *town) person(d *desk, at time.Time, mood float64) sheet {
	s := sheet{desk: d, at: at, took: t.pace(len(d.form.Questions)), device: t.cookie(), address: t.network(d), levels: t.moodily(mood)}
	if t.chance(0.04) { // refuses cookies
		s.device = ""
	}
	s.blind = t.chance(0.03)
	switch {
	case d.suggests && t.chance(0.3):
		s.comment = t.suggested()
	case t.chance(0.12):
		s.comment = t.remark()
		s.took += t.seconds(10, 60)
	}
	return s
}

// pace is how long people take: most half a minute for the short form, the
// young seconds, the old minutes.
func (t *town) pace(questions int) time.Duration {
	items := float64(questions - 2)
	switch x := t.rng.Float64(); {
	case x < 0.15:
		return t.seconds(4+0.8*items, 10+2*items)
	case x < 0.3:
		return t.seconds(60+8*items, 240+20*items)
	}
	return time.Duration(math.Exp(0.5*t.rng.NormFloat64()) * (22 + 4*items) * float64(time.Second))
}

// network is the hall's for most, a carrier's for many, a network of their own
// for some.
func (t *town) network(d *desk) netip.Addr {
	switch x := t.rng.Float64(); {
	case x < 0.5:
		return d.hall
	case x < 0.85:
		return t.carriers[t.rng.IntN(len(t.carriers))]
	}
	return t.address()
}

// crowds are what makes an honest day look suspicious.
func (t *town) crowds(d *desk) {
	if t.chance(0.05) {
		t.bus(d)
	}
	if t.chance(0.02) {
		t.class(d)
	}
	if t.chance(0.01) {
		t.failure(d)
	}
	if t.chance(0.01) {
		t.praised(d)
	}
	if t.chance(0.05) {
		t.three(d)
	}
	if t.chance(0.04) {
		t.queue(d, func() func() int { return t.moodily(d.mood) })
	}
}

// queue is a dense one at the only poster: each with a phone of their own, who
// scans the code when the one before steps away. The levels are the next one's.
func (t *town) queue(d *desk, levels func() func() int) {
	sent := t.atWork()
	for range t.between(8, 24) {
		s := t.person(d, sent, d.mood)
		s.took = t.seconds(12, 20) + time.Duration(len(d.form.Questions)-2)*t.seconds(1, 3)
		s.at = sent.Add(t.seconds(5, 20) + s.took)
		s.levels, s.comment = levels(), ""
		t.send("a queue at one poster", false, s)
		sent = s.at
	}
}

// bus is a village that arrives at once, all on the hall's Wi-Fi.
func (t *town) bus(d *desk) {
	start := t.atWork()
	for range t.between(12, 40) {
		s := t.person(d, start.Add(t.seconds(0, 1200)), d.mood)
		s.address = d.hall
		t.send("off the bus", false, s)
	}
}

// class is a group of young people who tap quickly.
func (t *town) class(d *desk) {
	start := t.atWork()
	for range t.between(4, 15) {
		s := t.person(d, start.Add(t.seconds(0, 900)), d.mood)
		s.took = t.seconds(4, 12) + time.Duration(len(d.form.Questions)-2)*t.seconds(0.8, 2)
		t.send("a class of students", false, s)
	}
}

// failure is an afternoon on which nothing works, and people say so.
func (t *town) failure(d *desk) {
	start := t.midnight.Add(clock(14, 0))
	for range t.between(8, 30) {
		t.send("angry about a failure", false, t.person(d, start.Add(t.seconds(0, 2*3600)), d.mood-2))
	}
}

// praised is a day on which a counter did especially well.
func (t *town) praised(d *desk) {
	for range t.between(5, 20) {
		t.send("a day of praise", false, t.person(d, t.atWork(), d.mood+0.5))
	}
}
