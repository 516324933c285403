package web

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hailong/internal/auth"
	"hailong/internal/i18n"
	"hailong/internal/ledger"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/unicode/norm"
)

// periodsPage is the calendar of one year's periods.
type periodsPage struct {
	officePage
	Year   int
	Before string         // address of the year before
	After  string         // "": it has not begun
	Groups [][]periodTile // months, quarters, half-years, year
	Other  []periodTile   // spans that are no part of a calendar year
}

type periodTile struct {
	ID, Name string
	State    string // as in the wordings: coming, running, ended or a state of package period
}

// showPeriods lists the periods of a year.
func (s *Server) showPeriods(c *fiber.Ctx) error {
	year := s.thisYear()
	if text := c.Query("year"); text != "" {
		var err error
		if year, err = strconv.Atoi(text); err != nil || year < firstYear || year > s.thisYear() {
			return problem(fiber.StatusUnprocessableEntity, "bad_year")
		}
	}
	ctx, cancel := work()
	defer cancel()
	known, err := s.Periods.Periods(ctx)
	if err != nil {
		return err
	}
	l := s.language(c)
	page := periodsPage{officePage: s.officeBase(c, l, l.T("periods.title")), Year: year, Before: "/office/periods?year=" + strconv.Itoa(year-1)}
	if year < s.thisYear() {
		page.After = "/office/periods?year=" + strconv.Itoa(year+1)
	}
	page.fill(s, known, l)
	return s.sendOffice(c, "periods", l, page)
}

func (p *periodsPage) fill(s *Server, known []*period.Period, l *i18n.Language) {
	states := map[string]string{}
	for _, one := range known {
		states[one.ID] = string(one.State())
	}
	length := 0
	for _, span := range rating.Around(p.Year) {
		if span.Range.From > s.today() {
			continue
		}
		tile := periodTile{ID: span.ID, Name: span.Name(l), State: states[span.ID]}
		if tile.State == "" || tile.State == string(period.Open) {
			tile.State = s.openState(span)
		}
		if months := len(span.Range.Months()); months != length {
			p.Groups, length = append(p.Groups, nil), months
		}
		last := &p.Groups[len(p.Groups)-1]
		*last = append(*last, tile)
		delete(states, span.ID)
	}
	for _, one := range known {
		if y, _, _ := one.Range.To.Date(); y == p.Year && states[one.ID] != "" {
			p.Other = append(p.Other, periodTile{ID: one.ID, Name: one.Name(l), State: states[one.ID]})
		}
	}
}

// openState says whether a period that nobody has closed has begun, and whether
// it has ended.
func (s *Server) openState(span rating.Period) string {
	switch today := s.today(); {
	case span.Range.To < today:
		return "ended"
	case span.Range.From > today:
		return "coming"
	}
	return "running"
}

// periodPage is one period: what to look at before closing it, its figures,
// its history.
type periodPage struct {
	officePage
	Period     *period.Period
	Name       string
	State      string
	Info       period.Info
	Manage     bool
	Actions    []periodAction
	Checks     []check
	Methods    []choice
	Scores     *period.Scores
	Ranking    []peers[rating.Score]
	Compared   []comparison // with the months before, and with the same of last year
	NotAlike   bool         // last year was measured by another method
	Difference []differenceRow
	Files      []fileLink
	About      []choice // whom the files are about
	History    []editionView
	Error      string
	Done       string // what was just done
	Public     string // address of the public page; "": not published
}

// periodAction is a step that can be taken. One that shows the figures to
// everybody is asked about once more.
type periodAction struct {
	Name     string // in the address and the wordings
	NeedsWhy bool
	Ask      string // the question before the button; "": none
	From     string // the day from which it can be taken; "": now
}

type differenceRow struct {
	Agency, Figure string
	Before, After  *float64
}

// showPeriod shows a period, and what was just done with it: whoever comes
// back by an old address is told nothing that is not so any more.
func (s *Server) showPeriod(c *fiber.Ctx) error { return s.sendPeriod(c, "") }

func (s *Server) sendPeriod(c *fiber.Ctx, fault string) error {
	ctx, cancel := work()
	defer cancel()
	p, err := s.periodOf(ctx, c)
	if err != nil {
		return err
	}
	l := s.language(c)
	page := periodPage{
		officePage: s.officeBase(c, l, p.Name(l)), Period: p, Name: p.Name(l), State: string(p.State()), Info: period.InfoOf(p),
		Manage: userOf(c).May(auth.ManagePeriods, ""), Actions: actionsOf(p, l), Error: fault, History: s.historyOf(p),
	}
	if p.Shown() != nil {
		page.Public = "/results/" + p.ID
	}
	if step := c.Query("done"); leadsTo[step] == p.Current().State {
		page.Done = l.T("period.done." + step)
	}
	if page.State == string(period.Open) {
		page.State = s.openState(p.Period)
	}
	if page.Scores, err = s.Periods.ScoresOf(ctx, p, period.Query{Method: c.Query("method")}); err != nil {
		return periodProblem(err)
	}
	page.Ranking = rankingOf(s.Register(), page.Scores.Scores, l)
	about := c.Query("about")
	if register := s.Register(); register.Agency(about) == nil && register.PartyOrganisation(about) == nil {
		about = ""
	}
	page.Files, page.About = filesOf(p, page.Scores.Method.ID, about, l), aboutChoices(s.Register(), about, l)
	page.Methods = s.methodChoices(s.Methods.Method(page.Scores.Method.ID), l)
	if err := page.check(ctx, s, l); err != nil {
		return err
	}
	if page.Compared, page.NotAlike, err = s.compared(ctx, page.Scores, p.Period, l); err != nil {
		return err
	}
	if err := page.differ(ctx, s); err != nil {
		return err
	}
	return s.sendOffice(c, "period", l, page)
}

