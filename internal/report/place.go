package report

import (
	"context"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// Places says where a single answer of an agency was given, as far as the
// agency itself may be told. It is only to be read.
type Places struct {
	months map[calendar.Month]map[tally.Key]tally.Key // see veil.Places
	exact  bool
}

// Places returns what the agency may be told of where its answers of the whole
// months around the days were given: everything where no number of answers is
// too small to be shown.
func (r *Reader) Places(ctx context.Context, agency string, days calendar.Range) (*Places, error) {
	if r.few <= 1 {
		return &Places{exact: true}, nil
	}
	exact, err := r.exactMonths(ctx, agency)
	if err != nil {
		return nil, err
	}
	view, err := r.veil.Show(ctx, agency, exact, r.ledger.Today().Month())
	if err != nil {
		return nil, err
	}
	places := &Places{months: map[calendar.Month]map[tally.Key]tally.Key{}}
	for _, m := range exact {
		if days.From.Month() <= m.Month && m.Month <= days.To.Month() {
			places.months[m.Month] = r.veil.Places(view.Month(m.Month), m.Tally)
		}
	}
	return places, nil
}

// Of returns what is told of an answer of the month that was given there; ""
// is for what is not told.
func (p *Places) Of(m calendar.Month, counter, service string, channel response.Channel) (string, string, response.Channel) {
	if p.exact {
		return counter, service, channel
	}
	place, known := p.months[m][tally.Key{Counter: counter, Service: service, Channel: channel}]
	if !known {
		return "", "", ""
	}
	told := func(code string) string {
		if code == Mixed {
			return ""
		}
		return code
	}
	return told(place.Counter), told(place.Service), response.Channel(told(string(place.Channel)))
}
