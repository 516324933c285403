package web

import (
	"bytes"
	"errors"
	"strconv"

	"hailong/internal/document"
	"hailong/internal/org"
	"hailong/internal/ticket"

	"github.com/gofiber/fiber/v2"
)

type ticketsPage struct {
	officePage
	Agency            *org.Agency
	Counters          []org.Counter // that take answers now or later
	MaxCount, MaxDays int
	Counter, Service  string // link and code chosen
	Count, Days       string // as typed
	Error             string
}

// sheetOfSlips is how many tickets are offered at first: two pages.
const sheetOfSlips = 2 * document.SlipsPerPage

func (s *Server) showTicketOrder(c *fiber.Ctx) error {
	first := ticketsPage{Count: strconv.Itoa(sheetOfSlips), Days: strconv.Itoa(ticket.DefaultDays)}
	return s.sendTicketOrder(c, first)
}

func (s *Server) sendTicketOrder(c *fiber.Ctx, page ticketsPage) error {
	agency, err := s.agency(c)
	if err != nil {
		return err
	}
	for _, place := range agency.Places() {
		if !place.EndedBefore(s.today()) {
			page.Counters = append(page.Counters, *place.Counter)
		}
	}
	l := s.language(c)
	page.officePage = s.officeBase(c, l, l.T("tickets.title"))
	page.Agency, page.MaxCount, page.MaxDays = agency, ticket.MaxCount, ticket.MaxDays
	return s.sendOffice(c, "tickets", l, page)
}

// printTickets issues tickets and sends them as sheets of slips. They are
// nowhere else: who loses the file has to issue others.
func (s *Server) printTickets(c *fiber.Ctx) error {
	agency, err := s.agency(c)
	if err != nil {
		return err
	}
	form := c.Request().PostArgs()
	page := ticketsPage{
		Counter: string(form.Peek("counter")), Service: string(form.Peek("service")),
		Count: string(form.Peek("count")), Days: string(form.Peek("days")),
	}
	slips, err := s.issueSlips(c, agency, page)
	var told *told
	var wrong *httpProblem
	if errors.As(err, &wrong) && wrong.status == fiber.StatusUnprocessableEntity {
		var pairs []any
		if errors.As(err, &told) {
			pairs = told.pairs
		}
		page.Error = s.language(c).T("problem."+wrong.key+".text", pairs...)
		c.Status(wrong.status)
		return s.sendTicketOrder(c, page)
	}
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := document.Slips(&out, slips); err != nil {
		return err
	}
	c.Attachment(document.FileName("hailong", "ve", agency.Code, page.Counter) + ".pdf")
	c.Type("pdf")
	return c.Send(out.Bytes())
}

// issueSlips issues what was ordered on the page of an agency.
func (s *Server) issueSlips(c *fiber.Ctx, agency *org.Agency, page ticketsPage) ([]document.Slip, error) {
	count, _ := whole(page.Count) // what is no number is 0, which is refused
	days, _ := whole(page.Days)
	order := ticketOrder{Counter: page.Counter, Service: page.Service, Count: count, Days: &days}
	place, err := s.orderedPlace(order)
	switch {
	case err != nil:
		return nil, err
	case place.Agency != agency:
		return nil, problem(fiber.StatusUnprocessableEntity, "ticket_counter")
	}
	issued, err := s.issue(userOf(c).Email, place, order)
	if err != nil {
		return nil, err
	}
	return Slips(s.PublicURL, place, order.Service, issued), nil
}

// Slips returns what the slips of tickets say. Service is a code of the agency
// or "".
func Slips(publicURL string, place org.Place, service string, issued []ticket.Issued) []document.Slip {
	name := ""
	if known := place.Agency.Service(service); known != nil {
		name = known.Name
	}
	slips := make([]document.Slip, len(issued))
	for i, one := range issued {
		slips[i] = document.Slip{
			Agency: place.Agency.Name, Counter: place.Counter.Name, Service: name,
			URL: ticketURL(publicURL, one), Address: publicURL + "/t/", Code: ticket.Grouped(one.Code), Expires: one.Expires,
		}
	}
	return slips
}
