package web

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"hailong/internal/i18n"
	"hailong/internal/official"
	"hailong/internal/org"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/report"
)

// Columns is how many columns the table of figures has.
func (p periodPage) Columns() int { return scoreColumns + len(p.Compared) }

// Columns is how many columns the table of figures has.
func (p resultPage) Columns() int { return scoreColumns }

// scoreColumns are the columns of figures without a comparison.
const scoreColumns = 9

// check is one line of the checklist.
type check struct {
	OK   bool
	Text string
}

// comparison is a column that says how far scores lie from earlier ones.
type comparison struct {
	Name   string // of the earlier period
	before map[string]rating.Score
}

// Change returns what lies between an agency's score and the earlier one, nil
// where they cannot be compared.
func (c comparison) Change(now rating.Score) *rating.Difference {
	before, ok := c.before[now.Agency]
	if !ok {
		return nil
	}
	return rating.Change(now, before)
}

// compared sets scores beside those of the months before and those of the same
// months last year, where at least one agency has both. It says, too, whether
// last year was measured by another method.
func (s *Server) compared(ctx context.Context, now *period.Scores, span rating.Period, l *i18n.Language) (columns []comparison, notAlike bool, err error) {
	spans := []rating.Period{span.Previous(), span.YearBefore()}
	if spans[0].ID == spans[1].ID {
		spans = spans[1:] // of a year both are the same
	}
	for i, earlier := range spans {
		before, err := s.Periods.Scores(ctx, period.Query{Period: earlier.ID, Method: now.Method.ID})
		if err != nil && !errors.Is(err, period.ErrMethod) {
			return nil, false, err
		}
		if err != nil || before.Method.Version != now.Method.Version || before.Method.Aggregate != now.Method.Aggregate {
			notAlike = i == len(spans)-1
			continue
		}
		column := comparison{Name: earlier.Name(l), before: map[string]rating.Score{}}
		for _, score := range before.Scores {
			column.before[score.Agency] = score
		}
		changes := func(score rating.Score) bool { return column.Change(score) != nil }
		if slices.ContainsFunc(now.Scores, changes) {
			columns = append(columns, column)
		}
	}
	return columns, notAlike, nil
}

// checksOf words the checklist.
func checksOf(list *period.Checklist, grace int, l *i18n.Language) []check {
	counted := func(n int64, gap, fine string) check {
		if n > 0 {
			return check{Text: l.T(gap, "Count", n)}
		}
		return check{OK: true, Text: l.T(fine)}
	}
	checks := []check{{OK: list.Ended, Text: l.T("period.check_ended")}}
	if !list.Ended {
		checks[0].Text = l.T("period.check_not_ended", "Minutes", grace)
	}
	checks = append(checks,
		counted(list.Held, "period.check_held", "period.check_no_held"),
		counted(int64(len(list.Unserved)), "period.check_unserved", "period.check_served"),
		counted(int64(len(list.Silent)), "period.check_silent", "period.check_no_silent"),
		counted(int64(len(list.TooFew)), "period.check_few", "period.check_no_few"),
	)
	var overlaps []string
	for _, other := range list.Overlaps {
		overlaps = append(overlaps, other.Name(l))
	}
	if len(overlaps) > 0 {
		checks = append(checks, check{OK: true, Text: l.T("period.check_overlaps", "Periods", strings.Join(overlaps, ", "))})
	}
	return checks
}

// peers are those of one peer group, in the order they are shown.
type peers[T any] struct {
	Name  string // "" where all are in one that has no name
	All   []T
	Alone bool // at most one of them has a place, which then says nothing
}

// grouped puts rows together by peer group in the register's order. Those in
// no group come last, under a heading of their own where there are groups.
func grouped[T any](register *org.Register, rows []T, group func(T) string, rank func(T) *rating.Rank, l *i18n.Language) []peers[T] {
	order := []string{}
	for _, g := range register.File().PeerGroups {
		order = append(order, g.Code)
	}
	groups := map[string][]T{}
	for _, row := range rows {
		code := group(row)
		if !slices.Contains(order, code) {
			order = append(order, code)
		}
		groups[code] = append(groups[code], row)
	}
	var all []peers[T]
	for _, code := range order {
		one := peers[T]{All: groups[code]}
		if known := register.PeerGroup(code); known != nil {
			one.Name = known.Name
		}
		ranked := 0
		for _, row := range one.All {
			if rank(row) != nil {
				ranked++
			}
		}
		one.Alone = ranked < 2
		if len(one.All) > 0 {
			all = append(all, one)
		}
	}
	for i := range all {
		if all[i].Name == "" && len(all) > 1 {
			all[i].Name = l.T("period.ungrouped")
		}
	}
	return all
}

