package web

import (
	"context"
	"errors"
	"net/url"

	"hailong/internal/collect"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/ticket"

	"github.com/gofiber/fiber/v2"
)

// showTicket sends the form of the ticket's counter. Looking does not use a
// ticket: only an answer does.
func (s *Server) showTicket(c *fiber.Ctx) error {
	in, err := s.openTicket(c.Params("ticket"))
	if err == nil {
		err = ticketProblem(s.Tickets.Check(in.ticket, ""))
	}
	if err != nil {
		return err
	}
	return s.sendForm(c, in.Place, in.Form, in.way)
}

// submitTicket takes the one response that a ticket lets in.
func (s *Server) submitTicket(c *fiber.Ctx) error {
	in, err := s.openTicket(c.Params("ticket"))
	if err != nil {
		return err
	}
	return s.receive(c, in)
}

// openTicket finds a ticket, used or not, with its counter and the form that
// is asked there.
func (s *Server) openTicket(inPath string) (incoming, error) {
	typed, err := url.PathUnescape(inPath)
	if err != nil {
		return incoming{}, problem(fiber.StatusNotFound, "ticket_unknown")
	}
	ctx, cancel := work()
	defer cancel()
	found, err := s.Tickets.Find(ctx, typed)
	if err != nil {
		return incoming{}, ticketProblem(err)
	}
	in := incoming{ticket: found, way: way{ticket: true}}
	in.Submission = collect.Submission{Channel: response.Ticket, Lang: survey.Vietnamese}
	if in.Place, err = s.placeOf(found); err != nil {
		return incoming{}, err
	}
	in.Form, err = s.formOf(in.Place)
	in.way.service = serviceOf(in)
	return in, err
}

// placeOf finds the ticket's counter, which may have got another link since,
// but has to take answers today.
func (s *Server) placeOf(t *ticket.Ticket) (org.Place, error) {
	place := org.Place{Agency: s.Register().Agency(t.Agency)}
	if place.Agency != nil {
		place.Counter = place.Agency.Counter(t.Counter)
	}
	switch {
	case place.BeginsAfter(s.today()):
		return place, problem(fiber.StatusGone, "not_yet_open")
	case !place.OpenOn(s.today()):
		return place, problem(fiber.StatusGone, "ticket_closed")
	}
	return place, nil
}

// serviceOf returns the service that the ticket knows, "" where it knows none
// or the agency has it no more.
func serviceOf(in incoming) string {
	if in.Place.Agency.Service(in.ticket.Service) == nil {
		return ""
	}
	return in.ticket.Service
}

// present holds a sheet against the ticket it came with, where it came with
// one, and sees to it that the ticket is used when the sheet is found valid:
// one with faults must not cost it.
func (s *Server) present(in *incoming) error {
	if in.ticket == nil {
		return nil
	}
	if known := serviceOf(*in); known != "" {
		in.Service = known
	}
	in.Claim = func(ctx context.Context) error {
		return ticketProblem(s.Tickets.Use(ctx, in.ticket, in.Key))
	}
	return ticketProblem(s.Tickets.Check(in.ticket, in.Key))
}

// ticketProblem turns why a ticket lets nobody in into a problem; another error
// stays as it is.
func ticketProblem(err error) error {
	switch {
	case errors.Is(err, ticket.ErrUnknown):
		return problem(fiber.StatusNotFound, "ticket_unknown")
	case errors.Is(err, ticket.ErrUsed):
		return problem(fiber.StatusGone, "ticket_used")
	case errors.Is(err, ticket.ErrExpired):
		return problem(fiber.StatusGone, "ticket_expired")
	}
	return err
}
