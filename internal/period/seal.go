package period

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"hailong/internal/audit"
	"hailong/internal/sheet"
	"hailong/internal/store"
)

// ErrChanged says that the counts are no longer those that were frozen.
var ErrChanged = errors.New("the counts have changed since the period was closed; reopen it and close it again")

// ErrMeanwhile says that others sealed again and again at the same time.
var ErrMeanwhile = errors.New("others are sealing at the same time; try again")

// Seal signs the frozen counts of a closed period and appends the sheet to the
// chain. The errors are rating.ErrPeriod, ErrState, ErrBusy, ErrChanged, ErrKey, ErrMethodChanged and those
// of the store and of the key's file.
func (o *Office) Seal(ctx context.Context, id string, who Actor) (*sheet.Signed, error) {
	p, err := o.Period(ctx, id)
	if err != nil {
		return nil, err
	}
	if p.Current().State != Closed {
		return nil, fmt.Errorf("seal %s: it is %s, not closed: %w", id, p.Current().State, ErrState)
	}
	signed, err := o.seal(ctx, p, who)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", id, err)
	}
	return signed, nil
}

func (o *Office) seal(ctx context.Context, p *Period, who Actor) (*sheet.Signed, error) {
	if err := o.quiet(ctx, p); err != nil {
		return nil, err
	}
	draft, err := o.draft(ctx, p)
	if err != nil {
		return nil, err
	}
	same, err := o.unchanged(ctx, p, draft)
	if err != nil {
		return nil, err
	}
	if !same {
		return nil, ErrChanged
	}
	key, err := o.SigningKey(ctx)
	if err != nil {
		return nil, err
	}
	if err := o.pinMethods(ctx, draft.Methods); err != nil {
		return nil, err
	}
	own := p.Current().Sealing == nil
	if err := o.mark(ctx, p, who); err != nil {
		return nil, err
	}
	signed, err := o.appendSheet(ctx, p, draft, key)
	if err != nil {
		return nil, err
	}
	if err := o.noteSeal(ctx, p, signed); err != nil {
		return nil, err
	}
	edition := p.Current()
	edition.Sheet, edition.Hash = signed.Sequence, signed.Hash
	edition.step(edition.Sealing.Step)
	edition.Sealing = nil
	err = o.put(ctx, p)
	if own && errors.Is(err, store.ErrConflict) {
		return signed, o.finished(ctx, p, signed, err)
	}
	return signed, err
}

// noteSeal writes down the act of the one who marked it, whoever finishes it:
// once for each sheet, and before the period shows it. Who lost the race for
// the mark sealed nothing, and is not noted.
func (o *Office) noteSeal(ctx context.Context, p *Period, signed *sheet.Signed) error {
	step := p.Current().Sealing.Step
	event := o.event(audit.PeriodSeal, Actor{By: step.By, Why: step.Why}, p, map[string]string{"sheet": signed.Hash})
	return o.Audit.AppendOnce(ctx, event, signed.AuditHead)
}

// finished returns nil where somebody else took the sealing for a cut one and
// finished it, otherwise the conflict.
func (o *Office) finished(ctx context.Context, p *Period, signed *sheet.Signed, conflict error) error {
	now, err := o.Period(ctx, p.ID)
	if err == nil && !slices.ContainsFunc(now.Editions, func(e Edition) bool { return e.Hash == signed.Hash }) {
		err = conflict
	}
	return err
}

// mark notes down, before the sheet is made, where the chain ended and what is
// about to be written into the sheet. A sealing that was cut goes on from here.
func (o *Office) mark(ctx context.Context, p *Period, who Actor) error {
	if p.Current().Sealing != nil {
		return nil
	}
	last, err := o.lastSheet(ctx)
	if err != nil {
		return err
	}
	m := &marker{Step: o.step(Sealed, who)}
	if last != nil {
		m.After = last.Sequence
	}
	p.Current().Sealing = m
	return o.put(ctx, p)
}

// appendSheet signs the draft at the end of the chain, or finds the sheet that
// did so before it was cut.
func (o *Office) appendSheet(ctx context.Context, p *Period, draft *sheet.Sheet, key ed25519.PrivateKey) (*sheet.Signed, error) {
	if err := o.knowKey(ctx, key.Public()); err != nil {
		return nil, err
	}
	if err := o.complete(ctx, p, draft); err != nil {
		return nil, err
	}
	const tries = 20
	for range tries {
		own, last, err := o.sheetsAfter(ctx, p)
		if err != nil || own != nil {
			return own, err
		}
		draft.Sequence, draft.Previous = 1, ""
		if last != nil {
			draft.Sequence, draft.Previous = last.Sequence+1, last.Hash
		}
		signed, err := sheet.Sign(draft, key)
		if err != nil {
			return nil, err
		}
		err = o.Store.PutRecords(ctx, []store.Record{{Kind: sheetKind, Key: sequenceKey(draft.Sequence), Data: signed.Bytes}})
		if !errors.Is(err, store.ErrExists) {
			return signed, err
		}
	}
	return nil, ErrMeanwhile
}

