package comment

import (
	"time"

	"hailong/internal/calendar"
)

// Policy says when the rated agency may read the words of citizens.
type Policy string

// The policies, from the most open to the strictest.
const (
	AtOnce       Policy = "at_once"       // unless the office withholds it
	AfterCheck   Policy = "after_check"   // once the office has released it
	AfterQuarter Policy = "after_quarter" // released, and not before the quarter is over, when nobody recalls who stood there
)

// Check is what the office has decided about a comment.
type Check string

// The states of a check.
const (
	Unchecked Check = "unchecked"
	Released  Check = "released"
	Withheld  Check = "withheld"
)

// Shows says whether the rated agency may read, on the day given, a comment
// that was written on another. One that carries a signal waits for the office
// under every policy. What is unknown, a policy or a check, shows nothing.
func (p Policy) Shows(written, on calendar.Day, check Check, signal bool) bool {
	if on < written || check != Released && check != Unchecked {
		return false
	}
	switch p {
	case AtOnce:
		return check == Released || !signal
	case AfterCheck:
		return check == Released
	case AfterQuarter:
		return check == Released && on > lastOfQuarter(written)
	}
	return false
}

func lastOfQuarter(day calendar.Day) calendar.Day {
	year, month, _ := day.Date()
	return calendar.MonthOf(year, (month-time.January)/3*3+time.March).Last()
}
