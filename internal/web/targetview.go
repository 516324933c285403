package web

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/rating"

	"github.com/gofiber/fiber/v2"
)

// reportHead is a column of the table: one report of the year.
type reportHead struct {
	Cadence, PeriodID string
	Kind, Span, Due   string
}

func reportHeads(p *rating.Programme, year int, l *i18n.Language) []reportHead {
	var heads []reportHead
	for _, r := range p.Due(year) {
		heads = append(heads, reportHead{r.Cadence, r.Period.ID, cadenceName(p, r.Cadence, l), r.Period.Name(l), l.Date(r.Due)})
	}
	return heads
}

// reportName is what people call a report: its kind, and for which span.
func reportName(p *rating.Programme, cadence, period string, l *i18n.Language) string {
	name := cadenceName(p, cadence, l)
	span, err := rating.ParsePeriod(period)
	if err != nil {
		return name + " " + period
	}
	return l.T("target.report_on", "Report", name, "Period", span.Name(l))
}

func cadenceName(p *rating.Programme, id string, l *i18n.Language) string {
	for _, cadence := range p.Reports {
		if cadence.ID == id {
			return cadence.Name.In(l.Code)
		}
	}
	return id
}

// targetRow is one party organisation in the table.
type targetRow struct {
	URL, Name string
	Cells     []*dutyView // nil: it does not owe that report
	Help      []string    // why it needs help, in words
}

// dutyView is one report as it stands.
type dutyView struct {
	rating.Duty
	Name     string
	Text     string // the state in words
	Tone     string // of the tag: "warn", "late", "good" or ""
	FormURL  string
	Begun    bool
	Stages   []stageView
	Versions []string // the days on which it was handed in, if more than once
}

// stageView is what a report says of one target.
type stageView struct {
	Number               int
	Name, Article        string
	Stage, Tone          string
	Value                *float64
	Evidence             string
	ID, ValueText, Error string // in a form
	Stages               []choice
}

func dutyOf(p *rating.Programme, d rating.Duty, l *i18n.Language) dutyView {
	view := dutyView{Duty: d, Name: reportName(p, d.Cadence, d.Period, l)}
	switch {
	case d.State == rating.Reported && d.DaysLate > 0:
		view.Text, view.Tone = l.T("target.reported_late", "Day", l.Date(*d.Filed), "Count", int64(d.DaysLate)), "warn"
	case d.State == rating.Reported:
		view.Text, view.Tone = l.T("target.reported", "Day", l.Date(*d.Filed)), "good"
	case d.State == rating.Late:
		view.Text, view.Tone = l.T("target.late", "Count", int64(d.DaysLate)), "late"
	case d.State == rating.DueSoon:
		view.Text, view.Tone = l.T("target.due_soon", "Day", l.Date(d.Due)), "warn"
	default:
		view.Text = l.T("target.not_due")
	}
	for i, progress := range d.Targets {
		view.Stages = append(view.Stages, stageOf(p, i, progress, l))
	}
	return view
}

func stageOf(p *rating.Programme, i int, progress rating.Progress, l *i18n.Language) stageView {
	view := stageView{Number: i + 1, ID: progress.Target, Stage: l.T(stages[progress.Stage]), Value: progress.Value, Evidence: progress.Evidence}
	if target := p.Target(progress.Target); target != nil {
		view.Name, view.Article = target.Text.In(l.Code), target.Article
	}
	view.Tone = map[rating.Stage]string{rating.NotStarted: "late", rating.Done: "good"}[progress.Stage]
	return view
}

// stages are the wordings of how far a target is, in their order.
var (
	stages     = map[rating.Stage]string{rating.NotStarted: "target.not_started", rating.Underway: "target.underway", rating.Done: "target.done"}
	stageOrder = []rating.Stage{rating.NotStarted, rating.Underway, rating.Done}
)

// helpOf says in words why a party organisation needs help.
func helpOf(p *rating.Programme, help rating.Help, l *i18n.Language) []string {
	var reasons []string
	if len(help.NotStarted) > 0 {
		var numbers []string
		for i, target := range p.Targets {
			for _, id := range help.NotStarted {
				if id == target.ID {
					numbers = append(numbers, strconv.Itoa(i+1))
				}
			}
		}
		reasons = append(reasons, l.T("target.help_not_started", "Count", int64(len(help.NotStarted)), "Numbers", strings.Join(numbers, ", ")))
	}
	for _, id := range help.LateTwice {
		reasons = append(reasons, l.T("target.help_late", "Report", cadenceName(p, id, l)))
	}
	return reasons
}

// versionsOf lists the days on which a report came, if there are several.
func versionsOf(filings []rating.Filing, d rating.Duty, l *i18n.Language) []string {
	var days []string
	for _, f := range filings {
		if f.Cadence == d.Cadence && f.Period == d.Period {
			days = append(days, l.Date(f.Filed))
		}
	}
	if len(days) < 2 {
		return nil
	}
	return days
}

// reportForm is the form for one report, with what was said last time or typed
// just now.
type reportForm struct {
	Name, Report, Period string
	Again                bool // it was handed in before
	Due                  string
	CopiedFrom           string // name of the report that the fields were filled from; "": nothing was copied
	Targets              []stageView
}

