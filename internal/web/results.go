package web

import (
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/period"
	"hailong/internal/rating"

	"github.com/gofiber/fiber/v2"
)

// resultsPage lists what the office has published.
type resultsPage struct {
	officePage
	Periods []periodTile // the newest first
}

func (s *Server) showResults(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	periods, err := s.Periods.Periods(ctx)
	if err != nil {
		return err
	}
	l := s.language(c)
	page := resultsPage{officePage: s.officeBase(c, l, l.T("results.title"))}
	for _, p := range slices.Backward(periods) {
		if p.Shown() != nil {
			page.Periods = append(page.Periods, periodTile{ID: p.ID, Name: p.Name(l), State: string(period.Published)})
		}
	}
	return s.sendOffice(c, "results", l, page)
}

// resultPage is one published period.
type resultPage struct {
	officePage
	Period *period.Period
	Name   string
	Info   period.Info
	Scores *period.Scores
	Sealed calendar.Day

	Ranking  []peers[rating.Score]
	Compared []comparison // none: other periods are not set beside this one here
}

// showResult shows a period that is published; to the public no other exists.
func (s *Server) showResult(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	p, err := s.periodOf(ctx, c)
	if err != nil {
		return err
	}
	scores, signed, err := s.Periods.ShownScores(ctx, p)
	if err != nil {
		return periodProblem(err)
	}
	l := s.language(c)
	page := resultPage{
		officePage: s.officeBase(c, l, l.T("results.title")), Period: p, Name: p.Name(l), Info: scores.Period,
		Scores: scores, Sealed: calendar.Of(signed.Sealed.At, s.Location), Ranking: rankingOf(s.Register(), scores.Scores, l),
	}
	return s.sendOffice(c, "result", l, page)
}
