package bench

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"text/tabwriter"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/surveys"
)

// What the checks of package quality must reach on a simulated year.
const (
	PlantedHeld = 0.90 // at least, of the planted answers
	HonestHeld  = 0.02 // at most, of the honest ones
)

// QualityOptions says what Quality simulates.
type QualityOptions struct {
	Seed uint64
	From calendar.Day
	Days int // at least 1
	// Warm is how many of the first days bring no planted answers and do not
	// count: a counter's habits have to be known before they can be broken.
	Warm int

	Progress func(what string) func(done, total int)
}

// QualityRow is what the checks made of one kind of answers.
type QualityRow struct {
	Kind    string `json:"kind"`
	Planted bool   `json:"planted"`
	Answers int    `json:"answers"`
	Held    int    `json:"held"`
	Flagged int    `json:"flagged"` // and not held
}

// HeldShare returns the share that was held, 0 to 1.
func (r QualityRow) HeldShare() float64 { return float64(r.Held) / float64(max(1, r.Answers)) }

// QualityCheck is how often one check had something to say.
type QualityCheck struct {
	Reason  quality.Reason `json:"reason"`
	Planted int            `json:"planted"` // answers that it flagged or held
	Honest  int            `json:"honest"`
	Later   int            `json:"later"` // answers that it held after they had come in
}

// QualityResult is what a simulated time found.
type QualityResult struct {
	Seed    uint64         `json:"seed"`
	Planted QualityRow     `json:"planted"` // all kinds together
	Honest  QualityRow     `json:"honest"`
	Rows    []QualityRow   `json:"rows"` // by kind, planted ones first
	Checks  []QualityCheck `json:"checks"`
}

// Good says whether both shares are as they must be.
func (r *QualityResult) Good() bool {
	return r.Planted.HeldShare() >= PlantedHeld && r.Honest.HeldShare() <= HonestHeld
}

// Quality lets the checks judge a simulated time at some counters, with honest
// crowds and planted answers, and counts what they find. Nothing of it is
// measured in time; the same options always give the same result, but for the
// few answers whose digests meet. The error says that the rules cannot be read
// or that the context has ended.
func Quality(ctx context.Context, o QualityOptions) (*QualityResult, error) {
	forms, err := survey.LoadForms(surveys.FS)
	if err != nil {
		return nil, fmt.Errorf("bench quality: %w", err)
	}
	thresholds, err := quality.Load(surveys.FS)
	if err != nil {
		return nil, fmt.Errorf("bench quality: %w", err)
	}
	town, err := newTown(rand.New(rand.NewPCG(o.Seed, 0)), forms)
	if err != nil {
		return nil, fmt.Errorf("bench quality: %w", err)
	}
	judge := quality.New(thresholds, town.zone)
	tally := newQualityTally()
	progress := o.Progress("days judged")
	for i := range o.Days {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		day := o.From + calendar.Day(i)
		town.live(day, thresholds.IsHoliday(day))
		if i >= o.Warm {
			town.cheat(day)
		}
		tally.day(judge, town.sent, i >= o.Warm)
		judge.Forget((day + 1).Midnight(town.zone))
		progress(i+1, o.Days)
	}
	return tally.result(o.Seed), nil
}

// sent is one answer on its way to the judge.
type sent struct {
	quality.Signal
	kind    string
	planted bool

	outcome quality.Outcome
}

// qualityTally counts verdicts.
type qualityTally struct {
	rows   map[string]*QualityRow
	checks map[quality.Reason]*QualityCheck
}

func newQualityTally() *qualityTally {
	t := &qualityTally{rows: map[string]*QualityRow{}, checks: map[quality.Reason]*QualityCheck{}}
	for _, reason := range quality.Checks() {
		t.checks[reason] = &QualityCheck{Reason: reason}
	}
	return t
}

