package annual

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/audit"
	"hailong/internal/rating"
	"hailong/internal/store"
)

// Standing is how one party organisation stands with the targets of a
// programme.
type Standing struct {
	Whom   string        `json:"party_organisation"` // code
	Name   string        `json:"name"`
	Duties []rating.Duty `json:"reports"` // of the year, in the order in which they are due
	Help   rating.Help   `json:"help"`    // why it is to be guided and helped (IV.3)
}

// Programme returns the programme with the id, or for "" the one in effect in
// the year. The error is ErrProgramme.
func (b *Book) Programme(year int, id string) (*rating.Programme, error) {
	for _, p := range b.Programmes.All() {
		if p.ID == id || id == "" && len(p.Due(year)) > 0 {
			return p, nil
		}
	}
	return nil, fmt.Errorf("programme %q in %d: %w", id, year, ErrProgramme)
}

// Standings tells of every party organisation which reports of the year are
// there, which are late, and who needs help. Help looks at the year before,
// too: two reports that are late one after the other can lie on both sides of
// the turn of the year.
func (b *Book) Standings(ctx context.Context, p *rating.Programme, year int) ([]Standing, error) {
	filings, err := b.filings(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("reports on %s: %w", p.ID, err)
	}
	today := b.today()
	var all []Standing
	for _, party := range b.Register().File().PartyOrganisations {
		own := filings[party.Code]
		s := Standing{Whom: party.Code, Name: party.Name, Duties: p.Duties(year, own, today)}
		s.Help = p.Help(append(p.Duties(year-1, own, today), s.Duties...))
		all = append(all, s)
	}
	return all, nil
}

// filings returns what was handed in, by party organisation, the earliest
// first.
func (b *Book) filings(ctx context.Context, p *rating.Programme) (map[string][]rating.Filing, error) {
	all := map[string][]rating.Filing{}
	err := b.each(ctx, filingKind, p.ID+"/", func(parts []string, data []byte) error {
		var versions []rating.Filing
		if err := json.Unmarshal(data, &versions); err != nil {
			return err
		}
		all[parts[0]] = append(all[parts[0]], versions...)
		return nil
	})
	for _, filings := range all {
		slices.SortStableFunc(filings, func(a, b rating.Filing) int { return int(a.Filed - b.Filed) })
	}
	return all, err
}

// File hands in a report, or another version of one that was handed in: the
// first stays, because it says when the report came. The errors are ErrWhom,
// those of rating.Programme.Check, store.ErrConflict and those of the store.
func (b *Book) File(ctx context.Context, p *rating.Programme, whom string, f rating.Filing, by string) error {
	if b.Register().PartyOrganisation(whom) == nil {
		return fmt.Errorf("%q: %w", whom, ErrWhom)
	}
	f.Filed = b.today()
	if err := p.Check(f); err != nil {
		return err
	}
	key := strings.Join([]string{p.ID, whom, f.Cadence, f.Period}, "/")
	r, versions, err := b.versions(ctx, key)
	if err != nil {
		return err
	}
	if r.Data, err = json.Marshal(append(versions, f)); err != nil {
		return err
	}
	return b.put(ctx, r, audit.TargetReport, by, map[string]string{"version": strconv.Itoa(len(versions) + 1)})
}

func (b *Book) versions(ctx context.Context, key string) (store.Record, []rating.Filing, error) {
	records, err := b.Store.Records(ctx, store.Span{Kind: filingKind, From: key, Limit: 1})
	if err != nil {
		return store.Record{}, nil, err
	}
	if len(records) == 0 || records[0].Key != key {
		return store.Record{Kind: filingKind, Key: key}, nil, nil
	}
	var versions []rating.Filing
	return records[0], versions, json.Unmarshal(records[0].Data, &versions)
}
