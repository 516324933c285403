package web

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"hailong/internal/annual"
	"hailong/internal/rating"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

// verifyRating enters what the office found. One form holds all criteria; only
// those that were changed on the page are entered.
func (s *Server) verifyRating(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	at, err := s.officePlace(ctx, c)
	if err != nil {
		return err
	}
	return s.enterRating(ctx, c, at, officeForm)
}

// enterOwnRating enters what a party organisation gives itself.
func (s *Server) enterOwnRating(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	at, err := s.ownPlace(ctx, c)
	if err != nil {
		return err
	}
	if at.year.Rating(at.whom) == nil {
		return problem(fiber.StatusNotFound, "not_found")
	}
	return s.enterRating(ctx, c, at, ownForm)
}

// ratingForm is one of the two forms on a sheet.
type ratingForm struct {
	own    bool     // what a party organisation enters for itself
	fields []string // before the dot in the names of the fields; the first is there whenever the criterion is
	read   func(in typed, id string, e *rating.Entry) error
	enter  func(ctx context.Context, b *annual.Book, at annual.Place, e rating.Entry, by string) error
}

var (
	officeForm = ratingForm{
		fields: []string{"verified", "na", "reason"},
		read:   readVerified,
		enter: func(ctx context.Context, b *annual.Book, at annual.Place, e rating.Entry, by string) error {
			return b.Verify(ctx, at, annual.Verified{Value: e.Verified, NotApplicable: e.NotApplicable, Reason: e.Reason}, by)
		},
	}
	ownForm = ratingForm{
		own:    true,
		fields: []string{"self"},
		read: func(in typed, id string, e *rating.Entry) (err error) {
			e.Self, err = readNumber(in["self."+id])
			return err
		},
		enter: func(ctx context.Context, b *annual.Book, at annual.Place, e rating.Entry, by string) error {
			return b.SelfScore(ctx, at, e.Self, by)
		},
	}
)

// readVerified reads what the office typed over what is stored.
func readVerified(in typed, id string, e *rating.Entry) error {
	decided := e.Verified != nil || e.NotApplicable
	value, err := readNumber(in["verified."+id])
	if err = cmp.Or(err, fitting(in["reason."+id])); err != nil {
		return err
	}
	e.Verified, e.Reason, e.NotApplicable = value, in["reason."+id], in["na."+id] != ""
	switch {
	case e.NotApplicable && value != nil:
		return rating.ErrInapplicable
	case e.NotApplicable: // the reason stays
	case value == nil && !decided && e.Reason != "":
		return errReasonAlone
	case value == nil:
		e.Reason = "" // taken back
	}
	return nil
}

// enterRating reads the whole form before anything is entered, so that a fault
// in one criterion leaves none of them half done.
func (s *Server) enterRating(ctx context.Context, c *fiber.Ctx, at ratingPlace, form ratingForm) error {
	in := form.typedIn(c, at.year.Rule)
	var faults []fault
	changed := map[string]rating.Entry{}
	l := s.language(c)
	refuse := func(line rating.Line, err error) {
		name := at.year.Rule.Criterion(line.Criterion).Name.In(l.Code)
		faults = append(faults, fault{"c-" + line.Criterion, name, l.T(ratingFaults.key(err), "Best", short(l, line.Best))})
	}
	sheet := at.year.Rating(at.whom)
	for _, line := range sheet.Criteria {
		entry, touched, err := form.entry(in, line)
		if err == nil && touched {
			err = at.year.Rule.CheckEntry(line.Criterion, entry)
		}
		switch {
		case err != nil:
			refuse(line, err)
		case touched:
			changed[line.Criterion] = entry
		}
	}
	for _, line := range sheet.Criteria {
		entry, ok := changed[line.Criterion]
		if !ok || len(faults) > 0 {
			continue
		}
		err := form.enter(ctx, s.Annual, at.criterion(line.Criterion), entry, userOf(c).Email)
		if err != nil && ratingFaults.key(err) == "" {
			return err
		}
		if err != nil {
			refuse(line, err)
		}
	}
	if len(faults) > 0 {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendRating(ctx, c, at, ratingPage{Faults: faults}, in)
	}
	return c.Redirect(at.url("")+"&saved=1", fiber.StatusSeeOther)
}

