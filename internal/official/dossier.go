package official

import (
	"fmt"
	"slices"
	"strconv"

	"hailong/internal/calendar"
	"hailong/internal/document"
	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/tally"
)

// Dossier is everything that the files of a period are made of.
type Dossier struct {
	Scores     *period.Scores // by agency
	Counters   []rating.Score
	Services   []rating.Score
	Channels   []rating.Score
	Method     *tally.Method
	Satisfied  []string        // names of the levels that count as satisfied; empty where no form is left that has them
	Rule       *rating.Rule    // that gives the points; nil when there is none
	PeerGroups []org.PeerGroup // of the register that the scores were made with
	Before     Before
	About      string       // name of the one that it is about; "" for all
	Date       calendar.Day // of the report
	Sample     bool         // made-up figures
}

// Before is the same period a year earlier.
type Before struct {
	Period rating.Period
	Break  rating.Break   // why it may not be compared; NoBreak: it may
	Scores []rating.Score // by agency; empty when it may not be compared
}

// writer words a dossier.
type writer struct {
	*Dossier
	l      *i18n.Language
	span   rating.Period
	tables int // numbered so far
}

// numbered gives a table its number.
func (w *writer) numbered(title string) string {
	w.tables++
	return "Bảng " + strconv.Itoa(w.tables) + ". " + title
}

func (d *Dossier) writer() (*writer, error) {
	l, err := i18n.Vietnamese()
	if err != nil {
		return nil, err
	}
	span, err := rating.ParsePeriod(d.Scores.Period.ID)
	if err != nil {
		return nil, err
	}
	return &writer{Dossier: d, l: l, span: span}, nil
}

func (w *writer) name() string { return w.span.Name(w.l) }

// final says whether the figures are signed.
func (w *writer) final() bool { return w.Scores.Period.Sheet != "" }

// group is the scores that are ranked against each other.
type group struct {
	name   string // "" is the group of those without one
	scores []rating.Score
}

// groups splits the scores by peer group: in the register's order, then those
// it does not name, as they come, and at last those without one.
func (w *writer) groups() []group {
	var codes []string
	for _, g := range w.PeerGroups {
		codes = append(codes, g.Code)
	}
	for _, s := range w.Scores.Scores {
		if s.PeerGroup != "" && !slices.Contains(codes, s.PeerGroup) {
			codes = append(codes, s.PeerGroup)
		}
	}
	var all []group
	for _, code := range append(codes, "") {
		g := group{name: w.groupName(code)}
		for _, s := range w.Scores.Scores {
			if s.PeerGroup == code {
				g.scores = append(g.scores, s)
			}
		}
		if len(g.scores) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// groupName returns the name of a peer group, or the code where it has none.
func (w *writer) groupName(code string) string {
	for _, g := range w.PeerGroups {
		if g.Code == code {
			return g.Name
		}
	}
	return code
}

// withProcedures leaves out agencies that cannot be answered about.
func (w *writer) withProcedures() []rating.Score {
	return slices.DeleteFunc(slices.Clone(w.Scores.Scores), func(s rating.Score) bool { return s.Status == rating.NotApplicable })
}

func (w *writer) status(s rating.Status) string { return w.l.T("status." + string(s)) }

// figure is a number with two digits, or nothing.
func figure(x *float64) document.Cell {
	if x == nil {
		return document.Cell{}
	}
	return document.Number(*x, 2)
}

func whole(n *int64) document.Cell {
	if n == nil {
		return document.Cell{}
	}
	return document.Int(*n)
}

// rate writes a share of one as a percentage. Four digits of a share are two
// of a percentage, so nothing is lost.
func rate(share *float64) document.Cell {
	if share == nil {
		return document.Cell{}
	}
	return document.Number(*share*100, 2)
}

// index is the index, or what is said in its place.
func (w *writer) index(s *rating.Score) document.Cell {
	if s.Index == nil {
		return document.Text(w.status(s.Status))
	}
	return figure(s.Index)
}

// place is the range of places, or why there is none.
func (w *writer) place(s *rating.Score) document.Cell {
	switch {
	case s.Rank != nil && s.Rank.Best == s.Rank.Worst:
		return document.Text(strconv.Itoa(s.Rank.Best))
	case s.Rank != nil:
		return document.Text(strconv.Itoa(s.Rank.Best) + "–" + strconv.Itoa(s.Rank.Worst))
	case s.Index != nil && s.Status != rating.OK:
		return document.Text(w.status(s.Status))
	}
	return document.Text(none)
}

// indexAndInterval is written as "47,59 (33,48–62,09)".
func (w *writer) indexAndInterval(s *rating.Score) document.Cell {
	if s.Index == nil || s.Interval == nil {
		return w.index(s)
	}
	return document.Text(fmt.Sprintf("%s (%s–%s)", w.l.Number(*s.Index, 2), w.l.Number(s.Interval.Low, 2), w.l.Number(s.Interval.High, 2)))
}

// points are empty where none are given.
func points(s *rating.Score) document.Cell {
	if s.Points == nil {
		return document.Cell{}
	}
	return document.Number(s.Points.Value, 2)
}

// criterion is what turns the index into points, or nil.
func (w *writer) criterion() *rating.Criterion {
	if w.Rule == nil {
		return nil
	}
	return w.Rule.Satisfaction(w.Method.ID)
}

// orNone writes a dash where a cell of a printed table is empty.
func orNone(c document.Cell) document.Cell {
	if c.Empty() {
		return document.Text(none)
	}
	return c
}
