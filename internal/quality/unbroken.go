package quality

import (
	"math"

	"hailong/internal/response"
)

// unbrokenKept is how many answers of an unbroken row can still be held when it
// has become improbable.
const unbrokenKept = 256

// surest is the highest share of best answers that a counter is believed to
// have: where a row that never ends were natural, none would ever be found.
const surest = 0.99

// unbroken is the row of all-best answers, or of all-worst ones, that a counter
// has had since its last other one. It goes on from day to day, so that a
// counter that gives nothing else from its first day is not taken at its word.
type unbroken struct {
	n    int
	base float64       // share of such answers to be expected when the row began
	ids  []response.ID // of the day, not held yet, the last unbrokenKept of them
}

// best returns the share of all-best answers, with so many of a presumed share
// beside the counter's own.
func (h *habits) best(presumed, weight float64) float64 {
	return min(surest, (h.sum[perfectClass]+presumed*weight)/(h.n[perfectClass]+weight))
}

// What rows are made of.
const (
	ofBest = iota
	ofWorst
	rowKinds
)

var rowClasses = [rowKinds]kind{perfect, worst}

// unbroken finds a row of all-best answers that is improbable even at an
// excellent counter, or one of all-worst that is at a very bad one. The runs of
// the file alike.go are measured at what the counter is used to, and get it used
// to them: this is for the counter that has no habits of its own yet, or knows
// nothing but praise. The row proves as much with or without traces, at any hour.
func (v *view) unbroken(of int, reason Reason) Outcome {
	limits := v.limits.Alike
	if limits == nil || !v.kind.has(rowClasses[of]) || [...]float64{limits.NewShare, limits.WorstShare}[of] == 0 {
		return NotApplied
	}
	row := &v.counter.rows[v.channel()][of]
	if row.n == 0 {
		row.base = v.rowBase(of)
	}
	switch found := float64(row.n+1) * math.Log(1/row.base); {
	case found >= limits.Hold:
		for _, id := range row.ids {
			v.name(id, reason)
		}
		row.ids = row.ids[:0]
		return Hold
	case found >= limits.Flag:
		return Flag
	}
	return Pass
}

// rowBase is the share that a row is measured at. That of the worst is never
// learned: a counter cannot get used to smear.
func (v *view) rowBase(of int) float64 {
	limits := v.limits.Alike
	if of == ofWorst {
		return limits.WorstShare
	}
	return v.counter.habits[v.channel()].best(limits.NewShare, limits.NewWeight)
}

// countRows adds an answer to the rows of its channel, or ends them.
func (c *counter) countRows(v *view) {
	for of, class := range rowClasses {
		c.rows[v.channel()][of].count(v, class)
	}
}

// count adds an answer to the row, or ends it.
func (u *unbroken) count(v *view, class kind) {
	if !v.kind.has(class) {
		u.n, u.ids = 0, nil
		return
	}
	u.n++
	if v.held {
		return
	}
	if len(u.ids) == unbrokenKept {
		u.ids = u.ids[:copy(u.ids, u.ids[1:])]
	}
	u.ids = append(u.ids, v.id)
}
