package period

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"hailong/internal/sheet"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// Verdict is what a check of all sealed sheets found.
type Verdict struct {
	Sheets     int            `json:"sheets"`
	Recomputed int            `json:"recomputed"` // whose counts were made again from the answers
	Gone       int            `json:"gone"`       // whose answers were removed when their time was over: held against the kept sums
	Keys       map[string]int `json:"keys"`       // how many sheets each key has signed, by fingerprint
	Faults     []string       `json:"faults"`     // in plain words; empty: all is as it was signed
}

// Verify checks the whole chain: that each sheet is as it was signed, by a key
// of this store, that it follows on the one before, that the periods name it,
// that the audit trail holds what it signed and every step of the periods, and
// that its counts are those of the answers in the store. Of a period with
// several revisions the answers can only be those of the last.
func (o *Office) Verify(ctx context.Context) (*Verdict, error) {
	keys, err := o.knownKeys(ctx)
	if err != nil {
		return nil, err
	}
	v := &Verdict{Faults: []string{}, Keys: map[string]int{}}
	chain := []*sheet.Signed{}
	newest := map[string]*sheet.Signed{}
	previous, next := "", int64(1)
	for {
		records, err := o.Store.Records(ctx, store.Span{Kind: sheetKind, From: sequenceKey(next), Limit: 1})
		if err != nil {
			return nil, fmt.Errorf("verify sheets: %w", err)
		}
		if len(records) == 0 {
			break
		}
		v.Sheets++
		s := v.open(records[0], keys)
		if s == nil {
			previous, next = "?", next+1
			continue
		}
		if s.Sequence != next || previous != "?" && s.Previous != previous {
			v.fault(s, "it does not follow on the sheet before it")
		}
		previous, next = s.Hash, s.Sequence+1
		newest[s.Period.ID], chain = s, append(chain, s)
	}
	known, err := o.verifyPeriods(ctx, v, newest)
	if err != nil {
		return nil, err
	}
	return v, o.verifyActs(ctx, v, known, chain)
}

func (v *Verdict) fault(s *sheet.Signed, what string) {
	v.Faults = append(v.Faults, fmt.Sprintf("sheet %d (%s revision %d): %s", s.Sequence, s.Period.ID, s.Revision, what))
}

func (v *Verdict) open(r store.Record, known map[string]bool) *sheet.Signed {
	s, err := sheet.Open(r.Data)
	switch {
	case err != nil:
		v.Faults = append(v.Faults, fmt.Sprintf("sheet %s: %v", r.Key, err))
		return nil
	}
	v.Keys[sheet.Fingerprint(s.Key)]++
	switch {
	case r.Key != sequenceKey(s.Sequence):
		v.fault(s, "it stands at another place in the chain")
	case !known[sheet.Fingerprint(s.Key)]:
		v.fault(s, "it was signed with a key that is not the office's")
	}
	return s
}

func (o *Office) knownKeys(ctx context.Context) (map[string]bool, error) {
	signers, err := o.Signers(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, s := range signers {
		known[sheet.Fingerprint(s.Key)] = true
	}
	return known, nil
}

// verifyPeriods holds the periods against the chain, and the newest sheet of
// each against the answers, unless a correction is under way: then the answers
// are meant to differ. It returns the periods by id.
func (o *Office) verifyPeriods(ctx context.Context, v *Verdict, newest map[string]*sheet.Signed) (map[string]*Period, error) {
	periods, err := o.Periods(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]*Period{}
	for _, p := range periods {
		known[p.ID] = p
		sealed, s := p.InForce(), newest[p.ID]
		switch {
		case sealed == nil || p.Current().Sealing != nil:
			continue
		case s == nil || s.Sequence != sealed.Sheet || s.Hash != sealed.Hash:
			v.Faults = append(v.Faults, fmt.Sprintf("period %s: the sheet it names is not in the chain", p.ID))
			continue
		case p.Current().State == Open:
			continue
		}
		if err := o.recount(ctx, v, s); err != nil {
			return nil, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(newest)) {
		if p := known[id]; p == nil || p.InForce() == nil && p.Current().Sealing == nil {
			v.fault(newest[id], "its period does not know that it was sealed")
		}
	}
	return known, nil
}

func (o *Office) recount(ctx context.Context, v *Verdict, s *sheet.Signed) error {
	counted, err := o.again(ctx, v, s)
	if err != nil {
		return err
	}
	for _, c := range s.Counts {
		cells := counted[c.Agency]
		if cells == nil {
			cells = tally.New()
		}
		sealed, err := tally.Decode(c.Cells)
		if err != nil {
			v.fault(s, err.Error())
			continue
		}
		if !bytes.Equal(sealed.Encode(), cells.Encode()) {
			v.fault(s, fmt.Sprintf("the answers of agency %s are no longer those that were counted (%d then, %d now)", c.Agency, sealed.N(), cells.N()))
		}
		delete(counted, c.Agency)
	}
	if err := o.recountServed(ctx, v, s); err != nil {
		return err
	}
	for agency, cells := range counted {
		if cells.N() > 0 {
			v.fault(s, fmt.Sprintf("%d answers of agency %s were not there when it was sealed", cells.N(), agency))
		}
	}
	return nil
}

// recountServed holds the dossiers of a sheet against those reported.
func (o *Office) recountServed(ctx context.Context, v *Verdict, s *sheet.Signed) error {
	span := s.Span().Range
	codes := codesOf(s)
	rows, err := o.Coverage.Read(ctx, codes, span)
	if err != nil {
		return err
	}
	var now []sheet.ServedTotal
	for _, code := range codes {
		now = append(now, totals(rows[code], span)...)
	}
	if !slices.Equal(now, s.Served) && len(now)+len(s.Served) > 0 {
		v.fault(s, "the dossiers returned are no longer those that were reported")
	}
	return nil
}

// codesOf lists the agencies of a sheet in its order.
func codesOf(s *sheet.Signed) []string {
	codes := make([]string, len(s.Counts))
	for i := range s.Counts {
		codes[i] = s.Counts[i].Agency
	}
	return codes
}

// again counts the answers of a sheet's period again or, where some of them
// were removed, adds up what is kept of them.
func (o *Office) again(ctx context.Context, v *Verdict, s *sheet.Signed) (map[string]tally.Tally, error) {
	removal, err := o.Ledger.Removal(ctx)
	if err != nil {
		return nil, err
	}
	span := s.Span().Range
	if span.From > removal.Gone {
		v.Recomputed++
		return o.Ledger.Count(ctx, span)
	}
	v.Gone++
	series, err := o.Ledger.Read(ctx, codesOf(s), span)
	kept := map[string]tally.Tally{}
	for code := range series {
		kept[code] = series[code].Total()
	}
	return kept, err
}