// check fills in the checklist of a period that is not sealed, and says from
// when one that is not over can be closed.
func (p *periodPage) check(ctx context.Context, s *Server, l *i18n.Language) error {
	state := p.Period.Current().State
	if state != period.Open && state != period.Closed {
		return nil
	}
	list, err := s.Periods.Checklist(ctx, p.Period)
	if err != nil {
		return err
	}
	p.Checks = checksOf(list, int(ledger.Grace.Minutes()), l)
	for i := range p.Actions {
		if action := &p.Actions[i]; action.Name == "close" && !list.Ended {
			action.From = l.T("period.close_from", "Day", l.Date(p.Period.Range.To+1))
		}
	}
	return nil
}

// differ finds what a correction changed.
func (p *periodPage) differ(ctx context.Context, s *Server) error {
	if p.Info.Sheet == "" {
		return nil
	}
	signed, err := s.Periods.Export(ctx, p.Period.ID, 0)
	if err != nil {
		return err
	}
	for _, d := range signed.Difference {
		if d.Method == p.Scores.Method.ID {
			p.Difference = append(p.Difference, differenceRow{Agency: d.Agency, Figure: d.Figure, Before: d.Before, After: d.After})
		}
	}
	return nil
}

// leadsTo says what state a period is in after each step.
var leadsTo = map[string]period.State{
	"close": period.Closed, "seal": period.Sealed, "publish": period.Published, "correct": period.Open, "reopen": period.Open,
}

// actionsOf lists what can be done next.
func actionsOf(p *period.Period, l *i18n.Language) []periodAction {
	switch p.Current().State {
	case period.Open:
		return []periodAction{{Name: "close"}}
	case period.Closed:
		return []periodAction{{Name: "seal"}, {Name: "reopen", NeedsWhy: true}}
	case period.Sealed:
		return []periodAction{{Name: "publish", Ask: l.T("period.publish_ask", "Period", p.Name(l))}, {Name: "correct", NeedsWhy: true}}
	}
	return []periodAction{{Name: "correct", NeedsWhy: true}}
}

// changePeriod carries a period one step on.
func (s *Server) changePeriod(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	p, err := s.periodOf(ctx, c)
	if err != nil {
		return err
	}
	who := period.Actor{By: userOf(c).Email, Why: oneLine(string(c.Request().PostArgs().Peek("why")))}
	if err := fitting(who.Why); err != nil {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendPeriod(c, s.language(c).T(periodFaults.key(err)))
	}
	switch c.Params("action") {
	case "close":
		_, err = s.Periods.Close(ctx, p.ID, who)
	case "seal":
		_, err = s.Periods.Seal(ctx, p.ID, who)
	case "publish":
		_, err = s.Periods.Publish(ctx, p.ID, who)
	case "correct":
		_, err = s.Periods.Correct(ctx, p.ID, who)
	case "reopen":
		_, err = s.Periods.Reopen(ctx, p.ID, who)
	default:
		return problem(fiber.StatusNotFound, "not_found")
	}
	if key := periodFaults.key(err); key != "" {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendPeriod(c, s.language(c).T(key))
	}
	if err != nil {
		return err
	}
	return c.Redirect("/office/periods/"+p.ID+"?done="+c.Params("action"), fiber.StatusSeeOther)
}

// maxReason is the length of a typed reason or evidence, in characters.
const maxReason = 500

// oneLine is a typed text as one line of plain characters.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(norm.NFC.String(strings.ToValidUTF8(text, "")), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

// errLong refuses a text: cut short, it would no longer say what its author
// meant.
var errLong = errors.New("a typed text of more than 500 characters")

// fitting returns errLong for a text that is too long to be kept.
func fitting(text string) error {
	if utf8.RuneCountInString(text) > maxReason {
		return errLong
	}
	return nil
}

// periodFaults are the reasons why a step is refused.
var periodFaults = mendable{
	{period.ErrNotEnded, "period.fault_not_ended"},
	{period.ErrState, "period.fault_state"},
	{period.ErrWhy, "period.fault_why"},
	{errLong, "form.too_long"},
	{period.ErrChanged, "period.fault_changed"},
	{period.ErrBusy, "period.fault_busy"},
	{period.ErrKey, "period.fault_key"},
	{period.ErrMethodChanged, "period.fault_method"},
	{period.ErrMeanwhile, "period.fault_meanwhile"},
	{store.ErrConflict, "period.fault_meanwhile"},
}

// periodOf returns the period in the path.
func (s *Server) periodOf(ctx context.Context, c *fiber.Ctx) (*period.Period, error) {
	p, err := s.Periods.Period(ctx, c.Params("period"))
	return p, periodProblem(err)
}

// periodProblem turns what was asked for in vain into a page.
func periodProblem(err error) error {
	switch {
	case errors.Is(err, rating.ErrPeriod), errors.Is(err, period.ErrNoSheet):
		return problem(fiber.StatusNotFound, "not_found")
	case errors.Is(err, period.ErrMethod):
		return problem(fiber.StatusUnprocessableEntity, "bad_method")
	}
	return err
}
