package paper_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/paper"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var (
	today = calendar.Date(2026, 11, 23)
	ended = calendar.Date(2026, 10, 31)
)

// rig is a desk over an SQLite file, where October is closed for figures.
type rig struct {
	*paper.Desk
	t      *testing.T
	store  *sqlite.Store
	agency org.Agency
	forms  *survey.Forms
}

func newRig(t *testing.T) *rig {
	t.Helper()
	vietnam, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	must(t, err)
	now := func() time.Time { return today.Midnight(vietnam).Add(10 * time.Hour) }
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hailong.db"))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	forms, err := survey.LoadForms(surveys.FS)
	must(t, err)
	words, err := comment.LoadLexicon(surveys.FS)
	must(t, err)
	frozen := func(context.Context) (func(string, calendar.Day) (string, bool), error) {
		return func(_ string, day calendar.Day) (string, bool) { return "2026-10", day.Month() == ended.Month() }, nil
	}
	r := &rig{t: t, store: s, forms: forms, agency: org.Agency{Code: "stp", Name: "Sở Tư pháp",
		Services: []org.Service{{Code: "lltp", Name: "Lý lịch tư pháp"}},
		Counters: []org.Counter{{Code: "q1", Name: "Quầy 1", Form: "mot-cua"}, {Code: "q2", Name: "Quầy 2", Form: "mot-cua", ValidTo: &ended}}}}
	r.Desk = &paper.Desk{Store: s, Ledger: ledger.New(s, now, vietnam), Lexicon: words, Audit: audit.New(s), Frozen: frozen, Now: now}
	must(t, r.Ledger.Seal(t.Context(), nil))
	return r
}

// errInvalid stands for a *survey.InvalidError.
var errInvalid = errors.New("invalid")

func (r *rig) sheet(n int, day calendar.Day, typed map[string]string) paper.Sheet {
	form := r.forms.Current("mot-cua")
	return paper.Sheet{
		Key: fmt.Sprintf("sheet-%016d", n), Place: org.Place{Agency: &r.agency, Counter: &r.agency.Counters[0]},
		Day: day, Shift: calendar.Morning, Form: form, Service: "lltp", Lang: "vi", Given: paper.Read(form, typed),
	}
}

func (r *rig) stored() []response.Response {
	r.t.Helper()
	var all []response.Response
	whole := calendar.Range{From: today - 400, To: today}
	must(r.t, r.store.Scan(r.t.Context(), store.Scan{Agency: "stp", Range: whole}, func(one *response.Response) error {
		all = append(all, *one)
		return nil
	}))
	return all
}

