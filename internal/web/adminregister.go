package web

import (
	"hailong/internal/auth"
	"hailong/internal/org"

	"github.com/gofiber/fiber/v2"
)

type registerPage struct {
	officePage
	Agencies []org.Agency
	Register *org.Register
	Print    bool
}

func (s *Server) showRegister(c *fiber.Ctx) error {
	l := s.language(c)
	page := registerPage{officePage: s.officeBase(c, l, l.T("register.title")), Agencies: s.Register().Agencies(), Register: s.Register(), Print: userOf(c).May(auth.PrintPosters, "")}
	return s.sendOffice(c, "register", l, page)
}

// Party returns the name of the agency's party organisation.
func (p registerPage) Party(a org.Agency) string {
	if party := p.Register.PartyOrganisation(a.PartyOrganisation); party != nil {
		return party.Name
	}
	return ""
}
