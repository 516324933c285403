package collect

import (
	"context"
	"fmt"
	"sync"
	"time"

	"hailong/internal/response"
	"hailong/internal/store"
)

const (
	maxBatch   = 512              // responses in one commit
	maxWaiting = 8192             // responses in the queue; more are turned away at once
	insertTime = 10 * time.Second // for one commit

	// MaxAge is the longest time between the stamping of a response and the
	// start of its commit. A closed day is sealed only much later (see package
	// ledger), so no response can slip into a sealed day.
	MaxAge = time.Minute
)

// committer lets answers that wait at the same time share one durable commit:
// while a commit is under way the next batch gathers, so the batch grows with
// the load and nobody waits for a timer.
type committer struct {
	store   store.Responses
	now     func() time.Time
	queue   chan *waiting
	writers sync.WaitGroup

	mu     sync.RWMutex // guards closed against a send on a closed queue
	closed bool
}

type waiting struct {
	response response.Response
	received time.Time
	done     chan result // of capacity 1, so that a writer never blocks on it
}

type result struct {
	outcome store.Outcome
	err     error
}

func newCommitter(s store.Responses, writers int, now func() time.Time) *committer {
	c := &committer{store: s, now: now, queue: make(chan *waiting, maxWaiting)}
	for range writers {
		c.writers.Go(c.write)
	}
	return c
}

// add hands one response to a writer and waits for its commit.
func (c *committer) add(ctx context.Context, received time.Time, r response.Response) (store.Outcome, error) {
	w := &waiting{response: r, received: received, done: make(chan result, 1)}
	if !c.enqueue(w) {
		return 0, fmt.Errorf("queue of %d responses is full or closing: %w", maxWaiting, store.ErrUnavailable)
	}
	select {
	case res := <-w.done:
		return res.outcome, res.err
	case <-ctx.Done(): // the response may still become durable; the client's key makes repeating safe
		return 0, fmt.Errorf("wait for commit: %w: %w", ctx.Err(), store.ErrUnavailable)
	}
}

func (c *committer) enqueue(w *waiting) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed {
		return false
	}
	select {
	case c.queue <- w:
		return true
	default:
		return false
	}
}

func (c *committer) close() {
	c.mu.Lock()
	if !c.closed {
		c.closed = true
		close(c.queue)
	}
	c.mu.Unlock()
	c.writers.Wait()
}

func (c *committer) write() {
	batch := make([]*waiting, 0, maxBatch)
	responses := make([]response.Response, 0, maxBatch)
	for first := range c.queue {
		batch = c.gather(append(batch[:0], first))
		responses = responses[:0]
		for _, w := range batch {
			responses = append(responses, w.response)
		}
		c.insert(batch, responses)
		clear(batch)
	}
}

// gather takes whatever else is waiting, without waiting for more. What waited
// too long is refused here, so that it cannot reach a day that was sealed.
func (c *committer) gather(batch []*waiting) []*waiting {
	for len(batch) < maxBatch {
		select {
		case w, open := <-c.queue:
			if !open {
				return c.fresh(batch)
			}
			batch = append(batch, w)
		default:
			return c.fresh(batch)
		}
	}
	return c.fresh(batch)
}

func (c *committer) fresh(batch []*waiting) []*waiting {
	oldest := c.now().Add(-MaxAge)
	kept := batch[:0]
	for _, w := range batch {
		if w.received.Before(oldest) {
			w.done <- result{err: fmt.Errorf("waited longer than %v: %w", MaxAge, store.ErrUnavailable)}
			continue
		}
		kept = append(kept, w)
	}
	return kept
}

func (c *committer) insert(batch []*waiting, responses []response.Response) {
	if len(batch) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), insertTime)
	defer cancel()
	outcomes, err := c.store.Insert(ctx, responses)
	for i, w := range batch {
		if err != nil {
			w.done <- result{err: fmt.Errorf("commit %d responses: %w: %w", len(batch), store.ErrUnavailable, err)}
			continue
		}
		w.done <- result{outcome: outcomes[i]}
	}
}
