package web

import (
	"encoding/base64"
	"strconv"
	"strings"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/stats"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

type overviewPage struct {
	officePage
	Query     query
	Methods   []choice
	Standings []report.Standing
	Total     int64 // responses counted by the method
	Answered  int   // agencies with answers
	Reminder  *reminder
}

// showOffice compares all agencies that existed in the range.
func (s *Server) showOffice(c *fiber.Ctx) error {
	q, err := s.queryOf(c)
	if err != nil {
		return err
	}
	ctx, cancel := work()
	defer cancel()
	standings, err := s.Reader.Office(ctx, agenciesIn(s.Register(), q.Range), q.Method, q.Range)
	if err != nil {
		return err
	}
	l := s.language(c)
	page := overviewPage{
		officePage: s.officeBase(c, l, l.T("office.title")),
		Query:      q,
		Methods:    s.methodChoices(q.Method, l),
		Standings:  standings,
	}
	if page.Reminder, err = s.remindOffice(ctx, l); err != nil {
		return err
	}
	for _, standing := range standings {
		page.Total += standing.Figure.N
		if standing.Figure.N > 0 {
			page.Answered++
		}
	}
	return s.sendOffice(c, "overview", l, page)
}

func agenciesIn(register *org.Register, days calendar.Range) []org.Agency {
	var agencies []org.Agency
	for _, a := range register.Agencies() {
		if (a.ValidFrom == nil || *a.ValidFrom <= days.To) && (a.ValidTo == nil || *a.ValidTo >= days.From) {
			agencies = append(agencies, a)
		}
	}
	return agencies
}

// commentsOnPage is how many comments a page holds.
const commentsOnPage = 50

type commentsPage struct {
	officePage
	Agency   *org.Agency
	Query    query
	Counters []choice
	Services []choice
	Page     *report.CommentPage
	Next     string // address of the following page, "": the last
}

func (s *Server) showComments(c *fiber.Ctx) error {
	agency, err := s.agency(c)
	if err != nil {
		return err
	}
	q, err := s.queryOf(c)
	if err != nil {
		return err
	}
	after, err := readPosition(c.Query("after"))
	if err != nil {
		return err
	}
	ctx, cancel := work()
	defer cancel()
	found, err := report.Comments(ctx, s.Store, agency.Code, q.Filter, after, commentsOnPage)
	if err != nil {
		return err
	}
	l := s.language(c)
	page := commentsPage{
		officePage: s.officeBase(c, l, l.T("comments.title")),
		Agency:     agency, Query: q, Page: found,
		Counters: counterChoices(agency, q.Counter, l), Services: serviceChoices(agency, q.Service, l),
	}
	if found.Next != nil {
		page.Next = "?" + q.encode() + "&after=" + writePosition(*found.Next)
	}
	return s.sendOffice(c, "comments", l, page)
}

// writePosition and readPosition carry the place in a list through an address.
func writePosition(p store.TextPosition) string {
	return strconv.Itoa(int(p.Day)) + "." + base64.RawURLEncoding.EncodeToString(p.ID[:])
}

func readPosition(text string) (*store.TextPosition, error) {
	if text == "" {
		return nil, nil
	}
	day, id, _ := strings.Cut(text, ".")
	number, err := strconv.ParseInt(day, 10, 32)
	bytes, errID := base64.RawURLEncoding.DecodeString(id)
	if err != nil || errID != nil || len(bytes) != len(response.ID{}) {
		return nil, problem(fiber.StatusUnprocessableEntity, "bad_position")
	}
	return &store.TextPosition{Day: calendar.Day(number), ID: response.ID(bytes)}, nil
}

type registerPage struct {
	officePage
	Agencies []org.Agency
	Register *org.Register
	Print    bool
}

func (s *Server) showRegister(c *fiber.Ctx) error {
	l := s.language(c)
	user, _ := userOf(c)
	page := registerPage{officePage: s.officeBase(c, l, l.T("register.title")), Agencies: s.Register().Agencies(), Register: s.Register(), Print: user.May(auth.PrintPosters, "")}
	return s.sendOffice(c, "register", l, page)
}

// Party returns the name of the agency's party organisation.
func (p registerPage) Party(a org.Agency) string {
	if party := p.Register.PartyOrganisation(a.PartyOrganisation); party != nil {
		return party.Name
	}
	return ""
}

// CounterName returns what people call a counter; the code itself
// when the register no longer knows it.
func (p commentsPage) CounterName(code string) string {
	if counter := p.Agency.Counter(code); counter != nil {
		return counter.Name
	}
	return code
}

// ServiceName returns what people call a service.
func (p commentsPage) ServiceName(code string) string {
	if service := p.Agency.Service(code); service != nil {
		return service.Name
	}
	return code
}

// Width returns the length of an interval's bar.
func (p overviewPage) Width(i stats.Interval) float64 { return i.High - i.Low }

// DashboardURL returns the address of an agency's dashboard with the page's
// own query. Addresses are put together here, because a template takes a query
// put into an address for one value and escapes it as a whole.
func (p overviewPage) DashboardURL(agency string) string {
	return "/dashboard/" + agency + "?" + p.Query.encode()
}

// DashboardURL returns the way back to the figures.
func (p commentsPage) DashboardURL() string {
	return "/dashboard/" + p.Agency.Code + "?" + p.Query.encode()
}

// CommentsURL returns the way to what citizens wrote in the same selection.
func (p dashboardPage) CommentsURL() string {
	return "/dashboard/" + p.Agency.Code + "/comments?" + p.Query.encode()
}
