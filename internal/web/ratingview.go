package web

import (
	"slices"
	"strconv"
	"time"

	"hailong/internal/annual"
	"hailong/internal/auth"
	"hailong/internal/i18n"
	"hailong/internal/official"
	"hailong/internal/rating"
	"hailong/internal/stats"
	"hailong/internal/tally"
)

// lineView is one criterion of a sheet: what it gives, why, and what can be
// entered.
type lineView struct {
	rating.Line
	Number     int
	Name       string
	StatusText string
	FaultText  string        // why what is stored does not count
	Measured   *measuredView // nil: people enter it
	Conversion []bandView    // how the figure becomes points
	Entered    string        // how the value becomes points; "": it is points already
	SelfWhen   string
	VerifyWhen string
	Fields     fieldsView
	Open       bool // the party organisation may still score itself
}

// fieldsView is what the fields of a criterion hold: what is stored, or what
// was typed and refused.
type fieldsView struct {
	Self, Verified, Reason string
	NotApplicable          bool
	Was                    string // what was stored when the page was made, see stamp
	Error                  string // what is wrong with what was typed
}

// measuredView is where the index of a criterion comes from.
type measuredView struct {
	rating.Score
	Method   *tally.Method
	Detail   bool // counts may be shown: no agency in them is hidden
	Period   string
	Agencies []sourceView
}

// sourceView is one agency whose answers were counted.
type sourceView struct {
	Name, URL  string // URL "": the user may not see it
	StatusText string
	Score      rating.Score
}

// bandView is one step of a conversion, with what it gives.
type bandView struct {
	Text    string
	Applies bool
}

func (s *Server) linesOf(y *annual.Year, sheet *rating.Rating, user auth.User, instead typed, faults []fault, l *i18n.Language) []lineView {
	var lines []lineView
	for i, line := range sheet.Criteria {
		criterion := y.Rule.Criterion(line.Criterion)
		view := lineView{Line: line, Number: i + 1, Name: criterion.Name.In(l.Code), StatusText: lineStatus(line.Status, l), Conversion: bandsOf(criterion, line, l)}
		if line.Source == rating.FromSatisfaction {
			view.Measured = s.measuredOf(y, sheet.PartyOrganisation, line.Method, user, l)
		} else {
			view.Fields, view.Open = fieldsOf(line, instead, l), openToOwner(line)
			view.Fields.Error = faultAt(faults, "c-"+line.Criterion)
			view.SelfWhen, view.VerifyWhen = s.whenOf(line.SelfAt), s.whenOf(line.VerifiedAt)
			if line.Fault != "" {
				view.FaultText = l.T(entryFaults[line.Fault])
			}
			if line.Rule != "" {
				view.Entered = l.T("rating.ratio", "Of", short(l, line.Best), "Max", short(l, line.Max))
			}
		}
		lines = append(lines, view)
	}
	return lines
}

// faultAt returns what is wrong at a place, "" for nothing.
func faultAt(faults []fault, anchor string) string {
	for _, f := range faults {
		if f.Anchor == anchor {
			return f.Text
		}
	}
	return ""
}

// entryFaults are the wordings for stored entries that do not count.
var entryFaults = map[string]string{"range": "rating.stored_range", "reason": "rating.stored_reason", "inapplicable": "rating.stored_inapplicable"}

// whenOf writes an instant as it is stored for people; as it is, where it is
// none.
func (s *Server) whenOf(stored string) string {
	t, err := time.Parse(time.RFC3339, stored)
	if err != nil {
		return stored
	}
	return s.localTime(t)
}

func fieldsOf(line rating.Line, instead typed, l *i18n.Language) fieldsView {
	id := line.Criterion
	fields := fieldsView{
		Self: editable(l, line.Self), Verified: editable(l, line.Verified), Reason: line.Reason,
		NotApplicable: line.NotApplicable, Was: stamp(line.Entry),
	}
	if instead == nil {
		return fields
	}
	for name, field := range map[string]*string{"self.": &fields.Self, "verified.": &fields.Verified, "reason.": &fields.Reason, "was.": &fields.Was} {
		if text, ok := instead[name+id]; ok {
			*field = text
		}
	}
	if _, ok := instead["verified."+id]; ok {
		fields.NotApplicable = instead["na."+id] != ""
	}
	return fields
}

// editable writes a value as it may be typed again.
func editable(l *i18n.Language, x *float64) string {
	if x == nil {
		return ""
	}
	return short(l, *x)
}

// short writes points without digits that say nothing.
func short(l *i18n.Language, x float64) string {
	for digits := range 2 {
		if roundIndex(x) == stats.Round(x, digits) {
			return l.Number(x, digits)
		}
	}
	return l.Number(x, 2)
}

// measuredOf finds the counts behind a measured criterion. Where the answers
// of one agency are so few that they are hidden, the sum is shown without its
// counts: they and those of the others would give the hidden ones away.
func (s *Server) measuredOf(y *annual.Year, whom, method string, user auth.User, l *i18n.Language) *measuredView {
	basis := y.Bases[whom]
	view := &measuredView{Score: basis.Together[method]}
	for _, m := range y.Methods {
		if m.ID == method {
			view.Method = m
		}
	}
	if user.May(auth.SeePeriods, "") {
		view.Period = "/office/periods/" + y.Period.ID + "?method=" + method
	}
	hidden := func(score rating.Score) bool { return score.Status == rating.Suppressed }
	view.Detail = view.Numerator != nil && !slices.ContainsFunc(basis.Each[method], hidden)
	for _, score := range basis.Each[method] {
		source := sourceView{Name: score.Name, Score: score, StatusText: lineStatus(score.Status, l)}
		if user.May(auth.SeeFigures, score.Agency) {
			source.URL = "/dashboard/" + score.Agency + "?from=" + y.Period.From.String() + "&to=" + y.Period.To.String() + "&method=" + method
		} else {
			source.Score = rating.Score{} // another agency's figures are not for this user
		}
		view.Agencies = append(view.Agencies, source)
	}
	return view
}

// bandsOf words how an index becomes points, and which step it reached.
func bandsOf(c *rating.Criterion, line rating.Line, l *i18n.Language) []bandView {
	if c.Rule == nil {
		return nil
	}
	reached := line.Points != nil && line.Index != nil
	switch c.Rule.Kind {
	case rating.Proportional:
		target := *c.Rule.Target
		full := reached && *line.Index >= target
		return []bandView{
			{l.T("rating.from_target", "Target", short(l, target), "Max", short(l, c.MaxPoints)), full},
			{l.T("rating.below_target", "Target", short(l, target), "Max", short(l, c.MaxPoints)), reached && !full},
		}
	case rating.ByBands:
		var bands []bandView
		found := false
		for _, band := range c.Rule.Bands {
			applies := reached && !found && *line.Index >= band.From
			found = found || applies
			text := l.T("rating.band", "From", short(l, band.From), "Points", short(l, c.Points(band.From).Value))
			bands = append(bands, bandView{text, applies})
		}
		return bands
	}
	return nil
}

// yearFiles lists the files of a rating year, about one of those that are rated
// or, for "", about all.
func yearFiles(y *annual.Year, about string, l *i18n.Language) []fileLink {
	if about != "" {
		about = "&about=" + about
	}
	return fileLinks(official.RatingsXLSX, official.RatingsCSV, func(file string) string {
		return withRule("/office/ratings/"+strconv.Itoa(y.Year)+"/files/"+file, y.Rule.ID) + about
	}, l)
}
