package veil_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/veil"

	"pgregory.net/rapid"
)

// cells makes a tally of lines like "q1/a/qr 5"; a second form is "q1/a/qr@2 5".
func cells(lines ...string) tally.Tally {
	t := tally.New()
	for _, line := range lines {
		var n int64
		at, count, _ := strings.Cut(line, " ")
		fmt.Sscan(count, &n)
		at, form, other := strings.Cut(at, "@")
		parts := strings.Split(at, "/")
		key := keyOf(parts[0], parts[1], response.Channel(parts[2]))
		if other {
			key.Form.ID += form
		}
		t[key] = &tally.Counts{N: n, Questions: map[string]*tally.Question{}}
	}
	return t
}

// A comment's place is the most specific of those that are shown, and names
// nothing that would set a few apart, not even by being left out.
func TestPlaces(t *testing.T) {
	for name, c := range map[string]struct {
		shown, exact []string
		want         string // by cell
	}{
		"as it is":             {[]string{"q1/a/qr 5"}, []string{"q1/a/qr 7"}, "q1/a/qr: q1/a/qr"},
		"nothing shown":        {nil, []string{"q1/a/qr 4"}, "q1/a/qr: */*/*"},
		"excluded meanwhile":   {[]string{"q1/a/qr 4"}, []string{"q1/a/qr 9"}, "q1/a/qr: */*/*"},
		"the most specific":    {[]string{"*/*/* 5", "q1/*/* 5", "q1/a/qr 5"}, []string{"q1/a/qr 9", "q1/b/qr 6"}, "q1/a/qr: q1/a/qr, q1/b/qr: q1/*/*"},
		"rather the counter":   {[]string{"*/a/* 5", "q1/*/* 5", "*/*/qr 5"}, []string{"q1/a/qr 9"}, "q1/a/qr: q1/*/*"},
		"two versions":         {[]string{"q1/a/qr 5"}, []string{"q1/a/qr 4", "q1/a/qr@2 1"}, "q1/a/qr: q1/a/qr"},
		"a few besides":        {[]string{"q1/a/qr 40"}, []string{"q1/a/qr 40", "q2/b/kiosk 2"}, "q1/a/qr: */*/*, q2/b/kiosk: */*/*"},
		"a few that share":     {[]string{"q1/a/qr 40", "q2/b/qr 9"}, []string{"q1/a/qr 40", "q2/b/qr 9", "q2/b/kiosk 1"}, "q1/a/qr: q1/a/qr, q2/b/kiosk: q2/b/*, q2/b/qr: q2/b/*"},
		"enough without place": {[]string{"q1/a/qr 40"}, []string{"q1/a/qr 40", "q2/b/qr 3", "q2/b/kiosk 3"}, "q1/a/qr: q1/a/qr, q2/b/kiosk: */*/*, q2/b/qr: */*/*"},
		"what a name leaves":   {[]string{"q1/*/* 8", "q1/a/qr 9"}, []string{"q1/a/qr 14", "q1/b/qr 3"}, "q1/a/qr: q1/*/*, q1/b/qr: q1/*/*"},
		"not said":             {[]string{"q1//qr 5"}, []string{"q1//qr 5", "q1/a/qr 6"}, "q1//qr: q1//qr, q1/a/qr: */*/*"},
	} {
		var got []string
		for cell, place := range veil.New(newRecords(), k, isRating).Places(cells(c.shown...), cells(c.exact...)) {
			got = append(got, fmt.Sprintf("%s/%s/%s: %s/%s/%s", cell.Counter, cell.Service, cell.Channel, place.Counter, place.Service, place.Channel))
		}
		slices.Sort(got)
		if got := strings.Join(got, ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Whatever has happened, a place agrees with the cells it is told of, is part
// of one that is shown, and is told of k answers or of all.
func TestPlacesTellNothingOfFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := veil.New(newRecords(), k, isRating)
		h := play(t, true, func(h *history) { show(t, v, h) })
		view := show(t, v, h)
		for _, m := range h.months() {
			exact := tally.GroupBy(m.Tally, func(key tally.Key) tally.Key { key.Form = survey.Ref{}; return key })
			told := map[tally.Key]int64{}
			shown := view.Month(m.Month)
			for cell, place := range v.Places(shown, m.Tally) {
				told[place] += exact[cell].N()
				if !covers(place, cell) {
					t.Fatalf("%v is told of %v", place, cell)
				}
				if within := shown.Filter(func(key tally.Key) bool { return covers(place, key) }); within.N() < k && place != (tally.Key{Counter: veil.Any, Service: veil.Any, Channel: veil.Any}) {
					t.Fatalf("%v is told, and %d of it are shown", place, within.N())
				}
			}
			for place, n := range told {
				if n < k && n != m.Tally.N() {
					t.Fatalf("%v is told of %d of %d", place, n, m.Tally.N())
				}
			}
		}
	})
}

// covers says whether a key agrees with a place in all that the place names.
func covers(place, key tally.Key) bool {
	return (place.Counter == veil.Any || place.Counter == key.Counter) &&
		(place.Service == veil.Any || place.Service == key.Service) &&
		(place.Channel == veil.Any || place.Channel == key.Channel)
}
