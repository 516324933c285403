package main

import (
	"encoding/json"
	"fmt"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/config"
	"hailong/internal/ledger"

	"github.com/schollz/progressbar/v3"
)

type verifyCommand struct {
	config.Data
	JSON bool `help:"Print JSON."`
}

func (v *verifyCommand) Run(c *console) error {
	a, err := c.open(v.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	verdict, err := a.Ledger.Verify(c.ctx, c.progress("counting again"))
	if err != nil {
		return err
	}
	if v.JSON {
		encoder := json.NewEncoder(c.out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(verdict); err != nil {
			return err
		}
	} else {
		tell(c, verdict)
	}
	if n := len(verdict.Differences); n > 0 {
		return fmt.Errorf("%d kept sums are not what the answers add up to: something other than hailong changed the database; keep a copy of it and restore a backup or, where the answers are right, count anew with hailong recount DAY", n)
	}
	return nil
}

type recountCommand struct {
	config.Data
	From string `arg:"" help:"First day to count anew, YYYY-MM-DD."`
}

// Run counts closed days anew.
func (r *recountCommand) Run(c *console) error {
	from, err := calendar.ParseDay(r.From)
	if err != nil {
		return err
	}
	a, err := c.open(r.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Ledger.Recount(c.ctx, from, c.progress("counting anew"))
}

func tell(c *console, v *ledger.Verdict) {
	through := "nothing is sealed yet"
	if v.SealedThrough != nil {
		through = "sealed through " + v.SealedThrough.String()
	}
	c.printf("%d responses counted again; %d days and %d months compared; %s\n", v.Responses, v.Days, v.Months, through)
	if v.Skipped > 0 {
		c.printf("%d days left out: somebody is changing them right now; run verify again\n", v.Skipped)
	}
	for _, difference := range v.Differences {
		c.printf("differs: %s\n", difference)
	}
	if len(v.Differences) == 0 {
		c.printf("all sums agree with the answers\n")
	}
}

// progress draws a bar on a terminal; elsewhere it draws nothing.
func (c *console) progress(what string) func(done, total int) {
	if c.silent {
		return func(int, int) {}
	}
	var bar *progressbar.ProgressBar
	return func(done, total int) {
		if bar == nil {
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(c.err), progressbar.OptionSetDescription(what),
				progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
		}
		bar.Set(done) // a bar that cannot be drawn is no reason to stop
	}
}
