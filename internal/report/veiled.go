package report

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/veil"
)

// Veiled computes the figures of one agency as the agency itself may see them:
// nothing about fewer answers than the methods demand, whatever is subtracted
// from whatever (see package veil), nor from the wholes, which are known
// besides. The range is taken as WholeMonths does.
func (r *Reader) Veiled(ctx context.Context, agency *org.Agency, method *tally.Method, f Filter, wholes ...veil.Whole) (*Dashboard, error) {
	view, err := r.view(ctx, agency.Code, wholes)
	if err != nil {
		return nil, err
	}
	days := WholeMonths(f.Range)
	kept := func(t tally.Tally) tally.Tally { return t.Filter(f.keeps) }
	total := kept(view.Between(days.From.Month(), days.To.Month()))
	f.Range = days
	served, err := r.covered(ctx, agency.Code, f)
	if err != nil {
		return nil, err
	}
	d := r.dashboard(agency, method, &selected{days, total, func(m calendar.Month) tally.Tally { return kept(view.Month(m)) }, positive, served})
	d.Levels = slices.DeleteFunc(d.Levels, func(row LevelCounts) bool { return row.Answered == 0 }) // too few in every atom, perhaps
	d.Veiled, d.Few, d.Unplaced = true, r.few, d.Figure.N
	for _, m := range d.Months {
		d.Unplaced -= m.Figure.N
	}
	d.wholeRates(f)
	return d, nil
}

// Shown returns the counts that an agency may be shown of the whole months
// within a range, for figures that are made elsewhere, if it knows the wholes
// besides. It is only to be read.
func (r *Reader) Shown(ctx context.Context, agency string, days calendar.Range, wholes ...veil.Whole) (tally.Tally, error) {
	all, err := r.between(ctx, agency, days, wholes)
	return positive(all), err
}

// ShownBy is Shown for figures of each part of the agency. The part Mixed is of
// answers that are not told apart. Where the exact whole is known to everybody,
// as that of a sealed period is, the parts add up to it: what would be left of
// it is in Mixed, together with so many more that it tells nothing of few.
func (r *Reader) ShownBy(ctx context.Context, agency string, days calendar.Range, whole tally.Tally, part func(tally.Key) string, wholes ...veil.Whole) (tally.Tally, error) {
	all, err := r.between(ctx, agency, days, wholes)
	if err != nil {
		return nil, err
	}
	if whole != nil {
		all = r.veil.Complete(all, whole)
	}
	parts := tally.New()
	for _, cells := range tally.GroupBy(all, part) {
		parts.Merge(positive(cells))
	}
	return parts, nil
}

// between returns what may be shown of the whole months within a range.
func (r *Reader) between(ctx context.Context, agency string, days calendar.Range, wholes []veil.Whole) (tally.Tally, error) {
	view, err := r.view(ctx, agency, wholes)
	if err != nil {
		return nil, err
	}
	first, last := days.From.Month(), days.To.Month()
	if days.From > first.First() {
		first++
	}
	if days.To < last.Last() {
		last--
	}
	return view.Between(first, last), nil
}

// WholeMonths returns the range from the first day of its first month to the
// last day of its last. A range of days that could be chosen freely would say
// what a single day had in it.
func WholeMonths(r calendar.Range) calendar.Range {
	return calendar.Range{From: r.From.Month().First(), To: r.To.Month().Last()}
}

// view returns what may be shown of the agency now to those who know the wholes.
func (r *Reader) view(ctx context.Context, agency string, wholes []veil.Whole) (*veil.View, error) {
	exact, err := r.exactMonths(ctx, agency)
	if err != nil {
		return nil, err
	}
	view, err := r.veil.Show(ctx, agency, exact, r.ledger.Today().Month())
	if err != nil || r.few <= 1 {
		return view, err
	}
	return r.veil.Beside(view, wholes), nil
}

// exactMonths returns all months of an agency from the first one on. The veil is
// given all, whatever is asked for: what it shows of one month must not depend
// on who asked for which.
func (r *Reader) exactMonths(ctx context.Context, agency string) ([]veil.Month, error) {
	today := r.ledger.Today()
	first, found, err := r.db.FirstDay(ctx)
	if err != nil {
		return nil, fmt.Errorf("view of %s: %w", agency, err)
	}
	if !found {
		first = today
	}
	all := calendar.Range{From: min(first, today).Month().First(), To: today}
	read, err := r.ledger.Read(ctx, []string{agency}, all)
	if err != nil {
		return nil, err
	}
	var exact []veil.Month
	for _, m := range all.Months() {
		exact = append(exact, veil.Month{Month: m, Tally: read[agency].Month(m)})
	}
	return exact, nil
}

// positive returns t itself, as a rule. In a veiled tally an answer that was
// excluded after it had been shown is taken off a cell of its own, which then
// may hold less than nothing of a level; and where that answer was shown in
// another month, so may the sum. Then the cells of each form are added up, and
// what is below 0 is left out; the sum bears the name of what they share.
func positive(t tally.Tally) tally.Tally {
	if !anyBelow(t) {
		return t
	}
	sums := tally.New()
	for form, cells := range tally.GroupBy(t, func(k tally.Key) survey.Ref { return k.Form }) {
		counts := cells.ByForm()[form]
		for _, q := range counts.Questions {
			q.Answered = max(0, q.Answered)
			maps.DeleteFunc(q.Values, func(_ string, n int64) bool { return n < 0 })
		}
		sums[veil.Common(cells)] = counts
	}
	return sums
}

// anyBelow says whether a cell holds less than nothing of a level.
func anyBelow(t tally.Tally) bool {
	for _, counts := range t {
		for _, q := range counts.Questions {
			for _, n := range q.Values {
				if n < 0 {
					return true
				}
			}
		}
	}
	return false
}
