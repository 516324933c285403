package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"hailong/internal/app"
	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

const (
	ratedAgencies = 60
	ratedYear     = 2025
	fewerRated    = 100 // the smaller archive holds this part of the answers
)

// annual measures the annual sheet of sixty agencies over very many answers
// beside the same over few, and the scores of a sealed quarter beside a bare
// handler that sends the same bytes.
func (r *run) annual(ctx context.Context) (err error) {
	full, err := r.rate(ctx, "rated.db", r.Rated)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, full.Close()) }()
	few, err := r.rate(ctx, "rated-few.db", max(1, r.Rated/fewerRated))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, few.Close()) }()
	row := Row{
		Part: Annual, What: fmt.Sprintf("annual sheet of %d agencies, %d answers", ratedAgencies, r.Rated),
		Against: fmt.Sprintf("%d answers", r.Rated/fewerRated), Unit: Milliseconds, Wanted: Wanted{AtMost: 1.5},
	}
	if err := r.takeTurns(ctx, row, r.sheeting(full), r.sheeting(few)); err != nil {
		return err
	}
	return r.scores(ctx, full)
}

// sheeting is the contender that makes the annual sheet again and again.
func (r *run) sheeting(a *app.App) contender {
	return func(ctx context.Context, slot time.Duration) (float64, error) {
		return r.repeat(slot, func() error {
			year, err := a.Annual.Year(ctx, ratedYear, "")
			if err == nil && len(year.Ratings) != ratedAgencies {
				err = fmt.Errorf("the annual sheet has %d lines", len(year.Ratings))
			}
			return err
		})
	}
}

// rate makes an app over a year of counted answers of sixty agencies. Only
// their counts are stored: a closed day is never read from its answers.
func (r *run) rate(ctx context.Context, file string, answers int) (*app.App, error) {
	a, err := app.Open(ctx, r.settings(file), midday, silent)
	if err != nil {
		return nil, err
	}
	register := ratedRegister()
	_, err = a.Register.Import(ctx, "rated.yaml", register, func(id string) bool { return a.Forms.Current(id) != nil }, false)
	if err == nil {
		err = countYear(ctx, a, answers, r.Progress(fmt.Sprintf("counting %d answers", answers)))
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// ratedRegister writes a register of sixty agencies, each with a party
// organisation, two counters and three services.
func ratedRegister() []byte {
	text := []byte("party_organisations:\n")
	for i := range ratedAgencies {
		text = fmt.Appendf(text, "  - {code: db-%02d, name: Đảng bộ %02d, kind: dang_bo}\n", i, i)
	}
	text = append(text, "agencies:\n"...)
	for i := range ratedAgencies {
		text = fmt.Appendf(text, "  - code: a%02d\n    name: Cơ quan %02d\n    party_organisation: db-%02d\n", i, i, i)
		text = append(text, "    services: [{code: s0, name: Thủ tục 0}, {code: s1, name: Thủ tục 1}, {code: s2, name: Thủ tục 2}]\n    counters:\n"...)
		for _, counter := range ratedCounters {
			text = fmt.Appendf(text, "      - {code: %s, name: Quầy %s, form: %s}\n", counter, counter, askedForm)
		}
	}
	return text
}

var ratedCounters = []string{"q1", "q2"}

// countYear folds answers drawn at random, day by day, and keeps the sums as
// the ledger does.
func countYear(ctx context.Context, a *app.App, answers int, progress func(done, total int)) error {
	draw := rand.New(rand.NewPCG(14, uint64(answers)))
	months := map[string]tally.Tally{}
	last := calendar.Date(ratedYear, time.December, 31)
	for day := calendar.Date(ratedYear, time.January, 1); day <= last; day++ {
		_, _, dayOfMonth := day.Date()
		if dayOfMonth == 1 {
			clear(months)
		}
		for i, agency := range a.Register.Current().Agencies() {
			sum := drawDay(draw, &agency, day, share(answers, i, int(day-last)))
			if months[agency.Code] == nil {
				months[agency.Code] = tally.New()
			}
			months[agency.Code].Merge(sum)
			if err := keep(ctx, a, agency.Code, store.ByDay, day, sum); err != nil {
				return err
			}
		}
		if day == day.Month().Last() {
			for code, sum := range months {
				if err := keep(ctx, a, code, store.ByMonth, day.Month().First(), sum); err != nil {
					return err
				}
			}
		}
		progress(365+int(day-last), 365)
	}
	return a.Store.AdvanceSealed(ctx, a.Ledger.Today()-1)
}

// share spreads the answers evenly over agencies and days, the rest on the
// first ones.
func share(answers, agency, day int) int {
	slots := ratedAgencies * 365
	slot := (day+364)*ratedAgencies + agency
	n := answers / slots
	if slot < answers%slots {
		n++
	}
	return n
}

func keep(ctx context.Context, a *app.App, agency string, grain store.Grain, first calendar.Day, sum tally.Tally) error {
	return a.Store.PutSums(ctx, []store.Sum{{Agency: agency, Grain: grain, First: first, Tally: sum}})
}

// drawDay folds the answers of one agency on one day.
func drawDay(draw *rand.Rand, agency *org.Agency, day calendar.Day, answers int) tally.Tally {
	sum := tally.New()
	r := response.Response{Day: day, Agency: agency.Code, Channel: response.QR, Form: survey.Ref{ID: askedForm, Version: 1}}
	for range answers {
		r.Counter = ratedCounters[draw.IntN(len(ratedCounters))]
		r.Service = "s" + strconv.Itoa(draw.IntN(3))
		level := 5 - min(draw.IntN(5), draw.IntN(5))
		r.Answers = append(r.Answers[:0], survey.Answer{Question: "overall", Values: []string{strconv.Itoa(level)}})
		sum.Add(&r)
	}
	return sum
}
