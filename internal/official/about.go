package official

import (
	"errors"
	"fmt"
	"slices"

	"hailong/internal/annual"
	"hailong/internal/org"
	"hailong/internal/rating"
)

// ErrAbout says that there is nobody of that code to report about.
var ErrAbout = errors.New("there is no such party organisation or agency")

// body is a party organisation or an agency that a file is about. Nil is all
// of them.
type body struct {
	name     string
	codes    []string // its own, then those of who shares its letterhead
	agencies []string // codes of those whose figures it is about
}

// bodyOf finds who a code names in the register: an agency, which has the
// letterhead of its party organisation where it has none itself, or a party
// organisation with its agencies, likewise. It is nil for "".
func bodyOf(register *org.Register, code string) (*body, error) {
	if code == "" {
		return nil, nil
	}
	if agency := register.Agency(code); agency != nil {
		b := &body{name: agency.Name, codes: []string{code}, agencies: []string{code}}
		if agency.PartyOrganisation != "" {
			b.codes = append(b.codes, agency.PartyOrganisation)
		}
		return b, nil
	}
	party := register.PartyOrganisation(code)
	if party == nil {
		return nil, fmt.Errorf("report about %q: %w", code, ErrAbout)
	}
	b := &body{name: party.Name, codes: []string{code}}
	for _, agency := range register.Agencies() {
		if agency.PartyOrganisation == code {
			b.codes = append(b.codes, agency.Code)
			b.agencies = append(b.agencies, agency.Code)
		}
	}
	return b, nil
}

// letterheadCodes are the codes by which the letterhead is chosen.
func (b *body) letterheadCodes() []string {
	if b == nil {
		return nil
	}
	return b.codes
}

// title is the name, or "".
func (b *body) title() string {
	if b == nil {
		return ""
	}
	return b.name
}

// only returns the scores that are about the body. Places stay those among
// all.
func (b *body) only(scores []rating.Score) []rating.Score {
	if b == nil {
		return scores
	}
	kept := []rating.Score{}
	for _, s := range scores {
		if slices.Contains(b.agencies, s.Agency) {
			kept = append(kept, s)
		}
	}
	return kept
}

// narrow leaves in a dossier what is about the body.
func (d *Dossier) narrow(b *body) {
	d.About = b.title()
	d.Scores.Scores = b.only(d.Scores.Scores)
	d.Before.Scores = b.only(d.Before.Scores)
	d.Counters, d.Services, d.Channels = b.only(d.Counters), b.only(d.Services), b.only(d.Channels)
}

// sheetOf returns the year with the sheet of the body alone: its own or, where
// the rule rates the others, that of who shares its letterhead.
func (b *body) sheetOf(y *annual.Year) (*annual.Year, error) {
	if b == nil {
		return y, nil
	}
	for _, code := range b.codes {
		if sheet := y.Rating(code); sheet != nil {
			one := *y
			one.Ratings = []rating.Rating{*sheet}
			return &one, nil
		}
	}
	return nil, fmt.Errorf("%s is not rated in %d: %w", b.name, y.Year, ErrAbout)
}
