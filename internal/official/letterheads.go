package official

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"hailong/internal/document"
	"hailong/internal/yamlfile"
	"hailong/surveys"
)

// Letterheads has for each layout one letterhead for everybody, and any number
// of them for the organisations that they name.
type Letterheads struct{ all []*Letterhead }

// LoadLetterheads reads every .yaml file of the folder official in fsys. A
// layout for which none of them is for everybody gets the built-in one. All
// faults of all files are reported together, each with its place.
func LoadLetterheads(fsys fs.FS) (*Letterheads, error) {
	heads, unread := readLetterheads(fsys)
	set, err := NewLetterheads(heads...)
	if err := errors.Join(unread, err); err != nil {
		return nil, err
	}
	builtIn, err := readLetterheads(surveys.FS)
	if err != nil {
		return nil, err
	}
	for _, h := range builtIn {
		if set.For(h.Layout) == nil {
			set.all = append(set.all, h)
		}
	}
	return set, nil
}

// readLetterheads returns those that could be read, and the faults of others.
func readLetterheads(fsys fs.FS) (heads []*Letterhead, err error) {
	err = yamlfile.Each(fsys, "official", func(file string, data []byte) error {
		h, err := ParseLetterhead(file, data)
		if err == nil {
			heads = append(heads, h)
		}
		return err
	})
	return heads, err
}

// NewLetterheads puts letterheads together, with nothing built in. Of a layout
// only one may be for everybody, and only one for each organisation. The error
// joins one of type yamlfile.Problems for each file with a fault.
func NewLetterheads(heads ...*Letterhead) (*Letterheads, error) {
	set := new(Letterheads)
	var faults []error
	for _, h := range heads {
		if other := set.For(h.Layout); other != nil && len(h.Bodies) == 0 {
			h.doc.Addf("layout", "there is a letterhead for the layout %s already: %s; say with for: whom this one is for", h.Layout, other.ID)
		}
		for i, code := range h.Bodies {
			if other := set.of(h.Layout, code); other != nil {
				h.doc.Addf(fmt.Sprintf("for.%d", i), "%s has a letterhead for the layout %s already: %s", code, h.Layout, other.ID)
			}
		}
		faults = append(faults, h.doc.Err())
		set.all = append(set.all, h)
	}
	return set, errors.Join(faults...)
}

// Unknown finds the organisations that the register does not have: reports
// about them are never made, so their letterhead would lie unused. The error
// joins one of type yamlfile.Problems for each file with a fault.
func (s *Letterheads) Unknown(known func(code string) bool) error {
	var faults []error
	for _, h := range s.all {
		for i, code := range h.Bodies {
			if !known(code) {
				h.doc.Addf(fmt.Sprintf("for.%d", i), "the register has no party organisation and no agency %q", code)
			}
		}
		faults = append(faults, h.doc.Err())
	}
	return errors.Join(faults...)
}

// All returns the letterheads: those of the folder in the order of their files,
// then the built-in ones.
func (s *Letterheads) All() []*Letterhead { return s.all }

// For returns the letterhead for a layout: that of the first of the
// organisations which has one, and otherwise the one for everybody. It is nil
// for a layout that is none.
func (s *Letterheads) For(layout document.Layout, codes ...string) *Letterhead {
	for _, code := range codes {
		if h := s.of(layout, code); h != nil {
			return h
		}
	}
	for _, h := range s.all {
		if h.Layout == layout && len(h.Bodies) == 0 {
			return h
		}
	}
	return nil
}

// of returns the letterhead that names an organisation, or nil.
func (s *Letterheads) of(layout document.Layout, code string) *Letterhead {
	for _, h := range s.all {
		if h.Layout == layout && slices.Contains(h.Bodies, code) {
			return h
		}
	}
	return nil
}
