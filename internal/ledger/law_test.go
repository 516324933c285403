package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// start is the first day of a history.
var start = calendar.Date(2026, 7, 28)

// history is a life of the service drawn at random: answers come in, days
// pass, old answers are added, processes die. Two processes live through all
// of it, each with what it remembers; in one there is room for little.
type history struct {
	store   *sqlite.Store
	adapt   adapter
	clock   *clock
	ledgers [2]*ledger.Ledger
	made    int // responses
}

// ledger draws which of the processes does something.
func (h *history) ledger(t *rapid.T) *ledger.Ledger {
	return h.ledgers[rapid.IntRange(0, 1).Draw(t, "process")]
}

// TestHistory is the law of the ledger: whatever happened before, the figures
// of any range are those of a plain count of the responses; and once the marks
// of dead writers are old enough, everything can be brought to a state in
// which Verify finds nothing.
func TestHistory(t *testing.T) {
	folder, histories := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		histories++
		db, err := sqlite.Open(context.Background(), filepath.Join(folder, fmt.Sprintf("%d.db", histories)))
		must(t, err)
		defer db.Close()
		c := clockAt(start, 8*time.Hour)
		adapt := adapters[rapid.SampledFrom([]string{"transactions", "piecemeal"}).Draw(t, "adapter")]
		h := &history{store: db, adapt: adapt, clock: c}
		h.ledgers[0] = ledger.New(adapt(db), c.now, vietnam)
		h.ledgers[1] = ledger.Remembering(rapid.SampledFrom([]int{0, 50_000}).Draw(t, "bytes"), adapt(db), c.now, vietnam)
		t.Repeat(map[string]func(*rapid.T){
			"answers come":     h.answersCome,
			"time passes":      h.timePasses,
			"seal":             func(t *rapid.T) { must(t, h.ledger(t).Seal(context.Background(), nil)) },
			"add":              h.add,
			"decide":           h.decide,
			"a process dies":   h.processDies,
			"a mark is left":   h.markIsLeft,
			"repair":           h.repair,
			"figures are read": h.readFigures,
		})
		h.readFigures(t)
		h.clock.advance(time.Hour)
		h.repair(t)
		must(t, h.ledger(t).Seal(context.Background(), nil))
		clean(t, h.store, h.ledger(t))
		h.readFigures(t)
	})
}

// draw draws a batch for the days; some are repetitions.
func (h *history) draw(t *rapid.T, days calendar.Range) []response.Response {
	batch := make([]response.Response, rapid.IntRange(1, 6).Draw(t, "responses"))
	for i := range batch {
		n := h.made
		if h.made > 0 && rapid.IntRange(0, 5).Draw(t, "repeated") == 0 {
			n = rapid.IntRange(0, h.made-1).Draw(t, "which")
		} else {
			h.made++
		}
		batch[i] = sheet(n, rapid.SampledFrom(agencies).Draw(t, "agency"), drawDay(t, days))
		batch[i].Verdict.Held = n%3 == 0
	}
	return batch
}

func drawDay(t *rapid.T, r calendar.Range) calendar.Day {
	return calendar.Day(rapid.IntRange(int(r.From), int(r.To)).Draw(t, "day"))
}

// answersCome inserts answers as they are collected: of today, or in the first
// minute of a day of yesterday.
func (h *history) answersCome(t *rapid.T) {
	today := calendar.Range{From: h.clock.today(), To: h.clock.today()}
	if h.clock.now().Sub(today.From.Midnight(vietnam)) <= time.Minute {
		today.From--
	}
	insert(t, h.store, h.draw(t, today)...)
}

func (h *history) timePasses(t *rapid.T) {
	now := h.clock.now()
	midnight := (h.clock.today() + 1).Midnight(vietnam).Sub(now)
	h.clock.advance(rapid.SampledFrom([]time.Duration{
		time.Second, 11 * time.Minute, 5 * time.Hour, 24 * time.Hour, 10 * 24 * time.Hour,
		midnight - time.Second, midnight, midnight + time.Minute, midnight + ledger.Grace,
	}).Draw(t, "time"))
}

