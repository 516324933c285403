package period

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/sheet"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// Counts are what the figures of a period are made of, from wherever they come.
type Counts struct {
	Agencies []rating.Counts // in the register's order
	Rule     *rating.Rule    // that gives points in the period; nil when there is none
	Methods  []*tally.Method // in the order of their files
	Sheet    *sheet.Signed   // nil while nothing is sealed
}

// Counts returns the counts of a period: of the sheet in force, of the closing,
// or the living ones.
func (o *Office) Counts(ctx context.Context, p *Period) (*Counts, error) {
	var counts *Counts
	var err error
	switch {
	case p.InForce() != nil:
		counts, err = o.sealedCounts(ctx, p.InForce().Sheet)
	case p.Current().State == Closed:
		counts, err = o.frozenCounts(ctx, p)
	default:
		counts, err = o.living(ctx, p.Period)
	}
	if err != nil {
		return nil, fmt.Errorf("counts of %s: %w", p.ID, err)
	}
	return counts, nil
}

// living reads the counts as they are now.
func (o *Office) living(ctx context.Context, span rating.Period) (*Counts, error) {
	agencies := o.Register().Agencies()
	codes := org.Codes(agencies)
	series, err := o.Ledger.Read(ctx, codes, span.Range)
	if err != nil {
		return nil, err
	}
	served, err := o.Coverage.Read(ctx, codes, span.Range)
	if err != nil {
		return nil, err
	}
	counts := &Counts{Rule: o.Rules.At(span.Range.To), Methods: o.Methods.All()}
	for i := range agencies {
		code := agencies[i].Code
		counts.Agencies = append(counts.Agencies, rating.Counts{Agency: &agencies[i], Tally: series[code].Total(), Served: served[code]})
	}
	return counts, nil
}

func (o *Office) frozenCounts(ctx context.Context, p *Period) (*Counts, error) {
	draft, err := o.draft(ctx, p)
	if err != nil {
		return nil, err
	}
	return countsOf(draft)
}

func countsOf(s *sheet.Sheet) (*Counts, error) {
	agencies, err := s.Input()
	if err != nil {
		return nil, err
	}
	counts := &Counts{Agencies: agencies}
	for _, m := range s.Methods {
		counts.Methods = append(counts.Methods, m.Method)
	}
	if len(s.Rules) > 0 {
		counts.Rule = s.Rules[0].Rule
	}
	return counts, nil
}

func frozenKey(p *Period) string { return fmt.Sprintf("%s/%d", p.ID, p.Current().Revision) }

// draft reads the sheet that the closing began: all but its place in the
// chain, its figures and its signature.
func (o *Office) draft(ctx context.Context, p *Period) (*sheet.Sheet, error) {
	r, err := o.Store.Record(ctx, frozenKind, frozenKey(p))
	if err != nil {
		return nil, err
	}
	s := new(sheet.Sheet)
	if err := json.Unmarshal(r.Data, s); err != nil {
		return nil, fmt.Errorf("read frozen counts: %w", err)
	}
	return s, nil
}

// freeze keeps the living counts. One that was cut before the period's record
// was written, or that somebody did at the same time, is written over.
func (o *Office) freeze(ctx context.Context, p *Period, closed Step) error {
	counts, err := o.living(ctx, p.Period)
	if err != nil {
		return err
	}
	draft := o.newDraft(p, counts, closed)
	key := frozenKey(p)
	before, err := o.Store.Record(ctx, frozenKind, key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return p.overtaken(o.Store.PutRecords(ctx, []store.Record{{Kind: frozenKind, Key: key, Revision: before.Revision, Data: marshal(draft)}}))
}

func (o *Office) newDraft(p *Period, counts *Counts, closed Step) *sheet.Sheet {
	draft := &sheet.Sheet{
		Format:   sheet.Format,
		Period:   sheet.Period{ID: p.ID, From: p.Range.From, To: p.Range.To},
		Revision: p.Current().Revision,
		Closed:   sheet.Act{At: closed.At, By: closed.By, Why: closed.Why},
		Timezone: o.Timezone,
		Register: withoutLinks(o.Register().File()),
		Forms:    o.formsOf(counts),
	}
	for _, m := range counts.Methods {
		draft.Methods = append(draft.Methods, sheet.Method{Method: m, Hash: m.Hash()})
	}
	if counts.Rule != nil {
		draft.Rules = []sheet.Rule{{Rule: counts.Rule, Hash: counts.Rule.Hash()}}
	}
	for _, c := range counts.Agencies {
		draft.Counts = append(draft.Counts, sheet.Counts{Agency: c.Agency.Code, Cells: c.Tally.Encode()})
		draft.Served = append(draft.Served, totals(c.Served, p.Range)...)
	}
	return draft
}

// withoutLinks leaves out what is not about figures and would let readers of a
// sheet answer at a counter.
func withoutLinks(file org.File) org.File {
	file.RetiredLinks = nil
	file.Agencies = slices.Clone(file.Agencies)
	for i := range file.Agencies {
		file.Agencies[i].Counters = slices.Clone(file.Agencies[i].Counters)
		for j := range file.Agencies[i].Counters {
			file.Agencies[i].Counters[j].Link = ""
		}
	}
	return file
}

// formsOf names the forms that were answered.
func (o *Office) formsOf(counts *Counts) []sheet.Form {
	answered := map[survey.Ref]bool{}
	for _, c := range counts.Agencies {
		for key := range c.Tally {
			answered[key.Form] = true
		}
	}
	forms := []sheet.Form{}
	for _, form := range o.Forms.All() {
		if answered[form.Ref()] {
			forms = append(forms, sheet.Form{ID: form.ID, Version: form.Version, Hash: form.Hash()})
		}
	}
	return forms
}

// totals adds up the days of each counter and service.
func totals(rows []rating.Served, r calendar.Range) []sheet.ServedTotal {
	var sums []sheet.ServedTotal
	for _, row := range rows {
		if !r.Contains(row.Day) {
			continue
		}
		i := slices.IndexFunc(sums, func(s sheet.ServedTotal) bool { return s.Counter == row.Counter && s.Service == row.Service })
		if i < 0 {
			i = len(sums)
			sums = append(sums, sheet.ServedTotal{Agency: row.Agency, Counter: row.Counter, Service: row.Service})
		}
		sums[i].Served += row.Count
	}
	return sums
}

// unchanged says whether the living counts, of answers and of dossiers, are
// still those of a draft.
func (o *Office) unchanged(ctx context.Context, p *Period, draft *sheet.Sheet) (bool, error) {
	counts, err := o.living(ctx, p.Period)
	if err != nil {
		return false, err
	}
	now := map[string][]byte{}
	var served []sheet.ServedTotal
	for _, c := range counts.Agencies {
		now[c.Agency.Code] = c.Tally.Encode()
		served = append(served, totals(c.Served, p.Range)...)
	}
	for _, c := range draft.Counts {
		if !bytes.Equal(now[c.Agency], c.Cells) {
			return false, nil
		}
	}
	return slices.Equal(served, draft.Served), nil
}