// complete fills in what the closing could not know.
func (o *Office) complete(ctx context.Context, p *Period, draft *sheet.Sheet) error {
	step := p.Current().Sealing.Step
	draft.Sealed = sheet.Act{At: step.At, By: step.By, Why: step.Why}
	if err := draft.Fill(); err != nil {
		return err
	}
	_, head, err := o.Audit.Head(ctx)
	if err != nil {
		return err
	}
	draft.AuditHead = head
	if before := p.InForce(); before != nil {
		old, err := o.Sheet(ctx, before.Sheet)
		if err != nil {
			return err
		}
		draft.Compare(&old.Sheet)
	}
	return nil
}

// sheetsAfter looks at the chain behind the marker: for the sheet of this very
// edition, and for the last one.
func (o *Office) sheetsAfter(ctx context.Context, p *Period) (own, last *sheet.Signed, err error) {
	after := p.Current().Sealing.After
	records, err := o.Store.Records(ctx, store.Span{Kind: sheetKind, From: sequenceKey(max(after, 1))})
	if err != nil {
		return nil, nil, err
	}
	for _, r := range records {
		if last, err = sheet.Read(r.Data); err != nil {
			return nil, nil, fmt.Errorf("sheet %s of the chain: %w", r.Key, err)
		}
		if last.Sequence > after && last.Period.ID == p.ID && last.Revision == p.Current().Revision {
			return last, last, nil
		}
	}
	return nil, last, nil
}

func (o *Office) lastSheet(ctx context.Context) (*sheet.Signed, error) {
	records, err := o.Store.Records(ctx, store.Span{Kind: sheetKind, Last: true, Limit: 1})
	if err != nil || len(records) == 0 {
		return nil, err
	}
	return sheet.Read(records[0].Data)
}

// sequenceKey orders sheets by their place in the chain.
func sequenceKey(n int64) string { return fmt.Sprintf("%012d", n) }

// kept is a sheet with its counts decoded. Both are only to be read.
type kept struct {
	sheet  *sheet.Signed
	counts *Counts
}

// keptSheets is how many sheets stay in memory: more than two years of
// months, quarters, halves and years.
const keptSheets = 40

// Sheet returns a sealed sheet by its place in the chain.
func (o *Office) Sheet(ctx context.Context, sequence int64) (*sheet.Signed, error) {
	k, err := o.load(ctx, sequence)
	if err != nil {
		return nil, err
	}
	return k.sheet, nil
}

func (o *Office) sealedCounts(ctx context.Context, sequence int64) (*Counts, error) {
	k, err := o.load(ctx, sequence)
	if err != nil {
		return nil, err
	}
	return k.counts, nil
}

// load reads a sheet, or finds it among those read last: a sheet never
// changes, so what is kept is never out of date.
func (o *Office) load(ctx context.Context, sequence int64) (*kept, error) {
	if k, ok := o.sheets.Get(sequence); ok {
		return k, nil
	}
	r, err := o.Store.Record(ctx, sheetKind, sequenceKey(sequence))
	if err != nil {
		return nil, fmt.Errorf("sheet %d: %w", sequence, err)
	}
	signed, err := sheet.Read(r.Data)
	if err != nil {
		return nil, fmt.Errorf("sheet %d: %w", sequence, err)
	}
	counts, err := countsOf(&signed.Sheet)
	if err != nil {
		return nil, fmt.Errorf("sheet %d: %w", sequence, err)
	}
	counts.Sheet = signed
	k := &kept{sheet: signed, counts: counts}
	o.sheets.Add(sequence, k)
	return k, nil
}

// Export returns the sealed sheet of a period exactly as signed: that of the
// revision, or for 0 the one in force. The errors are rating.ErrPeriod,
// ErrNoSheet and those of the store.
func (o *Office) Export(ctx context.Context, id string, revision int) (*sheet.Signed, error) {
	p, err := o.Period(ctx, id)
	if err != nil {
		return nil, err
	}
	edition := p.InForce()
	for i := range p.Editions {
		if p.Editions[i].Revision == revision {
			edition = &p.Editions[i]
		}
	}
	if edition == nil || edition.Sheet == 0 || revision != 0 && edition.Revision != revision {
		what := id
		if revision != 0 {
			what += " revision " + strconv.Itoa(revision)
		}
		return nil, fmt.Errorf("%s: %w", what, ErrNoSheet)
	}
	return o.Sheet(ctx, edition.Sheet)
}
