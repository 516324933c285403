package ledger

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// Verdict is what Verify found.
type Verdict struct {
	Responses     int64         `json:"responses"`      // looked at
	Days          int           `json:"days"`           // sums of days compared
	Months        int           `json:"months"`         // sums of months compared
	SealedThrough *calendar.Day `json:"sealed_through"` // nil: nothing is sealed yet
	Differences   []Difference  `json:"differences"`    // in the order found, never nil
	Skipped       int           `json:"skipped"`        // days left out because somebody was changing them
	GoneThrough   *calendar.Day `json:"gone_through"`   // answers through that day were removed when their time was over; nil: none
	Gone          int           `json:"gone"`           // sums of days that cannot be counted again; their months are held against them
}

// Difference is a kept sum that is not what its parts add up to.
type Difference struct {
	Agency string       `json:"agency"`
	Grain  store.Grain  `json:"grain"`
	First  calendar.Day `json:"first"`
	Kept   int64        `json:"kept"`  // responses in the kept sum
	Found  int64        `json:"found"` // responses counted again
}

// String says in one sentence what differs.
func (d Difference) String() string {
	if d.Kept == d.Found {
		return fmt.Sprintf("%s of %s from %s: the kept counts differ from the answers, with %d responses in both", d.Grain, d.Agency, d.First, d.Found)
	}
	return fmt.Sprintf("%s of %s from %s: %d responses kept, %d counted", d.Grain, d.Agency, d.First, d.Kept, d.Found)
}

// Verify counts every response again and compares the result with every kept
// sum, to the last answer. It reads only, and may run while others write. Of
// days whose answers were removed the sums alone are left: they are added up
// and compared with those of their months.
func (l *Ledger) Verify(ctx context.Context, progress Progress) (*Verdict, error) {
	return l.VerifyThrough(ctx, math.MaxInt32, progress)
}

// VerifyThrough is Verify of the months that begin not after a day.
func (l *Ledger) VerifyThrough(ctx context.Context, last calendar.Day, progress Progress) (*Verdict, error) {
	verdict := &Verdict{Differences: []Difference{}}
	removal, err := l.Removal(ctx)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	if removal.Any() {
		verdict.GoneThrough = &removal.Gone
	}
	through, sealed, err := l.sealedThrough(ctx)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	if sealed {
		verdict.SealedThrough = &through
	}
	months, err := l.months(ctx)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	months = slices.DeleteFunc(months, func(m calendar.Month) bool { return m.First() > last })
	for i, month := range months {
		if err := l.verifyMonth(ctx, month, verdict); err != nil {
			return nil, fmt.Errorf("verify %s: %w", month, err)
		}
		if progress != nil {
			progress(i+1, len(months))
		}
	}
	return verdict, nil
}

// months returns every month from the first response or kept sum until today.
// Sums may begin earlier than responses: when those were deleted.
func (l *Ledger) months(ctx context.Context) ([]calendar.Month, error) {
	days := calendar.Range{From: l.Today() + 1, To: l.Today()}
	first, found, err := l.store.FirstDay(ctx)
	if err != nil {
		return nil, err
	}
	if found {
		days.From = first
	}
	for _, grain := range []store.Grain{store.ByDay, store.ByMonth} {
		earlier, err := l.store.Sums(ctx, nil, grain, calendar.Range{From: math.MinInt32, To: days.From.Month().First() - 1})
		if err != nil {
			return nil, err
		}
		for _, sum := range earlier {
			days.From = min(days.From, sum.First)
		}
	}
	return days.Months(), nil
}

// counted is what the responses of one month add up to.
type counted map[calendar.Day]map[string]tally.Tally

// verifyMonth compares the sums of one month. Others may write meanwhile, so
// the order of the reads matters: a writer marks a day before its answers can
// be seen, and unmarks it after its sums can be. A day whose marks, read after
// the count, are none, and whose sums, read before and after, have the same
// revisions, did not change in between.
func (l *Ledger) verifyMonth(ctx context.Context, month calendar.Month, verdict *Verdict) error {
	before, err := l.store.Sums(ctx, nil, store.ByDay, month.Range())
	if err != nil {
		return err
	}
	found, err := l.countDays(ctx, verdict.left(month.Range()), verdict)
	if err != nil {
		return err
	}
	marks, err := l.store.Marks(ctx)
	if err != nil {
		return err
	}
	whole, err := l.store.Sums(ctx, nil, store.ByMonth, calendar.Range{From: month.First(), To: month.First()})
	if err != nil {
		return err
	}
	after, err := l.store.Sums(ctx, nil, store.ByDay, month.Range())
	if err != nil {
		return err
	}
	verdict.compareMonth(month, found, after, whole, unsettled(before, after, marks))
	return nil
}

