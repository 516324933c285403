package web

import (
	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/review"

	"github.com/gofiber/fiber/v2"
)

type insiderPage struct {
	officePage
	Query    query
	Agencies []insiderAgency
	Quiet    int // agencies without any sign
}

type insiderAgency struct {
	Name    string
	Notable []insiderSign // to look at
	Others  []insiderSign // numbers that are as usual
}

type insiderSign struct{ Kind, Text string }

// showInsider shows signs that an agency may have made its own figures, each
// with its numbers and without a judgement.
func (s *Server) showInsider(c *fiber.Ctx) error {
	q, err := s.queryOf(c)
	if err != nil {
		return err
	}
	if c.Query("from") == "" {
		q.Range.From = max(q.Range.From, q.Range.To-reviewDays)
	}
	ctx, cancel := work()
	defer cancel()
	agencies := agenciesIn(s.Register(), q.Range)
	reports, err := s.Review.Insider(ctx, agencies, q.Method, q.Range)
	if err != nil {
		return err
	}
	l := s.language(c)
	names := agencyNames(s.Register(), l)
	page := insiderPage{officePage: s.officeBase(c, l, l.T("insider.title")), Query: q}
	for _, report := range review.Sorted(reports) {
		if len(report.Signs) == 0 {
			page.Quiet++
			continue
		}
		agency := s.Register().Agency(report.Agency)
		row := insiderAgency{Name: names[report.Agency]}
		for _, sign := range report.Signs {
			shown := insiderSign{l.T("insider.kind." + string(sign.Kind)), signText(agency, sign, l)}
			if sign.Notable {
				row.Notable = append(row.Notable, shown)
				continue
			}
			row.Others = append(row.Others, shown)
		}
		page.Agencies = append(page.Agencies, row)
	}
	return s.sendOffice(c, "insider", l, page)
}

// signText says one sign in a sentence, with its numbers.
func signText(agency *org.Agency, sign review.Sign, l *i18n.Language) string {
	place := l.T("insider.whole")
	if sign.Counter != "" {
		place = sign.Counter
		if counter := agency.Counter(sign.Counter); counter != nil {
			place = counter.Name
		}
	}
	channel := ""
	if sign.Channel != "" {
		channel = l.T("channel." + string(sign.Channel))
	}
	return l.T("insider.text."+string(sign.Kind), "Place", place, "Channel", channel, "Days", sign.Days,
		"N", l.Int(sign.N), "Of", l.Int(sign.Of), "Before", l.Number(sign.Before, 1), "Last", l.Number(sign.Last, 1))
}
