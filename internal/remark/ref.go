package remark

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
)

// Kind is the kind of the records that hold the office's decisions. Their keys
// begin with the day, so that those of old comments can be taken away together.
const Kind = "comment"

// Ref names a remark in the state in which somebody read it.
type Ref struct {
	Day      calendar.Day
	Agency   string // code
	ID       response.ID
	Revision int64 // of the decision; 0: there was none
}

// ErrRef says that a text is not what Ref.String wrote.
var ErrRef = errors.New("not a reference to a comment")

// key is the key of the record: DAY/AGENCY/ID.
func (r Ref) key() string { return r.Day.String() + "/" + r.Agency + "/" + r.ID.String() }

// String writes the reference as DAY/AGENCY/ID/REVISION.
func (r Ref) String() string { return r.key() + "/" + strconv.FormatInt(r.Revision, 10) }

// ParseRef reads what String wrote. The error is ErrRef.
func ParseRef(text string) (Ref, error) {
	parts := strings.Split(text, "/")
	if len(parts) != 4 {
		return Ref{}, fmt.Errorf("%q: %w", text, ErrRef)
	}
	r := Ref{Agency: parts[1]}
	day, errDay := calendar.ParseDay(parts[0])
	errID := r.ID.UnmarshalText([]byte(parts[2]))
	revision, errRevision := strconv.ParseInt(parts[3], 10, 64)
	r.Day, r.Revision = day, revision
	if errors.Join(errDay, errID, errRevision) != nil || revision < 0 || r.String() != text {
		return Ref{}, fmt.Errorf("%q: %w", text, ErrRef)
	}
	return r, nil
}

// dayOf selects the decisions of a kind about remarks of one day, or about
// their sheets, in the order of their ids: of one agency, those between the
// first and the last; of all agencies, those of the day.
func dayOf(kind, agency string, remarks []Remark) store.Span {
	first, last := remarks[0].Ref(), remarks[len(remarks)-1].Ref()
	if agency == "" {
		return store.Span{Kind: kind, From: first.Day.String() + "/", To: first.Day.String() + "0"} // "0" follows "/"
	}
	return store.Span{Kind: kind, From: first.key(), To: last.key() + "\x00"}
}

// before returns the place in the order of store.Texts directly before the
// remark; nil where nothing of its day can come before it.
func (r Ref) before() *store.TextPosition {
	id := r.ID
	for i := len(id) - 1; i >= 0; i-- {
		id[i]--
		if id[i] != 0xff {
			return &store.TextPosition{Day: r.Day, ID: id}
		}
	}
	return nil
}
