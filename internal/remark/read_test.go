package remark_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/remark"
	"hailong/internal/response"
	"hailong/internal/survey"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	plain  = "Chờ lâu quá"
	signal = "Cán bộ hách dịch, vòi vĩnh phong bì"
)

// What the rated agency reads under each policy, on the day of the comment and
// in the next quarter. Held answers wait as signals do.
func TestPolicies(t *testing.T) {
	next := calendar.Date(2027, 1, 1)
	for _, c := range []struct {
		policy    comment.Policy
		on        calendar.Day
		unchecked string // of plain, with a signal, held
		released  string
		withheld  string
	}{
		{comment.AtOnce, today, "yes no no", "yes yes yes", "no no no"},
		{comment.AtOnce, next, "yes no no", "yes yes yes", "no no no"},
		{comment.AfterCheck, today, "no no no", "yes yes yes", "no no no"},
		{comment.AfterCheck, next, "no no no", "yes yes yes", "no no no"},
		{"", today, "no no no", "yes yes yes", "no no no"},
		{comment.AfterQuarter, today, "no no no", "no no no", "no no no"},
		{comment.AfterQuarter, next, "no no no", "yes yes yes", "no no no"},
	} {
		r := newRig(t, c.policy)
		for i, state := range []comment.Check{comment.Unchecked, comment.Released, comment.Withheld} {
			day := today - calendar.Day(i)
			sheets := []response.Response{said(10*i, "stp", day, plain), said(10*i+1, "stp", day, signal), said(10*i+2, "stp", day, plain)}
			sheets[2].Verdict = response.Verdict{Held: true, Reasons: []string{"burst"}}
			r.insert(t, sheets...)
			if state != comment.Unchecked {
				r.decide(t, state, sheets...)
			}
			r.on = c.on
			got := ""
			for _, one := range sheets {
				page, err := r.Page(t.Context(), remark.Query{Agency: "stp", Range: calendar.Range{From: day, To: day}, Hidden: true}, nil, 9)
				must(t, err)
				at := slices.IndexFunc(page.Remarks, func(r remark.Remark) bool { return r.ID == one.ID })
				got += map[bool]string{true: " yes", false: " no"}[page.Remarks[at].Shown]
			}
			r.on = today
			want := []string{c.unchecked, c.released, c.withheld}[i]
			if got[1:] != want {
				t.Errorf("%s on %s, %s: %s, want %s", c.policy, c.on, state, got[1:], want)
			}
		}
	}
}

