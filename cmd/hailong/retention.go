package main

import (
	"encoding/json"
	"errors"

	"hailong/internal/audit"
	"hailong/internal/config"
	"hailong/internal/retention"
)

type retentionCommands struct {
	Run retentionRun `cmd:"" help:"Remove single answers that are older than so many months, as the service does once a day."`
}

type retentionRun struct {
	config.Data
	config.Retention
	DryRun bool `help:"Only count what would be removed."`
	JSON   bool `help:"Print JSON."`
}

// Validate checks both groups of settings.
func (r *retentionRun) Validate() error {
	return errors.Join(r.Data.Validate(), r.Retention.Validate())
}

// Run removes what is over, or counts it.
func (r *retentionRun) Run(c *console) error {
	a, err := c.open(r.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	var report retention.Report
	if r.DryRun {
		report, err = a.Keeper.Plan(c.ctx, r.Retention.Retention)
	} else {
		report, err = a.Keeper.Run(c.ctx, r.Retention.Retention, audit.CommandLine)
	}
	if err != nil {
		return err
	}
	if r.JSON {
		return json.NewEncoder(c.out).Encode(report)
	}
	r.tell(c, report)
	return nil
}

func (r *retentionRun) tell(c *console, report retention.Report) {
	switch {
	case !report.Due:
		c.printf("no answers are over\n")
	case r.DryRun:
		c.printf("%d answers through %s would be removed; their sums stay\n", report.Responses, report.Through)
	default:
		c.printf("removed through %s: %d answers, %d decisions about them, %d about comments; their sums stay\n",
			report.Through, report.Responses, report.Decisions, report.Comments)
	}
	switch {
	case report.Tickets == 0:
	case r.DryRun:
		c.printf("%d used tickets would be removed\n", report.Tickets)
	default:
		c.printf("removed %d used tickets\n", report.Tickets)
	}
}
