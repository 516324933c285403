package ledger_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/store"

	"github.com/google/go-cmp/cmp"
)

// decisionOn makes a decision over what is stored about the response.
func decisionOn(t tester, s store.Records, r response.Response, state response.State) response.Decision {
	t.Helper()
	d := response.Decision{Day: r.Day, Agency: r.Agency, ID: r.ID, State: state, Steps: []response.Step{{Act: response.Hold, Reason: "burst"}}}
	record, err := s.Record(context.Background(), response.DecisionKind, d.Key())
	if !errors.Is(err, store.ErrNotFound) {
		must(t, err)
	}
	d.Revision = record.Revision
	return d
}

// counted returns received, held and excluded of one agency.
func counted(t *testing.T, l *ledger.Ledger, agency string, r calendar.Range) [3]int64 {
	t.Helper()
	got, err := l.Read(t.Context(), []string{agency}, r)
	must(t, err)
	var n [3]int64
	for _, counts := range got[agency].Total() {
		n[0], n[1], n[2] = n[0]+counts.N, n[1]+counts.Held, n[2]+counts.Excluded
	}
	return n
}

// TestDecideOnSealedAndOpenDays takes responses through all states, on a
// sealed day and on the open one; received stays counted + held + excluded.
func TestDecideOnSealedAndOpenDays(t *testing.T) {
	db, c, days := sealed(t)
	l := ledger.New(db, c.now, vietnam)
	for i, day := range []calendar.Day{days.From, days.To} {
		only := calendar.Range{From: day, To: day}
		batch := added(10*(i+1), "stp", day, day, day)
		batch[0].Verdict = response.Verdict{Held: true, Reasons: []string{"burst"}}
		before := counted(t, l, "stp", only)
		_, err := l.Add(t.Context(), batch)
		must(t, err)
		for _, step := range []struct {
			response int
			state    response.State
			want     [3]int64 // counted, held, excluded of the three
		}{
			{1, response.Held, [3]int64{1, 2, 0}},
			{0, response.Released, [3]int64{2, 1, 0}},
			{0, response.Excluded, [3]int64{1, 1, 1}},
			{1, response.Excluded, [3]int64{1, 0, 2}},
			{0, response.Held, [3]int64{1, 1, 1}},
		} {
			must(t, l.Decide(t.Context(), []response.Decision{decisionOn(t, db, batch[step.response], step.state)}))
			got := counted(t, l, "stp", only)
			for k := range got {
				got[k] -= before[k]
			}
			if got != step.want {
				t.Errorf("%s: response %d %s: %v, want %v", day, step.response, step.state, got, step.want)
			}
		}
	}
	clean(t, db, l)
	if diff := cmp.Diff(count(t, db, agencies, days), read(t, l, agencies, days)); diff != "" {
		t.Error(diff)
	}
	found, err := l.Decisions(t.Context(), "stp", days)
	must(t, err)
	if len(found) != 4 || found[0].Day != days.From || found[3].Day != days.To || found[0].Revision == 0 {
		t.Errorf("Decisions: %+v", found)
	}
	if others, err := l.Decisions(t.Context(), "st", days); err != nil || len(others) != 0 {
		t.Errorf("Decisions of another agency: %+v, %v", others, err)
	}
}

// TestDecideLate is told of a decision that was made meanwhile; what was
// written before it counts.
func TestDecideLate(t *testing.T) {
	for name, adapt := range adapters {
		t.Run(name, func(t *testing.T) {
			db, c, days := sealed(t)
			l := ledger.New(adapt(db), c.now, vietnam)
			batch := added(1, "stp", days.From, days.From)
			_, err := l.Add(t.Context(), batch)
			must(t, err)
			both := []response.Decision{decisionOn(t, db, batch[0], response.Excluded), decisionOn(t, db, batch[1], response.Excluded)}
			must(t, l.Decide(t.Context(), both[1:]))
			if err := l.Decide(t.Context(), both); !errors.Is(err, store.ErrExists) {
				t.Errorf("over a new decision: %v", err)
			}
			both[1].Revision = 7
			both[0] = decisionOn(t, db, batch[0], response.Released)
			if err := l.Decide(t.Context(), both); !errors.Is(err, store.ErrConflict) {
				t.Errorf("over another revision: %v", err)
			}
			clean(t, db, l)
			if diff := cmp.Diff(count(t, db, agencies, days), read(t, l, agencies, days)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDecideCut has the writer die at each of its calls, as TestAddCut.
func TestDecideCut(t *testing.T) {
	for name, adapt := range adapters {
		t.Run(name, func(t *testing.T) {
			db, c, days := sealed(t)
			batch := added(1, "stp", days.From+2, days.From+3, days.To-20, days.To)
			_, err := ledger.New(db, c.now, vietnam).Add(t.Context(), batch)
			must(t, err)
			states, lives := []response.State{response.Excluded, response.Held, response.Released}, 0
			for _, effect := range []bool{false, true} {
				for fatal := 1; ; fatal++ {
					var decisions []response.Decision
					for _, r := range batch {
						decisions = append(decisions, decisionOn(t, db, r, states[lives%len(states)]))
					}
					lives++
					dying := newMortal(db, fatal, effect)
					err := ledger.New(adapt(dying), c.now, vietnam).Decide(t.Context(), decisions)
					if !dying.died {
						must(t, err)
						break
					}
					if !errors.Is(err, errDead) {
						t.Fatalf("Decide: %v", err)
					}
					afterDeath(t, db, c, days)
				}
			}
			if lives < 15 {
				t.Errorf("only %d lives", lives)
			}
		})
	}
}

// TestDecideConcurrently has writers decide about one day, over and over,
// while it is sealed, read and verified.
func TestDecideConcurrently(t *testing.T) {
	for name, adapt := range adapters {
		t.Run(name, func(t *testing.T) {
			db, c, days := sealed(t)
			c.set(days.To+3, time.Hour) // there are days to seal
			batch := added(1, "stp", days.From, days.From, days.To, days.To+1)
			_, err := ledger.New(db, c.now, vietnam).Add(t.Context(), batch)
			must(t, err)
			var over atomic.Bool
			var writers, others sync.WaitGroup
			for w := range 4 {
				writers.Go(func() {
					l := ledger.New(adapt(db), c.now, vietnam)
					for i := range 8 {
						r := batch[(w+i)%len(batch)]
						state := []response.State{response.Excluded, response.Held, response.Released}[i%3]
						err := l.Decide(context.Background(), []response.Decision{decisionOn(t, db, r, state)})
						if err != nil && !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrExists) {
							t.Errorf("Decide: %v", err)
						}
					}
				})
			}
			others.Go(func() {
				l := ledger.New(adapt(db), c.now, vietnam)
				for !over.Load() {
					verdict, err := l.Verify(context.Background(), nil)
					if err := errors.Join(err, l.Seal(context.Background(), nil)); err != nil || len(verdict.Differences) > 0 {
						t.Errorf("while others decide: %v, %+v", err, verdict)
						return
					}
				}
			})
			writers.Wait()
			over.Store(true)
			others.Wait()
			l := ledger.New(db, c.now, vietnam)
			must(t, l.Seal(t.Context(), nil))
			clean(t, db, l)
			if diff := cmp.Diff(count(t, db, agencies, days), read(t, l, agencies, days)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
