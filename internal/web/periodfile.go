package web

import (
	"bytes"

	"hailong/internal/document"
	"hailong/internal/official"
	"hailong/internal/period"

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
	var body bytes.Buffer
	switch c.Params("file") {
	case official.Sheet:
		signed, err := s.Periods.Export(ctx, p.ID, 0)
		if err != nil {
			return periodProblem(err)
		}
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		body.Write(signed.Bytes)
	case official.CSV:
		scores, err := s.Periods.ScoresOf(ctx, p, period.Query{Method: c.Query("method")})
		if err != nil {
			return periodProblem(err)
		}
		c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
		if err := official.ScoresExcelCSV(&body, scores); err != nil {
			return err
		}
	default:
		return problem(fiber.StatusNotFound, "not_found")
	}
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+document.FileName("hailong", p.ID)+"-"+c.Params("file")+`"`)
	return c.Send(body.Bytes())
}
