package web

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// officePolicy is the content security policy of every page that loads its
// styles and scripts as files. No page holds inline script or style, but for
// the citizen's, which names its own by hash.
const officePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// header is a line of a reply that is the same each time, ready to be copied.
type header struct{ name, value []byte }

// newHeader takes the name in its canonical form.
func newHeader(name, value string) header { return header{[]byte(name), []byte(value)} }

func setHeaders(c *fiber.Ctx, headers []header) {
	for i := range headers {
		c.Response().Header.SetCanonical(headers[i].name, headers[i].value)
	}
}

// securityHeaders are on every reply.
var securityHeaders = []header{
	newHeader(fiber.HeaderContentSecurityPolicy, officePolicy),
	newHeader(fiber.HeaderXContentTypeOptions, "nosniff"),
	newHeader(fiber.HeaderReferrerPolicy, "no-referrer"),
	newHeader("Cross-Origin-Opener-Policy", "same-origin"),
	newHeader("Cross-Origin-Resource-Policy", "same-origin"),
	newHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
}

// secure sets the headers of every reply.
func (s *Server) secure(c *fiber.Ctx) error {
	setHeaders(c, securityHeaders)
	if s.overHTTPS() {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
	return c.Next()
}

// recoverPanic turns a panic into an error with its stack in the log.
func (s *Server) recoverPanic(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s.Log.Error("panic", "route", routeOf(c), "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = fiber.ErrInternalServerError
		}
	}()
	return c.Next()
}

// logOffice writes one line per request of a person at work. What citizens do
// is counted but never logged: a line with its time could be laid beside an
// answer.
func (s *Server) logOffice(c *fiber.Ctx) error {
	start := s.Now()
	err := c.Next()
	status := c.Response().StatusCode()
	if err != nil {
		status = problemOf(err).status // the error handler runs after this
	}
	s.Log.Info("request", "method", c.Method(), "route", routeOf(c), "status", status,
		"user", userOf(c).Email, "took", s.Now().Sub(start).Round(time.Microsecond).String())
	return err
}

// refuseCrossSite refuses requests that another site's page made a browser
// send. Only the office's routes have something to steal.
func (s *Server) refuseCrossSite(c *fiber.Ctx) error {
	r := &http.Request{Method: c.Method(), Host: string(c.Request().Host()), Header: http.Header{}}
	for _, name := range []string{"Origin", "Sec-Fetch-Site"} {
		if value := c.Get(name); value != "" {
			r.Header.Set(name, value)
		}
	}
	if err := s.crossSite.Check(r); err != nil || s.referredFromElsewhere(c) {
		return problem(fiber.StatusForbidden, "cross_site")
	}
	return c.Next()
}

// referredFromElsewhere says whether a change comes from another site's page
// through a browser that is too old to say so in its own header.
func (s *Server) referredFromElsewhere(c *fiber.Ctx) bool {
	if c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead || c.Get("Origin") != "" || c.Get("Sec-Fetch-Site") != "" {
		return false
	}
	referrer, err := url.Parse(c.Get(fiber.HeaderReferer))
	return err != nil || referrer.Host != "" && referrer.Host != string(c.Request().Host()) && !strings.EqualFold(referrer.Scheme+"://"+referrer.Host, s.PublicURL)
}

// uncached marks pages that only the person logged in may see.
func uncached(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Next()
}

func (s *Server) overHTTPS() bool { return strings.HasPrefix(s.PublicURL, "https://") }
