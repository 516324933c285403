// Package remark says who reads which of the citizens' comments and when: it
// keeps what the office has decided about each, searches, and counts topics.
// It may not change a word of a comment, and knows neither pages nor roles:
// whoever asks says whether comments that are hidden from the rated agency are
// wanted as well.
package remark

import (
	"slices"
	"strings"
	"time"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/response"
	"hailong/internal/store"
)

// Store is what a Book needs of a store.
type Store interface {
	store.Responses
	store.Records
}

// Options are the parts a Book is made of.
type Options struct {
	Store    Store
	Lexicon  *comment.Lexicon
	Policy   comment.Policy // "" is comment.AfterCheck
	Audit    *audit.Log
	Now      func() time.Time
	Location *time.Location
}

// Book reads comments and keeps what was decided about them. It is safe for
// use by many goroutines.
type Book struct {
	Options
	finds memory
}

// NewBook returns the book that is kept in the store.
func NewBook(o Options) *Book {
	if o.Policy == "" {
		o.Policy = comment.AfterCheck
	}
	return &Book{Options: o}
}

func (b *Book) today() calendar.Day { return calendar.Of(b.Now(), b.Location) }

// Remark is what one person wrote on one answer sheet.
type Remark struct {
	ID      response.ID
	Day     calendar.Day
	Shift   calendar.Shift
	Agency  string // code
	Counter string // code
	Service string // code, "" when not said
	Channel response.Channel
	Overall string // the level given to question "overall", "" when blank or not asked
	Texts   []string
	Topics  []comment.TopicID
	Signals []comment.TopicID // of the law or the dignity of people
	// Standing is what became of the sheet, whoever decided it: the checks when
	// it came in or later, or reviewers.
	Standing response.State
	Check    Check
	Shown    bool // the rated agency may read it today
}

// Waits says whether the remark waits for the office under every policy. One
// of an excluded sheet waits for nobody: it is not for the agency.
func (r *Remark) Waits() bool {
	return r.Standing == response.Held || r.Standing != response.Excluded && len(r.Signals) > 0
}

// Ref names the remark in the state in which it was read.
func (r *Remark) Ref() Ref { return Ref{r.Day, r.Agency, r.ID, r.Check.Revision} }

// Check is what the office has decided. The zero time is for one that nobody
// has checked.
type Check struct {
	State    comment.Check `json:"state"`
	By       string        `json:"by"` // an account's email
	At       time.Time     `json:"at"` // UTC, whole milliseconds
	Reason   string        `json:"reason,omitempty"`
	Revision int64         `json:"-"` // of the record
}

// Query selects remarks. Empty values select everything that the rated agency
// may read.
type Query struct {
	Agency  string
	Range   calendar.Range
	Counter string
	Service string
	Channel response.Channel
	Words   string          // see comment.Match
	Topic   comment.TopicID // also a signal
	State   comment.Check
	Waiting bool // only what waits for the office under every policy
	Hidden  bool // also what the rated agency may not read
	// Tell returns what of a remark's counter, service and channel the rated
	// agency may be told; "" is for what it may not. Nil tells everything.
	Tell func(m calendar.Month, counter, service string, channel response.Channel) (string, string, response.Channel)
}

func (q *Query) texts(after *store.TextPosition) store.Texts {
	return store.Texts{Agency: q.Agency, Range: q.Range, Counter: q.Counter, Service: q.Service, Channel: q.Channel, After: after, Limit: batchSize}
}

// fits holds the words of a remark against the query.
func (q *Query) fits(r *Remark) bool {
	return comment.Match(strings.Join(r.Texts, "\n"), q.Words) &&
		(q.Topic == "" || slices.Contains(r.Topics, q.Topic) || slices.Contains(r.Signals, q.Topic))
}

// tell leaves of the remark's counter, service and channel what may be told,
// and says whether the query still selects it.
func (q *Query) tell(r *Remark) bool {
	if q.Tell == nil {
		return true
	}
	r.Counter, r.Service, r.Channel = q.Tell(r.Day.Month(), r.Counter, r.Service, r.Channel)
	return (q.Counter == "" || q.Counter == r.Counter) && (q.Service == "" || q.Service == r.Service) && (q.Channel == "" || q.Channel == r.Channel)
}

// wants holds what was decided about a remark and its sheet against the query.
func (q *Query) wants(r *Remark) bool {
	return (q.Hidden || r.Shown) && (q.State == "" || r.Check.State == q.State) && (!q.Waiting || r.Waits())
}

func (b *Book) remark(r *response.Response) Remark {
	made := Remark{ID: r.ID, Day: r.Day, Shift: r.Shift, Agency: r.Agency, Counter: r.Counter, Service: r.Service, Channel: r.Channel,
		Standing: r.Standing(nil), Check: Check{State: comment.Unchecked}}
	for _, a := range r.Answers {
		if a.Text != "" {
			made.Texts = append(made.Texts, a.Text)
		}
		if a.Question == "overall" && len(a.Values) == 1 {
			made.Overall = a.Values[0]
		}
	}
	found := b.about(r.ID, made.Texts)
	made.Topics, made.Signals = found.topics, found.signals
	return made
}
