package quality

import (
	"sync"

	"hailong/internal/response"
)

// The bounds of what is kept of pages.
const (
	pagesKept = 1 << 16
	usesKept  = 7 // of one page
)

// pages are those that answers came from today. Where there are too many, any
// other makes room: it is then unknown again, and passes.
type pages struct {
	mu   sync.Mutex
	seen map[uint64]uses // by digest
}

// uses are the answers that came from one page.
type uses struct {
	n   int
	ids [usesKept]response.ID // the first of them
}

// note adds an answer and returns what is known of its page, this answer
// counted; nothing when the page is not known.
func (p *pages) note(page uint64, id response.ID) uses {
	if page == 0 {
		return uses{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = map[uint64]uses{}
	}
	u, known := p.seen[page]
	if !known && len(p.seen) >= pagesKept {
		for one := range p.seen {
			delete(p.seen, one)
			break
		}
	}
	if u.n < usesKept {
		u.ids[u.n] = id
	}
	u.n++
	p.seen[page] = u
	return u
}

// samePage finds answers whose page was made once and sent again and again. A
// browser may keep a page and send it a second time; a program that saved one
// sends it for ever. The tablet's page stays open for everybody.
func (v *view) samePage() Outcome {
	limits := v.limits.SamePage
	if limits == nil || v.page.n == 0 {
		return NotApplied
	}
	outcome := byCount(v.page.n, limits.FlagFrom, limits.HoldFrom)
	if outcome == Hold && v.page.n == limits.HoldFrom {
		for _, id := range v.page.ids[:v.page.n] {
			v.name(id, SamePage)
		}
	}
	return outcome
}
