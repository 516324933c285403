package bench

import (
	"fmt"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/response"
)

// fraud is one way to cheat, and how many times a year somebody does.
type fraud struct {
	kind   string
	yearly float64
	plant  func(*town, *desk) []sheet
}

// frauds vary in size, pace, network and levels each time.
var frauds = []fraud{
	{"own phone again and again", 60, (*town).ownPhone},
	{"own phone, cookies cleared", 60, (*town).clearedPhone},
	{"one phone on many counters", 50, (*town).roaming},
	{"twice at each of many counters", 30, (*town).twiceEach},
	{"helper at the counter", 60, (*town).helper},
	{"helper with changing phones", 40, (*town).rotating},
	{"run after closing", 50, (*town).afterClosing},
	{"at night", 30, (*town).atNight},
	{"copied comments", 40, (*town).copied},
	{"three to five a day", 80, (*town).drip},
	{"machine at even distances", 25, (*town).machine},
	{"machine with a jitter", 25, (*town).jittery},
	{"machine in a hurry", 25, (*town).hasty},
	{"tablet tapped by the clerk", 25, (*town).tapped},
	{"cleared phone over the day", 40, (*town).cleared},
	{"smear of a neighbour", 20, (*town).smear},
	{"nothing but praise from the first day", 4, (*town).praisedOnly},
	{"program without a trace", 20, (*town).traceless},
	{"smear by a program without a trace", 8, (*town).trashed},
	{"private window, slowly", 25, (*town).private},
	{"one page sent over and over", 20, (*town).replayed},
	{"two phones in turn", 30, (*town).alternating},
	{"as slow and rare as an honest one", 20, (*town).mimic},
}

// cheat plants the day's frauds. Nobody is in the house on other days than
// those of work, but machines and phones are.
func (t *town) cheat(day calendar.Day) {
	workday := day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
	for _, f := range frauds {
		if !workday && t.chance(0.8) {
			continue
		}
		for range t.poisson(f.yearly / 260) {
			for _, s := range f.plant(t, t.anyDesk()) {
				t.send(f.kind, true, s)
			}
		}
	}
}

// liar answers 5 always, or 4 and 5 by chance.
func (t *town) liar() func() int {
	if t.chance(0.4) {
		return t.praise()
	}
	return always(5)
}

// made is one sheet of somebody who has done it before.
func (t *town) made(d *desk, at time.Time, levels func() int) sheet {
	return sheet{desk: d, at: at, took: t.practised(d), address: d.hall, levels: levels}
}

// practised is the time of one who does not read.
func (t *town) practised(d *desk) time.Duration {
	items := float64(len(d.form.Questions) - 2)
	return t.seconds(4+0.6*items, 11+1.2*items)
}

// own is an address that the cheater has alone, or the hall's.
func (t *town) own(s *sheet) {
	if t.chance(0.5) {
		s.address = t.address()
	}
}

// ownPhone is a clerk who rates the own counter over the day and keeps the
// cookie.
func (t *town) ownPhone(d *desk) (sheets []sheet) {
	first := t.made(d, t.atWork(), t.liar())
	t.own(&first)
	first.device = t.cookie()
	for range t.between(4, 12) {
		s := first
		s.at, s.took = t.atWork(), t.practised(d)
		sheets = append(sheets, s)
	}
	return sheets
}

// clearedPhone is the same in one sitting, as somebody who knows about cookies.
func (t *town) clearedPhone(d *desk) (sheets []sheet) {
	first := t.made(d, t.atWork(), t.liar())
	t.own(&first)
	at, pause := first.at, t.seconds(1, 20)
	for range t.between(7, 20) {
		s := first
		s.took = t.practised(d)
		at = at.Add(s.took + pause + t.seconds(0, 8))
		s.at = at
		if t.chance(0.5) {
			s.device = t.cookie()
		}
		sheets = append(sheets, s)
	}
	return sheets
}

// roaming is one phone that goes through the counters, of one hall or of all.
func (t *town) roaming(d *desk) (sheets []sheet) {
	s := t.made(d, t.atWork(), t.liar())
	t.own(&s)
	s.device = t.cookie()
	for _, i := range t.rng.Perm(len(t.desks))[:t.between(3, len(t.desks))] {
		s.desk, s.took = t.desks[i], t.practised(t.desks[i])
		s.at = s.at.Add(s.took + t.seconds(10, 300))
		sheets = append(sheets, s)
	}
	return sheets
}

// twiceEach spreads one phone thinly, over the whole day.
func (t *town) twiceEach(d *desk) (sheets []sheet) {
	s := t.made(d, t.atWork(), t.liar())
	s.device, s.address = t.cookie(), t.address()
	for _, i := range t.rng.Perm(len(t.desks))[:t.between(3, 8)] {
		for range 2 {
			s.desk, s.took, s.at = t.desks[i], t.practised(t.desks[i]), t.atWork()
			sheets = append(sheets, s)
		}
	}
	return sheets
}

// helper stands at the counter and fills in for others, in one go or with
// several phones at once.
func (t *town) helper(d *desk) (sheets []sheet) {
	start, levels := t.atWork(), t.liar()
	n, unhurried := t.between(8, 40), t.chance(0.3)
	spacing := t.seconds(8, 35)
	for i := range n {
		at := start.Add(time.Duration(i)*spacing + t.seconds(0, spacing.Seconds()))
		s := t.made(d, at, levels)
		if t.chance(0.6) {
			s.device = t.cookie()
		}
		if unhurried {
			s.took = t.pace(len(d.form.Questions))
		}
		sheets = append(sheets, s)
	}
	return sheets
}

