package review

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// SignKind is what a sign is about.
type SignKind string

// The kinds of signs, in the order in which they are shown.
const (
	Jump    SignKind = "jump"    // the index of the last days against that of the days before
	Runs    SignKind = "runs"    // answers in improbable runs of one kind
	Devices SignKind = "devices" // answers of one phone at several counters
	Outside SignKind = "outside" // answers while the counter was closed
	Silent  SignKind = "silent"  // a counter without answers in the last days
	Mix     SignKind = "mix"     // the share of a channel in the last days against before
)

// Sign is one number that is worth a look, with what it is made of. It accuses
// nobody: a new service, a campaign or a closed counter explain most of them.
type Sign struct {
	Kind    SignKind
	Counter string           // "": of the whole agency
	Channel response.Channel // of Mix
	Days    int              // how many the last days are
	N, Of   int64            // answers, of how many; Jump and Mix: of the last days, and before
	Before  float64          // Jump: index 0 to 100; Mix: share 0 to 100
	Last    float64          // likewise
	Notable bool             // beyond what is ordinary, by the constants of this file
}

// Report are the signs of one agency.
type Report struct {
	Agency string
	Signs  []Sign // by kind, then counter
}

// Notable counts the signs that are beyond the ordinary.
func (r *Report) Notable() (n int) {
	for _, s := range r.Signs {
		if s.Notable {
			n++
		}
	}
	return n
}

// What is called ordinary is our own proposal; no legal text says it.
const (
	lastDays    = 14 // before the day of the rating
	leastBefore = 30 // answers from which on an index or a share is compared
	bigJump     = 10 // points of the index
	bigShift    = 30 // points of a channel's share
	fewRuns     = 0.05
	fewOutside  = 0.15
	fewDevices  = 0.03
	leastSigns  = 3 // answers below which a share says nothing
)

// Insider looks for signs that an agency has made its own figures: over a range
// of days that ends with the day of the rating, by the sums of days and by what
// the checks have noted. It reads no answer that no check has noted.
func (b *Book) Insider(ctx context.Context, agencies []org.Agency, method *tally.Method, r calendar.Range) ([]Report, error) {
	codes := org.Codes(agencies)
	border := max(r.From, r.To-lastDays+1)
	last, err := b.Ledger.Read(ctx, codes, calendar.Range{From: border, To: r.To})
	if err != nil {
		return nil, fmt.Errorf("insider report: %w", err)
	}
	before, err := b.Ledger.Read(ctx, codes, calendar.Range{From: r.From, To: border - 1})
	if err != nil {
		return nil, fmt.Errorf("insider report: %w", err)
	}
	noted, err := b.noted(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("insider report: %w", err)
	}
	reports := make([]Report, len(agencies))
	for i := range agencies {
		l := look{agency: &agencies[i], method: method, days: r.To, before: before[codes[i]].Total(), last: last[codes[i]].Total(), noted: noted[codes[i]]}
		reports[i] = Report{Agency: codes[i], Signs: l.signs()}
	}
	return reports, nil
}

// signsOf says which checks stand behind a kind of sign.
var signsOf = map[SignKind][]quality.Reason{
	Runs: {quality.PerfectRun, quality.AlikeRun}, Devices: {quality.ManyCounters}, Outside: {quality.OutsideHours},
}

// notes counts noted answers by kind of sign and counter.
type notes map[SignKind]map[string]int64

// noted counts by agency, month by month.
func (b *Book) noted(ctx context.Context, r calendar.Range) (map[string]notes, error) {
	all := map[string]notes{}
	for _, month := range r.Months() {
		entries, _, err := b.entries(ctx, "", month.Range().Intersect(r), false, 0)
		if err != nil {
			return nil, err
		}
		for i := range entries {
			one := &entries[i]
			if all[one.response.Agency] == nil {
				all[one.response.Agency] = notes{}
			}
			all[one.response.Agency].add(one)
		}
	}
	return all, nil
}

func (n notes) add(e *entry) {
	for kind, reasons := range signsOf {
		if !slices.ContainsFunc(e.reasons(), func(code string) bool { return slices.Contains(reasons, quality.Reason(code)) }) {
			continue
		}
		if n[kind] == nil {
			n[kind] = map[string]int64{}
		}
		n[kind][e.response.Counter]++
	}
}

