package web

import (
	"cmp"
	"slices"

	"hailong/internal/chart"
	"hailong/internal/i18n"
	"hailong/internal/report"
)

// glance says in a few sentences what a leader is to take from the page. It
// only repeats figures that the page shows: another figure of the same answers
// could be subtracted from these.
type glance struct {
	Month string // the latest whole month, against an earlier one; "": none
	Turn  string // the last clear change before it, where it is none itself; "": none
	Grave string // a reason that concerns the law; "": none was given
	Fix   []string
	Good  string
}

func (s *Server) glanceOf(board *report.Dashboard, l *i18n.Language) glance {
	var g glance
	if latest := board.Latest(s.today()); latest != nil {
		moved := false
		g.Month = l.T("glance.month", "Month", l.Month(latest.Month), "Index", percent(l, latest.Figure.Index))
		if step := board.StepTo(latest.Month); step != nil {
			g.Month, moved = stepText(step, l, "glance.month_rose", "glance.month_fell"), step.Change.Real
		}
		if turn := board.Turn(latest.Month); turn != nil && !moved {
			g.Turn = stepText(turn, l, "glance.turn_rose", "glance.turn_fell")
		}
	}
	s.grave(&g, board, l)
	if len(board.Reasons) > 0 && board.Reasons[0].Count > 0 {
		first := board.Reasons[0]
		g.Fix = append(g.Fix, l.T("glance.reason", "Reason", first.Option.Label.In(l.Code), "Count", first.Count))
	}
	g.questions(board, l)
	return g
}

// stepText tells a step in the wording for one upwards or downwards. One that is
// clear is never of nothing.
func stepText(step *report.Step, l *i18n.Language, rose, fell string) string {
	points, key := step.Change.Points, rose
	if points < 0 {
		points, key = -points, fell
	}
	if points == 0 {
		key = "glance.month_same"
	}
	judged := l.T("glance.unsure")
	if step.Change.Real {
		judged = l.T("glance.real")
	}
	return l.T(key, "Judged", judged, "Month", l.Month(step.Now.Month), "Index", percent(l, step.Now.Figure.Index), "Points", l.Number(points, 2),
		"Before", l.Month(step.Before.Month), "Was", percent(l, step.Before.Figure.Index))
}

// grave names the reasons whose own words are signals of the lexicon: they come
// before what is merely frequent.
func (s *Server) grave(g *glance, board *report.Dashboard, l *i18n.Language) {
	for _, reason := range board.Reasons {
		if reason.Count > 0 && len(s.Remarks.Lexicon.Signals(reason.Option.Label.In(i18n.Codes[0]))) > 0 {
			g.Grave = l.T("glance.grave", "Reason", reason.Option.Label.In(l.Code), "Count", reason.Count)
			return
		}
	}
}

// questions names what dissatisfies most and what dissatisfies least, where
// several questions have answers enough to be held against each other. Of the
// satisfied nothing is said: from which level on they are is the method's to
// say, and it need not count each question.
func (g *glance) questions(board *report.Dashboard, l *i18n.Language) {
	var enough []report.LevelCounts
	for _, row := range board.Levels {
		if row.Answered >= board.Method.MinN {
			enough = append(enough, row)
		}
	}
	asked := questions(enough, board.Method, l.Code)
	if len(asked) < 2 {
		return
	}
	worst := slices.MaxFunc(asked, func(a, b chart.Question) int { return cmp.Compare(a.Below(), b.Below()) })
	best := slices.MinFunc(asked, func(a, b chart.Question) int { return cmp.Compare(a.Below(), b.Below()) })
	if worst.Below() > best.Below() {
		g.Fix = append(g.Fix, l.T("glance.question", "Question", worst.Text, "Share", l.Number(worst.Below(), 0)))
		g.Good = l.T("glance.good", "Question", best.Text, "Share", l.Number(best.Below(), 0))
	}
}

// Any says whether there is anything to tell.
func (g glance) Any() bool {
	return g.Month != "" || g.Grave != "" || len(g.Fix) > 0 || g.Good != ""
}
