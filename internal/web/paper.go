package web

import (
	"errors"
	"net/url"
	"strconv"

	"hailong/internal/calendar"
	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/paper"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"

	"github.com/gofiber/fiber/v2"
)

// pile is the sheets of paper that are being typed: all of one counter, day and
// half of it. It stays the same from sheet to sheet.
type pile struct {
	counter *org.Counter // nil: none is chosen yet
	day     calendar.Day
	shift   calendar.Shift
	service string // of the sheet before, offered again
	typed   int    // sheets since the clerk began; only the page itself counts them
}

type paperPage struct {
	officePage
	Agency     *org.Agency
	Counters   []org.Counter
	Counter    string // code chosen
	Day, Today string
	Afternoon  bool
	Form       string // title, "": no counter is chosen
	Key        string
	Services   []serviceView
	Rows       []paperRow
	Typed      int
	Saved      bool // the sheet before is stored
	Banner     string
}

// paperRow is one question with what may be typed for it.
type paperRow struct {
	ID, Text          string
	Conditional       bool        // asked only after some answers
	Codes             []paperCode // empty: words
	Several, Required bool
	First             bool
	Value, Error      string
	MaxLength         int
}

type paperCode struct{ Typed, Label string }

// Field returns the name of the row's field.
func (r paperRow) Field() string { return "q." + r.ID }

// showPaper sends the page on which a clerk types sheets of the own agency. It
// shows how many were typed, and never what they say together.
func (s *Server) showPaper(c *fiber.Ctx) error {
	agency, err := s.agency(c)
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return problem(fiber.StatusUnprocessableEntity, "bad_request")
	}
	p, err := s.pileOf(agency, query)
	if err != nil {
		return err
	}
	return s.sendPaper(c, agency, p, paperSheet{saved: query.Has("saved")})
}

// pileOf reads which sheets are meant. Without a day they are of today.
func (s *Server) pileOf(agency *org.Agency, values url.Values) (pile, error) {
	p := pile{day: s.today(), shift: calendar.ShiftOf(s.Now(), s.Location), service: values.Get("service")}
	p.counter = agency.Counter(values.Get("counter"))
	if shift := calendar.Shift(values.Get("shift")); shift == calendar.Morning || shift == calendar.Afternoon {
		p.shift = shift
	}
	p.typed, _ = strconv.Atoi(values.Get("typed")) // what is no number is 0
	p.typed = max(0, p.typed)
	if day := values.Get("day"); day != "" {
		var err error
		if p.day, err = calendar.ParseDay(day); err != nil {
			return p, problem(fiber.StatusUnprocessableEntity, "bad_date")
		}
	}
	return p, nil
}

// paperSheet is a sheet that comes back to be mended, or the last one's trace.
type paperSheet struct {
	key    string // "": a new one
	typed  map[string]string
	faults map[string]string // question → sentence
	banner string
	saved  bool
}

func (s *Server) sendPaper(c *fiber.Ctx, agency *org.Agency, p pile, back paperSheet) error {
	l := s.language(c)
	page := paperPage{
		officePage: s.officeBase(c, l, l.T("paper.title")), Agency: agency,
		Day: p.day.String(), Today: s.today().String(), Afternoon: p.shift == calendar.Afternoon,
		Key: back.key, Typed: p.typed, Saved: back.saved, Banner: back.banner,
	}
	for _, place := range agency.Places() {
		if !place.BeginsAfter(s.today()) {
			page.Counters = append(page.Counters, *place.Counter)
		}
	}
	if p.counter == nil {
		return s.sendOffice(c, "paper", l, page)
	}
	place := org.Place{Agency: agency, Counter: p.counter}
	form, err := s.formOf(place)
	if err != nil {
		return err
	}
	page.Counter = p.counter.Code
	ctx, cancel := work()
	defer cancel()
	switch err := s.Paper.Check(ctx, place, p.day); {
	case paperFaults.key(err) != "":
		page.Banner = l.T(paperFaults.key(err))
		return s.sendOffice(c.Status(fiber.StatusUnprocessableEntity), "paper", l, page)
	case err != nil:
		return err
	}
	if page.Key == "" {
		page.Key = response.NewSubmission()
	}
	page.Form, page.Services, page.Rows = form.Title.In(l.Code), serviceViews(form, agency, p.service), paperRows(form, l, back)
	return s.sendOffice(c, "paper", l, page)
}

