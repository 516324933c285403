package remark

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"hailong/internal/comment"
	"hailong/internal/response"
	"hailong/internal/store"
)

// MaxRead is how many comments one call reads at most. A search that ends
// there says so and can be continued.
const MaxRead = 2000

// batchSize is how many are read at once.
const batchSize = 200

// Page is one page of remarks, the latest day first; within a day their order
// says nothing of the hour.
type Page struct {
	Remarks []Remark
	Next    *store.TextPosition // where to go on; nil on the last page
	Cut     bool                // MaxRead comments were read and the page is not full
}

// Page reads a page of at most size remarks. What the query does not select
// leaves no trace: the page and the place of the next are those of a store
// without it, as long as the page is not cut. The errors are those of the store.
func (b *Book) Page(ctx context.Context, q Query, after *store.TextPosition, size int) (*Page, error) {
	page := new(Page)
	end, err := b.walk(ctx, q, after, func(r *Remark) bool {
		if len(page.Remarks) == size {
			last := page.Remarks[size-1]
			page.Next = &store.TextPosition{Day: last.Day, ID: last.ID}
			return false
		}
		page.Remarks = append(page.Remarks, *r)
		return true
	})
	if end != nil {
		page.Next, page.Cut = end, true
	}
	return page, err
}

// Topics counts how many remarks of the selection are about each topic and
// carry each signal, whatever words and topic the query asks for. Cut says that
// only the latest MaxRead comments were counted.
func (b *Book) Topics(ctx context.Context, q Query) (counts map[comment.TopicID]int, cut bool, err error) {
	q.Words, q.Topic = "", ""
	counts = map[comment.TopicID]int{}
	end, err := b.walk(ctx, q, nil, func(r *Remark) bool {
		for _, id := range slices.Concat(r.Topics, r.Signals) {
			counts[id]++
		}
		return true
	})
	return counts, end != nil, err
}

// Shelf is what the rated agency itself reads.
type Shelf struct {
	Remarks []Remark
	Total   int                     // of the remarks that the query selects
	Topics  map[comment.TopicID]int // of the selection, whatever words and topic the query asks for
	Cut     bool                    // only the latest MaxRead comments were read
}

// Shelf returns size of the remarks that the rated agency may read and the
// query selects, after the first skip of them. They come by month, the latest
// first, and by id within one: neither their order nor where a page ends tells
// the day, or that there are others. Each is told from the others, and selected,
// only by what the query's Tell leaves of it. The errors are those of the store.
func (b *Book) Shelf(ctx context.Context, q Query, skip, size int) (*Shelf, error) {
	shelf := &Shelf{Topics: map[comment.TopicID]int{}}
	q.Hidden, q.State = false, ""
	all := q
	all.Words, all.Topic = "", ""
	end, err := b.walk(ctx, all, nil, func(r *Remark) bool {
		if !q.tell(r) {
			return true
		}
		for _, id := range slices.Concat(r.Topics, r.Signals) {
			shelf.Topics[id]++
		}
		if q.fits(r) {
			shelf.Remarks = append(shelf.Remarks, *r)
		}
		return true
	})
	slices.SortFunc(shelf.Remarks, func(a, b Remark) int {
		return cmp.Or(cmp.Compare(b.Day.Month(), a.Day.Month()), bytes.Compare(a.ID[:], b.ID[:]))
	})
	shelf.Total, shelf.Cut = len(shelf.Remarks), end != nil
	skip = min(skip, shelf.Total)
	shelf.Remarks = shelf.Remarks[skip:min(skip+size, shelf.Total)]
	return shelf, err
}

// Queue is what the office has to check: what carries a signal first, then what
// waits under every policy because its sheet is held, then the rest; the latest
// first in each.
type Queue struct {
	Remarks []Remark
	Total   int                 // selected in the part that was read
	Waiting int                 // of these, how many wait under every policy
	Next    *store.TextPosition // where the part that was not read begins; nil: all was read
}

