package web

import (
	"cmp"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/report"

	"github.com/gofiber/fiber/v2"
)

type overviewPage struct {
	officePage
	Query     query
	Methods   []choice
	Ranking   []peers[report.Standing]
	All       int   // agencies
	Total     int64 // responses counted by the method
	Answered  int   // agencies with answers that the method counts
	Elsewhere int   // agencies with answers to other forms alone
	Reminder  []reminder
}

// showOffice compares all agencies that existed in the range.
func (s *Server) showOffice(c *fiber.Ctx) error {
	q, err := s.queryOf(c)
	if err != nil {
		return err
	}
	ctx, cancel := work()
	defer cancel()
	agencies := agenciesIn(s.Register(), q.Range)
	standings, err := s.Reader.Office(ctx, agencies, q.Method, q.Range)
	if err != nil {
		return err
	}
	l := s.language(c)
	page := overviewPage{
		officePage: s.officeBase(c, l, l.T("office.title")),
		Query:      q,
		Methods:    s.methodChoices(q.Method, l),
		Ranking:    standingsOf(s.Register(), standings, l),
		All:        len(standings),
	}
	if page.Reminder, err = s.remindOffice(ctx, l); err != nil {
		return err
	}
	for _, standing := range standings {
		page.Total += standing.Figure.N
		switch {
		case standing.Figure.N > 0:
			page.Answered++
		case standing.Other > 0:
			page.Elsewhere++
		}
	}
	return s.sendOffice(c, "overview", l, page)
}

func agenciesIn(register *org.Register, days calendar.Range) []org.Agency {
	var agencies []org.Agency
	for _, a := range register.Agencies() {
		if a.ExistsIn(days) {
			agencies = append(agencies, a)
		}
	}
	return agencies
}

type registerPage struct {
	officePage
	Agencies []registerRow
	Closed   []registerRow // those that are none any more
}

// registerRow is one agency with what the register says elsewhere of it.
type registerRow struct {
	org.Agency
	Party string            // name of its party organisation; "": none
	Print bool              // the user may print its posters
	forms map[string]string // titles by id
}

// FormTitle returns what a form is called; its id where there is no such form
// any more.
func (r registerRow) FormTitle(id string) string { return cmp.Or(r.forms[id], id) }

func (s *Server) showRegister(c *fiber.Ctx) error {
	l := s.language(c)
	page := registerPage{officePage: s.officeBase(c, l, l.T("register.title"))}
	for _, agency := range s.Register().Agencies() {
		row := registerRow{Agency: agency, Print: userOf(c).May(auth.PrintPosters, ""), forms: s.formTitles(agency.Counters, l)}
		if party := s.Register().PartyOrganisation(agency.PartyOrganisation); party != nil {
			row.Party = party.Name
		}
		if agency.ValidTo != nil && *agency.ValidTo < s.today() {
			page.Closed = append(page.Closed, row)
		} else {
			page.Agencies = append(page.Agencies, row)
		}
	}
	return s.sendOffice(c, "register", l, page)
}

// formTitles returns by id what the forms of counters are called.
func (s *Server) formTitles(counters []org.Counter, l *i18n.Language) map[string]string {
	titles := map[string]string{}
	for _, counter := range counters {
		if form := s.Forms.Current(counter.Form); form != nil {
			titles[counter.Form] = form.Title.In(l.Code)
		}
	}
	return titles
}

// DashboardURL returns the address of an agency's dashboard with the page's
// own query. Addresses are put together here, because a template takes a query
// put into an address for one value and escapes it as a whole.
func (p overviewPage) DashboardURL(agency string) string {
	return "/dashboard/" + agency + "?" + p.Query.encode()
}
