package official

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"hailong/internal/annual"
	"hailong/internal/calendar"
	"hailong/internal/document"
	"hailong/internal/org"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// Options are the parts a Desk is made of.
type Options struct {
	Periods     *period.Office
	Annual      *annual.Book
	Letterheads *Letterheads
	Forms       *survey.Forms
	Register    func() *org.Register // as it is now
	Now         func() time.Time
	Location    *time.Location
}

// Desk gathers what a file is made of and writes it. It is safe for use by many
// goroutines.
type Desk struct{ Options }

// New returns a desk.
func New(o Options) *Desk { return &Desk{Options: o} }

// Ask says which file is wanted.
type Ask struct {
	File   string // one of the names above
	Method string // id; "" is the default one. Of files of a period.
	Rule   string // id; "" is the one in effect. Of files of a rating year.
	About  string // code of the one party organisation or agency that it is about; "" is all
	Sample bool   // the figures are made up: every page says so
}

// PeriodFile writes a file of a period; of them, Sheet is not written here but
// taken from period.Office.Export, byte by byte. Nothing is written on an
// error: ErrFile, ErrAbout, period.ErrMethod and those of the store.
func (d *Desk) PeriodFile(ctx context.Context, out io.Writer, p *period.Period, ask Ask) error {
	if !slices.Contains([]string{XLSX, CSV, PartyDOCX, PartyPDF, StateDOCX, StatePDF}, ask.File) {
		return fmt.Errorf("file %q: %w", ask.File, ErrFile)
	}
	about, err := bodyOf(d.Register(), ask.About)
	if err != nil {
		return err
	}
	if ask.File == CSV {
		scores, err := d.Periods.ScoresOf(ctx, p, period.Query{Method: ask.Method})
		if err != nil {
			return err
		}
		scores.Scores = about.only(scores.Scores)
		return whenDone(out, func(w io.Writer) error { return ScoresExcelCSV(w, scores) })
	}
	dossier, err := d.Dossier(ctx, p, ask.Method)
	if err != nil {
		return err
	}
	dossier.Sample = ask.Sample
	dossier.narrow(about)
	if ask.File == XLSX {
		book, err := dossier.Workbook()
		if err != nil {
			return err
		}
		return book.XLSX(out)
	}
	return d.report(out, ask.File, about, dossier.Report)
}

// YearFile writes a file of a rating year: a table or a report. Nothing is
// written on an error: ErrFile, annual.ErrRule, annual.ErrNoRule and those of
// the store.
func (d *Desk) YearFile(ctx context.Context, out io.Writer, year int, ask Ask) error {
	if !slices.Contains([]string{RatingsXLSX, RatingsCSV, PartyDOCX, PartyPDF, StateDOCX, StatePDF}, ask.File) {
		return fmt.Errorf("file %q: %w", ask.File, ErrFile)
	}
	about, err := bodyOf(d.Register(), ask.About)
	if err != nil {
		return err
	}
	y, err := d.Annual.Year(ctx, year, ask.Rule)
	if err != nil {
		return err
	}
	if y, err = about.sheetOf(y); err != nil {
		return err
	}
	if ask.File == RatingsCSV {
		return whenDone(out, func(w io.Writer) error { return RatingsExcelCSV(w, y) })
	}
	dossier := &YearDossier{Year: y, About: about.title(), Date: d.today(), Location: d.Location, Sample: ask.Sample}
	if ask.File == RatingsXLSX {
		book, err := dossier.Workbook()
		if err != nil {
			return err
		}
		return book.XLSX(out)
	}
	return d.report(out, ask.File, about, dossier.Report)
}

// report writes a report in the layout and the format that the file's name
// says, under the letterhead of whom it is about.
func (d *Desk) report(out io.Writer, file string, about *body, made func(*Letterhead) (*document.Report, error)) error {
	layout := document.Party
	if file == StateDOCX || file == StatePDF {
		layout = document.State
	}
	r, err := made(d.Letterheads.For(layout, about.letterheadCodes()...))
	if err != nil {
		return err
	}
	if file == PartyPDF || file == StatePDF {
		return r.PDF(out)
	}
	return r.DOCX(out)
}

