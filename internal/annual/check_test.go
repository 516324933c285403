package annual_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/annual"
	"hailong/internal/store"
)

// agrees demands that all is as the audit trail says, or differs as told.
func agrees(t *testing.T, r *rig, want ...string) {
	t.Helper()
	faults, err := r.Check(t.Context())
	must(t, err)
	if diff := cmp.Diff(want, faults); diff != "" {
		t.Error(diff)
	}
}

// rated enters and concludes in all ways, some of it several times.
func rated(t *testing.T, r *rig) {
	t.Helper()
	place, other := at("db-stp", "thu-tuc"), at("db-vp", "thu-tuc")
	must(t, r.SelfScore(t.Context(), place, value(3), leader))
	must(t, r.SelfScore(t.Context(), place, nil, leader))
	must(t, r.SelfScore(t.Context(), place, value(15.7), leader))
	must(t, r.Verify(t.Context(), place, annual.Verified{Value: value(15), Reason: "Làm tròn"}, office))
	must(t, r.SelfScore(t.Context(), other, value(4), leader))
	must(t, r.Verify(t.Context(), other, annual.Verified{NotApplicable: true, Reason: "Không phát sinh TTHC"}, office))
	must(t, r.Verify(t.Context(), at("db-vp", "nhiem-vu"), annual.Verified{Value: value(60)}, office))
	must(t, r.Verify(t.Context(), at("db-vp", "nhiem-vu"), annual.Verified{}, office))
	must(t, r.Conclude(t.Context(), 2026, "", "db-vp", "tot", "", office))
	must(t, r.Conclude(t.Context(), 2026, "", "db-vp", "", "Nhầm", office))
	must(t, r.Conclude(t.Context(), 2026, "", "db-stp", "tot", "Họp ngày 2/10", office))
}

func TestCheckFindsTampering(t *testing.T) {
	for name, c := range map[string]struct {
		kind, whom string
		how        func(string) string // "": the record is deleted
		want       []string
	}{
		"own score": {"entry", "db-stp/thu-tuc", func(s string) string { return strings.Replace(s, "15.7", "16", 1) },
			[]string{"the own score stored is 16 by " + leader + ", and the audit trail says 15.7 by " + leader}},
		"verified value": {"entry", "db-stp/thu-tuc", func(s string) string { return strings.Replace(s, `"verified":15`, `"verified":20`, 1) },
			[]string{"the verified value stored is 20 by " + office + " (Làm tròn), and the audit trail says 15 by " + office + " (Làm tròn)"}},
		"entry deleted": {"entry", "db-stp/thu-tuc", nil, []string{
			"the own score stored is nothing, and the audit trail says 15.7 by " + leader,
			"the verified value stored is nothing, and the audit trail says 15 by " + office + " (Làm tròn)"}},
		"applies after all": {"entry", "db-vp/thu-tuc", func(s string) string { return strings.Replace(s, `"not_applicable":true`, `"not_applicable":false`, 1) },
			[]string{"the verified value stored is nothing, and the audit trail says not_applicable by " + office + " (Không phát sinh TTHC)"}},
		"unreadable": {"entry", "db-stp/thu-tuc", func(string) string { return "{" }, []string{"it cannot be read: unexpected end of JSON input"}},
		"level": {"conclusion", "db-stp", func(s string) string { return strings.Replace(s, "tot", "khong", 1) },
			[]string{"the conclusion stored is khong by " + office + " (Họp ngày 2/10), and the audit trail says tot by " + office + " (Họp ngày 2/10)"}},
		"conclusion deleted": {"conclusion", "db-stp", nil,
			[]string{"the conclusion stored is nothing, and the audit trail says tot by " + office + " (Họp ngày 2/10)"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			rated(t, r)
			agrees(t, r)
			record := find(t, r, c.kind, c.whom)
			if c.how == nil {
				must(t, r.trial.Store.RemoveRecords(t.Context(), c.kind, []string{record.Key}))
			} else {
				record.Data = []byte(c.how(string(record.Data)))
				must(t, r.trial.Store.PutRecords(t.Context(), []store.Record{record}))
			}
			var want []string
			for _, w := range c.want {
				want = append(want, "rating "+record.Key+": "+w)
			}
			agrees(t, r, want...)
		})
	}
}

// find returns the record whose key ends with whom.
func find(t *testing.T, r *rig, kind, whom string) store.Record {
	t.Helper()
	records, err := r.trial.Store.Records(t.Context(), store.Span{Kind: kind})
	must(t, err)
	for _, record := range records {
		if strings.HasSuffix(record.Key, whom) {
			return record
		}
	}
	t.Fatalf("no %s of %s", kind, whom)
	return store.Record{}
}

// TestCheckTakesTheWinner: who was overtaken is in the audit trail after who
// was faster, and is not what counts.
func TestCheckTakesTheWinner(t *testing.T) {
	r := newRig(t)
	place := at("db-stp", "thu-tuc")
	faster := func() { must(t, r.SelfScore(t.Context(), place, value(1), leader)) }
	if err := r.overtakenBy(faster).SelfScore(t.Context(), place, value(2), leader); !errors.Is(err, store.ErrConflict) {
		t.Fatal(err)
	}
	agrees(t, r)
	must(t, r.SelfScore(t.Context(), place, value(2), leader))
	agrees(t, r)
}

// TestCheckAnUnknownEntry puts one into the store that nobody noted.
func TestCheckAnUnknownEntry(t *testing.T) {
	r := newRig(t)
	must(t, r.trial.Store.PutRecords(t.Context(), []store.Record{{Kind: "entry", Key: "2026/x/db-stp/y", Data: []byte(`{"self":2,"self_by":"a"}`)}}))
	agrees(t, r, "rating 2026/x/db-stp/y: the own score stored is 2 by a, and the audit trail says nothing")
}
