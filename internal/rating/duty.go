package rating

import (
	"slices"

	"hailong/internal/calendar"
)

// ReportState says where a report stands on a day.
type ReportState string

// The states of a report.
const (
	NotDue   ReportState = "not_due"
	DueSoon  ReportState = "due_soon" // SoonDays days or fewer are left
	Late     ReportState = "late"     // the day it was due is over
	Reported ReportState = "reported" // in time or not, see Duty.DaysLate
)

// SoonDays is how many days before a report is due people are reminded of it.
// Own proposal: the resolution gives no number.
const SoonDays = 14

// Duty is one report that a party organisation owes, and how it stands.
type Duty struct {
	Cadence  string        `json:"report"` // id
	Period   string        `json:"period"` // id
	Due      calendar.Day  `json:"due"`
	State    ReportState   `json:"state"`
	Filed    *calendar.Day `json:"filed"`     // null until reported
	DaysLate int           `json:"days_late"` // from the due day to the filing, or to today; 0 in time
	Targets  []Progress    `json:"targets"`   // every target, in the programme's order; empty until reported
}

// Duties returns the reports over the spans of a calendar year as one party
// organisation stands with them today, in the order of Due. Of several filings
// of one report the first says when it was reported, the last what it says. A
// target that a report leaves out was not started.
func (p *Programme) Duties(year int, filings []Filing, today calendar.Day) []Duty {
	var all []Duty
	for _, report := range p.Due(year) {
		d := Duty{Cadence: report.Cadence, Period: report.Period.ID, Due: report.Due, Targets: []Progress{}}
		for i, filing := range filings {
			if !filing.on(report) {
				continue
			}
			if d.Filed == nil {
				d.Filed = &filings[i].Filed
			}
			d.Targets = p.progress(filing.Progress)
		}
		d.stand(today)
		all = append(all, d)
	}
	return all
}

func (d *Duty) stand(today calendar.Day) {
	left := int(d.Due - today)
	switch {
	case d.Filed != nil:
		d.State, left = Reported, int(d.Due-*d.Filed)
	case left < 0:
		d.State = Late
	case left <= SoonDays:
		d.State = DueSoon
	default:
		d.State = NotDue
	}
	d.DaysLate = max(0, -left)
}

// progress lists every target once.
func (p *Programme) progress(reported []Progress) []Progress {
	all := make([]Progress, len(p.Targets))
	for i, target := range p.Targets {
		all[i] = Progress{Target: target.ID, Stage: NotStarted}
		if at := slices.IndexFunc(reported, func(r Progress) bool { return r.Target == target.ID }); at >= 0 {
			all[i] = reported[at]
		}
	}
	return all
}

// Help says why a party organisation is to be guided and helped, as IV.3 of
// the resolution asks for those who "làm chậm hoặc chưa triển khai".
type Help struct {
	NotStarted []string `json:"not_started"` // targets that its latest report calls not started
	LateTwice  []string `json:"late_twice"`  // kinds of report of which the last two due were late
}

// Help judges the duties of one party organisation, given in the order in
// which they are due; those of several years may follow one another. Two late
// reports count within one kind: at the year's end several kinds fall due
// together, and one January missed is not twice running.
func (p *Programme) Help(duties []Duty) Help {
	help := Help{NotStarted: []string{}, LateTwice: []string{}}
	for _, progress := range latest(duties) {
		if progress.Stage == NotStarted {
			help.NotStarted = append(help.NotStarted, progress.Target)
		}
	}
	for _, c := range p.Reports {
		running := 0
		for _, d := range duties {
			switch {
			case d.Cadence != c.ID:
			case d.DaysLate > 0:
				running++
			case d.State == Reported:
				running = 0
			}
		}
		if running >= 2 {
			help.LateTwice = append(help.LateTwice, c.ID)
		}
	}
	return help
}

// latest returns what the report that was filed last says.
func latest(duties []Duty) []Progress {
	var last Duty
	for _, d := range duties {
		if d.Filed != nil && (last.Filed == nil || *d.Filed >= *last.Filed) {
			last = d
		}
	}
	return last.Targets
}
