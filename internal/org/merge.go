package org

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"hailong/internal/calendar"
	"hailong/internal/yamlfile"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"
)

// The largest register: some ten times what a big province has.
const (
	maxName     = 200  // characters
	maxAgencies = 5000 // in the register, and party organisations and peer groups as many
	maxParts    = 1000 // services of one agency, and counters as many
)

// Parse reads a register file without looking at what is already registered:
// for tests and for a fresh start. See Merge.
func Parse(name string, data []byte, formExists func(id string) bool) (*Register, error) {
	register, _, err := Merge(New(File{}), name, data, formExists)
	return register, err
}

// Merge adds the register file to what is registered and returns the result
// with the list of changes. What the file does not name stays as it is: a
// counter whose poster hangs on a wall is ended by valid_to, not by leaving it
// out. A counter without a link keeps the one it has or gets a new one; a link
// that is replaced is retired for ever. Links are made here, so Merge gives
// different new links each time. The error is of type yamlfile.Problems and
// lists every fault; then nothing is to be changed.
func Merge(current *Register, name string, data []byte, formExists func(id string) bool) (*Register, []Change, error) {
	var incoming File
	doc, err := yamlfile.Load(name, data, &incoming)
	if err != nil {
		return nil, nil, err
	}
	m := newMerger(doc, &incoming, current, formExists)
	m.parties(incoming.PartyOrganisations)
	m.peers(incoming.PeerGroups)
	m.agencies(incoming.Agencies)
	m.retired(incoming.RetiredLinks)
	m.links()
	m.references()
	if max(len(m.agencyShelf.items), len(m.partyShelf.items), len(m.peerShelf.items)) > maxAgencies {
		m.addf("agencies", "a register has at most %d agencies, and as many party organisations and peer groups", maxAgencies)
	}
	if err := doc.Err(); err != nil {
		return nil, nil, err
	}
	return New(m.merged()), m.changes, nil
}

// Encode writes the register as YAML that Merge reads back.
func (r *Register) Encode() ([]byte, error) { return yaml.Dump(r.file) }

// merger holds the register while it grows, each part findable by its code.
type merger struct {
	doc        *yamlfile.Document
	incoming   *File
	old        *Register
	formExists func(id string) bool
	changes    []Change

	partyShelf  shelf[PartyOrganisation]
	peerShelf   shelf[PeerGroup]
	agencyShelf shelf[Agency]
	retiredLink map[string]bool
	retiredList []RetiredLink
}

func newMerger(doc *yamlfile.Document, incoming *File, old *Register, formExists func(id string) bool) *merger {
	m := &merger{
		doc: doc, incoming: incoming, old: old, formExists: formExists,
		partyShelf:  newShelf(old.file.PartyOrganisations, func(p *PartyOrganisation) string { return p.Code }),
		peerShelf:   newShelf(old.file.PeerGroups, func(g *PeerGroup) string { return g.Code }),
		agencyShelf: newShelf(old.file.Agencies, func(a *Agency) string { return a.Code }),
		retiredLink: map[string]bool{},
	}
	for _, link := range old.file.RetiredLinks {
		m.retire(link)
	}
	return m
}

func (m *merger) merged() File {
	return File{PartyOrganisations: m.partyShelf.items, PeerGroups: m.peerShelf.items, Agencies: m.agencyShelf.items, RetiredLinks: m.retiredList}
}

// retire notes a link that is never to be used again, once.
func (m *merger) retire(link RetiredLink) {
	if !m.retiredLink[link.Link] {
		m.retiredLink[link.Link] = true
		m.retiredList = append(m.retiredList, link)
	}
}

func (m *merger) note(change *Change) {
	if change != nil {
		m.changes = append(m.changes, *change)
	}
}

func (m *merger) addf(place, format string, args ...any) {
	m.doc.Addf(place, format, args...)
}

func (m *merger) parties(incoming []PartyOrganisation) {
	seen := map[string]bool{}
	for i := range incoming {
		place, p := fmt.Sprintf("party_organisations.%d", i), &incoming[i]
		m.code(place, p.Code, seen)
		m.name(place+".name", &p.Name)
		if p.Kind != "dang_bo" && p.Kind != "chi_bo" {
			m.addf(place+".kind", "kind %q is neither dang_bo nor chi_bo", p.Kind)
		}
		m.note(m.partyShelf.put(p.Code, *p, "party organisation "+p.Code))
	}
}

