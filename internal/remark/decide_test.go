package remark_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/remark"
	"hailong/internal/response"
	"hailong/internal/store"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestDecide(t *testing.T) {
	r := newRig(t, comment.AfterCheck)
	first, second, third := said(1, "stp", today, plain), said(2, "stp", today-1, signal), said(3, "syt", today, plain)
	r.insert(t, first, second, third)
	decide := func(state comment.Check, reason string, refs ...remark.Ref) remark.Outcome {
		t.Helper()
		outcome, err := r.Decide(t.Context(), "van.phong@x.example", state, reason, refs)
		must(t, err)
		return outcome
	}
	for i, step := range []struct{ got, want remark.Outcome }{
		{decide(comment.Released, "", ref(first, 0), ref(third, 0)), remark.Outcome{Done: 2}},
		{decide(comment.Released, "", ref(first, 0), ref(first, 1)), remark.Outcome{Same: 2}},
		{decide(comment.Withheld, "gọi anh Nguyễn Văn Tèo 0912345678", ref(second, 0), ref(second, 0)), remark.Outcome{Done: 1, Same: 1}},
		{decide(comment.Withheld, "có tên", ref(first, 0)), remark.Outcome{Changed: 1}},
		{decide(comment.Withheld, "có tên", ref(first, 7)), remark.Outcome{Changed: 1}},
		{decide(comment.Withheld, "có tên", ref(first, 1)), remark.Outcome{Done: 1}},
		{decide(comment.Released, "", ref(first, 2)), remark.Outcome{Done: 1}},
	} {
		if step.got != step.want {
			t.Errorf("step %d: %+v, want %+v", i, step.got, step.want)
		}
	}
	page, err := r.Page(t.Context(), remark.Query{Range: always, Hidden: true}, nil, 9)
	must(t, err)
	for _, one := range page.Remarks {
		want := remark.Check{State: comment.Released, By: "van.phong@x.example", At: r.now(), Revision: 1}
		switch one.ID {
		case first.ID:
			want.Revision = 3
		case second.ID:
			want.State, want.Reason = comment.Withheld, "gọi anh [tên] [số điện thoại]"
		}
		if diff := cmp.Diff(want, one.Check); diff != "" {
			t.Errorf("%s (-want +got):\n%s", one.ID, diff)
		}
	}
	r.checkTrail(t, first, second, third)
}

// checkTrail holds the audit log against the steps of TestDecide.
func (r *rig) checkTrail(t *testing.T, first, second, third response.Response) {
	t.Helper()
	entries, err := r.trail.Entries(t.Context(), 0, 0)
	must(t, err)
	name := func(one response.Response) string { return one.Day.String() + "/" + one.ID.String() }
	var got []string
	for _, e := range entries {
		got = append(got, fmt.Sprintln(e.By, e.Action, e.Subject, e.Detail))
	}
	want := []string{
		fmt.Sprintln("van.phong@x.example", audit.CommentRelease, "stp", map[string]string{"count": "1", "comments": name(first)}),
		fmt.Sprintln("van.phong@x.example", audit.CommentWithhold, "stp", map[string]string{"count": "1", "comments": name(first), "reason": "có tên"}),
		fmt.Sprintln("van.phong@x.example", audit.CommentWithhold, "stp", map[string]string{"count": "1", "comments": name(second), "reason": "gọi anh [tên] [số điện thoại]"}),
		fmt.Sprintln("van.phong@x.example", audit.CommentRelease, "syt", map[string]string{"count": "1", "comments": name(third)}),
		fmt.Sprintln("van.phong@x.example", audit.CommentRelease, "stp", map[string]string{"count": "1", "comments": name(first)}),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("audit log (-want +got):\n%s", diff)
	}
}

