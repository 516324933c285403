package rating_test

import (
	"math/big"
	"slices"
	"strconv"
	"testing"

	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// lawMethods are the two aggregations of the same answers.
var lawMethods = []string{"mot-cua-5", "mot-cua-5-tb"}

// drawTally draws cells of the long form, and of one that no law method uses.
// Now and then nobody answers any item.
func drawTally(t *rapid.T, m *tally.Method) tally.Tally {
	cells := tally.New()
	for range rapid.IntRange(0, 4).Draw(t, "cells") {
		key := tally.Key{
			Form:    survey.Ref{ID: rapid.SampledFrom([]string{"mot-cua-22", "mot-cua"}).Draw(t, "form"), Version: 1},
			Counter: rapid.SampledFrom([]string{"q1", "q2"}).Draw(t, "counter"),
			Service: rapid.SampledFrom([]string{"", "lltp"}).Draw(t, "service"),
			Channel: rapid.SampledFrom(response.Channels).Draw(t, "channel"),
		}
		cells.Merge(tally.Tally{key: drawCounts(t, m)})
	}
	return cells
}

func drawCounts(t *rapid.T, m *tally.Method) *tally.Counts {
	few := func(name string) int64 { return int64(rapid.IntRange(0, 3).Draw(t, name)) }
	c := &tally.Counts{N: int64(rapid.IntRange(0, 60).Draw(t, "n")), Held: few("held"), Excluded: few("excluded"), Questions: map[string]*tally.Question{}}
	if rapid.IntRange(0, 9).Draw(t, "blank") == 0 {
		return c
	}
	for _, factor := range m.Factors {
		for _, id := range factor.Questions {
			q := &tally.Question{Values: map[string]int64{}}
			for _, level := range []string{"1", "3", "4", "5"} {
				n := rapid.Int64Range(0, c.N-q.Answered).Draw(t, id+" "+level)
				q.Values[level], q.Answered = n, q.Answered+n
			}
			c.Questions[id] = q
		}
	}
	return c
}

// drawInput draws agencies of two peer groups with their counts.
func drawInput(t *rapid.T, m *tally.Method, p rating.Period) []rating.Counts {
	counts := make([]rating.Counts, rapid.IntRange(0, 4).Draw(t, "agencies"))
	for i := range counts {
		has := rapid.Bool().Draw(t, "has procedures")
		counts[i] = rating.Counts{
			Agency: &org.Agency{
				Code: "a" + strconv.Itoa(i), Name: "Sở " + strconv.Itoa(i), HasProcedures: &has,
				PeerGroup: rapid.SampledFrom([]string{"so", "xa"}).Draw(t, "group"),
				Counters:  []org.Counter{{Code: "q1", Name: "Quầy 1"}}, Services: []org.Service{{Code: "lltp", Name: "Lý lịch tư pháp"}},
			},
			Tally: drawTally(t, m),
		}
		for range rapid.IntRange(0, 2).Draw(t, "reports") {
			counts[i].Served = append(counts[i].Served, rating.Served{
				Counter: rapid.SampledFrom([]string{"", "q1"}).Draw(t, "served at"),
				Day:     p.Range.From, Count: int64(rapid.IntRange(0, 5000).Draw(t, "served")),
			})
		}
	}
	return counts
}

// law runs a property for both aggregations and every grouping.
func law(t *testing.T, holds func(t *rapid.T, m *tally.Method, by rating.By, p rating.Period)) {
	for _, id := range lawMethods {
		m, p := loaded(t, id), thirdQuarter(t)
		for _, by := range []rating.By{rating.ByAgency, rating.ByCounter, rating.ByService, rating.ByChannel} {
			t.Run(id+" by "+string(by), func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) { holds(t, m, by, p) })
			})
		}
	}
}

func proportional(index float64) *rating.Points {
	return &rating.Points{Value: index / 10, Max: 10, Rule: "proportional"}
}

// The order in which agencies stand moves their lines, and nothing in them.
func TestOrderOfAgenciesDoesNotMatter(t *testing.T) {
	law(t, func(t *rapid.T, m *tally.Method, by rating.By, p rating.Period) {
		in := drawInput(t, m, p)
		byAgency := func(in []rating.Counts) map[string][]rating.Score {
			lines := map[string][]rating.Score{}
			for _, s := range rating.Scores(in, m, by, p, proportional) {
				lines[s.Agency] = append(lines[s.Agency], s)
			}
			return lines
		}
		if diff := cmp.Diff(byAgency(in), byAgency(rapid.Permutation(in).Draw(t, "order"))); diff != "" {
			t.Fatalf("another order (-first +second):\n%s", diff)
		}
	})
}

