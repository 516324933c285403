// Package auth knows who works with the figures: accounts, logins, sessions
// and what each role may do. It knows nothing of HTTP, cookies or pages, does
// not log, and keeps neither a password nor a session's token, only what can
// recognise them again. No error it returns repeats a password.
package auth

import (
	"context"
	"time"

	"hailong/internal/store"
)

// Store is the part of the storage contract that accounts need.
type Store interface {
	store.Accounts
	store.Sessions
}

// Accounts adds, changes and logs in accounts. It is safe for use by many
// goroutines. What it remembers of wrong passwords lives in memory and is
// forgotten at a restart.
type Accounts struct {
	db           Store
	agencyExists func(ctx context.Context, code string) (bool, error)
	now          func() time.Time
	hasher       *hasher
	throttle     *throttle
}

// New returns accounts kept in db. agencyExists looks a code up in the
// register.
func New(db Store, agencyExists func(ctx context.Context, code string) (bool, error), now func() time.Time) *Accounts {
	return &Accounts{
		db:           db,
		agencyExists: agencyExists,
		now:          now,
		hasher:       newHasher(),
		throttle:     newThrottle(),
	}
}
