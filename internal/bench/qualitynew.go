package bench

import (
	"strconv"
	"time"

	"hailong/internal/calendar"
)

// What is simulated of counters that nobody knows yet.
const (
	newYearly = 60  // counters a year that open with honest answers alone
	firstDays = 3   // on which such a counter is looked at
	newPerDay = 120 // answers at most
)

// opened is a counter that was opened lately, and what its public says of it.
type opened struct {
	*desk
	since calendar.Day
	best  float64 // share of people who are content with everything
}

// open makes a counter that nobody knows.
func (t *town) open(day calendar.Day, best float64) *opened {
	like := t.desks[0]
	t.opened++
	return &opened{since: day, best: best, desk: &desk{
		agency: "new", code: "n" + strconv.Itoa(t.opened), hours: like.hours, form: like.form, hall: t.address(),
		perDay: float64(t.between(20, newPerDay)), mood: 1,
	}}
}

// inaugurate lives the first days of counters that open. They are as good as
// counters get: nearly everybody gives the best.
func (t *town) inaugurate(day calendar.Day) {
	for range t.poisson(newYearly / 260.0) {
		t.recent = append(t.recent, t.open(day, 0.85+0.1*t.rng.Float64()))
	}
	var still []*opened
	for _, o := range t.recent {
		if o.since+firstDays <= day {
			continue
		}
		still = append(still, o)
		for range t.poisson(o.perDay) {
			s := t.person(o.desk, t.atWork(), o.mood)
			s.levels = t.best(o.best, o.mood)
			t.send("at an excellent new counter", false, s)
		}
		if t.chance(0.5) {
			t.queue(o.desk, func() func() int { return t.best(o.best, o.mood) })
		}
	}
	t.recent = still
}

// best is one of a public of which so many give the best throughout.
func (t *town) best(share, mood float64) func() int {
	if t.chance(share) {
		return always(5)
	}
	return t.moodily(mood - 0.8)
}

// three is a family that stands at the counter and has one phone.
func (t *town) three(d *desk) {
	s := t.person(d, t.atWork(), d.mood)
	for range 3 {
		t.send("family of three", false, s)
		s.at, s.levels = s.at.Add(s.took+t.seconds(5, 90)), t.moodily(d.mood)
	}
}

// praisedOnly is a new counter that gets nothing but the best from its first
// day on: by a program that knows no page, or from a phone that forgets.
func (t *town) praisedOnly(*desk) (sheets []sheet) {
	o := t.open(calendar.Of(t.midnight, t.zone), 1)
	program := t.chance(0.5)
	for range t.between(110, 150) {
		s := t.made(o.desk, t.atWork(), always(5))
		s.took, s.device, s.blind = t.pace(len(o.form.Questions)), t.cookie(), program
		if program {
			s.device = ""
		}
		sheets = append(sheets, s)
	}
	return sheets
}

// traceless is a program that sends without page and cookie, to a counter whose
// habits are known.
func (t *town) traceless(d *desk) []sheet {
	sheets := append(t.hasty(d), t.hasty(d)...)
	home := t.address()
	for i := range sheets {
		sheets[i].address, sheets[i].device, sheets[i].blind, sheets[i].levels = home, "", true, always(5)
	}
	return sheets
}

// private opens a private window for each sheet, and takes its time.
func (t *town) private(d *desk) (sheets []sheet) {
	at := t.midnight.Add(clock(7, 40) + t.seconds(0, 3600))
	for range t.between(15, 40) {
		at = at.Add(t.seconds(180, 600))
		s := t.made(d, at, always(5))
		s.took, s.device = t.seconds(8, 60), t.cookie()
		sheets = append(sheets, s)
	}
	return sheets
}

// replayed is a program that saved one page and sends it with changing cookies
// and addresses.
func (t *town) replayed(d *desk) (sheets []sheet) {
	saved := page{opened: t.midnight.Add(clock(7, 31)), mark: t.cookie()}
	for range t.between(8, 40) {
		s := t.person(d, t.atWork(), d.mood)
		s.levels, s.blind, s.page = t.liar(), false, &saved
		sheets = append(sheets, s)
	}
	return sheets
}

// alternating takes two phones in turn.
func (t *town) alternating(d *desk) (sheets []sheet) {
	at, phones := t.atWork(), [2]string{t.cookie(), t.cookie()}
	for i := range t.between(6, 16) {
		at = at.Add(time.Minute + t.seconds(0, 300))
		s := t.made(d, at, t.liar())
		s.device = phones[i%2]
		sheets = append(sheets, s)
	}
	return sheets
}

// trashed is a counter that a program gives nothing but the worst.
func (t *town) trashed(d *desk) []sheet {
	sheets := append(t.traceless(d), t.traceless(d)...)
	for i := range sheets {
		sheets[i].levels = always(1)
	}
	return sheets
}
