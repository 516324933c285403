package demo

import (
	"fmt"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/survey"
)

// scene is a piece of cheating at a counter.
type scene struct {
	number  int           // of the scene; tells its ids from those of others
	daysAgo calendar.Day  // at least so long before the last day
	begins  time.Duration // after midnight
	every   time.Duration // from one answer to the next
	answers int
	phones  int // that take turns
	comment string
}

// scenes are what the reviewers of the sample find: somebody who stays on with
// one phone, and somebody who lends a hand, and the words, while people wait.
var scenes = [...]scene{
	{number: 1, daysAgo: 3, begins: 18*time.Hour + 12*time.Minute, every: 70 * time.Second, answers: 22, phones: 1},
	{number: 2, daysAgo: 8, begins: 8*time.Hour + 40*time.Minute, every: 40 * time.Second, answers: 14, phones: 14,
		comment: "Cán bộ nhiệt tình, chu đáo, giải quyết nhanh gọn, tôi rất hài lòng."},
}

// Staged returns answers that nobody gave who had a dossier, beside those of
// Responses for the same options: they come with what the checks say of them,
// which are the true ones with the thresholds given, so some of them are held.
// Hours are read in the location. Where no counter asks the short form there is
// nobody to play them, and none are returned.
func Staged(register *org.Register, forms *survey.Forms, thresholds *quality.Thresholds, location *time.Location, o Options) []response.Response {
	plan := newPlan(register, forms, o)
	stages := plan.stages()
	var all []response.Response
	for i, s := range scenes {
		if len(stages) == 0 {
			break
		}
		at := stages[i*len(stages)/len(scenes)]
		if day, open := plan.openBefore(at, o.Last-s.daysAgo); open {
			all = append(all, s.play(at, quality.New(thresholds, location), location, day, o.Seed)...)
		}
	}
	return all
}

// stages are the counters with the short form and without a tablet that were
// open of late.
func (p *plan) stages() (all []*counter) {
	for _, c := range p.counters {
		_, open := p.openBefore(c, p.year.To)
		if open && !c.kiosk && !c.paper.long() && c.paper.asksOverall {
			all = append(all, c)
		}
	}
	return all
}

// openBefore returns the last day up to one on which the counter was open, in
// the afternoon too, and false when that is weeks ago.
func (p *plan) openBefore(c *counter, day calendar.Day) (calendar.Day, bool) {
	const weeks = 21
	for first := max(p.year.From, day-weeks); day >= first; day-- {
		if c.traffic[day-p.year.From] > 0 && hasAfternoon(day) {
			return day, true
		}
	}
	return 0, false
}

func (s *scene) play(at *counter, judge *quality.Judge, location *time.Location, day calendar.Day, seed uint64) []response.Response {
	hours, err := org.ParseHours(at.place.Counter.Hours)
	if err != nil {
		hours = org.Hours{} // unknown
	}
	const beyondResponses = 1_000_000 // numbers of a day that Responses never reaches
	all := make([]response.Response, s.answers)
	place := map[response.ID]int{}
	midnight := day.Midnight(location)
	for i := range all {
		received := midnight.Add(s.begins + time.Duration(i)*s.every)
		all[i] = response.Response{
			ID: newID(seed, day, s.number*beyondResponses+i), Day: day, Shift: calendar.ShiftOf(received, location),
			Agency: at.place.Agency.Code, Counter: at.place.Counter.Code, Channel: response.QR,
			Form: at.paper.form.Ref(), Lang: survey.Vietnamese, Answers: s.praise(at.paper),
		}
		place[all[i].ID] = i
		verdict := judge.Judge(quality.Signal{
			Device: fmt.Sprint("phone ", i%s.phones), Opened: received.Add(-9 * time.Second), Received: received,
			Response: &all[i], Form: at.paper.form, Hours: hours,
		})
		all[i].Verdict = verdict.Stored()
		for _, found := range verdict.Also {
			earlier := &all[place[found.ID]].Verdict
			earlier.Held, earlier.Reasons = true, append(earlier.Reasons, string(found.Reason))
		}
	}
	return all
}

// praise fills in the best that the form offers.
func (s *scene) praise(p *paper) []survey.Answer {
	var answers []survey.Answer
	for i := range p.items {
		q, values := p.items[i].question, p.items[i].values
		switch {
		case !p.form.Shown(q, answers):
		case q.Kind == survey.Rating:
			answers = append(answers, survey.Answer{Question: q.ID, Values: values[len(values)-1]})
		case q.Kind == survey.Prose && s.comment != "":
			answers = append(answers, survey.Answer{Question: q.ID, Text: s.comment})
		}
	}
	return answers
}
