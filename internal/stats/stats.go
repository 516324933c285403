// Package stats holds pure numbers: proportions, the Wilson interval, sample
// size and the one rounding rule. It knows nothing of surveys.
package stats

import "math"

// z95 is the 97.5 % quantile of the standard normal distribution.
const z95 = 1.959963984540054

// Level is the confidence level of every interval in the program.
const Level = 0.95

// Interval is a range of percentages, 0 to 100.
type Interval struct{ Low, High float64 }

// Wilson returns the 95 % Wilson score interval (E. B. Wilson, 1927), in
// percent, of a share (0 to 1) observed on n independent units. The share
// need not be a multiple of 1/n: an index pools several answers of each
// respondent, and the respondents are the sample. n must be positive.
func Wilson(share float64, n int64) Interval {
	size := float64(n)
	const z2 = z95 * z95
	centre := share + z2/(2*size)
	spread := z95 * math.Sqrt(share*(1-share)/size+z2/(4*size*size))
	scale := 100 / (1 + z2/size)
	return Interval{
		Low:  math.Max(0, (centre-spread)*scale),
		High: math.Min(100, (centre+spread)*scale),
	}
}

// Percent returns 100·numerator/denominator, unrounded. The denominator must
// be positive.
func Percent(numerator, denominator int64) float64 {
	return 100 * float64(numerator) / float64(denominator)
}

// Round rounds half away from zero to the given number of decimal digits. It
// is applied once, to the figure that is shown.
func Round(x float64, digits int) float64 {
	scale := math.Pow10(digits)
	// A figure such as 2.675 lies a hair below its decimal form in binary;
	// one unit in the last place brings back the half that a person sees.
	return math.Round(math.Nextafter(x, math.Copysign(math.Inf(1), x))*scale) / scale
}

// SampleSize returns the suggested number of sheets, n = N/(1+N·e²) with
// e = 5 %, rounded up (formula of the 2014 guide, domain note 3.6).
func SampleSize(population int64) int64 {
	if population <= 0 {
		return 0
	}
	// With e² = 1/400 the formula is 400·N/(400+N), exact in integers.
	return (400*population + 400 + population - 1) / (400 + population)
}
