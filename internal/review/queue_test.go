package review_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/review"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
)

// TestQueue groups by place, day and reasons, oldest first, and filters.
func TestQueue(t *testing.T) {
	r := newRig(t)
	r.add(2, "syt", today, held("burst", "same_device"))
	r.add(3, "stp", today-2, held("same_device"))
	r.add(1, "stp", today-2, held("too_fast"))
	r.add(4, "stp", today-2, response.Verdict{Reasons: []string{"burst"}})
	describe := func(q review.Query) (all []string) {
		q.Range = days(today-10, today)
		queue, err := r.Queue(t.Context(), q)
		must(t, err)
		for _, g := range queue.Groups {
			all = append(all, fmt.Sprintf("%s %s %d %v %s", g.Day, g.Agency, g.N, g.Reasons, g.Stage))
			if back, err := review.ParseRef(g.Ref.String()); err != nil || back != g.Ref {
				t.Errorf("ParseRef(%s) = %v, %v", g.Ref, back, err)
			}
		}
		return all
	}
	all := []string{
		"2026-11-18 stp 3 [same_device] waiting", "2026-11-18 stp 1 [too_fast] waiting", "2026-11-20 syt 2 [burst same_device] waiting",
	}
	for name, c := range map[string]struct {
		query review.Query
		want  []string
	}{
		"all":             {review.Query{}, all},
		"one agency":      {review.Query{Agency: "stp"}, all[:2]},
		"one check":       {review.Query{Reason: "same_device"}, []string{all[0], all[2]}},
		"another stage":   {review.Query{Stage: review.Released}, nil},
		"another counter": {review.Query{Counter: "q2"}, nil},
	} {
		if diff := cmp.Diff(c.want, describe(c.query)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	g := r.groups(review.Waiting)[0]
	if g.Shifts[calendar.Morning] != 3 || g.Channels[response.QR] != 3 || g.Levels["4"]+g.Levels["5"]+g.Levels["1"] != 3 {
		t.Errorf("group %+v", g)
	}
	for _, text := range []string{"", "x", "2026-11-18/stp", "2026-11-18//x", "2026-11-18/stp/", "yesterday/stp/x", "2026-11-18/stp/x/y"} {
		if _, err := review.ParseRef(text); !errors.Is(err, review.ErrRef) {
			t.Errorf("ParseRef(%q): %v", text, err)
		}
	}
}

// TestHoldLater holds earlier answers once, leaves those that are held or
// decided, and hands back those that are not stored.
func TestHoldLater(t *testing.T) {
	r := newRig(t)
	fine := r.add(3, "stp", today, response.Verdict{})
	caught := r.add(1, "stp", today, held("burst"))
	unknown := response.ID{0xaa}
	findings := []quality.Finding{
		{ID: fine[0].ID, Reason: "same_device"}, {ID: fine[0].ID, Reason: "even_pace"}, {ID: caught[0].ID, Reason: "same_device"},
		{ID: unknown, Reason: "same_device"}, {ID: unknown, Reason: "same_device"},
	}
	left, err := r.Hold(t.Context(), findings)
	if err != nil || len(left) != 1 || left[0].ID != unknown {
		t.Errorf("left %v, %v", left, err)
	}
	if got := r.counts("stp", days(today, today)); got != [3]int64{2, 2, 0} {
		t.Errorf("counts %v", got)
	}
	r.decide(an, response.Release, review.Waiting)
	findings = append(findings, quality.Finding{ID: fine[1].ID, Reason: "even_pace"})
	_, err = r.Hold(t.Context(), findings)
	must(t, err)
	if got := r.counts("stp", days(today, today)); got != [3]int64{3, 1, 0} {
		t.Errorf("counts %v after a release: an answer that was released was held again, or a new one was not", got)
	}
	groups := r.groups(review.Waiting)
	if len(groups) != 1 || groups[0].N != 1 || groups[0].Reasons[0] != "even_pace" || groups[0].Last.Act != "" {
		t.Errorf("the queue shows %+v", groups)
	}
}

// TestHolder works off what it is told, tries again what is not stored yet and
// survives a store that is down.
func TestHolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		first := r.add(1, "stp", today, response.Verdict{})
		holder := review.NewHolder(r.Book, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { holder.Run(ctx); close(ended) }()
		var later response.ID
		later[0], later[1], later[2], later[3] = 0x3c, 0x6e, 0xf3, 0x62 // of the second answer below
		holder.Later([]quality.Finding{{ID: first[0].ID, Reason: "burst"}, {ID: later, Reason: "burst"}})
		time.Sleep(3 * time.Second)
		if n := len(r.groups(review.Waiting)); n != 1 {
			t.Errorf("%d groups wait", n)
		}
		second := r.add(1, "stp", today, response.Verdict{})
		if second[0].ID != later {
			t.Fatalf("the second answer is %x", second[0].ID)
		}
		time.Sleep(3 * time.Second)
		if groups := r.groups(review.Waiting); len(groups) != 1 || groups[0].N != 2 {
			t.Errorf("the queue shows %+v", groups)
		}
		third := r.add(1, "stp", today, response.Verdict{})
		holder.Later([]quality.Finding{{ID: third[0].ID, Reason: "burst"}})
		stop()
		<-ended
		if groups := r.groups(review.Waiting); groups[0].N != 3 {
			t.Errorf("what came last was lost: %+v", groups[0])
		}
	})
}

