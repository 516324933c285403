package web

import (
	"cmp"

	"hailong/internal/auth"
	"hailong/internal/i18n"
	"hailong/internal/org"

	"github.com/gofiber/fiber/v2"
)

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
