package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
)

func scanChecks() []check {
	return []check{
		{"ScanOrder", scanOrder},
		{"ScanRange", scanRange},
		{"ScanEndsWithVisit", scanEndsWithVisit},
		{"ScanDoesNotBlockInsert", scanDoesNotBlockInsert},
	}
}

// spread returns responses of several days and agencies; the order of the list
// is none of the orders of the contract.
func spread() []response.Response {
	var all []response.Response
	for i, agency := range []string{"syt", "stp", "STP", "sở", "sgd"} {
		for d := range calendar.Day(4) {
			n := 100*i + 10*int(d)
			all = append(all, sheets(n, n+5, at(agency), on(today-d))...)
		}
	}
	return all
}

func scanOrder(t *testing.T, s store.Store) {
	all := spread()
	insert(t, s, all)
	same(t, "all agencies", scan(t, s, store.Scan{Range: always()}), inScanOrder(all))
	for _, agency := range []string{"syt", "stp", "STP", "sở", "sgd", "none"} {
		own := slices.DeleteFunc(spread(), func(r response.Response) bool { return r.Agency != agency })
		same(t, agency, scan(t, s, store.Scan{Agency: agency, Range: always()}), inScanOrder(own))
	}
}

// scanRange asks for one day, some days, no day and the days beside the data.
func scanRange(t *testing.T, s store.Store) {
	insert(t, s, spread())
	for _, r := range []calendar.Range{
		{From: today, To: today}, {From: today - 2, To: today - 1}, {From: today - 3, To: today - 3},
		{From: today + 1, To: today + 9}, {From: today - 9, To: today - 4}, {From: today, To: today - 1},
	} {
		for _, agency := range []string{"", "stp"} {
			within := slices.DeleteFunc(spread(), func(s response.Response) bool {
				return !r.Contains(s.Day) || agency != "" && s.Agency != agency
			})
			what := fmt.Sprintf("agency %q, days %d to %d", agency, r.From-today, r.To-today)
			same(t, what, scan(t, s, store.Scan{Agency: agency, Range: r}), inScanOrder(within))
		}
	}
}

func scanEndsWithVisit(t *testing.T, s store.Store) {
	insert(t, s, spread())
	enough := errors.New("enough")
	for limit := 1; limit <= 3; limit++ {
		visits := 0
		err := s.Scan(t.Context(), store.Scan{Range: always()}, func(*response.Response) error {
			if visits++; visits == limit {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) || visits != limit {
			t.Errorf("Scan ended after %d visits with %v, want %d visits and the visit's error", visits, err, limit)
		}
	}
	if got := len(scan(t, s, store.Scan{Range: always()})); got != len(spread()) {
		t.Errorf("the next scan found %d responses of %d", got, len(spread()))
	}
}

// scanDoesNotBlockInsert holds scans open while others write: a slow report
// must not keep a citizen waiting.
func scanDoesNotBlockInsert(t *testing.T, s store.Store) {
	insert(t, s, sheets(0, 50))
	together(3, func(w int) {
		next := 1_000 * (w + 1)
		err := s.Scan(t.Context(), store.Scan{Range: calendar.Range{From: today, To: today}}, func(*response.Response) error {
			_, err := s.Insert(t.Context(), []response.Response{sheet(next, on(today+1))})
			next++
			return err
		})
		if err != nil {
			t.Errorf("Scan with an Insert in each visit: %v", err)
		}
	})
	if got := len(scan(t, s, store.Scan{Range: calendar.Range{From: today + 1, To: today + 1}})); got != 150 {
		t.Errorf("%d responses of 150 were stored during the scans", got)
	}
}
