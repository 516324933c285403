package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"hailong/internal/config"
	"hailong/internal/official"
	"hailong/internal/period"
	"hailong/internal/rating"
)

type scoresCommand struct {
	config.Data
	Period string `required:"" help:"Period: 2026-11, 2026-Q4, 2026-H2, 2026 or 2025-12..2026-11." placeholder:"P"`
	Method string `help:"Id of the method; the default one if left out." placeholder:"ID"`
	Agency string `help:"Code of one agency." placeholder:"CODE"`
	By     string `default:"agency" enum:"agency,counter,service,channel" help:"agency, counter, service or channel." placeholder:"WHAT"`
	Format string `default:"json" enum:"json,csv,xlsx" help:"json, csv or xlsx."`
}

func (s *scoresCommand) Run(c *console) error {
	a, err := c.open(s.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	scores, err := a.Periods.Scores(c.ctx, period.Query{Period: s.Period, Method: s.Method, Agency: s.Agency, By: rating.By(s.By)})
	if errors.Is(err, period.ErrMethod) {
		return fmt.Errorf("%w; hailong survey validate lists the files", err)
	}
	if err != nil {
		return err
	}
	switch s.Format {
	case "csv":
		return official.ScoresCSV(c.out, scores)
	case "xlsx":
		return official.ScoresXLSX(c.out, scores)
	}
	return json.NewEncoder(c.out).Encode(scores)
}