// Days, stores and machines may each hold a part: their sum scores as the whole.
func TestPartsMergedScoreAsTheWhole(t *testing.T) {
	law(t, func(t *rapid.T, m *tally.Method, by rating.By, p rating.Period) {
		in := drawInput(t, m, p)
		merged := slices.Clone(in)
		for i := range merged {
			parts := split(t, in[i].Tally)
			sum := tally.New()
			for _, part := range rapid.Permutation(parts).Draw(t, "order of parts") {
				sum.Merge(part)
			}
			merged[i].Tally, merged[i].Served = sum, rapid.Permutation(in[i].Served).Draw(t, "order of reports")
		}
		if diff := cmp.Diff(rating.Scores(in, m, by, p, proportional), rating.Scores(merged, m, by, p, proportional)); diff != "" {
			t.Fatalf("in parts (-whole +parts):\n%s", diff)
		}
	})
}

// split deals the counts of a tally out to two.
func split(t *rapid.T, whole tally.Tally) []tally.Tally {
	parts := []tally.Tally{tally.New(), tally.New()}
	for key, c := range whole {
		cut := func(n int64) int64 { return rapid.Int64Range(0, n).Draw(t, "cut") }
		first := &tally.Counts{N: cut(c.N), Held: cut(c.Held), Excluded: cut(c.Excluded), Questions: map[string]*tally.Question{}}
		second := &tally.Counts{N: c.N - first.N, Held: c.Held - first.Held, Excluded: c.Excluded - first.Excluded, Questions: map[string]*tally.Question{}}
		for id, q := range c.Questions {
			a, b := &tally.Question{Values: map[string]int64{}}, &tally.Question{Values: map[string]int64{}}
			for value, n := range q.Values {
				a.Values[value] = cut(n)
				b.Values[value] = n - a.Values[value]
				a.Answered, b.Answered = a.Answered+a.Values[value], b.Answered+b.Values[value]
			}
			first.Questions[id], second.Questions[id] = a, b
		}
		parts[0][key], parts[1][key] = first, second
	}
	return parts
}

// What went in stays as it was: the tallies are shared with the ledger.
func TestScoresChangeNothing(t *testing.T) {
	law(t, func(t *rapid.T, m *tally.Method, by rating.By, p rating.Period) {
		in := drawInput(t, m, p)
		var before [][]byte
		for _, c := range in {
			before = append(before, c.Tally.Encode())
		}
		first := rating.Scores(in, m, by, p, proportional)
		if diff := cmp.Diff(first, rating.Scores(in, m, by, p, proportional)); diff != "" {
			t.Fatalf("a second time (-first +second):\n%s", diff)
		}
		for i, c := range in {
			if diff := cmp.Diff(string(before[i]), string(c.Tally.Encode())); diff != "" {
				t.Fatalf("agency %d (-before +after):\n%s", i, diff)
			}
		}
	})
}

// The parts of an agency add up to the agency.
func TestPartsAddUp(t *testing.T) {
	law(t, func(t *rapid.T, m *tally.Method, by rating.By, p rating.Period) {
		in := drawInput(t, m, p)
		left := map[string][4]int64{}
		for _, s := range rating.Scores(in, m, rating.ByAgency, p, nil) {
			left[s.Agency] = [4]int64{s.N, s.Held, s.Excluded, s.Received}
		}
		for _, s := range rating.Scores(in, m, by, p, nil) {
			of := left[s.Agency]
			left[s.Agency] = [4]int64{of[0] - s.N, of[1] - s.Held, of[2] - s.Excluded, of[3] - s.Received}
		}
		for agency, rest := range left {
			if rest != [4]int64{} {
				t.Fatalf("%s: not in any part: %v", agency, rest)
			}
		}
	})
}

