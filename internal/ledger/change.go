package ledger

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
)

// Add stores responses whose days may be closed already, and brings the sums
// up to date. It returns one outcome per response, in order. The error is
// ErrFrozen, ErrGone or that of the store; after the latter it may be repeated.
func (l *Ledger) Add(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	return l.add(ctx, batch, false)
}

func (l *Ledger) add(ctx context.Context, batch []response.Response, held bool) ([]store.Outcome, error) {
	places := make([]place, len(batch))
	for i := range batch {
		places[i] = place{batch[i].Agency, batch[i].Day}
	}
	var outcomes []store.Outcome
	err := l.change(ctx, places, held, func(ctx context.Context) (err error) {
		outcomes, err = l.store.Insert(ctx, batch)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add %d responses: %w", len(batch), err)
	}
	return outcomes, nil
}

// place is a day of an agency.
type place struct {
	agency string
	day    calendar.Day
}

// change writes something about the days, between their marks, and settles
// them. Days that are held are not looked at again.
func (l *Ledger) change(ctx context.Context, places []place, held bool, write func(context.Context) error) error {
	marks := l.marksFor(places)
	// From the making of the marks to the last write: long before anybody
	// could take the marks for abandoned.
	writing, cancel := context.WithTimeout(ctx, batchTime)
	defer cancel()
	if err := l.store.AddMarks(writing, marks); err != nil {
		return fmt.Errorf("mark %d days: %w", len(marks), err)
	}
	err := l.stillThere(writing, firstOf(marks))
	if err == nil && !held {
		err = l.free(writing, daysOf(marks))
	}
	if errors.Is(err, ErrGone) || errors.Is(err, ErrFrozen) {
		return errors.Join(err, l.store.RemoveMarks(writing, marks))
	}
	if err != nil {
		return err
	}
	if err := write(writing); err != nil {
		return err
	}
	return l.settle(ctx, marks)
}

// firstOf returns the earliest day of marks; the last one there can be for none.
func firstOf(marks []store.Mark) calendar.Day {
	first := calendar.Day(math.MaxInt32)
	for _, mark := range marks {
		first = min(first, mark.Day)
	}
	return first
}

func daysOf(marks []store.Mark) []calendar.Day {
	days := make([]calendar.Day, len(marks))
	for i, mark := range marks {
		days[i] = mark.Day
	}
	return days
}

func (l *Ledger) marksFor(places []place) []store.Mark {
	token := fmt.Sprintf("%d-%s", l.now().UnixMilli(), rand.Text())
	var marks []store.Mark
	seen := map[place]bool{}
	for _, at := range places {
		if !seen[at] {
			seen[at] = true
			marks = append(marks, store.Mark{Agency: at.agency, Day: at.day, Token: token})
		}
	}
	return marks
}

// settle brings the sums of the marked days up to date and takes the marks
// away. Days that are still open, or gone, only lose their mark.
func (l *Ledger) settle(ctx context.Context, marks []store.Mark) error {
	type whole struct {
		agency string
		month  calendar.Month
	}
	months := map[whole]bool{}
	living, err := l.withoutGone(ctx, marks)
	if err != nil {
		return err
	}
	for _, mark := range living {
		if mark.Day >= l.Today() {
			continue
		}
		if err := l.sumDay(ctx, mark.Day, mark.Agency); err != nil {
			return fmt.Errorf("recount %s on %s: %w", mark.Agency, mark.Day, err)
		}
		months[whole{mark.Agency, mark.Day.Month()}] = true
	}
	for at := range months {
		if err := l.sumMonth(ctx, at.month, at.agency); err != nil {
			return fmt.Errorf("add up %s in %s: %w", at.agency, at.month, err)
		}
	}
	return l.store.RemoveMarks(ctx, marks)
}
