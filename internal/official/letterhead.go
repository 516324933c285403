package official

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/document"
	"hailong/internal/yamlfile"

	"golang.org/x/text/unicode/norm"
)

// Letterhead is what stands around a report: who issues it, under which number,
// who signs, who gets it, and on which texts it is based. It is data
// (surveys/official), spelt as the organisation spells itself, and never
// changed after loading.
type Letterhead struct {
	ID         string          `yaml:"id"`
	Bodies     []string        `yaml:"for"` // codes of the party organisations and agencies that it is for; none: all that have no other
	Layout     document.Layout `yaml:"layout"`
	Spelling   string          `yaml:"spelling"` // uỷ or ủy: both are in use, a document has one
	Superior   string          `yaml:"superior"` // may be empty
	Issuer     string          `yaml:"issuer"`
	Number     string          `yaml:"number"` // with … for what is given by hand; empty leaves room
	Place      string          `yaml:"place"`
	Kind       string          `yaml:"kind"`
	Authority  string          `yaml:"authority"`
	Title      string          `yaml:"title"`
	Name       string          `yaml:"name"` // empty: room to sign
	Recipients []Recipient     `yaml:"recipients"`
	Basis      []Basis         `yaml:"basis"`
	Verified   bool            `yaml:"verified"` // false: a sample, and the report says so

	doc *yamlfile.Document // for faults that only show beside other files
}

// Recipient is one of those who get a report. The last one is the file copy.
type Recipient struct {
	Name string `yaml:"name"`
	Role string `yaml:"role"` // b/c, p/h or t/h as in the resolution; may be empty
}

// What a text is the basis of. One that says nothing is the basis of both.
const (
	ofScores = "scores"
	ofRating = "rating"
)

// Basis is a text that gives the mandate to report, with the days on which it
// was in force.
type Basis struct {
	Text     string        `yaml:"text"`
	Of       string        `yaml:"of"`   // scores, rating, or both
	From     *calendar.Day `yaml:"from"` // nil: always
	To       *calendar.Day `yaml:"to"`   // last day; nil: open
	Verified bool          `yaml:"verified"`
}

// bases returns the texts for a kind of report on a span that ends on the day.
func (h *Letterhead) bases(of string, day calendar.Day) []Basis {
	var all []Basis
	for _, b := range h.Basis {
		if (b.Of == "" || b.Of == of) && (b.From == nil || *b.From <= day) && (b.To == nil || day <= *b.To) {
			all = append(all, b)
		}
	}
	return all
}

// reportsTo lists those to whom the report is made, (b/c).
func (h *Letterhead) reportsTo() []string {
	var names []string
	for _, r := range h.Recipients {
		if r.Role == "b/c" {
			names = append(names, r.Name)
		}
	}
	return names
}

// frame returns a report without its text.
func (h *Letterhead) frame(subject string, date calendar.Day, sample bool) *document.Report {
	r := &document.Report{
		Layout: h.Layout, Sample: sample,
		Header: document.Header{
			Superior: h.Superior, Issuer: h.Issuer, Number: h.Number, Place: h.Place, Date: date, Kind: h.Kind, Subject: subject,
		},
		Signature: document.Signature{Authority: h.Authority, Title: h.Title, Name: h.Name},
	}
	for _, one := range h.Recipients {
		name := one.Name
		if one.Role != "" {
			name += " (" + one.Role + ")"
		}
		r.Recipients = append(r.Recipients, name)
	}
	return r
}

// ParseLetterhead reads one letterhead. The error is of type yamlfile.Problems
// and lists every fault with its place.
func ParseLetterhead(file string, data []byte) (*Letterhead, error) {
	h := new(Letterhead)
	doc, err := yamlfile.Load(file, data, h)
	if err != nil {
		return nil, err
	}
	h.doc = doc
	h.check()
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return h, nil
}

