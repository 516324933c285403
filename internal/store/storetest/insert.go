package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
)

func insertChecks() []check {
	return []check{
		{"InsertNothing", insertNothing},
		{"InsertRepeated", insertRepeated},
		{"InsertTwinsInOneBatch", insertTwins},
		{"InsertKeepsTheFirst", insertKeepsTheFirst},
		{"InsertLargeBatch", insertLargeBatch},
		{"InsertConcurrently", insertConcurrently},
		{"InsertKeepsEveryField", insertKeepsEveryField},
		{"InsertAwkwardStrings", insertAwkwardStrings},
		{"Exists", exists},
		{"FirstDay", firstDay},
	}
}

func insertNothing(t *testing.T, s store.Store) {
	insert(t, s, nil)
	insert(t, s, []response.Response{})
	same(t, "responses", scan(t, s, store.Scan{Range: always()}), nil)
}

func insertRepeated(t *testing.T, s store.Store) {
	same(t, "first", insert(t, s, sheets(0, 3)), []store.Outcome{store.Stored, store.Stored, store.Stored})
	same(t, "the same again", insert(t, s, sheets(0, 3)), []store.Outcome{store.Duplicate, store.Duplicate, store.Duplicate})
	same(t, "overlapping", insert(t, s, sheets(2, 4)), []store.Outcome{store.Duplicate, store.Stored})
	same(t, "responses", scan(t, s, store.Scan{Range: always()}), inScanOrder(sheets(0, 4)))
}

// insertTwins has one id several times in a batch, with other contents.
func insertTwins(t *testing.T, s store.Store) {
	insert(t, s, sheets(0, 1))
	batch := []response.Response{
		sheet(0, saying("kept out")), sheet(1), sheet(1, saying("kept out")), sheet(2, saying("first")),
		sheet(0), sheet(1, on(today+1)), sheet(2, at("sgd")), sheet(3),
	}
	want := []store.Outcome{
		store.Duplicate, store.Stored, store.Duplicate, store.Stored,
		store.Duplicate, store.Duplicate, store.Duplicate, store.Stored,
	}
	same(t, "outcomes", insert(t, s, batch), want)
	kept := []response.Response{sheet(0), sheet(1), sheet(2, saying("first")), sheet(3)}
	same(t, "responses", scan(t, s, store.Scan{Range: always()}), inScanOrder(kept))
}

// insertKeepsTheFirst repeats an id with every other field changed.
func insertKeepsTheFirst(t *testing.T, s store.Store) {
	insert(t, s, sheets(0, 1))
	for _, other := range []response.Response{
		sheet(0, saying("other")), sheet(0, on(today+1)), sheet(0, on(today-1)), sheet(0, at("sgd")),
		sheet(0, on(today+40), at("syt"), saying("other")),
	} {
		same(t, "outcomes", insert(t, s, []response.Response{other, sheet(0)}), []store.Outcome{store.Duplicate, store.Duplicate})
	}
	same(t, "responses", scan(t, s, store.Scan{Range: always()}), sheets(0, 1))
	same(t, "texts", texts(t, s, store.Texts{Range: always(), Limit: 5}), nil)
}

func insertLargeBatch(t *testing.T, s store.Store) {
	const half, all = 1_500, 3_000
	insert(t, s, sheets(0, half))
	for i, outcome := range insert(t, s, sheets(0, all)) {
		if (outcome == store.Stored) != (i >= half) {
			t.Fatalf("outcome of response %d is %v", i, outcome)
		}
	}
	same(t, "responses", scan(t, s, store.Scan{Range: always()}), inScanOrder(sheets(0, all)))
}

// insertConcurrently has many writers whose batches overlap, in another order
// each, with some ids twice in one batch.
func insertConcurrently(t *testing.T, s store.Store) {
	const writers, distinct = 12, 600
	stored := make([]atomic.Int32, distinct)
	together(writers, func(w int) {
		random := rand.New(rand.NewPCG(1, uint64(w)))
		order := append(random.Perm(distinct), random.Perm(distinct)[:60]...)
		for numbers := range slices.Chunk(order, 1+random.IntN(100)) {
			var batch []response.Response
			for _, n := range numbers {
				batch = append(batch, sheet(n))
			}
			outcomes, err := s.Insert(t.Context(), batch)
			if err != nil || len(outcomes) != len(batch) {
				t.Errorf("Insert: %d outcomes of %d, %v", len(outcomes), len(batch), err)
				return
			}
			for i, outcome := range outcomes {
				if outcome == store.Stored {
					stored[numbers[i]].Add(1)
				}
			}
		}
	})
	for n := range stored {
		if times := stored[n].Load(); times != 1 {
			t.Errorf("response %d was Stored %d times", n, times)
		}
	}
	same(t, "responses", scan(t, s, store.Scan{Range: always()}), inScanOrder(sheets(0, distinct)))
}

