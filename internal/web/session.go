package web

import (
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"

	"hailong/internal/auth"

	"github.com/gofiber/fiber/v2"
)

// userKey is the private key of the user in a request's locals.
type userKey struct{}

const languageCookie = "hailong_lang"

// sessionCookie is the cookie's name. The __Host- prefix makes browsers refuse
// it from anywhere but this host over HTTPS; plain HTTP (loopback) cannot have
// it.
func (s *Server) sessionCookie() string {
	if s.overHTTPS() {
		return "__Host-hailong"
	}
	return "hailong"
}

// userOf returns who is logged in; without an email it is nobody.
func userOf(c *fiber.Ctx) auth.User {
	user, _ := c.Locals(userKey{}).(auth.User)
	return user
}

// authorize lets a request pass only with a session whose role may use the
// route. A foreign or unknown agency is "not found", so that nobody learns
// from the answer which agencies there are.
func (s *Server) authorize(a access) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := work()
		defer cancel()
		user, err := s.Accounts.Session(ctx, c.Cookies(s.sessionCookie()))
		switch {
		case errors.Is(err, auth.ErrNoSession):
			return s.askForLogin(c)
		case err != nil:
			return err
		}
		c.Locals(userKey{}, user)
		agency := c.Params("agency")
		switch {
		case a.member || user.May(a.permission, agency):
			return c.Next()
		case agency != "":
			return problem(fiber.StatusNotFound, "not_found")
		}
		return problem(fiber.StatusForbidden, "forbidden")
	}
}

// askForLogin sends a person to the login page and back again, keeps what a
// person sent with a form, and tells a program that it is not logged in.
func (s *Server) askForLogin(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodPost && !wantsJSON(c) && c.Path() != "/logout" {
		return problem(fiber.StatusUnauthorized, "expired")
	}
	if c.Method() != fiber.MethodGet || wantsJSON(c) || strings.HasSuffix(c.Path(), ".csv") {
		return problem(fiber.StatusUnauthorized, "unauthorized")
	}
	return c.Redirect("/login?next="+url.QueryEscape(c.OriginalURL()), fiber.StatusSeeOther)
}

func (s *Server) setSession(c *fiber.Ctx, cookie *fiber.Cookie) {
	cookie.Name = s.sessionCookie()
	cookie.Path = "/"
	cookie.HTTPOnly = true
	cookie.Secure = s.overHTTPS()
	cookie.SameSite = fiber.CookieSameSiteLaxMode
	c.Cookie(cookie)
}

// localPath returns the address to go to after login if it is a path of this
// service that a browser can open, else "/". Anything that a browser could read
// as another host, or as another path, is none.
func (s *Server) localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" ||
		!strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") ||
		path.Clean(u.Path) != u.Path || !s.opens(u.EscapedPath()) {
		return "/"
	}
	return next
}

// opens says whether some route answers GET at the path.
func (s *Server) opens(address string) bool {
	parts := strings.Split(address, "/")
	return slices.ContainsFunc(s.landings, func(route []string) bool {
		return slices.EqualFunc(route, parts, func(wanted, part string) bool {
			return wanted == part || strings.HasPrefix(wanted, ":") && part != ""
		})
	})
}
