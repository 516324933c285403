package web

import (
	"errors"

	"hailong/internal/audit"
	"hailong/internal/auth"

	"github.com/gofiber/fiber/v2"
)

type accountPage struct {
	officePage
	Agency   string // name of the person's own; "": none
	Min, Max int    // characters of a password
	Error    string
	Done     string
}

// showAccount tells a person who is logged in, and as what.
func (s *Server) showAccount(c *fiber.Ctx) error { return s.sendAccount(c, accountPage{}) }

func (s *Server) sendAccount(c *fiber.Ctx, page accountPage) error {
	l := s.language(c)
	page.officePage, page.Min, page.Max = s.officeBase(c, l, l.T("account.title")), auth.MinPassword, auth.MaxPassword
	if code := userOf(c).Agency; code != "" {
		page.Agency = s.agencyName(code, l)
	}
	return s.sendOffice(c, "account", l, page)
}

// errRepeated says that the new password was typed in two ways.
var errRepeated = errors.New("the two new passwords differ")

// passwordFaults are the reasons why a password is not changed.
var passwordFaults = mendable{
	{errRepeated, "account.password_differs"},
	{auth.ErrCredentials, "account.password_wrong"},
	{auth.ErrPasswordSame, "account.password_same"},
	{auth.ErrPasswordLength, "account.password_length"},
	{auth.ErrPasswordText, "account.password_text"},
	{auth.ErrPasswordObvious, "account.password_obvious"},
}

// changePassword gives people a password of their own choice. Whoever else is
// logged in as them is so no longer.
func (s *Server) changePassword(c *fiber.Ctx) error {
	err := s.renewSession(c)
	l := s.language(c)
	if key := passwordFaults.key(err); key != "" {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendAccount(c, accountPage{Error: l.T(key, "Min", auth.MinPassword, "Max", auth.MaxPassword)})
	}
	if err == nil {
		err = s.noteAct(c, audit.UserPassword, userOf(c).Email, nil)
	}
	if err != nil {
		return err
	}
	return s.sendAccount(c, accountPage{Done: l.T("account.password_done")})
}

func (s *Server) renewSession(c *fiber.Ctx) error {
	form := c.Request().PostArgs()
	password := string(form.Peek("new_password"))
	if password != string(form.Peek("new_password_again")) {
		return errRepeated
	}
	ctx, cancel := work()
	defer cancel()
	client := clientKey(clientAddress(c, s.TrustedProxies)).String()
	token, expires, err := s.Accounts.ChangePassword(ctx, userOf(c).Email, string(form.Peek("password")), password, client)
	if err == nil {
		s.setSession(c, &fiber.Cookie{Value: token, Expires: expires})
	}
	return err
}
