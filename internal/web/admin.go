package web

import (
	"errors"

	"hailong/internal/auth"
	"hailong/internal/org"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

type usersPage struct {
	officePage
	Accounts []auth.Account
	Roles    []auth.Role
	Agencies []org.Agency
	Manage   bool
	Error    string
	Done     string // what was done
	Password string // made just now, shown this once
}

func (s *Server) showUsers(c *fiber.Ctx) error { return s.sendUsers(c, usersPage{}) }

// addUser makes an account with a password that is shown once.
func (s *Server) addUser(c *fiber.Ctx) error {
	form := c.Request().PostArgs()
	email, agency, password := string(form.Peek("email")), string(form.Peek("agency")), auth.RandomPassword()
	return s.manage(c, "users.added", email, password, func() error {
		role, err := auth.ParseRole(string(form.Peek("role")))
		if err != nil {
			return err
		}
		ctx, cancel := work()
		defer cancel()
		return s.Accounts.Add(ctx, email, role, agency, password)
	})
}

// changeUser resets, disables or enables an account.
func (s *Server) changeUser(c *fiber.Ctx) error {
	email := string(c.Request().PostArgs().Peek("email"))
	ctx, cancel := work()
	defer cancel()
	switch c.Params("action") {
	case "reset":
		password := auth.RandomPassword()
		return s.manage(c, "users.reset_done", email, password, func() error { return s.Accounts.Reset(ctx, email, password) })
	case "disable":
		return s.manage(c, "users.disabled", email, "", func() error { return s.Accounts.Disable(ctx, email) })
	case "enable":
		return s.manage(c, "users.enabled", email, "", func() error { return s.Accounts.Enable(ctx, email) })
	}
	return problem(fiber.StatusNotFound, "not_found")
}

// manage does one thing and shows the list with what came of it.
func (s *Server) manage(c *fiber.Ctx, done, email, password string, do func() error) error {
	l := s.language(c)
	err := do()
	if key := accountFault(err); key != "" {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendUsers(c, usersPage{Error: l.T(key)})
	}
	if err != nil {
		return err
	}
	return s.sendUsers(c, usersPage{Done: l.T(done, "Email", email), Password: password})
}

// accountFault names the sentence for what a person can mend.
func accountFault(err error) string {
	for key, known := range map[string]error{
		"users.bad_email":      auth.ErrEmail,
		"users.bad_role":       auth.ErrRole,
		"users.agency_missing": auth.ErrAgencyMissing,
		"users.agency_given":   auth.ErrAgencyGiven,
		"users.agency_unknown": auth.ErrAgencyUnknown,
		"users.last_admin":     auth.ErrLastAdmin,
		"users.exists":         store.ErrExists,
		"users.not_found":      store.ErrNotFound,
	} {
		if errors.Is(err, known) {
			return key
		}
	}
	return ""
}

func (s *Server) sendUsers(c *fiber.Ctx, page usersPage) error {
	ctx, cancel := work()
	defer cancel()
	var err error
	if page.Accounts, err = s.Accounts.List(ctx); err != nil {
		return err
	}
	l := s.language(c)
	user, _ := userOf(c)
	page.officePage = s.officeBase(c, l, l.T("users.title"))
	page.Roles, page.Agencies, page.Manage = auth.Roles(), s.Register().Agencies(), user.May(auth.ManageAccounts, "")
	return s.sendOffice(c, "users", l, page)
}

// showAccount tells a person who is logged in, and as what.
func (s *Server) showAccount(c *fiber.Ctx) error {
	l := s.language(c)
	return s.sendOffice(c, "account", l, s.officeBase(c, l, l.T("account.title")))
}