// TestPagesHoldEachOnce turns pages of any size: together they hold every
// comment that is asked for once, the latest day first.
func TestPagesHoldEachOnce(t *testing.T) {
	folder, stores := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		stores++
		r := open(t, filepath.Join(folder, fmt.Sprint(stores, ".db")), comment.AtOnce)
		defer r.db.Close()
		var want []string
		for n := range rapid.IntRange(0, 40).Draw(t, "sheets") {
			one := said(n, rapid.SampledFrom([]string{"stp", "syt"}).Draw(t, "agency"), today-calendar.Day(rapid.IntRange(0, 3).Draw(t, "day")), fmt.Sprint("ý ", n))
			one.Counter = rapid.SampledFrom([]string{"q1", "q2"}).Draw(t, "counter")
			r.insert(t, one)
			if one.Agency == "stp" && one.Counter == "q1" {
				want = append(want, one.Answers[1].Text)
			}
		}
		q := remark.Query{Agency: "stp", Range: always, Counter: "q1"}
		size := rapid.IntRange(1, 9).Draw(t, "size")
		for name, pages := range map[string][][]string{"latest first": r.turn(t, q, size), "by month": r.shelves(t, q, size)} {
			got := slices.Concat(pages...)
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
}

// TestHiddenLeavesNoTrace compares what an agency reads with what it would read
// if there were nothing hidden: pages, their ends, hits and counts are the same.
func TestHiddenLeavesNoTrace(t *testing.T) {
	folder, stores := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		stores++
		policy := rapid.SampledFrom([]comment.Policy{comment.AtOnce, comment.AfterCheck}).Draw(t, "policy")
		whole := open(t, filepath.Join(folder, fmt.Sprint(stores, "-whole.db")), policy)
		defer whole.db.Close()
		bare := open(t, filepath.Join(folder, fmt.Sprint(stores, "-bare.db")), policy)
		defer bare.db.Close()
		for n := range rapid.IntRange(1, 40).Draw(t, "sheets") {
			text := rapid.SampledFrom([]string{plain, signal, "Cảm ơn, rất nhanh"}).Draw(t, "text")
			one := said(n, "stp", today-calendar.Day(rapid.IntRange(0, 40).Draw(t, "day")), fmt.Sprint(text, " ", n))
			state := rapid.SampledFrom([]comment.Check{comment.Unchecked, comment.Released, comment.Withheld}).Draw(t, "state")
			books := []*rig{whole, bare}
			if !policy.Shows(one.Day, today, state, text == signal) {
				books = books[:1]
			}
			for _, r := range books {
				r.insert(t, one)
				if state != comment.Unchecked {
					r.decide(t, state, one)
				}
			}
		}
		q := remark.Query{Agency: "stp", Range: always,
			Words: rapid.SampledFrom([]string{"", "cho lau", "hách dịch", "vang mat"}).Draw(t, "words"),
			Topic: rapid.SampledFrom([]comment.TopicID{"", "waiting", "slow"}).Draw(t, "topic")}
		size := rapid.IntRange(1, 9).Draw(t, "size")
		if diff := cmp.Diff(bare.turn(t, q, size), whole.turn(t, q, size)); diff != "" {
			t.Fatalf("pages (-without +with hidden):\n%s", diff)
		}
		if diff := cmp.Diff(shelf(t, bare, q, size), shelf(t, whole, q, size)); diff != "" {
			t.Fatalf("shelf (-without +with hidden):\n%s", diff)
		}
		withState := q
		withState.State, withState.Hidden = comment.Withheld, true
		if diff := cmp.Diff(shelf(t, bare, q, size), shelf(t, whole, withState, size)); diff != "" {
			t.Fatalf("shelf asked for what is withheld (-want +got):\n%s", diff)
		}
	})
}

func shelf(t tester, r *rig, q remark.Query, size int) *remark.Shelf {
	t.Helper()
	found, err := r.Shelf(context.Background(), q, 0, size)
	must(t, err)
	for i := range found.Remarks {
		found.Remarks[i].Check.At = r.now()
	}
	return found
}

func TestSearchAndTopics(t *testing.T) {
	r := newRig(t, comment.AtOnce)
	both := said(3, "stp", today-1, "Hồ sơ trễ hẹn")
	both.Answers = append(both.Answers, survey.Answer{Question: "more", Text: "Cán bộ gợi ý phong bì"})
	r.insert(t, said(1, "stp", today, "Chờ lâu tại quầy"), said(2, "stp", today, "CHO LAU qua"), both, said(4, "syt", today, "Chờ lâu"))
	for name, c := range map[string]struct {
		q    remark.Query
		want int
	}{
		"without marks":   {remark.Query{Words: "cho lau"}, 2},
		"with marks":      {remark.Query{Words: "chờ"}, 1},
		"words apart":     {remark.Query{Words: "quầy chờ"}, 1},
		"second text":     {remark.Query{Words: "goi y", Hidden: true}, 1},
		"hidden":          {remark.Query{Words: "goi y"}, 0},
		"topic":           {remark.Query{Topic: "waiting"}, 2},
		"signal":          {remark.Query{Topic: "bribery", Hidden: true}, 1},
		"waiting":         {remark.Query{Waiting: true, Hidden: true}, 1},
		"state":           {remark.Query{State: comment.Released, Hidden: true}, 0},
		"all":             {remark.Query{Hidden: true}, 3},
		"another counter": {remark.Query{Counter: "q2", Hidden: true}, 0},
	} {
		c.q.Agency, c.q.Range = "stp", always
		page, err := r.Page(t.Context(), c.q, nil, 9)
		must(t, err)
		if len(page.Remarks) != c.want {
			t.Errorf("%s: %q, want %d", name, texts(page.Remarks), c.want)
		}
	}
	counts, cut, err := r.Topics(t.Context(), remark.Query{Agency: "stp", Range: always, Words: "nothing", Topic: "slow", Hidden: true})
	must(t, err)
	if counts["waiting"] != 2 || counts["bribery"] != 1 || cut {
		t.Errorf("counts %v", counts)
	}
	own, _, err := r.Topics(t.Context(), remark.Query{Agency: "stp", Range: always})
	must(t, err)
	if own["bribery"] != 0 || own["waiting"] != 2 {
		t.Errorf("the agency's counts %v", own)
	}
}