func formOf(p *rating.Programme, duty dutyView, last []rating.Progress, instead typed, faults []fault, l *i18n.Language) *reportForm {
	form := &reportForm{Name: duty.Name, Report: duty.Cadence, Period: duty.Period, Again: duty.Filed != nil, Due: l.Date(duty.Due)}
	for i, target := range p.Targets {
		progress := rating.Progress{Target: target.ID, Stage: rating.NotStarted}
		if i < len(last) {
			progress = last[i]
		}
		view := stageOf(p, i, progress, l)
		view.ValueText = editable(l, progress.Value)
		if instead != nil {
			progress.Stage = rating.Stage(instead["stage."+target.ID])
			view.ValueText, view.Evidence = instead["value."+target.ID], instead["evidence."+target.ID]
		}
		for _, stage := range stageOrder {
			view.Stages = append(view.Stages, choice{string(stage), l.T(stages[stage]), stage == progress.Stage})
		}
		view.Error = faultAt(faults, "t-"+target.ID)
		form.Targets = append(form.Targets, view)
	}
	return form
}

// readReport reads what was typed about each target, and what is wrong with
// it.
func readReport(c *fiber.Ctx, p *rating.Programme, l *i18n.Language) (typed, rating.Filing, []fault) {
	in, filing := typed{}, rating.Filing{Cadence: formText(c, "report"), Period: formText(c, "period")}
	var faults []fault
	for i, target := range p.Targets {
		for _, field := range []string{"stage.", "value.", "evidence."} {
			in[field+target.ID] = formText(c, field+target.ID)
		}
		progress := rating.Progress{Target: target.ID, Stage: rating.Stage(in["stage."+target.ID]), Evidence: in["evidence."+target.ID]}
		var err error
		progress.Value, err = readNumber(strings.TrimSuffix(in["value."+target.ID], "%"))
		if err = cmp.Or(err, fitting(progress.Evidence)); err == nil {
			err = p.Check(rating.Filing{Cadence: filing.Cadence, Period: filing.Period, Progress: []rating.Progress{progress}})
		}
		if err != nil && filingFaults.key(err) == "" {
			faults = append(faults, fault{"t-" + target.ID, l.T("target.number", "Number", strconv.Itoa(i+1)), l.T(targetFault(err))})
		}
		filing.Progress = append(filing.Progress, progress)
	}
	return in, filing, faults
}

// targetFault names the sentence for what is wrong with one target.
func targetFault(err error) string {
	switch {
	case errors.Is(err, rating.ErrStage):
		return "target.fault_stage"
	case errors.Is(err, rating.ErrEvidence):
		return "target.fault_evidence"
	case errors.Is(err, errLong):
		return "form.too_long"
	}
	return "target.fault_percent"
}

// reminder is a line on other pages that something of a year is to be
// reported. The page it leads to lists the reports of that year.
type reminder struct{ Text, URL string }

// remind returns what an agency's leader has to report, nothing for nothing.
func (s *Server) remind(ctx context.Context, agencyCode, party string, l *i18n.Language) ([]reminder, error) {
	if party == "" {
		return nil, nil
	}
	all, err := s.outstanding(ctx, party)
	return remindersOf(all, "/dashboard/"+agencyCode+"/targets", "target.remind_late", "target.remind_soon", l), err
}

// remindOffice returns how many party organisations have something to report,
// nothing for none.
func (s *Server) remindOffice(ctx context.Context, l *i18n.Language) ([]reminder, error) {
	all, err := s.outstanding(ctx, "")
	return remindersOf(all, "/office/targets", "target.remind_all_late", "target.remind_all_soon", l), err
}

// toReport is how much of one year is to be reported.
type toReport struct {
	year       int
	late, soon int64
}

// outstanding counts the reports of one party organisation that are late or
// due soon, by the year they are about, the newest first; for "" it counts
// party organisations that have such ones.
func (s *Server) outstanding(ctx context.Context, party string) ([]toReport, error) {
	p, err := s.Annual.Programme(s.thisYear())
	if err != nil {
		return nil, nil // nothing is to be reported this year
	}
	reminders, err := s.Annual.Reminders(ctx, p, party)
	years := map[int]*toReport{}
	for _, duties := range reminders {
		for year, own := range byYear(duties) {
			if party == "" {
				own.late, own.soon = min(1, own.late), min(1, own.soon)
			}
			if years[year] == nil {
				years[year] = &toReport{year: year}
			}
			years[year].late, years[year].soon = years[year].late+own.late, years[year].soon+own.soon
		}
	}
	var all []toReport
	for _, one := range years {
		all = append(all, *one)
	}
	slices.SortFunc(all, func(a, b toReport) int { return cmp.Compare(b.year, a.year) })
	return all, err
}

// byYear counts what one party organisation has to report.
func byYear(duties []rating.Duty) map[int]toReport {
	years := map[int]toReport{}
	for _, d := range duties {
		span, err := rating.ParsePeriod(d.Period)
		if err != nil {
			continue // a programme names no period that is none
		}
		year, _, _ := span.Range.To.Date()
		one := years[year]
		if d.State == rating.Late {
			one.late++
		} else {
			one.soon++
		}
		years[year] = one
	}
	return years
}

func remindersOf(all []toReport, address, lateKey, soonKey string, l *i18n.Language) []reminder {
	var reminders []reminder
	for _, one := range all {
		year := strconv.Itoa(one.year)
		var parts []string
		if one.late > 0 {
			parts = append(parts, l.T(lateKey, "Count", one.late))
		}
		if one.soon > 0 {
			parts = append(parts, l.T(soonKey, "Count", one.soon))
		}
		reminders = append(reminders, reminder{l.T("target.remind_year", "Year", year, "What", strings.Join(parts, "; ")), address + "?year=" + year})
	}
	return reminders
}
