package main_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"
)

// told is what a leader was told in reply to one selection: numbers of people
// by what they are about.
type told struct {
	selection
	people map[string]int
}

// questions is how many selections each leader asks for, besides the same with
// one restriction less each.
const questions = 6

// checkVeil has a leader ask for one thing and then for more, and subtract:
// what it is told is about no group of fewer people than may be shown, and
// neither is any difference between a selection and a wider one.
func checkVeil(t *testing.T, s *server, client *http.Client, d draw, a agency, all []answer, now time.Time) {
	t.Helper()
	var replies []told
	for range questions {
		for _, sel := range wider(d.selection(a, now)) {
			replies = append(replies, askVeiled(t, s, client, sel, all, now))
		}
	}
	for _, narrow := range replies {
		for _, wide := range replies {
			if !narrow.within(wide.selection, now) {
				continue
			}
			for about, n := range wide.people {
				if rest := n - narrow.people[about]; rest != 0 && rest < fewest {
					t.Errorf("%s: %s?%s has %d, ?%s within it %d", about, a.code, wide.query(), n, narrow.query(), narrow.people[about])
				}
			}
		}
	}
}

// wider returns the selection, and each that has one restriction less.
func wider(sel selection) []selection {
	all := []selection{sel}
	for _, drop := range []func(*selection){
		func(s *selection) { s.from, s.to = "", "" },
		func(s *selection) { s.counter = "" },
		func(s *selection) { s.service = "" },
		func(s *selection) { s.channel = "" },
	} {
		one := sel
		drop(&one)
		all = append(all, one)
	}
	return all
}

// months are the first and the last month of what is asked for.
func (sel selection) months(now time.Time) (first, last string) {
	all := sel.monthsUntil(now)
	return all[0], all[len(all)-1]
}

func (sel selection) within(wide selection, now time.Time) bool {
	first, last := sel.months(now)
	from, to := wide.months(now)
	return sel.method == wide.method && from <= first && last <= to &&
		(wide.counter == "" || wide.counter == sel.counter) && (wide.service == "" || wide.service == sel.service) && (wide.channel == "" || wide.channel == sel.channel)
}

// askVeiled asks for one selection, and holds each number against the least
// that may be shown and against what there is in those months.
func askVeiled(t *testing.T, s *server, client *http.Client, sel selection, all []answer, now time.Time) told {
	t.Helper()
	reply := told{sel, map[string]int{}}
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		must(t, err)
		return n
	}
	summary := readChart(t, s, client, sel.agency.code, "summary", sel.query())
	reply.people["all"] = number(summary.Rows[0][0])
	for _, row := range readChart(t, s, client, sel.agency.code, "levels", sel.query()).Rows {
		reply.people["question "+row[0]] += number(row[2])
	}
	parts := 0
	for _, row := range readChart(t, s, client, sel.agency.code, "counters", sel.query()).Rows {
		reply.people["counter "+row[0]] = number(row[2])
		parts += number(row[2])
	}
	if parts != reply.people["all"] {
		t.Errorf("%s?%s: the counters have %d answers together, all %d", sel.agency.code, sel.query(), parts, reply.people["all"])
	}
	for about, n := range reply.people {
		if 0 < n && n < fewest {
			t.Errorf("%s?%s: %s has %d", sel.agency.code, sel.query(), about, n)
		}
	}
	whole := sel
	first, last := sel.months(now)
	whole.from, whole.to = first+"-01", last+"-31"
	if exact := len(whole.count(all, now).answers); reply.people["all"] > exact {
		t.Errorf("%s?%s: %d of %d are shown", sel.agency.code, sel.query(), reply.people["all"], exact)
	}
	return reply
}
