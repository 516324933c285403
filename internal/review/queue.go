package review

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/survey"
)

// Stage says how far the answers of a group have come.
type Stage string

// The stages.
const (
	Waiting  Stage = "waiting"  // held; nobody has proposed anything
	Proposed Stage = "proposed" // held; an exclusion waits for a second person
	Released Stage = "released"
	Excluded Stage = "excluded"
)

// Stages lists all stages in the order in which they are shown.
var Stages = []Stage{Waiting, Proposed, Released, Excluded}

// Group are answers that look the same to a reviewer: of one counter and day,
// found by the same checks, at one stage. It says what they have in common and
// nothing of a single one.
type Group struct {
	Ref      Ref
	Day      calendar.Day
	Agency   string
	Counter  string
	Form     survey.Ref
	Reasons  []string // codes of checks, in alphabetical order
	Stage    Stage
	Last     response.Step // the last step of a person; the zero value: there was none
	N        int
	Levels   map[string]int // by the value of the form's first rating
	Shifts   map[calendar.Shift]int
	Channels map[response.Channel]int

	entries []*entry
}

// Ref names a group exactly as it was seen: when an answer joins it or somebody
// decides about one of it, the ref is another.
type Ref struct {
	Day    calendar.Day
	Agency string
	digest string
}

// ErrRef says that a text does not name a group.
var ErrRef = errors.New("this does not name a group of held answers")

// String writes the ref as ParseRef reads it.
func (r Ref) String() string { return r.Day.String() + "/" + r.Agency + "/" + r.digest }

// ParseRef reads what String wrote. The error is ErrRef.
func ParseRef(text string) (Ref, error) {
	parts := strings.Split(text, "/")
	if len(parts) != 3 || parts[1] == "" || parts[2] == "" {
		return Ref{}, ErrRef
	}
	day, err := calendar.ParseDay(parts[0])
	if err != nil {
		return Ref{}, fmt.Errorf("%w: %w", ErrRef, err)
	}
	return Ref{day, parts[1], parts[2]}, nil
}

// Query selects groups. Empty strings select everything.
type Query struct {
	Agency  string
	Counter string
	Reason  string
	Stage   Stage
	Range   calendar.Range
}

// Queue is what a Query found.
type Queue struct {
	Groups []*Group // oldest day first; then by agency, counter, reasons
	Total  int      // answers in them
	// Through is the last day that was looked at: less than was asked for when
	// there is more than MaxRead.
	Through calendar.Day
}

// Queue reads the groups of a range of days.
func (b *Book) Queue(ctx context.Context, q Query) (*Queue, error) {
	held := q.Stage == Waiting || q.Stage == Proposed
	entries, through, err := b.entries(ctx, q.Agency, q.Range, held, MaxRead)
	if err != nil {
		return nil, fmt.Errorf("review queue from %s to %s: %w", q.Range.From, q.Range.To, err)
	}
	queue := &Queue{Through: through}
	for _, g := range b.groups(entries) {
		if q.selects(g) {
			queue.Groups, queue.Total = append(queue.Groups, g), queue.Total+g.N
		}
	}
	return queue, nil
}

func (q *Query) selects(g *Group) bool {
	return (q.Counter == "" || g.Counter == q.Counter) && (q.Stage == "" || g.Stage == q.Stage) &&
		(q.Reason == "" || slices.Contains(g.Reasons, q.Reason))
}

// stageOf says how far an answer has come; false when it was only noted.
func stageOf(e *entry) (Stage, bool) {
	switch state := e.state(); {
	case state == response.Excluded:
		return Excluded, true
	case state == response.Held && e.proposed():
		return Proposed, true
	case state == response.Held:
		return Waiting, true
	}
	return Released, e.decision != nil
}

// key is what the answers of a group share.
type key struct {
	day             calendar.Day
	agency, counter string
	form            survey.Ref
	reasons         string
	stage           Stage
	last            response.Step
}

// groups puts entries together and sorts the groups.
func (b *Book) groups(entries []entry) []*Group {
	byKey := map[key]*Group{}
	for i := range entries {
		e := &entries[i]
		stage, decidable := stageOf(e)
		if !decidable {
			continue
		}
		reasons := slices.Compact(slices.Sorted(slices.Values(e.reasons())))
		last := e.last()
		if last.Act == response.Hold {
			last = response.Step{}
		}
		r := &e.response
		k := key{r.Day, r.Agency, r.Counter, r.Form, strings.Join(reasons, " "), stage, last}
		if byKey[k] == nil {
			byKey[k] = &Group{Day: r.Day, Agency: r.Agency, Counter: r.Counter, Form: r.Form, Reasons: reasons, Stage: stage, Last: last,
				Levels: map[string]int{}, Shifts: map[calendar.Shift]int{}, Channels: map[response.Channel]int{}}
		}
		byKey[k].add(e, b.levelOf(r))
	}
	all := slices.Collect(maps.Values(byKey))
	for _, g := range all {
		g.Ref = g.ref()
	}
	slices.SortFunc(all, func(x, y *Group) int {
		return cmp.Or(cmp.Compare(x.Day, y.Day), strings.Compare(x.Agency, y.Agency), strings.Compare(x.Counter, y.Counter),
			slices.Compare(x.Reasons, y.Reasons), strings.Compare(x.Ref.digest, y.Ref.digest))
	})
	return all
}

func (g *Group) add(e *entry, level string) {
	g.N++
	if level != "" {
		g.Levels[level]++
	}
	g.Shifts[e.response.Shift]++
	g.Channels[e.response.Channel]++
	g.entries = append(g.entries, e)
}

// ref digests the answers of the group and the revisions of what was decided
// about them.
func (g *Group) ref() Ref {
	slices.SortFunc(g.entries, func(x, y *entry) int { return slices.Compare(x.response.ID[:], y.response.ID[:]) })
	sum := sha256.New()
	for _, e := range g.entries {
		revision := int64(0)
		if e.decision != nil {
			revision = e.decision.Revision
		}
		fmt.Fprintf(sum, "%s %d\n", e.response.ID, revision)
	}
	const enough = 16 // bytes
	return Ref{g.Day, g.Agency, base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:enough])}
}

// Question returns the question whose levels a group shows: the form's first
// rating; nil when it has none or is not known.
func (b *Book) Question(form survey.Ref) (*survey.Form, *survey.Question) {
	f := b.Forms.Version(form)
	if f == nil {
		return nil, nil
	}
	for i := range f.Questions {
		if f.Questions[i].Kind == survey.Rating {
			return f, &f.Questions[i]
		}
	}
	return f, nil
}

func (b *Book) levelOf(r *response.Response) string {
	_, q := b.Question(r.Form)
	if q == nil {
		return ""
	}
	for _, a := range r.Answers {
		if a.Question == q.ID && len(a.Values) > 0 {
			return a.Values[0]
		}
	}
	return ""
}
