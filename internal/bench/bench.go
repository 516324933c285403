// Package bench measures the machine it runs on: handing out the form, storing
// an answer, and a year of figures over many answers. Each is measured beside
// a counterpart that does as little as can be done, in turns within one run,
// so that a busy machine slows both; what counts is their ratio. It measures
// the service as it is served, over real connections, in a folder and a
// database of its own that it removes. A ratio that is not what is wanted is
// told and no error; an acknowledged answer that is not stored is the worst
// that can be found.
//
// Apart from that, Quality lets the checks of package quality judge a simulated
// time with planted answers; nothing is served or stored for it.
//
// For its counterparts it knows Fiber and the MongoDB driver, which otherwise
// only web and store/mongo do.
package bench

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"
)

// Part is one thing that can be measured.
type Part string

// The parts.
const (
	Form      Part = "form"      // GET /q/{link}
	Submit    Part = "submit"    // POST /q/{link}
	Dashboard Part = "dashboard" // a year of an agency's figures
	Annual    Part = "annual"    // the annual sheet, and the scores of a sealed quarter
)

// Parts lists all parts in the order they are measured.
var Parts = []Part{Form, Submit, Dashboard, Annual}

// Options says what is measured and for how long.
type Options struct {
	Parts     []Part        // empty: all
	Rounds    int           // turns of each contender, at least 1
	Slot      time.Duration // of one contender in one round
	Responses int           // in the full store of the dashboard
	Rated     int           // counted into the annual sheet
	MongoDB   string        // URI of an engine to measure as well; "": none
	Folder    string        // on the disk to measure; "": the system's for temporary files

	Now func() time.Time
	// Progress begins a bar for some long work and returns what moves it.
	Progress func(what string) func(done, total int)
}

// Run measures what the options name and leaves nothing behind. The error says
// that something did not work; the result then has what was measured before.
// An answer that was lost is no error here, see Result.Lost.
func Run(ctx context.Context, o Options) (*Result, error) {
	folder, err := os.MkdirTemp(o.Folder, "hailong-bench-")
	if err != nil {
		return new(Result), fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(folder)
	o.Folder = folder
	r := &run{Options: o, result: &Result{Machine: thisMachine(folder), Counts: []Count{}}}
	return r.result, r.all(ctx)
}

// run is one call of Run.
type run struct {
	Options
	result *Result
}

// all measures the parts that are asked for.
func (r *run) all(ctx context.Context) error {
	if r.MongoDB != "" && r.asks(Submit) {
		if err := r.knowEngine(ctx); err != nil {
			return fmt.Errorf("bench: %w", err)
		}
	}
	measure := map[Part]func(context.Context) error{Form: r.form, Submit: r.submit, Dashboard: r.dashboard, Annual: r.annual}
	for _, part := range Parts {
		if !r.asks(part) {
			continue
		}
		if err := measure[part](ctx); err != nil {
			return fmt.Errorf("bench %s: %w", part, err)
		}
	}
	return nil
}

func (r *run) asks(part Part) bool { return len(r.Parts) == 0 || slices.Contains(r.Parts, part) }

// contender works for about the time of one slot and returns what it reached:
// a rate per second, or the milliseconds that one call took.
type contender func(ctx context.Context, slot time.Duration) (float64, error)

// takeTurns measures both contenders in turns and adds the row. A short turn
// of each before the first warms up and does not count.
func (r *run) takeTurns(ctx context.Context, row Row, own, bare contender) error {
	progress := r.Progress(row.What)
	var owns, bares, ratios []float64
	for round := range r.Rounds + 1 {
		slot := r.Slot
		if round == 0 {
			slot /= 4
		}
		a, err := own(ctx, slot)
		if err != nil {
			return err
		}
		b, err := bare(ctx, slot)
		if err != nil {
			return fmt.Errorf("counterpart: %w", err)
		}
		if round > 0 {
			owns, bares, ratios = append(owns, a), append(bares, b), append(ratios, a/b)
		}
		progress(round+1, r.Rounds+1)
	}
	row.Own, row.Bare, row.Ratio = spreadOf(owns), spreadOf(bares), spreadOf(ratios)
	row.Verdict = row.Wanted.verdict(row.Ratio.Median)
	r.result.Rows = append(r.result.Rows, row)
	return nil
}
