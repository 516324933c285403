package web

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"hailong/internal/annual"
	"hailong/internal/auth"
	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

// targetHead is what every page about the targets of a year begins with.
type targetHead struct {
	Year          int
	Programme     *rating.Programme
	Name          string
	Before, After string // addresses of other years; "": there is none
}

// targetsPage shows of all party organisations which reports are there.
type targetsPage struct {
	officePage
	targetHead
	Reports                    []reportHead
	Rows                       []targetRow
	Owed, Reported, Late, Help int
}

// programmeOf returns the programme of the year in the query; the year is this
// one if nothing is said.
func (s *Server) programmeOf(c *fiber.Ctx) (*rating.Programme, int, error) {
	year, err := strconv.Atoi(c.Query("year", strconv.Itoa(s.thisYear())))
	if err != nil || year < firstYear || year > s.thisYear() {
		return nil, 0, problem(fiber.StatusUnprocessableEntity, "bad_year")
	}
	p, err := s.Annual.Programme(year)
	if errors.Is(err, annual.ErrProgramme) {
		return nil, 0, problem(fiber.StatusNotFound, "no_programme")
	}
	return p, year, err
}

func (s *Server) targetHead(p *rating.Programme, year int, address string, l *i18n.Language) targetHead {
	head := targetHead{Year: year, Programme: p, Name: p.Name.In(l.Code)}
	if len(p.Due(year-1)) > 0 {
		head.Before = address + "?year=" + strconv.Itoa(year-1)
	}
	if year < s.thisYear() {
		head.After = address + "?year=" + strconv.Itoa(year+1)
	}
	return head
}

func (s *Server) showTargets(c *fiber.Ctx) error {
	p, year, err := s.programmeOf(c)
	if err != nil {
		return err
	}
	ctx, cancel := work()
	defer cancel()
	standings, err := s.Annual.Standings(ctx, p, year)
	if err != nil {
		return err
	}
	l := s.language(c)
	page := targetsPage{
		officePage: s.officeBase(c, l, l.T("target.title", "Year", strconv.Itoa(year))),
		targetHead: s.targetHead(p, year, "/office/targets", l), Reports: reportHeads(p, year, l),
	}
	for _, standing := range standings {
		page.add(p, standing, l)
	}
	return s.sendOffice(c, "targets", l, page)
}

// add puts one party organisation into the table and counts its reports.
func (page *targetsPage) add(p *rating.Programme, standing annual.Standing, l *i18n.Language) {
	row := targetRow{
		Name: standing.Name, URL: "/office/targets/" + standing.Whom + "?year=" + strconv.Itoa(page.Year),
		Help: helpOf(p, standing.Help, l), Cells: make([]*dutyView, len(page.Reports)),
	}
	for _, d := range standing.Duties {
		for i, head := range page.Reports {
			if head.Cadence == d.Cadence && head.PeriodID == d.Period {
				view := dutyOf(p, d, l)
				row.Cells[i] = &view
			}
		}
		page.Owed++
		switch d.State {
		case rating.Reported:
			page.Reported++
		case rating.Late:
			page.Late++
		}
	}
	if len(row.Help) > 0 {
		page.Help++
	}
	page.Rows = append(page.Rows, row)
}

// targetPage is what one party organisation reported in a year.
type targetPage struct {
	officePage
	targetHead
	Whom   string
	Help   []string
	Duties []dutyView
}

func (s *Server) showTarget(c *fiber.Ctx) error {
	p, year, err := s.programmeOf(c)
	if err != nil {
		return err
	}
	ctx, cancel := work()
	defer cancel()
	standing, err := s.Annual.Standing(ctx, p, year, c.Params("party"))
	if errors.Is(err, annual.ErrWhom) {
		return problem(fiber.StatusNotFound, "not_found")
	}
	if err != nil {
		return err
	}
	filings, err := s.Annual.Filings(ctx, p, standing.Whom)
	if err != nil {
		return err
	}
	l := s.language(c)
	page := targetPage{
		officePage: s.officeBase(c, l, standing.Name), targetHead: s.targetHead(p, year, "/office/targets/"+standing.Whom, l),
		Whom: standing.Name, Help: helpOf(p, standing.Help, l),
	}
	for _, d := range standing.Duties {
		view := dutyOf(p, d, l)
		view.Versions = versionsOf(filings, d, l)
		page.Duties = append(page.Duties, view)
	}
	return s.sendOffice(c, "target", l, page)
}