// Index, interval and factors are held against exact fractions and a square
// root of 200 bits, rounded once by decimal digits.
func TestFiguresToTheDigit(t *testing.T) {
	law(t, func(t *rapid.T, m *tally.Method, by rating.By, p rating.Period) {
		for _, s := range rating.Scores(drawInput(t, m, p), m, by, p, nil) {
			if s.Index == nil {
				continue
			}
			var numerator, denominator int64
			mean, answered := new(big.Rat), int64(0)
			for _, f := range s.Factors {
				numerator, denominator = numerator+f.Numerator, denominator+f.Denominator
				if f.Denominator == 0 {
					if f.Index != nil {
						t.Fatalf("nobody answered, yet the index is %v", *f.Index)
					}
					continue
				}
				share := big.NewRat(f.Numerator, f.Denominator)
				mean.Add(mean, share)
				answered++
				sameDigits(t, "factor "+f.ID, hundred(share).FloatString(2), *f.Index)
			}
			share := mean.Quo(mean, big.NewRat(answered, 1))
			if m.Aggregate == tally.Pooled {
				share = big.NewRat(numerator, denominator)
			}
			if *s.Numerator != numerator || *s.Denominator != denominator {
				t.Fatalf("%d/%d, the factors add up to %d/%d", *s.Numerator, *s.Denominator, numerator, denominator)
			}
			low, high := exactWilson(share, s.N)
			sameDigits(t, "index", hundred(share).FloatString(2), *s.Index)
			sameDigits(t, "low", low, s.Interval.Low)
			sameDigits(t, "high", high, s.Interval.High)
		}
	})
}

func hundred(share *big.Rat) *big.Rat { return new(big.Rat).Mul(share, big.NewRat(100, 1)) }

// sameDigits demands the float that the decimal number is read as.
func sameDigits(t *rapid.T, what, want string, got float64) {
	if exact, _ := strconv.ParseFloat(want, 64); exact != got {
		t.Fatalf("%s = %v, exactly %s", what, got, want)
	}
}

// exactWilson computes (p + z²/2n ± z√(p(1−p)/n + z²/4n²)) / (1 + z²/n) in
// percent, with two digits.
func exactWilson(share *big.Rat, n int64) (low, high string) {
	z, _ := new(big.Rat).SetString("1.959963984540054")
	z2, size := new(big.Rat).Mul(z, z), big.NewRat(n, 1)
	perN := new(big.Rat).Quo(z2, size)
	centre := new(big.Rat).Add(share, new(big.Rat).Mul(perN, big.NewRat(1, 2)))
	under := new(big.Rat).Mul(share, new(big.Rat).Sub(big.NewRat(1, 1), share))
	under.Add(under, new(big.Rat).Mul(perN, big.NewRat(1, 4))).Quo(under, size)
	root, _ := new(big.Float).SetPrec(200).Sqrt(new(big.Float).SetPrec(200).SetRat(under)).Rat(nil)
	spread := root.Mul(root, z)
	scale := new(big.Rat).Quo(big.NewRat(100, 1), new(big.Rat).Add(big.NewRat(1, 1), perN))
	down := new(big.Rat).Mul(new(big.Rat).Sub(centre, spread), scale)
	up := new(big.Rat).Mul(new(big.Rat).Add(centre, spread), scale)
	if down.Sign() < 0 {
		down.SetInt64(0)
	}
	if up.Cmp(big.NewRat(100, 1)) > 0 {
		up.SetInt64(100)
	}
	return down.FloatString(2), up.FloatString(2)
}

// Nothing that depends on how anybody answered is shown of few answers: all
// that differs between two such scores is how many there were.
func TestFewAnswersTellNothing(t *testing.T) {
	law(t, func(t *rapid.T, m *tally.Method, by rating.By, p rating.Period) {
		in := drawInput(t, m, p)
		silent := slices.Clone(in)
		for i := range silent {
			silent[i].Tally = tally.New()
			for key, c := range in[i].Tally {
				silent[i].Tally[key] = &tally.Counts{N: c.N, Held: c.Held, Excluded: c.Excluded, Questions: map[string]*tally.Question{}}
			}
		}
		loud, mute := rating.Scores(in, m, by, p, proportional), rating.Scores(silent, m, by, p, proportional)
		for i := range loud {
			if few := loud[i].N > 0 && loud[i].N < m.SuppressBelow; few != (loud[i].Status == rating.Suppressed) {
				t.Fatalf("%d answers are %s", loud[i].N, loud[i].Status)
			} else if diff := cmp.Diff(mute[i], loud[i]); few && diff != "" {
				t.Fatalf("blank sheets against answers:\n%s", diff)
			}
		}
	})
}
