package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"hailong/internal/app"
	"hailong/internal/audit"
	"hailong/internal/bulk"
	"hailong/internal/config"
	"hailong/internal/ledger"
)

type importCommands struct {
	Responses importResponses `cmd:"" help:"Add old answers from an NDJSON or CSV file: with a faulty line none of them. What was broken off is completed by importing the same file again."`
}

type importResponses struct {
	config.Data
	File   string `arg:"" help:"File with submission, agency, counter, service, channel, day, shift, form, version, lang and answers; in CSV the answers are a JSON object or columns q.QUESTION, several choices with | between them." type:"existingfile"`
	DryRun bool   `help:"Only check the file."`
}

// Run takes over the answers of a file.
func (i *importResponses) Run(c *console) error {
	file, err := os.Open(i.File)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no ordinary file, and an import reads it twice: write its content to a file first", i.File)
	}
	a, err := c.open(i.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	importer, err := importerOf(c, a)
	if err != nil {
		return err
	}
	plan, err := importer.Check(c.ctx, i.File, file, info.Size(), c.progress("checking"))
	if err != nil {
		return explainResponses(i.File, err)
	}
	if i.DryRun {
		c.printf("%d answers could be stored\n", plan.Rows())
		return nil
	}
	return i.store(c, a, importer, file, plan)
}

func importerOf(c *console, a *app.App) (*bulk.Importer, error) {
	removal, err := a.Ledger.Removal(c.ctx)
	if err != nil {
		return nil, err
	}
	closed, err := a.Periods.Frozen(c.ctx)
	return &bulk.Importer{Gone: removal.Announced, Pins: a.Store, Ledger: a.Ledger, Register: a.Register.Current(), Forms: a.Forms, Lexicon: a.Lexicon, Closed: closed}, err
}

// store notes the import before it begins, so that none that is cut goes
// without a note.
func (i *importResponses) store(c *console, a *app.App, importer *bulk.Importer, file io.ReaderAt, plan *bulk.Plan) error {
	digest := sha256.New()
	if _, err := io.Copy(digest, io.NewSectionReader(file, 0, 1<<62)); err != nil {
		return err
	}
	err := a.Audit.Append(c.ctx, audit.Event{
		At: c.now(), By: audit.CommandLine, Action: audit.ResponsesImport, Subject: filepath.Base(i.File),
		Detail: map[string]string{"rows": strconv.Itoa(plan.Rows()), "sha256": fmt.Sprintf("%x", digest.Sum(nil))},
	})
	if err != nil {
		return err
	}
	report, err := importer.Store(c.ctx, plan, c.progress("storing"))
	switch {
	case errors.Is(err, ledger.ErrFrozen) && report.Stored == 0:
		return err
	case err != nil:
		return fmt.Errorf("%w; %d answers are stored already: run the import again, it stores the rest", err, report.Stored)
	}
	c.printf("%d answers stored, %d were there already\n", report.Stored, report.Duplicates)
	return nil
}

func explainResponses(file string, err error) error {
	var faults *bulk.Faults
	if !errors.As(err, &faults) {
		return err
	}
	list := faultyRows{file: file, total: faults.Rows, what: "faulty row"}
	for _, f := range faults.First {
		list.add(f.Line, f.Message)
	}
	return list
}
