package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"hailong/internal/app"
	"hailong/internal/audit"
	"hailong/internal/config"
	"hailong/internal/org"
	"hailong/internal/store"
)

type orgCommands struct {
	Import orgImport `cmd:"" help:"Add a register file: all of it or nothing."`
	Export orgExport `cmd:"" help:"Write the register as YAML."`
	List   orgList   `cmd:"" help:"List agencies, counters and their links."`
}

type orgImport struct {
	config.Data
	File   string `arg:"" help:"Register file (YAML)." type:"existingfile"`
	DryRun bool   `help:"Only show what would change."`
}

func (o *orgImport) Run(c *console) error {
	content, err := os.ReadFile(o.File)
	if err != nil {
		return err
	}
	a, err := c.create(o.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	changes, err := a.Register.Import(c.ctx, o.File, content, formExists(a), o.DryRun)
	if errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("%w; run the import again", err)
	}
	if err != nil {
		return err
	}
	for _, change := range changes {
		c.printf("%s\n", change)
	}
	verb := "made"
	if o.DryRun {
		verb = "would be made"
	}
	c.printf("%d changes %s\n", len(changes), verb)
	if o.DryRun || len(changes) == 0 {
		return nil
	}
	return c.note(a, audit.RegisterImport, filepath.Base(o.File), map[string]string{
		"changes": strconv.Itoa(len(changes)), "sha256": fmt.Sprintf("%x", sha256.Sum256(content)),
	})
}

func formExists(a *app.App) func(string) bool {
	return func(id string) bool { return a.Forms.Current(id) != nil }
}

type orgExport struct{ config.Data }

func (o *orgExport) Run(c *console) error {
	a, err := c.open(o.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	data, err := a.Register.Current().Encode()
	if err != nil {
		return fmt.Errorf("export register: %w", err)
	}
	_, err = c.out.Write(data)
	return err
}

type orgList struct {
	config.Data
	PublicURL string `name:"public-url" default:"http://127.0.0.1:8080" help:"Address that citizens' phones see." placeholder:"URL"`
	JSON      bool   `help:"Print JSON."`
}

// listedCounter is a counter with the address its poster shows.
type listedCounter struct {
	org.Counter
	URL string `json:"url"`
}

type listedAgency struct {
	org.Agency
	Counters []listedCounter `json:"counters"`
}

type listing struct {
	PartyOrganisations []org.PartyOrganisation `json:"party_organisations"`
	Agencies           []listedAgency          `json:"agencies"`
}

func (o *orgList) Run(c *console) error {
	a, err := c.open(o.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	if len(a.Register.Current().Agencies()) == 0 {
		fmt.Fprintln(c.err, "the register is empty: import one with hailong org import FILE")
	}
	list := listingOf(a.Register.Current(), strings.TrimRight(o.PublicURL, "/"))
	if o.JSON {
		return c.printJSON(list)
	}
	table := c.table()
	for _, agency := range list.Agencies {
		fmt.Fprintf(table, "%s\t%s\t\n", agency.Code, agency.Name)
		for _, counter := range agency.Counters {
			fmt.Fprintf(table, "  %s\t%s\t%s\n", counter.Code, counter.Name, counter.URL)
		}
	}
	return table.Flush()
}

func listingOf(register *org.Register, publicURL string) listing {
	list := listing{PartyOrganisations: append([]org.PartyOrganisation{}, register.File().PartyOrganisations...), Agencies: []listedAgency{}}
	for _, agency := range register.Agencies() {
		listed := listedAgency{Agency: agency, Counters: []listedCounter{}}
		for _, counter := range agency.Counters {
			listed.Counters = append(listed.Counters, listedCounter{counter, publicURL + "/q/" + counter.Link})
		}
		list.Agencies = append(list.Agencies, listed)
	}
	return list
}
