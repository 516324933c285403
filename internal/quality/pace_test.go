package quality_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"hailong/internal/quality"
)

// row sends n forms, each opened so long after the one before was sent, and
// returns how many the check for rows names.
func row(r *rig, from time.Time, n int, gap, took func() time.Duration, change func(*answer)) (named int) {
	sent := from
	for range n {
		a := answer{took: took(), level: 5}
		sent = sent.Add(gap() + a.took)
		a.at = sent
		if change != nil {
			change(&a)
		}
		if v := r.send(a); slices.Contains(v.Reasons, quality.OneByOne) {
			named++
		}
	}
	return named
}

func fixed(d time.Duration) func() time.Duration { return func() time.Duration { return d } }

// uniform draws durations of a range.
func uniform(rng *rand.Rand, least, most time.Duration) func() time.Duration {
	return func() time.Duration { return least + time.Duration(rng.Int64N(int64(most-least))) }
}

// People who wait for the poster open the form when the one before them has
// sent it. Their order is no proof of anything, whatever they think.
func TestDenseQueueIsNotHeld(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		r := newRig(t)
		named := row(r, monday, 16, uniform(rng, 5*time.Second, 20*time.Second), uniform(rng, 12*time.Second, 20*time.Second), func(a *answer) {
			if rng.Float64() < 0.1 {
				a.level = 1 + rng.IntN(4)
			}
		})
		if r.wantHeld(0); named > 0 {
			t.Errorf("seed %d: %d of 16 are noted for their order", seed, named)
		}
	}
}

func TestRowsThatTellMoreThanTheirOrder(t *testing.T) {
	tests := map[string]struct {
		gap, took time.Duration
		n         int
		change    func(*answer)
	}{
		"opened at once":             {2 * time.Second, 15 * time.Second, 8, nil},
		"without reading":            {15 * time.Second, 6 * time.Second, 8, nil},
		"without devices":            {15 * time.Second, 20 * time.Second, 8, func(a *answer) { a.device = "-" }},
		"longer than any queue":      {15 * time.Second, 20 * time.Second, 45, nil},
		"from an address of its own": {2 * time.Second, 15 * time.Second, 8, func(a *answer) { a.address = phone }},
	}
	for name, test := range tests {
		r := newRig(t)
		r.send(answer{at: monday.Add(-time.Minute), level: 2})
		if named := row(r, monday, test.n, fixed(test.gap), fixed(test.took), test.change); named == 0 {
			t.Errorf("%s: nothing is noted", name)
		}
		r.wantHeld(test.n)
	}
}

// Somebody quick among the others, or a pair that hurries, does not make a row.
func TestRowWithAFewHastyOnes(t *testing.T) {
	r := newRig(t)
	n := 0
	row(r, monday, 20, func() time.Duration {
		if n++; n%3 == 0 {
			return 2 * time.Second
		}
		return 14 * time.Second
	}, uniform(rand.New(rand.NewPCG(1, 1)), 13*time.Second, 40*time.Second), func(a *answer) { a.level = 4 + n%2 })
	r.wantHeld(0)
}
