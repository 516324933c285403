package annual_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"hailong/internal/annual"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/store"

	"github.com/google/go-cmp/cmp"
)

var periodOffice = period.Actor{By: office}

func TestSelfScoreAndVerify(t *testing.T) {
	r := newRig(t)
	place := at("db-stp", "thu-tuc")
	must(t, r.SelfScore(t.Context(), place, value(15.7), leader))
	want := rating.Entry{Self: value(15.7), SelfBy: leader, SelfAt: "2026-10-03T02:00:00Z"}
	if got := r.line("db-stp", "thu-tuc"); got.Status != rating.Pending || got.Points != nil || !cmp.Equal(want, got.Entry) {
		t.Errorf("own score: %s, points %v (-want +got):\n%s", got.Status, got.Points, cmp.Diff(want, got.Entry))
	}
	must(t, r.Verify(t.Context(), place, annual.Verified{Value: value(9), Reason: " Thiếu minh chứng "}, office))
	want.Verified, want.Reason, want.VerifiedBy, want.VerifiedAt = value(9), "Thiếu minh chứng", office, "2026-10-03T02:00:00Z"
	if got := r.line("db-stp", "thu-tuc"); got.Status != rating.OK || *got.Points != 2.5 || !cmp.Equal(want, got.Entry) {
		t.Errorf("verified: %s, points %v (-want +got):\n%s", got.Status, got.Points, cmp.Diff(want, got.Entry))
	}
	if err := r.SelfScore(t.Context(), place, value(18), leader); !errors.Is(err, annual.ErrVerified) {
		t.Errorf("own score after the office: %v", err)
	}
	// Taking back leaves the own value, which can change again.
	must(t, r.Verify(t.Context(), place, annual.Verified{}, office))
	if diff := cmp.Diff(rating.Entry{Self: value(15.7), SelfBy: leader, SelfAt: "2026-10-03T02:00:00Z"}, r.line("db-stp", "thu-tuc").Entry); diff != "" {
		t.Errorf("taken back (-want +got):\n%s", diff)
	}
	must(t, r.SelfScore(t.Context(), place, nil, leader))
	if diff := cmp.Diff(rating.Entry{}, r.line("db-stp", "thu-tuc").Entry); diff != "" {
		t.Errorf("own value taken back (-want +got):\n%s", diff)
	}
}

