package web

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/annual"
	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/tally"

	"github.com/gofiber/fiber/v2"
)

// showThisYear leads to the ratings of the current year.
func (s *Server) showThisYear(c *fiber.Ctx) error {
	return c.Redirect("/office/ratings/"+strconv.Itoa(s.thisYear()), fiber.StatusSeeOther)
}

// ratingsPage compares all party organisations of one rating year.
type ratingsPage struct {
	officePage
	ratingHead
	Criteria   []criterionHead
	Rows       []ratingRow
	Off        bool     // of any row
	Cap        *capView // nil: the rule has none
	Files      []fileLink
	LevelTexts []string
}

func (s *Server) showRatings(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	y, err := s.ratingYear(ctx, c.Params("year"), c.Query("rule"), nil)
	if err != nil {
		return err
	}
	before, err := s.yearBefore(ctx, y, nil)
	if err != nil {
		return err
	}
	l := s.language(c)
	page := ratingsPage{
		officePage: s.officeBase(c, l, l.T("rating.title", "Year", strconv.Itoa(y.Year))),
		ratingHead: s.headOf(y, before, func(year int) string { return "/office/ratings/" + strconv.Itoa(year) }, l),
		Criteria:   criteriaOf(y.Rule, l), Cap: capOf(y, l), Files: yearFiles(y, "", l), LevelTexts: levelTexts(y.Rule, l),
	}
	for i := range y.Ratings {
		page.Rows = append(page.Rows, rowOf(y, &y.Ratings[i], before, l))
		page.Off = page.Off || y.Ratings[i].OffByRounding()
	}
	return s.sendOffice(c, "ratings", l, page)
}

// ratingYear makes the sheets of the year in an address. Years that have not
// begun, and rules that there are not, are problems with a page.
func (s *Server) ratingYear(ctx context.Context, text, rule string, shown annual.Shown) (*annual.Year, error) {
	year, err := strconv.Atoi(text)
	if err != nil {
		return nil, problem(fiber.StatusNotFound, "not_found")
	}
	if year < firstYear || year > s.thisYear()+1 { // a rating year may begin in the year before
		return nil, problem(fiber.StatusUnprocessableEntity, "bad_year")
	}
	y, err := s.Annual.YearShown(ctx, year, rule, shown)
	switch {
	case errors.Is(err, annual.ErrRule):
		return nil, problem(fiber.StatusUnprocessableEntity, "bad_rule")
	case errors.Is(err, annual.ErrNoRule):
		return nil, problem(fiber.StatusNotFound, "no_rule")
	case err == nil && y.Period.From > s.today():
		return nil, problem(fiber.StatusUnprocessableEntity, "bad_year")
	}
	return y, err
}

// shownTo returns what of the counts the reader of a leader's own page may be
// shown: those of the agencies of its party organisation as far as package veil
// lets them through, of others nothing. It is nil for those who see everything.
func (s *Server) shownTo(c *fiber.Ctx, own *org.Agency) annual.Shown {
	if exact(c) {
		return nil
	}
	return func(ctx context.Context, agency *org.Agency, days calendar.Range) (tally.Tally, error) {
		if agency.Code != own.Code && (own.PartyOrganisation == "" || agency.PartyOrganisation != own.PartyOrganisation) {
			return tally.New(), nil
		}
		wholes, err := s.Periods.Wholes(ctx, agency.Code, days)
		if err != nil {
			return nil, err
		}
		return s.Reader.Shown(ctx, agency.Code, days, wholes...)
	}
}

// ratingPage is the annual sheet of one party organisation, or of one agency
// where the rule rates agencies.
type ratingPage struct {
	officePage
	ratingHead
	Sheet        sheetView
	Lines        []lineView
	Form         string // "verify", "self" or "": nobody may enter anything here
	FormURL      string
	Conclude     bool
	ConcludeURL  string
	Levels       []choice
	TypedReason  string // for the conclusion
	Whom         string // name
	Agency       *org.Agency
	Nothing      string     // why there is no sheet; "": there is one
	Files        []fileLink // about this one; the office's pages only
	Back         string     // to the table of all; "": the user may not see it
	Faults       []fault
	ConcludeFail string
	ConcludedAt  string
	Saved        bool
	Veiled       bool // the figures are made of what the agency may be shown
}

