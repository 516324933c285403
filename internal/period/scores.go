package period

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/rating"
	"hailong/internal/sheet"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// What can be asked for in vain.
var (
	ErrMethod = errors.New("there is no such method")
	ErrAgency = errors.New("there is no such agency")
	ErrBy     = errors.New("scores are by agency, counter, service or channel")
)

// Query asks for scores.
type Query struct {
	Period string
	Method string // id; "" is the default one
	Agency string // code; "" is all
	By     rating.By
}

// Scores is the reply of the API, and what pages and files are made of.
type Scores struct {
	Period Info           `json:"period"`
	Method Method         `json:"method"`
	Scores []rating.Score `json:"scores"` // in the register's order
}

// Info says which period, and how firm its figures are.
type Info struct {
	ID         string       `json:"id"`
	From       calendar.Day `json:"from"`
	To         calendar.Day `json:"to"`
	State      State        `json:"state"`
	Revision   int          `json:"revision"`
	Correcting bool         `json:"correcting,omitempty"` // another revision is in the making
	Sheet      string       `json:"sheet,omitempty"`      // hash of the sealed sheet
}

// Method says by which method scores were made.
type Method struct {
	ID             string          `json:"id"`
	Version        int             `json:"version"`
	Name           string          `json:"name"`
	Aggregate      tally.Aggregate `json:"aggregate"`
	MinN           int64           `json:"min_n"`
	SuppressBelow  int64           `json:"suppress_below"`
	LegalReference string          `json:"legal_reference"`
	Verified       bool            `json:"verified"`
}

// InfoOf describes a period as outsiders are told of it.
func InfoOf(p *Period) Info {
	info := Info{ID: p.ID, From: p.Range.From, To: p.Range.To, State: p.State(), Revision: p.Current().Revision, Correcting: p.Correcting()}
	if sealed := p.InForce(); sealed != nil {
		info.Revision, info.Sheet = sealed.Revision, sealed.Hash
	}
	return info
}

// Scores computes the scores of a period. The errors are rating.ErrPeriod,
// ErrMethod, ErrAgency, ErrBy and those of the store.
func (o *Office) Scores(ctx context.Context, q Query) (*Scores, error) {
	p, err := o.Period(ctx, q.Period)
	if err != nil {
		return nil, err
	}
	return o.ScoresOf(ctx, p, q)
}

// ScoresOf is Scores for a period that was read already.
func (o *Office) ScoresOf(ctx context.Context, p *Period, q Query) (*Scores, error) {
	return o.ScoresShown(ctx, p, q, nil)
}

// Shown returns the counts that the agency of a query may be shown of itself,
// to be added up by what the query asks for. Sealed is the exact whole that was
// signed, or nil.
type Shown func(ctx context.Context, q Query, days calendar.Range, sealed tally.Tally) (tally.Tally, error)

// ScoresShown is ScoresOf for an agency that asks about itself and may not see
// every count: its own are what shown returns; nil shows everything. Only the
// sealed figure of an agency as a whole is exact for everybody. Those of its
// parts are not: where one part is suppressed, the others taken off the whole
// would tell it.
func (o *Office) ScoresShown(ctx context.Context, p *Period, q Query, shown Shown) (*Scores, error) {
	if q.By == "" {
		q.By = rating.ByAgency
	}
	if !slices.Contains([]rating.By{rating.ByAgency, rating.ByCounter, rating.ByService, rating.ByChannel}, q.By) {
		return nil, fmt.Errorf("by %q: %w", q.By, ErrBy)
	}
	counts, err := o.Counts(ctx, p)
	if err != nil {
		return nil, err
	}
	if shown != nil && (counts.Sheet == nil || q.By != rating.ByAgency) {
		if counts, err = counts.veiled(ctx, q, p.Range, shown); err != nil {
			return nil, fmt.Errorf("scores of %s for %s: %w", p.ID, q.Agency, err)
		}
	}
	return scoresOf(counts, p, q)
}