func (m *merger) peers(incoming []PeerGroup) {
	seen := map[string]bool{}
	for i := range incoming {
		place, g := fmt.Sprintf("peer_groups.%d", i), &incoming[i]
		m.code(place, g.Code, seen)
		m.name(place+".name", &g.Name)
		m.note(m.peerShelf.put(g.Code, *g, "peer group "+g.Code))
	}
}

func (m *merger) agencies(incoming []Agency) {
	seen := map[string]bool{}
	for i := range incoming {
		place, a := fmt.Sprintf("agencies.%d", i), &incoming[i]
		m.code(place, a.Code, seen)
		m.name(place+".name", &a.Name)
		for j := range a.Aliases {
			m.name(fmt.Sprintf("%s.aliases.%d", place, j), &a.Aliases[j])
		}
		m.period(place, a.ValidFrom, a.ValidTo)
		m.services(place, a)
		m.counters(place, a)
		m.agency(*a)
	}
}

// agency merges one agency; services and counters merge one by one, so that a
// file may name only what is new.
func (m *merger) agency(a Agency) {
	var old Agency
	if known := m.agencyShelf.find(a.Code); known != nil {
		old = *known
	}
	services := newShelf(old.Services, func(s *Service) string { return s.Code })
	counters := newShelf(old.Counters, func(c *Counter) string { return c.Code })
	for _, s := range a.Services {
		m.note(services.put(s.Code, s, "service "+a.Code+"/"+s.Code))
	}
	for _, c := range a.Counters {
		if known := counters.find(c.Code); known != nil && c.Link == "" {
			c.Link = known.Link
		}
		m.note(counters.put(c.Code, c, "counter "+a.Code+"/"+c.Code))
	}
	if a.Services, a.Counters = services.items, counters.items; max(len(a.Services), len(a.Counters)) > maxParts {
		m.addf("agencies", "agency %q has more than %d services or counters", a.Code, maxParts)
	}
	m.note(m.agencyShelf.put(a.Code, a, "agency "+a.Code))
}

func (m *merger) services(place string, a *Agency) {
	seen := map[string]bool{}
	for i := range a.Services {
		at := fmt.Sprintf("%s.services.%d", place, i)
		m.code(at, a.Services[i].Code, seen)
		m.name(at+".name", &a.Services[i].Name)
		if a.Services[i].Field != "" {
			m.name(at+".field", &a.Services[i].Field)
		}
	}
}

func (m *merger) counters(place string, a *Agency) {
	seen := map[string]bool{}
	for i := range a.Counters {
		at, c := fmt.Sprintf("%s.counters.%d", place, i), &a.Counters[i]
		m.code(at, c.Code, seen)
		m.name(at+".name", &c.Name)
		if c.Location != "" {
			m.name(at+".location", &c.Location)
		}
		m.period(at, c.ValidFrom, c.ValidTo)
		if !m.formExists(c.Form) {
			m.addf(at+".form", "form %q does not exist", c.Form)
		}
		if _, err := ParseHours(c.Hours); err != nil {
			m.addf(at+".hours", "hours %q: %s", c.Hours, err)
		}
		if c.Link != "" {
			c.Link = m.link(at+".link", c.Link)
		}
	}
}

func (m *merger) link(place, typed string) string {
	link, ok := CanonicalLink(typed)
	if !ok {
		m.addf(place, "link %q is not 8 characters of 0-9 and A-Z without I, L, O, U", typed)
	}
	return link
}

func (m *merger) retired(incoming []RetiredLink) {
	for i, old := range incoming {
		old.Link = m.link(fmt.Sprintf("retired_links.%d.link", i), old.Link)
		m.retire(old)
	}
}

