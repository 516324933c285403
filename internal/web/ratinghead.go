package web

import (
	"strconv"
	"strings"

	"hailong/internal/annual"
	"hailong/internal/i18n"
	"hailong/internal/period"
	"hailong/internal/rating"
)

// ratingHead is what both pages of a rating year begin with.
type ratingHead struct {
	Year          int
	Period        period.Info
	PeriodName    string
	State         string // as in the wordings of a period
	Rule          *rating.Rule
	RuleName      string
	Rules         []choice
	Action        string // of the form that chooses another rule
	Before, After string // addresses of other years; "": there is none
	NotCompared   string // why the year before cannot be compared; "": it can
}

func (s *Server) headOf(y *annual.Year, before beforeYear, address func(year int) string, l *i18n.Language) ratingHead {
	span := y.Rule.Year(y.Year)
	head := ratingHead{
		Year: y.Year, Period: y.Period, PeriodName: span.Name(l), State: string(y.Period.State),
		Rule: y.Rule, RuleName: y.Rule.Name.In(l.Code), Action: address(y.Year), Before: s.otherYear(y, y.Year-1, address),
	}
	if y.Period.State == period.Open {
		head.State = s.openState(span)
	}
	for _, r := range s.Annual.Rules.All() {
		head.Rules = append(head.Rules, choice{r.ID, r.Name.In(l.Code), r == y.Rule})
	}
	if next := y.Rule.Year(y.Year + 1); next.Range.From <= s.today() {
		head.After = s.otherYear(y, y.Year+1, address)
	}
	if before.why != "" {
		head.NotCompared = l.T(before.why)
	}
	return head
}

// otherYear is the address of another year: by the rule in effect then, or by
// the same where somebody chose it.
func (s *Server) otherYear(y *annual.Year, year int, address func(int) string) string {
	inEffect := s.Annual.Rules.For(year)
	switch {
	case year < firstYear || y.Rule == s.Annual.Rules.For(y.Year) && inEffect == nil:
		return ""
	case y.Rule == s.Annual.Rules.For(y.Year):
		return address(year)
	}
	return withRule(address(year), y.Rule.ID)
}

// criterionHead is a column of the table, with what it stands for.
type criterionHead struct {
	Number int
	Name   string
	Max    float64
}

func criteriaOf(r *rating.Rule, l *i18n.Language) []criterionHead {
	var heads []criterionHead
	for i, c := range r.Criteria {
		heads = append(heads, criterionHead{i + 1, c.Name.In(l.Code), c.MaxPoints})
	}
	return heads
}

// sheetView is how far one sheet has come and what it adds up to.
type sheetView struct {
	Status     rating.RatingStatus
	StatusText string
	StatusHint string
	Points     rating.Total
	Suggested  string // name of the level; "": none
	Concluded  string // name of the level; "": nobody has decided
	Conclusion *rating.Conclusion
	Before     *float64 // total of the year before
	Change     *float64 // nil: one of the two has no total
	Off        bool     // the lines shown add up to something else than the sum shown
	Faults     int      // entries that do not count
}

// ratingRow is one line of the table.
type ratingRow struct {
	URL, Name string
	Cells     []ratingCell
	sheetView
}

// ratingCell is one criterion in the table: points, or why there are none.
type ratingCell struct {
	Points *float64
	Short  string // instead of points
	Text   string
}

