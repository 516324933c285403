package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// decided is what was decided about responses. Most have no decision.
type decided map[response.ID]response.State

// count folds one response in as what was decided about it, or else as its
// verdict says.
func (d decided) count(t tally.Tally, r *response.Response) {
	state, found := d[r.ID]
	if !found && r.Verdict.Held {
		state = response.Held
	}
	switch state {
	case response.Held:
		t.Hold(r)
	case response.Excluded:
		t.Exclude(r)
	default:
		t.Add(r)
	}
}

// Decisions returns what was decided about responses of a range of days, of one
// agency or ("") of all, ordered by day, agency, id.
func (l *Ledger) Decisions(ctx context.Context, agency string, r calendar.Range) ([]response.Decision, error) {
	if r.Empty() {
		return nil, nil
	}
	records, err := l.store.Records(ctx, decisionSpan(agency, r))
	if err != nil {
		return nil, fmt.Errorf("decisions from %s to %s: %w", r.From, r.To, err)
	}
	all := make([]response.Decision, 0, len(records))
	for _, record := range records {
		d, err := response.DecodeDecision(record.Key, record.Revision, record.Data)
		if err != nil {
			return nil, fmt.Errorf("decisions from %s to %s: %w", r.From, r.To, err)
		}
		if agency == "" || d.Agency == agency {
			all = append(all, d)
		}
	}
	return all, nil
}

// decisionSpan selects the decisions about some days: with an agency and one
// day nothing else, otherwise those of all agencies. After / comes 0.
func decisionSpan(agency string, r calendar.Range) store.Span {
	span := store.Span{Kind: response.DecisionKind, From: r.From.String() + "/", To: r.To.String() + "0"}
	if agency != "" && r.From == r.To {
		span.From, span.To = span.From+agency+"/", span.From+agency+"0"
	}
	return span
}

func (l *Ledger) decided(ctx context.Context, agency string, r calendar.Range) (decided, error) {
	decisions, err := l.Decisions(ctx, agency, r)
	states := make(decided, len(decisions))
	for i := range decisions {
		states[decisions[i].ID] = decisions[i].State
	}
	return states, err
}

// Decide writes decisions, each over its Revision, and brings the sums of their
// days up to date, in the steps of Add. The error is store.ErrConflict or
// store.ErrExists when somebody else decided meanwhile: then some may be
// written, and the sums are right all the same. After another error it may be
// repeated with what is stored then.
func (l *Ledger) Decide(ctx context.Context, decisions []response.Decision) error {
	records, places := make([]store.Record, len(decisions)), make([]place, len(decisions))
	for i := range decisions {
		data, err := json.Marshal(&decisions[i])
		if err != nil {
			return fmt.Errorf("encode decision %s: %w", decisions[i].Key(), err)
		}
		records[i] = store.Record{Kind: response.DecisionKind, Key: decisions[i].Key(), Revision: decisions[i].Revision, Data: data}
		places[i] = place{decisions[i].Agency, decisions[i].Day}
	}
	var refused error
	err := l.change(ctx, places, false, func(ctx context.Context) error {
		err := l.store.PutRecords(ctx, records)
		if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrExists) {
			refused, err = fmt.Errorf("write %d decisions: %w", len(records), err), nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("decide about %d responses: %w", len(decisions), err)
	}
	return refused
}