// day has the answers of one day judged as they come in. What a verdict says of
// earlier ones counts as it would after the day.
func (t *qualityTally) day(judge *quality.Judge, answers []*sent, counts bool) {
	slices.SortStableFunc(answers, func(a, b *sent) int { return a.Received.Compare(b.Received) })
	for i, a := range answers {
		a.Response.ID = numbered(i)
		verdict := judge.Judge(a.Signal)
		a.outcome = verdict.Outcome
		for _, also := range verdict.Also {
			earlier := answers[numberOf(also.ID)]
			if counts && earlier.outcome != quality.Hold {
				t.checks[also.Reason].Later++
			}
			earlier.outcome = quality.Hold
		}
		if counts {
			t.reasons(a.planted, verdict.Reasons)
		}
	}
	if counts {
		for _, a := range answers {
			t.count(a)
		}
	}
}

func (t *qualityTally) reasons(planted bool, reasons []quality.Reason) {
	for _, reason := range reasons {
		if planted {
			t.checks[reason].Planted++
		} else {
			t.checks[reason].Honest++
		}
	}
}

func (t *qualityTally) count(a *sent) {
	row := t.rows[a.kind]
	if row == nil {
		row = &QualityRow{Kind: a.kind, Planted: a.planted}
		t.rows[a.kind] = row
	}
	row.add(a.outcome, 1)
}

func (r *QualityRow) add(outcome quality.Outcome, n int) {
	r.Answers += n
	switch outcome {
	case quality.Hold:
		r.Held += n
	case quality.Flag:
		r.Flagged += n
	}
}

func (t *qualityTally) result(seed uint64) *QualityResult {
	r := &QualityResult{Seed: seed, Planted: QualityRow{Kind: "all planted", Planted: true}, Honest: QualityRow{Kind: "all honest"}}
	for _, kind := range slices.Sorted(maps.Keys(t.rows)) {
		row := *t.rows[kind]
		sum := &r.Honest
		if row.Planted {
			sum = &r.Planted
		}
		sum.Answers += row.Answers
		sum.Held += row.Held
		sum.Flagged += row.Flagged
		r.Rows = append(r.Rows, row)
	}
	slices.SortStableFunc(r.Rows, func(a, b QualityRow) int { return cmp.Compare(order(a), order(b)) })
	for _, reason := range quality.Checks() {
		r.Checks = append(r.Checks, *t.checks[reason])
	}
	return r
}

// order puts planted kinds before honest ones.
func order(r QualityRow) int {
	if r.Planted {
		return 0
	}
	return 1
}

// numbered is the id of the nth answer of a day.
func numbered(n int) (id response.ID) {
	binary.BigEndian.PutUint64(id[:], uint64(n))
	return id
}

func numberOf(id response.ID) int { return int(binary.BigEndian.Uint64(id[:])) }

// Write prints the result as tables for people.
func (r *QualityResult) Write(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "answers\tkind\tnumber\theld\tflagged\theld share\t")
	for _, row := range append(slices.Clone(r.Rows), r.Planted, r.Honest) {
		origin := "honest"
		if row.Planted {
			origin = "planted"
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%.1f %%\t\n", origin, row.Kind, row.Answers, row.Held, row.Flagged, 100*row.HeldShare())
	}
	fmt.Fprintln(table, "\ncheck\tplanted\thonest\theld later\t")
	for _, c := range r.Checks {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t\n", c.Reason, c.Planted, c.Honest, c.Later)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	verdict := "as wanted"
	if !r.Good() {
		verdict = "not as wanted"
	}
	_, err := fmt.Fprintf(w, "\nseed %d: %.1f %% of planted answers held (wanted ≥ %.0f %%), %.2f %% of honest ones (wanted ≤ %.0f %%): %s\n",
		r.Seed, 100*r.Planted.HeldShare(), 100*PlantedHeld, 100*r.Honest.HeldShare(), 100*HonestHeld, verdict)
	return err
}

// clock is a time of day, from midnight.
func clock(hour, minute int) time.Duration {
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
}
