package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"hailong/internal/annual"
	"hailong/internal/period"
	"hailong/internal/rating"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// The API says what the pages say: every figure comes from the same packages.
// Handlers here only read the query, ask and encode.

//go:embed openapi.json
var openapiFile []byte

// openapi is the description of the API.
var openapi = newFinished(openapiFile)

func (s *Server) sendOpenAPI(c *fiber.Ctx) error {
	if _, err := arguments(c); err != nil {
		return err
	}
	return openapi.send(c)
}

// finished is a reply that is ready to be sent with the tag that it is known by.
// It is never changed.
type finished struct{ body, tag []byte }

func newFinished(body []byte) *finished {
	sum := sha256.Sum256(body)
	return &finished{body: body, tag: []byte(`"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`)}
}

// finishedHeaders: a client may keep a reply but asks each time whether it
// still stands, and nothing between may keep it.
var finishedHeaders = []header{
	newHeader(fiber.HeaderCacheControl, "private, no-cache"),
	newHeader(fiber.HeaderContentType, fiber.MIMEApplicationJSON),
}

var etag = []byte(fiber.HeaderETag)

// send answers with the document, or with 304 to a client that has it.
func (d *finished) send(c *fiber.Ctx) error {
	setHeaders(c, finishedHeaders)
	c.Response().Header.SetCanonical(etag, d.tag)
	if d.isKnown(c.Request().Header.Peek(fiber.HeaderIfNoneMatch)) {
		c.Status(fiber.StatusNotModified)
		return nil
	}
	c.Response().SetBodyRaw(d.body)
	return nil
}

// isKnown reads If-None-Match, whose tags are compared weakly (RFC 9110,
// 13.1.2).
func (d *finished) isKnown(header []byte) bool {
	for tag := range bytes.SplitSeq(header, []byte(",")) {
		tag = bytes.TrimPrefix(bytes.TrimSpace(tag), []byte("W/"))
		if bytes.Equal(tag, d.tag) || bytes.Equal(tag, []byte("*")) {
			return true
		}
	}
	return false
}

func encoded(value any) (*finished, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return newFinished(body), nil
}

// sendValue encodes a value that is made anew each time.
func sendValue(c *fiber.Ctx, value any) error {
	reply, err := encoded(value)
	if err != nil {
		return err
	}
	return reply.send(c)
}

// arguments returns the values of the query in the order of the names, "" for
// one that is not there. A name that the call does not know, one given twice
// and one without a value are refused: a slip of the pen must not silently ask
// for other figures.
func arguments(c *fiber.Ctx, names ...string) ([]string, error) {
	args := c.Request().URI().QueryArgs()
	values, found := make([]string, len(names)), 0
	for i, name := range names {
		if value := args.Peek(name); len(value) > 0 {
			values[i] = string(value)
			found++
		}
	}
	if found < args.Len() {
		return nil, strange(args, names)
	}
	return values, nil
}

// strange finds the argument for which a query is refused.
func strange(args *fasthttp.Args, names []string) error {
	seen := map[string]bool{}
	for name, value := range args.All() {
		name := string(name)
		switch {
		case !slices.Contains(names, name):
			return problem(fiber.StatusUnprocessableEntity, "unknown_parameter").with("Name", name)
		case seen[name]:
			return problem(fiber.StatusUnprocessableEntity, "repeated_parameter").with("Name", name)
		case len(value) == 0:
			return problem(fiber.StatusUnprocessableEntity, "bad_parameter").with("Name", name)
		}
		seen[name] = true
	}
	return problem(fiber.StatusUnprocessableEntity, "bad_request")
}

// neededPeriod refuses a call without a period.
func neededPeriod(id string) error {
	if id == "" {
		return problem(fiber.StatusUnprocessableEntity, "period_missing")
	}
	return nil
}

// asked turns what was asked for in vain into a problem. What names a thing
// that does not exist is not found, also where it could not exist; anything
// else that is wrong with a query cannot be processed.
func asked(err error) error {
	switch {
	case errors.Is(err, rating.ErrPeriod):
		return problem(fiber.StatusNotFound, "unknown_period")
	case errors.Is(err, period.ErrMethod):
		return problem(fiber.StatusNotFound, "unknown_method")
	case errors.Is(err, period.ErrAgency):
		return problem(fiber.StatusNotFound, "unknown_agency")
	case errors.Is(err, period.ErrBy):
		return problem(fiber.StatusUnprocessableEntity, "bad_by")
	case errors.Is(err, period.ErrNoSheet):
		return problem(fiber.StatusNotFound, "no_sheet")
	case errors.Is(err, annual.ErrRule):
		return problem(fiber.StatusNotFound, "unknown_rule")
	case errors.Is(err, annual.ErrNoRule):
		return problem(fiber.StatusNotFound, "no_rule")
	}
	return err
}

// whole reads a positive whole number as people write it.
func whole(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0 && strconv.Itoa(n) == text
}
