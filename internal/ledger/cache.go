package ledger

import (
	"container/list"
	"sync"

	"hailong/internal/tally"
)

// cacheBytes is about how much a ledger keeps of what it has added up.
const cacheBytes = 64 << 20

// cache keeps the results of readings by key, those that were used last. What
// it holds is shared by readings and never changed. Whether it still holds is
// for the reader to find out: every entry has in it what it was made of.
type cache struct {
	limit int // bytes

	mu      sync.Mutex
	entries map[any]*list.Element // of *kept
	recent  list.List             // the one used last is in front
	size    int
}

type kept struct {
	key, value any
	size       int
}

func newCache(limit int) *cache {
	return &cache{limit: limit, entries: map[any]*list.Element{}}
}

// recall returns what is kept under the key, or the zero value.
func recall[V any](c *cache, key any) V {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.entries[key]
	if !ok {
		var none V
		return none
	}
	c.recent.MoveToFront(found)
	return found.Value.(*kept).value.(V)
}

// keep replaces what is kept under the key, and drops what was not used for
// longest when there is too much.
func (c *cache) keep(key, value any, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.entries[key]; ok {
		c.drop(old)
	}
	c.entries[key] = c.recent.PushFront(&kept{key, value, size})
	for c.size += size; c.size > c.limit; {
		c.drop(c.recent.Back())
	}
}

func (c *cache) drop(e *list.Element) {
	old := c.recent.Remove(e).(*kept)
	delete(c.entries, old.key)
	c.size -= old.size
}

// sizeOf is about how many bytes of memory a tally takes: nearly all of them
// are those of its maps.
func sizeOf(t tally.Tally) int {
	const cell, question = 350, 350
	size := cell
	for _, counts := range t {
		size += cell + question*len(counts.Questions)
	}
	return size
}
