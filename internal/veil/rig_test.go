package veil_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/veil"
)

type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

// records is a store.Records in memory.
type records struct {
	unused
	mu     sync.Mutex
	kept   map[[2]string]store.Record
	before func(store.Record) // runs before each record is written
	reads  int
}

// unused is what a veil never asks for.
type unused struct{}

func (unused) Records(context.Context, store.Span) ([]store.Record, error) {
	return nil, store.ErrUnavailable
}
func (unused) Kinds(context.Context) ([]string, error) { return nil, store.ErrUnavailable }

func newRecords() *records { return &records{kept: map[[2]string]store.Record{}} }

func (r *records) Record(_ context.Context, kind, key string) (store.Record, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reads++
	found, ok := r.kept[[2]string{kind, key}]
	if !ok {
		return store.Record{}, store.ErrNotFound
	}
	return found, nil
}

func (r *records) PutRecords(_ context.Context, all []store.Record) error {
	for _, one := range all {
		if hook := r.before; hook != nil {
			r.before = nil
			hook(one)
		}
		if err := r.put(one); err != nil {
			return err
		}
	}
	return nil
}

func (r *records) put(one store.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := [2]string{one.Kind, one.Key}
	switch now, there := r.kept[at]; {
	case there && one.Revision == 0:
		return store.ErrExists
	case now.Revision != one.Revision:
		return store.ErrConflict
	}
	one.Revision++
	r.kept[at] = one
	return nil
}

func (r *records) RemoveRecords(_ context.Context, kind string, keys []string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range keys {
		delete(r.kept, [2]string{kind, key})
	}
	return nil
}

// answer is one answer of the tests. Every answer carries its own number as
// the value of a question, so that a sum tells which answers are in it.
type answer struct {
	number  int
	month   calendar.Month
	key     tally.Key
	blank   bool // of the rating question
	removed bool
}

func (a answer) counts() *tally.Counts {
	c := &tally.Counts{N: 1, Questions: map[string]*tally.Question{
		"tag": {Answered: 1, Values: map[string]int64{fmt.Sprint(a.number): 1}},
	}}
	if !a.blank {
		c.Questions["overall"] = &tally.Question{Answered: 1, Values: map[string]int64{fmt.Sprint(1 + a.number%5): 1}}
	}
	return c
}

func isRating(_ survey.Ref, question string) bool { return question == "overall" }

// history is the answers of one agency, as months.
type history struct {
	first   calendar.Month
	running calendar.Month
	answers []answer
}

func (h *history) months() []veil.Month {
	var all []veil.Month
	for m := h.first; m <= h.running; m++ {
		t := tally.New()
		for _, a := range h.answers {
			if a.month == m && !a.removed {
				t.Merge(tally.Tally{a.key: a.counts()})
			}
		}
		all = append(all, veil.Month{Month: m, Tally: t})
	}
	return all
}

// add lets n answers come in.
func (h *history) add(month calendar.Month, key tally.Key, n int) {
	for range n {
		h.answers = append(h.answers, answer{number: len(h.answers), month: month, key: key})
	}
}

var start = calendar.MonthOf(2026, 1)

func keyOf(counter, service string, channel response.Channel) tally.Key {
	return tally.Key{Form: survey.Ref{ID: "mot-cua", Version: 1}, Counter: counter, Service: service, Channel: channel}
}

// lines writes a tally as a person would: the cells, and how many are in each.
func lines(t tally.Tally) string {
	var all []string
	for key, counts := range t {
		if counts.N != 0 {
			all = append(all, fmt.Sprintf("%s/%s/%s %d", key.Counter, key.Service, key.Channel, counts.N))
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}
