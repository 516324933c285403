package web

import (
	"errors"
	"strconv"

	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/ticket"

	"github.com/go-json-experiment/json"
	"github.com/gofiber/fiber/v2"
)

// ticketOrder says which tickets are wanted. It is the body of the call.
type ticketOrder struct {
	Counter string `json:"counter"` // link
	Service string `json:"service"` // code, "": the person may say
	Count   int    `json:"count"`
	Days    *int   `json:"days"` // nil: ticket.DefaultDays
}

type issuedJSON struct {
	Tickets []ticketJSON `json:"tickets"`
}

type ticketJSON struct {
	URL     string       `json:"url"`
	Expires calendar.Day `json:"expires"`
}

// issueTickets hands out tickets to the one-stop software. The reply is the
// only place where they ever stand.
func (s *Server) issueTickets(c *fiber.Ctx) error {
	order, err := readTicketOrder(c)
	if err != nil {
		return err
	}
	place, err := s.orderedPlace(order)
	if err == nil {
		err = reach(c, auth.IssueTickets, place.Agency.Code)
	}
	if err != nil {
		return err
	}
	issued, err := s.issue(audit.ByKey(keyOf(c).Name), place, order)
	if err != nil {
		return err
	}
	body := issuedJSON{Tickets: make([]ticketJSON, len(issued))}
	for i, one := range issued {
		body.Tickets[i] = ticketJSON{URL: ticketURL(s.PublicURL, one), Expires: one.Expires}
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(fiber.StatusCreated).JSON(body)
}

func readTicketOrder(c *fiber.Ctx) (ticketOrder, error) {
	var order ticketOrder
	if _, err := arguments(c); err != nil {
		return order, err
	}
	if mediaOf(c) != fiber.MIMEApplicationJSON {
		return order, problem(fiber.StatusUnsupportedMediaType, "json_only")
	}
	if err := json.Unmarshal(c.Body(), &order, json.RejectUnknownMembers(true)); err != nil {
		return order, problem(fiber.StatusUnprocessableEntity, "ticket_order")
	}
	return order, nil
}

// orderedPlace finds the counter of an order, which must take answers now or
// later and have the service.
func (s *Server) orderedPlace(order ticketOrder) (org.Place, error) {
	link, ok := org.CanonicalLink(order.Counter)
	place, known := s.Register().Place(link)
	switch {
	case !ok || !known || place.Retired || place.Counter == nil:
		return place, problem(fiber.StatusUnprocessableEntity, "ticket_counter")
	case place.EndedBefore(s.today()):
		return place, problem(fiber.StatusUnprocessableEntity, "ticket_counter_ended")
	case order.Service != "" && place.Agency.Service(order.Service) == nil:
		return place, problem(fiber.StatusUnprocessableEntity, "ticket_service")
	}
	return place, nil
}

// issue makes the tickets and notes down how many, never which. They are
// handed out only when that is written.
func (s *Server) issue(by string, place org.Place, order ticketOrder) ([]ticket.Issued, error) {
	ctx, cancel := work()
	defer cancel()
	days := ticket.DefaultDays
	if order.Days != nil {
		days = *order.Days
	}
	where := ticket.For{Agency: place.Agency.Code, Counter: place.Counter.Code, Service: order.Service}
	issued, err := s.Tickets.Issue(ctx, where, order.Count, days)
	switch {
	case errors.Is(err, ticket.ErrCount):
		return nil, problem(fiber.StatusUnprocessableEntity, "ticket_count").with("Max", ticket.MaxCount)
	case errors.Is(err, ticket.ErrDays):
		return nil, problem(fiber.StatusUnprocessableEntity, "ticket_days").with("Max", ticket.MaxDays)
	case err != nil:
		return nil, err
	}
	subject, detail := IssueNote(where, issued)
	return issued, s.Audit.Append(ctx, audit.Event{At: s.Now(), By: by, Action: audit.TicketIssue, Subject: subject, Detail: detail})
}

// IssueNote returns subject and detail of the audit entry for tickets, of which
// there is at least one.
func IssueNote(where ticket.For, issued []ticket.Issued) (subject string, detail map[string]string) {
	detail = map[string]string{"count": strconv.Itoa(len(issued)), "expires": issued[0].Expires.String()}
	if where.Service != "" {
		detail["service"] = where.Service
	}
	return where.Agency + "/" + where.Counter, detail
}

// ticketURL is the address that the code of a ticket holds.
func ticketURL(publicURL string, t ticket.Issued) string { return publicURL + "/t/" + t.Code }
