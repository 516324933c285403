package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"hailong/internal/app"
	"hailong/internal/calendar"
	"hailong/internal/demo"
	"hailong/internal/report"
)

// fewResponses are in the store that the full one is held against.
const fewResponses = 10_000

// midday is when the dashboards are read: a Wednesday at noon, so that the
// open day is half over whenever and wherever this is run.
func midday() time.Time { return time.Date(2026, time.November, 18, 5, 0, 0, 0, time.UTC) }

// dashboard measures a year of the figures of one agency, the one with the
// most answers, over a full store beside one with few answers.
func (r *run) dashboard(ctx context.Context) (err error) {
	full, err := r.fill(ctx, "full.db", r.Responses)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, full.app.Close()) }()
	few, err := r.fill(ctx, "few.db", min(fewResponses, r.Responses))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, few.app.Close()) }()
	agency := full.busiest()
	row := Row{
		Part: Dashboard, What: fmt.Sprintf("year of figures, %d answers", full.total), Against: fmt.Sprintf("%d answers", few.total),
		Unit: Milliseconds, Wanted: Wanted{AtMost: 1.5},
	}
	return r.takeTurns(ctx, row, r.reading(full, agency), r.reading(few, agency))
}

// archive is a store with a year of made-up answers.
type archive struct {
	app      *app.App
	total    int
	byAgency map[string]int
}

// fill makes an archive and seals its closed days.
func (r *run) fill(ctx context.Context, file string, responses int) (*archive, error) {
	a, err := open(ctx, r.settings(file), midday)
	if err != nil {
		return nil, err
	}
	filled := &archive{app: a, byAgency: map[string]int{}}
	err = filled.insert(ctx, responses, r.Progress(fmt.Sprintf("making %d answers", responses)))
	if err == nil {
		err = a.Ledger.Seal(ctx, r.Progress("adding up days"))
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return filled, nil
}

// batchSize is how many answers one commit holds.
const batchSize = 4096

func (a *archive) insert(ctx context.Context, responses int, progress func(done, total int)) error {
	year := demo.Options{Seed: 14, Responses: responses, Last: a.app.Ledger.Today(), Morning: true}
	all := demo.Responses(a.app.Register.Current(), a.app.Forms, year)
	for batch := range batches(all, batchSize) {
		if _, err := a.app.Store.Insert(ctx, batch); err != nil {
			return err
		}
		for i := range batch {
			a.byAgency[batch[i].Agency]++
		}
		a.total += len(batch)
		progress(a.total, responses)
	}
	return nil
}

// batches gathers a sequence in slices that are only valid until the next.
func batches[T any](all iter.Seq[T], size int) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		batch := make([]T, 0, size)
		for one := range all {
			if batch = append(batch, one); len(batch) < size {
				continue
			}
			if !yield(batch) {
				return
			}
			batch = batch[:0]
		}
		if len(batch) > 0 {
			yield(batch)
		}
	}
}

// busiest is the code of the agency with the most answers.
func (a *archive) busiest() string {
	agencies := slices.Sorted(maps.Keys(a.byAgency))
	return slices.MaxFunc(agencies, func(x, y string) int { return cmp.Compare(a.byAgency[x], a.byAgency[y]) })
}

// reading is the contender that reads the dashboard of an agency again and
// again. It reaches the median time of one reading.
func (r *run) reading(a *archive, agency string) contender {
	today := a.app.Ledger.Today()
	year := report.Filter{Range: calendar.Range{From: today - 364, To: today}}
	return func(ctx context.Context, slot time.Duration) (float64, error) {
		return r.repeat(slot, func() error {
			_, err := a.app.Reader.Dashboard(ctx, a.app.Register.Current().Agency(agency), a.app.Methods.Default(), year)
			return err
		})
	}
}

// repeat does something for about the time of a slot and returns the median of
// the milliseconds it took.
func (r *run) repeat(slot time.Duration, do func() error) (float64, error) {
	var times []float64
	for end := r.Now().Add(slot); len(times) == 0 || r.Now().Before(end); {
		start := r.Now()
		if err := do(); err != nil {
			return 0, err
		}
		times = append(times, float64(r.Now().Sub(start))/float64(time.Millisecond))
	}
	return median(times), nil
}
