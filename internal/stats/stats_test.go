package stats_test

import (
	"testing"

	"hailong/internal/stats"

	"pgregory.net/rapid"
)

// Golden vector G-16 of the domain note, and the pooled index of G-05.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		numerator, denominator, n int64
		low, high                 float64
	}{
		{9, 10, 10, 59.58, 98.21},
		{10, 10, 10, 72.25, 100},
		{18, 20, 20, 69.90, 97.21},
		{45, 50, 50, 78.64, 95.65},
		{90, 100, 100, 82.56, 94.48},
		{270, 300, 300, 86.08, 92.91},
		{898, 1100, 50, 68.79, 89.96},
		{0, 10, 10, 0, 27.75},
	} {
		got := stats.Wilson(float64(c.numerator)/float64(c.denominator), c.n)
		if low, high := stats.Round(got.Low, 2), stats.Round(got.High, 2); low != c.low || high != c.high {
			t.Errorf("Wilson(%d/%d, n=%d) = %v–%v, want %v–%v", c.numerator, c.denominator, c.n, low, high, c.low, c.high)
		}
	}
}

func TestWilsonHoldsItsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 1e7).Draw(t, "n")
		share := rapid.Float64Range(0, 1).Draw(t, "share")
		got := stats.Wilson(share, n)
		const hair = 1e-9
		if got.Low < 0 || got.High > 100 || got.Low > share*100+hair || got.High < share*100-hair {
			t.Fatalf("Wilson(%v, %d) = %v", share, n, got)
		}
	})
}

// Golden vector G-01.
func TestSampleSize(t *testing.T) {
	want := map[int64]int64{0: 0, 30: 28, 50: 45, 100: 80, 200: 134, 365: 191, 500: 223, 1000: 286, 2500: 345, 5000: 371, 10000: 385, 100000: 399}
	for population, n := range want {
		if got := stats.SampleSize(population); got != n {
			t.Errorf("SampleSize(%d) = %d, want %d", population, got, n)
		}
	}
}

func TestRoundHalfAwayFromZero(t *testing.T) {
	for _, c := range []struct{ in, want float64 }{
		{81.635, 81.64}, {81.645, 81.65}, {2.675, 2.68}, {-2.675, -2.68}, {1.005, 1.01}, {82.66 - 80.08, 2.58}, {100, 100}, {0, 0},
	} {
		if got := stats.Round(c.in, 2); got != c.want {
			t.Errorf("Round(%v) = %v, want %v", c.in, got, c.want)
		}
	}
}
