package main_test

import (
	"fmt"
	"math"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// method says how the contract counts, as an outsider would write it down.
type method struct {
	forms         []string
	satisfiedFrom int
	factors       [][]string
	mean          bool // of the factors' indices
}

var fiveFactors = [][]string{
	{"tc1", "tc2", "tc3", "tc4"},
	{"tt1", "tt2", "tt3", "tt4", "tt5"},
	{"cc1", "cc2", "cc3", "cc4", "cc5", "cc6"},
	{"kq1", "kq2", "kq3"},
	{"gy1", "gy2", "gy3", "gy4"},
}

// methods are the shipped ones; the default has no name.
var methods = map[string]method{
	"":             {forms: []string{"mot-cua", "mot-cua-22"}, satisfiedFrom: 4, factors: [][]string{{"overall"}}},
	"mot-cua-5":    {forms: []string{"mot-cua-22"}, satisfiedFrom: 4, factors: fiveFactors},
	"mot-cua-5-tb": {forms: []string{"mot-cua-22"}, satisfiedFrom: 4, factors: fiveFactors, mean: true},
	"nd61-3":       {forms: []string{"nd61-3"}, satisfiedFrom: 2, factors: [][]string{{"overall"}, {"attitude"}}},
}

// fewest is the smallest number of answers of which more is said than how many
// they are.
const fewest = 5

// selection is what somebody asks for; "" is everything.
type selection struct {
	agency                                      agency
	from, to, counter, service, channel, method string
}

func (d draw) selection(a agency, now time.Time) selection {
	sel := selection{agency: a, method: pick(d, []string{"", "", "mot-cua-5", "mot-cua-5-tb", "nd61-3"})}
	if d.chance(60) {
		first := d.IntN(daysBefore + 10)
		sel.from = now.AddDate(0, 0, -first).Format(time.DateOnly)
		sel.to = now.AddDate(0, 0, -d.IntN(first+1)).Format(time.DateOnly)
	}
	if d.chance(40) {
		sel.counter = pick(d, a.counters).code
	}
	if d.chance(40) {
		sel.service = pick(d, append(slices.Clone(a.services), "khong-co"))
	}
	if d.chance(30) {
		sel.channel = pick(d, []string{"qr", "kiosk", "paper", "ticket"})
	}
	return sel
}

func (sel selection) query() string {
	values := url.Values{}
	for name, value := range map[string]string{"from": sel.from, "to": sel.to, "counter": sel.counter,
		"service": sel.service, "channel": sel.channel, "method": sel.method} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values.Encode()
}

func (sel selection) selects(a answer) bool {
	return a.agency == sel.agency.code &&
		(sel.from == "" || a.day >= sel.from) && (sel.to == "" || a.day <= sel.to) &&
		(sel.counter == "" || a.counter == sel.counter) &&
		(sel.service == "" || a.service == sel.service) &&
		(sel.channel == "" || a.channel == sel.channel) &&
		slices.Contains(methods[sel.method].forms, a.form)
}

// count is the selected answers, to be counted one by one for each chart.
type count struct {
	selection
	method  method
	answers []answer
	months  []string
}

func (sel selection) count(all []answer, now time.Time) count {
	c := count{selection: sel, method: methods[sel.method], months: sel.monthsUntil(now)}
	for _, a := range all {
		if sel.selects(a) {
			c.answers = append(c.answers, a)
		}
	}
	return c
}

// monthsUntil are the months of the range: twelve, if none is named.
func (sel selection) monthsUntil(now time.Time) []string {
	from, to := now.AddDate(0, -11, 1-now.Day()).Format("2006-01"), now.Format("2006-01")
	if sel.from != "" {
		from, to = sel.from[:7], sel.to[:7]
	}
	var months []string
	for month := from; month <= to; {
		months = append(months, month)
		first, _ := time.Parse("2006-01", month)
		month = first.AddDate(0, 1, 0).Format("2006-01")
	}
	return months
}

var figure = []string{"n", "numerator", "denominator", "index", "low", "high"}

func (c count) table(name string) table {
	switch name {
	case "summary":
		return table{figure, [][]string{c.figure(c.answers)}}
	case "trend":
		return table{append([]string{"month"}, figure...), c.trend()}
	case "levels":
		return table{[]string{"question", "level", "count"}, c.levels()}
	case "counters":
		return table{append([]string{"code", "name"}, figure...), c.counters()}
	case "services":
		return table{append([]string{"code", "name"}, figure...), c.services()}
	}
	return table{[]string{"option", "count"}, c.reasons()}
}

func (c count) where(keep func(answer) bool) []answer {
	return slices.DeleteFunc(slices.Clone(c.answers), func(a answer) bool { return !keep(a) })
}

func (c count) trend() [][]string {
	rows := [][]string{}
	for _, month := range c.months {
		rows = append(rows, append([]string{month}, c.figure(c.where(func(a answer) bool { return a.day[:7] == month }))...))
	}
	return rows
}

func (c count) counters() [][]string {
	rows := [][]string{}
	for _, at := range c.agency.counters {
		if given := c.where(func(a answer) bool { return a.counter == at.code }); len(given) > 0 {
			rows = append(rows, append([]string{at.code, at.name}, c.figure(given)...))
		}
	}
	return rows
}

func (c count) services() [][]string {
	rows := [][]string{}
	for _, code := range append([]string{""}, c.agency.services...) {
		given := c.where(func(a answer) bool { return a.service == code })
		if len(given) == 0 {
			continue
		}
		name := ""
		if code != "" {
			name = "Thủ tục, " + code
		}
		rows = append(rows, append([]string{code, name}, c.figure(given)...))
	}
	return rows
}

// levels has a row for each level of each rating question that anybody was
// asked, forms that share a question on one scale together.
func (c count) levels() [][]string {
	rows := [][]string{}
	done := map[string]bool{}
	for _, form := range c.method.forms {
		asked := slices.ContainsFunc(c.answers, func(a answer) bool { return a.form == form })
		for _, q := range forms[form] {
			if !asked || done[q.id] {
				continue
			}
			done[q.id] = true
			if n := len(c.where(func(a answer) bool { return len(a.given[q.id]) > 0 })); 0 < n && n < fewest {
				continue
			}
			for level := 1; level <= q.levels; level++ {
				rows = append(rows, []string{q.id, strconv.Itoa(level), c.times(q.id, strconv.Itoa(level))})
			}
		}
	}
	return rows
}

func (c count) reasons() [][]string {
	rows := [][]string{}
	if len(c.answers) >= fewest && slices.ContainsFunc(c.answers, func(a answer) bool { return a.form == "mot-cua" }) {
		for _, option := range forms["mot-cua"][1].options {
			rows = append(rows, []string{option, c.times("reasons", option)})
		}
	}
	return rows
}

// times is how often a value was given to a question.
func (c count) times(question, value string) string {
	n := 0
	for _, a := range c.answers {
		if slices.Contains(a.given[question], value) {
			n++
		}
	}
	return strconv.Itoa(n)
}

// figure counts answer by answer and divides without any rounding.
func (c count) figure(answers []answer) []string {
	if n := len(answers); 0 < n && n < fewest {
		return []string{fmt.Sprint(n), "", "", "", "", ""}
	}
	var satisfied, answered int64
	var indices []*big.Rat
	for _, factor := range c.method.factors {
		s, n := c.share(answers, factor)
		satisfied, answered = satisfied+s, answered+n
		if n > 0 {
			indices = append(indices, big.NewRat(100*s, n))
		}
	}
	row := []string{fmt.Sprint(len(answers)), fmt.Sprint(satisfied), fmt.Sprint(answered), "", "", ""}
	if answered == 0 {
		return row
	}
	index := big.NewRat(100*satisfied, answered)
	if c.method.mean {
		index = mean(indices)
	}
	share, _ := index.Float64()
	low, high := wilson(share/100, float64(len(answers)))
	row[3], row[4], row[5] = twoDigits(index), twoDigits(new(big.Rat).SetFloat64(low)), twoDigits(new(big.Rat).SetFloat64(high))
	return row
}

func (c count) share(answers []answer, questions []string) (satisfied, answered int64) {
	for _, a := range answers {
		for _, q := range questions {
			if len(a.given[q]) == 0 {
				continue
			}
			answered++
			if level, _ := strconv.Atoi(a.given[q][0]); level >= c.method.satisfiedFrom {
				satisfied++
			}
		}
	}
	return satisfied, answered
}

func mean(all []*big.Rat) *big.Rat {
	sum := new(big.Rat)
	for _, x := range all {
		sum.Add(sum, x)
	}
	return sum.Quo(sum, big.NewRat(int64(len(all)), 1))
}

// wilson solves (p - share)² = z²·p·(1-p)/n for p, in percent.
func wilson(share, n float64) (low, high float64) {
	const z = 1.959963984540054
	a, b, c := 1+z*z/n, -(2*share + z*z/n), share*share
	root := math.Sqrt(max(0, b*b-4*a*c))
	return 100 * max(0, (-b-root)/(2*a)), 100 * min(1, (-b+root)/(2*a))
}

// twoDigits rounds half up, which for a percentage is away from zero, and
// writes no more digits than there are.
func twoDigits(percent *big.Rat) string {
	hundredths := new(big.Rat).Add(new(big.Rat).Mul(percent, big.NewRat(100, 1)), big.NewRat(1, 2))
	whole := new(big.Int).Quo(hundredths.Num(), hundredths.Denom())
	return strconv.FormatFloat(float64(whole.Int64())/100, 'f', -1, 64)
}
