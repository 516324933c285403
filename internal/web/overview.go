package web

import (
	"slices"

	"hailong/internal/calendar"
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
	return slices.DeleteFunc(slices.Clone(register.Agencies()), func(a org.Agency) bool { return !a.ExistsIn(days) })
}

// DashboardURL returns the address of an agency's dashboard with the page's
// own query. Addresses are put together here, because a template takes a query
// put into an address for one value and escapes it as a whole.
func (p overviewPage) DashboardURL(agency string) string {
	return "/dashboard/" + agency + "?" + p.Query.encode()
}
