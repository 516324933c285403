package web

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"hailong/internal/collect"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/internal/ticket"

	"github.com/gofiber/fiber/v2"
)

// submitForm takes one response, as a form or as JSON.
func (s *Server) submitForm(c *fiber.Ctx) error {
	place, form, err := s.openPlace(c.Params("link"))
	if err != nil {
		return err
	}
	return s.receive(c, incoming{Submission: collect.Submission{Place: place, Channel: response.QR, Form: form, Lang: survey.Vietnamese}})
}

// incoming is a sheet on its way in, and by which way it comes.
type incoming struct {
	collect.Submission
	way    way
	ticket *ticket.Ticket // nil: it needs none
	opened string         // the stamp of its page; "" if there is none that was made here today
}

// receive reads the body into a sheet whose counter and form are known.
func (s *Server) receive(c *fiber.Ctx, in incoming) error {
	if len(c.Request().Body()) > maxBody {
		return problem(fiber.StatusRequestEntityTooLarge, "too_large")
	}
	decode, err := decoderOf(c)
	if err != nil {
		return err
	}
	faults := decode(c, &in)
	s.noteArrival(c, &in)
	if faults != nil {
		return s.refuseSheet(c, in, faults)
	}
	if err := s.present(&in); err != nil {
		return err
	}
	if wait := s.limiter.wait(clientKey(in.Arrival.Address)); wait > 0 {
		return s.delaySheet(c, in, &httpProblem{status: fiber.StatusTooManyRequests, key: "too_many", retryAfter: int(math.Ceil(wait.Seconds()))})
	}
	return s.accept(c, in)
}

func (s *Server) accept(c *fiber.Ctx, in incoming) error {
	ctx, cancel := work()
	defer cancel()
	outcome, err := s.Collector.Accept(ctx, in.Submission)
	var invalid *survey.InvalidError
	switch {
	case errors.As(err, &invalid):
		return s.refuseSheet(c, in, invalid)
	case err != nil:
		return s.delaySheet(c, in, problemOf(err))
	}
	s.metrics.countOutcome(outcome)
	if wantsJSON(c) {
		return s.sendReceipt(c, outcome)
	}
	target := pathOf(in.Place, way{kiosk: in.way.kiosk}) + "/thanks"
	if in.Lang != survey.Vietnamese {
		target += "?lang=" + in.Lang
	}
	return c.Redirect(target, fiber.StatusSeeOther)
}

// sendReceipt tells a program that the answer is safe. It says nothing that
// could be traced back to the answer.
func (s *Server) sendReceipt(c *fiber.Ctx, outcome store.Outcome) error {
	status := fiber.StatusCreated
	if outcome == store.Duplicate {
		status = fiber.StatusOK
	}
	return c.Status(status).JSON(struct {
		Stored bool `json:"stored"`
	}{true})
}

type decoder func(*fiber.Ctx, *incoming) *survey.InvalidError

// decoderOf chooses by the content type.
func decoderOf(c *fiber.Ctx) (decoder, error) {
	switch mediaOf(c) {
	case fiber.MIMEApplicationForm:
		return decodeForm, nil
	case fiber.MIMEApplicationJSON:
		return decodeJSON, nil
	}
	return nil, problem(fiber.StatusUnsupportedMediaType, "media_type")
}

// mediaOf returns the media type of a body in UTF-8 that is not compressed, ""
// for any other.
func mediaOf(c *fiber.Ctx) string {
	media, params, _ := strings.Cut(strings.ToLower(c.Get(fiber.HeaderContentType)), ";")
	charset, named := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "charset=")
	if named && strings.Trim(charset, `"`) != "utf-8" || len(c.Request().Header.ContentEncoding()) > 0 {
		return ""
	}
	return strings.TrimSpace(media)
}

const malformed survey.Code = "malformed"

func malformedBody() *survey.InvalidError {
	return &survey.InvalidError{Fields: []survey.FieldError{{Code: malformed}}}
}

