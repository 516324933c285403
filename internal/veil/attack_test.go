package veil_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/veil"

	"pgregory.net/rapid"
)

// reply says how often each answer, by its number, is counted in what was
// shown: a vector. Numbers that are not counted are left out.
type reply map[int]int64

// attacker asks for everything at every opportunity and keeps what it is told.
type attacker struct {
	replies map[string]reply // each once
	asked   []query
	looks   int
}

// query is one question and how many answers the reply counted.
type query struct {
	look        int
	first, last calendar.Month
	filter
	n int64
}

type filter struct {
	counter, service string
	channel          response.Channel
	version          int
}

func (f filter) keeps(key tally.Key) bool {
	return (f.counter == "" || key.Counter == f.counter) && (f.service == "" || key.Service == f.service) &&
		(f.channel == "" || key.Channel == f.channel) && (f.version == 0 || key.Form.Version == f.version)
}

// within says whether everything that the query asks for is in what the other
// asks for, then or later.
func (q query) within(other query) bool {
	return q.look <= other.look && other.first <= q.first && q.last <= other.last &&
		(other.counter == "" || other.counter == q.counter) && (other.service == "" || other.service == q.service) &&
		(other.channel == "" || other.channel == q.channel) && (other.version == 0 || other.version == q.version)
}

var (
	counters = []string{"", "q1", "q2", "q3"}
	services = []string{"", "a", "b"}
	channels = []response.Channel{"", "qr", "kiosk"}
	versions = []int{0, 1, 2}
)

// ask asks every filter of every range.
func (a *attacker) ask(t *rapid.T, view *veil.View, h *history) {
	a.looks++
	for first := h.first; first <= h.running; first++ {
		a.note(t, view.Month(first))
		for last := first; last <= h.running; last++ {
			seen := view.Between(first, last)
			for _, counter := range counters {
				for _, service := range services {
					for _, channel := range channels {
						for _, version := range versions {
							f := filter{counter, service, channel, version}
							found := seen.Filter(f.keeps)
							a.note(t, found)
							a.asked = append(a.asked, query{a.looks, first, last, f, found.N()})
						}
					}
				}
			}
		}
	}
}

// note keeps a reply. What it counts must be what its answers add up to.
func (a *attacker) note(t *rapid.T, shown tally.Tally) {
	told := reply{}
	for _, counts := range shown {
		for value, n := range counts.Questions["tag"].Values {
			number, err := strconv.Atoi(value)
			must(t, err)
			told[number] += n
		}
	}
	maps.DeleteFunc(told, func(_ int, n int64) bool { return n == 0 })
	var sum int64
	for _, n := range told {
		sum += n
	}
	if sum != shown.N() {
		t.Fatalf("a reply counts %d answers and holds %d", shown.N(), sum)
	}
	a.replies[told.String()] = told
}

func (r reply) String() string {
	var all []string
	for _, number := range slices.Sorted(maps.Keys(r)) {
		all = append(all, fmt.Sprintf("%d×%d", r[number], number))
	}
	return fmt.Sprint(all)
}

// compare subtracts the counts of a question from those of one that takes it
// in, asked at the same time or later: the difference is 0, or k or more.
func (a *attacker) compare(t *rapid.T) {
	if len(a.asked) == 0 {
		return
	}
	from := rapid.IntRange(0, len(a.asked)-1).Draw(t, "question")
	for at := from; at < len(a.asked); at += 1 + len(a.asked)/50 {
		for _, wide := range a.asked {
			if d := wide.n - a.asked[at].n; a.asked[at].within(wide) && d != 0 && d < k {
				t.Fatalf("%+v and %+v differ by %d", a.asked[at], wide, d)
			}
		}
	}
}

// plus returns the sum of the reply and n times another.
func (r reply) plus(n int64, other reply) reply {
	sum := maps.Clone(r)
	for number, times := range other {
		if sum[number] += n * times; sum[number] == 0 {
			delete(sum, number)
		}
	}
	return sum
}

