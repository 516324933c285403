package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/config"
	"hailong/internal/store"
)

type keyCommands struct {
	Add    keyAdd    `cmd:"" help:"Make an API key and print its secret, this once."`
	List   keyList   `cmd:"" help:"List API keys, without their secrets."`
	Revoke keyRevoke `cmd:"" help:"End an API key for good."`
}

type keyAdd struct {
	config.Data
	Name   string   `arg:"" help:"Name, to know the key by: a-z, 0-9 and -."`
	Scope  []string `required:"" help:"scores:read, responses:read, tickets:issue or served:write; may be repeated." placeholder:"SCOPE"`
	Agency string   `help:"Code of the one agency that the key is good for; without it all." placeholder:"CODE"`
}

// Validate checks all settings at once.
func (k *keyAdd) Validate() error {
	_, err := k.scopes()
	return errors.Join(err, k.Data.Validate())
}

// scopes reads what was typed. That there is no flag at all the parser tells.
func (k *keyAdd) scopes() ([]auth.Scope, error) {
	if k.Scope != nil && len(k.Scope) == 0 {
		return nil, fmt.Errorf("--scope: %w", auth.ErrNoScope)
	}
	scopes := make([]auth.Scope, len(k.Scope))
	for i, name := range k.Scope {
		var err error
		if scopes[i], err = auth.ParseScope(name); err != nil {
			return nil, fmt.Errorf("--scope: %w", err)
		}
	}
	return scopes, nil
}

func (k *keyAdd) Run(c *console) error {
	scopes, err := k.scopes()
	if err != nil {
		return err
	}
	a, err := c.create(k.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	if k.Agency != "" && slices.Contains(scopes, auth.ReadResponses) {
		c.log.Warn("whoever has this key reads single answers of the agency that it rates; its own figures hide small groups", "agency", k.Agency)
	}
	secret, err := a.Keys.Add(c.ctx, k.Name, scopes, k.Agency)
	if err != nil {
		return explainKey(k.Name, k.Agency, err)
	}
	c.printf("%s\n", secret)
	fmt.Fprintln(c.err, "This is the secret of the key; it will not be shown again.")
	return c.note(a, audit.KeyAdd, k.Name, map[string]string{"scopes": strings.Join(k.Scope, " "), "agency": k.Agency})
}

// explainKey says what an operator can do about a refusal.
func explainKey(name, agency string, err error) error {
	switch {
	case errors.Is(err, auth.ErrKeyName):
		return fmt.Errorf("%q: %w", name, auth.ErrKeyName)
	case errors.Is(err, auth.ErrAgencyUnknown):
		return noAgency(agency)
	case errors.Is(err, store.ErrExists):
		return fmt.Errorf("there is or was a key %s already; a name is used once, so choose another", name)
	case errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("there is no key %q; hailong key list tells which there are", name)
	}
	return err
}

type keyRevoke struct {
	config.Data
	Name string `arg:"" help:"Name of the key."`
}

func (k *keyRevoke) Run(c *console) error {
	a, err := c.open(k.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Keys.Revoke(c.ctx, k.Name); err != nil {
		return explainKey(k.Name, "", err)
	}
	return c.note(a, audit.KeyRevoke, k.Name, nil)
}

type keyList struct {
	config.Data
	JSON bool `help:"Print JSON."`
}

func (k *keyList) Run(c *console) error {
	a, err := c.open(k.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	keys, err := a.Keys.List(c.ctx)
	if err != nil {
		return err
	}
	if k.JSON {
		return c.printJSON(keys)
	}
	table := c.table()
	for _, key := range keys {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", key.Name, scopeList(key.Scopes), cmp.Or(key.Agency, "all"), stateOf(key))
	}
	return table.Flush()
}

func scopeList(scopes []auth.Scope) string {
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = string(scope)
	}
	return strings.Join(names, ",")
}

// stateOf says in words whether a key is in force, and since when not.
func stateOf(key auth.Key) string {
	switch {
	case key.Revoked != nil:
		return "revoked " + key.Revoked.String()
	case key.LastUsed != nil:
		return "last used " + key.LastUsed.String()
	}
	return "never used"
}
