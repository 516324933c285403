package ledger

import (
	"maps"

	"hailong/internal/calendar"
	"hailong/internal/tally"
)

// Series is the tally of one agency by month, each month cut to the range that
// was asked for. It is only to be read: readings share it.
type Series struct {
	months map[calendar.Month]tally.Tally // those without responses are absent
	total  tally.Tally
}

func newSeries() Series {
	return Series{months: map[calendar.Month]tally.Tally{}, total: tally.New()}
}

// Month returns the tally of one month; nil when it has no responses.
func (s Series) Month(m calendar.Month) tally.Tally { return s.months[m] }

// Total returns the sum of all months.
func (s Series) Total() tally.Tally { return s.total }

// Filter keeps some cells of every month and of the total.
func (s Series) Filter(keep func(tally.Key) bool) Series {
	kept := Series{months: make(map[calendar.Month]tally.Tally, len(s.months)), total: s.total.Filter(keep)}
	for month, t := range s.months {
		kept.months[month] = t.Filter(keep)
	}
	return kept
}

// with returns the series with the tallies of single days added. What the
// receiver holds is left as it is, and shared where nothing was added.
func (s Series) with(days []*day) Series {
	months := map[calendar.Month][]tally.Tally{}
	sum := Series{months: maps.Clone(s.months), total: s.total}
	for _, d := range days {
		if len(d.tally) > 0 {
			months[d.day.Month()] = append(months[d.day.Month()], d.tally)
		}
	}
	for month, parts := range months {
		sum.months[month] = plus(s.months[month], parts)
		sum.total = plus(sum.total, parts)
	}
	return sum
}

// plus adds tallies up in a new one.
func plus(t tally.Tally, parts []tally.Tally) tally.Tally {
	sum := tally.New()
	sum.Merge(t)
	for _, part := range parts {
		sum.Merge(part)
	}
	return sum
}

func (s Series) size() int {
	size := sizeOf(s.total)
	for _, t := range s.months {
		size += sizeOf(t)
	}
	return size
}