// Within a month the order of what an agency reads says nothing of the day.
func TestShelfIsByMonth(t *testing.T) {
	r := newRig(t, comment.AtOnce)
	var ids []response.ID
	for n := range 20 {
		one := said(n, "stp", today-calendar.Day(n), plain)
		r.insert(t, one)
		ids = append(ids, one.ID)
	}
	r.insert(t, said(99, "stp", calendar.Date(2026, 10, 30), "tháng trước"))
	found, err := r.Shelf(t.Context(), remark.Query{Agency: "stp", Range: always}, 0, 50)
	must(t, err)
	slices.SortFunc(ids, func(a, b response.ID) int { return slices.Compare(a[:], b[:]) })
	for i, id := range ids {
		if found.Remarks[i].ID != id {
			t.Fatalf("place %d: %s, want %s", i, found.Remarks[i].ID, id)
		}
	}
	if last := found.Remarks[20]; last.Texts[0] != "tháng trước" || found.Total != 21 {
		t.Errorf("last %+v of %d", last, found.Total)
	}
}

// A search ends after MaxRead comments, says so, and goes on from there.
func TestSearchEndsAndGoesOn(t *testing.T) {
	r := newRig(t, comment.AtOnce)
	batch := make([]response.Response, remark.MaxRead+1)
	for n := range batch {
		batch[n] = said(n, "stp", today-calendar.Day(n/500), "Cảm ơn")
	}
	batch[remark.MaxRead] = said(remark.MaxRead, "stp", today-9, plain)
	r.insert(t, batch...)
	q := remark.Query{Agency: "stp", Range: always, Words: "cho lau"}
	page, err := r.Page(t.Context(), q, nil, 5)
	must(t, err)
	if len(page.Remarks) != 0 || !page.Cut || page.Next == nil {
		t.Fatalf("first %+v", page)
	}
	if page, err = r.Page(t.Context(), q, page.Next, 5); err != nil || len(page.Remarks) != 1 || page.Cut || page.Next != nil {
		t.Errorf("second %+v, %v", page, err)
	}
	found, err := r.Shelf(t.Context(), q, 0, 5)
	must(t, err)
	if found.Total != 0 || !found.Cut {
		t.Errorf("shelf %+v", found)
	}
	queue, err := r.Queue(t.Context(), remark.Query{Agency: "stp", Range: always}, nil, 0, 5)
	must(t, err)
	if queue.Total != remark.MaxRead || queue.Next == nil {
		t.Errorf("queue of %d, next %v", queue.Total, queue.Next)
	}
	if _, cut, err := r.Topics(t.Context(), q); err != nil || !cut {
		t.Errorf("topics: cut %v, %v", cut, err)
	}
}

