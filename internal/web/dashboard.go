package web

import (
	"context"
	"strings"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/chart"
	"hailong/internal/document"
	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/tally"

	"github.com/gofiber/fiber/v2"
)

type dashboardPage struct {
	officePage
	Agency   *org.Agency
	Query    query
	Board    *report.Dashboard
	Received *report.Received // nil: not told for this selection
	Methods  []choice
	Counters []choice
	Services []choice
	Channels []choice
	Charts   []chartView
	Glance   glance
	Summary  string     // address of the overall figure as CSV
	Chosen   []string   // what the page is narrowed to, in words
	Reminder []reminder // none: nothing is to be reported
	Comments bool       // the user may read them
	NotAsked bool       // no citizen is asked any more, or none ever was
	Empty    bool
}

// choice is one line of a selection.
type choice struct {
	Value, Label string
	Chosen       bool
}

// choicesOf lists things to choose from, each with its value and what it is
// called, after a line for none of them.
func choicesOf[T any](none, current string, all []T, of func(T) (value, label string)) []choice {
	choices := []choice{{"", none, current == ""}}
	for _, one := range all {
		value, label := of(one)
		choices = append(choices, choice{value, label, value == current})
	}
	return choices
}

// chartView is a chart's place on a page, with its data as a table.
type chartView struct {
	Name, Title, Hint string
	JSON, CSV         string // addresses with the page's own query
	Table             tableView
	Wide              bool
	First             int    // rows to begin with, 0: all; the rest is shown when it is asked for
	More              string // what asks for the rest
}

// CommentsURL returns the way to what citizens wrote in the same selection.
func (p dashboardPage) CommentsURL() string {
	return "/dashboard/" + p.Agency.Code + "/comments?" + p.Query.encode()
}

func (s *Server) ownDashboard(c *fiber.Ctx) error {
	return c.Redirect(startPage(userOf(c)), fiber.StatusSeeOther)
}

// board reads what a dashboard, its charts and files are made of: exact counts
// for those who see all agencies, and for the agency itself what may be shown
// to it, over whole months.
func (s *Server) board(c *fiber.Ctx) (*org.Agency, query, *report.Dashboard, error) {
	agency, err := s.agency(c)
	if err != nil {
		return nil, query{}, nil, err
	}
	q, err := s.queryOf(c)
	if err != nil {
		return nil, q, nil, err
	}
	ctx, cancel := work()
	defer cancel()
	if exact(c) {
		err = s.settle(&q, agency, func() ([]string, error) { return s.Reader.Forms(ctx, agency.Code, q.Range) })
		if err != nil {
			return nil, q, nil, err
		}
		board, err := s.Reader.Dashboard(ctx, agency, q.Method, q.Filter)
		return agency, q, board, err
	}
	q.Range = report.WholeMonths(q.Range)
	wholes, err := s.Periods.Wholes(ctx, agency.Code, q.Range)
	if err != nil {
		return nil, q, nil, err
	}
	err = s.settle(&q, agency, func() ([]string, error) { return s.Reader.ShownForms(ctx, agency.Code, q.Range, wholes...) })
	if err != nil {
		return nil, q, nil, err
	}
	board, err := s.Reader.Veiled(ctx, agency, q.Method, q.Filter, wholes...)
	return agency, q, board, err
}

// exact says whether the user may see exact counts and days.
func exact(c *fiber.Ctx) bool {
	return userOf(c).May(auth.SeeOffice, "")
}

func (s *Server) showDashboard(c *fiber.Ctx) error {
	agency, q, board, err := s.board(c)
	if err != nil {
		return err
	}
	l := s.language(c)
	user := userOf(c)
	page := dashboardPage{
		officePage: s.officeBase(c, l, agency.Name),
		Agency:     agency,
		Query:      q,
		Board:      board,
		Methods:    s.methodChoices(q.Method, l),
		Counters:   counterChoices(agency, q.Counter, l),
		Services:   serviceChoices(agency, q.Service, l),
		Channels:   channelChoices(q.Channel, l),
		Comments:   user.May(auth.SeeComments, agency.Code),
		Empty:      board.Figure.N == 0,
		NotAsked:   !agency.Procedures() || agency.ValidTo != nil && *agency.ValidTo < s.today(),
	}
	ctx, cancel := work()
	defer cancel()
	if page.Received, err = s.received(ctx, agency, q, board); err != nil {
		return err
	}
	if user.May(auth.EnterRating, agency.Code) {
		if page.Reminder, err = s.remind(ctx, agency.Code, agency.PartyOrganisation, l); err != nil {
			return err
		}
	}
	page.Glance, page.Summary = s.glanceOf(board, l), chartURL(agency, q, "summary", "csv")
	page.Chosen = chosenOf(page.Counters, page.Services, page.Channels)
	for _, name := range chartsOf(board) {
		page.Charts = append(page.Charts, s.chartView(agency, q, board, name, l))
	}
	return s.sendOffice(c, "dashboard", l, page)
}

// received says what came in and what became of it: for those who see exact
// counts, of what they have selected; for the agency itself, of all of it.
func (s *Server) received(ctx context.Context, agency *org.Agency, q query, board *report.Dashboard) (*report.Received, error) {
	if !board.Veiled {
		return board.Received, nil
	}
	if q.Counter != "" || q.Service != "" || q.Channel != "" {
		return nil, nil
	}
	received, err := s.Reader.VeiledReceived(ctx, agency, board.Figure.N+board.Other, q.Range)
	return &received, err
}

