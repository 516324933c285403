package bulk

import (
	"errors"
	"fmt"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/rowfile"
	"hailong/internal/survey"
)

// earliest is the first day that an answer can be of; before it lie slips of
// the finger.
var earliest = calendar.Date(2000, 1, 1)

// response makes the response that a row is, or says all that is wrong with it.
func (i *Importer) response(f format, text []byte) (response.Response, []string) {
	in, err := f.row(text)
	if err != nil {
		return response.Response{}, []string{err.Error()}
	}
	v := &validation{Importer: i, in: &in}
	v.origin()
	v.time()
	v.content()
	return v.out, v.faults
}

// validation is one row on its way to a response.
type validation struct {
	*Importer
	in     *row
	out    response.Response
	place  org.Place
	faults []string
}

func (v *validation) addf(format string, args ...any) {
	v.faults = append(v.faults, fmt.Sprintf(format, args...))
}

// origin checks where and by which way the answer was given.
func (v *validation) origin() {
	id, err := response.NewID(v.in.submission)
	if err != nil {
		v.addf("submission %s: %s", rowfile.Quote(v.in.submission), err.Error())
	}
	v.out.ID = id
	if v.place.Agency = v.Register.Agency(v.in.agency); v.place.Agency == nil {
		v.addf("agency %s is not in the register", rowfile.Quote(v.in.agency))
	} else if v.place.Counter = v.place.Agency.Counter(v.in.counter); v.place.Counter == nil {
		v.addf("%s has no counter %s", v.place.Agency.Code, rowfile.Quote(v.in.counter))
	}
	v.out.Agency, v.out.Counter, v.out.Service = v.in.agency, v.in.counter, v.in.service
	if v.out.Channel = response.Channel(v.in.channel); !slices.Contains(response.Channels, v.out.Channel) {
		v.addf("channel %s is not qr, ticket, kiosk or paper", rowfile.Quote(v.in.channel))
	}
}

// time checks day and shift.
func (v *validation) time() {
	if v.out.Shift = calendar.Shift(v.in.shift); v.out.Shift != calendar.Morning && v.out.Shift != calendar.Afternoon {
		v.addf("shift %s is neither am nor pm", rowfile.Quote(v.in.shift))
	}
	day, err := calendar.ParseDay(v.in.day)
	switch today := v.Ledger.Today(); {
	case err != nil:
		v.addf("day %s is not of the form YYYY-MM-DD", rowfile.Quote(v.in.day))
	case day > today:
		v.addf("%s lies in the future; today is %s", day, today)
	case day < earliest:
		v.addf("%s lies before %s", day, earliest)
	case day <= v.Gone:
		v.addf("%s lies in the days through %s, whose answers were removed when their time was over", day, v.Gone)
	case v.place.Agency != nil && !v.place.Agency.ExistsOn(day):
		v.addf("%s did not exist on %s", v.place.Agency.Code, day)
	case v.Closed != nil:
		if period, closed := v.Closed(v.in.agency, day); closed {
			v.addf("%s lies in period %s, whose figures are closed", day, period)
		}
	}
	v.out.Day = day
}

// content checks service, language and answers as the service does with what
// citizens send.
func (v *validation) content() {
	ref := survey.Ref{ID: v.in.form, Version: v.in.version}
	form := v.Forms.Version(ref)
	if form == nil {
		v.addf("there is no form %s version %d", rowfile.Quote(ref.ID), ref.Version)
		return
	}
	if v.place.Agency == nil {
		return
	}
	given, mistyped := v.in.answers(form)
	answers, err := collect.Validate(collect.Submission{Place: v.place, Form: form, Service: v.in.service, Lang: v.in.lang, Given: given, Mistyped: mistyped}, v.Lexicon)
	v.out.Form, v.out.Lang, v.out.Answers = ref, v.in.lang, answers
	var invalid *survey.InvalidError
	if !errors.As(err, &invalid) {
		return
	}
	for _, f := range invalid.Fields {
		switch f.Code {
		case collect.UnknownService:
			v.addf("%s has no service %s", v.in.agency, rowfile.Quote(v.in.service))
		case collect.UnknownLanguage:
			v.addf("form %s version %d is not written in language %s", ref.ID, ref.Version, rowfile.Quote(v.in.lang))
		default:
			v.addf("answer to %s: %s", f.Question, f.Code)
		}
	}
}
