package period

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"hailong/internal/audit"
	"hailong/internal/sheet"
)

// act is one kind of step of one edition, as the audit trail tells it.
type act struct{ period, action, revision string }

// acts are the steps of a period as they were noted, with how often.
func (p *Period) acts() map[act]int {
	all := map[act]int{}
	for _, e := range p.Editions {
		for i, s := range e.Steps {
			action, revision := actions[s.State], e.Revision
			if s.State == Open && i == 0 { // noted of the edition that it corrects
				action, revision = audit.PeriodCorrect, e.Revision-1
			}
			all[act{p.ID, action, fmt.Sprint(revision)}]++
		}
	}
	return all
}

var actions = map[State]string{Open: audit.PeriodReopen, Closed: audit.PeriodClose, Sealed: audit.PeriodSeal, Published: audit.PeriodPublish}

// trail is what the audit log tells of periods.
type trail struct {
	hashes map[string]bool
	acts   map[act]int
	seals  []audit.Entry
}

// trail reads the audit log as far as it can be read. Where it is broken is
// told by its own check, and ends nothing here.
func (o *Office) trail(ctx context.Context) (*trail, error) {
	told := &trail{hashes: map[string]bool{audit.Start: true}, acts: map[act]int{}}
	_, err := o.Audit.Walk(ctx, func(e audit.Entry) {
		told.hashes[e.Hash] = true
		told.acts[act{e.Subject, e.Action, e.Detail["revision"]}]++
		if e.Action == audit.PeriodSeal {
			told.seals = append(told.seals, e)
		}
	})
	if broken := new(audit.BrokenError); err != nil && !errors.As(err, &broken) {
		return nil, err
	}
	return told, nil
}

// verifyActs holds the audit trail against the sheets and the periods, and
// these against it: a trail that was cut off lacks what a sheet signed or what
// a period tells, and a sheet that was cut off the end of the chain is missed.
func (o *Office) verifyActs(ctx context.Context, v *Verdict, known map[string]*Period, chain []*sheet.Signed) error {
	told, err := o.trail(ctx)
	if err != nil {
		return err
	}
	for _, s := range chain {
		if s.AuditHead != "" && !told.hashes[s.AuditHead] {
			v.fault(s, fmt.Sprintf("the audit trail ends before the entry that the sheet signed (%s), or differs from it", s.AuditHead))
		}
	}
	for _, e := range told.seals {
		if !known[e.Subject].began(e.Detail["revision"]) {
			v.Faults = append(v.Faults, fmt.Sprintf("period %s: revision %s was sealed on %s, says the audit trail, and is not there", e.Subject, e.Detail["revision"], e.At.Format(time.DateOnly)))
		}
	}
	first := len(v.Faults)
	for _, id := range slices.Sorted(maps.Keys(known)) {
		for a, n := range known[id].acts() {
			if missing := n - told.acts[a]; missing > 0 {
				v.Faults = append(v.Faults, fmt.Sprintf("period %s: the audit trail lacks %d of its steps (%s of revision %s)", a.period, missing, a.action, a.revision))
			}
		}
	}
	slices.Sort(v.Faults[first:])
	return nil
}

// began says whether the period has the edition. One whose sealing was cut
// right after its act was noted is not sealed yet.
func (p *Period) began(revision string) bool {
	return p != nil && slices.ContainsFunc(p.Editions, func(e Edition) bool { return fmt.Sprint(e.Revision) == revision && e.State != Open })
}