func rowOf(y *annual.Year, sheet *rating.Rating, before beforeYear, l *i18n.Language) ratingRow {
	row := ratingRow{
		URL:       withRule("/office/ratings/"+strconv.Itoa(y.Year)+"/"+sheet.PartyOrganisation, y.Rule.ID),
		Name:      sheet.Name,
		sheetView: sheetOf(y, sheet, before, l),
	}
	for _, line := range sheet.Criteria {
		cell := ratingCell{Points: line.Points, Text: lineStatus(line.Status, l)}
		if line.Points == nil {
			cell.Short = shortStatus(line, l)
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

func sheetOf(y *annual.Year, sheet *rating.Rating, before beforeYear, l *i18n.Language) sheetView {
	view := sheetView{
		Status: sheet.Status, StatusText: l.T(ratingStatus[sheet.Status]), StatusHint: l.T(ratingHints[sheet.Status]),
		Points: sheet.Points, Suggested: levelName(y.Rule, sheet.Suggested, l), Conclusion: sheet.Conclusion, Off: sheet.OffByRounding(),
	}
	if sheet.Conclusion != nil {
		view.Concluded = levelName(y.Rule, sheet.Conclusion.Level, l)
	}
	if before.year == nil {
		return view
	}
	if then := before.year.Rating(sheet.PartyOrganisation); then != nil {
		view.Before = then.Points.Value
	}
	if view.Before != nil && sheet.Points.Value != nil {
		change := roundIndex(*sheet.Points.Value - *view.Before)
		view.Change = &change
	}
	return view
}

// The wordings of statuses.
var (
	ratingStatus = map[rating.RatingStatus]string{
		rating.Complete: "rating.complete", rating.Provisional: "rating.provisional", rating.Incomplete: "rating.incomplete", rating.Unrated: "rating.unrated",
	}
	ratingHints = map[rating.RatingStatus]string{
		rating.Complete: "rating.complete_hint", rating.Provisional: "rating.provisional_hint", rating.Incomplete: "rating.incomplete_hint", rating.Unrated: "rating.unrated_hint",
	}
)

func lineStatus(status rating.Status, l *i18n.Language) string {
	switch status {
	case rating.Pending:
		return l.T("rating.pending")
	case rating.NoData: // an agency's own sheet says so of few answers, too
		return l.T("rating.no_figure")
	}
	return l.T("status." + string(status))
}

// shortStatus says in a narrow column why a criterion has no points.
func shortStatus(line rating.Line, l *i18n.Language) string {
	switch line.Status {
	case rating.NotApplicable:
		return l.T("rating.short_not_applicable")
	case rating.Pending:
		if line.Self != nil {
			return l.T("rating.short_self")
		}
		return "–"
	case rating.NoData:
		return l.T("rating.short_no_data")
	}
	return l.T("rating.short_too_few")
}

// levelName returns what people call a level; its id where the rule has no
// name, or no such level any more.
func levelName(r *rating.Rule, id string, l *i18n.Language) string {
	if level := r.Level(id); level != nil && len(level.Name) > 0 {
		return level.Name.In(l.Code)
	}
	return id
}

func levelChoices(r *rating.Rule, chosen string, l *i18n.Language) []choice {
	var choices []choice
	for _, level := range r.Levels {
		choices = append(choices, choice{level.ID, levelName(r, level.ID, l), level.ID == chosen})
	}
	return choices
}

// levelTexts says from where on each level is reached.
func levelTexts(r *rating.Rule, l *i18n.Language) []string {
	key := "rating.level_points"
	if r.LevelsOf == rating.LevelsOfPercent {
		key = "rating.level_percent"
	}
	var texts []string
	for _, level := range r.Levels {
		texts = append(texts, l.T(key, "Level", levelName(r, level.ID, l), "From", short(l, level.From)))
	}
	return texts
}

// capView is the limit on the highest level, with every way to read it.
type capView struct {
	*rating.CapCheck
	LevelName    string
	RoundingText string
	Of           string // the reading of the rule
	Rows         []capRow
	SoFar        string // that not all have a level yet; "": all have one
}

type capRow struct {
	Of string
	rating.CapReading
}

func capOf(y *annual.Year, l *i18n.Language) *capView {
	if y.Cap == nil {
		return nil
	}
	view := &capView{CapCheck: y.Cap, LevelName: levelName(y.Rule, y.Cap.Level, l), RoundingText: l.T(roundings[y.Cap.Rounding])}
	for _, reading := range y.Cap.Readings {
		row := capRow{Of: readingName(y.Rule, reading.Of, l), CapReading: reading}
		if reading.Applies {
			view.Of = row.Of
		}
		view.Rows = append(view.Rows, row)
	}
	if n, of := y.Levelled(); n < of {
		view.SoFar = l.T("rating.cap_so_far", "Levelled", n, "All", of)
	}
	return view
}

var roundings = map[rating.Rounding]string{rating.Floor: "rating.round_down", rating.Round: "rating.round_near", rating.Ceil: "rating.round_up"}

// readingName says what a cap is a share of.
func readingName(r *rating.Rule, of string, l *i18n.Language) string {
	switch of {
	case rating.OfRated:
		return l.T("rating.cap_of_rated")
	case rating.OfGoodOrBetter:
		return l.T("rating.cap_of_good")
	}
	return l.T("rating.cap_of_level", "Level", levelName(r, strings.TrimPrefix(of, "level:"), l))
}
