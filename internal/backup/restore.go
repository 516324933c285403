package backup

import (
	"context"

	"hailong/internal/response"
	"hailong/internal/store"
)

// perBatch is how many responses or records are written at once.
const perBatch = 500

// restorer writes lines into a store, responses and records in batches.
type restorer struct {
	store     store.Store
	progress  Progress
	responses []response.Response
	records   []store.Record
	count     Count
}

func (r *restorer) take(ctx context.Context, l *line) error {
	switch {
	case l.Register != nil:
		_, err := r.store.PutRegister(ctx, l.Register, 0)
		return err
	case l.Pin != nil:
		r.count.Pins++
		_, err := r.store.PinForm(ctx, *l.Pin)
		return err
	case l.Account != nil:
		r.count.Accounts++
		l.Account.Revision = 0
		return r.store.PutAccount(ctx, *l.Account)
	case l.Record != nil:
		l.Record.Revision = 0
		r.records = append(r.records, *l.Record)
	case l.Sum != nil:
		return r.keep(ctx, l.Sum)
	case l.Response != nil:
		r.responses = append(r.responses, *l.Response)
	}
	if len(r.records) >= perBatch || len(r.responses) >= perBatch {
		return r.flush(ctx)
	}
	return nil
}

func (r *restorer) flush(ctx context.Context) error {
	if len(r.records) > 0 {
		if err := r.store.PutRecords(ctx, r.records); err != nil {
			return err
		}
		r.count.Records += len(r.records)
		r.records = r.records[:0]
	}
	if len(r.responses) == 0 {
		return nil
	}
	outcomes, err := r.store.Insert(ctx, r.responses)
	if err != nil {
		return err
	}
	for _, outcome := range outcomes {
		if outcome == store.Stored {
			r.count.Responses++
		}
	}
	r.responses = r.responses[:0]
	if r.progress != nil {
		r.progress(r.count.Responses)
	}
	return nil
}
