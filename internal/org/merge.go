package org

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"hailong/internal/calendar"
	"hailong/internal/yamlfile"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"
)

// Change is one difference that an import makes.
type Change struct {
	What   string // "agency stp", "counter stp/q1", "service stp/lltp", "party organisation db-stp"
	Added  bool   // false: it existed and changes
	Detail string // what changes, for people
}

// String returns one line with + for an addition and ~ for a change.
func (c Change) String() string {
	if c.Added {
		return "+ " + c.What
	}
	return "~ " + c.What + ": " + c.Detail
}

const maxName = 200 // characters

const (
	weekday     = `(Mon|Tue|Wed|Thu|Fri|Sat|Sun)`
	clock       = `([01]\d|2[0-3]):[0-5]\d`
	hoursOfDays = weekday + `(-` + weekday + `)?( ` + clock + `-` + clock + `)+`
)

var (
	validCode  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	validHours = regexp.MustCompile(`^` + hoursOfDays + `(; ` + hoursOfDays + `)*$`)
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
	m := &merger{doc: doc, incoming: &incoming, old: current, merged: clone(current.file), formExists: formExists}
	m.parties(incoming.PartyOrganisations)
	m.agencies(incoming.Agencies)
	m.retired(incoming.RetiredLinks)
	m.links()
	m.references()
	if err := doc.Err(); err != nil {
		return nil, nil, err
	}
	return New(m.merged), m.changes, nil
}

// Encode writes the register as YAML that Merge reads back.
func (r *Register) Encode() ([]byte, error) { return yaml.Dump(r.file) }

type merger struct {
	doc        *yamlfile.Document
	incoming   *File
	old        *Register
	merged     File // grows part by part
	formExists func(id string) bool
	changes    []Change
}

func (m *merger) addf(place, format string, args ...any) {
	m.doc.Addf(yamlfile.Path(place), format, args...)
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
		m.merged.PartyOrganisations = upsert(m, m.merged.PartyOrganisations, *p, "party organisation "+p.Code,
			func(o *PartyOrganisation) string { return o.Code })
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
	services, counters := a.Services, a.Counters
	a.Services, a.Counters = nil, nil
	if old := find(m.merged.Agencies, a.Code); old != nil {
		// Clipped, so that appending never writes into the old register's memory.
		a.Services, a.Counters = slices.Clip(old.Services), slices.Clip(old.Counters)
	}
	for _, s := range services {
		a.Services = upsert(m, a.Services, s, "service "+a.Code+"/"+s.Code, func(s *Service) string { return s.Code })
	}
	for _, c := range counters {
		if old := a.Counter(c.Code); old != nil && c.Link == "" {
			c.Link = old.Link
		}
		a.Counters = upsert(m, a.Counters, c, "counter "+a.Code+"/"+c.Code, func(c *Counter) string { return c.Code })
	}
	m.merged.Agencies = upsert(m, m.merged.Agencies, a, "agency "+a.Code, func(a *Agency) string { return a.Code })
}

func find(agencies []Agency, code string) *Agency {
	i := slices.IndexFunc(agencies, func(a Agency) bool { return a.Code == code })
	if i < 0 {
		return nil
	}
	return &agencies[i]
}

// upsert replaces the item with the same code or appends it, and notes what
// that changes.
func upsert[T any](m *merger, items []T, item T, what string, code func(*T) string) []T {
	i := slices.IndexFunc(items, func(old T) bool { return code(&old) == code(&item) })
	if i < 0 {
		m.changes = append(m.changes, Change{What: what, Added: true})
		return append(items, item)
	}
	if detail := difference(items[i], item); detail != "" {
		m.changes = append(m.changes, Change{What: what, Detail: detail})
	}
	replaced := slices.Clone(items)
	replaced[i] = item
	return replaced
}

// difference names the fields in which two values differ, lists of parts left
// out: they are compared one by one.
func difference[T any](before, after T) string {
	var details []string
	b, a := reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range b.NumField() {
		field := b.Type().Field(i)
		if field.Name == "Services" || field.Name == "Counters" || reflect.DeepEqual(b.Field(i).Interface(), a.Field(i).Interface()) {
			continue
		}
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		details = append(details, fmt.Sprintf("%s %s → %s", key, show(b.Field(i)), show(a.Field(i))))
	}
	return strings.Join(details, ", ")
}

func show(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "–"
		}
		v = v.Elem()
	}
	return fmt.Sprintf("%q", fmt.Sprint(v.Interface()))
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
		if c.Hours != "" && !validHours.MatchString(c.Hours) {
			m.addf(at+".hours", "hours %q are not of the form \"Mon-Fri 07:30-11:30 13:30-17:00\"", c.Hours)
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
		place := fmt.Sprintf("retired_links.%d", i)
		old.Link = m.link(place+".link", old.Link)
		if !slices.Contains(m.merged.RetiredLinks, old) {
			m.merged.RetiredLinks = append(m.merged.RetiredLinks, old)
		}
	}
}

// links retires replaced links, gives new ones to counters without, and makes
// sure that no link ever stands for two counters.
func (m *merger) links() {
	for _, a := range m.old.Agencies() {
		for _, c := range a.Counters {
			if now := find(m.merged.Agencies, a.Code).Counter(c.Code); now.Link != "" && now.Link != c.Link {
				m.merged.RetiredLinks = append(m.merged.RetiredLinks, RetiredLink{Link: c.Link, Agency: a.Code, Counter: c.Code})
			}
		}
	}
	owner := map[string]string{}
	for _, old := range m.merged.RetiredLinks {
		owner[old.Link] = "a retired poster of " + old.Agency + "/" + old.Counter
	}
	for i := range m.merged.Agencies {
		m.ownLinks(&m.merged.Agencies[i], owner)
	}
	for i := range m.merged.Agencies {
		for j := range m.merged.Agencies[i].Counters {
			if c := &m.merged.Agencies[i].Counters[j]; c.Link == "" {
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
	for _, a := range m.merged.Agencies {
		successors[a.Code] = a.Successor
	}
	for i, a := range m.incoming.Agencies {
		place := fmt.Sprintf("agencies.%d", i)
		known := func(p PartyOrganisation) bool { return p.Code == a.PartyOrganisation }
		if a.PartyOrganisation != "" && !slices.ContainsFunc(m.merged.PartyOrganisations, known) {
			m.addf(place+".party_organisation", "party organisation %q does not exist", a.PartyOrganisation)
		}
		switch {
		case a.Successor == "":
		case a.Successor == a.Code:
			m.addf(place+".successor", "agency %q cannot be its own successor", a.Code)
		case find(m.merged.Agencies, a.Successor) == nil:
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
	if !validCode.MatchString(code) || len(code) > 40 {
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

func clone(f File) File {
	return File{
		PartyOrganisations: slices.Clone(f.PartyOrganisations),
		Agencies:           slices.Clone(f.Agencies),
		RetiredLinks:       slices.Clone(f.RetiredLinks),
	}
}
