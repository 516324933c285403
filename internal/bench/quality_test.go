package bench_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"hailong/internal/bench"
	"hailong/internal/calendar"

	"github.com/google/go-cmp/cmp"
)

func season(seed uint64) bench.QualityOptions {
	return bench.QualityOptions{
		Seed: seed, From: calendar.Date(2026, 3, 2), Days: 112, Warm: 21,
		Progress: func(string) func(int, int) { return func(int, int) {} },
	}
}

func TestChecksHoldThePlantedAndSpareTheHonest(t *testing.T) {
	for seed := range uint64(5) {
		result, err := bench.Quality(t.Context(), season(seed))
		if err != nil {
			t.Fatal(err)
		}
		if !result.Good() || result.Planted.Answers < 500 || result.Honest.Answers < 20_000 {
			var out bytes.Buffer
			if err := result.Write(&out); err != nil {
				t.Fatal(err)
			}
			t.Errorf("seed %d:\n%s", seed, &out)
		}
		for _, c := range result.Checks {
			if c.Planted+c.Honest+c.Later == 0 {
				t.Errorf("seed %d: the check %s has nothing to say", seed, c.Reason)
			}
		}
	}
}

// A cheater who does all that honest people do is not found, and the table must
// not claim so: a share near 1 would be a hole in the simulation.
func TestSimulationDoesNotFlatter(t *testing.T) {
	result, err := bench.Quality(t.Context(), season(7))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range result.Rows {
		if row.Kind == "as slow and rare as an honest one" && row.HeldShare() > 0.6 {
			t.Errorf("%+v", row)
		}
	}
}

func TestQualityIsRepeatable(t *testing.T) {
	first, err := bench.Quality(t.Context(), season(3))
	if err != nil {
		t.Fatal(err)
	}
	second, err := bench.Quality(t.Context(), season(3))
	if diff := cmp.Diff(first, second); err != nil || diff != "" {
		t.Errorf("%v; the same seed (-first +second):\n%s", err, diff)
	}
	other, err := bench.Quality(t.Context(), season(4))
	if err != nil || other.Honest == first.Honest {
		t.Errorf("%v; another seed gives the same %+v", err, other.Honest)
	}
}

func TestQualityEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bench.Quality(ctx, season(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestWriteQuality(t *testing.T) {
	result := &bench.QualityResult{
		Seed:    9,
		Planted: bench.QualityRow{Kind: "all planted", Planted: true, Answers: 200, Held: 190},
		Honest:  bench.QualityRow{Kind: "all honest", Answers: 1000, Held: 21, Flagged: 40},
		Rows:    []bench.QualityRow{{Kind: "at night", Planted: true, Answers: 200, Held: 190}},
		Checks:  []bench.QualityCheck{{Reason: "burst", Planted: 3, Honest: 2, Later: 1}},
	}
	var out bytes.Buffer
	if err := result.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"planted  at night", "95.0 %", "burst", "seed 9: 95.0 % of planted answers held (wanted ≥ 90 %), 2.10 % of honest ones (wanted ≤ 2 %): not as wanted",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	if result.Honest.Held = 20; !result.Good() {
		t.Error("2 % of honest answers are allowed")
	}
	if result.Planted.Held = 179; result.Good() {
		t.Error("89.5 % of planted answers are too few")
	}
}