// whenDone writes to out what was written without an error.
func whenDone(out io.Writer, write func(io.Writer) error) error {
	var all bytes.Buffer
	if err := write(&all); err != nil {
		return err
	}
	_, err := out.Write(all.Bytes())
	return err
}

func (d *Desk) today() calendar.Day { return calendar.Of(d.Now(), d.Location) }

// Dossier gathers everything about a period by a method. All its scores are
// made of one reading of the counts, so they agree with each other even while
// answers come in. The errors are period.ErrMethod and those of the store.
func (d *Desk) Dossier(ctx context.Context, p *period.Period, method string) (*Dossier, error) {
	scores, err := d.Periods.ScoresOf(ctx, p, period.Query{Method: method})
	if err != nil {
		return nil, err
	}
	counts, err := d.Periods.Counts(ctx, p)
	if err != nil {
		return nil, err
	}
	m, err := counts.Method(scores.Method.ID)
	if err != nil {
		return nil, err
	}
	scores.Scores = unrankAlone(counts.Scores(m, rating.ByAgency, p.Period))
	dossier := &Dossier{
		Scores:   scores,
		Counters: counts.Scores(m, rating.ByCounter, p.Period),
		Services: counts.Scores(m, rating.ByService, p.Period),
		Channels: counts.Scores(m, rating.ByChannel, p.Period),
		Method:   m, Satisfied: d.satisfied(m), Rule: counts.Rule, PeerGroups: d.peerGroups(counts), Date: d.today(),
	}
	dossier.Before, err = d.before(ctx, p, m)
	if err != nil {
		return nil, fmt.Errorf("year before %s: %w", p.ID, err)
	}
	return dossier, nil
}

// unrankAlone takes the place off an agency that is compared with nobody in its
// group: to readers a first place of one would be praise. Programs are told it,
// as they see how many there are.
func unrankAlone(scores []rating.Score) []rating.Score {
	ranked := map[string]int{}
	for _, s := range scores {
		if s.Rank != nil {
			ranked[s.PeerGroup]++
		}
	}
	for i := range scores {
		if ranked[scores[i].PeerGroup] < 2 {
			scores[i].Rank = nil
		}
	}
	return scores
}

// before reads the same period a year earlier, with the method as it was then.
func (d *Desk) before(ctx context.Context, p *period.Period, m *tally.Method) (Before, error) {
	span := p.YearBefore()
	before := Before{Period: span}
	earlier, err := d.Periods.Period(ctx, span.ID)
	if errors.Is(err, rating.ErrPeriod) { // before the first year that an id can name
		return before, nil
	}
	if err != nil {
		return before, err
	}
	counts, err := d.Periods.Counts(ctx, earlier)
	if err != nil {
		return before, err
	}
	then, err := counts.Method(m.ID)
	if err != nil {
		before.Break = rating.MethodChanged
		return before, nil
	}
	if before.Break = rating.RegimeOf(then).BreakTo(rating.RegimeOf(m)); before.Break == rating.NoBreak {
		before.Scores = counts.Scores(then, rating.ByAgency, span)
	}
	return before, nil
}

// peerGroups are those of the sealed register, or of the one that is in use.
func (d *Desk) peerGroups(counts *period.Counts) []org.PeerGroup {
	if counts.Sheet != nil {
		return counts.Sheet.Register.PeerGroups
	}
	return d.Register().File().PeerGroups
}

// satisfied names the levels that count as satisfied, each once, as the
// method's forms word them.
func (d *Desk) satisfied(m *tally.Method) []string {
	var names []string
	for _, id := range m.Forms {
		form := d.Forms.Current(id)
		if form == nil {
			continue
		}
		for _, factor := range m.Factors {
			for _, question := range factor.Questions {
				for _, name := range levelsFrom(form, question, m.SatisfiedFrom) {
					if !slices.Contains(names, name) {
						names = append(names, name)
					}
				}
			}
		}
	}
	return names
}

// levelsFrom names the levels of a question from the lowest that counts on.
func levelsFrom(form *survey.Form, question string, from int) []string {
	q := form.Question(question)
	if q == nil {
		return nil
	}
	var names []string
	for _, level := range form.Levels(q) {
		if level.Value >= from {
			names = append(names, level.Label.In(survey.Vietnamese))
		}
	}
	return names
}
