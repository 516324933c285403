package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
)

func textsChecks() []check {
	return []check{
		{"TextsFilters", textsFilters},
		{"TextsPages", textsPages},
		{"TextsNeedText", textsNeedText},
	}
}

// spoken returns responses of which half have text, over several days,
// agencies, counters, services and channels.
func spoken() []response.Response {
	var all []response.Response
	for n := range 240 {
		r := sheet(n, on(today-calendar.Day(n%5)), at([]string{"stp", "sgd", "Stp"}[n%3]))
		r.Counter = []string{"q1", "q2"}[n/3%2]
		r.Service = []string{"", "lltp", "ht"}[n/7%3]
		r.Channel = response.Channels[n/11%4]
		if n/2%2 == 0 {
			saying(fmt.Sprintf("Góp ý số %d:\n\"chờ lâu\" 🙂", n))(&r)
		}
		all = append(all, r)
	}
	return all
}

// expected picks from the list what Texts has to return without a limit.
func expected(all []response.Response, q store.Texts) []response.Response {
	fits := func(wanted, found string) bool { return wanted == "" || wanted == found }
	return inTextsOrder(slices.DeleteFunc(slices.Clone(all), func(r response.Response) bool {
		return !r.HasText() || !q.Range.Contains(r.Day) || !fits(q.Agency, r.Agency) || !fits(q.Counter, r.Counter) ||
			!fits(q.Service, r.Service) || !fits(string(q.Channel), string(r.Channel))
	}))
}

// inTextsOrder sorts as Texts does.
func inTextsOrder(rs []response.Response) []response.Response {
	return slices.SortedFunc(slices.Values(rs), func(a, b response.Response) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), slices.Compare(a.ID[:], b.ID[:]))
	})
}

// textsQueries are the filters alone and together, with and without an agency.
func textsQueries() []store.Texts {
	var queries []store.Texts
	for _, agency := range []string{"", "stp", "Stp", "none"} {
		for _, r := range []calendar.Range{always(), {From: today - 3, To: today - 1}, {From: today, To: today - 1}} {
			queries = append(queries,
				store.Texts{Agency: agency, Range: r},
				store.Texts{Agency: agency, Range: r, Counter: "q2"},
				store.Texts{Agency: agency, Range: r, Service: "lltp"},
				store.Texts{Agency: agency, Range: r, Channel: response.Kiosk},
				store.Texts{Agency: agency, Range: r, Counter: "q1", Service: "ht", Channel: response.Paper},
			)
		}
	}
	return queries
}

func textsFilters(t *testing.T, s store.Store) {
	insert(t, s, spoken())
	for _, q := range textsQueries() {
		q.Limit = 1_000
		same(t, fmt.Sprintf("texts %+v", q), texts(t, s, q), expected(spoken(), q))
	}
}

// textsPages turns the pages of every query to the end.
func textsPages(t *testing.T, s store.Store) {
	insert(t, s, spoken())
	for _, q := range textsQueries() {
		for _, q.Limit = range []int{1, 6, 7, 11} {
			same(t, fmt.Sprintf("pages of %+v", q), turnPages(t, s, q), expected(spoken(), q))
		}
	}
	between := store.Texts{Range: always(), Limit: 3, After: &store.TextPosition{Day: today - 1, ID: response.ID{0x80}}}
	var want []response.Response
	for _, r := range expected(spoken(), between) {
		if r.Day < today-1 || r.Day == today-1 && r.ID[0] >= 0x80 {
			want = append(want, r)
		}
	}
	same(t, "after a place that holds no response", texts(t, s, between), want[:3])
}

func turnPages(t *testing.T, s store.Store, q store.Texts) []response.Response {
	t.Helper()
	var all []response.Response
	for range 1_000 {
		page := texts(t, s, q)
		if len(page) > q.Limit {
			t.Fatalf("a page of %d has %d responses", q.Limit, len(page))
		}
		all = append(all, page...)
		if len(page) < q.Limit {
			return all
		}
		last := page[len(page)-1]
		q.After = &store.TextPosition{Day: last.Day, ID: last.ID}
	}
	t.Fatalf("the pages of %+v never end", q)
	return nil
}

// textsNeedText tells free text from values that look like it.
func textsNeedText(t *testing.T, s store.Store) {
	long := strings.Repeat("ổ🙂\n", 1_500)
	batch := []response.Response{
		sheet(0), sheet(1, saying(long)), sheet(2, saying("0")), sheet(3, saying("null")), sheet(4, saying("''")),
		sheet(5, func(r *response.Response) {
			r.Answers = []survey.Answer{{Question: "text", Values: []string{"Text", "t", "x"}}}
		}),
		sheet(6, func(r *response.Response) { r.Answers = nil }),
		sheet(7, func(r *response.Response) {
			r.Answers = []survey.Answer{{Question: "a", Text: "một"}, {Question: "b", Values: []string{"1"}}, {Question: "c", Text: "hai"}}
		}),
		sheet(8, func(r *response.Response) {
			r.Answers = append(r.Answers, survey.Answer{Question: "comment", Values: []string{"none"}}, survey.Answer{Question: "b", Values: []string{"1", "2"}})
		}),
		sheet(9, func(r *response.Response) { r.Answers = []survey.Answer{{Question: "a", Text: "một"}} }),
	}
	insert(t, s, batch)
	q := store.Texts{Range: always(), Limit: 100}
	same(t, "texts", texts(t, s, q), expected(batch, q))
}
