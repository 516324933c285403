package auth

// What the tests look at from inside: the costly comparison, which they count
// and hold up, and the size of the throttle's memory.

const (
	MaxTracked = maxTracked
	Decoy      = decoy
)

// ReplaceCompare puts another comparison in the place of argon2id.
func (a *Accounts) ReplaceCompare(compare func(password, hash string) (bool, error)) {
	a.hasher.compare = compare
}

// Tracked returns how many origins the fullest budget remembers.
func (a *Accounts) Tracked() int {
	t := a.throttle
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(len(t.pairs.records), len(t.clients.records), len(t.emails.records))
}

// ReplaceStore puts another store in the place of the one given to New.
func (a *Accounts) ReplaceStore(db Store) { a.db = db }
