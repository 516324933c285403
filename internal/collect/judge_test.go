package collect_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"hailong/internal/collect"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/surveys"
)

// judged starts a collector whose answers are judged, and returns what it finds
// about earlier ones.
func judged(t *testing.T, s collect.Store, now func() time.Time) (*collect.Collector, func() []quality.Finding) {
	t.Helper()
	thresholds, err := quality.Load(surveys.FS)
	must(t, err)
	c := start(t, s, now)
	var mu sync.Mutex
	var found []quality.Finding
	c.CheckWith(&collect.Checks{Judge: quality.New(thresholds, vietnam(t)), Later: func(more []quality.Finding) {
		mu.Lock()
		defer mu.Unlock()
		found = append(found, more...)
	}})
	return c, func() []quality.Finding {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(found)
	}
}

// from is the nth submission, as one phone sends it.
func from(t *testing.T, device string, n int) collect.Submission {
	s := sheet(form(t), n)
	s.Arrival = collect.Arrival{Device: device, Opened: noon.Add(-time.Minute)}
	return s
}

// TestVerdictIsStored holds the fourth answer of one phone and names the three
// before it; all are stored, and the sender learns nothing of it.
func TestVerdictIsStored(t *testing.T) {
	m := newMemory()
	c, found := judged(t, m, at(noon))
	for n := range 4 {
		if outcome, err := c.Accept(t.Context(), from(t, "phone", n)); outcome != store.Stored || err != nil {
			t.Fatalf("answer %d: %v, %v", n, outcome, err)
		}
	}
	for n, held := range []bool{false, false, false, true} {
		verdict := m.kept[id(t, n)].Verdict
		if verdict.Held != held || slices.Contains(verdict.Reasons, "same_device") != (n > 0) {
			t.Errorf("answer %d: %+v", n, verdict)
		}
	}
	var named []response.ID
	for _, f := range found() {
		named = append(named, f.ID)
	}
	if len(named) != 3 || !slices.Contains(named, id(t, 0)) || !slices.Contains(named, id(t, 1)) || !slices.Contains(named, id(t, 2)) {
		t.Errorf("named are %v", found())
	}
}

// TestRepetitionIsNoSecondAnswer sends one submission many times, as phones do
// in a bad network: it stays the only answer of its phone.
func TestRepetitionIsNoSecondAnswer(t *testing.T) {
	m := newMemory()
	c, found := judged(t, m, at(noon))
	for range 6 {
		_, err := c.Accept(t.Context(), from(t, "phone", 1))
		must(t, err)
	}
	if verdict := m.kept[id(t, 1)].Verdict; verdict.Held || len(verdict.Reasons) > 0 || len(found()) > 0 {
		t.Errorf("verdict %+v, found %v", verdict, found())
	}
}

// TestHeldAnswerStaysHeldWhenSentAgain loses the store at the first try: the
// second try has the verdict of the first.
func TestHeldAnswerStaysHeldWhenSentAgain(t *testing.T) {
	m := newMemory()
	m.beforeInsert = func(_ context.Context, call int) error {
		if call == 4 {
			return errors.New("down")
		}
		return nil
	}
	c, _ := judged(t, m, at(noon))
	for n := range 3 {
		_, err := c.Accept(t.Context(), from(t, "phone", n))
		must(t, err)
	}
	if _, err := c.Accept(t.Context(), from(t, "phone", 3)); !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("with the store down: %v", err)
	}
	_, err := c.Accept(t.Context(), from(t, "phone", 3))
	must(t, err)
	if verdict := m.kept[id(t, 3)].Verdict; !verdict.Held {
		t.Errorf("sent again: %+v", verdict)
	}
}

// TestPaperIsNotJudged types in a pile of like sheets.
func TestPaperIsNotJudged(t *testing.T) {
	m := newMemory()
	c, found := judged(t, m, at(noon))
	for n := range 40 {
		s := from(t, "clerk", n)
		s.Channel = response.Paper
		_, err := c.Accept(t.Context(), s)
		must(t, err)
		if verdict := m.kept[id(t, n)].Verdict; verdict.Held || len(verdict.Reasons) > 0 {
			t.Fatalf("sheet %d: %+v", n, verdict)
		}
	}
	if len(found()) > 0 {
		t.Errorf("found %v", found())
	}
}

// TestInvalidIsNotJudged sends faulty sheets of one phone before a good one.
func TestInvalidIsNotJudged(t *testing.T) {
	m := newMemory()
	c, _ := judged(t, m, at(noon))
	for n := range 4 {
		s := from(t, "phone", n)
		s.Lang = "fr"
		if _, err := c.Accept(t.Context(), s); err == nil {
			t.Fatal("accepted")
		}
	}
	_, err := c.Accept(t.Context(), from(t, "phone", 9))
	must(t, err)
	if verdict := m.kept[id(t, 9)].Verdict; len(verdict.Reasons) > 0 {
		t.Errorf("verdict %+v", verdict)
	}
}