// veiled returns the counts with what the agency of the query may be shown in
// place of its own. Sealed counts are kept, so they are not changed.
func (c *Counts) veiled(ctx context.Context, q Query, days calendar.Range, shown Shown) (*Counts, error) {
	all := *c
	all.Agencies = slices.Clone(c.Agencies)
	for i := range all.Agencies {
		if all.Agencies[i].Agency.Code != q.Agency {
			continue
		}
		var sealed tally.Tally
		if c.Sheet != nil {
			sealed = all.Agencies[i].Tally
		}
		var err error
		if all.Agencies[i].Tally, err = shown(ctx, q, days, sealed); err != nil {
			return nil, err
		}
	}
	return &all, nil
}

// ShownScores computes the scores that the public sees: those of the edition
// that was published last, by the default method. The error is ErrNoSheet or
// that of the store.
func (o *Office) ShownScores(ctx context.Context, p *Period) (*Scores, *sheet.Signed, error) {
	shown := p.Shown()
	if shown == nil {
		return nil, nil, fmt.Errorf("%s is not published: %w", p.ID, ErrNoSheet)
	}
	counts, err := o.sealedCounts(ctx, shown.Sheet)
	if err != nil {
		return nil, nil, err
	}
	scores, err := scoresOf(counts, p, Query{By: rating.ByAgency})
	if err != nil {
		return nil, nil, err
	}
	scores.Period = Info{ID: p.ID, From: p.Range.From, To: p.Range.To, State: Published, Revision: shown.Revision, Sheet: shown.Hash}
	return scores, counts.Sheet, nil
}

func scoresOf(counts *Counts, p *Period, q Query) (*Scores, error) {
	method, err := counts.Method(q.Method)
	if err != nil {
		return nil, err
	}
	scores := counts.Scores(method, q.By, p.Period)
	if q.Agency != "" {
		if scores = only(scores, q.Agency); len(scores) == 0 && !counts.knows(q.Agency) {
			return nil, fmt.Errorf("agency %q: %w", q.Agency, ErrAgency)
		}
	}
	return &Scores{Period: InfoOf(p), Method: describe(method), Scores: scores}, nil
}

// Scores computes the scores by a method.
func (c *Counts) Scores(method *tally.Method, by rating.By, span rating.Period) []rating.Score {
	var points func(float64) *rating.Points
	if criterion := c.criterion(method.ID); criterion != nil {
		points = func(index float64) *rating.Points {
			p := criterion.Points(index)
			return &p
		}
	}
	return rating.Scores(c.Agencies, method, by, span, points)
}

func (c *Counts) criterion(method string) *rating.Criterion {
	if c.Rule == nil {
		return nil
	}
	return c.Rule.Satisfaction(method)
}

// Method returns the method with the id, or for "" the default one. The error
// is ErrMethod.
func (c *Counts) Method(id string) (*tally.Method, error) {
	for _, m := range c.Methods {
		if m.ID == id || id == "" && m.Default {
			return m, nil
		}
	}
	return nil, fmt.Errorf("method %q: %w", id, ErrMethod)
}

func (c *Counts) knows(agency string) bool {
	return slices.ContainsFunc(c.Agencies, func(a rating.Counts) bool { return a.Agency.Code == agency })
}

// only keeps the lines of one agency; its places stay those among all.
func only(scores []rating.Score, agency string) []rating.Score {
	kept := []rating.Score{}
	for _, s := range scores {
		if s.Agency == agency {
			kept = append(kept, s)
		}
	}
	return kept
}

func describe(m *tally.Method) Method {
	return Method{
		ID: m.ID, Version: m.Version, Name: m.Name[survey.Vietnamese], Aggregate: m.Aggregate, MinN: m.MinN,
		SuppressBelow: m.SuppressBelow, LegalReference: m.LegalReference, Verified: m.Verified,
	}
}
