package ledger_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/store"

	"github.com/google/go-cmp/cmp"
)

// tampered is a store in which somebody has deleted responses or sums.
type tampered struct {
	ledger.Store
	responseGone func(*response.Response) bool
	sumGone      func(store.Sum) bool
}

func (d *tampered) Scan(ctx context.Context, q store.Scan, visit func(*response.Response) error) error {
	return d.Store.Scan(ctx, q, func(r *response.Response) error {
		if d.responseGone(r) {
			return nil
		}
		return visit(r)
	})
}

func (d *tampered) FirstDay(ctx context.Context) (first calendar.Day, found bool, err error) {
	err = d.Scan(ctx, store.Scan{Range: everything()}, func(r *response.Response) error {
		if !found || r.Day < first {
			first, found = r.Day, true
		}
		return nil
	})
	return first, found, err
}

func (d *tampered) Sums(ctx context.Context, codes []string, grain store.Grain, r calendar.Range) ([]store.Sum, error) {
	sums, err := d.Store.Sums(ctx, codes, grain, r)
	return slices.DeleteFunc(sums, d.sumGone), err
}

// TestVerifyFindsTampering changes one thing at a time behind the ledger's
// back.
func TestVerifyFindsTampering(t *testing.T) {
	first, last := calendar.Date(2026, 9, 1), calendar.Date(2026, 11, 14) // of the sealed days
	october := calendar.Date(2026, 10, 1)
	rewrite := func(grain store.Grain, agency string, day calendar.Day, change func(*store.Sum)) func(*testing.T, *tampered) {
		return func(t *testing.T, db *tampered) {
			sums, err := db.Sums(t.Context(), []string{agency}, grain, calendar.Range{From: day, To: day})
			must(t, err)
			if len(sums) != 1 {
				t.Fatalf("%d sums of %s on %s", len(sums), agency, day)
			}
			change(&sums[0])
			must(t, db.PutSums(t.Context(), sums))
		}
	}
	more := func(s *store.Sum) {
		r := sheet(1, s.Agency, s.First)
		s.Tally.Add(&r)
	}
	moved := func(s *store.Sum) {
		for _, counts := range s.Tally {
			for _, question := range counts.Questions {
				for value := range question.Values {
					question.Values[value]--
					question.Values[value+"0"]++
					return
				}
			}
		}
	}
	deleteResponses := func(gone func(*response.Response) bool) func(*testing.T, *tampered) {
		return func(_ *testing.T, db *tampered) { db.responseGone = gone }
	}
	deleteSums := func(gone func(store.Sum) bool) func(*testing.T, *tampered) {
		return func(_ *testing.T, db *tampered) { db.sumGone = gone }
	}
	extra := func(agency string, day calendar.Day) func(*testing.T, *tampered) {
		return func(t *testing.T, db *tampered) { insert(t, db, sheet(999_999, agency, day)) }
	}
	for name, c := range map[string]struct {
		tamper func(*testing.T, *tampered)
		want   []string // grain, first and agency
	}{
		"nothing":                      {func(*testing.T, *tampered) {}, nil},
		"the sum of a day is more":     {rewrite(store.ByDay, "stp", first+7, more), []string{"day 2026-09-08 stp"}},
		"the sum of the last day":      {rewrite(store.ByDay, "stp", last, more), []string{"day 2026-11-14 stp"}},
		"an answer in a sum was moved": {rewrite(store.ByDay, "stp", first+7, moved), []string{"day 2026-09-08 stp"}},
		"the sum of a month is more":   {rewrite(store.ByMonth, "syt", october, more), []string{"month 2026-10-01 syt"}},
		"the sum of a month was moved": {rewrite(store.ByMonth, "syt", october, moved), []string{"month 2026-10-01 syt"}},
		"the sum of a day is gone": {deleteSums(func(s store.Sum) bool { return s.Grain == store.ByDay && s.Agency == "stp" && s.First == first+7 }),
			[]string{"day 2026-09-08 stp"}},
		"the sum of a month is gone": {deleteSums(func(s store.Sum) bool { return s.Grain == store.ByMonth && s.Agency == "sgd" && s.First == october }),
			[]string{"month 2026-10-01 sgd"}},
		"a response was deleted": {deleteResponses(func(r *response.Response) bool { return r.Agency == "stp" && r.Day == first+7 }),
			[]string{"day 2026-09-08 stp", "month 2026-09-01 stp"}},
		"a response was deleted in the last, open month": {deleteResponses(func(r *response.Response) bool { return r.Agency == "stp" && r.Day == last }),
			[]string{"day 2026-11-14 stp"}},
		"a response was added": {extra("stp", first+7), []string{"day 2026-09-08 stp", "month 2026-09-01 stp"}},
		"a response of a new agency was added": {extra("new", first+7),
			[]string{"day 2026-09-08 new", "month 2026-09-01 new"}},
		"a response was added before all":  {extra("stp", first-80), []string{"day 2026-06-13 stp", "month 2026-06-01 stp"}},
		"a response was added to open day": {extra("stp", last+1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			inner, clock, _ := sealed(t)
			db := &tampered{Store: inner,
				responseGone: func(*response.Response) bool { return false }, sumGone: func(store.Sum) bool { return false }}
			c.tamper(t, db)
			verdict, err := ledger.New(db, clock.now, vietnam).Verify(t.Context(), nil)
			must(t, err)
			if diff := cmp.Diff(c.want, found(verdict)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// found lists the differences as grain, first day and agency.
func found(v *ledger.Verdict) []string {
	var all []string
	for _, d := range v.Differences {
		all = append(all, string(d.Grain)+" "+d.First.String()+" "+d.Agency)
	}
	return all
}

// TestVerifyFindsDeletedBeginning deletes the earliest responses, so that
// nothing but sums tells of them, and then all.
func TestVerifyFindsDeletedBeginning(t *testing.T) {
	inner, clock, days := sealed(t)
	for _, until := range []calendar.Day{days.From.Month().Last(), days.To} {
		db := &tampered{Store: inner, responseGone: func(r *response.Response) bool { return r.Day <= until }, sumGone: func(store.Sum) bool { return false }}
		verdict, err := ledger.New(db, clock.now, vietnam).Verify(t.Context(), nil)
		must(t, err)
		if all := found(verdict); !slices.Contains(all, "month 2026-09-01 stp") || !slices.Contains(all, "day 2026-09-08 stp") {
			t.Errorf("deleted through %s: found %d differences: %v", until, len(all), all)
		}
	}
}

// TestVerifyWhileOthersAdd lets a writer do all of its work, or the first part
// of it, after each of the calls of Verify: no difference is found, since none
// is there.
func TestVerifyWhileOthersAdd(t *testing.T) {
	db, c, days := sealed(t)
	n := 0
	for _, steps := range []int{2, 3, 5, 7, 100} { // of the writer
		for moment := 1; ; moment++ {
			calls := 0
			watching := &watched{Store: db}
			watching.around = func(call func() error) error {
				err := call()
				if calls++; calls == moment {
					n++
					writer := ledger.New(newMortal(db, steps, false), c.now, vietnam)
					_, _ = writer.Add(context.Background(), added(n, "stp", days.From+2, days.To-2)) // it may die
				}
				return err
			}
			verdict, err := ledger.New(watching, c.now, vietnam).Verify(t.Context(), nil)
			must(t, err)
			if len(verdict.Differences) > 0 {
				t.Fatalf("%d steps of a writer after call %d: %v", steps, moment, verdict.Differences)
			}
			if calls < moment {
				break
			}
			c.advance(time.Hour)
			l := ledger.New(db, c.now, vietnam)
			_, err = l.Repair(t.Context())
			must(t, err)
			c.advance(-time.Hour)
			clean(t, db, l)
		}
	}
	if n < 50 {
		t.Errorf("only %d writers", n)
	}
}

func TestVerifyEmptyStore(t *testing.T) {
	c := clockAt(calendar.Date(2026, 11, 22), 0)
	l := ledger.New(openStore(t), c.now, vietnam)
	told := 0
	verdict, err := l.Verify(t.Context(), func(int, int) { told++ })
	must(t, err)
	if diff := cmp.Diff(&ledger.Verdict{Differences: []ledger.Difference{}}, verdict); diff != "" || told > 1 {
		t.Errorf("%s; %d months were looked at", diff, told)
	}
}

// TestVerifySkipsMarkedDays, since their sums are not used.
func TestVerifySkipsMarkedDays(t *testing.T) {
	db, c, days := sealed(t)
	must(t, db.AddMarks(t.Context(), []store.Mark{{Agency: "stp", Day: days.From, Token: "1-x"}, {Agency: "syt", Day: days.From, Token: "1-x"}, {Agency: "stp", Day: days.To + 9, Token: "1-x"}}))
	insert(t, db, sheet(999_999, "stp", days.From))
	verdict, err := ledger.New(db, c.now, vietnam).Verify(t.Context(), nil)
	must(t, err)
	if verdict.Skipped != 1 || len(verdict.Differences) > 0 || verdict.Months != len(agencies) {
		t.Errorf("verdict %+v", verdict)
	}
}

func TestDifferenceSaysWhatDiffers(t *testing.T) {
	d := ledger.Difference{Agency: "stp", Grain: store.ByDay, First: calendar.Date(2026, 9, 8), Kept: 3, Found: 5}
	for _, want := range []string{"day", "stp", "2026-09-08", "3 ", "5 "} {
		if !strings.Contains(d.String(), want) {
			t.Errorf("%q does not say %q", d, want)
		}
	}
	d.Found = 3
	if !strings.Contains(d.String(), "counts differ") {
		t.Errorf("%q", d)
	}
}