// look is the look at one agency.
type look struct {
	agency       *org.Agency
	method       *tally.Method
	days         calendar.Day // the last
	before, last tally.Tally
	noted        notes
}

func (l *look) signs() []Sign {
	signs := l.jumps()
	all := tally.New()
	all.Merge(l.before)
	all.Merge(l.last)
	received := receivedBy(all, counterOf)
	for _, kind := range []SignKind{Runs, Devices, Outside} {
		limit := map[SignKind]float64{Runs: fewRuns, Devices: fewDevices, Outside: fewOutside}[kind]
		for _, counter := range slices.Sorted(maps.Keys(l.noted[kind])) {
			n, of := l.noted[kind][counter], received[counter]
			signs = append(signs, Sign{Kind: kind, Counter: counter, N: n, Of: of, Notable: n >= leastSigns && float64(n) > limit*float64(of)})
		}
	}
	return append(append(signs, l.silent()...), l.mix()...)
}

// jumps compares the index of the agency, and of each of its counters.
func (l *look) jumps() (signs []Sign) {
	before, last := tally.GroupBy(l.before, counterOf), tally.GroupBy(l.last, counterOf)
	before[""], last[""] = l.before, l.last
	for _, counter := range slices.Sorted(maps.Keys(last)) {
		was, is := l.method.Figure(before[counter]), l.method.Figure(last[counter])
		if was.Index == nil || is.Index == nil || was.N < leastBefore || is.N < leastBefore/2 {
			continue
		}
		signs = append(signs, Sign{Kind: Jump, Counter: counter, Days: lastDays, N: is.N, Of: was.N, Before: *was.Index, Last: *is.Index,
			Notable: *is.Index-*was.Index >= bigJump})
	}
	return signs
}

func counterOf(k tally.Key) string { return k.Counter }

// silent finds counters that got answers and get none any more, though they are
// still open.
func (l *look) silent() (signs []Sign) {
	before, last := receivedBy(l.before, counterOf), receivedBy(l.last, counterOf)
	for _, counter := range slices.Sorted(maps.Keys(before)) {
		of := l.agency.Counter(counter)
		closed := of == nil || of.ValidTo != nil && *of.ValidTo <= l.days
		if last[counter] == 0 && before[counter] >= leastBefore && !closed {
			signs = append(signs, Sign{Kind: Silent, Counter: counter, Days: lastDays, Of: before[counter], Notable: true})
		}
	}
	return signs
}

// mix compares the shares of the channels.
func (l *look) mix() (signs []Sign) {
	channelOf := func(k tally.Key) string { return string(k.Channel) }
	before, last := receivedBy(l.before, channelOf), receivedBy(l.last, channelOf)
	allBefore, allLast := sum(before), sum(last)
	for _, channel := range response.Channels {
		n := last[string(channel)]
		if n+before[string(channel)] == 0 {
			continue
		}
		s := Sign{Kind: Mix, Channel: channel, Days: lastDays, N: n, Of: before[string(channel)],
			Before: percent(before[string(channel)], allBefore), Last: percent(n, allLast)}
		s.Notable = allBefore >= leastBefore && allLast >= leastBefore && math.Abs(s.Last-s.Before) >= bigShift
		signs = append(signs, s)
	}
	return signs
}

// receivedBy counts everything that came in, also what is held or excluded.
func receivedBy(t tally.Tally, part func(tally.Key) string) map[string]int64 {
	received := map[string]int64{}
	for key, counts := range t {
		received[part(key)] += counts.N + counts.Held + counts.Excluded
	}
	return received
}

func sum(counts map[string]int64) (n int64) {
	for _, one := range counts {
		n += one
	}
	return n
}

func percent(n, of int64) float64 { return 100 * float64(n) / float64(max(1, of)) }

// Sorted puts the agencies with the most notable signs first.
func Sorted(reports []Report) []Report {
	return slices.SortedStableFunc(slices.Values(reports), func(x, y Report) int {
		if n := y.Notable() - x.Notable(); n != 0 {
			return n
		}
		return strings.Compare(x.Agency, y.Agency)
	})
}
