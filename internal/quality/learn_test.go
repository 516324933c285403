package quality_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// counted are n answers with these levels in turn, as the store counts them.
func counted(r *rig, n int, levels []int, like answer) tally.Tally {
	past := tally.New()
	for i := range n {
		a := like
		a.level = levels[i%len(levels)]
		past.Add(r.signal(a).Response)
	}
	return past
}

// best sends n of the best, minutes apart, and returns how many are held.
func best(r *rig, n int, like answer) int {
	rng := rand.New(rand.NewPCG(3, 3))
	for i := range n {
		a := like
		a.level, a.at = 5, monday.Add(time.Duration(i)*4*time.Minute+time.Duration(rng.IntN(200_000))*time.Millisecond)
		r.send(a)
	}
	return len(r.held)
}

var (
	mixed     = []int{3, 4, 5, 4, 2, 4}
	excellent = []int{5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4}
)

func TestLearnedHabitsDecide(t *testing.T) {
	tests := map[string]struct {
		levels []int // of what is stored; nil: nothing
		like   answer
		n      int
		held   int
	}{
		"a new counter":                      {nil, answer{}, 20, 0},
		"where one of six is perfect":        {mixed, answer{}, 20, 20},
		"likewise on the tablet":             {mixed, answer{channel: response.Kiosk, device: "tablet"}, 20, 20},
		"likewise, a form of many ratings":   {mixed, answer{form: "mot-cua-22", took: 3 * time.Minute}, 16, 16},
		"a new counter, many ratings":        {nil, answer{form: "mot-cua-22", took: 3 * time.Minute}, 16, 0},
		"a day of praise at a new counter":   {nil, answer{}, 100, 100},
		"a day of praise where it is usual":  {excellent, answer{}, 100, 0},
		"paper teaches nothing about phones": {mixed, answer{channel: response.Paper}, 20, 0},
	}
	for name, test := range tests {
		r := newRig(t)
		if test.levels != nil {
			r.judge.Learn("stp", counted(r, 600, test.levels, test.like), r.forms)
		}
		if test.like.channel == response.Paper {
			test.like.channel = response.QR
		}
		if held := best(r, test.n, test.like); held != test.held {
			t.Errorf("%s: %d of %d are held, want %d", name, held, test.n, test.held)
		}
	}
}

// What is stored says how one counter is rated, not how another is, nor what
// people do on the tablet.
func TestLearnedHabitsAreOfTheirPlace(t *testing.T) {
	for name, elsewhere := range map[string]answer{
		"another counter": {counter: "q2"}, "the tablet": {channel: response.Kiosk},
	} {
		r := newRig(t)
		r.judge.Learn("stp", counted(r, 600, mixed, elsewhere), r.forms)
		if held := best(r, 20, answer{}); held != 0 {
			t.Errorf("%s: %d of 20 are held", name, held)
		}
	}
	r := newRig(t)
	r.judge.Learn("sxd", counted(r, 600, mixed, answer{}), r.forms)
	if held := best(r, 20, answer{}); held != 0 {
		t.Errorf("another agency: %d of 20 are held", held)
	}
}

// Years of counts weigh no more than what is learned from live answers, so that
// a counter that has changed is known anew as soon.
func TestLearnedHabitsCanChange(t *testing.T) {
	heldInWeek := func(stored int) (held int) {
		r := newRig(t)
		r.judge.Learn("stp", counted(r, stored, mixed, answer{}), r.forms)
		for week := range 14 {
			clear(r.held)
			for i := range 60 {
				at := monday.AddDate(0, 0, 7*week).Add(time.Duration(i)*8*time.Minute + time.Duration(i*i%97)*time.Second)
				r.send(answer{at: at, level: excellent[(i*7)%len(excellent)]})
			}
		}
		return len(r.held)
	}
	if few, many := heldInWeek(300), heldInWeek(300_000); few != many {
		t.Errorf("%d are held where 300 are stored, %d where 300,000 are", few, many)
	}
}

func TestUnknownFormsTeachNothing(t *testing.T) {
	r := newRig(t)
	past := tally.New()
	for key, counts := range counted(r, 600, mixed, answer{}) {
		key.Form.Version = 99
		past[key] = counts
	}
	r.judge.Learn("stp", past, r.forms)
	if held := best(r, 20, answer{}); held != 0 {
		t.Errorf("%d of 20 are held", held)
	}
	if v := r.send(answer{at: monday.AddDate(0, 0, 1)}); v.Outcome != quality.Pass {
		t.Errorf("an ordinary answer: %+v", v)
	}
}
