package quality_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hailong/internal/quality"
	"hailong/internal/response"
)

// A saved page is found out whatever else changes: cookie, counter, level.
func TestOnePageManySheets(t *testing.T) {
	r := newRig(t)
	var last quality.Verdict
	for i := range 6 {
		last = r.sendFrom("saved", answer{at: after(time.Duration(i*i) * 9 * time.Minute), counter: fmt.Sprint("q", i%2), level: 2 + i%4})
		if i == 2 && !slices.Equal(last.Reasons, []quality.Reason{quality.SamePage}) {
			t.Errorf("the third: %+v", last)
		}
		if i < 3 {
			r.wantHeld(0)
		}
	}
	r.wantHeld(6)
	if last.Outcome != quality.Hold || last.Also != nil {
		t.Errorf("the sixth: %+v", last)
	}
}

// Pages of their own, pages that are not known, the tablet's that stays open
// and yesterday's count do not make a saved page.
func TestPagesThatAreNotSaved(t *testing.T) {
	for name, test := range map[string]struct {
		page func(i int) string
		like answer
		days int
	}{
		"own pages":       {func(i int) string { return fmt.Sprint("page ", i) }, answer{}, 0},
		"unknown pages":   {func(int) string { return "" }, answer{}, 0},
		"the tablet's":    {func(int) string { return "tablet" }, answer{channel: response.Kiosk, device: "-"}, 0},
		"from day to day": {func(int) string { return "kept" }, answer{}, 1},
	} {
		r := newRig(t)
		for i := range 9 {
			a := test.like
			a.at, a.level = after(time.Duration(i*i)*5*time.Minute).AddDate(0, 0, i*test.days), 2+i%4
			if v := r.sendFrom(test.page(i), a); slices.Contains(v.Reasons, quality.SamePage) {
				t.Errorf("%s: %+v", name, v)
			}
		}
	}
}

// The same sheet sent again because its reply got lost is no second use.
func TestRepeatedSheetIsOneUse(t *testing.T) {
	r := newRig(t)
	s := r.signal(answer{at: monday})
	s.Page = "p"
	for range 8 {
		if v := r.judge.Judge(s); v.Outcome != quality.Pass {
			t.Errorf("%+v", v)
		}
	}
}
