package auth

import (
	"context"
	"fmt"

	"github.com/alexedwards/argon2id"
	"golang.org/x/sync/semaphore"
)

// maxHashes is how many passwords are hashed at once. A flood of logins then
// costs two cores and 38 MiB, and citizens are still served.
const maxHashes = 2

// hashParams is the smallest cost that OWASP names for argon2id: 19 MiB, two
// passes, one lane; 25 ms on a server of 2026. The lane is fixed, not the
// number of cores, so that a hash costs the same on every machine.
func hashParams() *argon2id.Params {
	return &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// decoy is compared when there is no account, so that a stranger costs as much
// time as an account. It has the cost of hashParams, and no known password.
const decoy = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// hasher makes and compares password hashes, few at a time.
type hasher struct {
	slots   *semaphore.Weighted
	compare func(password, hash string) (bool, error)
}

func newHasher() *hasher {
	return &hasher{slots: semaphore.NewWeighted(maxHashes), compare: argon2id.ComparePasswordAndHash}
}

// hash returns the PHC string of a password. While it waits for its turn it
// obeys the context.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	defer h.slots.Release(1)
	hash, err := argon2id.CreateHash(password, hashParams())
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// matches says whether the hash was made of the password. While it waits for
// its turn it obeys the context.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	defer h.slots.Release(1)
	match, err := h.compare(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return match, nil
}
