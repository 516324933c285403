package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

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

// counting draws how many are done on a terminal; elsewhere it draws nothing.
func (c *console) counting(what string) func(done int64) {
	if c.silent {
		return nil
	}
	bar := progressbar.NewOptions64(-1, progressbar.OptionSetWriter(c.err), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	return func(done int64) { _ = bar.Set64(done) } // a bar that cannot be drawn is no reason to stop
}