func (h *history) add(t *rapid.T) {
	batch := h.draw(t, calendar.Range{From: start - 20, To: h.clock.today()})
	outcomes, err := h.ledger(t).Add(context.Background(), batch)
	must(t, err)
	if len(outcomes) != len(batch) {
		t.Fatalf("%d outcomes for %d responses", len(outcomes), len(batch))
	}
}

// decisions draws some about responses that are stored.
func (h *history) decisions(t *rapid.T) []response.Decision {
	var stored []response.Response
	must(t, h.store.Scan(context.Background(), store.Scan{Range: everything()}, func(r *response.Response) error {
		stored = append(stored, *r)
		return nil
	}))
	if len(stored) == 0 {
		return nil
	}
	var all []response.Decision
	for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(stored)-1), 1, 5, rapid.ID).Draw(t, "decided") {
		all = append(all, decisionOn(t, h.store, stored[i], rapid.SampledFrom([]response.State{response.Held, response.Released, response.Excluded}).Draw(t, "state")))
	}
	return all
}

// decide decides about stored responses; sometimes somebody else was faster.
func (h *history) decide(t *rapid.T) {
	all := h.decisions(t)
	late := len(all) > 0 && rapid.IntRange(0, 4).Draw(t, "late") == 0
	if late {
		all[len(all)-1].Revision += 7
	}
	if err := h.ledger(t).Decide(context.Background(), all); late != errors.Is(err, store.ErrConflict) || !late && err != nil {
		t.Fatalf("Decide, late %v: %v", late, err)
	}
}

// processDies has another process do something and die at one of its calls.
func (h *history) processDies(t *rapid.T) {
	dying := newMortal(h.store, rapid.IntRange(1, 20).Draw(t, "fatal call"), rapid.Bool().Draw(t, "effect"))
	other := ledger.New(h.adapt(dying), h.clock.now, vietnam)
	var err error
	switch rapid.SampledFrom([]string{"add", "add", "decide", "decide", "seal", "repair"}).Draw(t, "doing") {
	case "add":
		_, err = other.Add(context.Background(), h.draw(t, calendar.Range{From: start - 20, To: h.clock.today()}))
	case "decide":
		err = other.Decide(context.Background(), h.decisions(t))
	case "seal":
		err = other.Seal(context.Background(), nil)
	case "repair":
		_, err = other.Repair(context.Background())
	}
	if (err != nil) != dying.died {
		t.Fatalf("died: %v, but the error is %v", dying.died, err)
	}
}

// markIsLeft adds a mark that no writer of ours made.
func (h *history) markIsLeft(t *rapid.T) {
	must(t, h.store.AddMarks(context.Background(), []store.Mark{{
		Agency: rapid.SampledFrom(agencies).Draw(t, "agency"), Day: drawDay(t, calendar.Range{From: start - 20, To: h.clock.today()}), Token: "?",
	}}))
}

func (h *history) repair(t *rapid.T) {
	marks, err := h.store.Marks(context.Background())
	must(t, err)
	repaired, err := h.ledger(t).Repair(context.Background())
	must(t, err)
	left, err := h.store.Marks(context.Background())
	must(t, err)
	if len(marks)-len(left) != repaired {
		t.Fatalf("%d marks became %d, told are %d", len(marks), len(left), repaired)
	}
}

func (h *history) readFigures(t *rapid.T) {
	from := drawDay(t, calendar.Range{From: start - 30, To: h.clock.today() + 5})
	r := calendar.Range{From: from, To: drawDay(t, calendar.Range{From: from - 1, To: h.clock.today() + 40})}
	if rapid.Bool().Draw(t, "whole months") {
		r = calendar.Range{From: r.From.Month().First(), To: r.To.Month().Last()}
	}
	if rapid.Bool().Draw(t, "the whole life") { // asked for again and again, as a dashboard is
		r = calendar.Range{From: start - 30, To: h.clock.today()}
	}
	codes := rapid.SliceOfNDistinct(rapid.SampledFrom(append(agencies, "none")), 0, 4, rapid.ID).Draw(t, "agencies")
	want := count(t, h.store, codes, r)
	for i, l := range h.ledgers {
		if diff := cmp.Diff(want, read(t, l, codes, r)); diff != "" {
			t.Fatalf("figures of %v from %s to %s in process %d (- counted, + read):\n%s", codes, r.From, r.To, i, diff)
		}
	}
}
