package web

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"hailong/internal/auth"
	"hailong/internal/collect"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

// httpProblem is an error that has a page: a status, and the key of the
// sentences that a person sees. What lies behind it goes to the log only.
type httpProblem struct {
	status     int
	key        string // of the catalogue: problem.<key>.title and .text
	retryAfter int    // seconds; 0: no header
	cause      error  // nil: nothing to log
}

func problem(status int, key string) *httpProblem { return &httpProblem{status: status, key: key} }

// Error describes the problem for the log.
func (p *httpProblem) Error() string {
	text := strconv.Itoa(p.status) + " " + p.key
	if p.cause != nil {
		text += ": " + p.cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (p *httpProblem) Unwrap() error { return p.cause }

// busySeconds is how long a client is asked to wait when the store is down.
const busySeconds = 5

// problemOf turns any error into one that has a page.
func problemOf(err error) *httpProblem {
	var known *httpProblem
	if errors.As(err, &known) {
		return known
	}
	var throttled *auth.ThrottledError
	var framework *fiber.Error
	switch {
	case errors.As(err, &throttled):
		return &httpProblem{status: fiber.StatusTooManyRequests, key: "login_throttled", retryAfter: int(throttled.RetryAfter.Seconds()) + 1}
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, collect.ErrFormChanged):
		return &httpProblem{status: fiber.StatusServiceUnavailable, key: "unavailable", retryAfter: busySeconds, cause: err}
	case errors.As(err, &framework):
		return &httpProblem{status: framework.Code, key: keyOfStatus(framework.Code)}
	}
	return &httpProblem{status: fiber.StatusInternalServerError, key: "internal", cause: err}
}

// keyOfStatus names the sentence for an error of the HTTP parser or router.
func keyOfStatus(status int) string {
	switch status {
	case fiber.StatusNotFound:
		return "not_found"
	case fiber.StatusMethodNotAllowed:
		return "method"
	case fiber.StatusRequestEntityTooLarge:
		return "too_large"
	case fiber.StatusInternalServerError:
		return "internal"
	}
	return "bad_request"
}

// answerError is the framework's error handler, the one place where an error
// becomes a reply. It sets the headers again, because requests that the parser
// refused pass no middleware.
func (s *Server) answerError(c *fiber.Ctx, err error) error {
	setHeaders(c, securityHeaders)
	c.Set(fiber.HeaderCacheControl, "no-store")
	p := problemOf(err)
	if isAPI(c) {
		p = forProgram(p)
	}
	s.report(c, p)
	if p.retryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(p.retryAfter))
	}
	s.metrics.countProblem(p.status)
	c.Status(p.status)
	if isAPI(c) {
		more := &told{}
		errors.As(err, &more)
		return s.sendProblemDetails(c, p, more)
	}
	if wantsJSON(c) {
		return c.JSON(problemJSON{Status: p.status, Code: p.key, Message: s.language(c).T("problem." + p.key + ".text")})
	}
	return s.sendProblemPage(c, p)
}

// report logs what lies behind a problem. That the store is down is said once
// a second, not once a citizen.
func (s *Server) report(c *fiber.Ctx, p *httpProblem) {
	if p.cause == nil {
		return
	}
	say := func() {
		s.Log.Error("request failed", "method", c.Method(), "route", routeOf(c), "status", p.status, "error", p.cause)
	}
	if p.status == fiber.StatusServiceUnavailable {
		s.complain.Do(say)
		return
	}
	say()
}

type problemJSON struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// routeOf returns the pattern of the route, never the path: paths hold links.
func routeOf(c *fiber.Ctx) string {
	if route := c.Route(); route != nil {
		return route.Path
	}
	return ""
}

// wantsJSON says whether the client is a program: it sends or asks for JSON.
func wantsJSON(c *fiber.Ctx) bool {
	return isJSON(c.Get(fiber.HeaderContentType)) ||
		isJSON(c.Get(fiber.HeaderAccept)) ||
		strings.HasSuffix(c.Path(), ".json")
}

// isJSON says whether the first media type of a header is JSON.
func isJSON(header string) bool {
	first, _, _ := strings.Cut(header, ",")
	media, _, _ := strings.Cut(first, ";")
	return strings.EqualFold(strings.TrimSpace(media), fiber.MIMEApplicationJSON)
}
