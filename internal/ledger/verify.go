package ledger

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/tally"
)

// Verdict is what Verify found.
type Verdict struct {
	Responses     int64         // counted
	Days, Months  int           // sums compared
	SealedThrough *calendar.Day // nil: nothing is sealed yet
	Differences   []Difference  // in the order found
	Skipped       int           // days left out because somebody was changing them
}

// Difference is a kept sum that is not what its parts add up to.
type Difference struct {
	Agency string
	Grain  store.Grain
	First  calendar.Day
	Kept   int64 // responses in the kept sum
	Found  int64 // responses counted again
}

// String says in one sentence what differs.
func (d Difference) String() string {
	if d.Kept == d.Found {
		return fmt.Sprintf("%s of %s from %s: the kept counts differ from the answers, with %d responses in both", d.Grain, d.Agency, d.First, d.Found)
	}
	return fmt.Sprintf("%s of %s from %s: %d responses kept, %d counted", d.Grain, d.Agency, d.First, d.Kept, d.Found)
}

// Verify counts every response again and compares the result with every kept
// sum, to the last answer. It reads only.
func (l *Ledger) Verify(ctx context.Context, progress Progress) (*Verdict, error) {
	verdict := new(Verdict)
	through, sealed, err := l.store.SealedThrough(ctx)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	first, found, err := l.store.FirstDay(ctx)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	if sealed {
		verdict.SealedThrough = &through
	} else {
		through = first - 1
	}
	if !found {
		first = through + 1
	}
	for month := first.Month(); month <= l.Today().Month(); month++ {
		if err := l.verifyMonth(ctx, month, through, verdict); err != nil {
			return nil, fmt.Errorf("verify %s: %w", month, err)
		}
		if progress != nil {
			progress(int(month-first.Month())+1, int(l.Today().Month()-first.Month())+1)
		}
	}
	return verdict, nil
}

func (l *Ledger) verifyMonth(ctx context.Context, month calendar.Month, through calendar.Day, verdict *Verdict) error {
	marked, err := l.markedDays(ctx)
	if err != nil {
		return err
	}
	counted, err := l.countDays(ctx, month.Range(), verdict)
	if err != nil {
		return err
	}
	days, err := l.store.Sums(ctx, nil, store.ByDay, month.Range())
	if err != nil {
		return err
	}
	settled := true
	for _, day := range daysOf(month.Range().Intersect(calendar.Range{From: month.First(), To: through})) {
		if slices.Contains(marked, day) {
			verdict.Skipped++
			settled = false
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(days), func(s store.Sum) bool { return s.First != day })
		verdict.compare(store.ByDay, day, counted[day], kept)
	}
	if month.Last() > through || !settled {
		return nil
	}
	whole := map[string]tally.Tally{}
	for _, ofDay := range counted {
		for agency, t := range ofDay {
			if whole[agency] == nil {
				whole[agency] = tally.New()
			}
			whole[agency].Merge(t)
		}
	}
	months, err := l.store.Sums(ctx, nil, store.ByMonth, calendar.Range{From: month.First(), To: month.First()})
	if err != nil {
		return err
	}
	verdict.compare(store.ByMonth, month.First(), whole, months)
	return nil
}

func (l *Ledger) markedDays(ctx context.Context) ([]calendar.Day, error) {
	marks, err := l.store.Marks(ctx)
	var days []calendar.Day
	for _, mark := range marks {
		days = append(days, mark.Day)
	}
	return days, err
}

func (l *Ledger) countDays(ctx context.Context, r calendar.Range, verdict *Verdict) (map[calendar.Day]map[string]tally.Tally, error) {
	counted := map[calendar.Day]map[string]tally.Tally{}
	err := l.store.Scan(ctx, store.Scan{Range: r}, func(r *response.Response) error {
		if counted[r.Day] == nil {
			counted[r.Day] = map[string]tally.Tally{}
		}
		if counted[r.Day][r.Agency] == nil {
			counted[r.Day][r.Agency] = tally.New()
		}
		counted[r.Day][r.Agency].Add(r)
		verdict.Responses++
		return nil
	})
	return counted, err
}

// compare holds kept sums against counted tallies, in both directions.
func (v *Verdict) compare(grain store.Grain, first calendar.Day, counted map[string]tally.Tally, kept []store.Sum) {
	seen := map[string]bool{}
	for _, sum := range kept {
		seen[sum.Agency] = true
		found := counted[sum.Agency]
		if found == nil {
			found = tally.New()
		}
		if !bytes.Equal(found.Encode(), sum.Tally.Encode()) {
			v.differ(sum.Agency, grain, first, sum.Tally.N(), found.N())
		}
		if grain == store.ByDay {
			v.Days++
		} else {
			v.Months++
		}
	}
	for agency, found := range counted {
		if !seen[agency] {
			v.differ(agency, grain, first, 0, found.N())
		}
	}
}

func (v *Verdict) differ(agency string, grain store.Grain, first calendar.Day, kept, found int64) {
	v.Differences = append(v.Differences, Difference{Agency: agency, Grain: grain, First: first, Kept: kept, Found: found})
}

func daysOf(r calendar.Range) []calendar.Day {
	var days []calendar.Day
	for day := r.From; day <= r.To; day++ {
		days = append(days, day)
	}
	return days
}
