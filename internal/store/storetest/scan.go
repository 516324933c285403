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
		{"ScanPart", scanPart},
		{"ScanByVerdict", scanByVerdict},
		{"Find", find},
		{"States", states},
		{"StatesGrowWithTheirPart", statesGrow},
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

// scanByVerdict asks for what was held and for what was noted, of some days,
// agencies and parts.
func scanByVerdict(t *testing.T, s store.Store) {
	insert(t, s, spread())
	keeps := map[string]func(*response.Response) bool{
		"held":  func(r *response.Response) bool { return r.Verdict.Held },
		"noted": func(r *response.Response) bool { return len(r.Verdict.Reasons) > 0 },
	}
	for what, keep := range keeps {
		for _, q := range []store.Scan{
			{Range: always()}, {Range: always(), Agency: "stp"}, {Range: always(), Agency: "none"},
			{Range: calendar.Range{From: today - 2, To: today - 1}, Agency: "sở"}, {Range: calendar.Range{From: today + 1, To: today + 2}},
			{Range: always(), Part: store.PartOf(sheet(2).ID)},
		} {
			want := slices.DeleteFunc(spread(), func(r response.Response) bool {
				return !keep(&r) || !q.Range.Contains(r.Day) || q.Agency != "" && r.Agency != q.Agency || q.Part != 0 && store.PartOf(r.ID) != q.Part
			})
			q.Held, q.Noted = what == "held", what == "noted"
			same(t, fmt.Sprintf("%s %+v", what, q), scan(t, s, q), inScanOrder(want))
		}
	}
}

// find asks for responses by their ids, of which some are not there.
func find(t *testing.T, s store.Store) {
	insert(t, s, spread())
	ids := []response.ID{idOf(2), idOf(100), idOf(5_000), idOf(414), {}}
	found, err := s.Find(t.Context(), ids)
	if err != nil {
		t.Fatalf("Find: %v", err)
	}
	want := slices.DeleteFunc(spread(), func(r response.Response) bool { return !slices.Contains(ids, r.ID) })
	if len(want) != 3 {
		t.Fatalf("%d samples are to be found", len(want))
	}
	same(t, "found", inScanOrder(found), inScanOrder(want))
	if none, err := s.Find(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("Find of nothing: %d responses, %v", len(none), err)
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

// scanPart finds each response in one part only, the first and the last id of
// a part among them.
func scanPart(t *testing.T, s store.Store) {
	all := spread()
	for part := 1; part <= store.Parts; part++ {
		first, last := store.PartBounds(part)
		all = append(all, sheet(0, withID(first)), sheet(0, withID(last), at("sgd")))
	}
	insert(t, s, all)
	for part := 1; part <= store.Parts; part++ {
		for _, agency := range []string{"", "stp", "none"} {
			within := slices.DeleteFunc(slices.Clone(all), func(r response.Response) bool {
				return store.PartOf(r.ID) != part || agency != "" && r.Agency != agency
			})
			what := fmt.Sprintf("agency %q, part %d", agency, part)
			same(t, what, scan(t, s, store.Scan{Agency: agency, Range: always(), Part: part}), inScanOrder(within))
		}
	}
	insert(t, s, sheets(20_000, 22_000)) // more than a store reads at once
	long := slices.DeleteFunc(sheets(20_000, 22_000), func(r response.Response) bool { return store.PartOf(r.ID) != 7 })
	long = append(long, slices.DeleteFunc(slices.Clone(all), func(r response.Response) bool {
		return r.Agency != "stp" || r.Day != today || store.PartOf(r.ID) != 7
	})...)
	today := calendar.Range{From: today, To: today}
	same(t, "long day", scan(t, s, store.Scan{Agency: "stp", Range: today, Part: 7}), inScanOrder(long))
}

func withID(id response.ID) func(*response.Response) {
	return func(r *response.Response) { r.ID = id }
}

// statesOf reads the states of today by agency and part; none may be told
// twice.
func statesOf(t *testing.T, s store.Store, agencies ...string) map[store.State]string {
	t.Helper()
	found, err := s.States(t.Context(), agencies, today)
	if err != nil {
		t.Fatalf("States of %v: %v", agencies, err)
	}
	tokens := map[store.State]string{}
	for _, state := range found {
		key := store.State{Agency: state.Agency, Part: state.Part}
		if _, twice := tokens[key]; twice {
			t.Errorf("States tells %+v twice", key)
		}
		tokens[key] = state.Token
	}
	return tokens
}

// states tells every part that holds something, and no other.
func states(t *testing.T, s store.Store) {
	all := spread()
	insert(t, s, all)
	for _, agencies := range [][]string{nil, {"none"}, {"stp"}, {"stp", "STP", "sở", "none"}} {
		want := map[store.State]bool{}
		for _, r := range all {
			if r.Day == today && slices.Contains(agencies, r.Agency) {
				want[store.State{Agency: r.Agency, Part: store.PartOf(r.ID)}] = true
			}
		}
		got := map[store.State]bool{}
		for key := range statesOf(t, s, agencies...) {
			got[key] = true
		}
		same(t, fmt.Sprintf("parts of %v", agencies), got, want)
	}
}

// statesGrow adds one response after another: each changes the state of its
// part, to one that it never had, and no other. One that is not new changes
// nothing.
func statesGrow(t *testing.T, s store.Store) {
	insert(t, s, sheets(0, 100, at("sgd")))
	before, had := statesOf(t, s, "sgd", "stp"), map[store.State]bool{}
	for n := 100; n < 200; n++ {
		r := sheet(n)
		insert(t, s, []response.Response{r, sheet(n-100, at("stp"))})
		after := statesOf(t, s, "sgd", "stp")
		changed := store.State{Agency: "stp", Part: store.PartOf(r.ID)}
		token := after[changed]
		now := store.State{Agency: "stp", Part: changed.Part, Token: token}
		if token == before[changed] || had[now] {
			t.Errorf("part %d goes from state %q to %q", changed.Part, before[changed], token)
		}
		had[now], before[changed] = true, token
		same(t, "states", after, before)
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
