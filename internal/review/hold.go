package review

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/store"
)

// Hold holds answers that came in before, because of those that came later. An
// answer that is held or about which somebody decided is left as it is. It
// returns the findings about answers that are not stored, or not stored yet.
func (b *Book) Hold(ctx context.Context, findings []quality.Finding) (left []quality.Finding, err error) {
	reasons := make(map[response.ID]quality.Reason, len(findings))
	decided := make(map[response.ID]*response.Decision, len(findings))
	for _, f := range findings {
		if _, named := reasons[f.ID]; !named {
			reasons[f.ID], decided[f.ID] = f.Reason, nil
		}
	}
	found, err := b.find(ctx, decided)
	if err != nil {
		return findings, fmt.Errorf("hold %d answers: %w", len(findings), err)
	}
	var decisions []response.Decision
	for i := range found {
		r := &found[i].response
		if !r.Verdict.Held {
			decisions = append(decisions, response.Decision{Day: r.Day, Agency: r.Agency, ID: r.ID, State: response.Held,
				Steps: []response.Step{{Act: response.Hold, Reason: string(reasons[r.ID])}}})
		}
		delete(reasons, r.ID)
	}
	if err := b.holdNew(ctx, decisions); err != nil {
		return findings, fmt.Errorf("hold %d answers: %w", len(decisions), err)
	}
	for _, f := range findings {
		if _, missing := reasons[f.ID]; missing {
			left = append(left, f)
			delete(reasons, f.ID)
		}
	}
	return left, nil
}

// holdNew writes decisions, all together or, where one of them is there
// already, each by itself.
func (b *Book) holdNew(ctx context.Context, decisions []response.Decision) error {
	if len(decisions) == 0 {
		return nil
	}
	err := b.Ledger.Decide(ctx, decisions)
	if !errors.Is(err, store.ErrExists) {
		return err
	}
	for i := range decisions {
		if err := b.Ledger.Decide(ctx, decisions[i:i+1]); err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	return nil
}

// How the Holder works off what it was told.
const (
	maxFindings = 20_000          // waiting; more are dropped
	holdPause   = time.Second     // between two turns: findings come in swarms
	holdTries   = 120             // turns in which an answer may still become durable
	lastTurn    = 5 * time.Second // when the service stops
)

// Holder holds earlier answers beside the way of the answers, so that nobody
// waits for it. What it was told and has not done yet is lost with the process:
// then such an answer counts although a later one made it suspicious.
type Holder struct {
	hold func(context.Context, []quality.Finding) ([]quality.Finding, error)
	log  *slog.Logger

	mu      sync.Mutex
	waiting []told
}

// told is a finding and how often it was tried.
type told struct {
	quality.Finding
	tries int
}

// NewHolder returns a holder for the book; Run works.
func NewHolder(b *Book, log *slog.Logger) *Holder { return &Holder{hold: b.Hold, log: log} }

// Later takes findings and returns at once.
func (h *Holder) Later(findings []quality.Finding) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range findings {
		if len(h.waiting) < maxFindings {
			h.waiting = append(h.waiting, told{Finding: f})
		}
	}
}

// Run holds what it is told until the context ends, and then what is left,
// once more. A failure is logged and tried again.
func (h *Holder) Run(ctx context.Context) {
	ticker := time.NewTicker(holdPause)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastTurn)
			defer cancel()
			h.turn(last)
			return
		case <-ticker.C:
			h.turn(ctx)
		}
	}
}

// turn tries once to hold all that waits.
func (h *Holder) turn(ctx context.Context) {
	h.mu.Lock()
	all := h.waiting
	h.waiting = nil
	h.mu.Unlock()
	if len(all) == 0 {
		return
	}
	findings := make([]quality.Finding, len(all))
	tries := map[response.ID]int{}
	for i, t := range all {
		findings[i], tries[t.ID] = t.Finding, max(tries[t.ID], t.tries+1)
	}
	left, err := h.hold(ctx, findings)
	if err != nil {
		h.log.Warn("hold earlier answers; tried again", "answers", len(left), "error", err)
	}
	h.back(left, tries, err != nil)
}

// back keeps what is left for the next turn. An answer that is not stored after
// so many was never accepted; a failure of the store does not count.
func (h *Holder) back(left []quality.Finding, tries map[response.ID]int, failed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range left {
		n := tries[f.ID]
		if failed {
			n--
		}
		if n < holdTries && len(h.waiting) < maxFindings {
			h.waiting = append(h.waiting, told{f, n})
		}
	}
}