// paperFaults are the reasons why a day takes no sheets.
var paperFaults = mendable{
	{paper.ErrFuture, "paper.future"},
	{paper.ErrClosed, "paper.closed"},
	{paper.ErrFrozen, "paper.frozen"},
}

// paperRows lists the questions, each with the codes of its answers.
func paperRows(form *survey.Form, l *i18n.Language, back paperSheet) []paperRow {
	rows := make([]paperRow, len(form.Questions))
	for i := range form.Questions {
		q := &form.Questions[i]
		rows[i] = paperRow{
			ID: q.ID, Text: q.Text.In(l.Code), Required: q.Required, Conditional: q.ShowIf != nil, Several: q.Kind == survey.Choices, First: i == 0,
			Value: back.typed[q.ID], Error: back.faults[q.ID], MaxLength: q.MaxLength,
		}
		for n, option := range optionsOf(form, q, l.Code, nil) {
			if option.Label == "" {
				option.Label = l.T("answer." + option.Value)
			}
			rows[i].Codes = append(rows[i].Codes, paperCode{Typed: paper.Code(q, option.Value, n), Label: option.Label})
		}
	}
	return rows
}

// enterPaper stores one sheet and goes on to the next.
func (s *Server) enterPaper(c *fiber.Ctx) error {
	agency, err := s.agency(c)
	if err != nil {
		return err
	}
	values, err := url.ParseQuery(string(c.Body()))
	if err != nil || mediaOf(c) != fiber.MIMEApplicationForm {
		return problem(fiber.StatusUnsupportedMediaType, "media_type")
	}
	p, err := s.pileOf(agency, values)
	if err != nil {
		return err
	}
	if p.counter == nil {
		return problem(fiber.StatusUnprocessableEntity, "bad_request")
	}
	place := org.Place{Agency: agency, Counter: p.counter}
	form, err := s.formOf(place)
	if err != nil {
		return err
	}
	back := typedIn(form, values)
	ctx, cancel := work()
	defer cancel()
	outcome, err := s.Paper.Enter(ctx, paper.Sheet{
		Key: back.key, Place: place, Day: p.day, Shift: p.shift, Form: form, Service: p.service,
		Lang: survey.Vietnamese, Given: paper.Read(form, back.typed),
	}, userOf(c).Email)
	var invalid *survey.InvalidError
	switch {
	case errors.As(err, &invalid):
		return s.returnPaper(c, agency, p, form, back, invalid)
	case paperFaults.key(err) != "":
		return s.sendPaper(c, agency, p, back)
	case err != nil:
		return err
	}
	if outcome == store.Stored {
		p.typed++
	}
	return c.Redirect("/paper/"+url.PathEscape(agency.Code)+"?"+p.query(), fiber.StatusSeeOther)
}

// typedIn keeps what was typed, in case the sheet has to be mended.
func typedIn(form *survey.Form, values url.Values) paperSheet {
	back := paperSheet{key: values.Get("submission"), typed: map[string]string{}, faults: map[string]string{}}
	for i := range form.Questions {
		back.typed[form.Questions[i].ID] = values.Get("q." + form.Questions[i].ID)
	}
	return back
}

// query writes the pile into the address of the next sheet.
func (p pile) query() string {
	return url.Values{
		"counter": {p.counter.Code}, "day": {p.day.String()}, "shift": {string(p.shift)}, "service": {p.service},
		"typed": {strconv.Itoa(p.typed)}, "saved": {"1"},
	}.Encode()
}

// returnPaper gives a sheet back with a sentence at each fault.
func (s *Server) returnPaper(c *fiber.Ctx, agency *org.Agency, p pile, form *survey.Form, back paperSheet, invalid *survey.InvalidError) error {
	l := s.language(c)
	back.banner = l.T("paper.mend")
	for _, f := range invalid.Fields {
		switch {
		case f.Question == "submission":
			back.key = ""
			back.banner = l.T("fault." + string(f.Code))
		case form.Question(f.Question) == nil:
			back.banner = l.T("fault." + string(f.Code))
		case f.Code == survey.NotShown:
			back.faults[f.Question] = l.T("paper.not_shown")
		default:
			back.faults[f.Question] = l.T("fault." + string(f.Code))
		}
	}
	c.Status(fiber.StatusUnprocessableEntity)
	return s.sendPaper(c, agency, p, back)
}