// ownTargetsPage is what a leader reports, and has reported.
type ownTargetsPage struct {
	officePage
	targetHead
	Agency  *org.Agency
	Whom    string
	Nothing string // why nothing is to be reported; "": something is
	Enter   bool
	Duties  []dutyView
	Help    []string
	Form    *reportForm // nil: nothing is being written
	Fault   string
	Faults  []fault
	Saved   bool
}

func (s *Server) showOwnTargets(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	return s.sendOwnTargets(ctx, c, ownTargetsPage{Saved: c.Query("saved") != ""}, c.Query("report"), c.Query("period"), nil)
}

// sendOwnTargets shows the reports of a year and the form for one of them:
// the one that was asked for, or the first that is to be handed in.
func (s *Server) sendOwnTargets(ctx context.Context, c *fiber.Ctx, page ownTargetsPage, report, period string, instead typed) error {
	agency, err := s.agency(c)
	if err != nil {
		return err
	}
	p, year, err := s.programmeOf(c)
	if err != nil {
		return err
	}
	l := s.language(c)
	page.officePage = s.officeBase(c, l, l.T("target.own_title"))
	page.targetHead = s.targetHead(p, year, "/dashboard/"+agency.Code+"/targets", l)
	page.Agency, page.Enter = agency, userOf(c).May(auth.EnterRating, agency.Code)
	standing, err := s.Annual.Standing(ctx, p, year, agency.PartyOrganisation)
	switch {
	case errors.Is(err, annual.ErrWhom):
		page.Nothing = l.T("target.no_party")
		return s.sendOffice(c, "owntargets", l, page)
	case err != nil:
		return err
	}
	page.Whom, page.Help = standing.Name, helpOf(p, standing.Help, l)
	var last []rating.Progress // what was filed last, in the report of the form or before it
	var from string            // name of the report before it
	for _, d := range standing.Duties {
		view := dutyOf(p, d, l)
		view.FormURL = page.formURL(d)
		view.Begun = s.begun(d)
		page.Duties = append(page.Duties, view)
		if d.Filed != nil {
			last = d.Targets
		}
		chosen := d.Cadence == report && d.Period == period || report == "" && d.Filed == nil
		if page.Enter && page.Form == nil && view.Begun && chosen {
			page.Form = formOf(p, view, last, instead, page.Faults, l)
			if d.Filed == nil && instead == nil {
				page.Form.CopiedFrom = from
			}
		}
		if d.Filed != nil {
			from = view.Name
		}
	}
	return s.sendOffice(c, "owntargets", l, page)
}

// formURL is the address of the form for one report.
func (page *ownTargetsPage) formURL(d rating.Duty) string {
	values := url.Values{"year": {strconv.Itoa(page.Year)}, "report": {d.Cadence}, "period": {d.Period}}
	return "/dashboard/" + page.Agency.Code + "/targets?" + values.Encode() + "#bao-cao"
}

// begun says whether the span of a report has begun.
func (s *Server) begun(d rating.Duty) bool {
	span, err := rating.ParsePeriod(d.Period)
	return err == nil && span.Range.From <= s.today()
}

// fileTargets hands a report in.
func (s *Server) fileTargets(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	agency, err := s.agency(c)
	if err != nil {
		return err
	}
	p, year, err := s.programmeOf(c)
	if err != nil {
		return err
	}
	l := s.language(c)
	in, filing, faults := readReport(c, p, l)
	if len(faults) > 0 {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendOwnTargets(ctx, c, ownTargetsPage{Faults: faults}, filing.Cadence, filing.Period, in)
	}
	err = s.Annual.File(ctx, p, agency.PartyOrganisation, filing, userOf(c).Email)
	if key := filingFaults.key(err); key != "" {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendOwnTargets(ctx, c, ownTargetsPage{Fault: l.T(key)}, filing.Cadence, filing.Period, in)
	}
	if err != nil {
		return err
	}
	return c.Redirect("/dashboard/"+agency.Code+"/targets?year="+strconv.Itoa(year)+"&saved=1", fiber.StatusSeeOther)
}

// filingFaults are the reasons why a report is refused as a whole.
var filingFaults = mendable{
	{rating.ErrPeriod, "target.fault_report"},
	{rating.ErrReport, "target.fault_report"},
	{annual.ErrWhom, "target.no_party"},
	{annual.ErrEarly, "target.fault_early"},
	{store.ErrConflict, "target.fault_meanwhile"},
}