// TestChecks counts with each check what it noted and what became of it.
func TestChecks(t *testing.T) {
	r := newRig(t)
	r.add(4, "stp", today-3, response.Verdict{Reasons: []string{"burst"}})
	r.add(3, "stp", today-3, held("burst", "same_device"))
	r.decide(an, response.Release, review.Waiting)
	r.add(2, "syt", today-2, held("same_device"))
	r.decide(an, response.Propose, review.Waiting)
	r.decide(binh, response.Confirm, review.Proposed)
	fine := r.add(1, "syt", today, response.Verdict{})
	r.add(5, "syt", today, held("burst", "too_fast", "straight_line", "several_flags"))
	noted := r.add(1, "syt", today, response.Verdict{Reasons: []string{"alike_run"}})
	r.add(1, "syt", today, held("alike_run", "one_by_one"))
	_, err := r.Hold(t.Context(), []quality.Finding{{ID: fine[0].ID, Reason: "same_device"}, {ID: noted[0].ID, Reason: "one_by_one"}})
	must(t, err)
	checks, err := r.Checks(t.Context(), days(today-40, today))
	must(t, err)
	want := map[quality.Reason]review.Check{
		"burst":         {Reason: "burst", Flagged: 12},
		"straight_line": {Reason: "straight_line", Flagged: 5},
		"same_device":   {Reason: "same_device", Held: 6, Waiting: 1, Released: 3, Excluded: 2},
		"too_fast":      {Reason: "too_fast", Flagged: 5},
		"alike_run":     {Reason: "alike_run", Flagged: 1, Held: 1, Waiting: 1},
		"one_by_one":    {Reason: "one_by_one", Held: 2, Waiting: 2},
		"several_flags": {Reason: "several_flags", Held: 5, Waiting: 5},
	}
	for _, c := range checks {
		if w, noted := want[c.Reason]; noted && c != w || !noted && c != (review.Check{Reason: c.Reason}) {
			t.Errorf("%+v, want %+v", c, w)
		}
		if c.Reason == "same_device" && c.Overturned() != 0.6 {
			t.Errorf("overturned %v", c.Overturned())
		}
	}
}

// TestInsider finds each kind of sign, and nothing at an ordinary agency.
func TestInsider(t *testing.T) {
	r := newRig(t)
	forms, err := survey.LoadForms(surveys.FS)
	must(t, err)
	methods, err := tally.LoadMethods(surveys.FS, forms)
	must(t, err)
	for day := today - 60; day < today; day++ {
		r.add(5, "syt", day, response.Verdict{})
		if day < today-20 {
			r.add(5, "stp", day, response.Verdict{})
		}
	}
	batch := r.add(40, "sxd", today-30, response.Verdict{})
	for i := range 40 { // all best in the last days
		one := batch[i]
		one.ID[15], one.Day, one.Verdict = 1, today-2, response.Verdict{Reasons: []string{"perfect_run", "outside_hours", "many_counters"}}
		one.Answers = []survey.Answer{{Question: "overall", Values: []string{"5"}}}
		_, err := r.Ledger.Add(t.Context(), []response.Response{one})
		must(t, err)
	}
	must(t, r.Ledger.Seal(t.Context(), nil))
	agency := func(code string) org.Agency {
		return org.Agency{Code: code, Counters: []org.Counter{{Code: "q1", Name: "Quầy 1"}}}
	}
	reports, err := r.Insider(t.Context(), []org.Agency{agency("sxd"), agency("stp"), agency("syt")}, methods.Default(), days(today-60, today))
	must(t, err)
	notable := map[string]map[review.SignKind]bool{}
	for _, report := range review.Sorted(reports) {
		notable[report.Agency] = map[review.SignKind]bool{}
		for _, sign := range report.Signs {
			if sign.Notable {
				notable[report.Agency][sign.Kind] = true
			}
		}
	}
	want := map[string]map[review.SignKind]bool{
		"sxd": {review.Jump: true, review.Runs: true, review.Outside: true, review.Devices: true},
		"stp": {review.Silent: true},
		"syt": {},
	}
	if diff := cmp.Diff(want, notable); diff != "" {
		t.Error(diff)
	}
}