// unsettled returns the days that somebody was changing between two readings
// of their sums.
func unsettled(before, after []store.Sum, marks []store.Mark) map[calendar.Day]bool {
	type key struct {
		agency string
		day    calendar.Day
	}
	revisions := map[key]int64{}
	for _, sum := range before {
		revisions[key{sum.Agency, sum.First}] = sum.Revision
	}
	days := map[calendar.Day]bool{}
	for _, sum := range after {
		if revisions[key{sum.Agency, sum.First}] != sum.Revision {
			days[sum.First] = true
		}
	}
	for _, mark := range marks {
		days[mark.Day] = true
	}
	return days
}

func (l *Ledger) countDays(ctx context.Context, r calendar.Range, verdict *Verdict) (counted, error) {
	days := counted{}
	decided, err := l.decided(ctx, "", r)
	if err != nil {
		return nil, err
	}
	err = l.store.Scan(ctx, store.Scan{Range: r}, func(r *response.Response) error {
		if days[r.Day] == nil {
			days[r.Day] = map[string]tally.Tally{}
		}
		decided.count(under(days[r.Day], r.Agency), r)
		verdict.Responses++
		return nil
	})
	return days, err
}

func (c counted) total() map[string]tally.Tally {
	total := map[string]tally.Tally{}
	for _, ofDay := range c {
		for agency, t := range ofDay {
			under(total, agency).Merge(t)
		}
	}
	return total
}

// left returns the part of a range whose answers were not removed.
func (v *Verdict) left(r calendar.Range) calendar.Range {
	if v.GoneThrough != nil {
		r.From = max(r.From, *v.GoneThrough+1)
	}
	return r
}

// compareMonth compares the sealed days of a month that are not gone and, if all of it is sealed
// and settled, the month.
func (v *Verdict) compareMonth(month calendar.Month, found counted, days, whole []store.Sum, unsettled map[calendar.Day]bool) {
	if v.SealedThrough == nil {
		return
	}
	settled := true
	v.takeGone(days, found)
	for day := v.left(month.Range()).From; day <= min(month.Last(), *v.SealedThrough); day++ {
		if unsettled[day] {
			v.Skipped++
			settled = false
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(days), func(s store.Sum) bool { return s.First != day })
		v.compare(store.ByDay, day, found[day], kept)
	}
	if settled && month.Last() <= *v.SealedThrough {
		v.compare(store.ByMonth, month.First(), found.total(), whole)
	}
}

// takeGone puts the kept sums of days that are gone in the place of counts that
// nobody can make any more, so that the month is held against them.
func (v *Verdict) takeGone(days []store.Sum, found counted) {
	for _, sum := range days {
		if v.GoneThrough == nil || sum.First > *v.GoneThrough {
			continue
		}
		if found[sum.First] == nil {
			found[sum.First] = map[string]tally.Tally{}
		}
		found[sum.First][sum.Agency] = sum.Tally
		v.Gone++
	}
}

// compare holds kept sums against counted tallies, in both directions.
func (v *Verdict) compare(grain store.Grain, first calendar.Day, found map[string]tally.Tally, kept []store.Sum) {
	seen := map[string]bool{}
	for _, sum := range kept {
		seen[sum.Agency] = true
		again := found[sum.Agency]
		if again == nil {
			again = tally.New()
		}
		if !bytes.Equal(again.Encode(), sum.Tally.Encode()) {
			v.differ(sum.Agency, grain, first, sum.Tally.N(), again.N())
		}
		if grain == store.ByDay {
			v.Days++
		} else {
			v.Months++
		}
	}
	for _, agency := range slices.Sorted(maps.Keys(found)) {
		if !seen[agency] {
			v.differ(agency, grain, first, 0, found[agency].N())
		}
	}
}

func (v *Verdict) differ(agency string, grain store.Grain, first calendar.Day, kept, found int64) {
	v.Differences = append(v.Differences, Difference{Agency: agency, Grain: grain, First: first, Kept: kept, Found: found})
}
