package web

import (
	"time"

	"hailong/internal/annual"
	"hailong/internal/auth"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/survey"

	"github.com/gofiber/fiber/v2"
)

// periodReply is a period with its editions. Who took a step is in the audit
// trail and not told here.
type periodReply struct {
	period.Info
	Revisions []revisionReply `json:"revisions"`
}

type revisionReply struct {
	Revision int          `json:"revision"`
	State    period.State `json:"state"`
	Since    time.Time    `json:"since"`
	Sheet    string       `json:"sheet,omitempty"` // hash
}

// sendPeriods lists the periods that somebody has closed. Any other period is
// open.
func (s *Server) sendPeriods(c *fiber.Ctx) error {
	if _, err := arguments(c); err != nil {
		return err
	}
	ctx, cancel := work()
	defer cancel()
	periods, err := s.Periods.Periods(ctx)
	if err != nil {
		return err
	}
	replies := make([]periodReply, len(periods))
	for i, p := range periods {
		replies[i] = periodReply{Info: period.InfoOf(p), Revisions: []revisionReply{}}
		for _, e := range p.Editions {
			replies[i].Revisions = append(replies[i].Revisions, revisionReply{e.Revision, e.State, e.Steps[len(e.Steps)-1].At, e.Hash})
		}
	}
	return sendValue(c, map[string]any{"periods": replies})
}

// sendSealed answers with the bytes that were signed.
func (s *Server) sendSealed(c *fiber.Ctx) error {
	values, err := arguments(c, "revision")
	if err != nil {
		return err
	}
	revision := 0
	if values[0] != "" {
		var ok bool
		if revision, ok = whole(values[0]); !ok {
			return problem(fiber.StatusUnprocessableEntity, "bad_parameter").with("Name", "revision")
		}
	}
	if err := reach(c, auth.ReadScores, ""); err != nil {
		return err
	}
	ctx, cancel := work()
	defer cancel()
	sheet, err := s.Periods.Export(ctx, c.Params("period"), revision)
	if err != nil {
		return asked(err)
	}
	return newFinished(sheet.Bytes).send(c)
}

// yearReply is the rating of a year.
type yearReply struct {
	Year    int              `json:"year"`
	Period  period.Info      `json:"period"`
	Rule    ruleReply        `json:"rule"`
	Ratings []rating.Rating  `json:"ratings"`
	Cap     *rating.CapCheck `json:"cap"`
}

// ruleReply is what a reader of points needs of a rating rule.
type ruleReply struct {
	ID             string          `json:"id"`
	Version        int             `json:"version"`
	Name           string          `json:"name"`
	Rates          rating.Rates    `json:"rates"`
	FullMark       float64         `json:"full_mark"`
	LevelsOf       rating.LevelsOf `json:"levels_of"`
	Levels         []levelReply    `json:"levels"`
	LegalReference string          `json:"legal_reference"`
	Verified       bool            `json:"verified"`
}

type levelReply struct {
	ID   string  `json:"id"`
	Name string  `json:"name"`
	From float64 `json:"from"`
}

// sendRatings answers with the annual sheets of all party organisations.
func (s *Server) sendRatings(c *fiber.Ctx) error {
	values, err := arguments(c, "rule")
	if err != nil {
		return err
	}
	if err := reach(c, auth.ReadScores, ""); err != nil {
		return err
	}
	year, ok := whole(c.Params("year"))
	if !ok || year < 1000 || year > 9999 {
		return problem(fiber.StatusNotFound, "unknown_period")
	}
	ctx, cancel := work()
	defer cancel()
	y, err := s.Annual.Year(ctx, year, values[0])
	if err != nil {
		return asked(err)
	}
	return sendValue(c, yearReply{Year: y.Year, Period: y.Period, Rule: ruleOf(y.Rule), Ratings: unnamed(y), Cap: y.Cap})
}

func ruleOf(r *rating.Rule) ruleReply {
	reply := ruleReply{
		ID: r.ID, Version: r.Version, Name: r.Name.In(survey.Vietnamese), Rates: r.Rates, FullMark: r.FullMark(),
		LevelsOf: r.LevelsOf, LegalReference: r.LegalReference, Verified: r.Verified,
	}
	for _, level := range r.Levels {
		reply.Levels = append(reply.Levels, levelReply{ID: level.ID, Name: level.Name.In(survey.Vietnamese), From: level.From})
	}
	return reply
}

// unnamed returns the ratings without the people who typed something in: their
// addresses are of no use to a program, and the audit trail has them. The year
// was made for this reply, so its lines may be changed.
func unnamed(y *annual.Year) []rating.Rating {
	for i := range y.Ratings {
		sheet := &y.Ratings[i]
		for j := range sheet.Criteria {
			sheet.Criteria[j].SelfBy, sheet.Criteria[j].VerifiedBy = "", ""
		}
		if sheet.Conclusion != nil {
			sheet.Conclusion.By = ""
		}
	}
	return y.Ratings
}