var (
	// The two forms of numbers: 05-BC/ĐUK and 05/BC-STP.
	numbers = map[document.Layout]*regexp.Regexp{
		document.Party: regexp.MustCompile(`^[^-/]+-[^-/]+/[^/]+$`),
		document.State: regexp.MustCompile(`^[^-/]+/[^-/]+-[^/]+$`),
	}
	spellings = []string{"uỷ", "ủy"}
	roles     = []string{"", "b/c", "p/h", "t/h"}
)

// check holds a letterhead against what YAML cannot express, and brings its
// texts into NFC.
func (h *Letterhead) check() {
	if !yamlfile.IsID(h.ID) {
		h.doc.Addf("id", "id %q must hold only a-z, 0-9 and single hyphens", h.ID)
	}
	if number := numbers[h.Layout]; number == nil {
		h.doc.Addf("layout", "layout %q is neither party nor state", h.Layout)
	} else if h.Number != "" && !number.MatchString(h.Number) {
		h.doc.Addf("number", "number %q has not the form of the layout: 05-BC/ĐUK for party, 05/BC-STP for state", h.Number)
	}
	if h.Spelling = norm.NFC.String(h.Spelling); !slices.Contains(spellings, h.Spelling) {
		h.doc.Addf("spelling", "spelling %q is neither uỷ nor ủy", h.Spelling)
	}
	for i, code := range h.Bodies {
		if !yamlfile.IsID(code) {
			h.doc.Addf(fmt.Sprintf("for.%d", i), "%q is no code of a party organisation or an agency", code)
		} else if slices.Contains(h.Bodies[:i], code) {
			h.doc.Addf(fmt.Sprintf("for.%d", i), "%s is named twice", code)
		}
	}
	h.texts()
	h.lists()
}

// texts checks the single lines.
func (h *Letterhead) texts() {
	for _, one := range []struct {
		place  string
		text   *string
		needed bool
	}{
		{"superior", &h.Superior, false},
		{"issuer", &h.Issuer, true},
		{"number", &h.Number, false},
		{"place", &h.Place, true},
		{"kind", &h.Kind, true},
		{"authority", &h.Authority, false},
		{"title", &h.Title, false},
		{"name", &h.Name, false},
	} {
		*one.text = strings.TrimSpace(norm.NFC.String(*one.text))
		if one.needed && *one.text == "" {
			h.doc.Addf(one.place, "%s is missing", one.place)
		}
		h.spelt(one.place, *one.text)
	}
}

// lists checks recipients and bases. A basis may name a document of somebody
// who spells otherwise.
func (h *Letterhead) lists() {
	if len(h.Recipients) == 0 {
		h.doc.Addf("recipients", "recipients are missing; the last one is the file copy")
	}
	for i := range h.Recipients {
		r, place := &h.Recipients[i], fmt.Sprintf("recipients.%d", i)
		if r.Name = strings.TrimSpace(norm.NFC.String(r.Name)); r.Name == "" {
			h.doc.Addf(place, "name is missing")
		}
		if !slices.Contains(roles, r.Role) {
			h.doc.Addf(place+".role", "role %q is none of b/c, p/h, t/h", r.Role)
		}
		h.spelt(place+".name", r.Name)
	}
	for i := range h.Basis {
		b, place := &h.Basis[i], fmt.Sprintf("basis.%d", i)
		if b.Text = strings.TrimSpace(norm.NFC.String(b.Text)); b.Text == "" {
			h.doc.Addf(place, "text is missing")
		}
		if b.Of != "" && b.Of != ofScores && b.Of != ofRating {
			h.doc.Addf(place+".of", "of %q is neither scores nor rating", b.Of)
		}
		if b.From != nil && b.To != nil && *b.To < *b.From {
			h.doc.Addf(place+".to", "to %s is before from %s", b.To, b.From)
		}
	}
}

var syllable = regexp.MustCompile(`\p{L}+`)

// spelt finds the syllable that is written in two ways.
func (h *Letterhead) spelt(place, text string) {
	for _, word := range syllable.FindAllString(text, -1) {
		if w := strings.ToLower(word); w != h.Spelling && slices.Contains(spellings, w) {
			h.doc.Addf(place, "%q: this organisation writes %s", word, h.Spelling)
		}
	}
}
