package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hailong/internal/app"
	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/config"
	"hailong/internal/store"
)

type userCommands struct {
	Add     userAdd     `cmd:"" help:"Add an account."`
	List    userList    `cmd:"" help:"List accounts."`
	Reset   userReset   `cmd:"" help:"Give an account a new password and end its sessions."`
	Disable userDisable `cmd:"" help:"Shut an account out and end its sessions."`
	Enable  userEnable  `cmd:"" help:"Let a disabled account in again."`
}

type userAdd struct {
	config.Data
	Email         string `arg:"" help:"Email address, the name to log in with."`
	Role          string `required:"" help:"admin, office, reviewer, leader, clerk or auditor." placeholder:"ROLE"`
	Agency        string `help:"Code of the agency, for leader and clerk." placeholder:"CODE"`
	PasswordStdin bool   `help:"Read the password from standard input; without it one is made and printed."`
}

// Validate checks all settings at once.
func (u *userAdd) Validate() error {
	role, err := auth.ParseRole(u.Role)
	switch {
	case u.Role == "":
		err = nil // the parser tells that it is missing
	case err != nil:
		err = fmt.Errorf("--role: %w", err)
	case role.BoundToAgency() && u.Agency == "":
		err = fmt.Errorf("--agency: %w", auth.ErrAgencyMissing)
	case !role.MayHaveAgency() && u.Agency != "":
		err = fmt.Errorf("--agency: %w", auth.ErrAgencyGiven)
	}
	return errors.Join(err, u.Data.Validate())
}

func (u *userAdd) Run(c *console) error {
	done := doing{audit.UserAdd, u.Email, map[string]string{"role": u.Role, "agency": u.Agency}}
	return withPassword(c, u.Data, u.PasswordStdin, done, func(accounts *auth.Accounts, password string) error {
		err := accounts.Add(c.ctx, u.Email, auth.Role(u.Role), u.Agency, password)
		if errors.Is(err, auth.ErrAgencyUnknown) {
			return noAgency(u.Agency)
		}
		return explain(u.Email, err)
	})
}

// explain says what an operator can do about a refusal.
func explain(email string, err error) error {
	switch {
	case errors.Is(err, auth.ErrEmail):
		return fmt.Errorf("%q is not an email address", email)
	case errors.Is(err, store.ErrExists):
		return fmt.Errorf("there is an account %s already; hailong user reset gives it a new password", email)
	case errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("there is no account %s; hailong user list tells which there are", email)
	case errors.Is(err, auth.ErrLastAdmin):
		return fmt.Errorf("%w; add another admin first", err)
	}
	return err
}

type userReset struct {
	config.Data
	Email         string `arg:"" help:"Email address of the account."`
	PasswordStdin bool   `help:"Read the password from standard input; without it one is made and printed."`
}

func (u *userReset) Run(c *console) error {
	return withPassword(c, u.Data, u.PasswordStdin, doing{audit.UserReset, u.Email, nil}, func(accounts *auth.Accounts, password string) error {
		return explain(u.Email, accounts.Reset(c.ctx, u.Email, password))
	})
}

// doing is what a command does to an account, for the audit log.
type doing struct {
	action, email string
	detail        map[string]string
}

// noteUser writes it to the log, under the email as it is kept.
func (c *console) noteUser(a *app.App, done doing) error {
	email, err := auth.NormalizeEmail(done.email)
	if err != nil {
		return err
	}
	return c.note(a, done.action, email, done.detail)
}

// withPassword does something with a password that is read or made; one that
// is made is printed alone on standard output, this once, before anything else
// can fail.
func withPassword(c *console, data config.Data, read bool, done doing, do func(*auth.Accounts, string) error) error {
	password := auth.RandomPassword()
	if read {
		line, err := bufio.NewReader(c.in).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read password: %w", err)
		}
		password = strings.TrimRight(line, "\r\n")
	}
	a, err := c.create(data)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := do(a.Accounts, password); err != nil {
		return err
	}
	if !read {
		c.printf("%s\n", password)
	}
	return c.noteUser(a, done)
}

type userDisable struct {
	config.Data
	Email string `arg:"" help:"Email address of the account."`
}

func (u *userDisable) Run(c *console) error {
	return change(c, u.Data, doing{audit.UserDisable, u.Email, nil}, (*auth.Accounts).Disable)
}

// change does something with an account that is there.
func change(c *console, data config.Data, done doing, do func(*auth.Accounts, context.Context, string) error) error {
	a, err := c.open(data)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := do(a.Accounts, c.ctx, done.email); err != nil {
		return explain(done.email, err)
	}
	return c.noteUser(a, done)
}

type userEnable struct {
	config.Data
	Email string `arg:"" help:"Email address of the account."`
}

func (u *userEnable) Run(c *console) error {
	return change(c, u.Data, doing{audit.UserEnable, u.Email, nil}, (*auth.Accounts).Enable)
}

type userList struct {
	config.Data
	JSON bool `help:"Print JSON."`
}

func (u *userList) Run(c *console) error {
	a, err := c.open(u.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	accounts, err := a.Accounts.List(c.ctx)
	if err != nil {
		return err
	}
	if u.JSON {
		return c.printJSON(accounts)
	}
	table := c.table()
	for _, account := range accounts {
		state := "enabled"
		if account.Disabled {
			state = "disabled"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", account.Email, account.Role, account.Agency, state)
	}
	return table.Flush()
}
