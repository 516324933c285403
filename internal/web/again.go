package web

import (
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

// again is a form that sends once more what came when the session had ended.
// What was typed goes back to the browser that sent it and is kept nowhere.
type again struct {
	Action string // the address that it was sent to
	Fields []field
}

type field struct{ Name, Value string }

// The bounds of what is given back. The largest form of the office, a paper
// sheet or an annual sheet, is far below them.
const (
	againBytes  = 64 << 10
	againFields = 1000
)

// againOf returns what was sent, or nil where it is not given back: what is no
// plain form or too large; and whatever the browser does not say to come from
// a page of this service, or another site could put its own words before a user
// to be sent in the user's name.
func againOf(c *fiber.Ctx) *again {
	media, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	body := c.Body()
	if err != nil || media != fiber.MIMEApplicationForm || len(body) > againBytes || !fromOwnPage(c) {
		return nil
	}
	sent := &again{Action: string(c.Request().URI().RequestURI())}
	fit := strings.HasPrefix(sent.Action, "/") && !strings.HasPrefix(sent.Action, "//")
	c.Request().PostArgs().VisitAll(func(name, value []byte) {
		fit = fit && utf8.Valid(name) && utf8.Valid(value)
		if !strings.Contains(strings.ToLower(string(name)), "password") {
			sent.Fields = append(sent.Fields, field{string(name), string(value)})
		}
	})
	if !fit || len(sent.Fields) == 0 || len(sent.Fields) > againFields {
		return nil
	}
	return sent
}

// fromOwnPage says whether the browser says so. Requests of other sites do not
// come this far (refuseCrossSite), but one that says nothing does.
func fromOwnPage(c *fiber.Ctx) bool {
	origin := c.Get(fiber.HeaderOrigin)
	return c.Get("Sec-Fetch-Site") == "same-origin" || origin != "" && origin != "null"
}
