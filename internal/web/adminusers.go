package web

import (
	"cmp"
	"context"

	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

type usersPage struct {
	officePage
	Accounts []auth.Account
	Names    map[string]string // of agencies, by code
	Roles    []auth.Role
	Agencies []choice
	Manage   bool
	Error    string
	Done     string // what was done
	Password string // made just now, shown this once
}

// NameOf returns what an agency is called; the code where the register does
// not know it.
func (p usersPage) NameOf(agency string) string { return cmp.Or(p.Names[agency], agency) }

func (s *Server) showUsers(c *fiber.Ctx) error { return s.sendUsers(c, usersPage{}) }

// userAct is one thing done to an account: for the audit log the action with
// its details, for the page the sentence, and a password that was made.
type userAct struct {
	action, done, email, password string
	detail                        map[string]string
}

// addUser makes an account with a password that is shown once.
func (s *Server) addUser(c *fiber.Ctx) error {
	form := c.Request().PostArgs()
	email, name, agency := string(form.Peek("email")), string(form.Peek("role")), string(form.Peek("agency"))
	act := userAct{audit.UserAdd, "users.added", email, auth.RandomPassword(), map[string]string{"role": name}}
	if agency != "" {
		act.detail["agency"] = agency
	}
	return s.manage(c, act, func(ctx context.Context) error {
		role, err := auth.ParseRole(name)
		if err != nil {
			return err
		}
		return s.Accounts.Add(ctx, email, role, agency, act.password)
	})
}

// changeUser resets, disables or enables an account.
func (s *Server) changeUser(c *fiber.Ctx) error {
	email := string(c.Request().PostArgs().Peek("email"))
	switch c.Params("action") {
	case "reset":
		act := userAct{audit.UserReset, "users.reset_done", email, auth.RandomPassword(), nil}
		return s.manage(c, act, func(ctx context.Context) error { return s.Accounts.Reset(ctx, email, act.password) })
	case "disable":
		act := userAct{audit.UserDisable, "users.disabled", email, "", nil}
		return s.manage(c, act, func(ctx context.Context) error { return s.Accounts.Disable(ctx, email) })
	case "enable":
		act := userAct{audit.UserEnable, "users.enabled", email, "", nil}
		return s.manage(c, act, func(ctx context.Context) error { return s.Accounts.Enable(ctx, email) })
	}
	return problem(fiber.StatusNotFound, "not_found")
}

// manage does one thing, notes it down and shows the list with what came of it.
func (s *Server) manage(c *fiber.Ctx, act userAct, do func(context.Context) error) error {
	ctx, cancel := work()
	defer cancel()
	l := s.language(c)
	err := do(ctx)
	if key := accountFaults.key(err); key != "" {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendUsers(c, usersPage{Error: l.T(key)})
	}
	if err == nil {
		email, _ := auth.NormalizeEmail(act.email) // it is one: the act was done to its account
		err = s.noteAct(c, act.action, email, act.detail)
	}
	if err != nil {
		return err
	}
	return s.sendUsers(c, usersPage{Done: l.T(act.done, "Email", act.email), Password: act.password})
}

// accountFaults are the reasons why an account is not changed.
var accountFaults = mendable{
	{auth.ErrEmail, "users.bad_email"},
	{auth.ErrRole, "users.bad_role"},
	{auth.ErrAgencyMissing, "users.agency_missing"},
	{auth.ErrAgencyGiven, "users.agency_given"},
	{auth.ErrAgencyUnknown, "users.agency_unknown"},
	{auth.ErrLastAdmin, "users.last_admin"},
	{store.ErrExists, "users.exists"},
	{store.ErrNotFound, "users.not_found"},
}

func (s *Server) sendUsers(c *fiber.Ctx, page usersPage) error {
	ctx, cancel := work()
	defer cancel()
	var err error
	if page.Accounts, err = s.Accounts.List(ctx); err != nil {
		return err
	}
	l := s.language(c)
	page.officePage = s.officeBase(c, l, l.T("users.title"))
	page.Names = agencyNames(s.Register(), l)
	page.Roles, page.Agencies, page.Manage = auth.Roles(), agencyChoices(s.Register(), "", "–", l), userOf(c).May(auth.ManageAccounts, "")
	return s.sendOffice(c, "users", l, page)
}