// decodeForm reads the fields of the body alone: what stands in the address
// must not count as an answer.
func decodeForm(c *fiber.Ctx, in *incoming) *survey.InvalidError {
	in.Given = survey.Given{}
	valid := true
	for name, value := range c.Request().PostArgs().All() {
		valid = valid && utf8.Valid(name) && utf8.Valid(value)
		switch {
		case bytes.Equal(name, []byte("submission")):
			in.Key = string(value)
		case bytes.Equal(name, []byte("lang")):
			in.Lang = string(value)
		case bytes.Equal(name, []byte("service")):
			in.Service = string(value)
		case bytes.Equal(name, []byte("opened")):
			in.opened = string(value)
		case bytes.HasPrefix(name, []byte("q.")):
			question := string(name[len("q."):])
			in.Given[question] = append(in.Given[question], string(value))
		}
	}
	if !valid {
		return malformedBody()
	}
	return nil
}

type invalidJSON struct {
	Errors []fieldErrorJSON `json:"errors"`
}

type fieldErrorJSON struct {
	Question string      `json:"question"`
	Code     survey.Code `json:"code"`
	Message  string      `json:"message"`
}

// refuseSheet answers a sheet with faults: a program gets a list of them, a
// person the sheet back with a sentence at each.
func (s *Server) refuseSheet(c *fiber.Ctx, in incoming, invalid *survey.InvalidError) error {
	s.metrics.countProblem(fiber.StatusUnprocessableEntity)
	c.Status(fiber.StatusUnprocessableEntity)
	l := s.catalog.Language(in.Lang)
	if wantsJSON(c) {
		body := invalidJSON{Errors: make([]fieldErrorJSON, len(invalid.Fields))}
		for i, f := range invalid.Fields {
			body.Errors[i] = fieldErrorJSON{Question: f.Question, Code: f.Code, Message: l.T("fault." + string(f.Code))}
		}
		return c.JSON(body)
	}
	back := s.sheetOf(in)
	back.banner = l.T("form.mend")
	for _, f := range invalid.Fields {
		back.faults[f.Question] = l.T("fault." + string(f.Code))
		if in.Form.Question(f.Question) == nil {
			back.banner = l.T("fault." + string(f.Code))
		}
		if f.Code == survey.NotShown {
			delete(back.given, f.Question) // taken off, so that sending again works
		}
	}
	return s.sendSheet(c, in.Place, in.Form, in.Lang, back)
}

// delaySheet gives the sheet back unstored, to be sent again after a while,
// where that can help.
func (s *Server) delaySheet(c *fiber.Ctx, in incoming, p *httpProblem) error {
	if wantsJSON(c) || p.retryAfter == 0 {
		return p
	}
	s.metrics.countProblem(p.status)
	s.report(c, p)
	c.Status(p.status)
	c.Set(fiber.HeaderRetryAfter, strconv.Itoa(p.retryAfter))
	back := s.sheetOf(in)
	l := s.catalog.Language(in.Lang)
	if back.banner = l.T("problem." + p.key + ".text"); p.status == fiber.StatusServiceUnavailable {
		back.banner = l.T("form.not_stored")
	}
	return s.sendSheet(c, in.Place, in.Form, in.Lang, back)
}

// sheetOf keeps what the person filled in. A key that was refused is replaced.
func (s *Server) sheetOf(in incoming) sheet {
	key := in.Key
	if _, err := response.NewID(key); err != nil {
		key = response.NewSubmission()
	}
	return sheet{way: in.way, key: key, opened: in.opened, service: in.Service, given: in.Given, faults: map[string]string{}}
}

func (s *Server) sendSheet(c *fiber.Ctx, place org.Place, form *survey.Form, lang string, back sheet) error {
	lang = formLanguage(form, lang)
	l := s.catalog.Language(lang)
	view := s.pages.formView(place, form, l, lang, back)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return s.pages.send(c, "form", l, view.policy(), view)
}
