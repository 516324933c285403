package web

import (
	"bytes"
	"errors"
	"strconv"

	"hailong/internal/annual"
	"hailong/internal/document"
	"hailong/internal/official"

	"github.com/gofiber/fiber/v2"
)

// sendPeriodFile sends one of the files of a period.
func (s *Server) sendPeriodFile(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	p, err := s.periodOf(ctx, c)
	if err != nil {
		return err
	}
	file := c.Params("file")
	var body bytes.Buffer
	if file == official.Sheet {
		signed, err := s.Periods.Export(ctx, p.ID, 0)
		if err != nil {
			return periodProblem(err)
		}
		body.Write(signed.Bytes)
	} else if err := s.Official.PeriodFile(ctx, &body, p, official.Ask{File: file, Method: c.Query("method"), About: c.Query("about"), Sample: s.Sample}); err != nil {
		return fileProblem(err)
	}
	return sendFile(c, p.ID, file, body.Bytes())
}

// sendYearFile sends one of the files of a rating year.
func (s *Server) sendYearFile(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	year, err := strconv.Atoi(c.Params("year"))
	if err != nil || !s.yearBegun(year, c.Query("rule")) {
		return problem(fiber.StatusNotFound, "not_found")
	}
	file := c.Params("file")
	var body bytes.Buffer
	if err := s.Official.YearFile(ctx, &body, year, official.Ask{File: file, Rule: c.Query("rule"), About: c.Query("about"), Sample: s.Sample}); err != nil {
		return fileProblem(err)
	}
	return sendFile(c, strconv.Itoa(year), file, body.Bytes())
}

// yearBegun says whether there is a rating year to report on: by a rule whose
// year begins in another month it begins in the calendar year before.
func (s *Server) yearBegun(year int, ruleID string) bool {
	if year < firstYear || year > s.thisYear()+1 {
		return false
	}
	rule, err := s.Annual.Rule(year, ruleID)
	return err == nil && rule.Year(year).Range.From <= s.today()
}

// fileProblem turns what was asked for in vain into a page.
func fileProblem(err error) error {
	if errors.Is(err, official.ErrFile) || errors.Is(err, official.ErrAbout) || errors.Is(err, annual.ErrRule) || errors.Is(err, annual.ErrNoRule) {
		return problem(fiber.StatusNotFound, "not_found")
	}
	return periodProblem(err)
}

// sendFile sends a file to be kept, under a name that every system takes.
func sendFile(c *fiber.Ctx, of, file string, body []byte) error {
	name := []string{"hailong", of}
	if about := c.Query("about"); about != "" && file != official.Sheet {
		name = append(name, about)
	}
	c.Set(fiber.HeaderContentType, official.ContentType(file))
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+document.FileName(name...)+"-"+file+`"`)
	return c.Send(body)
}
