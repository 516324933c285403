package remark_test

import (
	"context"
	"encoding/json"
	"testing"

	"hailong/internal/comment"
	"hailong/internal/remark"
	"hailong/internal/response"
	"hailong/internal/store"

	"github.com/google/go-cmp/cmp"
)

// judged keeps what reviewers or later answers made of a sheet.
func (r *rig) judged(t tester, one response.Response, state response.State) {
	t.Helper()
	d := response.Decision{Day: one.Day, Agency: one.Agency, ID: one.ID, State: state}
	data, err := json.Marshal(d)
	must(t, err)
	must(t, r.db.PutRecords(context.Background(), []store.Record{{Kind: response.DecisionKind, Key: d.Key(), Data: data}}))
}

// What was decided about a sheet stands over the verdict at its arrival: for the
// agency, for the queue of what waits, and for the office.
func TestStandingOfTheSheet(t *testing.T) {
	for _, c := range []struct {
		name    string
		held    bool
		decided response.State // "": nothing
		text    string
		check   comment.Check
		want    response.State
		shown   bool
		waits   bool
	}{
		{"counted", false, "", plain, comment.Unchecked, response.Released, true, false},
		{"held", true, "", plain, comment.Unchecked, response.Held, false, true},
		{"held because of later ones", false, response.Held, plain, comment.Unchecked, response.Held, false, true},
		{"released by a reviewer", true, response.Released, plain, comment.Unchecked, response.Released, true, false},
		{"released, of bribery", true, response.Released, signal, comment.Unchecked, response.Released, false, true},
		{"excluded", true, response.Excluded, plain, comment.Unchecked, response.Excluded, false, false},
		{"excluded, of bribery", true, response.Excluded, signal, comment.Unchecked, response.Excluded, false, false},
		{"excluded after the office let it be read", false, response.Excluded, plain, comment.Released, response.Excluded, false, false},
	} {
		r := newRig(t, comment.AtOnce)
		one, other := said(1, "stp", today, c.text), said(2, "syt", today, plain)
		one.Verdict.Held = c.held
		r.insert(t, one, other)
		if c.decided != "" {
			r.judged(t, one, c.decided)
		}
		if c.check != comment.Unchecked {
			r.decide(t, c.check, one)
		}
		for _, agency := range []string{"stp", ""} {
			page, err := r.Page(t.Context(), remark.Query{Agency: agency, Range: always, Hidden: true}, nil, 9)
			must(t, err)
			for _, found := range page.Remarks {
				if found.ID == one.ID && (found.Standing != c.want || found.Shown != c.shown || found.Waits() != c.waits) {
					t.Errorf("%s, asked for %q: %s, shown %v, waits %v", c.name, agency, found.Standing, found.Shown, found.Waits())
				}
				if found.ID == other.ID && (found.Standing != response.Released || !found.Shown) {
					t.Errorf("%s, asked for %q: a decision about one is one about another", c.name, agency)
				}
			}
		}
		var want []string
		if c.shown {
			want = []string{c.text}
		}
		if diff := cmp.Diff(want, r.shelves(t, remark.Query{Agency: "stp", Range: always}, 9)[0]); diff != "" {
			t.Errorf("%s, the agency (-want +got):\n%s", c.name, diff)
		}
		queue, err := r.Queue(t.Context(), remark.Query{Agency: "stp", Range: always, Waiting: true}, nil, 0, 9)
		must(t, err)
		if (queue.Total == 1) != c.waits {
			t.Errorf("%s: %d wait", c.name, queue.Total)
		}
	}
}
