package office

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"hailong/internal/annual"
	"hailong/internal/calendar"
	"hailong/internal/rating"
)

// What some party organisations did with their reports. The others handed them
// in within the days before they were due.
const (
	slowParty   = "cb-ttt"      // hands in late
	silentParty = "db-svhttdl"  // has not handed in the last one
	idleParty   = "db-sxd-2025" // has not begun with a target
	idleTarget  = "can-bo"      //
	lateBy      = 9             // days
	early       = 6             // days before a report is due that it is handed in at the earliest
)

// handedIn is a report on its way to the office.
type handedIn struct {
	party  party
	filing rating.Filing
	on     calendar.Day
}

// reports hands in the reports on the targets of this year and the last, as far
// as they are due, each on its day.
func (o *Office) reports() ([]step, error) {
	today := o.Ledger.Today()
	year, _, _ := today.Date()
	programme, err := o.Annual.Programme(year)
	if err != nil {
		return nil, err
	}
	var all []handedIn
	for _, report := range append(programme.Due(year-1), programme.Due(year)...) {
		if report.Due < today {
			all = append(all, o.handedIn(programme, report)...)
		}
	}
	slices.SortStableFunc(all, func(a, b handedIn) int { return cmp.Compare(a.on, b.on) })
	var steps []step
	for _, h := range all {
		steps = append(steps, func(ctx context.Context) error {
			return o.annualOn(h.on).File(ctx, programme, h.party.code, h.filing, h.party.leader)
		})
	}
	return steps, nil
}

// annualOn returns the book as it is used on an earlier day.
func (o *Office) annualOn(day calendar.Day) *annual.Book {
	earlier := o.Annual.Options
	morning := day.Midnight(earlier.Location).Add(9 * time.Hour)
	earlier.Now = func() time.Time { return morning }
	return annual.New(earlier)
}

// handedIn lists what became of one report.
func (o *Office) handedIn(p *rating.Programme, report rating.Report) []handedIn {
	today := o.Ledger.Today()
	year, _, _ := report.Period.Range.To.Date()
	var all []handedIn
	for _, party := range o.parties(report.Period.Range.To, report.Cadence+report.Period.ID) {
		on := workday(report.Due - calendar.Day(party.rng.IntN(early)))
		if party.code == slowParty {
			on = report.Due + lateBy
		}
		if on >= today || party.code == silentParty && o.isLast(p, report) {
			continue
		}
		filing := rating.Filing{Cadence: report.Cadence, Period: report.Period.ID, Progress: progressOf(p, party, report, year)}
		all = append(all, handedIn{party: party, filing: filing, on: on})
	}
	return all
}

// isLast says whether no other report was due since.
func (o *Office) isLast(p *rating.Programme, report rating.Report) bool {
	today := o.Ledger.Today()
	year, _, _ := today.Date()
	return !slices.ContainsFunc(append(p.Due(year-1), p.Due(year)...), func(r rating.Report) bool {
		return r.Due > report.Due && r.Due < today
	})
}

func workday(day calendar.Day) calendar.Day {
	switch day.Weekday() {
	case time.Saturday:
		return day - 1
	case time.Sunday:
		return day - 2
	}
	return day
}

// progressOf says how far a party organisation has come with each target.
func progressOf(p *rating.Programme, party party, report rating.Report, year int) []rating.Progress {
	_, month, _ := report.Period.Range.To.Date()
	var all []rating.Progress
	for _, target := range p.Targets {
		reached := min(100, float64(8*int(month)+party.rng.IntN(20)))
		progress := rating.Progress{Target: target.ID, Stage: rating.Underway, Value: &reached}
		switch {
		case party.code == idleParty && target.ID == idleTarget:
			progress.Stage, progress.Value = rating.NotStarted, nil
		case reached > 85:
			full := 100.0
			progress.Stage, progress.Value = rating.Done, &full
			progress.Evidence = fmt.Sprintf("Kế hoạch số %d-KH/ĐU năm %d (dữ liệu mẫu)", 1+party.rng.IntN(90), year)
		}
		all = append(all, progress)
	}
	return all
}
