package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

func sumChecks() []check {
	return []check{
		{"SumsOrderAndRange", sumsOrderAndRange},
		{"SumsOfManyAgencies", sumsOfManyAgencies},
		{"SumRevisions", sumRevisions},
		{"SumsKeepAwkwardNames", sumsKeepAwkwardNames},
		{"PutSumsComparesRevisions", putSumsComparesRevisions},
		{"PutSumsLosesNoUpdate", putSumsLosesNoUpdate},
		{"PutSumsEmptyTally", putSumsEmptyTally},
	}
}

// sums reads sums that have to be there to be read.
func sums(t *testing.T, s store.Tallies, agencies []string, grain store.Grain, r calendar.Range) []store.Sum {
	t.Helper()
	found, err := s.Sums(t.Context(), agencies, grain, r)
	if err != nil {
		t.Fatalf("Sums of %d agencies by %s: %v", len(agencies), grain, err)
	}
	return found
}

func putSums(t *testing.T, s store.Tallies, all ...store.Sum) {
	t.Helper()
	if err := s.PutSums(t.Context(), all); err != nil {
		t.Fatalf("PutSums of %d sums: %v", len(all), err)
	}
}

// sumOf returns a sum not stored yet, of n responses.
func sumOf(agency string, grain store.Grain, first calendar.Day, n int) store.Sum {
	return store.Sum{Agency: agency, Grain: grain, First: first, Tally: tallyOf(sheets(0, n, at(agency)))}
}

// sameSums compares keys, revisions and counts.
func sameSums(t *testing.T, what string, got, want []store.Sum) {
	t.Helper()
	same(t, what, describe(got), describe(want))
}

func describe(all []store.Sum) []string {
	var lines []string
	for _, s := range all {
		lines = append(lines, fmt.Sprintf("%q %s %d revision %d: %s", s.Agency, s.Grain, s.First, s.Revision, s.Tally.Encode()))
	}
	return lines
}

func sumsOrderAndRange(t *testing.T, s store.Store) {
	var all []store.Sum
	for _, agency := range []string{"syt", "sgd", "stp", "Stp"} {
		for i, first := range []calendar.Day{today, today - 1, today + 1, today - 30} {
			all = append(all, sumOf(agency, store.ByDay, first, i+1), sumOf(agency, store.ByMonth, first, i+10))
		}
	}
	putSums(t, s, all...)
	putSums(t, s)
	stored := func(grain store.Grain, agency string, first calendar.Day, n int) store.Sum {
		sum := sumOf(agency, grain, first, n)
		sum.Revision = 1
		return sum
	}
	days := calendar.Range{From: today - 1, To: today}
	sameSums(t, "days", sums(t, s, []string{"stp", "Stp", "none"}, store.ByDay, days), []store.Sum{
		stored(store.ByDay, "Stp", today-1, 2), stored(store.ByDay, "Stp", today, 1),
		stored(store.ByDay, "stp", today-1, 2), stored(store.ByDay, "stp", today, 1),
	})
	sameSums(t, "months", sums(t, s, []string{"syt", "sgd"}, store.ByMonth, calendar.Range{From: today - 30, To: today - 30}),
		[]store.Sum{stored(store.ByMonth, "sgd", today-30, 13), stored(store.ByMonth, "syt", today-30, 13)})
	sameSums(t, "no agency", sums(t, s, []string{}, store.ByDay, days), nil)
	sameSums(t, "all agencies", sums(t, s, nil, store.ByDay, calendar.Range{From: today, To: today}), []store.Sum{
		stored(store.ByDay, "Stp", today, 1), stored(store.ByDay, "sgd", today, 1),
		stored(store.ByDay, "stp", today, 1), stored(store.ByDay, "syt", today, 1),
	})
	sameSums(t, "no day", sums(t, s, []string{"stp"}, store.ByDay, calendar.Range{From: today, To: today - 1}), nil)
}

func sumsOfManyAgencies(t *testing.T, s store.Store) {
	var all []store.Sum
	var agencies []string
	for n := range 1_200 {
		agencies = append(agencies, fmt.Sprintf("agency-%04d", n))
		all = append(all, sumOf(agencies[n], store.ByDay, today, n%7+1))
	}
	putSums(t, s, all...)
	for i := range all {
		all[i].Revision = 1
	}
	slices.Reverse(agencies)
	sameSums(t, "sums", sums(t, s, agencies, store.ByDay, always()), all)
}

// sumRevisions tells what Sums does, but for the tallies.
func sumRevisions(t *testing.T, s store.Store) {
	for revision := range int64(3) {
		var all []store.Sum
		for i, agency := range []string{"syt", "sgd", "stp"} {
			for d := range calendar.Day(5) {
				for _, grain := range []store.Grain{store.ByDay, store.ByMonth} {
					sum := sumOf(agency, grain, today-10*d, i+1)
					sum.Revision = revision
					all = append(all, sum)
				}
			}
		}
		putSums(t, s, all[:len(all)-8*int(revision)]...)
		for _, agencies := range [][]string{nil, {}, {"stp"}, {"syt", "sgd", "none"}} {
			for _, r := range []calendar.Range{always(), {From: today - 20, To: today - 10}, {From: today - 9, To: today - 1}} {
				want := sums(t, s, agencies, store.ByMonth, r)
				for i := range want {
					want[i].Tally = nil
				}
				got, err := s.SumRevisions(t.Context(), agencies, store.ByMonth, r)
				if err != nil {
					t.Fatalf("SumRevisions of %v: %v", agencies, err)
				}
				same(t, fmt.Sprintf("revisions of %v", agencies), got, want)
			}
		}
	}
}

