package web

import (
	"context"
	"time"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/report"
	"hailong/internal/survey"
	"hailong/internal/tally"

	"github.com/gofiber/fiber/v2"
	lru "github.com/hashicorp/golang-lru/v2"
)

// scoreDesk answers for scores. What was sealed never changes, so a reply made
// of a sheet is kept finished, under everything that it says of the period and
// the whole question. Whether the period is still in that state is looked up
// again after glimpseAge: so long, and no longer, a reply can lag behind a step
// of the office. Figures that still move are made anew each time.
type scoreDesk struct {
	office   *period.Office
	now      func() time.Time
	glimpses *lru.Cache[string, glimpse] // by the period's id
	replies  *lru.Cache[question, *finished]
}

// glimpse is a period as it was at an instant. It is only to be read.
type glimpse struct {
	at     time.Time
	period *period.Period
	info   period.Info
}

// question is all that a reply made of a sheet depends on.
type question struct {
	info  period.Info
	query period.Query
}

const (
	glimpseAge  = 50 * time.Millisecond
	keptPeriods = 128
	keptReplies = 256 // of some 50 KB for a hundred agencies
)

func newScoreDesk(office *period.Office, now func() time.Time) (*scoreDesk, error) {
	glimpses, err := lru.New[string, glimpse](keptPeriods)
	if err != nil {
		return nil, err
	}
	replies, err := lru.New[question, *finished](keptReplies)
	return &scoreDesk{office: office, now: now, glimpses: glimpses, replies: replies}, err
}

// glance returns a period as it is, or was within the last moment.
func (d *scoreDesk) glance(id string) (glimpse, error) {
	now := d.now()
	if g, ok := d.glimpses.Get(id); ok {
		if age := now.Sub(g.at); age >= 0 && age < glimpseAge {
			return g, nil
		}
	}
	ctx, cancel := work()
	defer cancel()
	p, err := d.office.Period(ctx, id)
	if err != nil {
		return glimpse{}, err
	}
	g := glimpse{at: now, period: p, info: period.InfoOf(p)}
	d.glimpses.Add(id, g)
	return g, nil
}

// reply answers a question with a finished document.
func (d *scoreDesk) reply(q period.Query) (*finished, error) {
	g, err := d.glance(q.Period)
	if err != nil {
		return nil, err
	}
	about := question{g.info, q}
	if kept, ok := d.replies.Get(about); ok {
		return kept, nil
	}
	ctx, cancel := work()
	defer cancel()
	scores, err := d.office.ScoresOf(ctx, g.period, q)
	if err != nil {
		return nil, err
	}
	made, err := encoded(scores)
	if err == nil && g.info.Sheet != "" {
		d.replies.Add(about, made)
	}
	return made, err
}

// sendScores answers with the scores of a period.
func (s *Server) sendScores(c *fiber.Ctx) error {
	values, err := arguments(c, "period", "method", "agency", "by")
	if err != nil {
		return err
	}
	q := period.Query{Period: values[0], Method: values[1], Agency: values[2], By: rating.By(values[3])}
	if q.By == "" {
		q.By = rating.ByAgency
	}
	if err := neededPeriod(q.Period); err != nil {
		return err
	}
	if err := reach(c, auth.ReadScores, q.Agency); err != nil {
		return err
	}
	answer := s.scores.reply
	if keyOf(c).Agency != "" {
		answer = s.ownScores
	}
	reply, err := answer(q)
	if err != nil {
		return asked(err)
	}
	return reply.send(c)
}

// ownScores answers an agency that asks about itself: like its dashboard, with
// no group of few people, whatever it subtracts. The reply is not kept, since
// what it shows moves with the answers.
func (s *Server) ownScores(q period.Query) (*finished, error) {
	ctx, cancel := work()
	defer cancel()
	p, err := s.Periods.Period(ctx, q.Period)
	if err != nil {
		return nil, err
	}
	scores, err := s.Periods.ScoresShown(ctx, p, q, s.shownOf)
	if err != nil {
		return nil, err
	}
	for i := range scores.Scores {
		if part := scores.Scores[i].Part; part != nil && part.Code == report.Mixed {
			part.Name = s.catalog.Language(survey.Vietnamese).T("veil.mixed")
		}
	}
	return encoded(scores)
}

// shownOf is a period.Shown.
func (s *Server) shownOf(ctx context.Context, q period.Query, days calendar.Range, sealed tally.Tally) (tally.Tally, error) {
	wholes, err := s.Periods.Wholes(ctx, q.Agency, days)
	if err != nil {
		return nil, err
	}
	if q.By == rating.ByAgency {
		return s.Reader.Shown(ctx, q.Agency, days, wholes...)
	}
	return s.Reader.ShownBy(ctx, q.Agency, days, sealed, q.By.Of, wholes...)
}
