package backup

import (
	"context"
	"errors"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// ErrMeanwhile says that old answers were removed while the backup was written,
// so that it might hold neither them nor their sums.
var ErrMeanwhile = errors.New("old answers were removed while the backup was written; write it again")

// keptSum is a sum of a day that is gone, or of its month. These are the only
// sums in a backup, as no answers are left to make them from.
type keptSum struct {
	Agency string       `json:"agency"`
	Grain  store.Grain  `json:"grain"`
	First  calendar.Day `json:"first"`
	Tally  []byte       `json:"tally"` // as tally.Encode writes it
}

// gone writes the sums of the days whose answers were removed.
func (w *writer) gone(ctx context.Context, s store.Store) error {
	for _, grain := range []store.Grain{store.ByDay, store.ByMonth} {
		sums, err := s.Sums(ctx, nil, grain, calendar.Range{From: calendar.Date(1, 1, 1), To: w.removed})
		if err != nil {
			return err
		}
		for i := range sums {
			w.count.Sums++
			kept := &keptSum{sums[i].Agency, sums[i].Grain, sums[i].First, sums[i].Tally.Encode()}
			if err := w.lines.Encode(line{Sum: kept}); err != nil {
				return err
			}
		}
	}
	return nil
}

// unchanged says whether no more days have gone since.
func (w *writer) unchanged(ctx context.Context, s store.Store) error {
	removal, err := ledger.ReadRemoval(ctx, s)
	if err == nil && removal.Gone != w.removed {
		err = ErrMeanwhile
	}
	return err
}

// keep puts a sum back. Days through it are sealed, so that nobody counts them
// from answers that are not there.
func (r *restorer) keep(ctx context.Context, k *keptSum) error {
	counts, err := tally.Decode(k.Tally)
	if err != nil {
		return err
	}
	r.count.Sums++
	return r.store.PutSums(ctx, []store.Sum{{Agency: k.Agency, Grain: k.Grain, First: k.First, Tally: counts}})
}

// sealGone seals what is gone, once its record is restored.
func (r *restorer) sealGone(ctx context.Context) error {
	removal, err := ledger.ReadRemoval(ctx, r.store)
	if err != nil || !removal.Any() {
		return err
	}
	return r.store.AdvanceSealed(ctx, removal.Gone)
}
