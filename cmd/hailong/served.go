package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"hailong/internal/app"
	"hailong/internal/audit"
	"hailong/internal/config"
	"hailong/internal/coverage"
	"hailong/internal/store"
)

type servedCommands struct {
	Import servedImport `cmd:"" help:"Add figures from a CSV file: all of them or nothing."`
}

type servedImport struct {
	config.Data
	File   string `arg:"" help:"CSV file with the columns agency, counter, service, day and served." type:"existingfile"`
	DryRun bool   `help:"Only show what would change."`
}

// Run takes over the figures of a file.
func (s *servedImport) Run(c *console) error {
	file, err := os.Open(s.File)
	if err != nil {
		return err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, coverage.MaxBytes+1)) // one byte more is told as a fault
	if err != nil {
		return err
	}
	a, err := c.open(s.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	change, err := s.change(c, a, content)
	var faults coverage.Faults
	switch {
	case errors.As(err, &faults):
		return explainServed(s.File, faults)
	case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrExists):
		return fmt.Errorf("%w; run the import again", err)
	case err != nil:
		return err
	}
	verb := ""
	if s.DryRun {
		verb = "would be "
	}
	c.printf("%d rows: %d %snew, %d %schanged, %d the same\n", change.New+change.Changed+change.Same, change.New, verb, change.Changed, verb, change.Same)
	if s.DryRun || change.New+change.Changed == 0 {
		return nil
	}
	return c.note(a, audit.ServedImport, filepath.Base(s.File), map[string]string{
		"new": strconv.Itoa(change.New), "changed": strconv.Itoa(change.Changed), "sha256": fmt.Sprintf("%x", sha256.Sum256(content)),
	})
}

func (s *servedImport) change(c *console, a *app.App, content []byte) (coverage.Change, error) {
	closed, err := a.Periods.Frozen(c.ctx)
	if err != nil {
		return coverage.Change{}, err
	}
	rules := coverage.Rules{Register: a.Register.Current(), Today: a.Ledger.Today(), Closed: closed}
	rows, err := coverage.ParseCSV(bytes.NewReader(content))
	if err != nil {
		return coverage.Change{}, rules.Join(rows, err)
	}
	if s.DryRun {
		return a.Coverage.Check(c.ctx, rules, rows)
	}
	return a.Periods.Serve(c.ctx, rules, rows)
}

// maxListed is how many faults of a file are told.
const maxListed = 20

// explainServed lists faults by line. The header is line 1, and every row is
// one line.
func explainServed(file string, faults coverage.Faults) error {
	list := faultyRows{file: file, total: len(faults), what: "fault"}
	for _, f := range faults[:min(len(faults), maxListed)] {
		list.add(f.Row+1, f.Message)
	}
	return list
}
