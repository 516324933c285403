package web

import (
	"net/url"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/tally"

	"github.com/gofiber/fiber/v2"
)

// query is the selection in the address of a dashboard, its charts and files.
type query struct {
	report.Filter
	Method *tally.Method
	Named  bool // the method was named, and is not the one to begin with
}

// The range of one page: a year if nothing is said, ten at most.
const (
	defaultMonths = 12
	maxDays       = 10 * 366
)

// queryOf reads the selection. Everything malformed or upside down is a clear
// error. A counter or service that the register does not know selects what was
// answered under that code, which may be nothing.
func (s *Server) queryOf(c *fiber.Ctx) (query, error) {
	args := c.Context().QueryArgs()
	days, err := s.rangeOf(string(args.Peek("from")), string(args.Peek("to")))
	if err != nil {
		return query{}, err
	}
	q := query{Filter: report.Filter{
		Range:   days,
		Counter: string(args.Peek("counter")),
		Service: string(args.Peek("service")),
		Channel: response.Channel(args.Peek("channel")),
	}, Method: s.Methods.Default()}
	if q.Channel != "" && !slices.Contains(response.Channels, q.Channel) {
		return q, problem(fiber.StatusUnprocessableEntity, "bad_channel")
	}
	if id := string(args.Peek("method")); id != "" {
		q.Named = true
		if q.Method = s.Methods.Method(id); q.Method == nil {
			return q, problem(fiber.StatusUnprocessableEntity, "bad_method")
		}
	}
	return q, nil
}

// rangeOf reads the two dates. Without them it is the twelve months up to the
// last day.
func (s *Server) rangeOf(from, to string) (calendar.Range, error) {
	days := calendar.Range{To: s.today()}
	var err error
	if to != "" {
		if days.To, err = calendar.ParseDay(to); err != nil {
			return days, problem(fiber.StatusUnprocessableEntity, "bad_date")
		}
	}
	days.From = (days.To.Month() - defaultMonths + 1).First()
	if from != "" {
		if days.From, err = calendar.ParseDay(from); err != nil {
			return days, problem(fiber.StatusUnprocessableEntity, "bad_date")
		}
	}
	switch {
	case days.Empty():
		return days, problem(fiber.StatusUnprocessableEntity, "dates_upside_down")
	case days.Days() > maxDays:
		return days, problem(fiber.StatusUnprocessableEntity, "range_too_long")
	}
	return days, nil
}

// settle chooses the method of one agency's figures where none is named: one
// that counts what its counters ask, or else what was answered there. From here
// on it is named, so that whatever else is asked with the same query agrees.
func (s *Server) settle(q *query, agency *org.Agency, answered func() ([]string, error)) error {
	if q.Named {
		return nil
	}
	var forms []string
	for i := range agency.Counters {
		if agency.Counters[i].ExistsIn(q.Range) {
			forms = append(forms, agency.Counters[i].Form)
		}
	}
	if !s.Methods.Default().UsesAny(forms) {
		more, err := answered()
		if err != nil {
			return err
		}
		forms = append(forms, more...)
	}
	q.Method, q.Named = s.Methods.For(forms), true
	return nil
}

// encode writes the selection as an address has it.
func (q query) encode() string { return q.values().Encode() }

func (q query) values() url.Values {
	values := url.Values{"from": {q.Range.From.String()}, "to": {q.Range.To.String()}}
	if q.Named {
		values.Set("method", q.Method.ID)
	}
	return narrowed(values, map[string]string{"counter": q.Counter, "service": q.Service, "channel": string(q.Channel)})
}

// narrowed adds to a selection what it is narrowed to; "" is nothing.
func narrowed(values url.Values, to map[string]string) url.Values {
	for name, value := range to {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values
}
