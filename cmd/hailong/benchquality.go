package main

import (
	"errors"
	"fmt"

	"hailong/internal/bench"
	"hailong/internal/calendar"
)

type benchQualityCommand struct {
	Seed uint64 `default:"1" help:"What chance begins with; the same seed plays the same time." placeholder:"N"`
	Days int    `default:"365" help:"How many days are simulated; the first four weeks only teach." placeholder:"N"`
	JSON bool   `help:"Print JSON."`
}

// taught is how long the checks only learn, in days.
const taught = 28

// simulatedFrom is a plain year, so that a seed always plays the same.
var simulatedFrom = calendar.Date(2026, 1, 1)

// Validate checks all settings at once.
func (b *benchQualityCommand) Validate() error {
	if b.Days <= taught || b.Days > 10*365 {
		return fmt.Errorf("--days must be %d to %d", taught+1, 10*365)
	}
	return nil
}

func (b *benchQualityCommand) Run(c *console) error {
	result, err := bench.Quality(c.ctx, bench.QualityOptions{
		Seed: b.Seed, From: simulatedFrom, Days: b.Days, Warm: taught, Progress: c.progress,
	})
	if err != nil {
		return err
	}
	if err := b.print(c, result); err != nil {
		return err
	}
	if !result.Good() {
		return errors.New("the checks hold too few planted answers or too many honest ones: mend the thresholds in " +
			"surveys/quality/checks.yaml")
	}
	return nil
}

func (b *benchQualityCommand) print(c *console, result *bench.QualityResult) error {
	if !b.JSON {
		return result.Write(c.out)
	}
	return c.printJSON(result)
}
