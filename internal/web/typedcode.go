package web

import (
	"net/url"

	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/survey"

	"github.com/gofiber/fiber/v2"
)

// codeField is where people type the code of a counter: not every phone scans.
type codeField struct {
	Typed string
	Lang  string // the form's, "": as it opens by itself
}

func newCodeField(l *i18n.Language, typed string) *codeField {
	field := &codeField{Typed: typed}
	if l.Code != survey.Vietnamese {
		field.Lang = l.Code
	}
	return field
}

type codeView struct {
	citizenPage
	Code *codeField
}

// openTyped leads to the counter whose code somebody typed, as people type it,
// and asks for a code where there is none.
func (s *Server) openTyped(c *fiber.Ctx) error {
	l := s.language(c)
	typed := c.Query("link")
	if typed == "" {
		view := codeView{citizenPage: s.pages.base(l, l.T("code.title")), Code: newCodeField(l, "")}
		return s.pages.send(c, "code", l, view.policy(), view)
	}
	link, ok := org.CanonicalLink(typed)
	if !ok {
		return problem(fiber.StatusNotFound, "unknown_link")
	}
	target := "/q/" + link
	if asked := c.Query("lang"); asked != "" {
		target += "?" + url.Values{"lang": {asked}}.Encode()
	}
	return c.Redirect(target, fiber.StatusSeeOther)
}
