package annual

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/store"
)

// Standing is how one party organisation stands with the targets of a
// programme.
type Standing struct {
	Whom   string        `json:"party_organisation"` // code
	Name   string        `json:"name"`
	Duties []rating.Duty `json:"reports"` // that it owes over the year, in the order in which they are due
	Help   rating.Help   `json:"help"`    // why it is to be guided and helped (IV.3)
}

// Programme returns the programme that is in effect in the year. The error is
// ErrProgramme.
func (b *Book) Programme(year int) (*rating.Programme, error) {
	for _, p := range b.Programmes.All() {
		if len(p.Due(year)) > 0 {
			return p, nil
		}
	}
	return nil, fmt.Errorf("programme in %d: %w", year, ErrProgramme)
}

// Standings tells of every party organisation that existed in the year which
// of its reports are there, which are late, and who needs help. Help looks at
// the year before, too: two reports that are late one after the other can lie
// on both sides of the turn of the year. The errors are those of the store.
func (b *Book) Standings(ctx context.Context, p *rating.Programme, year int) ([]Standing, error) {
	filings, err := b.filings(ctx, p, "")
	if err != nil {
		return nil, err
	}
	var all []Standing
	for _, party := range b.Register().File().PartyOrganisations {
		if existed(b.Register(), party.Code, yearOf(year)) {
			all = append(all, b.standing(p, &party, year, filings[party.Code]))
		}
	}
	return all, nil
}

// Standing is what Standings tells of one party organisation. The errors are
// ErrWhom and those of the store.
func (b *Book) Standing(ctx context.Context, p *rating.Programme, year int, whom string) (Standing, error) {
	party := b.Register().PartyOrganisation(whom)
	if party == nil || !existed(b.Register(), whom, yearOf(year)) {
		return Standing{}, fmt.Errorf("%q in %d: %w", whom, year, ErrWhom)
	}
	filings, err := b.filings(ctx, p, whom)
	if err != nil {
		return Standing{}, err
	}
	return b.standing(p, party, year, filings[whom]), nil
}

// standing judges one party organisation by what it handed in.
func (b *Book) standing(p *rating.Programme, party *org.PartyOrganisation, year int, filings []rating.Filing) Standing {
	s := Standing{Whom: party.Code, Name: party.Name, Duties: b.duties(p, party.Code, year, filings)}
	s.Help = p.Help(append(b.duties(p, party.Code, year-1, filings), s.Duties...))
	return s
}

// duties lists the reports over the spans of a year that a party organisation
// owes: those on whose last day it existed, and those that it handed in.
// Otherwise one that was dissolved would stay late for ever.
func (b *Book) duties(p *rating.Programme, party string, year int, filings []rating.Filing) []rating.Duty {
	owed := []rating.Duty{}
	for _, d := range p.Duties(year, filings, b.today()) {
		span, err := rating.ParsePeriod(d.Period)
		last := calendar.Range{From: span.Range.To, To: span.Range.To}
		if err == nil && (d.Filed != nil || existed(b.Register(), party, last)) {
			owed = append(owed, d)
		}
	}
	return owed
}

// Reminders returns the reports due this year that are late or soon will be,
// by party organisation, in the order in which they are due. Those of whom
// alone are read unless it is "". The errors are those of the store.
func (b *Book) Reminders(ctx context.Context, p *rating.Programme, whom string) (map[string][]rating.Duty, error) {
	filings, err := b.filings(ctx, p, whom)
	if err != nil {
		return nil, err
	}
	year, _, _ := b.today().Date()
	all := map[string][]rating.Duty{}
	for _, party := range b.Register().File().PartyOrganisations {
		if whom != "" && party.Code != whom {
			continue
		}
		for _, d := range append(b.duties(p, party.Code, year-1, filings[party.Code]), b.duties(p, party.Code, year, filings[party.Code])...) {
			if yearOf(year).Contains(d.Due) && (d.State == rating.Late || d.State == rating.DueSoon) {
				all[party.Code] = append(all[party.Code], d)
			}
		}
	}
	return all, nil
}

func yearOf(year int) calendar.Range {
	return calendar.Range{From: calendar.Date(year, time.January, 1), To: calendar.Date(year, time.December, 31)}
}

// Filings returns every version of every report that a party organisation
// handed in, the earliest first. The errors are those of the store.
func (b *Book) Filings(ctx context.Context, p *rating.Programme, whom string) ([]rating.Filing, error) {
	all, err := b.filings(ctx, p, whom)
	return all[whom], err
}

// filings returns what was handed in, by party organisation, the earliest
// first; of whom alone unless it is "".
func (b *Book) filings(ctx context.Context, p *rating.Programme, whom string) (map[string][]rating.Filing, error) {
	all, prefix := map[string][]rating.Filing{}, p.ID+"/"
	if whom != "" {
		prefix += whom + "/"
	}
	err := b.each(ctx, filingKind, prefix, func(parts []string, data []byte) error {
		var versions []rating.Filing
		if err := json.Unmarshal(data, &versions); err != nil {
			return err
		}
		party := cmp.Or(whom, parts[0])
		all[party] = append(all[party], versions...)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reports on %s: %w", p.ID, err)
	}
	for _, filings := range all {
		slices.SortStableFunc(filings, func(a, b rating.Filing) int { return cmp.Compare(a.Filed, b.Filed) })
	}
	return all, nil
}

// File hands in a report, or another version of one that was handed in: the
// first stays, because it says when the report came. The errors are those of
// rating.Programme.Check, ErrWhom, ErrEarly, store.ErrConflict and those of the
// store.
func (b *Book) File(ctx context.Context, p *rating.Programme, whom string, f rating.Filing, by string) error {
	f.Filed = b.today()
	if err := p.Check(f); err != nil {
		return err
	}
	span, err := rating.ParsePeriod(f.Period)
	switch {
	case err != nil:
		return err
	case !existed(b.Register(), whom, span.Range):
		return fmt.Errorf("%q in %s: %w", whom, span.ID, ErrWhom)
	case f.Filed < span.Range.From:
		return fmt.Errorf("report on %s: %w", span.ID, ErrEarly)
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
