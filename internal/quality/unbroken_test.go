package quality_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"hailong/internal/quality"
	"hailong/internal/response"
)

// bare is the nth of a day's best answers that came without any trace, minutes
// apart.
func bare(day, n int) answer {
	at := monday.AddDate(0, 0, day).Add(time.Duration(n)*4*time.Minute + time.Duration(n*n%97)*time.Second)
	return answer{at: at, level: 5, device: "-", unknown: true}
}

// A counter that is praised from its first day on, and by nobody else, is not
// taken at its word: not by a program's answers, nor by a phone's that forgets,
// nor by a tablet's.
func TestPraiseFromTheFirstDay(t *testing.T) {
	for name, change := range map[string]func(*answer){
		"without a trace": func(*answer) {},
		"with new phones": func(a *answer) { a.device, a.unknown = "", false },
		"on a tablet":     func(a *answer) { a.device, a.channel = "tablet", response.Kiosk },
	} {
		r := newRig(t)
		for n := range 110 {
			a := bare(0, n)
			change(&a)
			r.send(a)
		}
		if len(r.held) != 110 {
			t.Errorf("%s: %d of 110 held", name, len(r.held))
		}
		next := bare(1, 0)
		change(&next)
		if v := r.send(next); v.Outcome != quality.Hold || !slices.Contains(v.Reasons, quality.PerfectRun) || v.Also != nil {
			t.Errorf("%s, the next day: %+v", name, v)
		}
		other := bare(1, 1)
		change(&other)
		other.level = 4
		if v := r.send(other); v.Outcome == quality.Hold {
			t.Errorf("%s, an answer that is not the best: %+v", name, v)
		}
		again := bare(1, 2)
		change(&again)
		if v := r.send(again); v.Outcome == quality.Hold {
			t.Errorf("%s, after the row has ended: %+v", name, v)
		}
	}
}

// At excellent new counters rows end, so few answers are held however good they
// are.
func TestExcellentNewCounter(t *testing.T) {
	r := newRig(t)
	all, chance := 0, rand.New(rand.NewPCG(1, 2))
	for counter := range 40 {
		rate := 0.85 + 0.1*float64(counter)/39
		for n := range 100 {
			a := bare(0, n)
			a.device, a.unknown, a.counter = "", false, fmt.Sprint("n", counter)
			a.at = a.at.Add(time.Duration(chance.IntN(120)) * time.Second)
			if chance.Float64() > rate {
				a.level = 4
			}
			r.send(a)
			all++
		}
	}
	if share := float64(len(r.held)) / float64(all); share > 0.02 {
		t.Errorf("%.1f %% of %d answers are held", 100*share, all)
	}
}

// A program that gives nothing but the worst is found wherever it sends; on an
// afternoon on which nothing works, some are less angry than others.
func TestSmear(t *testing.T) {
	r := newRig(t)
	for n := range 60 {
		a := bare(0, n)
		a.level = 1
		r.send(a)
	}
	r.wantHeld(60)
	r = newRig(t)
	for n := range 60 {
		a := bare(0, n)
		a.device, a.unknown, a.level = "", false, []int{1, 1, 2, 1, 1, 1, 3, 1}[n%8]
		a.at = a.at.Add(time.Duration(n*n*7%113) * time.Second)
		r.send(a)
	}
	r.wantHeld(0)
}

// No more of a row can be held than is kept of it, and nothing of the day
// before.
func TestRowIsBounded(t *testing.T) {
	thresholds, err := quality.Parse("long.yaml", []byte("id: long\nversion: 1\nlearning: {per_hour: 1000, answers: 300, weeks: 4}\n"+
		"alike: {flag: 7, hold: 8, closing_minutes: 30, gap_minutes: 20, at_least: 64, at_least_quick: 64, new_share: 0.98, new_weight: 10000}\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := newRigWith(t, thresholds)
	for n := range 90 {
		r.send(bare(0, n))
	}
	for n := range 306 { // 396 at 0.98 and more are improbable
		a := bare(1, 0)
		a.at = a.at.Add(time.Duration(n) * time.Minute)
		r.send(a)
	}
	if n := len(r.held); n < 256 || n > 306 {
		t.Errorf("%d answers of the second day's 306 are held", n)
	}
}

// A family that stands at the counter has one phone; whoever comes back with it
// is none, and of four nobody believes it.
func TestFamilyOfThree(t *testing.T) {
	for name, c := range map[string]struct {
		apart time.Duration
		n     int
		want  int
	}{
		"three at once":       {2 * time.Minute, 3, 0},
		"three over the day":  {40 * time.Minute, 3, 3},
		"four at once":        {2 * time.Minute, 4, 4},
		"two, and two later":  {12 * time.Minute, 4, 4},
		"three, quite slowly": {9 * time.Minute, 3, 0},
	} {
		r := newRig(t)
		for i := range c.n {
			r.send(answer{at: after(time.Duration(i) * c.apart), device: "d", level: 3 + i%2})
		}
		if len(r.held) != c.want {
			t.Errorf("%s: %d held, want %d", name, len(r.held), c.want)
		}
	}
}
