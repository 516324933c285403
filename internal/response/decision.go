package response

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"hailong/internal/calendar"
)

// DecisionKind is what decisions are called among the records of a store.
const DecisionKind = "decision"

// State says what became of a response.
type State string

// The states.
const (
	Held     State = "held"     // left out until somebody decides
	Released State = "released" // it counts
	Excluded State = "excluded" // left out for good
)

// Act is what somebody did about a response.
type Act string

// The acts.
const (
	Hold     Act = "hold"    // the checks, because of answers that came later
	Release  Act = "release" // one reviewer
	Propose  Act = "propose" // to exclude; by itself it changes nothing
	Confirm  Act = "confirm" // an exclusion, by another reviewer
	TakeBack Act = "reverse" // a proposal, a release or an exclusion
)

// Step is one act in the life of a decision.
type Step struct {
	Act    Act       `json:"act"`
	By     string    `json:"by,omitempty"` // email of the account; "" is the checks
	At     time.Time `json:"at,omitzero"`  // UTC; zero for the checks, whose moment would be an answer's
	Reason string    `json:"reason"`       // a reviewer's words, or the code of a check
}

// Decision is all that was decided about one response after it came in. The
// response itself is never changed; a decision stands over its verdict.
type Decision struct {
	Day      calendar.Day `json:"-"` // of the response, as Agency and ID: together the key
	Agency   string       `json:"-"`
	ID       ID           `json:"-"`
	Revision int64        `json:"-"` // 0: not stored yet

	State State  `json:"state"`
	Steps []Step `json:"steps"` // oldest first
}

// Key returns the key of the decision's record, "YYYY-MM-DD/AGENCY/ID": those
// about one day of one agency lie together.
func (d *Decision) Key() string { return d.Day.String() + "/" + d.Agency + "/" + d.ID.String() }

// errKey says that a record is not one of a decision.
var errKey = errors.New("not the key of a decision")

// DecodeDecision reads a record's key, revision and content.
func DecodeDecision(key string, revision int64, data []byte) (Decision, error) {
	d := Decision{Revision: revision}
	day, rest, _ := strings.Cut(key, "/")
	cut := strings.LastIndexByte(rest, '/')
	if cut < 0 {
		return d, fmt.Errorf("%q: %w", key, errKey)
	}
	d.Agency = rest[:cut]
	var err error
	if d.Day, err = calendar.ParseDay(day); err != nil {
		return d, fmt.Errorf("%q: %w: %w", key, errKey, err)
	}
	if err := d.ID.UnmarshalText([]byte(rest[cut+1:])); err != nil {
		return d, fmt.Errorf("%q: %w: %w", key, errKey, err)
	}
	if err := json.Unmarshal(data, &d); err != nil {
		return d, fmt.Errorf("decision %q: %w", key, err)
	}
	return d, nil
}

// Standing returns what became of a response: what was decided about it (nil:
// nothing was), or else what its verdict says. Released is one that counts.
func (r *Response) Standing(decided *Decision) State {
	switch {
	case decided != nil:
		return decided.State
	case r.Verdict.Held:
		return Held
	}
	return Released
}
