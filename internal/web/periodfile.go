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
	} else if err := s.Official.PeriodFile(ctx, &body, p, official.Ask{File: file, Method: c.Query("method"), Sample: s.Sample}); err != nil {
		return fileProblem(err)
	}
	return sendFile(c, p.ID, file, body.Bytes())
}

// sendYearFile sends one of the files of a rating year.
func (s *Server) sendYearFile(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	year, err := strconv.Atoi(c.Params("year"))
	if err != nil || year < firstYear || year > s.thisYear() {
		return problem(fiber.StatusNotFound, "not_found")
	}
	file := c.Params("file")
	var body bytes.Buffer
	if err := s.Official.YearFile(ctx, &body, year, official.Ask{File: file, Rule: c.Query("rule"), Sample: s.Sample}); err != nil {
		return fileProblem(err)
	}
	return sendFile(c, strconv.Itoa(year), file, body.Bytes())
}

// fileProblem turns what was asked for in vain into a page.
func fileProblem(err error) error {
	if errors.Is(err, official.ErrFile) || errors.Is(err, annual.ErrRule) || errors.Is(err, annual.ErrNoRule) {
		return problem(fiber.StatusNotFound, "not_found")
	}
	return periodProblem(err)
}

// sendFile sends a file to be kept, under a name that every system takes.
func sendFile(c *fiber.Ctx, of, file string, body []byte) error {
	c.Set(fiber.HeaderContentType, official.ContentType(file))
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+document.FileName("hailong", of)+"-"+file+`"`)
	return c.Send(body)
}
