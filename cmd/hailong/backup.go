package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"hailong/internal/backup"
	"hailong/internal/config"
)

type backupCommand struct {
	config.Data
	File string `arg:"" help:"File to write; it must not exist yet."`
}

// Run writes beside the file and gives it its name when it is whole.
func (b *backupCommand) Run(c *console) error {
	if _, err := os.Lstat(b.File); err == nil {
		return errThere(b.File) // before minutes are spent on it
	}
	a, err := c.open(b.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	part, err := os.CreateTemp(filepath.Dir(b.File), ".backup-*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	count, err := backup.Write(c.ctx, part, a.Store, c.now(), c.counting("writing answers"))
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	switch err := os.Link(part.Name(), b.File); { // unlike Rename it never replaces a file
	case errors.Is(err, fs.ErrExist):
		return errThere(b.File)
	case err != nil:
		return err
	}
	c.printf("%s: %s\n", b.File, told(count))
	fmt.Fprintf(c.err, "the file holds every answer and the hashes of passwords: keep it where only you can read it; the signing key %s is not in it\n", b.KeyFile())
	return nil
}

func errThere(file string) error {
	return fmt.Errorf("%s is there already and is not replaced; name another file", file)
}

func told(count backup.Count) string {
	return fmt.Sprintf("%d answers, %d records, %d accounts, %d pinned forms", count.Responses, count.Records, count.Accounts, count.Pins)
}

type restoreCommand struct {
	config.Data
	File string `arg:"" help:"Backup to read." type:"existingfile"`
}

// Run restores into an empty database and counts everything anew. Where a
// restore of the same file was broken off, it goes on.
func (r *restoreCommand) Run(c *console) error {
	file, err := os.Open(r.File)
	if err != nil {
		return err
	}
	defer file.Close()
	found, err := backup.Check(c.ctx, file)
	if err != nil {
		return fmt.Errorf("%s: %w", r.File, err)
	}
	a, err := c.begin(r.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	count, err := found.Restore(c.ctx, a.Store, c.counting("reading answers"))
	if err != nil {
		return fmt.Errorf("%s: %w", r.File, err)
	}
	if err := a.Ledger.Seal(c.ctx, c.progress("counting anew")); err != nil {
		return err
	}
	c.printf("%s\n", told(count))
	return nil
}