func TestDecideRefuses(t *testing.T) {
	r := newRig(t, comment.AfterCheck)
	one := said(1, "stp", today, plain)
	silent := said(2, "stp", today, "")
	r.insert(t, one, silent)
	right := ref(one, 0)
	moved := func(change func(*remark.Ref)) []remark.Ref {
		wrong := right
		change(&wrong)
		return []remark.Ref{right, wrong}
	}
	for name, c := range map[string]struct {
		state  comment.Check
		reason string
		refs   []remark.Ref
		want   error
	}{
		"no state":         {"", "", []remark.Ref{right}, remark.ErrDecision},
		"back to the heap": {comment.Unchecked, "", []remark.Ref{right}, remark.ErrDecision},
		"no reason":        {comment.Withheld, " \t", []remark.Ref{right}, remark.ErrReason},
		"a long reason":    {comment.Released, strings.Repeat("ấ", 301), []remark.Ref{right}, remark.ErrReason},
		"too many":         {comment.Released, "", make([]remark.Ref, remark.MaxDecided+1), remark.ErrMany},
		"another agency":   {comment.Released, "", moved(func(r *remark.Ref) { r.Agency = "syt" }), store.ErrNotFound},
		"no agency":        {comment.Released, "", moved(func(r *remark.Ref) { r.Agency = "" }), store.ErrNotFound},
		"another day":      {comment.Released, "", moved(func(r *remark.Ref) { r.Day-- }), store.ErrNotFound},
		"another id":       {comment.Released, "", moved(func(r *remark.Ref) { r.ID[15]++ }), store.ErrNotFound},
		"the first id":     {comment.Released, "", moved(func(r *remark.Ref) { r.ID = response.ID{} }), store.ErrNotFound},
		"no comment on it": {comment.Released, "", []remark.Ref{ref(silent, 0)}, store.ErrNotFound},
	} {
		if _, err := r.Decide(t.Context(), "x", c.state, c.reason, c.refs); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	kinds, err := r.db.Kinds(t.Context())
	must(t, err)
	if len(kinds) != 0 {
		t.Errorf("something was decided: %v", kinds)
	}
}

// TestEachIDIsFound decides about the ids at the borders of a byte.
func TestEachIDIsFound(t *testing.T) {
	r := newRig(t, comment.AfterCheck)
	for n, id := range []response.ID{{}, {15: 1}, {14: 1}, {0: 1}, {0: 0xff, 15: 0xff}} {
		one := said(n, "stp", today, plain)
		one.ID = id
		r.insert(t, one)
		r.decide(t, comment.Released, one)
	}
}

func TestReleased(t *testing.T) {
	r := newRig(t, comment.AfterCheck)
	var batch []response.Response
	want := map[response.ID]bool{}
	for n := range 450 { // more than are read at once
		one := said(n, []string{"stp", "st", "syt"}[n%3], today-calendar.Day(n%7), plain)
		batch = append(batch, one)
		if n%3 == 0 && n%7 < 5 {
			want[one.ID] = true
		}
	}
	outside, kept := said(900, "stp", today-1, plain), said(901, "stp", today-1, plain)
	r.insert(t, append(batch, outside, kept)...)
	for n := range batch {
		r.decide(t, comment.Released, batch[n])
	}
	r.decide(t, comment.Withheld, kept)
	days := calendar.Range{From: today - 4, To: today}
	got, err := r.Released(t.Context(), "stp", days)
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("of stp (-want +got):\n%s", diff)
	}
	all, err := r.Released(t.Context(), "", calendar.Range{From: today - 9, To: today})
	must(t, err)
	if len(all) != len(batch) {
		t.Errorf("%d of all, want %d", len(all), len(batch))
	}
	r.Policy = comment.AfterQuarter
	if got, err = r.Released(t.Context(), "stp", days); err != nil || len(got) != 0 {
		t.Errorf("before the quarter is over: %d, %v", len(got), err)
	}
	r.on = calendar.Date(2027, 1, 1)
	if got, err = r.Released(t.Context(), "stp", days); err != nil || len(got) != len(want) {
		t.Errorf("after the quarter: %d, %v", len(got), err)
	}
}

func TestRefs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := remark.Ref{Day: calendar.Day(rapid.IntRange(0, 40000).Draw(t, "day")), Agency: rapid.StringMatching(`[a-z0-9-]{1,9}`).Draw(t, "agency"),
			ID: response.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id")), Revision: int64(rapid.IntRange(0, 99).Draw(t, "revision"))}
		if got, err := remark.ParseRef(want.String()); err != nil || got != want {
			t.Fatalf("%s: %v, %v", want, got, err)
		}
	})
	right := ref(said(1, "stp", today, plain), 0).String()
	for _, wrong := range []string{"", "/", "///", right + "/", right + "0/1", right[1:], strings.ToUpper(right), strings.Replace(right, "/0", "/-1", 1),
		strings.Replace(right, "/0", "/+0", 1), strings.Replace(right, "2026-11-22", "2026-11-31", 1), strings.Replace(right, "/stp/", "/stp/ff", 1)} {
		if got, err := remark.ParseRef(wrong); !errors.Is(err, remark.ErrRef) {
			t.Errorf("%q: %v, %v", wrong, got, err)
		}
	}
}
