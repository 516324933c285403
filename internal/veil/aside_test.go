package veil_test

import (
	"context"
	"sync"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/tally"
	"hailong/internal/veil"

	"pgregory.net/rapid"
)

// standing is how many answers of each month count and do not.
type standing [3]tally.Counts

func (s *standing) months() []veil.Month {
	all := make([]veil.Month, len(s))
	for i, c := range s {
		all[i] = veil.Month{Month: start + calendar.Month(i), Tally: tally.Tally{
			keyOf("q1", "", response.QR): &tally.Counts{N: c.N, Excluded: c.Excluded}, keyOf("q2", "a", response.Kiosk): &tally.Counts{Held: c.Held},
		}}
	}
	return all
}

// move lets answers come in, be held, be released and be excluded.
func (s *standing) move(t *rapid.T) {
	month := &s[rapid.IntRange(0, len(s)-1).Draw(t, "month")]
	none := int64(1 << 40) // from where answers come in
	pair := rapid.SampledFrom([][2]*int64{
		{&none, &month.N}, {&none, &month.Held}, {&month.Held, &month.N}, {&month.Held, &month.Excluded}, {&month.N, &month.Held}, {&month.Excluded, &month.Held},
	}).Draw(t, "from and to")
	n := min(*pair[0], int64(rapid.IntRange(1, 4).Draw(t, "n")))
	*pair[0], *pair[1] = *pair[0]-n, *pair[1]+n
}

// An attacker who looks whenever anything changes never learns of fewer than k
// answers that stand aside: what is told only moves when k have come or gone
// since it moved last, and every sum and difference of it is a multiple of k.
// It is never far from the truth.
func TestAttackOnWhatStandsAside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := veil.New(newRecords(), k, isRating)
		var s, at standing // now, and when each number moved last
		before := map[calendar.Month]veil.Aside{}
		for range rapid.IntRange(1, 60).Draw(t, "looks") {
			s.move(t)
			told, err := v.Aside(context.Background(), "stp", s.months())
			must(t, err)
			for i := range s {
				month := start + calendar.Month(i)
				checkStep(t, before[month].Held, told[month].Held, &at[i].Held, s[i].Held)
				checkStep(t, before[month].Excluded, told[month].Excluded, &at[i].Excluded, s[i].Excluded)
			}
			before = told
		}
	})
}

func checkStep(t *rapid.T, before, told int64, moved *int64, exact int64) {
	away := exact - *moved
	switch {
	case told%k != 0 || told < 0:
		t.Fatalf("%d is told, which is no multiple of %d", told, k)
	case told != before && -k < away && away < k:
		t.Fatalf("%d became %d when %d answers had moved", before, told, away)
	case told-exact >= k || exact-told > 2*(k-1):
		t.Fatalf("%d is told of %d", told, exact)
	}
	if away <= -k || away >= k {
		*moved = exact
	}
}

// What was told once stays told for everybody, whichever process is asked.
func TestAsideOfManyProcesses(t *testing.T) {
	db, s := newRecords(), standing{{Held: 7}}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if told, err := veil.New(db, k, isRating).Aside(t.Context(), "stp", s.months()); err != nil || told[start].Held != 5 {
				t.Errorf("%v, %v", told, err)
			}
		})
	}
	all.Wait()
	s[0].Held = 4
	told, err := veil.New(db, k, isRating).Aside(t.Context(), "stp", s.months())
	if err != nil || told[start] != (veil.Aside{Held: 5}) {
		t.Errorf("after three were released: %v, %v", told, err)
	}
	other, err := veil.New(db, k, isRating).Aside(t.Context(), "syt", s.months())
	if err != nil || other[start] != (veil.Aside{}) {
		t.Errorf("another agency: %v, %v", other, err)
	}
}