func insertKeepsEveryField(t *testing.T, s store.Store) {
	batch := []response.Response{
		{
			ID: idOf(1), Day: today, Shift: calendar.Afternoon, Agency: "stp", Counter: "q2", Channel: response.Paper,
			Form: survey.Ref{ID: "mot-cua-22", Version: 12}, Lang: "mnong",
			Verdict: response.Verdict{Held: true, Reasons: []string{"same_device", "several_flags"}},
			Answers: []survey.Answer{
				{Question: "overall", Values: []string{"2"}},
				{Question: "reasons", Values: []string{"slow", "rude", "fees"}},
				{Question: "again", Values: []string{survey.Yes}},
				{Question: "comment", Text: "Cô ấy nói: \"Mai quay lại\"\nrồi 'thôi' \\ 100% 🙂"},
			},
		},
		{
			ID: idOf(2), Day: today, Shift: calendar.Morning, Agency: "stp", Counter: "q1", Service: "lltp",
			Channel: response.Kiosk, Form: survey.Ref{ID: "nd61-3", Version: 1}, Lang: "vi",
			Verdict: response.Verdict{Reasons: []string{"burst"}},
		},
		{ID: response.ID{}, Day: -1, Shift: calendar.Morning, Agency: "a", Counter: "q", Channel: response.Ticket, Form: survey.Ref{ID: "f", Version: 1}, Lang: "en"},
	}
	insert(t, s, batch)
	same(t, "responses", scan(t, s, store.Scan{Range: always()}), inScanOrder(batch))
}

// insertAwkwardStrings puts every awkward string into every free field.
func insertAwkwardStrings(t *testing.T, s store.Store) {
	var batch []response.Response
	for i, key := range awkward() {
		batch = append(batch, response.Response{
			ID: idOf(i), Day: today, Shift: calendar.Morning, Agency: key, Counter: key, Service: key, Channel: response.QR,
			Form: survey.Ref{ID: key, Version: 1}, Lang: key,
			Answers: []survey.Answer{{Question: key, Values: []string{key, key + key}}, {Question: "comment", Text: key}},
			Verdict: response.Verdict{Reasons: []string{key, "", key}},
		})
	}
	insert(t, s, batch)
	same(t, "responses", scan(t, s, store.Scan{Range: always()}), inScanOrder(batch))
	for i, key := range awkward() {
		one := []response.Response{batch[i]}
		same(t, fmt.Sprintf("scan of agency %q", key), scan(t, s, store.Scan{Agency: key, Range: always()}), one)
		for _, q := range []store.Texts{{Agency: key}, {Counter: key}, {Service: key}} {
			q.Range, q.Limit = always(), 10
			same(t, fmt.Sprintf("texts %+v", q), texts(t, s, q), one)
		}
	}
}

// exists asks before and after, for ids that differ in one bit only.
func exists(t *testing.T, s store.Store) {
	near, zero := idOf(0), response.ID{}
	near[15] ^= 1
	check := func(id response.ID, want bool) {
		t.Helper()
		if got, err := s.Exists(t.Context(), id); got != want || err != nil {
			t.Errorf("Exists %s: %v, %v; want %v", id, got, err, want)
		}
	}
	check(idOf(0), false)
	insert(t, s, []response.Response{sheet(0, on(-400)), sheet(1)})
	check(idOf(0), true)
	check(idOf(1), true)
	check(near, false)
	check(zero, false)
}

func firstDay(t *testing.T, s store.Store) {
	first := today
	for i, day := range []calendar.Day{today, today + 5, today - 300, -7} {
		insert(t, s, sheets(i, i+1, on(day)))
		first = min(first, day)
		if got, ok, err := s.FirstDay(t.Context()); got != first || !ok || err != nil {
			t.Errorf("FirstDay after day %d: %d, %v, %v; want %d", day, got, ok, err, first)
		}
	}
}
