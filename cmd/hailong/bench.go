package main

import (
	"errors"
	"fmt"
	"time"

	"hailong/internal/bench"
	"hailong/internal/config"
)

// benchCommands measures unless it is told otherwise.
type benchCommands struct {
	Measure benchCommand        `cmd:"" default:"withargs" help:"Form, submit, charts; as ratios within one run (the default)."`
	Quality benchQualityCommand `cmd:"" help:"A simulated year with planted answers: how many do the checks hold?"`
}

type benchCommand struct {
	DB        string   `name:"db" help:"MongoDB to measure as well, as mongodb://HOST; a database of its own is made there and dropped." placeholder:"URL"`
	Dir       string   `help:"Folder on the disk to measure; default: the system's for temporary files." type:"existingdir" placeholder:"DIR"`
	Responses int      `default:"1000000" help:"How many answers the year of figures is read from." placeholder:"N"`
	Rated     int      `default:"10000000" help:"How many answers are counted into the annual sheet." placeholder:"N"`
	Rounds    int      `default:"5" help:"How many turns each contender takes." placeholder:"N"`
	Seconds   float64  `default:"2" help:"Length of one turn." placeholder:"S"`
	Only      []string `enum:"form,submit,dashboard,annual" help:"Measure only these: form, submit, dashboard, annual." placeholder:"PART,…"`
	JSON      bool     `help:"Print JSON."`
}

// Validate checks all settings at once.
func (b *benchCommand) Validate() error {
	var faults []error
	if b.Rounds < 1 || b.Seconds <= 0 || b.Responses < 1 || b.Rated < 1 {
		faults = append(faults, errors.New("--rounds, --seconds, --responses and --rated must be above 0"))
	}
	data := config.Data{DB: b.DB}
	if _, embedded := data.SQLite(); b.DB != "" && !embedded && !data.Mongo() {
		faults = append(faults, fmt.Errorf("--db: %s is not mongodb://HOST; SQLite is measured anyway", config.Redact(b.DB)))
	}
	return errors.Join(faults...)
}

func (b *benchCommand) Run(c *console) error {
	result, err := bench.Run(c.ctx, b.options(c))
	if len(result.Rows) > 0 { // also what was measured before something went wrong
		err = errors.Join(err, b.print(c, result))
	}
	if err != nil {
		return err
	}
	if result.Lost() {
		return errors.New("an acknowledged answer is not in the store exactly once: do not use this machine for answers, and report it")
	}
	return nil
}

func (b *benchCommand) options(c *console) bench.Options {
	o := bench.Options{
		Rounds: b.Rounds, Slot: time.Duration(b.Seconds * float64(time.Second)), Responses: b.Responses, Rated: b.Rated,
		Folder: b.Dir, Now: c.now, Progress: c.progress,
	}
	if data := (config.Data{DB: b.DB}); data.Mongo() {
		o.MongoDB = b.DB
	}
	for _, part := range b.Only {
		o.Parts = append(o.Parts, bench.Part(part))
	}
	return o
}

func (b *benchCommand) print(c *console, result *bench.Result) error {
	if !b.JSON {
		return result.Write(c.out)
	}
	return c.printJSON(result)
}
