package period_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/ledger"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/sheet"
	"hailong/internal/store"
	"hailong/internal/trial"

	"github.com/google/go-cmp/cmp"
)

func TestLifeOfAPeriod(t *testing.T) {
	r := newRig(t)
	r.quarter()
	ctx := t.Context()
	live := r.scoreOf("2026-Q3", "stp")
	if live.N != 50 || live.Index == nil || *live.Index != 80 {
		t.Fatalf("living score %+v", live)
	}
	_, err := r.Close(ctx, "2026-Q3", office)
	must(t, err)
	if diff := cmp.Diff(live, r.scoreOf("2026-Q3", "stp")); diff != "" {
		t.Errorf("closing changed the score: %s", diff)
	}
	signed, err := r.Seal(ctx, "2026-Q3", office)
	must(t, err)
	if signed.Sequence != 1 || signed.Previous != "" || signed.Revision != 1 || signed.Sealed.By != office.By {
		t.Errorf("sheet %d after %q, revision %d, by %s", signed.Sequence, signed.Previous, signed.Revision, signed.Sealed.By)
	}
	if diff := cmp.Diff(live, r.scoreOf("2026-Q3", "stp")); diff != "" {
		t.Errorf("sealing changed the score: %s", diff)
	}
	_, err = r.Publish(ctx, "2026-Q3", office)
	must(t, err)
	exported, err := r.Export(ctx, "2026-Q3", 0)
	must(t, err)
	if _, err := sheet.Open(exported.Bytes); err != nil {
		t.Errorf("the exported sheet: %v", err)
	}
	if strings.Contains(string(exported.Bytes), "7K3M9QXA") {
		t.Error("the sheet gives away a counter's link")
	}
	next, err := r.Close(ctx, "2026-07", office)
	must(t, err)
	second, err := r.Seal(ctx, next.ID, office)
	must(t, err)
	if second.Previous != signed.Hash || second.Sequence != 2 {
		t.Errorf("the second sheet is %d and follows %s", second.Sequence, second.Previous)
	}
	clean(t, r, 2)
}

