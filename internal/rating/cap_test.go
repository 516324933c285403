package rating_test

import (
	"errors"
	"slices"
	"testing"

	"hailong/internal/rating"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// named repeats level ids: named("xuat-sac", 2, "tot", 1).
func named(pairs ...any) (levels []string) {
	for i := 0; i < len(pairs); i += 2 {
		levels = append(levels, slices.Repeat([]string{pairs[i].(string)}, pairs[i+1].(int))...)
	}
	return levels
}

func check(t *testing.T, r *rating.Rule, levels []string) *rating.CapCheck {
	t.Helper()
	got, err := r.CheckCap(levels)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// G-12: 20 % rounded down, by the reading.
func TestGoldenG12(t *testing.T) {
	r := rules(t).Rule("tccs-366")
	for name, c := range map[string]struct {
		levels                     []string
		rated, goodOrBetter, level int // allowed; level is that of "Tốt" alone
	}{
		"598, 451 good, 571 good or better": {named("xuat-sac", 120, "tot", 451, "hoan-thanh", 27), 119, 114, 90},
		"45, 41 good or better":             {named("xuat-sac", 9, "tot", 32, "hoan-thanh", 4), 9, 8, 6},
		"14, 12 good or better":             {named("xuat-sac", 2, "tot", 10, "hoan-thanh", 2), 2, 2, 2},
		"9, 8 good or better":               {named("xuat-sac", 1, "tot", 7, "khong", 1), 1, 1, 1},
		"a group of four":                   {named("xuat-sac", 1, "tot", 3), 0, 0, 0},
		"nobody":                            {nil, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := check(t, r, c.levels)
			allowed := map[string]int{}
			for _, reading := range got.Readings {
				allowed[reading.Of] = reading.Allowed
			}
			if diff := cmp.Diff(map[string]int{"rated": c.rated, "good_or_better": c.goodOrBetter, "level:tot": c.level}, allowed); diff != "" {
				t.Errorf("allowed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCapShowsTheDispute(t *testing.T) {
	got := check(t, rules(t).Rule("tccs-366"), append(named("xuat-sac", 9, "tot", 32, "hoan-thanh", 4), "", "")) // two have no level yet
	want := &rating.CapCheck{
		Level: "xuat-sac", Percent: 20, Rounding: rating.Floor, Count: 9, Allowed: 9, Exceeded: false, Disputed: true,
		Readings: []rating.CapReading{
			{Of: "rated", Base: 45, Allowed: 9, Applies: true},
			{Of: "good_or_better", Base: 41, Allowed: 8, Exceeded: true},
			{Of: "level:tot", Base: 32, Allowed: 6, Exceeded: true},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("check (-want +got):\n%s", diff)
	}
}

func TestCapReadsTheRule(t *testing.T) {
	levels := named("xuat-sac", 3, "tot", 4, "hoan-thanh", 10)
	for _, c := range []struct {
		of       string
		rounding rating.Rounding
		allowed  int
		readings int
	}{
		{"rated", rating.Floor, 3, 3}, // 20 % of 17 is 3.4
		{"rated", rating.Round, 3, 3},
		{"rated", rating.Ceil, 4, 3},
		{"good_or_better", rating.Floor, 1, 3}, // of 7: 1.4
		{"level:tot", rating.Round, 1, 3},      // of 4: 0.8
		{"level:hoan-thanh", rating.Ceil, 2, 4},
	} {
		r := *rules(t).Rule("tccs-366")
		limit := *r.Cap
		limit.Of, limit.Rounding = c.of, c.rounding
		r.Cap = &limit
		got := check(t, &r, levels)
		if got.Allowed != c.allowed || got.Exceeded != (3 > c.allowed) || len(got.Readings) != c.readings {
			t.Errorf("%s, %s: %+v, want %d allowed", c.of, c.rounding, got, c.allowed)
		}
	}
}

// Half is rounded up, and a whole share stays whole whatever the rounding.
func TestCapIsExact(t *testing.T) {
	for _, c := range []struct {
		percent          float64
		base             int
		floor, half, cei int
	}{
		{25, 10, 2, 3, 3}, {20, 5, 1, 1, 1}, {28, 25, 7, 7, 7}, {0.1, 1000, 1, 1, 1}, {57.1, 1000, 571, 571, 571}, {100, 3, 3, 3, 3},
	} {
		for rounding, want := range map[rating.Rounding]int{rating.Floor: c.floor, rating.Round: c.half, rating.Ceil: c.cei} {
			r := *rules(t).Rule("tccs-366")
			r.Cap = &rating.Cap{Level: "xuat-sac", Percent: c.percent, Of: rating.OfRated, Rounding: rounding}
			if got := check(t, &r, named("tot", c.base)).Allowed; got != want {
				t.Errorf("%v %% of %d, %s: %d, want %d", c.percent, c.base, rounding, got, want)
			}
		}
	}
}

func TestCapNeverAllowsMoreThanItsShare(t *testing.T) {
	r := rules(t).Rule("tccs-366")
	rapid.Check(t, func(t *rapid.T) {
		levels := rapid.SliceOf(rapid.SampledFrom([]string{"xuat-sac", "tot", "hoan-thanh", "khong", ""})).Draw(t, "levels")
		got, err := r.CheckCap(levels)
		if err != nil {
			t.Fatal(err)
		}
		for _, reading := range got.Readings {
			if 5*reading.Allowed > reading.Base || 5*(reading.Allowed+1) <= reading.Base || reading.Exceeded != (got.Count > reading.Allowed) {
				t.Fatalf("%v: %+v", levels, reading)
			}
		}
	})
}

func TestCapRefusesAForeignLevel(t *testing.T) {
	if _, err := rules(t).Rule("tccs-366").CheckCap([]string{"trong-sach"}); !errors.Is(err, rating.ErrLevel) {
		t.Errorf("error %v", err)
	}
	if got := check(t, rules(t).Rule("tccs-2012"), []string{"trong-sach", "tot"}); got != nil {
		t.Errorf("a rule without a cap checks %+v", got)
	}
}
