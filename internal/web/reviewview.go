package web

import (
	"strings"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/i18n"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/review"
)

// reviewRow is a group as it is read: what its answers have in common.
type reviewRow struct {
	Ref             string
	Agency, Counter string
	Day             string
	N               int
	Reasons         []reviewReason
	Levels          []reviewLevel
	Shifts          string
	Channels        string
	Stage           string
	Last            string // who did what last, "": nobody
	Why             string // in that person's words
	Locked          string // why this person may not decide, "": may
	Own             string // that it is this person's proposal, which another one has to confirm, "": is not
}

type reviewReason struct{ Name, Text string }

// reviewLevel is one level of the first rating, as the form names it.
type reviewLevel struct {
	Label string
	N     int
	Share float64 // percent of the group, for the bar
}

func (s *Server) reviewRow(g *review.Group, user auth.User, l *i18n.Language) reviewRow {
	row := reviewRow{Ref: g.Ref.String(), Agency: g.Agency, Counter: g.Counter, Day: l.Date(g.Day), N: g.N, Stage: l.T("review.stage." + string(g.Stage))}
	if agency := s.Register().Agency(g.Agency); agency != nil {
		row.Agency = agency.Name
		if counter := agency.Counter(g.Counter); counter != nil {
			row.Counter = counter.Name
		}
	}
	for _, reason := range g.Reasons {
		row.Reasons = append(row.Reasons, reviewReason{l.T("review.check." + reason), l.T("review.check_text." + reason)})
	}
	row.Levels = s.reviewLevels(g, l)
	row.Shifts = counted(l, []calendar.Shift{calendar.Morning, calendar.Afternoon}, g.Shifts, func(k calendar.Shift) string { return l.T("shift." + string(k)) })
	row.Channels = counted(l, response.Channels, g.Channels, func(k response.Channel) string { return l.T("channel." + string(k)) })
	if g.Last.Act != "" {
		row.Last = l.T("review.last."+string(g.Last.Act), "Who", g.Last.By, "Day", l.Date(calendar.Of(g.Last.At, s.Location)))
		row.Why = g.Last.Reason
	}
	switch {
	case user.Agency == g.Agency && !user.May(auth.Decide, g.Agency) && user.May(auth.Decide, ""):
		row.Locked = l.T("review.own_agency")
	case g.Stage == review.Proposed && g.Last.By == user.Email:
		row.Own = l.T("review.wait_second")
	}
	return row
}

func (s *Server) reviewLevels(g *review.Group, l *i18n.Language) (levels []reviewLevel) {
	form, question := s.Review.Question(g.Form)
	if question == nil {
		return nil
	}
	for _, level := range form.Levels(question) {
		n := g.Levels[level.Key()]
		levels = append(levels, reviewLevel{level.Label.In(l.Code), n, 100 * float64(n) / float64(g.N)})
	}
	return levels
}

// limitView is one number by which a check goes.
type limitView struct {
	Name, Value string
	Words       string // what it means, "": only its name is known
}

// limitWords name the numbers that mean the same in every check.
var limitWords = map[string]string{
	"flag_from": "review.limit_flag", "hold_from": "review.limit_hold", "minutes": "review.limit_minutes", "at_least": "review.limit_least",
	"share": "review.limit_share", "evidence": "review.limit_evidence", "hold_at_flags": "review.limit_flags",
}

func limitsOf(limits []quality.Limit, l *i18n.Language) []limitView {
	var views []limitView
	for _, limit := range limits {
		view := limitView{Name: limit.Name, Value: short(l, limit.Value)}
		if key, known := limitWords[limit.Name]; known {
			view.Words = l.T(key)
		}
		views = append(views, view)
	}
	return views
}

// counted writes "morning: 12, afternoon: 3", without what is 0.
func counted[K comparable](l *i18n.Language, order []K, counts map[K]int, name func(K) string) string {
	var parts []string
	for _, k := range order {
		if counts[k] > 0 {
			parts = append(parts, name(k)+": "+l.Int(int64(counts[k])))
		}
	}
	return strings.Join(parts, ", ")
}
