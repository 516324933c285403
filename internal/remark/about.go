package remark

import (
	"strings"
	"sync"

	"hailong/internal/comment"
	"hailong/internal/response"
)

// about is what the lexicon finds in the words of a remark.
type about struct{ topics, signals []comment.TopicID }

// remembered is how many finds are kept. A find costs far more than reading
// the remark does, and stays true: neither the words nor the lexicon change.
const remembered = 20_000

// memory keeps finds by the id of the answer. When it is full it begins anew.
type memory struct {
	mu    sync.Mutex
	known map[response.ID]about
}

func (m *memory) of(id response.ID) (about, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, known := m.known[id]
	return found, known
}

func (m *memory) keep(id response.ID, found about) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= remembered {
		m.known = make(map[response.ID]about)
	}
	m.known[id] = found
}

// about finds topics and signals of all texts of a remark together.
func (b *Book) about(id response.ID, texts []string) about {
	if found, known := b.finds.of(id); known {
		return found
	}
	all := strings.Join(texts, "\n")
	found := about{b.Lexicon.Topics(all), b.Lexicon.Signals(all)}
	b.finds.keep(id, found)
	return found
}
