package quality_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hailong/internal/quality"
	"hailong/internal/response"

	"github.com/google/go-cmp/cmp"
)

// TestSentAgain has one phone send its only answer five times: it is one
// answer, whatever else came in between, and no second one of its device.
func TestSentAgain(t *testing.T) {
	r := newRig(t)
	first := r.signal(answer{at: monday, device: "one"})
	if v := r.judge.Judge(first); v.Outcome != quality.Pass {
		t.Fatalf("the first time: %+v", v)
	}
	for i := range 5 {
		again := first
		again.Received = monday.Add(time.Duration(i) * time.Minute)
		if v := r.judge.Judge(again); v.Outcome != quality.Pass {
			t.Errorf("sent again: %+v", v)
		}
		r.judge.Judge(r.signal(answer{at: again.Received}))
	}
	if v := r.judge.Judge(r.signal(answer{at: monday.Add(time.Hour), device: "one"})); v.Outcome != quality.Flag {
		t.Errorf("the second answer of the device: %+v", v)
	}
}

// TestSentAgainKeepsItsVerdict repeats answers of all sorts, some of them held:
// a repetition never gets another verdict, and names no earlier answers.
func TestSentAgainKeepsItsVerdict(t *testing.T) {
	r := newRig(t)
	random := rand.New(rand.NewPCG(7, 7))
	var sent []quality.Signal
	var verdicts []quality.Verdict
	held := 0
	for i := range 400 {
		a := answer{
			at: monday.Add(time.Duration(i)*2*time.Minute + time.Duration(random.IntN(100))*time.Second), level: 1 + random.IntN(5), device: "d" + strconv.Itoa(random.IntN(500)),
			took: time.Duration(3+random.IntN(90)) * time.Second, comment: strings.Repeat("Cán bộ hướng dẫn rất tận tình "+strconv.Itoa(i), random.IntN(8)/7),
		}
		s := r.signal(a)
		v := r.judge.Judge(s)
		sent, verdicts = append(sent, s), append(verdicts, v)
		if v.Outcome == quality.Hold {
			held++
		}
		k := random.IntN(len(sent))
		want := verdicts[k]
		want.Also = nil
		if diff := cmp.Diff(want, r.judge.Judge(sent[k])); diff != "" {
			t.Fatalf("answer %d sent again after answer %d:\n%s", k, i, diff)
		}
	}
	if held < 20 || held > 390 {
		t.Errorf("%d of 400 held: the test tells nothing", held)
	}
}

// TestWithoutTrace sends content answers at night as a program does that knows
// neither cookies nor the page: by the hour alone none is held, nor because
// notes add up, and they do not have others held.
func TestWithoutTrace(t *testing.T) {
	r := newRig(t)
	night := monday.Add(14 * time.Hour)
	level := func(i int) int { return []int{4, 5, 4, 2, 5, 4, 3}[i%7] }
	for i := range 12 {
		v := r.judge.Judge(r.signal(answer{at: night.Add(time.Duration(i*i) * 7 * time.Minute / 10), level: level(i), device: "-", unknown: true}))
		if v.Outcome == quality.Hold {
			t.Errorf("answer %d without a trace: %+v", i, v)
		}
	}
	for i := range 3 {
		v := r.judge.Judge(r.signal(answer{at: night.Add(time.Duration(3+i) * time.Hour), level: 4}))
		if slices.Contains(v.Reasons, quality.OutsideHours) && v.Outcome == quality.Hold {
			t.Errorf("with a trace, the %d. of its kind: %+v", i+1, v)
		}
	}
}

// TestKioskIsNoPhone has the tablet of a counter send all day, and of two
// counters with one cookie: nothing that is looked for in phones is found.
func TestKioskIsNoPhone(t *testing.T) {
	r := newRig(t)
	for i := range 60 {
		v := r.judge.Judge(r.signal(answer{
			at: monday.Add(time.Duration(i)*211*time.Second + time.Duration(i*i%37)*time.Second), level: 2 + i%4, device: "tablet",
			channel: response.Kiosk, counter: []string{"q1", "q2", "q3", "q4"}[i%4],
		}))
		for _, reason := range []quality.Reason{quality.SameDevice, quality.ManyCounters, quality.DevicePairs} {
			if slices.Contains(v.Reasons, reason) {
				t.Errorf("answer %d of the kiosk: %+v", i, v)
			}
		}
	}
}

// TestReasonsInOrder demands that verdicts name reasons in the order of Checks.
func TestReasonsInOrder(t *testing.T) {
	r := newRig(t)
	order := quality.Checks()
	for i := range 200 {
		v := r.judge.Judge(r.signal(answer{at: monday.Add(time.Duration(i) * time.Second), level: 5, device: "d" + strconv.Itoa(i/2), took: time.Second}))
		if !slices.IsSortedFunc(v.Reasons, func(a, b quality.Reason) int { return slices.Index(order, a) - slices.Index(order, b) }) {
			t.Fatalf("%v are not in the order %v", v.Reasons, order)
		}
	}
}
