package quality

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/yamlfile"
	"hailong/surveys"
)

// File is where the thresholds stand in the folder of the rules.
const File = "quality/checks.yaml"

// Thresholds are the numbers behind the checks, as surveys/quality/checks.yaml
// explains them. A check without its section is not applied.
type Thresholds struct {
	ID          string `yaml:"id"`
	Version     int    `yaml:"version"`
	HoldAtFlags int    `yaml:"hold_at_flags"` // 0: flags never add up

	SameDevice *struct {
		FlagFrom      int     `yaml:"flag_from"`
		HoldFrom      int     `yaml:"hold_from"`
		Family        int     `yaml:"family"` // so many within FamilyMinutes are only noted; 0: no more than HoldFrom says
		FamilyMinutes float64 `yaml:"family_minutes"`
	} `yaml:"same_device"`
	ManyCounters *struct {
		FlagFrom    int     `yaml:"flag_from"` // counters
		FlagMinutes float64 `yaml:"flag_minutes"`
		HoldFrom    int     `yaml:"hold_from"` // counters
		HoldMinutes float64 `yaml:"hold_minutes"`
		HoldAnswers int     `yaml:"hold_answers"`
	} `yaml:"many_counters"`
	DevicePairs *struct {
		Minutes  float64 `yaml:"minutes"`
		HoldFrom int     `yaml:"hold_from"`
		Share    float64 `yaml:"share"` // 0 to 1
	} `yaml:"device_pairs"`
	SamePage *struct {
		FlagFrom int `yaml:"flag_from"`
		HoldFrom int `yaml:"hold_from"`
	} `yaml:"same_page"`
	Burst *struct {
		Minutes    float64 `yaml:"minutes"`
		AtLeast    int     `yaml:"at_least"`
		Deviations float64 `yaml:"deviations"`
	} `yaml:"burst"`
	TooFast *struct {
		Base        float64 `yaml:"base"`         // seconds
		PerQuestion float64 `yaml:"per_question"` // seconds
		Impossible  float64 `yaml:"impossible"`   // share of what is quick
		HoldFrom    int     `yaml:"hold_from"`
		Minutes     float64 `yaml:"minutes"`
	} `yaml:"too_fast"`
	OutsideHours *struct {
		Grace      int     `yaml:"grace"` // minutes
		HoldFrom   int     `yaml:"hold_from"`
		Deviations float64 `yaml:"deviations"`
	} `yaml:"outside_hours"`
	StraightLine *struct {
		AtLeast int `yaml:"at_least"` // ratings
	} `yaml:"straight_line"`
	SameComment *struct {
		Letters  int     `yaml:"letters"`
		FlagFrom int     `yaml:"flag_from"`
		HoldFrom int     `yaml:"hold_from"`
		Share    float64 `yaml:"share"`    // 0 to 1
		Evidence float64 `yaml:"evidence"` // natural logarithm
	} `yaml:"same_comment"`
	Alike *struct {
		Flag           float64 `yaml:"flag"` // natural logarithm of a likelihood ratio
		Hold           float64 `yaml:"hold"`
		Burst          float64 `yaml:"burst"`
		Outside        float64 `yaml:"outside"`
		Closing        float64 `yaml:"closing"`
		Untraced       float64 `yaml:"untraced"`
		ClosingMinutes int     `yaml:"closing_minutes"`
		GapMinutes     float64 `yaml:"gap_minutes"`
		AtLeast        int     `yaml:"at_least"`
		AtLeastQuick   int     `yaml:"at_least_quick"`
		NewShare       float64 `yaml:"new_share"`   // 0 to 0.99; 0: unbroken rows are not looked for
		NewWeight      float64 `yaml:"new_weight"`  // answers
		WorstShare     float64 `yaml:"worst_share"` // 0 to 0.99
	} `yaml:"alike"`
	OneByOne *struct {
		GapSeconds      float64 `yaml:"gap_seconds"`
		FlagFrom        int     `yaml:"flag_from"`
		HoldFrom        int     `yaml:"hold_from"`
		HoldFromSuspect int     `yaml:"hold_from_suspect"` // in a burst or while closed
		ShortSeconds    float64 `yaml:"short_seconds"`
		Telling         float64 `yaml:"telling"`   // 0 to 1
		HoldLong        int     `yaml:"hold_long"` // 0: the length alone holds nothing
	} `yaml:"one_by_one"`
	EvenPace *struct {
		FlagFrom         int     `yaml:"flag_from"`
		HoldFrom         int     `yaml:"hold_from"`
		ToleranceSeconds float64 `yaml:"tolerance_seconds"`
		Tolerance        float64 `yaml:"tolerance"` // share of the distance
		Evidence         float64 `yaml:"evidence"`  // natural logarithm
	} `yaml:"even_pace"`
	Learning struct {
		PerHour float64 `yaml:"per_hour"`
		Answers float64 `yaml:"answers"`
		Weeks   float64 `yaml:"weeks"`
	} `yaml:"learning"`
	Holidays struct {
		EveryYear []string `yaml:"every_year"` // MM-DD
		Spans     []struct {
			From calendar.Day `yaml:"from"`
			To   calendar.Day `yaml:"to"`
		} `yaml:"spans"`
	} `yaml:"holidays"`
}

