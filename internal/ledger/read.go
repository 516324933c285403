package ledger

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/store"
)

// Read returns the series of each agency over a range of days. Its cost grows
// with the months and days of the range and with the open day, not with the
// responses that are stored. What was added up before is used again as long as
// the store says that nothing of it has changed; it is asked at every reading.
func (l *Ledger) Read(ctx context.Context, agencies []string, r calendar.Range) (map[string]Series, error) {
	read := &reading{ledger: l, agencies: agencies, days: r, sealed: map[string]*sealed{}, live: map[string][]*day{}}
	if !r.Empty() && len(agencies) > 0 {
		if err := read.run(ctx); err != nil {
			return nil, fmt.Errorf("read %v from %s to %s: %w", agencies, r.From, r.To, err)
		}
	}
	return read.join(), nil
}

// reading is one call of Read. What is sealed and what is marked is looked up
// first; a day that is sealed or marked while the reading goes on is at worst
// read as it was before.
type reading struct {
	ledger   *Ledger
	agencies []string
	days     calendar.Range
	through  calendar.Day // last sealed day
	marked   map[calendar.Day][]string

	sealed map[string]*sealed // by agency
	live   map[string][]*day  // by agency: folds of days that are open or marked
}

func (r *reading) run(ctx context.Context) error {
	through, sealed, err := r.ledger.sealedThrough(ctx)
	if err != nil {
		return err
	}
	if !sealed {
		through = r.days.From - 1
	}
	r.through = through
	if err := r.loadMarks(ctx); err != nil {
		return err
	}
	if err := r.loadSealed(ctx); err != nil {
		return err
	}
	for _, on := range slices.Sorted(maps.Keys(r.marked)) {
		if on <= through {
			if err := r.loadLive(ctx, r.marked[on], on); err != nil {
				return err
			}
		}
	}
	for on := max(r.days.From, through+1); on <= min(r.days.To, r.ledger.Today()); on++ {
		if err := r.loadLive(ctx, r.agencies, on); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) loadMarks(ctx context.Context) error {
	marks, err := r.ledger.store.Marks(ctx)
	if err == nil {
		marks, err = r.ledger.withoutGone(ctx, marks)
	}
	if err != nil {
		return err
	}
	r.marked = map[calendar.Day][]string{}
	for _, mark := range marks {
		if r.days.Contains(mark.Day) && slices.Contains(r.agencies, mark.Agency) && !slices.Contains(r.marked[mark.Day], mark.Agency) {
			r.marked[mark.Day] = append(r.marked[mark.Day], mark.Agency)
		}
	}
	return nil
}

// loadLive folds one day of the agencies.
func (r *reading) loadLive(ctx context.Context, agencies []string, on calendar.Day) error {
	states, err := r.ledger.states(ctx, agencies, on)
	if err != nil {
		return err
	}
	for agency := range states {
		folded, err := r.ledger.day(ctx, agency, on, states[agency])
		if err != nil {
			return err
		}
		r.live[agency] = append(r.live[agency], folded)
	}
	return nil
}

// sealed is what the kept sums of an agency add up to, together with the keys
// and revisions of those sums.
type sealed struct {
	sums string
	Series
}

// sealedKey is the key of a *sealed in the cache.
type sealedKey struct {
	agency string
	days   calendar.Range
}

// span selects sums.
type span struct {
	grain store.Grain
	days  calendar.Range
	keep  func(*store.Sum) bool
}

// loadSealed asks for the revisions of the sums, and for the sums of those
// agencies alone of which they are not known.
func (r *reading) loadSealed(ctx context.Context) error {
	spans := r.spans()
	sums := map[string][]byte{}
	err := r.eachSum(ctx, spans, r.agencies, r.ledger.store.SumRevisions, func(sum *store.Sum) {
		sums[sum.Agency] = appendKey(sums[sum.Agency], sum)
	})
	if err != nil {
		return err
	}
	var unknown []string
	for _, agency := range r.agencies {
		known := recall[*sealed](r.ledger.cache, sealedKey{agency, r.days})
		if known == nil || known.sums != string(sums[agency]) {
			unknown = append(unknown, agency)
			continue
		}
		r.sealed[agency] = known
	}
	return r.addUp(ctx, spans, unknown)
}

// addUp reads the sums of agencies and adds them up. The revisions are those
// that come with the tallies: they may be newer than those asked for before.
func (r *reading) addUp(ctx context.Context, spans []span, agencies []string) error {
	if len(agencies) == 0 {
		return nil
	}
	sums := map[string][]byte{}
	for _, agency := range agencies {
		r.sealed[agency] = &sealed{Series: newSeries()}
	}
	err := r.eachSum(ctx, spans, agencies, r.ledger.store.Sums, func(sum *store.Sum) {
		sums[sum.Agency] = appendKey(sums[sum.Agency], sum)
		r.sealed[sum.Agency].add(sum)
	})
	if err != nil {
		return err
	}
	for _, agency := range agencies {
		fresh := r.sealed[agency]
		fresh.sums = string(sums[agency])
		r.ledger.cache.keep(sealedKey{agency, r.days}, fresh, fresh.size())
	}
	return nil
}

// add adds a sum whose tally nobody else has.
func (s *sealed) add(sum *store.Sum) {
	if len(sum.Tally) == 0 {
		return
	}
	s.total.Merge(sum.Tally)
	month := sum.First.Month()
	if s.months[month] == nil {
		s.months[month] = sum.Tally
		return
	}
	s.months[month].Merge(sum.Tally)
}

// appendKey appends what tells a sum and its state from every other.
func appendKey(key []byte, sum *store.Sum) []byte {
	key = append(key, sum.Grain[0])
	key = binary.AppendVarint(key, int64(sum.First))
	return binary.AppendVarint(key, sum.Revision)
}

// eachSum visits the sums of some agencies in an order that only the spans
// and what is stored decide.
func (r *reading) eachSum(ctx context.Context, spans []span, agencies []string,
	read func(context.Context, []string, store.Grain, calendar.Range) ([]store.Sum, error), visit func(*store.Sum)) error {
	for _, s := range spans {
		sums, err := read(ctx, agencies, s.grain, s.days)
		if err != nil {
			return err
		}
		for i := range sums {
			if s.keep(&sums[i]) {
				visit(&sums[i])
			}
		}
	}
	return nil
}

// spans selects the sums that make the sealed part of the range: of months, if
// all of a month is asked for and nothing in it is marked, and else of days.
func (r *reading) spans() []span {
	months, rest := r.split()
	var spans []span
	if len(months) > 0 {
		firsts := calendar.Range{From: months[0].First(), To: months[len(months)-1].First()}
		spans = append(spans, span{store.ByMonth, firsts, func(s *store.Sum) bool { return slices.Contains(months, s.First.Month()) }})
	}
	for _, run := range rest {
		spans = append(spans, span{store.ByDay, run, func(s *store.Sum) bool { return !slices.Contains(r.marked[s.First], s.Agency) }})
	}
	return spans
}

// split divides the sealed part of the range into whole months without marks,
// whose kept sums serve, and runs of days for the rest.
func (r *reading) split() (months []calendar.Month, rest []calendar.Range) {
	sealed := calendar.Range{From: r.days.From, To: min(r.days.To, r.through)}
	for _, month := range sealed.Months() {
		part := month.Range().Intersect(sealed)
		switch {
		case part == month.Range() && !r.anyMarked(part):
			months = append(months, month)
		case len(rest) > 0 && rest[len(rest)-1].To == part.From-1:
			rest[len(rest)-1].To = part.To
		default:
			rest = append(rest, part)
		}
	}
	return months, rest
}

func (r *reading) anyMarked(days calendar.Range) bool {
	for day := range r.marked {
		if days.Contains(day) {
			return true
		}
	}
	return false
}

// joined is a series together with what it was made of.
type joined struct {
	sealed *sealed
	live   []*day
	Series
}

// joinedKey is the key of a *joined in the cache.
type joinedKey struct {
	agency string
	days   calendar.Range
}

// join adds the live days to the sealed ones.
func (r *reading) join() map[string]Series {
	all := map[string]Series{}
	for _, agency := range r.agencies {
		if r.sealed[agency] == nil {
			all[agency] = newSeries()
			continue
		}
		all[agency] = r.joinAgency(agency)
	}
	return all
}

func (r *reading) joinAgency(agency string) Series {
	before, live := r.sealed[agency], r.live[agency]
	if !slices.ContainsFunc(live, func(d *day) bool { return len(d.tally) > 0 }) {
		return before.Series
	}
	key := joinedKey{agency, r.days}
	known := recall[*joined](r.ledger.cache, key)
	if known == nil || known.sealed != before || !slices.Equal(known.live, live) {
		known = &joined{before, live, before.with(live)}
		r.ledger.cache.keep(key, known, known.size())
	}
	return known.Series
}
