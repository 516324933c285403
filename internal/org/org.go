// Package org holds the register: party organisations, agencies, their
// counters and services, and the opaque links that posters carry. A register
// is a value: an import makes a new one or none at all.
package org

import (
	"slices"

	"hailong/internal/calendar"
)

// File is the register as people write it and as it is stored.
type File struct {
	PartyOrganisations []PartyOrganisation `yaml:"party_organisations,omitempty" json:"party_organisations,omitempty"`
	PeerGroups         []PeerGroup         `yaml:"peer_groups,omitempty" json:"peer_groups,omitempty"`
	Agencies           []Agency            `yaml:"agencies,omitempty" json:"agencies,omitempty"`
	RetiredLinks       []RetiredLink       `yaml:"retired_links,omitempty" json:"retired_links,omitempty"`
}

// PartyOrganisation is a TCCS đảng: the body that is rated.
type PartyOrganisation struct {
	Code string `yaml:"code" json:"code"`
	Name string `yaml:"name" json:"name"`
	Kind string `yaml:"kind" json:"kind"` // dang_bo or chi_bo
}

// PeerGroup names agencies whose scores may fairly be ranked against each
// other.
type PeerGroup struct {
	Code string `yaml:"code" json:"code"`
	Name string `yaml:"name" json:"name"`
}

// Agency is a body that handles dossiers, or would if it had procedures.
type Agency struct {
	Code              string        `yaml:"code" json:"code"`
	Name              string        `yaml:"name" json:"name"`
	Aliases           []string      `yaml:"aliases,omitempty" json:"aliases,omitempty"`
	PartyOrganisation string        `yaml:"party_organisation,omitempty" json:"party_organisation,omitempty"`
	PeerGroup         string        `yaml:"peer_group,omitempty" json:"peer_group,omitempty"`         // code; agencies without one are peers of each other
	HasProcedures     *bool         `yaml:"has_procedures,omitempty" json:"has_procedures,omitempty"` // nil is true; false: không phát sinh TTHC
	ValidFrom         *calendar.Day `yaml:"valid_from,omitempty" json:"valid_from,omitempty"`         // first day, nil: always
	ValidTo           *calendar.Day `yaml:"valid_to,omitempty" json:"valid_to,omitempty"`             // last day, nil: open
	Successor         string        `yaml:"successor,omitempty" json:"successor,omitempty"`           // code of the agency that took over
	Services          []Service     `yaml:"services,omitempty" json:"services,omitempty"`
	Counters          []Counter     `yaml:"counters,omitempty" json:"counters,omitempty"`
}

// Service is a kind of procedure (TTHC) an agency handles.
type Service struct {
	Code  string `yaml:"code" json:"code"`
	Name  string `yaml:"name" json:"name"`
	Field string `yaml:"field,omitempty" json:"field,omitempty"` // lĩnh vực
}

// Counter is a place where citizens hand in and collect, with a poster.
type Counter struct {
	Code      string        `yaml:"code" json:"code"`
	Name      string        `yaml:"name" json:"name"`
	Location  string        `yaml:"location,omitempty" json:"location,omitempty"`
	Form      string        `yaml:"form" json:"form"`                     // id of the questionnaire asked here
	Link      string        `yaml:"link,omitempty" json:"link,omitempty"` // made at import if absent
	Hours     string        `yaml:"hours,omitempty" json:"hours,omitempty"`
	ValidFrom *calendar.Day `yaml:"valid_from,omitempty" json:"valid_from,omitempty"`
	ValidTo   *calendar.Day `yaml:"valid_to,omitempty" json:"valid_to,omitempty"`
}

// RetiredLink is a link that a counter once had. It is never given out again.
type RetiredLink struct {
	Link    string `yaml:"link" json:"link"`
	Agency  string `yaml:"agency" json:"agency"`
	Counter string `yaml:"counter" json:"counter"`
}

// Procedures says whether the agency handles dossiers of citizens.
func (a *Agency) Procedures() bool { return a.HasProcedures == nil || *a.HasProcedures }

// ExistsIn says whether the agency exists on any day of the range.
func (a *Agency) ExistsIn(days calendar.Range) bool {
	return overlaps(days, a.ValidFrom, a.ValidTo)
}

// ExistsOn says whether the agency exists on the day.
func (a *Agency) ExistsOn(day calendar.Day) bool { return within(day, a.ValidFrom, a.ValidTo) }

// ExistsIn says whether the counter exists on any day of the range.
func (c *Counter) ExistsIn(days calendar.Range) bool { return overlaps(days, c.ValidFrom, c.ValidTo) }

