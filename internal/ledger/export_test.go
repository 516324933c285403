package ledger

import "time"

// Remembering is New with room for so many bytes of what was added up.
func Remembering(bytes int, s Store, now func() time.Time, location *time.Location) *Ledger {
	l := New(s, now, location)
	l.cache = newCache(bytes)
	return l
}

// Remembered returns how many results the ledger keeps, and their size.
func (l *Ledger) Remembered() (results, bytes int) {
	l.cache.mu.Lock()
	defer l.cache.mu.Unlock()
	return l.cache.recent.Len(), l.cache.size
}