// fault is one thing to mend, with the place on the page.
type fault struct{ Anchor, Name, Text string }

// typed is what came with a form that was refused, by field.
type typed map[string]string

// ratingPlace is what the address of a sheet names.
type ratingPlace struct {
	year   *annual.Year
	whom   string // code
	name   string
	agency *org.Agency  // nil on the office's pages
	own    bool         // a leader's page
	shown  annual.Shown // what its figures were made of, see annual.YearShown
}

// officePlace reads the address of a sheet as the office sees it.
func (s *Server) officePlace(ctx context.Context, c *fiber.Ctx) (ratingPlace, error) {
	y, err := s.ratingYear(ctx, c.Params("year"), c.Query("rule"), nil)
	if err != nil {
		return ratingPlace{}, err
	}
	sheet := y.Rating(c.Params("party"))
	if sheet == nil {
		return ratingPlace{}, problem(fiber.StatusNotFound, "not_found")
	}
	return ratingPlace{year: y, whom: sheet.PartyOrganisation, name: sheet.Name}, nil
}

// ownPlace reads the address of the sheet of the agency in the path: that of
// its party organisation, or its own where the rule rates agencies.
func (s *Server) ownPlace(ctx context.Context, c *fiber.Ctx) (ratingPlace, error) {
	agency, err := s.agency(c)
	if err != nil {
		return ratingPlace{}, err
	}
	shown := s.shownTo(c, agency)
	y, err := s.ratingYear(ctx, c.Query("year", strconv.Itoa(s.thisYear())), c.Query("rule"), shown)
	if err != nil {
		return ratingPlace{}, err
	}
	at := ratingPlace{year: y, whom: agency.PartyOrganisation, name: agency.Name, agency: agency, own: true, shown: shown}
	if y.Rule.Rates == rating.RatesAgencies {
		at.whom = agency.Code
	}
	if sheet := y.Rating(at.whom); sheet != nil {
		at.name = sheet.Name
	}
	return at, nil
}

// base is the address of the sheet in a year, by the rule of that year.
func (at ratingPlace) base(year int) string {
	if at.own {
		return "/dashboard/" + at.agency.Code + "/rating?year=" + strconv.Itoa(year)
	}
	return "/office/ratings/" + strconv.Itoa(year) + "/" + at.whom
}

// url is the address of the sheet or of something done to it, always with its
// rule, so that another rule that takes effect meanwhile changes nothing.
func (at ratingPlace) url(action string) string {
	if at.own {
		return withRule(at.base(at.year.Year), at.year.Rule.ID)
	}
	return withRule(at.base(at.year.Year)+action, at.year.Rule.ID)
}

func withRule(address, rule string) string {
	if strings.Contains(address, "?") {
		return address + "&rule=" + rule
	}
	return address + "?rule=" + rule
}

func (at ratingPlace) criterion(id string) annual.Place {
	return annual.Place{Year: at.year.Year, Rule: at.year.Rule.ID, Whom: at.whom, Criterion: id}
}

func (s *Server) showRating(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	at, err := s.officePlace(ctx, c)
	if err != nil {
		return err
	}
	return s.sendRating(ctx, c, at, ratingPage{}, nil)
}

func (s *Server) showOwnRating(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	at, err := s.ownPlace(ctx, c)
	if err != nil {
		return err
	}
	return s.sendRating(ctx, c, at, ratingPage{}, nil)
}

