package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"hailong/internal/audit"
	"hailong/internal/config"
	"hailong/internal/period"
	"hailong/internal/sheet"
)

type periodCommands struct {
	Close   periodClose   `cmd:"" help:"End a period and freeze its counts."`
	Reopen  periodReopen  `cmd:"" help:"Take a closing back, before anything is sealed."`
	Seal    periodSeal    `cmd:"" help:"Sign the frozen counts of a closed period; nothing sealed is ever rewritten."`
	Publish periodPublish `cmd:"" help:"Show the figures of a sealed period to everybody."`
	Correct periodCorrect `cmd:"" help:"Begin another revision of a sealed period."`
	List    periodList    `cmd:"" help:"List periods with their states."`
	Export  periodExport  `cmd:"" help:"Write the sealed sheet of a period to a file."`
	Key     periodKey     `cmd:"" help:"Print the public key that sealed sheets are checked with."`
}

// periodStep is what the commands that carry a period on have in common.
type periodStep struct {
	config.Data
	Period string `arg:"" help:"Period: 2026-11, 2026-Q4, 2026-H2, 2026 or 2025-12..2026-11."`
	Why    string `help:"Reason, for the record; reopen and correct demand one." placeholder:"TEXT"`
}

func (s *periodStep) do(c *console, act func(*period.Office, period.Actor) (string, error)) error {
	a, err := c.open(s.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	told, err := act(a.Periods, period.Actor{By: audit.CommandLine, Why: s.Why})
	if errors.Is(err, period.ErrWhy) {
		return fmt.Errorf("%w: --why TEXT", err)
	}
	if err != nil {
		return err
	}
	c.printf("%s\n", told)
	return nil
}

type periodClose struct{ periodStep }

func (p *periodClose) Run(c *console) error {
	return p.do(c, func(o *period.Office, who period.Actor) (string, error) {
		closed, err := o.Close(c.ctx, p.Period, who)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s is closed: %s to %s, revision %d", closed.ID, closed.Range.From, closed.Range.To, closed.Current().Revision), nil
	})
}

type periodReopen struct{ periodStep }

func (p *periodReopen) Run(c *console) error {
	return p.do(c, func(o *period.Office, who period.Actor) (string, error) {
		_, err := o.Reopen(c.ctx, p.Period, who)
		return p.Period + " is open again", err
	})
}

type periodSeal struct{ periodStep }

func (p *periodSeal) Run(c *console) error {
	return p.do(c, func(o *period.Office, who period.Actor) (string, error) {
		signed, err := o.Seal(c.ctx, p.Period, who)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s is sealed: revision %d, sheet %d, SHA-256 %s", signed.Period.ID, signed.Revision, signed.Sequence, signed.Hash), nil
	})
}

type periodPublish struct{ periodStep }

func (p *periodPublish) Run(c *console) error {
	return p.do(c, func(o *period.Office, who period.Actor) (string, error) {
		_, err := o.Publish(c.ctx, p.Period, who)
		return p.Period + " is published", err
	})
}

type periodCorrect struct{ periodStep }

func (p *periodCorrect) Run(c *console) error {
	return p.do(c, func(o *period.Office, who period.Actor) (string, error) {
		opened, err := o.Correct(c.ctx, p.Period, who)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s is open for revision %d; the sheet that was sealed stays in force until the next", opened.ID, opened.Current().Revision), nil
	})
}

type periodList struct {
	config.Data
	JSON bool `help:"Print JSON."`
}

func (p *periodList) Run(c *console) error {
	a, err := c.open(p.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	periods, err := a.Periods.Periods(c.ctx)
	if err != nil {
		return err
	}
	infos := make([]period.Info, len(periods))
	for i, one := range periods {
		infos[i] = period.InfoOf(one)
	}
	if p.JSON {
		return json.NewEncoder(c.out).Encode(infos)
	}
	if len(infos) == 0 {
		fmt.Fprintln(c.err, "no period was closed yet: hailong period close PERIOD ends one")
	}
	table := c.table()
	for i, info := range infos {
		correction := ""
		if next := periods[i].Current(); info.Correcting {
			correction = fmt.Sprintf("\trevision %d is %s", next.Revision, next.State)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\trevision %d\t%s%s\n", info.ID, info.From, info.To, info.State, info.Revision, info.Sheet, correction)
	}
	return table.Flush()
}

type periodExport struct {
	config.Data
	Period   string `arg:"" help:"Period."`
	Out      string `required:"" help:"File to write; - is standard output." placeholder:"FILE"`
	Revision int    `help:"Revision; the one in force if left out." placeholder:"N"`
}

func (p *periodExport) Run(c *console) error {
	a, err := c.open(p.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	signed, err := a.Periods.Export(c.ctx, p.Period, p.Revision)
	if err != nil {
		return err
	}
	if p.Out == "-" {
		_, err = c.out.Write(signed.Bytes)
		return err
	}
	if err := writeWhole(p.Out, signed.Bytes); err != nil {
		return err
	}
	c.printf("%s revision %d, SHA-256 %s\n", signed.Period.ID, signed.Revision, signed.Hash)
	fmt.Fprintln(c.err, "the sheet holds exact counts, those of single answers too: give it to whom the office trusts with them, not to the rated agency")
	return nil
}

// writeWhole writes a file that others may read, whole or not at all.
func writeWhole(file string, data []byte) error {
	part, err := os.CreateTemp(filepath.Dir(file), ".hailong-*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name()) // gone already where all went well
	_, err = part.Write(data)
	if err := errors.Join(err, part.Chmod(0o644), part.Sync(), part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), file)
}

type periodKey struct {
	config.Data
	Replace bool `help:"Let this key sign from now on although another one signed before, which is lost."`
}

func (p *periodKey) Run(c *console) error {
	a, err := c.open(p.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	sign := a.Periods.SigningKey
	if p.Replace {
		sign = func(ctx context.Context) (ed25519.PrivateKey, error) {
			return a.Periods.ReplaceKey(ctx, period.Actor{By: audit.CommandLine})
		}
	}
	key, err := sign(c.ctx)
	if err != nil {
		return err
	}
	text, err := sheet.PublicPEM(key.Public().(ed25519.PublicKey))
	if err != nil {
		return err
	}
	_, err = c.out.Write(text)
	return err
}
