package rating

import (
	"maps"
	"slices"

	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/stats"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// Digits after the decimal point of what is published.
const (
	percentDigits = 2
	rateDigits    = 4
)

// wilson is the kind of every interval: the index is the share, the
// respondents are the sample.
const wilson = "wilson"

// line is a score while it is made. The figure is still unrounded.
type line struct {
	Score
	figure tally.Figure
}

// Scores computes the scores of one period, never nil. The tallies of counts
// must hold that period and nothing else; of the dossiers returned only those
// within the period are taken. Counts must come in the order of the register,
// each agency once.
//
// By agency, there is one line for each that exists on any day of the period
// or has something to count. Otherwise there is one for each counter, service
// or channel from which responses to the method's forms came in: those that
// the register knows in its order, then those it no longer knows, by code.
// Ranks and points are only given by agency and only to a score that is OK.
// Points are made of the index as it is published, so that everybody can check
// them; points may be nil.
func Scores(counts []Counts, method *tally.Method, by By, period Period, points func(index float64) *Points) []Score {
	var lines []line
	for _, c := range counts {
		c = c.only(method, period)
		if by != ByAgency {
			lines = append(lines, c.parts(method, by)...)
		} else if c.Agency.ExistsIn(period.Range) || received(c.Tally) > 0 || len(c.Served) > 0 {
			lines = append(lines, c.line(method))
		}
	}
	if by == ByAgency {
		place(lines)
		give(lines, points)
	}
	scores := make([]Score, len(lines))
	for i := range lines {
		scores[i] = lines[i].Score
	}
	return scores
}

// only leaves out forms that the method does not use and days of other periods.
func (c Counts) only(method *tally.Method, period Period) Counts {
	return Counts{
		Agency: c.Agency,
		Tally:  c.Tally.Filter(func(k tally.Key) bool { return method.Uses(k.Form) }),
		Served: kept(c.Served, func(s Served) bool { return period.Range.Contains(s.Day) }),
	}
}

// parts makes a line for each part of the agency that responses came from.
func (c Counts) parts(method *tally.Method, by By) []line {
	var lines []line
	cells := tally.GroupBy(c.Tally, by.Of)
	for _, part := range by.order(c.Agency, cells) {
		own := Counts{Agency: c.Agency, Tally: cells[part.Code], Served: by.served(c.Served, part.Code)}
		if received(own.Tally) == 0 {
			continue
		}
		l := own.line(method)
		l.Part = &part
		lines = append(lines, l)
	}
	return lines
}

// Of returns the code of the part that a cell belongs to. Asking for one by
// agency, or a grouping that the contract does not know, is a fault of the
// caller.
func (by By) Of(k tally.Key) string {
	switch by {
	case ByCounter:
		return k.Counter
	case ByService:
		return k.Service
	case ByChannel:
		return string(k.Channel)
	}
	panic("rating: no grouping " + string(by))
}

// order lists the parts to look at: the register's in its order, then those
// found that it does not have, by code and under their code.
func (by By) order(agency *org.Agency, found map[string]tally.Tally) []Part {
	parts := by.known(agency)
	for _, code := range slices.Sorted(maps.Keys(found)) {
		if !slices.ContainsFunc(parts, func(p Part) bool { return p.Code == code }) {
			parts = append(parts, Part{Code: code, Name: code})
		}
	}
	return parts
}

// known lists the parts that the register knows. Channels have no names of
// their own: what people call them depends on the language.
func (by By) known(agency *org.Agency) []Part {
	var parts []Part
	switch by {
	case ByCounter:
		for _, c := range agency.Counters {
			parts = append(parts, Part{Code: c.Code, Name: c.Name})
		}
	case ByService:
		for _, s := range agency.Services {
			parts = append(parts, Part{Code: s.Code, Name: s.Name})
		}
	case ByChannel:
		for _, c := range response.Channels {
			parts = append(parts, Part{Code: string(c), Name: string(c)})
		}
	}
	return parts
}

// served returns what was reported for the part. Nobody reports by channel;
// and a row without a service covers all of them, so it is not the answer for
// a service that was not said.
func (by By) served(rows []Served, code string) []Served {
	return kept(rows, func(s Served) bool {
		return code != "" && (by == ByCounter && s.Counter == code || by == ByService && s.Service == code)
	})
}

// kept returns a new list of the rows that keep accepts.
func kept(rows []Served, keep func(Served) bool) []Served {
	return slices.DeleteFunc(slices.Clone(rows), func(s Served) bool { return !keep(s) })
}

func received(t tally.Tally) int64 {
	var n int64
	for _, c := range t {
		n += c.N + c.Held + c.Excluded
	}
	return n
}

// line makes the score of counts that hold nothing but what it is about.
func (c Counts) line(method *tally.Method) line {
	l := line{figure: method.Figure(c.Tally)}
	l.Agency, l.Name = c.Agency.Code, c.Agency.Name
	l.PartyOrganisation, l.PeerGroup = c.Agency.PartyOrganisation, c.Agency.PeerGroup
	l.N, l.Received = l.figure.N, received(c.Tally)
	for _, cell := range c.Tally {
		l.Held += cell.Held
		l.Excluded += cell.Excluded
	}
	covered := Cover(l.N, c.Served)
	l.Served, l.ResponseRate, l.Suggested = covered.Served, covered.ResponseRate, covered.Suggested
	l.Status = l.status(method, c.Agency)
	l.Factors = []FactorScore{}
	if l.Status == OK || l.Status == Insufficient {
		l.show(method)
	}
	return l
}

// status holds the rules of the contract in the order in which they apply. So
// few answers as are suppressed are so even when all their sheets are blank:
// that nobody answered would say what each of them did. From suppress_below
// on, blank sheets alone are no data, although n counts them.
func (l *line) status(method *tally.Method, agency *org.Agency) Status {
	switch {
	case l.Received == 0 && !agency.Procedures():
		return NotApplicable
	case l.N == 0:
		return NoData
	case l.N < method.SuppressBelow:
		return Suppressed
	case l.figure.Index == nil:
		return NoData
	case l.N < method.MinN:
		return Insufficient
	}
	return OK
}

// show fills in what a score that is hidden or without data does not show.
func (l *line) show(method *tally.Method) {
	f := l.figure
	l.Numerator, l.Denominator = &f.Numerator, &f.Denominator
	l.Index, l.Exact = percent(f.Index), f.Index
	l.Interval = &Interval{
		Low:   stats.Round(f.Interval.Low, percentDigits),
		High:  stats.Round(f.Interval.High, percentDigits),
		Level: stats.Level,
		Kind:  wilson,
	}
	for i, factor := range method.Factors {
		share := f.Factors[i]
		l.Factors = append(l.Factors, FactorScore{
			ID: factor.ID, Name: factor.Name[survey.Vietnamese],
			Numerator: share.Numerator, Denominator: share.Denominator, Index: percent(share.Percent()),
		})
	}
}

// percent rounds a percentage for publication; nil stays nil.
func percent(p *float64) *float64 {
	if p == nil {
		return nil
	}
	rounded := stats.Round(*p, percentDigits)
	return &rounded
}

// place ranks the lines that may be ranked, by their unrounded intervals.
func place(lines []line) {
	var ranked []*line
	var peers []Peer
	for i := range lines {
		if lines[i].Status == OK {
			ranked = append(ranked, &lines[i])
			peers = append(peers, Peer{Group: lines[i].PeerGroup, Interval: *lines[i].figure.Interval})
		}
	}
	for i, rank := range Ranks(peers) {
		ranked[i].Rank = &rank
	}
}

func give(lines []line, points func(index float64) *Points) {
	for i := range lines {
		if points != nil && lines[i].Status == OK {
			lines[i].Points = points(*lines[i].Exact)
		}
	}
}
