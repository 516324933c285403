package report_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// The place of an answer is told month by month, and of months that were asked
// for alone.
func TestPlaces(t *testing.T) {
	r := newRig(t)
	one := levels("stp", today-30, 6, 4)
	for i := range one {
		one[i].Counter, one[i].Service = "q2", "cc"
	}
	r.insert(t, numbered(slices.Concat(levels("stp", today, 8, 5), one, levels("stp", today-60, 3, 2)))...)
	places, err := r.reader.Places(t.Context(), "stp", calendar.Range{From: today - 40, To: today})
	must(t, err)
	for _, c := range []struct {
		day                     calendar.Day
		counter, service, names string
	}{
		{today, "q1", "", "q1//qr"}, {today, "q2", "cc", "//"}, {today - 30, "q2", "cc", "q2/cc/qr"}, {today - 30, "q1", "", "//"}, {today - 60, "q1", "", "//"},
	} {
		counter, service, channel := places.Of(c.day.Month(), c.counter, c.service, response.QR)
		if got := counter + "/" + service + "/" + string(channel); got != c.names {
			t.Errorf("%s %s/%s is told as %q, want %q", c.day, c.counter, c.service, got, c.names)
		}
	}
}

// Where the method shows a single answer, so do the places.
func TestPlacesOfAnyNumber(t *testing.T) {
	r := newRig(t)
	source := strings.Replace(methodSource, "suppress_below: 5", "suppress_below: 1", 1)
	set, err := tally.LoadMethods(fstest.MapFS{"methods/overall.yaml": {Data: []byte(source)}}, forms(t))
	must(t, err)
	now := func() time.Time { return today.Midnight(time.UTC) }
	reader := report.NewReader(ledger.New(r.store, now, time.UTC), forms(t), set, r.store)
	places, err := reader.Places(t.Context(), "stp", calendar.Range{From: today, To: today})
	must(t, err)
	if counter, service, channel := places.Of(today.Month(), "q2", "cc", response.Kiosk); counter != "q2" || service != "cc" || channel != response.Kiosk {
		t.Errorf("%s/%s/%s", counter, service, channel)
	}
}
