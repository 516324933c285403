package review

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/store"
)

// The errors of Decide. Nothing was decided then.
var (
	ErrAct        = errors.New("this cannot be done with answers at that stage")
	ErrReason     = errors.New("a decision needs a reason of at most 300 characters")
	ErrSamePerson = errors.New("an exclusion is confirmed by another person than the one who proposed it")
	ErrOwnAgency  = errors.New("nobody decides about answers to the own agency")
	ErrForbidden  = errors.New("only a reviewer decides about held answers")
	ErrMany       = errors.New("too many groups at once")
)

// The limits of one call of Decide.
const (
	MaxGroups = 200
	maxReason = 300 // characters
	atOnce    = 500 // decisions in one change of the ledger
)

// Outcome says what became of the groups that a decision was about.
type Outcome struct {
	Done    int // answers decided about now
	Changed int // groups that are not any more what was seen, and were left as they are
}

// Decide does one act about all answers of the groups, as they were seen. Every
// act needs a reason. What was done is in the audit log, also where an error
// ends the work half-way. The errors are those above, *FrozenError and those of
// the store.
func (b *Book) Decide(ctx context.Context, who auth.User, act response.Act, reason string, refs []Ref) (Outcome, error) {
	var outcome Outcome
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "" || utf8.RuneCountInString(reason) > maxReason:
		return outcome, ErrReason
	case len(refs) > MaxGroups:
		return outcome, ErrMany
	}
	groups, err := b.wanted(ctx, who, act, refs, &outcome)
	if err != nil {
		return outcome, err
	}
	step := response.Step{Act: act, By: who.Email, At: b.moment(), Reason: reason}
	for _, g := range groups {
		done, err := b.apply(ctx, g, step)
		outcome.Done += done
		if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrExists) {
			outcome.Changed++
			err = nil
		}
		if err := errors.Join(err, b.note(ctx, g, step, done)); err != nil {
			return outcome, fmt.Errorf("decide about answers to %s on %s: %w", g.Agency, g.Day, err)
		}
	}
	return outcome, nil
}

// moment is the time of an act, in milliseconds. No two acts of a process have
// the same one: by it a step says which of two equal calls has written it.
func (b *Book) moment() time.Time {
	for {
		last := b.last.Load()
		next := max(b.Now().UnixMilli(), last+1)
		if b.last.CompareAndSwap(last, next) {
			return time.UnixMilli(next).UTC()
		}
	}
}

// wanted finds the groups again and holds the act against each of them before
// anything is written. A group that has changed since it was seen is left out.
func (b *Book) wanted(ctx context.Context, who auth.User, act response.Act, refs []Ref, outcome *Outcome) ([]*Group, error) {
	var groups []*Group
	for _, ref := range slices.Compact(slices.SortedFunc(slices.Values(refs), func(x, y Ref) int { return strings.Compare(x.String(), y.String()) })) {
		if err := may(who, ref.Agency); err != nil {
			return nil, err
		}
		g, err := b.group(ctx, ref)
		if err != nil {
			return nil, err
		}
		if g == nil {
			outcome.Changed++
			continue
		}
		if err := b.frozen(ctx, g.Agency, g.Day); err != nil {
			return nil, err
		}
		if err := fits(who, act, g); err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return groups, nil
}

func may(who auth.User, agency string) error {
	switch {
	case who.May(auth.Decide, agency):
		return nil
	case who.Agency == agency && who.May(auth.Decide, ""):
		return ErrOwnAgency
	}
	return ErrForbidden
}

// group finds the group as it was seen, nil when there is none like it.
func (b *Book) group(ctx context.Context, ref Ref) (*Group, error) {
	entries, _, err := b.entries(ctx, ref.Agency, calendar.Range{From: ref.Day, To: ref.Day}, false, 0)
	if err != nil {
		return nil, fmt.Errorf("find group %s: %w", ref, err)
	}
	for _, g := range b.groups(entries) {
		if g.Ref == ref {
			return g, nil
		}
	}
	return nil, nil
}

// fits says whether the act leads on from the stage of the group.
func fits(who auth.User, act response.Act, g *Group) error {
	var from []Stage
	switch act {
	case response.Release:
		from = []Stage{Waiting, Proposed}
	case response.Propose:
		from = []Stage{Waiting}
	case response.Confirm:
		from = []Stage{Proposed}
		if g.Last.By == who.Email {
			return ErrSamePerson
		}
	case response.TakeBack:
		from = []Stage{Proposed, Released, Excluded}
	}
	if !slices.Contains(from, g.Stage) {
		return ErrAct
	}
	return nil
}

// after is the state of a response after an act.
var after = map[response.Act]response.State{
	response.Release: response.Released, response.Propose: response.Held, response.Confirm: response.Excluded, response.TakeBack: response.Held,
}

// apply writes the step to every answer of the group and returns for how many
// it is written, also when somebody else was faster with some.
func (b *Book) apply(ctx context.Context, g *Group, step response.Step) (done int, err error) {
	for part := range slices.Chunk(g.entries, atOnce) {
		decisions := make([]response.Decision, len(part))
		for i, e := range part {
			decisions[i] = e.decided(step)
		}
		err := b.Ledger.Decide(ctx, decisions)
		if errors.Is(err, ledger.ErrFrozen) {
			err = cmp.Or(b.frozen(ctx, g.Agency, g.Day), err) // the period by name
		}
		if err != nil {
			n, counting := b.written(ctx, g, step)
			return n, errors.Join(err, counting)
		}
		done += len(part)
	}
	return done, nil
}

// decided is the decision about the answer with one step more.
func (e *entry) decided(step response.Step) response.Decision {
	d := response.Decision{Day: e.response.Day, Agency: e.response.Agency, ID: e.response.ID}
	if e.decision != nil {
		d = *e.decision
	}
	d.State = after[step.Act]
	d.Steps = append(slices.Clone(d.Steps), step)
	return d
}

// written counts the answers of the group that have the step. Other groups of
// the day may have it, too: those that the same call has decided about.
func (b *Book) written(ctx context.Context, g *Group, step response.Step) (n int, err error) {
	own := make(map[response.ID]bool, g.N)
	for _, e := range g.entries {
		own[e.response.ID] = true
	}
	decisions, err := b.Ledger.Decisions(ctx, g.Agency, calendar.Range{From: g.Day, To: g.Day})
	for _, d := range decisions {
		if own[d.ID] && slices.Contains(d.Steps, step) {
			n++
		}
	}
	return n, err
}

// actions are the acts as the audit log names them; a release takes effect at
// once, as a confirmation does.
var actions = map[response.Act]string{
	response.Release: audit.DecisionConfirm, response.Propose: audit.DecisionPropose,
	response.Confirm: audit.DecisionConfirm, response.TakeBack: audit.DecisionReverse,
}

// note writes an act about a group into the audit log.
func (b *Book) note(ctx context.Context, g *Group, step response.Step, done int) error {
	if done == 0 {
		return nil
	}
	return b.Audit.Append(ctx, audit.Event{At: step.At, By: step.By, Action: actions[step.Act], Subject: g.Agency, Detail: map[string]string{
		"act": string(step.Act), "day": g.Day.String(), "counter": g.Counter, "checks": strings.Join(g.Reasons, " "),
		"answers": strconv.Itoa(done), "reason": step.Reason,
	}})
}
