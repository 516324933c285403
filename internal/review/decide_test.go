package review_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/review"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/sqlite"
	"hailong/internal/store/storetest/engine"

	"github.com/google/go-cmp/cmp"
)

// TestLifeOfAnExclusion takes held answers of a sealed day and of today through
// all stages and back.
func TestLifeOfAnExclusion(t *testing.T) {
	for name, day := range map[string]calendar.Day{"sealed day": today - 40, "open day": today} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.add(5, "stp", day, response.Verdict{})
			r.add(3, "stp", day, held("burst", "same_device"))
			must(t, r.Ledger.Seal(t.Context(), nil))
			d := days(day, day)
			check := func(what string, want [3]int64) {
				t.Helper()
				if got := r.counts("stp", d); got != want {
					t.Errorf("%s: counted, held, excluded %v, want %v", what, got, want)
				}
			}
			check("at first", [3]int64{5, 3, 0})
			r.decide(an, response.Propose, review.Waiting)
			check("proposed", [3]int64{5, 3, 0})
			if outcome := r.decide(binh, response.Confirm, review.Proposed); outcome != (review.Outcome{Done: 3}) {
				t.Errorf("confirmed: %+v", outcome)
			}
			check("confirmed", [3]int64{5, 0, 3})
			r.decide(an, response.TakeBack, review.Excluded)
			check("taken back", [3]int64{5, 3, 0})
			r.decide(binh, response.Release, review.Waiting)
			check("released", [3]int64{8, 0, 0})
			r.decide(an, response.TakeBack, review.Released)
			check("taken back again", [3]int64{5, 3, 0})
			if n := len(r.trail()); n != 5 {
				t.Errorf("%d entries in the audit log, want 5", n)
			}
			if n, err := r.Audit.Verify(t.Context()); n != 5 || err != nil {
				t.Errorf("audit log: %d, %v", n, err)
			}
		})
	}
}

// TestTwoPeople lets nobody exclude alone.
func TestTwoPeople(t *testing.T) {
	r := newRig(t)
	r.add(2, "stp", today-1, held("too_fast"))
	r.decide(an, response.Propose, review.Waiting)
	_, err := r.Decide(t.Context(), an, response.Confirm, "chắc chắn", r.refs(review.Proposed))
	if !errors.Is(err, review.ErrSamePerson) {
		t.Errorf("confirmed by who proposed: %v", err)
	}
	if got := r.counts("stp", days(today-1, today-1)); got != [3]int64{0, 2, 0} {
		t.Errorf("counts %v", got)
	}
	r.decide(an, response.TakeBack, review.Proposed)
	if n := len(r.groups(review.Waiting)); n != 1 {
		t.Errorf("%d groups wait after the proposal was taken back", n)
	}
}

// TestRefused lists what is not decided, and that nothing is written then.
func TestRefused(t *testing.T) {
	r := newRig(t)
	r.add(1, "stp", today-1, held("too_fast"))
	r.add(1, "syt", frozenMonth.First(), held("too_fast"))
	refs := r.refs(review.Waiting)
	open, frozen := refs[1:], refs[:1]
	if open[0].Agency != "stp" {
		t.Fatalf("groups %v", refs)
	}
	for name, c := range map[string]struct {
		who    auth.User
		act    response.Act
		reason string
		refs   []review.Ref
		want   error
	}{
		"no reason":      {an, response.Release, "  ", open, review.ErrReason},
		"a long reason":  {an, response.Release, strings.Repeat("ạ", 301), open, review.ErrReason},
		"no such act":    {an, "delete", "x", open, review.ErrAct},
		"hold":           {an, response.Hold, "x", open, review.ErrAct},
		"confirm first":  {an, response.Confirm, "x", open, review.ErrAct},
		"take back none": {an, response.TakeBack, "x", open, review.ErrAct},
		"own agency":     {stp, response.Release, "x", open, review.ErrOwnAgency},
		"office":         {auth.User{Email: "o@x", Role: auth.Office}, response.Release, "x", open, review.ErrForbidden},
		"auditor":        {auth.User{Email: "o@x", Role: auth.Auditor}, response.Release, "x", open, review.ErrForbidden},
		"leader":         {auth.User{Email: "o@x", Role: auth.Leader, Agency: "stp"}, response.Release, "x", open, review.ErrForbidden},
		"clerk":          {auth.User{Email: "o@x", Role: auth.Clerk, Agency: "syt"}, response.Release, "x", open, review.ErrForbidden},
		"admin":          {auth.User{Email: "o@x", Role: auth.Admin}, response.Release, "x", open, review.ErrForbidden},
		"too many":       {an, response.Release, "x", make([]review.Ref, review.MaxGroups+1), review.ErrMany},
	} {
		if _, err := r.Decide(t.Context(), c.who, c.act, c.reason, c.refs); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	var closed *review.FrozenError
	if _, err := r.Decide(t.Context(), an, response.Release, "x", frozen); !errors.As(err, &closed) || closed.Period != "2026-08" {
		t.Errorf("a frozen day: %v", err)
	}
	if _, err := r.Decide(t.Context(), an, response.Release, "x", refs); !errors.As(err, &closed) {
		t.Errorf("a frozen day beside another: %v", err)
	}
	if n := len(r.groups(review.Waiting)); n != 2 || len(r.trail()) != 0 {
		t.Errorf("%d groups wait, %d audit entries", n, len(r.trail()))
	}
	if _, err := r.Decide(t.Context(), stp, response.Release, "x", nil); err != nil {
		t.Errorf("nothing: %v", err)
	}
}

// TestStaleRef leaves a group alone that is not what was seen any more.
func TestStaleRef(t *testing.T) {
	r := newRig(t)
	r.add(2, "stp", today-1, held("too_fast"))
	seen := r.refs(review.Waiting)
	r.add(1, "stp", today-1, held("too_fast"))
	outcome, err := r.Decide(t.Context(), an, response.Release, "x", seen)
	if err != nil || outcome != (review.Outcome{Changed: 1}) {
		t.Errorf("a group that grew: %+v, %v", outcome, err)
	}
	seen = r.refs(review.Waiting)
	r.decide(an, response.Propose, review.Waiting)
	r.decide(an, response.TakeBack, review.Proposed)
	outcome, err = r.Decide(t.Context(), binh, response.Release, "x", seen)
	if err != nil || outcome != (review.Outcome{Changed: 1}) {
		t.Errorf("a group about which somebody decided and took it back: %+v, %v", outcome, err)
	}
	other, err := review.ParseRef((today - 1).String() + "/syt/" + strings.Split(seen[0].String(), "/")[2])
	must(t, err)
	if outcome, err := r.Decide(t.Context(), an, response.Release, "x", []review.Ref{other}); err != nil || outcome.Done != 0 {
		t.Errorf("the digest of another agency's group: %+v, %v", outcome, err)
	}
}

// TestRace has reviewers decide about the same groups at the same moment, one of
// them twice over: each answer gets the decision of one call. What a call says
// and what the audit log says is what that call has changed.
func TestRace(t *testing.T) {
	stores := map[string]func(*testing.T) (store.Store, error){
		"sqlite": func(t *testing.T) (store.Store, error) {
			return sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hailong.db"))
		},
		"mongodb": func(t *testing.T) (store.Store, error) { return mongo.Open(t.Context(), engine.MongoDB(t)) },
	}
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			db, err := open(t)
			must(t, err)
			r := newRigOn(t, db)
			for day := range calendar.Day(2) {
				for _, check := range []string{"burst", "too_fast", "one_by_one", "even_pace"} {
					r.add(4, "stp", today-day, held(check))
				}
			}
			must(t, r.Ledger.Seal(t.Context(), nil))
			for range 12 {
				r.now = r.now.Add(time.Second)
				r.race()
				for _, stage := range []review.Stage{review.Released, review.Proposed} {
					r.decide(dung, response.TakeBack, stage)
				}
			}
		})
	}
}