// Sheets of closed days enter the kept sums; the same sheet does not enter
// twice, nor is it noted twice.
func TestEnter(t *testing.T) {
	r := newRig(t)
	for n, day := range []calendar.Day{today, today - 3, today - 3, today - 20} {
		for _, want := range []store.Outcome{store.Stored, store.Duplicate} {
			got, err := r.Enter(t.Context(), r.sheet(n, day, map[string]string{"overall": "2", "reasons": "13", "comment": "Xin gọi 0912 345 678"}), "clerk@x.example")
			must(t, err)
			if got != want {
				t.Errorf("sheet %d: %v, want %v", n, got, want)
			}
		}
	}
	all := r.stored()
	if len(all) != 4 {
		t.Fatalf("%d sheets are stored", len(all))
	}
	for _, one := range all {
		if one.Channel != response.Paper || one.Service != "lltp" || one.Counter != "q1" || len(one.Answers) != 3 {
			t.Errorf("stored %+v", one)
		}
		if strings.Contains(one.Text("comment"), "345") {
			t.Errorf("a telephone number was stored: %q", one.Text("comment"))
		}
	}
	verdict, err := r.Ledger.Verify(t.Context(), func(int, int) {})
	must(t, err)
	if len(verdict.Differences) != 0 || verdict.Responses != 4 {
		t.Errorf("sums: %+v", verdict)
	}
	entries, err := r.Audit.Entries(t.Context(), 0, 100)
	must(t, err)
	days := map[string]int{}
	for _, e := range entries {
		if e.Action != audit.PaperEnter || e.By != "clerk@x.example" || e.Subject != "stp/q1" || e.Detail["count"] != "1" {
			t.Errorf("noted %+v", e.Event)
		}
		days[e.Detail["day"]]++
	}
	if diff := cmp.Diff(map[string]int{today.String(): 1, (today - 3).String(): 2, (today - 20).String(): 1}, days); diff != "" {
		t.Errorf("noted by day (-want +got):\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	r := newRig(t)
	for name, c := range map[string]struct {
		change func(*paper.Sheet)
		want   error
	}{
		"tomorrow":        {func(s *paper.Sheet) { s.Day = today + 1 }, paper.ErrFuture},
		"closed period":   {func(s *paper.Sheet) { s.Day = ended }, paper.ErrFrozen},
		"closed counter":  {func(s *paper.Sheet) { s.Place.Counter = &r.agency.Counters[1] }, paper.ErrClosed},
		"no counter":      {func(s *paper.Sheet) { s.Place.Counter = nil }, paper.ErrClosed},
		"no shift":        {func(s *paper.Sheet) { s.Shift = "night" }, paper.ErrShift},
		"no such level":   {func(s *paper.Sheet) { s.Given = survey.Given{"overall": {"6"}} }, errInvalid},
		"blank":           {func(s *paper.Sheet) { s.Given = survey.Given{} }, errInvalid},
		"no such service": {func(s *paper.Sheet) { s.Service = "x" }, errInvalid},
		"no key":          {func(s *paper.Sheet) { s.Key = "" }, errInvalid},
	} {
		sheet := r.sheet(1, today, map[string]string{"overall": "5"})
		c.change(&sheet)
		_, err := r.Enter(t.Context(), sheet, "clerk@x.example")
		var invalid *survey.InvalidError
		if c.want == errInvalid && !errors.As(err, &invalid) || c.want != errInvalid && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if n := len(r.stored()); n != 0 {
		t.Errorf("%d sheets are stored", n)
	}
	if sequence, _, err := r.Audit.Head(t.Context()); err != nil || sequence != 0 {
		t.Errorf("%d entries of refused sheets in the audit trail, %v", sequence, err)
	}
}

func TestRead(t *testing.T) {
	form := newRig(t).forms.Current("mot-cua")
	reasons := form.Values(form.Question("reasons"))
	for typed, want := range map[string][]string{
		"":         nil,
		"1":        {reasons[0]},
		"13":       {reasons[0], reasons[2]},
		" 3, 1 ":   {reasons[2], reasons[0]},
		"1.2;3":    {reasons[0], reasons[1], reasons[2]},
		"9":        {"9"},
		"a":        {"a"},
		"1 a":      {reasons[0], "a"},
		reasons[1]: {reasons[1]},
	} {
		if diff := cmp.Diff(want, paper.Read(form, map[string]string{"reasons": typed})["reasons"]); diff != "" {
			t.Errorf("%q (-want +got):\n%s", typed, diff)
		}
	}
	if got := paper.Read(form, map[string]string{"nothing": "1", "overall": "4"}); !cmp.Equal(got, survey.Given{"overall": {"4"}}) {
		t.Errorf("read %v", got)
	}
}

// Whatever the form offers can be typed by its code.
func TestEveryValueHasACode(t *testing.T) {
	r := newRig(t)
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.SampledFrom(r.forms.All()).Draw(t, "form")
		q := rapid.SampledFrom(form.Questions).Draw(t, "question")
		known := form.Values(&q)
		if len(known) == 0 {
			return
		}
		picked := []int{rapid.IntRange(0, len(known)-1).Draw(t, "value")}
		if q.Kind == survey.Choices {
			picked = rapid.SliceOfNDistinct(rapid.IntRange(0, len(known)-1), 1, -1, rapid.ID).Draw(t, "values")
		}
		var codes, want []string
		for _, i := range picked {
			codes, want = append(codes, paper.Code(&q, known[i], i)), append(want, known[i])
		}
		got := paper.Read(form, map[string]string{q.ID: strings.Join(codes, " ")})
		if diff := cmp.Diff(want, got[q.ID]); diff != "" {
			t.Fatalf("%s of %s (-want +got):\n%s", q.ID, form.ID, diff)
		}
	})
}