// rotating changes the phone, or clears it, after every two or three answers.
func (t *town) rotating(d *desk) (sheets []sheet) {
	at, each := t.atWork(), t.between(2, 3)
	levels, device := t.liar(), ""
	for i := range t.between(10, 24) {
		if i%each == 0 {
			device = t.cookie()
		}
		s := t.made(d, at, levels)
		s.device = device
		sheets = append(sheets, s)
		at = at.Add(t.seconds(40, 240))
	}
	return sheets
}

// afterClosing is the clerk who stays a little longer.
func (t *town) afterClosing(d *desk) (sheets []sheet) {
	at, levels := t.midnight.Add(clock(17, 16)+t.seconds(0, 2*3600)), t.liar()
	for range t.between(6, 25) {
		s := t.made(d, at, levels)
		s.device = t.cookie()
		s.took = t.seconds(8, 60)
		sheets = append(sheets, s)
		at = at.Add(t.seconds(20, 150))
	}
	return sheets
}

// atNight is the same from home, on networks that change.
func (t *town) atNight(d *desk) (sheets []sheet) {
	levels := t.liar()
	for range t.between(5, 25) {
		s := t.made(d, t.midnight.Add(t.seconds(0, 5*3600)), levels)
		s.device, s.address = t.cookie(), t.carriers[t.rng.IntN(len(t.carriers))]
		sheets = append(sheets, s)
	}
	return sheets
}

// copied pastes one text, with other signs each time.
func (t *town) copied(d *desk) (sheets []sheet) {
	text := fmt.Sprintf("Quầy %s phục vụ rất chu đáo, tôi làm %s nhanh gọn", d.code, t.remark())
	for i := range t.between(4, 12) {
		s := t.person(d, t.atWork(), d.mood)
		s.levels = t.liar()
		s.comment = text + []string{"", ".", "!", " .", fmt.Sprint(" ", i)}[t.rng.IntN(5)]
		sheets = append(sheets, s)
	}
	return sheets
}

// drip is one phone with patience.
func (t *town) drip(d *desk) (sheets []sheet) {
	device, address := t.cookie(), t.address()
	for range t.between(3, 5) {
		s := t.person(d, t.atWork(), d.mood)
		s.device, s.address, s.levels = device, address, t.liar()
		sheets = append(sheets, s)
	}
	return sheets
}

// machine sends at even distances, through proxies or not.
func (t *town) machine(d *desk) (sheets []sheet) {
	step, at := t.seconds(20, 420), t.atWork()
	levels, home := t.liar(), t.address()
	for range t.between(8, 40) {
		at = at.Add(step)
		s := t.made(d, at.Add(t.seconds(0, 0.4)), levels)
		s.device, s.address, s.took = t.cookie(), home, t.seconds(10, 60)
		if t.chance(0.3) {
			s.address = t.address()
		}
		sheets = append(sheets, s)
	}
	return sheets
}

// jittery is a machine that knows of the check for even distances, but not how
// to open a form.
func (t *town) jittery(d *desk) (sheets []sheet) {
	step, at := t.seconds(20, 200), t.atWork()
	levels, home := t.liar(), t.address()
	for range t.between(10, 40) {
		at = at.Add(time.Duration((0.4 + 1.2*t.rng.Float64()) * float64(step)))
		s := t.made(d, at, levels)
		s.address, s.blind = home, true
		sheets = append(sheets, s)
	}
	return sheets
}

// hasty opens and sends at once.
func (t *town) hasty(d *desk) (sheets []sheet) {
	at, levels := t.atWork(), t.liar()
	for range t.between(6, 40) {
		at = at.Add(t.seconds(1, 120))
		s := t.made(d, at, levels)
		s.device, s.took = t.cookie(), t.seconds(0.1, 1.2)
		sheets = append(sheets, s)
	}
	return sheets
}

// tapped is the tablet in the clerk's hand.
func (t *town) tapped(*desk) (sheets []sheet) {
	d := t.anyDesk()
	for !d.kiosk {
		d = t.anyDesk()
	}
	at := t.atWork()
	for range t.between(8, 25) {
		s := t.made(d, at, always(5))
		s.channel, s.device, s.took = response.Kiosk, "tablet-"+d.agency+d.code, t.seconds(3, 8)
		sheets = append(sheets, s)
		at = at.Add(s.took + t.seconds(2, 10))
	}
	return sheets
}

// cleared is a phone without a memory, from one network, now and then.
func (t *town) cleared(d *desk) (sheets []sheet) {
	levels, home := t.liar(), t.address()
	for range t.between(6, 15) {
		s := t.made(d, t.atWork(), levels)
		s.device, s.address = t.cookie(), home
		sheets = append(sheets, s)
	}
	return sheets
}

// smear gives the worst to a counter that somebody does not like.
func (t *town) smear(d *desk) (sheets []sheet) {
	at, home := t.atWork(), t.address()
	for range t.between(8, 20) {
		s := t.made(d, at, always(1))
		s.device, s.address = t.cookie(), home
		sheets = append(sheets, s)
		at = at.Add(s.took + t.seconds(2, 60))
	}
	return sheets
}

// mimic does all that an honest person does. It cannot be found without knowing
// people; it is here so that the figures do not claim otherwise.
func (t *town) mimic(d *desk) (sheets []sheet) {
	for range t.between(2, 6) {
		s := t.person(d, t.atWork(), d.mood)
		s.levels = t.liar()
		sheets = append(sheets, s)
	}
	return sheets
}