// links retires replaced links, gives new ones to counters without, and makes
// sure that no link ever stands for two counters.
func (m *merger) links() {
	for _, a := range m.old.Agencies() {
		now := m.agencyShelf.find(a.Code)
		for i, c := range a.Counters { // merging keeps the order of what was there
			if link := now.Counters[i].Link; link != "" && link != c.Link {
				m.retire(RetiredLink{Link: c.Link, Agency: a.Code, Counter: c.Code})
			}
		}
	}
	owner := map[string]string{}
	for _, old := range m.retiredList {
		owner[old.Link] = "a retired poster of " + old.Agency + "/" + old.Counter
	}
	agencies := m.agencyShelf.items
	for i := range agencies {
		m.ownLinks(&agencies[i], owner)
	}
	for i := range agencies {
		for j := range agencies[i].Counters {
			if c := &agencies[i].Counters[j]; c.Link == "" {
				c.Link = unusedLink(owner)
			}
		}
	}
}

func (m *merger) ownLinks(a *Agency, owner map[string]string) {
	a.Counters = slices.Clone(a.Counters)
	for _, c := range a.Counters {
		if c.Link == "" {
			continue
		}
		if taken := owner[c.Link]; taken != "" {
			m.addf(m.placeOf(a.Code, c.Code)+".link", "link %s of %s/%s already belongs to %s", c.Link, a.Code, c.Code, taken)
		}
		owner[c.Link] = a.Code + "/" + c.Code
	}
}

func unusedLink(owner map[string]string) string {
	for {
		if link := NewLink(); owner[link] == "" {
			owner[link] = "a new counter"
			return link
		}
	}
}

// placeOf finds a counter in the incoming file, for the place of a problem.
func (m *merger) placeOf(agency, counter string) string {
	for i, a := range m.incoming.Agencies {
		for j, c := range a.Counters {
			if a.Code == agency && c.Code == counter {
				return fmt.Sprintf("agencies.%d.counters.%d", i, j)
			}
		}
	}
	return ""
}

func (m *merger) references() {
	successors := map[string]string{}
	for _, a := range m.agencyShelf.items {
		successors[a.Code] = a.Successor
	}
	for i, a := range m.incoming.Agencies {
		place := fmt.Sprintf("agencies.%d", i)
		if a.PartyOrganisation != "" && m.partyShelf.find(a.PartyOrganisation) == nil {
			m.addf(place+".party_organisation", "party organisation %q does not exist", a.PartyOrganisation)
		}
		if a.PeerGroup != "" && m.peerShelf.find(a.PeerGroup) == nil {
			m.addf(place+".peer_group", "peer group %q does not exist", a.PeerGroup)
		}
		switch {
		case a.Successor == "":
		case a.Successor == a.Code:
			m.addf(place+".successor", "agency %q cannot be its own successor", a.Code)
		case m.agencyShelf.find(a.Successor) == nil:
			m.addf(place+".successor", "successor %q does not exist", a.Successor)
		case ring(successors, a.Code):
			m.addf(place+".successor", "the successors of %q lead back to it", a.Code)
		}
	}
}

// ring says whether the chain of successors that begins at the code returns to it.
func ring(successors map[string]string, code string) bool {
	at := code
	for range successors {
		if at = successors[at]; at == "" || at == code {
			return at != ""
		}
	}
	return false
}

func (m *merger) code(place, code string, seen map[string]bool) {
	if !yamlfile.IsID(code) || len(code) > 40 {
		m.addf(place+".code", "code %q must be 1 to 40 of a-z, 0-9 and single hyphens", code)
	}
	if seen[code] {
		m.addf(place+".code", "code %q appears twice", code)
	}
	seen[code] = true
}

func (m *merger) name(place string, name *string) {
	*name = norm.NFC.String(strings.TrimSpace(*name))
	switch {
	case *name == "":
		m.addf(place, "the name is missing")
	case len([]rune(*name)) > maxName:
		m.addf(place, "a name has at most %d characters", maxName)
	case strings.ContainsFunc(*name, unicode.IsControl):
		m.addf(place, "a name cannot hold control characters")
	}
}

func (m *merger) period(place string, from, to *calendar.Day) {
	if from != nil && to != nil && *to < *from {
		m.addf(place+".valid_to", "valid_to %s lies before valid_from %s", to, from)
	}
}
