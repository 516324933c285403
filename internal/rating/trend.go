package rating

import (
	"slices"

	"hailong/internal/stats"
	"hailong/internal/tally"
)

// Regime is what an index depends on besides the answers. Figures of one
// regime make one trend line; a change of regime breaks it (domain note, 11.19).
type Regime struct {
	Method    string          `json:"method"`  // id
	Version   int             `json:"version"` // of the method
	Aggregate tally.Aggregate `json:"aggregate"`
	Forms     []string        `json:"forms"` // ids, sorted; a form stands for its scale
}

// RegimeOf returns the regime of a method.
func RegimeOf(m *tally.Method) Regime {
	return Regime{Method: m.ID, Version: m.Version, Aggregate: m.Aggregate, Forms: slices.Sorted(slices.Values(m.Forms))}
}

// Break says why two indices may not be compared. The zero value is that they
// may.
type Break string

// The breaks, the gravest first: only the first that applies is told.
const (
	NoBreak          Break = ""
	MethodChanged    Break = "method"    // another method
	VersionChanged   Break = "version"   // another version of the method
	FormsChanged     Break = "forms"     // other forms and so, it may be, another scale
	AggregateChanged Break = "aggregate" // pooled against mean of factors
)

// BreakTo says whether figures of this regime and of a later one may be
// compared, and if not, why. The order of the forms does not matter.
func (r Regime) BreakTo(later Regime) Break {
	sorted := func(forms []string) []string { return slices.Sorted(slices.Values(forms)) }
	switch {
	case r.Method != later.Method:
		return MethodChanged
	case r.Version != later.Version:
		return VersionChanged
	case !slices.Equal(sorted(r.Forms), sorted(later.Forms)):
		return FormsChanged
	case r.Aggregate != later.Aggregate:
		return AggregateChanged
	}
	return NoBreak
}

// Difference is what lies between two indices of one regime.
type Difference struct {
	Points float64 `json:"points"` // percentage points, two digits; above 0: it rose
	Real   bool    `json:"real"`   // the intervals do not overlap
}

// Change returns the difference from an earlier score to a later one, nil when
// either shows no index. It is made of the published figures, so that anybody
// who subtracts them gets the same; intervals that touch after rounding still
// overlap here, which is the careful side. Whether the two may be compared at all is
// for Regime.BreakTo to say.
func Change(now, before Score) *Difference {
	if now.Index == nil || before.Index == nil || now.Interval == nil || before.Interval == nil {
		return nil
	}
	return difference(*now.Index, *before.Index, *now.Interval, *before.Interval)
}

// FigureChange is Change for two figures, as they are shown.
func FigureChange(now, before tally.Figure) *Difference {
	if now.Index == nil || before.Index == nil || now.Interval == nil || before.Interval == nil {
		return nil
	}
	return difference(shown(*now.Index), shown(*before.Index), shownInterval(now), shownInterval(before))
}

func shown(percent float64) float64 { return stats.Round(percent, percentDigits) }

func shownInterval(f tally.Figure) Interval {
	return Interval{Low: shown(f.Interval.Low), High: shown(f.Interval.High)}
}

func difference(now, before float64, at, then Interval) *Difference {
	return &Difference{Points: stats.Round(now-before, 2), Real: at.Low > then.High || at.High < then.Low}
}