func TestNotApplicableKeepsTheOwnScore(t *testing.T) {
	r := newRig(t)
	place := at("db-vp", "thu-tuc")
	must(t, r.SelfScore(t.Context(), place, value(18), leader))
	must(t, r.Verify(t.Context(), place, annual.Verified{NotApplicable: true, Reason: "Không phát sinh TTHC"}, office))
	if got := r.line("db-vp", "thu-tuc"); got.Status != rating.NotApplicable || got.Points != nil || *got.Self != 18 || got.SelfBy != leader || got.Reason == "" {
		t.Errorf("%+v", got)
	}
	if err := r.SelfScore(t.Context(), place, value(18), leader); !errors.Is(err, annual.ErrVerified) {
		t.Errorf("own score: %v", err)
	}
	must(t, r.Verify(t.Context(), place, annual.Verified{}, office))
	want := rating.Entry{Self: value(18), SelfBy: leader, SelfAt: "2026-10-03T02:00:00Z"}
	if diff := cmp.Diff(want, r.line("db-vp", "thu-tuc").Entry); diff != "" {
		t.Errorf("taken back (-want +got):\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	r := newRig(t)
	must(t, r.SelfScore(t.Context(), at("db-stp", "nhiem-vu"), value(80), leader))
	must(t, r.Conclude(t.Context(), 2026, "", "db-moi", "tot", "", office))
	before := r.acts()
	self := func(place annual.Place, x float64) error { return r.SelfScore(t.Context(), place, value(x), leader) }
	verify := func(place annual.Place, v annual.Verified) error { return r.Verify(t.Context(), place, v, office) }
	conclude := func(rule, whom, level string) error {
		return r.Conclude(t.Context(), 2026, rule, whom, level, "", office)
	}
	old := at("db-cu", "hai-long")
	old.Rule = "thang-muoi-hai"
	unknown := at("db-stp", "thu-tuc")
	unknown.Rule = "khong-co"
	early := at("db-stp", "thu-tuc")
	early.Year = 2023
	for name, c := range map[string]struct{ got, want error }{
		"above the scale":              {self(at("db-stp", "thu-tuc"), 18.01), rating.ErrRange},
		"below zero":                   {self(at("db-stp", "thu-tuc"), -0.01), rating.ErrRange},
		"no number":                    {self(at("db-stp", "thu-tuc"), math.NaN()), rating.ErrRange},
		"verified above the scale":     {verify(at("db-stp", "nhiem-vu"), annual.Verified{Value: value(85.01), Reason: "x"}), rating.ErrRange},
		"no reason for a difference":   {verify(at("db-stp", "nhiem-vu"), annual.Verified{Value: value(79)}), rating.ErrReason},
		"blank reason":                 {verify(at("db-stp", "nhiem-vu"), annual.Verified{Value: value(79), Reason: " \n"}), rating.ErrReason},
		"no reason why not applicable": {verify(at("db-stp", "thu-tuc"), annual.Verified{NotApplicable: true}), rating.ErrReason},
		"a value, and not applicable":  {verify(at("db-stp", "thu-tuc"), annual.Verified{Value: value(1), NotApplicable: true, Reason: "x"}), rating.ErrInapplicable},
		"unknown party organisation":   {self(at("db-xyz", "thu-tuc"), 1), annual.ErrWhom},
		"an agency":                    {self(at("stp", "thu-tuc"), 1), annual.ErrWhom},
		"dissolved before the year":    {self(at("db-cu", "thu-tuc"), 1), annual.ErrWhom},
		"by another rule, too":         {self(old, 1), annual.ErrWhom},
		"unknown criterion":            {self(at("db-stp", "khong-co"), 1), rating.ErrCriterion},
		"a path as a criterion":        {self(at("db-stp", "thu-tuc/x"), 1), rating.ErrCriterion},
		"a measured criterion":         {self(at("db-stp", "hai-long"), 1), rating.ErrCriterion},
		"unknown rule":                 {self(unknown, 1), annual.ErrRule},
		"a year without rule":          {self(early, 1), annual.ErrNoRule},
		"own score after conclusion":   {self(at("db-moi", "thu-tuc"), 1), annual.ErrConcluded},
		"verified after conclusion":    {verify(at("db-moi", "thu-tuc"), annual.Verified{Value: value(1)}), annual.ErrConcluded},
		"another conclusion":           {conclude("", "db-moi", "khong"), annual.ErrConcluded},
		"unknown level":                {conclude("", "db-stp", "gioi"), rating.ErrLevel},
		"level of another rule":        {conclude("co-quan", "stp", "tot"), rating.ErrLevel},
		"conclusion about nobody":      {conclude("", "db-xyz", "tot"), annual.ErrWhom},
		"nothing of nobody":            {conclude("", "db-xyz", ""), annual.ErrWhom},
		"conclusion by no rule":        {conclude("khong-co", "db-stp", "tot"), annual.ErrRule},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if diff := cmp.Diff(before, r.acts()); diff != "" {
		t.Errorf("a refusal was noted as an act:\n%s", diff)
	}
	if got := r.line("db-stp", "nhiem-vu"); got.Verified != nil || *got.Self != 80 {
		t.Errorf("a refusal changed %+v", got.Entry)
	}
}

func TestConclusion(t *testing.T) {
	r := newRig(t)
	must(t, r.Conclude(t.Context(), 2026, "", "db-stp", "", "", office)) // nothing to take back
	must(t, r.Conclude(t.Context(), 2026, "", "db-stp", "tot", " Kết luận số 12-KL/ĐUK ", office))
	want := &rating.Conclusion{Level: "tot", Reason: "Kết luận số 12-KL/ĐUK", By: office, At: "2026-10-03T02:00:00Z"}
	if diff := cmp.Diff(want, r.sheet("db-stp").Conclusion); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := r.sheet("db-vp").Conclusion; got != nil {
		t.Errorf("another one has a conclusion, too: %+v", got)
	}
	must(t, r.Conclude(t.Context(), 2026, "", "db-stp", "", "Nhập nhầm", office))
	if got := r.sheet("db-stp"); got.Conclusion != nil || got.Level() != "" {
		t.Errorf("taken back: %+v", got.Conclusion)
	}
	must(t, r.Conclude(t.Context(), 2026, "", "db-stp", "xuat-sac", "", office))
	if got := r.sheet("db-stp").Level(); got != "xuat-sac" {
		t.Errorf("concluded again: %q", got)
	}
	const subject = "rating.conclude " + office + " 2026/thu/db-stp"
	if diff := cmp.Diff([]string{subject, subject, subject}, r.acts()); diff != "" {
		t.Errorf("acts (-want +got):\n%s", diff)
	}
}

// A rule that rates agencies keeps their sheets apart from those of others.
func TestAgencySheet(t *testing.T) {
	r := newRig(t)
	place := annual.Place{Year: 2026, Rule: "co-quan", Whom: "stp", Criterion: "chi-so"}
	must(t, r.SelfScore(t.Context(), place, value(2), leader))
	must(t, r.Verify(t.Context(), place, annual.Verified{Value: value(2)}, office))
	y := r.year(2026, "co-quan")
	if got := y.Rating("stp"); got.Suggested != "dat" || *got.Points.Value != 2 || got.Name != "Sở Tư pháp" {
		t.Errorf("%+v", got)
	}
	if got := y.Rating("pcc"); got.Criteria[0].Self != nil {
		t.Errorf("another agency has %+v", got.Criteria[0])
	}
	place.Whom = "skh"
	if err := r.SelfScore(t.Context(), place, value(2), leader); !errors.Is(err, annual.ErrWhom) {
		t.Errorf("an agency that was dissolved: %v", err)
	}
}

// Whoever is overtaken between reading and writing hears of it, also where the
// other one was the first to write at all.
func TestOvertaken(t *testing.T) {
	place := at("db-stp", "thu-tuc")
	for name, act := range map[string]func(b *annual.Book, x float64) error{
		"own score": func(b *annual.Book, x float64) error { return b.SelfScore(t.Context(), place, value(x), leader) },
		"verified": func(b *annual.Book, x float64) error {
			return b.Verify(t.Context(), place, annual.Verified{Value: value(x)}, office)
		},
		"conclusion": func(b *annual.Book, x float64) error {
			return b.Conclude(t.Context(), 2026, "", "db-vp", map[float64]string{1: "tot", 2: "khong"}[x], "", office)
		},
		"report": func(b *annual.Book, x float64) error {
			return b.File(t.Context(), programme(t, b), "db-stp", filing("quy", "2026-Q3", rating.Underway, x), leader)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			if err := act(r.overtakenBy(func() { must(t, act(r.Book, 1)) }), 2); !errors.Is(err, store.ErrConflict) {
				t.Errorf("nothing was there: %v", err)
			}
			if name == "conclusion" {
				must(t, r.Conclude(t.Context(), 2026, "", "db-vp", "", "", office))
			}
			if err := act(r.overtakenBy(func() { must(t, act(r.Book, 1)) }), 2); !errors.Is(err, store.ErrConflict) {
				t.Errorf("something was there: %v", err)
			}
			if name != "conclusion" {
				must(t, act(r.Book, 2)) // the next try goes through
			}
		})
	}
}

// Each act is in the audit log, with who and what.
func TestActsAreNoted(t *testing.T) {
	r := newRig(t)
	must(t, r.SelfScore(t.Context(), at("db-stp", "thu-tuc"), value(15.7), leader))
	must(t, r.Verify(t.Context(), at("db-stp", "thu-tuc"), annual.Verified{Value: value(15), Reason: "Làm tròn"}, office))
	must(t, r.Verify(t.Context(), at("db-stp", "thu-tuc"), annual.Verified{}, office))
	must(t, r.Conclude(t.Context(), 2026, "", "db-stp", "tot", "Họp ngày 2/10", office))
	must(t, r.File(t.Context(), programme(t, r.Book), "db-stp", filing("quy", "2026-Q3", rating.Underway, 50), leader))
	entries, err := r.trial.Audit.Entries(t.Context(), 0, 0)
	must(t, err)
	slices.Reverse(entries)
	var got []map[string]string
	for _, e := range entries {
		line := map[string]string{"by": e.By, "action": e.Action, "subject": e.Subject}
		for name, text := range e.Detail {
			line[name] = text
		}
		got = append(got, line)
	}
	const entry = "2026/thu/db-stp/thu-tuc"
	want := []map[string]string{
		{"by": leader, "action": "rating.enter", "subject": entry, "self": "15.7"},
		{"by": office, "action": "rating.verify", "subject": entry, "verified": "15", "reason": "Làm tròn"},
		{"by": office, "action": "rating.verify", "subject": entry, "verified": "none"},
		{"by": office, "action": "rating.conclude", "subject": "2026/thu/db-stp", "level": "tot", "reason": "Họp ngày 2/10"},
		{"by": leader, "action": "target.report", "subject": "nq14/db-stp/quy/2026-Q3", "version": "1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What stands in the store but is no JSON is told, with its key.
func TestBrokenRecord(t *testing.T) {
	r := newRig(t)
	must(t, r.options.Store.PutRecords(t.Context(), []store.Record{{Kind: "entry", Key: "2026/thu/db-stp/thu-tuc", Data: []byte("{")}}))
	if _, err := r.Year(t.Context(), 2026, ""); err == nil || !strings.Contains(err.Error(), "2026/thu/db-stp/thu-tuc") {
		t.Errorf("year: %v", err)
	}
	if err := r.SelfScore(t.Context(), at("db-stp", "thu-tuc"), value(1), leader); err == nil {
		t.Error("it was written over")
	}
}