// rankingOf orders scores for people: by peer group, then the highest index
// first, then those without one.
func rankingOf(register *org.Register, scores []rating.Score, l *i18n.Language) []peers[rating.Score] {
	ranking := grouped(register, scores, func(s rating.Score) string { return s.PeerGroup }, func(s rating.Score) *rating.Rank { return s.Rank }, l)
	for _, group := range ranking {
		slices.SortStableFunc(group.All, byIndex)
	}
	return ranking
}

// standingsOf puts an overview's lines, which are in order, together by peer
// group.
func standingsOf(register *org.Register, standings []report.Standing, l *i18n.Language) []peers[report.Standing] {
	return grouped(register, standings, func(s report.Standing) string { return s.Agency.PeerGroup }, func(s report.Standing) *rating.Rank { return s.Rank }, l)
}

// byIndex puts scores with a place first, the highest index first of all.
func byIndex(a, b rating.Score) int {
	standing := func(s rating.Score) int {
		return slices.Index([]rating.Status{rating.OK, rating.Insufficient, rating.Suppressed, rating.NoData, rating.NotApplicable}, s.Status)
	}
	if c := cmp.Compare(standing(a), standing(b)); c != 0 || a.Index == nil || b.Index == nil {
		return c
	}
	return cmp.Compare(*b.Index, *a.Index)
}

// aboutChoices lists whom a report can be about: all, each party organisation,
// each agency.
func aboutChoices(register *org.Register, current string, l *i18n.Language) []choice {
	parties := choicesOf(l.T("period.about_all"), current, register.File().PartyOrganisations, func(p org.PartyOrganisation) (string, string) { return p.Code, p.Name })
	return append(parties, agencyChoices(register, current, "", l)[1:]...)
}

// editionView is one revision with its steps.
type editionView struct {
	Revision int
	Steps    []stepView
}

type stepView struct{ State, By, At, Why string }

// historyOf words what happened to a period, the newest revision first.
func (s *Server) historyOf(p *period.Period) []editionView {
	var history []editionView
	for _, e := range slices.Backward(p.Editions) {
		edition := editionView{Revision: e.Revision}
		for _, step := range e.Steps {
			edition.Steps = append(edition.Steps, stepView{string(step.State), step.By, s.localTime(step.At), step.Why})
		}
		if len(edition.Steps) > 0 {
			history = append(history, edition)
		}
	}
	return history
}

// localTime writes an instant as people at work read it.
func (s *Server) localTime(t time.Time) string { return t.In(s.Location).Format("15:04 02/01/2006") }

// fileLink is a file that can be taken along.
type fileLink struct{ URL, Label string }

// filesOf lists the files of a period by a method, about one organisation or,
// for "", about all.
func filesOf(p *period.Period, method, about string, l *i18n.Language) []fileLink {
	query := "?method=" + method
	if about != "" {
		query += "&about=" + about
	}
	address := func(file string) string { return "/office/periods/" + p.ID + "/files/" + file + query }
	files := fileLinks(official.XLSX, official.CSV, address, l)
	if p.InForce() != nil && about == "" {
		files = append(files, fileLink{address(official.Sheet), l.T("period.file_sheet")})
	}
	return files
}

// fileLinks lists the files that periods and rating years both have; the two
// tables have names of their own.
func fileLinks(xlsx, csv string, address func(file string) string, l *i18n.Language) []fileLink {
	var files []fileLink
	for _, file := range []struct{ name, key string }{
		{xlsx, "period.file_xlsx"},
		{csv, "period.file_csv"},
		{official.PartyDOCX, "period.file_docx_party"},
		{official.PartyPDF, "period.file_pdf_party"},
		{official.StateDOCX, "period.file_docx_state"},
		{official.StatePDF, "period.file_pdf_state"},
	} {
		files = append(files, fileLink{address(file.name), l.T(file.key)})
	}
	return files
}