// race has three calls, of two processes, decide about all that waits: 8 groups
// of 4 answers.
func (r *rig) race() {
	r.t.Helper()
	other := review.New(r.Options)
	refs, n := r.refs(review.Waiting), 0
	for _, g := range r.groups(review.Waiting) {
		n += g.N
	}
	_, before := r.acts()
	calls := []struct {
		book *review.Book
		who  auth.User
		act  response.Act
	}{{r.Book, an, response.Release}, {r.Book, an, response.Release}, {other, binh, response.Propose}}
	outcomes := make([]review.Outcome, len(calls))
	var all sync.WaitGroup
	for i, c := range calls {
		all.Go(func() {
			var err error
			if outcomes[i], err = c.book.Decide(context.Background(), c.who, c.act, "x", refs); err != nil {
				r.t.Errorf("%s: %v", c.who.Email, err)
			}
		})
	}
	all.Wait()
	audited, stored := r.acts()
	if diff := cmp.Diff(stored, audited); diff != "" {
		r.t.Errorf("decisions stored, and what the audit log tells:\n%s", diff)
	}
	done := map[response.Act]int{}
	for act, n := range stored {
		done[response.Act(act.act)] += n - before[act]
	}
	told, lost := outcomes[0].Done+outcomes[1].Done, 0
	for _, o := range outcomes {
		lost += o.Changed
	}
	if told != done[response.Release] || outcomes[2].Done != done[response.Propose] || told+outcomes[2].Done != n || lost < 2*len(refs) {
		r.t.Errorf("told %+v; done were %v of %d answers in %d groups", outcomes, done, n, len(refs))
	}
	if got := r.counts("stp", days(today-10, today)); got != [3]int64{int64(told), int64(n - told), 0} {
		r.t.Errorf("counts %v, released %d of %d", got, told, n)
	}
}

// TestDecisionKeeps every step with who, when and why.
func TestDecisionKeeps(t *testing.T) {
	r := newRig(t)
	r.add(1, "stp", today-1, held("too_fast"))
	r.decide(an, response.Propose, review.Waiting)
	r.decide(binh, response.Confirm, review.Proposed)
	decisions, err := r.Ledger.Decisions(t.Context(), "stp", days(today-1, today-1))
	must(t, err)
	want := []response.Step{
		{Act: response.Propose, By: an.Email, At: r.now.UTC(), Reason: "đã xem"},
		{Act: response.Confirm, By: binh.Email, At: r.now.UTC().Add(time.Millisecond), Reason: "đã xem"}, // no two at once
	}
	if diff := cmp.Diff(want, decisions[0].Steps); diff != "" || decisions[0].State != response.Excluded {
		t.Errorf("%s: %s", decisions[0].State, diff)
	}
}

// A period that is closed between the look and the decision is named, too.
func TestClosedMeanwhile(t *testing.T) {
	r := newRig(t)
	r.add(2, "stp", today-1, held("too_fast"))
	refs := r.refs(review.Waiting)
	looks := 0
	r.Frozen = func(context.Context) (func(string, calendar.Day) (string, bool), error) {
		looks++
		closed := looks > 1
		return func(string, calendar.Day) (string, bool) { return "2026-09", closed }, nil
	}
	r.Ledger.GuardWith(r.Frozen)
	var closed *review.FrozenError
	if _, err := r.Decide(t.Context(), an, response.Release, "x", refs); !errors.As(err, &closed) || closed.Period != "2026-09" {
		t.Errorf("decided: %v", err)
	}
}
