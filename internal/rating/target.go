package rating

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/survey"
)

// Programme is what a resolution asks of every party organisation: targets,
// and reports on them. It is data (surveys/targets) and never changed after
// loading.
type Programme struct {
	ID             string        `yaml:"id" json:"id"`
	Version        int           `yaml:"version" json:"version"`
	Name           survey.Text   `yaml:"name" json:"name"`
	EffectiveFrom  *calendar.Day `yaml:"effective_from" json:"effective_from,omitempty"` // nil: always
	EffectiveTo    *calendar.Day `yaml:"effective_to" json:"effective_to,omitempty"`     // last day; nil: open
	Targets        []Target      `yaml:"targets" json:"targets"`
	Reports        []Cadence     `yaml:"reports" json:"reports"`
	LegalReference string        `yaml:"legal_reference" json:"legal_reference"`
	Verified       bool          `yaml:"verified" json:"verified"`
}

// Target is one target of a programme.
type Target struct {
	ID      string      `yaml:"id" json:"id"`
	Article string      `yaml:"article" json:"article"` // where the document says it
	Percent *float64    `yaml:"percent" json:"percent,omitempty"`
	Text    survey.Text `yaml:"text" json:"text"`
}

// Cadence is one kind of report and how often it falls due.
type Cadence struct {
	ID      string      `yaml:"id" json:"id"`
	Name    survey.Text `yaml:"name" json:"name"`
	Article string      `yaml:"article" json:"article"`
	Every   Every       `yaml:"every" json:"every"`
	Spans   []int       `yaml:"spans" json:"spans,omitempty"` // which of the year, from 1; empty: all
	DueDays int         `yaml:"due_days" json:"due_days"`     // days after the last day of the span
}

// Every says over which span a report goes.
type Every string

// The spans of reports, all of the calendar year.
const (
	Quarterly  Every = "quarter"
	HalfYearly Every = "half_year"
	Yearly     Every = "year"
)

// months returns the length of the span, 0 for what is no span.
func (e Every) months() int {
	return map[Every]int{Quarterly: 3, HalfYearly: 6, Yearly: 12}[e]
}

// Report is one report that a programme asks for.
type Report struct {
	Cadence string       // id
	Period  Period       // the span it goes over
	Due     calendar.Day // the last day on which it is in time
}

// Due returns the reports over the spans of a calendar year, by the day they
// are due, then in the order of the file. Spans that touch no day on which the
// programme is in effect have none.
func (p *Programme) Due(year int) []Report {
	var all []Report
	for _, c := range p.Reports {
		length := c.Every.months()
		for span := 1; span <= 12/length; span++ {
			first := calendar.MonthOf(year, time.January) + calendar.Month(length*(span-1))
			period := Months(first, first+calendar.Month(length-1))
			if (len(c.Spans) == 0 || slices.Contains(c.Spans, span)) && p.touches(period.Range) {
				all = append(all, Report{Cadence: c.ID, Period: period, Due: period.Range.To + calendar.Day(c.DueDays)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Report) int { return cmp.Compare(a.Due, b.Due) })
	return all
}

func (p *Programme) touches(span calendar.Range) bool {
	return (p.EffectiveFrom == nil || *p.EffectiveFrom <= span.To) && (p.EffectiveTo == nil || span.From <= *p.EffectiveTo)
}

// Target returns the target with the id, or nil.
func (p *Programme) Target(id string) *Target {
	return first(p.Targets, func(t *Target) bool { return t.ID == id })
}

// Stage says how far a party organisation has come with a target.
type Stage string

// The stages, in the words of the reports.
const (
	NotStarted Stage = "chua_trien_khai"
	Underway   Stage = "dang_thuc_hien"
	Done       Stage = "hoan_thanh"
)

// Progress is what a report says of one target.
type Progress struct {
	Target   string   `json:"target"` // id
	Stage    Stage    `json:"stage"`
	Value    *float64 `json:"value"`              // percent reached; null where the report gives none
	Evidence string   `json:"evidence,omitempty"` // documents, numbers and days that show it
}

// Filing is a report as one party organisation handed it in.
type Filing struct {
	Cadence  string       `json:"report"` // id
	Period   string       `json:"period"` // id
	Filed    calendar.Day `json:"filed"`
	Progress []Progress   `json:"progress"`
}

// The faults of a filing.
var (
	ErrReport   = errors.New("the programme asks for no such report")
	ErrTarget   = errors.New("the programme has no such target")
	ErrTwice    = errors.New("a target is reported on twice")
	ErrStage    = errors.New("a target is chua_trien_khai, dang_thuc_hien or hoan_thanh")
	ErrPercent  = errors.New("what was reached is a percentage from 0 to 100")
	ErrEvidence = errors.New("a target that is reached needs evidence")
)

// Check says whether a filing may be stored. The errors are ErrPeriod,
// ErrReport, ErrTarget, ErrTwice, ErrStage, ErrPercent and ErrEvidence.
func (p *Programme) Check(f Filing) error {
	period, err := ParsePeriod(f.Period)
	if err != nil {
		return fmt.Errorf("programme %s, report %q: %w", p.ID, f.Cadence, err)
	}
	year, _, _ := period.Range.To.Date()
	if !slices.ContainsFunc(p.Due(year), func(r Report) bool { return f.on(r) }) {
		return fmt.Errorf("programme %s, report %q on %s: %w", p.ID, f.Cadence, f.Period, ErrReport)
	}
	seen := map[string]bool{}
	for _, progress := range f.Progress {
		err := progress.check()
		switch {
		case p.Target(progress.Target) == nil:
			err = ErrTarget
		case seen[progress.Target]:
			err = ErrTwice
		}
		if err != nil {
			return fmt.Errorf("programme %s, report %q on %s, target %q: %w", p.ID, f.Cadence, f.Period, progress.Target, err)
		}
		seen[progress.Target] = true
	}
	return nil
}

func (p Progress) check() error {
	switch {
	case p.Stage != NotStarted && p.Stage != Underway && p.Stage != Done:
		return ErrStage
	case p.Value != nil && !(*p.Value >= 0 && *p.Value <= 100): // also not a number
		return ErrPercent
	case p.Stage == Done && p.Evidence == "":
		return ErrEvidence
	}
	return nil
}

// on says whether the filing answers the report.
func (f Filing) on(r Report) bool { return f.Cadence == r.Cadence && f.Period == r.Period.ID }
