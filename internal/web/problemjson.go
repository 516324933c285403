package web

import (
	"encoding/json"
	"strings"

	"hailong/internal/i18n"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/language"
)

// apiPrefix begins the path of every route for programs.
const apiPrefix = "/api/"

// mimeProblem is the media type of RFC 9457.
const mimeProblem = "application/problem+json"

// problemTypes begins the type of every problem. A program may rely on the
// types; titles and details are for people and follow Accept-Language.
const problemTypes = "/problems/"

// told is a problem whose sentence has places to fill, or that lists what is
// wrong with single rows.
type told struct {
	*httpProblem
	pairs  []any // names and values of the sentence
	faults []rowFault
}

// rowFault is what is wrong with one row of what was sent.
type rowFault struct {
	Row     int    `json:"row"` // from 1; 0 is the whole
	Code    string `json:"code"`
	Message string `json:"message"` // English, for the log of the program that sent it
}

// Unwrap returns the problem, so that it is found as one.
func (t *told) Unwrap() error { return t.httpProblem }

// with fills the places of the problem's sentence.
func (p *httpProblem) with(pairs ...any) error { return &told{httpProblem: p, pairs: pairs} }

// isAPI says whether a request is one of a program to the API. It looks at the
// request itself, because one that the parser refused has no route.
func isAPI(c *fiber.Ctx) bool {
	return strings.HasPrefix(string(c.Request().URI().Path()), apiPrefix)
}

// forProgram has other sentences where those of the pages speak to a citizen
// about a sheet.
func forProgram(p *httpProblem) *httpProblem {
	switch p.key {
	case "unavailable":
		return &httpProblem{status: p.status, key: "try_later", retryAfter: p.retryAfter, cause: p.cause}
	case "too_large":
		return &httpProblem{status: p.status, key: "body_too_large"}
	}
	return p
}

// problemDetails is the body of a problem (RFC 9457).
type problemDetails struct {
	Type   string     `json:"type"`
	Title  string     `json:"title"`
	Status int        `json:"status"`
	Detail string     `json:"detail"`
	Errors []rowFault `json:"errors,omitempty"`
}

// sendProblemDetails answers a program.
func (s *Server) sendProblemDetails(c *fiber.Ctx, p *httpProblem, more *told) error {
	l := s.acceptedLanguage(c)
	body, err := json.Marshal(problemDetails{
		Type: problemTypes + p.key, Status: p.status, Errors: more.faults,
		Title: l.T("problem." + p.key + ".title"), Detail: l.T("problem."+p.key+".text", more.pairs...),
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, mimeProblem)
	c.Set(fiber.HeaderContentLanguage, l.Code)
	c.Vary(fiber.HeaderAcceptLanguage)
	return c.Send(body)
}

// accepted chooses among the languages of the interface; the first of them
// stands where the client takes none.
var accepted = func() language.Matcher {
	tags := make([]language.Tag, len(i18n.Codes))
	for i, code := range i18n.Codes {
		tags[i] = language.MustParse(code)
	}
	return language.NewMatcher(tags)
}()

// acceptedLanguage is the one that a program asks for. It has neither a cookie
// nor the query, whose names all belong to the call.
func (s *Server) acceptedLanguage(c *fiber.Ctx) *i18n.Language {
	tags, _, err := language.ParseAcceptLanguage(c.Get(fiber.HeaderAcceptLanguage))
	if err != nil {
		tags = nil // a header that cannot be read asks for nothing
	}
	_, i, _ := accepted.Match(tags...)
	return s.catalog.Language(i18n.Codes[i])
}
