package bench

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
)

// Result is what one run found.
type Result struct {
	Machine Machine `json:"machine"`
	Rows    []Row   `json:"rows"`
	Counts  []Count `json:"counts"` // one per run of submissions
}

// Machine is what was measured on.
type Machine struct {
	CPUs     int      `json:"cpus"` // that the program may use at once
	Platform string   `json:"platform"`
	Go       string   `json:"go"`
	Engines  []string `json:"engines"`
	Folder   string   `json:"folder"` // where the SQLite files lay
}

func thisMachine(folder string) Machine {
	return Machine{
		CPUs: runtime.GOMAXPROCS(0), Platform: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(),
		Engines: []string{"SQLite"}, Folder: folder,
	}
}

// Unit is what a row's figures are in.
type Unit string

// The units.
const (
	PerSecond    Unit = "per second"
	Milliseconds Unit = "ms"
)

// Row is one thing that was measured beside its counterpart.
type Row struct {
	Part    Part    `json:"part"`
	What    string  `json:"what"`
	Against string  `json:"against"`
	Unit    Unit    `json:"unit"`
	Own     Spread  `json:"own"`
	Bare    Spread  `json:"bare"`  // of the counterpart
	Ratio   Spread  `json:"ratio"` // of the two, round by round
	Wanted  Wanted  `json:"wanted"`
	Verdict Verdict `json:"verdict"` // on the median of the ratio
}

// Verdict says whether a ratio is what is wanted.
type Verdict string

// The verdicts.
const (
	OK    Verdict = "ok"
	Below Verdict = "below"
	Above Verdict = "above"
)

// Wanted bounds a ratio from one side; the other bound is 0.
type Wanted struct {
	AtLeast float64 `json:"at_least,omitempty"`
	AtMost  float64 `json:"at_most,omitempty"`
}

func (w Wanted) verdict(ratio float64) Verdict {
	switch {
	case ratio < w.AtLeast:
		return Below
	case w.AtMost > 0 && ratio > w.AtMost:
		return Above
	}
	return OK
}

// String returns the bound as a person writes it.
func (w Wanted) String() string {
	if w.AtMost > 0 {
		return fmt.Sprintf("≤ %.2f", w.AtMost)
	}
	return fmt.Sprintf("≥ %.2f", w.AtLeast)
}

// Spread is the median, the least and the greatest of several rounds.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

func spreadOf(figures []float64) Spread {
	return Spread{Median: median(figures), Min: slices.Min(figures), Max: slices.Max(figures)}
}

// median returns the middle one of at least one figure.
func median(figures []float64) float64 {
	sorted := slices.Sorted(slices.Values(figures))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// text shows the median and, in brackets, how far the rounds lay apart.
func (s Spread) text(decimals int) string {
	return fmt.Sprintf("%.*f (%.*f–%.*f)", decimals, s.Median, decimals, s.Min, decimals, s.Max)
}

// Count holds the submissions that the service said were safe against what
// the store has.
type Count struct {
	Engine       string `json:"engine"`
	Acknowledged int    `json:"acknowledged"`
	Stored       int    `json:"stored"`
	Missing      int    `json:"missing"` // acknowledged and not stored
	Doubled      int    `json:"doubled"` // stored more than once
}

// Lost says whether an acknowledged answer is not stored exactly once.
func (r *Result) Lost() bool {
	return slices.ContainsFunc(r.Counts, func(c Count) bool { return c.Missing+c.Doubled > 0 })
}

// Write prints the result as a table for people.
func (r *Result) Write(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "what\tmedian (min–max)\tagainst\tmedian (min–max)\tratio (min–max)\twanted\t")
	for _, row := range r.Rows {
		decimals := 0
		if row.Unit == Milliseconds {
			decimals = 2
		}
		fmt.Fprintf(table, "%s\t%s %s\t%s\t%s\t%s\t%s\t%s\n", row.What, row.Own.text(decimals), row.Unit,
			row.Against, row.Bare.text(decimals), row.Ratio.text(2), row.Wanted, row.Verdict)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, c := range r.Counts {
		fmt.Fprintf(w, "%s: %d answers acknowledged, %d stored; %d missing, %d doubled\n",
			c.Engine, c.Acknowledged, c.Stored, c.Missing, c.Doubled)
	}
	_, err := fmt.Fprintf(w, "%d CPUs, %s, %s, %s; files in %s\n", r.Machine.CPUs, r.Machine.Platform, r.Machine.Go, strings.Join(r.Machine.Engines, ", "), r.Machine.Folder)
	return err
}