// Load reads the thresholds of the rules in fsys; a folder that has none, as
// one made for an older program, gets those that are embedded. The error is of
// type yamlfile.Problems, or says that the file cannot be read.
func Load(fsys fs.FS) (*Thresholds, error) {
	data, err := fs.ReadFile(fsys, File)
	if errors.Is(err, fs.ErrNotExist) {
		data, err = surveys.FS.ReadFile(File)
	}
	if err != nil {
		return nil, fmt.Errorf("read the thresholds of the checks: %w", err)
	}
	return Parse(File, data)
}

// Parse reads a file of thresholds. The error is of type yamlfile.Problems and
// lists every fault with its place.
func Parse(file string, data []byte) (*Thresholds, error) {
	t := new(Thresholds)
	doc, err := yamlfile.Load(file, data, t)
	if err != nil {
		return nil, err
	}
	(&checker{doc}).check(t)
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

// checker holds loaded thresholds against what the checks can work with.
type checker struct{ doc *yamlfile.Document }

// number is one threshold and what it must lie between.
type number struct {
	place      string
	value      float64
	least, max float64
}

// The widest range of counts, minutes and seconds; beyond the memory of a
// counter a threshold would never be reached.
const (
	most      = 10_000
	mostCount = remembered
)

var validDayOfYear = regexp.MustCompile(`^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)

func (c *checker) addf(place, format string, args ...any) {
	c.doc.Addf(place, format, args...)
}

func (c *checker) check(t *Thresholds) {
	if t.ID == "" {
		c.addf("id", "the id is missing")
	}
	if t.Version < 1 {
		c.addf("version", "version must be 1 or more")
	}
	for _, n := range t.numbers() {
		if n.value < n.least || n.value > n.max {
			c.addf(n.place, "%v lies outside %v to %v", n.value, n.least, n.max)
		}
	}
	c.holidays(t)
}

// numbers are all thresholds that are numbers.
func (t *Thresholds) numbers() []number {
	numbers := []number{
		{"hold_at_flags", float64(t.HoldAtFlags), 0, most},
		{"learning.per_hour", t.Learning.PerHour, 0.1, most},
		{"learning.answers", t.Learning.Answers, 10, most},
		{"learning.weeks", t.Learning.Weeks, 0.5, most},
	}
	numbers = append(numbers, t.deviceNumbers()...)
	numbers = append(numbers, t.paceNumbers()...)
	numbers = append(numbers, t.likenessNumbers()...)
	return numbers
}

func (t *Thresholds) deviceNumbers() (numbers []number) {
	if s := t.SameDevice; s != nil {
		numbers = append(numbers,
			number{"same_device.flag_from", float64(s.FlagFrom), 2, visitsKept},
			number{"same_device.hold_from", float64(s.HoldFrom), float64(max(2, s.FlagFrom)), visitsKept},
			number{"same_device.family", float64(s.Family), 0, visitsKept},
			number{"same_device.family_minutes", s.FamilyMinutes, 0, most})
	}
	if s := t.ManyCounters; s != nil {
		numbers = append(numbers,
			number{"many_counters.flag_from", float64(s.FlagFrom), 2, visitsKept},
			number{"many_counters.flag_minutes", s.FlagMinutes, 0, most},
			number{"many_counters.hold_from", float64(s.HoldFrom), 2, visitsKept},
			number{"many_counters.hold_minutes", s.HoldMinutes, 0, most},
			number{"many_counters.hold_answers", float64(s.HoldAnswers), 2, visitsKept})
	}
	if s := t.DevicePairs; s != nil {
		numbers = append(numbers,
			number{"device_pairs.minutes", s.Minutes, 1, most},
			number{"device_pairs.hold_from", float64(s.HoldFrom), 1, mostCount / 2},
			number{"device_pairs.share", s.Share, 0, 1})
	}
	if s := t.SamePage; s != nil {
		numbers = append(numbers,
			number{"same_page.flag_from", float64(s.FlagFrom), 2, usesKept},
			number{"same_page.hold_from", float64(s.HoldFrom), float64(max(2, s.FlagFrom)), usesKept})
	}
	return numbers
}

func (t *Thresholds) paceNumbers() (numbers []number) {
	if s := t.Burst; s != nil {
		numbers = append(numbers,
			number{"burst.minutes", s.Minutes, 1, most},
			number{"burst.at_least", float64(s.AtLeast), 2, mostCount},
			number{"burst.deviations", s.Deviations, 1, most})
	}
	if s := t.TooFast; s != nil {
		numbers = append(numbers,
			number{"too_fast.base", s.Base, 0, most},
			number{"too_fast.per_question", s.PerQuestion, 0, most},
			number{"too_fast.impossible", s.Impossible, 0, 1},
			number{"too_fast.hold_from", float64(s.HoldFrom), 1, mostCount},
			number{"too_fast.minutes", s.Minutes, 1, most})
	}
	if s := t.OutsideHours; s != nil {
		numbers = append(numbers,
			number{"outside_hours.grace", float64(s.Grace), 0, most},
			number{"outside_hours.hold_from", float64(s.HoldFrom), 1, mostCount},
			number{"outside_hours.deviations", s.Deviations, 1, most})
	}
	if s := t.OneByOne; s != nil {
		numbers = append(numbers,
			number{"one_by_one.gap_seconds", s.GapSeconds, 1, most},
			number{"one_by_one.flag_from", float64(s.FlagFrom), 2, mostCount},
			number{"one_by_one.hold_from", float64(s.HoldFrom), 2, mostCount},
			number{"one_by_one.hold_from_suspect", float64(s.HoldFromSuspect), 2, mostCount},
			number{"one_by_one.short_seconds", s.ShortSeconds, 0, most},
			number{"one_by_one.telling", s.Telling, 0, 1},
			number{"one_by_one.hold_long", float64(s.HoldLong), 0, mostCount})
	}
	if s := t.EvenPace; s != nil {
		numbers = append(numbers,
			number{"even_pace.flag_from", float64(s.FlagFrom), 3, mostCount},
			number{"even_pace.hold_from", float64(s.HoldFrom), 3, mostCount},
			number{"even_pace.tolerance_seconds", s.ToleranceSeconds, 0, most},
			number{"even_pace.tolerance", s.Tolerance, 0, 0.2},
			number{"even_pace.evidence", s.Evidence, 1, most})
	}
	return numbers
}

func (t *Thresholds) likenessNumbers() (numbers []number) {
	if s := t.StraightLine; s != nil {
		numbers = append(numbers, number{"straight_line.at_least", float64(s.AtLeast), 2, most})
	}
	if s := t.SameComment; s != nil {
		numbers = append(numbers,
			number{"same_comment.letters", float64(s.Letters), 1, most},
			number{"same_comment.flag_from", float64(s.FlagFrom), 2, mostCount},
			number{"same_comment.hold_from", float64(s.HoldFrom), 2, mostCount},
			number{"same_comment.share", s.Share, 0, 1},
			number{"same_comment.evidence", s.Evidence, 0, most})
	}
	if s := t.Alike; s != nil {
		numbers = append(numbers,
			number{"alike.flag", s.Flag, 1, most},
			number{"alike.hold", s.Hold, 1, most},
			number{"alike.burst", s.Burst, 0, s.Hold - 1},
			number{"alike.outside", s.Outside, 0, s.Hold - 1},
			number{"alike.closing", s.Closing, 0, s.Hold - 1},
			number{"alike.untraced", s.Untraced, 0, most},
			number{"alike.closing_minutes", float64(s.ClosingMinutes), 0, most},
			number{"alike.gap_minutes", s.GapMinutes, 1, most},
			number{"alike.at_least", float64(s.AtLeast), 2, mostCount},
			number{"alike.at_least_quick", float64(s.AtLeastQuick), 2, mostCount},
			number{"alike.new_share", s.NewShare, 0, surest},
			number{"alike.new_weight", s.NewWeight, 0, most},
			number{"alike.worst_share", s.WorstShare, 0, surest})
	}
	return numbers
}

func (c *checker) holidays(t *Thresholds) {
	for i, day := range t.Holidays.EveryYear {
		if !validDayOfYear.MatchString(day) {
			c.addf(fmt.Sprintf("holidays.every_year.%d", i), "%q is not a day MM-DD", day)
		}
	}
	for i, span := range t.Holidays.Spans {
		if span.To < span.From {
			c.addf(fmt.Sprintf("holidays.spans.%d.to", i), "%s lies before %s", span.To, span.From)
		}
	}
}

// IsHoliday says whether counters are closed on the day for the whole of it.
func (t *Thresholds) IsHoliday(day calendar.Day) bool {
	_, month, dayOfMonth := day.Date()
	for _, s := range t.Holidays.EveryYear { // two digits each, as checked
		if int(month) == 10*int(s[0]-'0')+int(s[1]-'0') && dayOfMonth == 10*int(s[3]-'0')+int(s[4]-'0') {
			return true
		}
	}
	for _, span := range t.Holidays.Spans {
		if span.From <= day && day <= span.To {
			return true
		}
	}
	return false
}

// Limit is one number of the thresholds.
type Limit struct {
	Name  string // as in the file
	Value float64
}

// Limits returns the numbers by which a check goes, in the file's order.
func (t *Thresholds) Limits(reason Reason) []Limit {
	section := string(reason) + "."
	switch reason {
	case PerfectRun, AlikeRun:
		section = "alike."
	case SeveralFlags:
		section = ""
	}
	var limits []Limit
	for _, n := range t.numbers() {
		if name, own := strings.CutPrefix(n.place, section); own && !strings.Contains(name, ".") {
			limits = append(limits, Limit{name, n.value})
		}
	}
	return limits
}