func (s *Server) methodChoices(current *tally.Method, l *i18n.Language) []choice {
	var choices []choice
	for _, m := range s.Methods.All() {
		choices = append(choices, choice{m.ID, m.Name.In(l.Code), m == current})
	}
	return choices
}

func counterChoices(agency *org.Agency, current string, l *i18n.Language) []choice {
	return choicesOf(l.T("filter.all_counters"), current, agency.Counters, func(c org.Counter) (string, string) { return c.Code, c.Name })
}

func serviceChoices(agency *org.Agency, current string, l *i18n.Language) []choice {
	return choicesOf(l.T("filter.all_services"), current, agency.Services, func(s org.Service) (string, string) { return s.Code, s.Name })
}

func channelChoices(current response.Channel, l *i18n.Language) []choice {
	return choicesOf(l.T("filter.all_channels"), string(current), response.Channels, func(c response.Channel) (string, string) {
		return string(c), l.T("channel." + string(c))
	})
}

// chosenOf names what is chosen of each selection, but for the first of each,
// which is everything.
func chosenOf(selections ...[]choice) []string {
	var chosen []string
	for _, selection := range selections {
		for _, one := range selection {
			if one.Chosen && one.Value != "" {
				chosen = append(chosen, one.Label)
			}
		}
	}
	return chosen
}

// chartNames are the charts drawn on every dashboard. The summary is only sent:
// the page has its figure in words.
var chartNames = []string{"trend", "levels", "reasons", "counters", "services"}

// draw makes the chart of the name, or nothing if there is no such chart.
func (s *Server) draw(name string, board *report.Dashboard, l *i18n.Language) (chart.Chart, bool) {
	words := wordsOf(l)
	switch name {
	case "summary":
		return chart.Summary(board.Figure, board.Coverage, words), true
	case "trend":
		return chart.Trend(s.points(board.Months), words), true
	case "levels":
		return chart.Levels(questions(board.Levels, board.Method, l.Code), words), true
	case "counters":
		return chart.Ranked(bars(board.Counters, l), words), true
	case "services":
		return chart.Ranked(bars(board.Services, l), words), true
	case "reasons":
		return chart.Reasons(options(board.Reasons, l.Code), words), true
	}
	if row := choiceOf(board, name); row != nil {
		return chart.Choice(answersTo(row, l), words), true
	}
	return chart.Chart{}, false
}

func wordsOf(l *i18n.Language) chart.Words {
	return chart.Words{
		Index:        l.T("chart.index"),
		Interval:     l.T("chart.interval"),
		Responses:    l.T("chart.responses"),
		Insufficient: l.T("status.insufficient"),
		Suppressed:   l.T("status.suppressed"),
		NoData:       l.T("office.no_answers"),
		Running:      l.T("glance.running"),
		MethodChange: l.T("chart.method_change"),
		Number:       l.Number,
		Month:        l.Month,
	}
}

func (s *Server) points(months []report.Month) []chart.Point {
	points := make([]chart.Point, len(months))
	for i, m := range months {
		points[i] = chart.Point{Month: m.Month, Figure: m.Figure, Coverage: m.Coverage, Running: s.running(m.Month)}
	}
	return points
}

// running says whether the month has begun and is not over.
func (s *Server) running(m calendar.Month) bool { return m == s.today().Month() }

// questions words rows. From which level on people are satisfied is said by the
// method, of the questions that it counts.
func questions(rows []report.LevelCounts, method *tally.Method, lang string) []chart.Question {
	questions := make([]chart.Question, len(rows))
	for i, row := range rows {
		questions[i] = chart.Question{ID: row.Question.ID, Text: row.Question.Text.In(lang)}
		if method.Counts(row.Question.ID) {
			questions[i].Satisfied = method.SatisfiedFrom
		}
		for j, level := range row.Levels {
			questions[i].Levels = append(questions[i].Levels, chart.Level{Value: level.Value, Label: level.Label.In(lang), Count: row.Counts[j]})
		}
	}
	return questions
}

func bars(groups []report.Group, l *i18n.Language) []chart.Bar {
	bars := make([]chart.Bar, len(groups))
	for i, g := range groups {
		name := g.Name
		switch g.Code {
		case "":
			name = l.T("service.not_said")
		case report.Mixed:
			name = l.T("veil.mixed")
		}
		bars[i] = chart.Bar{Code: g.Code, Name: name, Figure: g.Figure, Coverage: g.Coverage, Rest: g.Code == report.Mixed}
	}
	return bars
}

func options(rows []report.OptionCount, lang string) []chart.Option {
	options := make([]chart.Option, len(rows))
	for i, row := range rows {
		options[i] = chart.Option{ID: row.Option.ID, Label: row.Option.Label.In(lang), Count: row.Count}
	}
	return options
}

// sendChart sends one chart as JSON or its table as CSV.
func (s *Server) sendChart(c *fiber.Ctx) error {
	name, kind, _ := strings.Cut(c.Params("chart"), ".")
	agency, q, board, err := s.board(c)
	if err != nil {
		return err
	}
	drawn, known := s.draw(name, board, s.language(c))
	switch {
	case known && kind == "json":
		return c.JSON(drawn)
	case known && kind == "csv":
		c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
		file := document.FileName("hailong", agency.Code, name, q.Range.From.String(), q.Range.To.String())
		c.Attachment(file + ".csv")
		return document.CSV(c.Response().BodyWriter(), drawn.Table.Columns, drawn.Table.Rows)
	}
	return problem(fiber.StatusNotFound, "not_found")
}