// clean demands a chain of that many sheets without a fault.
func clean(t *testing.T, r *rig, sheets int) {
	t.Helper()
	v, err := r.Verify(t.Context())
	must(t, err)
	if len(v.Faults) > 0 || v.Sheets != sheets {
		t.Errorf("%d sheets, faults %q", v.Sheets, v.Faults)
	}
	if _, err := r.options.Audit.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestStepsThatAreRefused(t *testing.T) {
	r := newRig(t)
	r.quarter()
	ctx := t.Context()
	refused := func(what string, want error, do func() error) {
		t.Helper()
		if err := do(); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	step := func(do func() (*period.Period, error)) func() error {
		return func() error { _, err := do(); return err }
	}
	seal := func(id string) func() error {
		return func() error { _, err := r.Seal(ctx, id, office); return err }
	}
	refused("close what has not ended", period.ErrNotEnded, step(func() (*period.Period, error) { return r.Close(ctx, "2026-Q4", office) }))
	refused("close the running year", period.ErrNotEnded, step(func() (*period.Period, error) { return r.Close(ctx, "2026", office) }))
	refused("close nonsense", rating.ErrPeriod, step(func() (*period.Period, error) { return r.Close(ctx, "2026-Q5", office) }))
	refused("seal what is open", period.ErrState, seal("2026-Q3"))
	refused("publish what is open", period.ErrState, step(func() (*period.Period, error) { return r.Publish(ctx, "2026-Q3", office) }))
	refused("export what is not sealed", period.ErrNoSheet, func() error { _, err := r.Export(ctx, "2026-Q3", 0); return err })
	_, err := r.Close(ctx, "2026-Q3", office)
	must(t, err)
	refused("close twice", period.ErrState, step(func() (*period.Period, error) { return r.Close(ctx, "2026-Q3", office) }))
	refused("reopen without a reason", period.ErrWhy, step(func() (*period.Period, error) { return r.Reopen(ctx, "2026-Q3", office) }))
	must(t, seal("2026-Q3")())
	refused("seal twice", period.ErrState, seal("2026-Q3"))
	refused("reopen what is sealed", period.ErrState, step(func() (*period.Period, error) { return r.Reopen(ctx, "2026-Q3", because("sai")) }))
	refused("correct without a reason", period.ErrWhy, step(func() (*period.Period, error) { return r.Correct(ctx, "2026-Q3", office) }))
	refused("export a revision that is not there", period.ErrNoSheet, func() error { _, err := r.Export(ctx, "2026-Q3", 2); return err })
	clean(t, r, 1)
}

// TestRightAfterThePeriod waits for answers that may still be under way.
func TestRightAfterThePeriod(t *testing.T) {
	r := newRig(t)
	r.quarter()
	r.now = calendar.Date(2026, 10, 1).Midnight(trial.Vietnam).Add(time.Minute)
	if _, err := r.Close(t.Context(), "2026-Q3", office); !errors.Is(err, period.ErrNotEnded) {
		t.Fatalf("closed a minute after midnight: %v", err)
	}
	r.now = r.now.Add(ledger.Grace)
	_, err := r.Close(t.Context(), "2026-Q3", office)
	must(t, err)
}

func TestCorrection(t *testing.T) {
	r := newRig(t)
	r.quarter()
	ctx := t.Context()
	_, err := r.Close(ctx, "2026-Q3", office)
	must(t, err)
	first, err := r.Seal(ctx, "2026-Q3", office)
	must(t, err)
	day := calendar.Date(2026, 9, 1)
	if by, frozen := frozenOn(t, r, day); !frozen || by != "2026-Q3" {
		t.Errorf("%s is frozen by %q: %v", day, by, frozen)
	}
	_, err = r.Correct(ctx, "2026-Q3", because("thiếu 10 phiếu giấy"))
	must(t, err)
	if _, frozen := frozenOn(t, r, day); frozen {
		t.Error("a period under correction freezes its days")
	}
	r.trial.Answer(10, "stp", "q1", day, 5)
	if got := r.scoreOf("2026-Q3", "stp"); got.N != 50 {
		t.Errorf("while the correction is under way n is %d", got.N)
	}
	_, err = r.Close(ctx, "2026-Q3", office)
	must(t, err)
	second, err := r.Seal(ctx, "2026-Q3", office)
	must(t, err)
	if second.Revision != 2 || second.Previous != first.Hash {
		t.Errorf("revision %d after %s", second.Revision, second.Previous)
	}
	if got := r.scoreOf("2026-Q3", "stp"); got.N != 60 || *got.Index != 83.33 {
		t.Errorf("after the correction: %+v", got)
	}
	var told []string
	for _, d := range second.Difference {
		if d.Agency == "stp" && d.Method == "hai-long-chung" {
			told = append(told, d.Figure)
		}
	}
	if diff := cmp.Diff([]string{"n", "received", "numerator", "denominator", "index"}, told); diff != "" {
		t.Errorf("figures that differ: %s", diff)
	}
	old, err := r.Export(ctx, "2026-Q3", 1)
	must(t, err)
	if string(old.Bytes) != string(first.Bytes) {
		t.Error("the first revision was rewritten")
	}
	clean(t, r, 2)
}

// TestPublishedStays keeps showing what was published until a correction is
// published, too.
func TestPublishedStays(t *testing.T) {
	r := newRig(t)
	r.quarter()
	ctx := t.Context()
	shown := func() int64 {
		t.Helper()
		p, err := r.Period(ctx, "2026-Q3")
		must(t, err)
		scores, _, err := r.ShownScores(ctx, p)
		must(t, err)
		return scores.Scores[0].N
	}
	publish := func() {
		t.Helper()
		_, err := r.Publish(ctx, "2026-Q3", office)
		must(t, err)
	}
	seal := func() {
		t.Helper()
		_, err := r.Close(ctx, "2026-Q3", office)
		must(t, err)
		_, err = r.Seal(ctx, "2026-Q3", office)
		must(t, err)
	}
	p, err := r.Period(ctx, "2026-Q3")
	must(t, err)
	if _, _, err := r.ShownScores(ctx, p); !errors.Is(err, period.ErrNoSheet) {
		t.Errorf("shown before it was published: %v", err)
	}
	seal()
	publish()
	_, err = r.Correct(ctx, "2026-Q3", because("thiếu phiếu"))
	must(t, err)
	r.trial.Answer(10, "stp", "q1", calendar.Date(2026, 9, 1), 5)
	seal()
	if n := shown(); n != 50 {
		t.Errorf("before the correction is published n is %d", n)
	}
	publish()
	if n := shown(); n != 60 {
		t.Errorf("after that n is %d", n)
	}
}

func frozenOn(t *testing.T, r *rig, day calendar.Day) (string, bool) {
	t.Helper()
	guard, err := r.Frozen(t.Context())
	must(t, err)
	return guard("stp", day)
}

// TestCountsThatMovedAreNotSealed changes an answer's day between closing and
// sealing, as an import that began before the closing could.
func TestCountsThatMovedAreNotSealed(t *testing.T) {
	r := newRig(t)
	r.quarter()
	_, err := r.Close(t.Context(), "2026-Q3", office)
	must(t, err)
	r.trial.Answer(1, "stp", "q1", calendar.Date(2026, 9, 1), 5)
	if _, err := r.Seal(t.Context(), "2026-Q3", office); !errors.Is(err, period.ErrChanged) {
		t.Fatalf("sealed counts that moved: %v", err)
	}
	_, err = r.Reopen(t.Context(), "2026-Q3", because("thêm phiếu"))
	must(t, err)
	_, err = r.Close(t.Context(), "2026-Q3", office)
	must(t, err)
	signed, err := r.Seal(t.Context(), "2026-Q3", office)
	must(t, err)
	if signed.Revision != 1 || r.scoreOf("2026-Q3", "stp").N != 51 {
		t.Errorf("revision %d, n %d", signed.Revision, r.scoreOf("2026-Q3", "stp").N)
	}
	clean(t, r, 1)
}

// TestVerifyFindsTampering changes the store behind the program's back.
func TestVerifyFindsTampering(t *testing.T) {
	for name, c := range map[string]struct {
		tamper func(t *testing.T, r *rig)
		want   string
	}{
		"an answer is added": {func(t *testing.T, r *rig) {
			r.trial.Answer(1, "stp", "q1", calendar.Date(2026, 9, 1), 1)
		}, "no longer those that were counted (50 then, 51 now)"},
		"a digit of a sheet is changed": {func(t *testing.T, r *rig) {
			change(t, r, "sheet", func(s string) string { return strings.Replace(s, `"n":50`, `"n":51`, 1) })
		}, "does not have the hash"},
		"a sheet is taken away": {func(t *testing.T, r *rig) {
			must(t, r.trial.Store.RemoveRecords(t.Context(), "sheet", []string{"000000000001"}))
		}, "the sheet it names is not in the chain"},
		"the office's keys are taken away": {func(t *testing.T, r *rig) {
			signers, err := r.Signers(t.Context())
			must(t, err)
			must(t, r.trial.Store.RemoveRecords(t.Context(), "signer", []string{sheet.Fingerprint(signers[0].Key)}))
		}, "a key that is not the office's"},
		"the period is taken away": {func(t *testing.T, r *rig) {
			must(t, r.trial.Store.RemoveRecords(t.Context(), "period", []string{"2026-Q3"}))
		}, "its period does not know that it was sealed"},
		"the last sheet is cut off with its period": {func(t *testing.T, r *rig) {
			must(t, r.trial.Store.RemoveRecords(t.Context(), "period", []string{"2026-Q3"}))
			must(t, r.trial.Store.RemoveRecords(t.Context(), "sheet", []string{"000000000001"}))
		}, "revision 1 was sealed on"},
		"the last entry of the audit trail is cut off": {func(t *testing.T, r *rig) {
			cutTrail(t, r, 1)
		}, "the audit trail lacks 1 of its steps (period.seal of revision 1)"},
		"the audit trail is cut off": {func(t *testing.T, r *rig) {
			cutTrail(t, r, 2)
		}, "sheet 1 (2026-Q3 revision 1): the audit trail ends before the entry that the sheet signed"},
		"an entry of the audit trail is changed": {func(t *testing.T, r *rig) {
			change(t, r, "audit", func(s string) string { return strings.Replace(s, office.By, "nobody@khoi.example", 1) })
		}, "the audit trail lacks 1 of its steps (period.close of revision 1)"},
		"a number of dossiers is changed": {func(t *testing.T, r *rig) {
			change(t, r, "served", func(s string) string { return strings.Replace(s, "400", "4000", 1) })
		}, "the dossiers returned are no longer those that were reported"},
		"the period names another sheet": {func(t *testing.T, r *rig) {
			change(t, r, "period", func(s string) string { return strings.Replace(s, `"sheet":1`, `"sheet":7`, 1) })
		}, "the sheet it names is not in the chain"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.quarter()
			rules := coverage.Rules{Register: r.trial.Register, Today: r.trial.Ledger.Today()}
			_, err := r.trial.Coverage.Put(t.Context(), rules, []rating.Served{{Agency: "stp", Day: calendar.Date(2026, 7, 6), Count: 400}})
			must(t, err)
			_, err = r.Close(t.Context(), "2026-Q3", office)
			must(t, err)
			_, err = r.Seal(t.Context(), "2026-Q3", office)
			must(t, err)
			clean(t, r, 1)
			c.tamper(t, r)
			v, err := r.Verify(t.Context())
			must(t, err)
			if !strings.Contains(strings.Join(v.Faults, "\n"), c.want) {
				t.Errorf("faults %q do not say %q", v.Faults, c.want)
			}
		})
	}
}

// cutTrail takes away the last entries of the audit trail.
func cutTrail(t *testing.T, r *rig, n int) {
	t.Helper()
	records, err := r.trial.Store.Records(t.Context(), store.Span{Kind: "audit", Last: true, Limit: n})
	must(t, err)
	for _, record := range records {
		must(t, r.trial.Store.RemoveRecords(t.Context(), "audit", []string{record.Key}))
	}
}

func change(t *testing.T, r *rig, kind string, how func(string) string) {
	t.Helper()
	records, err := r.trial.Store.Records(t.Context(), store.Span{Kind: kind})
	must(t, err)
	before := string(records[0].Data)
	records[0].Data = []byte(how(before))
	if before == string(records[0].Data) {
		t.Fatal("nothing was changed")
	}
	must(t, r.trial.Store.PutRecords(t.Context(), records[:1]))
}

func TestChecklist(t *testing.T) {
	r := newRig(t)
	r.quarter()
	p, err := r.Period(t.Context(), "2026-Q3")
	must(t, err)
	list, err := r.Checklist(t.Context(), p)
	must(t, err)
	if list.Ended {
		t.Error("nothing is settled yet")
	}
	if len(list.Unserved) != 2 || len(list.Silent) != 0 || len(list.TooFew) != 0 || list.Responses != 85 {
		t.Errorf("checklist %+v", list)
	}
	p, err = r.Period(t.Context(), "2026-10")
	must(t, err)
	list, err = r.Checklist(t.Context(), p)
	must(t, err)
	if len(list.Silent) != 2 || len(list.TooFew) != 2 || list.Responses != 3 {
		t.Errorf("checklist of the running month %+v", list)
	}
}

func TestScoresThatDoNotExist(t *testing.T) {
	r := newRig(t)
	for name, c := range map[string]struct {
		query period.Query
		want  error
	}{
		"period": {period.Query{Period: "2026-Q9"}, rating.ErrPeriod},
		"method": {period.Query{Period: "2026-Q3", Method: "x"}, period.ErrMethod},
		"agency": {period.Query{Period: "2026-Q3", Agency: "x"}, period.ErrAgency},
		"by":     {period.Query{Period: "2026-Q3", By: "x"}, period.ErrBy},
	} {
		if _, err := r.Scores(t.Context(), c.query); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
