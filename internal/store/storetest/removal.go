package storetest

import (
	"slices"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
)

func removalChecks() []check {
	return []check{
		{"RemoveThrough", removeThrough},
		{"RemoveThroughManyAtOnce", removeThroughMany},
		{"RemoveThroughWhileAnswersCome", removeWhileInserting},
		{"TidyChangesNothing", tidyChangesNothing},
		{"TidyWhileAnswersCome", tidyWhileInserting},
	}
}

// removeThrough removes the older days of several agencies and nothing else,
// wherever a response is looked for.
func removeThrough(t *testing.T, s store.Store) {
	all := append(spread(), sheets(700, 730, on(today-3), saying("chờ lâu"))...)
	insert(t, s, all)
	left := slices.DeleteFunc(slices.Clone(all), func(r response.Response) bool { return r.Day <= today-2 })
	for again, want := range []int64{int64(len(all) - len(left)), 0} {
		if n, err := s.RemoveThrough(t.Context(), today-2); n != want || err != nil {
			t.Errorf("RemoveThrough, time %d: %d, %v; want %d", again+1, n, err, want)
		}
	}
	same(t, "what is left", scan(t, s, store.Scan{Range: always()}), inScanOrder(left))
	same(t, "texts of the days removed", texts(t, s, store.Texts{Range: calendar.Range{From: today - 3, To: today - 2}, Limit: 100}), nil)
	if found, err := s.Exists(t.Context(), all[len(all)-1].ID); found || err != nil {
		t.Errorf("a removed response exists: %v, %v", found, err)
	}
	if day, found, err := s.FirstDay(t.Context()); day != today-1 || !found || err != nil {
		t.Errorf("FirstDay: %v, %v, %v", day, found, err)
	}
	states, err := s.States(t.Context(), []string{"stp", "syt"}, today-3)
	if len(states) != 0 || err != nil {
		t.Errorf("States of a removed day: %v, %v", states, err)
	}
}

// removeThroughMany removes more than one command or commit would.
func removeThroughMany(t *testing.T, s store.Store) {
	const many = 2_500
	insert(t, s, sheets(0, many, on(today-1)))
	insert(t, s, sheets(many, many+10))
	if n, err := s.RemoveThrough(t.Context(), today-1); n != many || err != nil {
		t.Errorf("RemoveThrough: %d, %v; want %d", n, err, many)
	}
	if left := scan(t, s, store.Scan{Range: always()}); len(left) != 10 {
		t.Errorf("%d responses are left, want 10", len(left))
	}
}

func removeWhileInserting(t *testing.T, s store.Store) {
	insert(t, s, sheets(0, 1_500, on(today-400)))
	together(3, func(i int) {
		if i == 0 {
			if _, err := s.RemoveThrough(t.Context(), today-300); err != nil {
				t.Errorf("RemoveThrough: %v", err)
			}
			return
		}
		for n := range 20 {
			if _, err := s.Insert(t.Context(), sheets(10_000*i+10*n, 10_000*i+10*n+10)); err != nil {
				t.Errorf("Insert: %v", err)
			}
		}
	})
	if left := scan(t, s, store.Scan{Range: always()}); len(left) != 400 {
		t.Errorf("%d responses are left, want 400", len(left))
	}
}

// tidyChangesNothing tidies days with many agencies, texts and verdicts, more
// than once and with answers in between.
func tidyChangesNothing(t *testing.T, s store.Store) {
	all := append(spread(), sheets(2_000, 2_200, saying(`"'\`+"\n🙂"), func(r *response.Response) {
		r.Answers = append(r.Answers, survey.Answer{Question: "reasons", Values: []string{"slow", "far"}})
	})...)
	for batch := range slices.Chunk(all, 60) {
		insert(t, s, batch)
		for _, day := range []calendar.Day{today, today - 1, today + 1} {
			if err := s.Tidy(t.Context(), day); err != nil {
				t.Fatalf("Tidy %s: %v", day, err)
			}
		}
	}
	same(t, "responses", scan(t, s, store.Scan{Range: always()}), inScanOrder(all))
	for i, outcome := range insert(t, s, all) {
		if outcome != store.Duplicate {
			t.Fatalf("response %d can be stored a second time", i)
		}
	}
}

func tidyWhileInserting(t *testing.T, s store.Store) {
	const writers, batches, each = 3, 15, 20
	together(writers+1, func(i int) {
		for n := range batches {
			if i == writers {
				if err := s.Tidy(t.Context(), today); err != nil {
					t.Errorf("Tidy: %v", err)
				}
				continue
			}
			first := 10_000*i + each*n
			if _, err := s.Insert(t.Context(), sheets(first, first+each)); err != nil {
				t.Errorf("Insert: %v", err)
			}
		}
	})
	if found := scan(t, s, store.Scan{Range: always()}); len(found) != writers*batches*each {
		t.Errorf("%d responses, want %d", len(found), writers*batches*each)
	}
}
