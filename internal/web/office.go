package web

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"hailong/internal/auth"
	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/stats"

	"github.com/gofiber/fiber/v2"
)

// officePage is what every page for people at work has.
type officePage struct {
	Title     string
	Sample    bool
	User      *auth.User // nil: not logged in
	Menu      []menuItem
	Languages []languageLink
}

type menuItem struct {
	URL, Label string
	Current    bool
}

func roundIndex(x float64) float64 { return stats.Round(x, 2) }

func (s *Server) officeBase(c *fiber.Ctx, l *i18n.Language, title string) officePage {
	page := officePage{Title: title, Sample: s.Sample, Languages: s.languageChoices(c, l)}
	if user := userOf(c); user.Email != "" {
		page.User = &user
		page.Menu = menu(user, l, c.Path())
	}
	return page
}

// languageChoices links the page to itself in each language, and remembers a
// language that was chosen so. Citizens' pages do not.
func (s *Server) languageChoices(c *fiber.Ctx, current *i18n.Language) []languageLink {
	if c.Query("lang") == current.Code {
		c.Cookie(&fiber.Cookie{Name: languageCookie, Value: current.Code, Path: "/", HTTPOnly: true, Secure: s.overHTTPS(), SameSite: fiber.CookieSameSiteLaxMode, MaxAge: 365 * 24 * 3600})
	}
	var links []languageLink
	for _, code := range i18n.Codes {
		values, _ := url.ParseQuery(string(c.Request().URI().QueryString())) // what cannot be read is left out
		values.Set("lang", code)
		links = append(links, languageLink{
			Code: code, Name: s.catalog.Language(code).T("language.name"), Current: code == current.Code,
			URL: c.Path() + "?" + values.Encode(),
		})
	}
	return links
}

// menu lists the pages that the user may open.
func menu(user auth.User, l *i18n.Language, current string) []menuItem {
	var items []menuItem
	add := func(may bool, path, key string) {
		if may {
			items = append(items, menuItem{URL: path, Label: l.T(key)})
		}
	}
	office := func(p auth.Permission, path, key string) { add(user.May(p, ""), path, key) }
	own := func(p auth.Permission, path, key string) { add(mayAtHome(user, p), path, key) }
	office(auth.SeeOffice, "/office", "menu.office")
	office(auth.SeeAllComments, "/office/comments", "menu.check_comments")
	office(auth.SeeReview, "/office/review", "menu.review")
	office(auth.SeeInsider, "/office/insider", "menu.insider")
	office(auth.SeePeriods, "/office/periods", "menu.periods")
	office(auth.SeeRatings, "/office/ratings", "menu.ratings")
	office(auth.SeeRatings, "/office/targets", "menu.targets")
	own(auth.SeeFigures, "/dashboard/"+user.Agency, "menu.dashboard")
	own(auth.SeeComments, "/dashboard/"+user.Agency+"/comments", "menu.comments")
	own(auth.SeeOwnRating, "/dashboard/"+user.Agency+"/rating", "menu.own_rating")
	own(auth.EnterRating, "/dashboard/"+user.Agency+"/targets", "menu.own_targets")
	own(auth.EnterPaper, "/paper/"+user.Agency, "menu.paper")
	own(auth.PrintPosters, "/posters/"+user.Agency, "menu.posters")
	office(auth.SeeRegister, "/admin/register", "menu.register")
	office(auth.SeeAccounts, "/admin/users", "menu.users")
	office(auth.SeeKeys, "/admin/keys", "menu.keys")
	office(auth.SeeAudit, "/admin/audit", "menu.audit")
	markCurrent(items, current)
	return items
}

// mayAtHome says whether a user of an agency may do something for it.
func mayAtHome(user auth.User, p auth.Permission) bool {
	return user.Agency != "" && user.May(p, user.Agency)
}

// markCurrent marks the item that the page belongs to: the one whose address
// the page's begins with, the longest of several.
func markCurrent(items []menuItem, current string) {
	at := -1
	for i, item := range items {
		within := current == item.URL || strings.HasPrefix(current, item.URL+"/")
		if within && (at < 0 || len(item.URL) > len(items[at].URL)) {
			at = i
		}
	}
	if at >= 0 {
		items[at].Current = true
	}
}

func (s *Server) sendOffice(c *fiber.Ctx, name string, l *i18n.Language, page any) error {
	body, err := s.views.render(name, l, page)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(body)
}

// startPage is where a user begins.
func startPage(user auth.User) string {
	switch {
	case user.May(auth.SeeOffice, ""):
		return "/office"
	case mayAtHome(user, auth.SeeFigures):
		return "/dashboard/" + user.Agency
	case mayAtHome(user, auth.PrintPosters):
		return "/posters/" + user.Agency
	case user.May(auth.SeeAccounts, ""):
		return "/admin/users"
	case user.May(auth.SeeReview, ""):
		return "/office/review"
	}
	return "/account"
}

func (s *Server) home(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	user, err := s.Accounts.Session(ctx, c.Cookies(s.sessionCookie()))
	switch {
	case errors.Is(err, auth.ErrNoSession):
		return c.Redirect("/login", fiber.StatusSeeOther)
	case err != nil:
		return err
	}
	return c.Redirect(startPage(user), fiber.StatusSeeOther)
}

type loginPage struct {
	officePage
	Email, Next string
	Wanted      bool // the user asked for a page that needs a login
	Error       string
	Code        *codeField // for citizens who typed the service's name alone
}

func (s *Server) showLogin(c *fiber.Ctx) error {
	return s.sendLogin(c, loginPage{Next: s.localPath(c.Query("next"))})
}

func (s *Server) sendLogin(c *fiber.Ctx, page loginPage) error {
	l := s.language(c)
	page.officePage, page.Code = s.officeBase(c, l, l.T("login.title")), newCodeField(l, "")
	page.Wanted = page.Next != "/" && page.Error == ""
	return s.sendOffice(c, "login", l, page)
}

func (s *Server) login(c *fiber.Ctx) error {
	form := c.Request().PostArgs()
	email, password, next := string(form.Peek("email")), string(form.Peek("password")), s.localPath(string(form.Peek("next")))
	ctx, cancel := work()
	defer cancel()
	token, expires, user, err := s.Accounts.Login(ctx, email, password, clientKey(clientAddress(c, s.TrustedProxies)).String())
	switch {
	case errors.Is(err, auth.ErrCredentials):
		s.Log.Warn("login refused")
		c.Status(fiber.StatusUnauthorized)
		return s.sendLogin(c, loginPage{Email: email, Next: next, Error: s.language(c).T("login.refused")})
	case err != nil:
		return err
	}
	s.setSession(c, &fiber.Cookie{Value: token, Expires: expires})
	if next == "/" {
		next = startPage(user)
	}
	return c.Redirect(next, fiber.StatusSeeOther)
}

func (s *Server) logout(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	if err := s.Accounts.Logout(ctx, c.Cookies(s.sessionCookie())); err != nil {
		return err
	}
	s.setSession(c, &fiber.Cookie{Expires: time.Unix(1, 0)})
	return c.Redirect("/login", fiber.StatusSeeOther)
}

// agency returns the agency in the path.
func (s *Server) agency(c *fiber.Ctx) (*org.Agency, error) {
	agency := s.Register().Agency(c.Params("agency"))
	if agency == nil {
		return nil, problem(fiber.StatusNotFound, "not_found")
	}
	return agency, nil
}