// sendRating fills in the page, which may hold faults already, and the values
// that were typed instead of those that are stored.
func (s *Server) sendRating(ctx context.Context, c *fiber.Ctx, at ratingPlace, page ratingPage, instead typed) error {
	before, err := s.yearBefore(ctx, at.year, at.shown)
	if err != nil {
		return err
	}
	l := s.language(c)
	user := userOf(c)
	page.officePage = s.officeBase(c, l, at.name+" "+strconv.Itoa(at.year.Year))
	page.ratingHead = s.headOf(at.year, before, at.base, l)
	if !at.own && at.year.Rating(at.whom) != nil {
		page.Files = yearFiles(at.year, at.whom, l)
	}
	page.Whom, page.Agency, page.Saved = at.name, at.agency, c.Query("saved") != ""
	if !at.own {
		page.Back = withRule("/office/ratings/"+strconv.Itoa(at.year.Year), at.year.Rule.ID)
	}
	sheet := at.year.Rating(at.whom)
	if sheet == nil {
		page.Nothing = l.T(nothingFor(at))
		return s.sendOffice(c, "rating", l, page)
	}
	page.Sheet = sheetOf(at.year, sheet, before, l)
	page.Veiled = at.shown != nil && page.Period.Sheet == ""
	page.FormURL, page.ConcludeURL = at.url(""), at.url("/conclude")
	switch {
	case sheet.Conclusion != nil:
		page.ConcludedAt = s.whenOf(sheet.Conclusion.At)
	case at.own && user.May(auth.EnterRating, at.agency.Code) && slices.ContainsFunc(sheet.Criteria, openToOwner):
		page.Form = "self"
	case !at.own && user.May(auth.VerifyRatings, ""):
		page.Form, page.FormURL = "verify", at.url("/verify")
	}
	page.Conclude = !at.own && user.May(auth.VerifyRatings, "")
	page.Levels = levelChoices(at.year.Rule, instead["level"], l)
	page.TypedReason = instead["reason"]
	page.Lines = s.linesOf(at.year, sheet, user, instead, page.Faults, l)
	return s.sendOffice(c, "rating", l, page)
}

// openToOwner says whether a party organisation may still score itself.
func openToOwner(line rating.Line) bool {
	return line.Source == rating.FromEntry && line.Verified == nil && !line.NotApplicable
}

// nothingFor says why an agency has no sheet.
func nothingFor(at ratingPlace) string {
	if at.whom == "" {
		return "rating.no_party"
	}
	return "rating.no_sheet"
}

// beforeYear is the year before a rating year, if it can be compared with it.
type beforeYear struct {
	year *annual.Year // nil: it cannot be compared
	why  string       // key of the sentence that says why not
}

// yearBefore rates the year before by the rule that was in effect then. Only
// points that were made in the same way can be compared.
func (s *Server) yearBefore(ctx context.Context, y *annual.Year, shown annual.Shown) (beforeYear, error) {
	rule := y.Rule
	if rule == s.Annual.Rules.For(y.Year) {
		rule = s.Annual.Rules.For(y.Year - 1)
	}
	switch {
	case rule == nil:
		return beforeYear{why: "rating.before_no_rule"}, nil
	case rule.ID != y.Rule.ID || rule.Version != y.Rule.Version:
		return beforeYear{why: "rating.before_other_rule"}, nil
	}
	before, err := s.Annual.YearShown(ctx, y.Year-1, rule.ID, shown)
	if err != nil {
		return beforeYear{}, err
	}
	if !sameMethods(before, y) {
		return beforeYear{why: "rating.before_other_method"}, nil
	}
	return beforeYear{year: before}, nil
}

func sameMethods(a, b *annual.Year) bool {
	if len(a.Methods) != len(b.Methods) {
		return false
	}
	for i := range a.Methods {
		if a.Methods[i].Hash() != b.Methods[i].Hash() {
			return false
		}
	}
	return true
}

// concludeRating notes down what the committee decided; no level takes it back.
func (s *Server) concludeRating(c *fiber.Ctx) error {
	ctx, cancel := work()
	defer cancel()
	at, err := s.officePlace(ctx, c)
	if err != nil {
		return err
	}
	in := typed{"level": formText(c, "level"), "reason": formText(c, "reason")}
	if in["level"] == "" && at.year.Rating(at.whom).Conclusion == nil {
		err = rating.ErrLevel
	} else if err = fitting(in["reason"]); err == nil {
		err = s.Annual.Conclude(ctx, at.year.Year, at.year.Rule.ID, at.whom, in["level"], in["reason"], userOf(c).Email)
	}
	if key := ratingFaults.key(err); key != "" {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendRating(ctx, c, at, ratingPage{ConcludeFail: s.language(c).T(key)}, in)
	}
	if err != nil {
		return err
	}
	return c.Redirect(at.url("")+"&saved=1", fiber.StatusSeeOther)
}

// formText reads a field of a form as one line.
func formText(c *fiber.Ctx, name string) string {
	return oneLine(string(c.Request().PostArgs().Peek(name)))
}