// sumsKeepAwkwardNames counts awkward strings in every part of a tally, and
// numbers that do not fit a float.
func sumsKeepAwkwardNames(t *testing.T, s store.Store) {
	var all []store.Sum
	for _, key := range awkward() {
		counts := &tally.Counts{N: 1<<53 + 1, Questions: map[string]*tally.Question{
			key: {Answered: 1<<62 + 1, Values: map[string]int64{key: 3, key + ".": 4}},
			"c": {Answered: 2, Values: map[string]int64{}},
		}}
		cell := tally.Key{Form: survey.Ref{ID: key, Version: 3}, Counter: key, Service: key, Channel: response.Kiosk}
		all = append(all, store.Sum{Agency: key, Grain: store.ByMonth, First: today, Tally: tally.Tally{cell: counts}})
	}
	putSums(t, s, all...)
	for i := range all {
		all[i].Revision = 1
	}
	sameSums(t, "sums", sums(t, s, awkward(), store.ByMonth, always()), all)
}

func putSumsComparesRevisions(t *testing.T, s store.Store) {
	put := func(revision int64, n int) error {
		sum := sumOf("stp", store.ByDay, today, n)
		sum.Revision = revision
		return s.PutSums(t.Context(), []store.Sum{sum})
	}
	for i, step := range []struct {
		revision int64
		conflict bool
	}{{1, true}, {7, true}, {0, false}, {0, true}, {2, true}, {1, false}, {1, true}, {0, true}, {2, false}} {
		err := put(step.revision, i+1)
		if errors.Is(err, store.ErrConflict) != step.conflict || !step.conflict && err != nil {
			t.Errorf("step %d: PutSums with revision %d: %v, want a conflict: %v", i, step.revision, err, step.conflict)
		}
	}
	want := sumOf("stp", store.ByDay, today, 9)
	want.Revision = 3
	sameSums(t, "after all steps", sums(t, s, []string{"stp"}, store.ByDay, always()), []store.Sum{want})
	err := s.PutSums(t.Context(), []store.Sum{sumOf("sgd", store.ByDay, today, 1), sumOf("stp", store.ByDay, today, 1), sumOf("syt", store.ByDay, today, 1)})
	if !errors.Is(err, store.ErrConflict) {
		t.Errorf("PutSums with one conflict of three: %v", err)
	}
	sameSums(t, "the one in conflict", sums(t, s, []string{"stp"}, store.ByDay, always()), []store.Sum{want})
}

// putSumsLosesNoUpdate lets writers raise two sums that they all read first.
func putSumsLosesNoUpdate(t *testing.T, s store.Store) {
	const writers, times = 8, 6
	agencies := []string{"sgd", "stp"}
	together(writers, func(w int) {
		for n := range times {
			agency := agencies[(w+n)%2]
			for {
				err := raise(t, s, agency, sheet(w*times+n, at(agency)))
				if errors.Is(err, store.ErrConflict) {
					continue
				}
				if err != nil {
					t.Errorf("PutSums: %v", err)
				}
				break
			}
		}
	})
	for _, sum := range sums(t, s, agencies, store.ByDay, always()) {
		if sum.Tally.N() != writers*times/2 || sum.Revision != writers*times/2 {
			t.Errorf("%s counts %d responses at revision %d, want %d of both", sum.Agency, sum.Tally.N(), sum.Revision, writers*times/2)
		}
	}
}

func raise(t *testing.T, s store.Store, agency string, r response.Response) error {
	found, err := s.Sums(t.Context(), []string{agency}, store.ByDay, calendar.Range{From: today, To: today})
	if err != nil {
		return err
	}
	sum := store.Sum{Agency: agency, Grain: store.ByDay, First: today, Tally: tally.New()}
	if len(found) > 0 {
		sum = found[0]
	}
	sum.Tally.Add(&r)
	return s.PutSums(t.Context(), []store.Sum{sum})
}

// putSumsEmptyTally keeps sums without counts like others: with a revision, and
// with a tally that can be added to.
func putSumsEmptyTally(t *testing.T, s store.Store) {
	for revision, n := range []int{0, 5, 0, 0, 6} {
		next := sumOf("stp", store.ByDay, today, n)
		next.Revision = int64(revision)
		putSums(t, s, next)
		next.Revision++
		kept := sums(t, s, []string{"stp"}, store.ByDay, always())
		sameSums(t, "after writing", kept, []store.Sum{next})
		for _, sum := range kept {
			sum.Tally.Merge(next.Tally) // panics on a nil tally that gets counts
			sum.Tally.Add(&response.Response{})
		}
	}
}