// typedIn collects the fields of the form that came.
func (f ratingForm) typedIn(c *fiber.Ctx, r *rating.Rule) typed {
	in, args := typed{}, c.Request().PostArgs()
	for _, criterion := range r.Criteria {
		for _, field := range append([]string{"was"}, f.fields...) {
			if name := field + "." + criterion.ID; args.Has(name) {
				in[name] = formText(c, name)
			}
		}
	}
	return in
}

// entry reads a criterion and says whether somebody changed it on the page. If
// what is stored is no longer what the page was made of, it is a conflict.
func (f ratingForm) entry(in typed, line rating.Line) (rating.Entry, bool, error) {
	id, entry := line.Criterion, line.Entry
	if _, came := in[f.fields[0]+"."+id]; !came || line.Source != rating.FromEntry {
		return entry, false, nil
	}
	if err := f.read(in, id, &entry); err != nil {
		return entry, false, err
	}
	was, known := in["was."+id]
	shown := unstamp(was, line.Entry)
	if !known {
		shown = line.Entry
	}
	switch {
	case f.same(entry, shown):
		return entry, false, nil
	case known && was != stamp(line.Entry):
		return entry, false, store.ErrConflict
	case f.own && !openToOwner(line):
		return entry, false, annual.ErrVerified
	}
	return entry, true, nil
}

// same says whether two entries agree in what the form enters.
func (f ratingForm) same(a, b rating.Entry) bool {
	if f.own {
		return equal(a.Self, b.Self)
	}
	return equal(a.Verified, b.Verified) && a.NotApplicable == b.NotApplicable && a.Reason == b.Reason
}

func equal(a, b *float64) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// stamp writes what is stored of a criterion, so that a page can say later
// what it was made of; unstamp reads it.
func stamp(e rating.Entry) string {
	return strings.Join([]string{machine(e.Self), machine(e.Verified), strconv.FormatBool(e.NotApplicable), e.Reason}, "|")
}

func unstamp(text string, e rating.Entry) rating.Entry {
	parts := strings.SplitN(text, "|", 4)
	if len(parts) < 4 {
		return e
	}
	e.Self, _ = readNumber(parts[0]) // a stamp that somebody made up agrees with nothing that is stored
	e.Verified, _ = readNumber(parts[1])
	e.NotApplicable, e.Reason = parts[2] == "true", parts[3]
	return e
}

func machine(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'f', -1, 64)
}

// What can be wrong with what was typed.
var (
	errNumber      = errors.New("no number with at most two decimals")
	errReasonAlone = errors.New("a reason without a value")
)

var typedNumber = regexp.MustCompile(`^[0-9]{1,4}(?:[.,][0-9]{1,2})?$`)

// readNumber reads a number with a comma or a point, at most two decimals; ""
// is none. Signs, separators of thousands and exponents are no part of it.
func readNumber(text string) (*float64, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	if !typedNumber.MatchString(text) {
		return nil, errNumber
	}
	x, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	return &x, err
}

// ratingFaults are the reasons why an entry or a conclusion is refused.
var ratingFaults = mendable{
	{errNumber, "rating.fault_number"},
	{errReasonAlone, "rating.fault_reason_alone"},
	{errLong, "form.too_long"},
	{rating.ErrRange, "rating.fault_range"},
	{rating.ErrReason, "rating.fault_reason"},
	{rating.ErrInapplicable, "rating.fault_inapplicable"},
	{rating.ErrLevel, "rating.fault_level"},
	{annual.ErrConcluded, "rating.fault_concluded"},
	{annual.ErrVerified, "rating.fault_verified"},
	{store.ErrConflict, "rating.fault_meanwhile"},
}