// attack adds and subtracts what was told: each with each, and some more of
// them together. Whatever does not cancel must be about k answers or more.
func (a *attacker) attack(t *rapid.T) {
	all := slices.Collect(maps.Values(a.replies))
	slices.SortFunc(all, func(x, y reply) int { return len(x) - len(y) })
	refuse := func(about reply, from ...reply) {
		if len(about) > 0 && len(about) < k {
			t.Fatalf("something is told about only %v; it comes from %v", about, from)
		}
	}
	for i, x := range all {
		refuse(x, x)
		for _, y := range all[:i] {
			if len(x)-len(y) < k { // each answer counts once at most, so a larger difference in size is large
				refuse(x.plus(-1, y), x, y)
			}
		}
	}
	if len(all) == 0 {
		return
	}
	one := rapid.SampledFrom(all)
	for range 300 {
		x, y, z := one.Draw(t, "x"), one.Draw(t, "y"), one.Draw(t, "z")
		factor := rapid.SampledFrom([]int64{-2, -1, 1, 2})
		refuse(x.plus(factor.Draw(t, "y times"), y).plus(factor.Draw(t, "z times"), z), x, y, z)
	}
}

// play lets answers come in, be imported into old months and be excluded, and
// months pass, while an attacker looks now and then. With readmit, what was
// excluded may be let in again.
func play(t *rapid.T, readmit bool, look func(h *history)) *history {
	h := &history{first: start, running: start}
	cell := rapid.Custom(func(t *rapid.T) tally.Key {
		key := keyOf(rapid.SampledFrom(counters[1:]).Draw(t, "counter"), rapid.SampledFrom(services).Draw(t, "service"), rapid.SampledFrom(channels[1:]).Draw(t, "channel"))
		key.Form = survey.Ref{ID: "mot-cua", Version: rapid.SampledFrom([]int{1, 1, 1, 2}).Draw(t, "version")}
		return key
	})
	t.Repeat(map[string]func(*rapid.T){
		"answers": func(t *rapid.T) {
			for _, key := range rapid.SliceOfN(cell, 1, 9).Draw(t, "cells") {
				h.add(h.running, key, rapid.IntRange(1, 3).Draw(t, "n"))
			}
		},
		"import": func(t *rapid.T) {
			month := calendar.Month(rapid.IntRange(int(h.first), int(h.running)).Draw(t, "month"))
			h.add(month, cell.Draw(t, "cell"), rapid.IntRange(1, 12).Draw(t, "n"))
		},
		"exclude": func(t *rapid.T) {
			if len(h.answers) == 0 || rapid.IntRange(0, 2).Draw(t, "really") > 0 {
				t.Skip()
			}
			one := &h.answers[rapid.IntRange(0, len(h.answers)-1).Draw(t, "answer")]
			one.removed = !one.removed || !readmit
		},
		"month": func(t *rapid.T) {
			if h.running > start+2 || rapid.Bool().Draw(t, "not yet") {
				t.Skip()
			}
			h.running++
		},
		"look": func(*rapid.T) { look(h) },
	})
	return h
}

// An attacker that asks everything at many moments learns nothing about fewer
// than k answers by adding and subtracting.
func TestAttack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := veil.New(newRecords(), k, isRating)
		a := &attacker{replies: map[string]reply{}}
		look := func(h *history) { a.ask(t, show(t, v, h), h) }
		h := play(t, false, look)
		look(h)
		h.running++
		look(h)
		a.attack(t)
		a.compare(t)
	})
}

// Where answers are excluded and let in again at will, no question that takes
// in another differs from it by fewer than k answers.
func TestAttackOnDecisions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := veil.New(newRecords(), k, isRating)
		a := &attacker{replies: map[string]reply{}}
		h := play(t, true, func(h *history) { a.ask(t, show(t, v, h), h) })
		h.running++
		a.ask(t, show(t, v, h), h)
		a.compare(t)
	})
}

// Nothing is held back but fewer than k answers of each form version, and
// every answer is shown once.
func TestLittleIsHeldBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := veil.New(newRecords(), k, isRating)
		var view *veil.View
		h := play(t, false, func(h *history) { view = show(t, v, h) })
		if slices.ContainsFunc(h.answers, func(a answer) bool { return a.removed }) {
			t.Skip()
		}
		view = show(t, v, h)
		shown, exact := view.Between(h.first, h.running), map[int]int64{}
		for _, a := range h.answers {
			exact[a.key.Form.Version]++
		}
		for _, counts := range shown {
			for _, n := range counts.Questions["tag"].Values {
				if n != 1 {
					t.Fatalf("an answer is shown %d times", n)
				}
			}
		}
		for version, n := range exact {
			of := shown.Filter(func(key tally.Key) bool { return key.Form.Version == version })
			if of.N() > n || n-of.N() >= k {
				t.Fatalf("version %d: %d of %d answers are shown: %s", version, of.N(), n, lines(of))
			}
		}
	})
}
