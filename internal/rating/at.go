package rating

import "hailong/internal/calendar"

// At returns the rule of the rating year that holds the day; nil when no rule
// rates party organisations then.
func (s *Rules) At(day calendar.Day) *Rule {
	year, _, _ := day.Date()
	if r := s.For(year + 1); r != nil && r.Year(year+1).Range.Contains(day) {
		return r // its year has begun already
	}
	return s.For(year)
}