func overlaps(days calendar.Range, from, to *calendar.Day) bool {
	return !days.Empty() && (from == nil || *from <= days.To) && (to == nil || *to >= days.From)
}

// Service returns the service with the code, or nil.
func (a *Agency) Service(code string) *Service {
	i := slices.IndexFunc(a.Services, func(s Service) bool { return s.Code == code })
	if i < 0 {
		return nil
	}
	return &a.Services[i]
}

// Counter returns the counter with the code, or nil.
func (a *Agency) Counter(code string) *Counter {
	i := slices.IndexFunc(a.Counters, func(c Counter) bool { return c.Code == code })
	if i < 0 {
		return nil
	}
	return &a.Counters[i]
}

// Register is a File with its indexes. It is never changed after New.
type Register struct {
	file    File
	byCode  map[string]*Agency
	parties map[string]*PartyOrganisation
	peers   map[string]*PeerGroup
	byLink  map[string]Place
}

// Codes returns the codes of agencies in their order.
func Codes(agencies []Agency) []string {
	codes := make([]string, len(agencies))
	for i := range agencies {
		codes[i] = agencies[i].Code
	}
	return codes
}

// Place is what a link stands for.
type Place struct {
	Agency  *Agency
	Counter *Counter // nil when the counter itself is gone from the register
	Retired bool     // the counter has another link now
}

// Places returns the counters of the agency in its order, as their links find
// them.
func (a *Agency) Places() []Place {
	places := make([]Place, len(a.Counters))
	for i := range a.Counters {
		places[i] = Place{Agency: a, Counter: &a.Counters[i]}
	}
	return places
}

// New indexes a register that Merge made or that was stored.
func New(file File) *Register {
	r := &Register{file: file, byCode: map[string]*Agency{}, parties: map[string]*PartyOrganisation{}, peers: map[string]*PeerGroup{}, byLink: map[string]Place{}}
	for i := range file.PartyOrganisations {
		r.parties[file.PartyOrganisations[i].Code] = &file.PartyOrganisations[i]
	}
	for i := range file.PeerGroups {
		r.peers[file.PeerGroups[i].Code] = &file.PeerGroups[i]
	}
	for i := range file.Agencies {
		agency := &file.Agencies[i]
		r.byCode[agency.Code] = agency
		for _, place := range agency.Places() {
			r.byLink[place.Counter.Link] = place
		}
	}
	for _, old := range file.RetiredLinks {
		place := Place{Agency: r.byCode[old.Agency], Retired: true}
		if place.Agency != nil {
			place.Counter = place.Agency.Counter(old.Counter)
		}
		r.byLink[old.Link] = place
	}
	return r
}

// File returns the whole register, for storing and export. It must not be
// changed.
func (r *Register) File() File { return r.file }

// Agencies returns all agencies in the order of the register. They must not be
// changed.
func (r *Register) Agencies() []Agency { return r.file.Agencies }

// Agency returns the agency with the code, or nil.
func (r *Register) Agency(code string) *Agency { return r.byCode[code] }

// PartyOrganisation returns the party organisation with the code, or nil.
func (r *Register) PartyOrganisation(code string) *PartyOrganisation { return r.parties[code] }

// PeerGroup returns the peer group with the code, or nil.
func (r *Register) PeerGroup(code string) *PeerGroup { return r.peers[code] }

// Place returns what a link stands for; false when it was never given out.
// The link must be in canonical form, see CanonicalLink.
func (r *Register) Place(link string) (Place, bool) {
	p, ok := r.byLink[link]
	return p, ok
}

// OpenOn says whether answers are taken at the place on the day.
func (p Place) OpenOn(day calendar.Day) bool {
	return !p.Retired && p.Agency != nil && p.Counter != nil &&
		within(day, p.Agency.ValidFrom, p.Agency.ValidTo) &&
		within(day, p.Counter.ValidFrom, p.Counter.ValidTo)
}

// EndedBefore says whether answers are taken at the place neither on the day
// nor on any later one.
func (p Place) EndedBefore(day calendar.Day) bool {
	return !p.OpenOn(day) && !p.BeginsAfter(day)
}

// BeginsAfter says whether answers will be taken at the place, but not yet on
// the day.
func (p Place) BeginsAfter(day calendar.Day) bool {
	if p.Retired || p.Agency == nil || p.Counter == nil {
		return false
	}
	later := func(from *calendar.Day) bool { return from != nil && *from > day }
	return later(p.Agency.ValidFrom) || later(p.Counter.ValidFrom)
}

func within(day calendar.Day, from, to *calendar.Day) bool {
	return (from == nil || day >= *from) && (to == nil || day <= *to)
}