func TestQueueHasSignalsFirst(t *testing.T) {
	r := newRig(t, comment.AfterCheck)
	held := said(4, "syt", today-2, "giữ")
	held.Verdict.Held = true
	r.insert(t, said(1, "stp", today, "một"), said(2, "syt", today-1, "hai"), said(3, "stp", today-3, signal), held)
	q := remark.Query{Range: always, State: comment.Unchecked}
	for skip, want := range map[int][]string{0: {signal, "giữ"}, 2: {"một", "hai"}, 3: {"hai"}, 4: nil, 9: nil} {
		queue, err := r.Queue(t.Context(), q, nil, skip, 2)
		must(t, err)
		if diff := cmp.Diff(want, texts(queue.Remarks)); diff != "" || queue.Total != 4 || queue.Waiting != 2 || queue.Next != nil {
			t.Errorf("after %d: %d, %d (-want +got):\n%s", skip, queue.Total, queue.Waiting, diff)
		}
	}
	r.decide(t, comment.Released, said(3, "stp", today-3, signal))
	queue, err := r.Queue(t.Context(), q, nil, 0, 9)
	must(t, err)
	if diff := cmp.Diff([]string{"giữ", "một", "hai"}, texts(queue.Remarks)); diff != "" {
		t.Errorf("after a decision (-want +got):\n%s", diff)
	}
}

func TestAStoreThatFails(t *testing.T) {
	r := newRig(t, comment.AtOnce)
	one := said(1, "stp", today, plain)
	r.insert(t, one)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	q := remark.Query{Agency: "stp", Range: always}
	for name, call := range map[string]func() error{
		"Page":     func() error { _, err := r.Page(ended, q, nil, 5); return err },
		"Shelf":    func() error { _, err := r.Shelf(ended, q, 0, 5); return err },
		"Topics":   func() error { _, _, err := r.Topics(ended, q); return err },
		"Queue":    func() error { _, err := r.Queue(ended, q, nil, 0, 5); return err },
		"Released": func() error { _, err := r.Released(ended, "", always); return err },
		"Decide": func() error {
			_, err := r.Decide(ended, "x", comment.Released, "", []remark.Ref{ref(one, 0)})
			return err
		},
	} {
		if err := call(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A shelf is told and filtered by what may be told of a remark; the office's
// page by what it is.
func TestShelfByWhatIsTold(t *testing.T) {
	r := newRig(t, comment.AtOnce)
	for n, counter := range []string{"q1", "q1", "q2"} {
		one := said(n, "stp", today, fmt.Sprint(counter, " ", n))
		one.Counter = counter
		r.insert(t, one)
	}
	var months []calendar.Month
	q := remark.Query{Agency: "stp", Range: always}
	q.Tell = func(m calendar.Month, counter, service string, channel response.Channel) (string, string, response.Channel) {
		months = append(months, m)
		if counter == "q2" {
			return "", service, ""
		}
		return counter, "", channel
	}
	for _, c := range []struct {
		counter, service string
		channel          response.Channel
		want             string
	}{
		{"", "", "", "2 of q1//qr, 1 of /cc/; 3"}, {"q1", "", "", "2 of q1//qr; 2"}, {"q2", "", "", "; 0"},
		{"", "cc", "", "1 of /cc/; 1"}, {"", "", response.QR, "2 of q1//qr; 2"}, {"q1", "cc", "", "; 0"},
	} {
		q.Counter, q.Service, q.Channel = c.counter, c.service, c.channel
		found := shelf(t, r, q, 9)
		told := map[string]int{}
		for _, one := range found.Remarks {
			told[fmt.Sprint(one.Counter, "/", one.Service, "/", one.Channel)]++
		}
		var parts []string
		for _, where := range []string{"q1//qr", "/cc/"} {
			if told[where] > 0 {
				parts = append(parts, fmt.Sprint(told[where], " of ", where))
			}
		}
		if got := fmt.Sprint(strings.Join(parts, ", "), "; ", found.Total); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if slices.ContainsFunc(months, func(m calendar.Month) bool { return m != today.Month() }) {
		t.Errorf("asked about %v", months)
	}
	q.Counter, q.Service, q.Channel, q.Hidden = "q2", "", "", true
	page, err := r.Page(t.Context(), q, nil, 9)
	must(t, err)
	if len(page.Remarks) != 1 || page.Remarks[0].Counter != "q2" || page.Remarks[0].Channel != response.QR {
		t.Errorf("the office reads %+v", page.Remarks)
	}
}
