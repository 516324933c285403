package web

import (
	"strings"

	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

type keysPage struct {
	officePage
	Keys     []auth.Key
	Scopes   []scopeChoice
	Agencies []choice
	Manage   bool
	Error    string
	Done     string
	Secret   string // of the key made just now, shown this once
}

type scopeChoice struct {
	Scope auth.Scope
	Label string
}

// scopeWords name what each scope is good for.
var scopeWords = map[auth.Scope]string{
	auth.ReadScores:    "keys.read_scores",
	auth.ReadResponses: "keys.read_responses",
	auth.IssueTickets:  "keys.issue_tickets",
	auth.WriteServed:   "keys.write_served",
}

func (s *Server) showKeys(c *fiber.Ctx) error { return s.sendKeys(c, keysPage{}) }

// addKey makes a key with a secret that is shown once.
func (s *Server) addKey(c *fiber.Ctx) error {
	form := c.Request().PostArgs()
	name, agency := string(form.Peek("name")), string(form.Peek("agency"))
	var scopes []auth.Scope
	var words []string
	for _, value := range form.PeekMulti("scope") {
		scopes, words = append(scopes, auth.Scope(value)), append(words, string(value))
	}
	ctx, cancel := work()
	defer cancel()
	secret, err := s.Keys.Add(ctx, name, scopes, agency)
	if err == nil {
		detail := map[string]string{"scopes": strings.Join(words, " ")}
		if agency != "" {
			detail["agency"] = agency
		}
		err = s.noteAct(c, audit.KeyAdd, name, detail)
	}
	return s.tellKeys(c, err, keysPage{Done: s.language(c).T("keys.added", "Name", name), Secret: secret})
}

func (s *Server) revokeKey(c *fiber.Ctx) error {
	name := string(c.Request().PostArgs().Peek("name"))
	ctx, cancel := work()
	defer cancel()
	err := s.Keys.Revoke(ctx, name)
	if err == nil {
		err = s.noteAct(c, audit.KeyRevoke, name, nil)
	}
	return s.tellKeys(c, err, keysPage{Done: s.language(c).T("keys.revoked", "Name", name)})
}

// tellKeys shows the list with what came of an act.
func (s *Server) tellKeys(c *fiber.Ctx, err error, done keysPage) error {
	if key := keyFaults.key(err); key != "" {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendKeys(c, keysPage{Error: s.language(c).T(key)})
	}
	if err != nil {
		return err
	}
	return s.sendKeys(c, done)
}

// keyFaults are the reasons why a key is not made or revoked.
var keyFaults = mendable{
	{auth.ErrKeyName, "keys.bad_name"},
	{auth.ErrScope, "keys.bad_scope"},
	{auth.ErrNoScope, "keys.no_scope"},
	{auth.ErrAgencyUnknown, "keys.agency_unknown"},
	{store.ErrExists, "keys.exists"},
	{store.ErrNotFound, "keys.not_found"},
}

func (s *Server) sendKeys(c *fiber.Ctx, page keysPage) error {
	ctx, cancel := work()
	defer cancel()
	var err error
	if page.Keys, err = s.Keys.List(ctx); err != nil {
		return err
	}
	l := s.language(c)
	page.officePage = s.officeBase(c, l, l.T("keys.title"))
	page.Agencies, page.Manage = agencyChoices(s.Register(), "", l.T("keys.all_agencies"), l), userOf(c).May(auth.ManageKeys, "")
	for _, scope := range auth.Scopes() {
		page.Scopes = append(page.Scopes, scopeChoice{scope, l.T(scopeWords[scope])})
	}
	return s.sendOffice(c, "keys", l, page)
}