// Queue reads at most MaxRead comments and returns size of those selected,
// after the first skip of them.
func (b *Book) Queue(ctx context.Context, q Query, after *store.TextPosition, skip, size int) (*Queue, error) {
	q.Hidden = true
	var signals, held, others []Remark
	end, err := b.walk(ctx, q, after, func(r *Remark) bool {
		switch {
		case !r.Waits():
			others = append(others, *r)
		case len(r.Signals) > 0:
			signals = append(signals, *r)
		default:
			held = append(held, *r)
		}
		return true
	})
	all := slices.Concat(signals, held, others)
	skip = min(skip, len(all))
	return &Queue{Remarks: all[skip:min(skip+size, len(all))], Total: len(all), Waiting: len(signals) + len(held), Next: end}, err
}

// walk visits the remarks that the query selects until visit returns false. It
// returns where it stopped when MaxRead was reached before the end.
func (b *Book) walk(ctx context.Context, q Query, after *store.TextPosition, visit func(*Remark) bool) (*store.TextPosition, error) {
	for read := 0; read < MaxRead; read += batchSize {
		found, err := b.Store.Texts(ctx, q.texts(after))
		if err != nil {
			return nil, fmt.Errorf("comments of agency %q, %s to %s: %w", q.Agency, q.Range.From, q.Range.To, err)
		}
		remarks, err := b.selected(ctx, &q, found)
		if err != nil {
			return nil, err
		}
		for i := range remarks {
			if !visit(&remarks[i]) {
				return nil, nil
			}
		}
		if len(found) < batchSize {
			return nil, nil
		}
		last := &found[batchSize-1]
		after = &store.TextPosition{Day: last.Day, ID: last.ID}
	}
	return after, nil
}

// selected makes remarks of the responses and returns those that the query
// selects. Decisions are only read for those whose words fit.
func (b *Book) selected(ctx context.Context, q *Query, found []response.Response) ([]Remark, error) {
	remarks := make([]Remark, 0, len(found))
	for i := range found {
		if r := b.remark(&found[i]); q.fits(&r) {
			remarks = append(remarks, r)
		}
	}
	if err := b.judge(ctx, q.Agency, remarks); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(remarks, func(r Remark) bool { return !q.wants(&r) }), nil
}

// judge adds to each remark what was decided about it and its sheet, and who
// may read it. The remarks come by day.
func (b *Book) judge(ctx context.Context, agency string, remarks []Remark) error {
	today := b.today()
	for len(remarks) > 0 {
		day := remarks[0].Day
		n := slices.IndexFunc(remarks, func(r Remark) bool { return r.Day != day })
		if n < 0 {
			n = len(remarks)
		}
		checks, err := b.checks(ctx, dayOf(Kind, agency, remarks[:n]))
		if err != nil {
			return err
		}
		states, err := b.states(ctx, dayOf(response.DecisionKind, agency, remarks[:n]))
		if err != nil {
			return err
		}
		for i := range remarks[:n] {
			r := &remarks[i]
			key := r.Ref().key()
			if check, decided := checks[key]; decided {
				r.Check = check
			}
			if state, decided := states[key]; decided {
				r.Standing = state
			}
			r.Shown = r.Standing != response.Excluded && b.Policy.Shows(r.Day, today, r.Check.State, r.Waits())
		}
		remarks = remarks[n:]
	}
	return nil
}

// states reads what was decided about answer sheets, by the keys of the
// decisions, which are those of the remarks.
func (b *Book) states(ctx context.Context, span store.Span) (map[string]response.State, error) {
	records, err := b.Store.Records(ctx, span)
	if err != nil {
		return nil, fmt.Errorf("decisions about answers from %s: %w", span.From, err)
	}
	states := make(map[string]response.State, len(records))
	for _, record := range records {
		decision, err := response.DecodeDecision(record.Key, record.Revision, record.Data)
		if err != nil {
			return nil, fmt.Errorf("decisions about answers from %s: %w", span.From, err)
		}
		states[record.Key] = decision.State
	}
	return states, nil
}
