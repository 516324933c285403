package quality_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/org"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
)

var (
	wifi  = netip.MustParseAddr("203.0.113.7")
	phone = netip.MustParseAddr("198.51.100.9")
)

func TestOrdinaryAnswerPassesWithoutReasons(t *testing.T) {
	r := newRig(t)
	if diff := cmp.Diff(quality.Verdict{Outcome: quality.Pass}, r.send(answer{at: monday})); diff != "" {
		t.Error(diff)
	}
}

func TestSameDevice(t *testing.T) {
	r := newRig(t)
	r.send(answer{at: monday, device: "d"})
	second := r.send(answer{at: after(2 * time.Hour), device: "d"})
	if second.Outcome != quality.Flag || !slices.Contains(second.Reasons, quality.SameDevice) {
		t.Errorf("a family's second answer: %+v", second)
	}
	r.wantHeld(0)
	third := r.send(answer{at: after(4 * time.Hour), device: "d"})
	if third.Outcome != quality.Hold || len(third.Also) != 2 {
		t.Errorf("the third answer: %+v", third)
	}
	fourth := r.send(answer{at: after(5 * time.Hour), device: "d"})
	if fourth.Outcome != quality.Hold || fourth.Also != nil {
		t.Errorf("the fourth answer names what is held already: %+v", fourth)
	}
	r.wantHeld(4)
}

func TestDeviceIsForgottenAtMidnight(t *testing.T) {
	for name, forget := range map[string]bool{"by the next answer": false, "by Forget": true} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			for i := range 6 {
				at := monday.AddDate(0, 0, i/2).Add(time.Duration(i%2) * time.Hour)
				if forget {
					r.judge.Forget(at)
				}
				r.send(answer{at: at, device: "d", comment: "Tôi cảm ơn cán bộ tiếp nhận hồ sơ của quầy này"})
			}
			r.wantHeld(0)
		})
	}
}

func TestManyCounters(t *testing.T) {
	r := newRig(t)
	r.send(answer{at: monday, device: "d", counter: "q1"})
	if v := r.send(answer{at: after(5 * time.Minute), device: "d", counter: "q2"}); !slices.Equal(v.Reasons, []quality.Reason{quality.ManyCounters}) || v.Outcome != quality.Flag {
		t.Errorf("two counters within minutes: %+v", v)
	}
	r.send(answer{at: after(20 * time.Minute), device: "d", counter: "q3"})
	r.wantHeld(3)
}

// TestOneDeviceTooOften says where a device sends too much: at one counter, or
// at several.
func TestOneDeviceTooOften(t *testing.T) {
	r := newRig(t)
	for i := range 9 {
		v := r.send(answer{at: after(time.Duration(i) * time.Hour / 2), device: "d", counter: "q1"})
		if i > 0 && !slices.Contains(v.Reasons, quality.SameDevice) || slices.Contains(v.Reasons, quality.ManyCounters) {
			t.Errorf("answer %d at the one counter: %+v", i+1, v)
		}
	}
	r.wantHeld(9)
	v := r.send(answer{at: after(5 * time.Hour), device: "d", counter: "q2"})
	if v.Outcome != quality.Hold || !slices.Equal(v.Reasons, []quality.Reason{quality.ManyCounters}) {
		t.Errorf("then at another: %+v", v)
	}
}

// Without the section of the one check the other still holds what is sent too
// often at one counter, and under the name that says where it was.
func TestTooOftenWithoutSameDevice(t *testing.T) {
	limits, err := quality.Load(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	limits.SameDevice = nil
	r := newRigWith(t, limits)
	for i := range 4 {
		r.send(answer{at: after(time.Duration(i) * time.Hour), device: "d"})
	}
	r.wantHeld(4)
	if v := r.send(answer{at: after(5 * time.Hour), device: "d"}); !slices.Equal(v.Reasons, []quality.Reason{quality.SameDevice}) {
		t.Errorf("%+v", v)
	}
}

// TestOnlyNotes has checks that never hold at the side of one that does.
func TestOnlyNotes(t *testing.T) {
	r := newRig(t)
	noted := 0
	for i := range 30 {
		v := r.send(answer{at: after(time.Duration(i) * time.Second), level: 1 + i%5})
		if slices.Equal(v.Reasons, []quality.Reason{quality.Burst}) {
			if noted++; v.Outcome != quality.Flag {
				t.Errorf("answer %d: %+v", i+1, v)
			}
		}
	}
	if noted == 0 {
		t.Error("no burst was noted")
	}
	for _, reason := range quality.Checks() {
		if want := reason == quality.Burst || reason == quality.StraightLine; quality.OnlyNotes(reason) != want {
			t.Errorf("%s only notes: %v", reason, !want)
		}
	}
}

func TestOneDeviceAtTwoCountersHasBusinessThere(t *testing.T) {
	r := newRig(t)
	r.send(answer{at: monday, device: "d", counter: "q1"})
	if v := r.send(answer{at: after(time.Hour), device: "d", counter: "q2"}); v.Outcome != quality.Pass {
		t.Errorf("two counters within an hour: %+v", v)
	}
}

func TestDevicesUsedTwiceInARow(t *testing.T) {
	r := newRig(t)
	for i := range 12 {
		r.send(answer{at: after(time.Duration(i) * 7 * time.Minute), device: fmt.Sprint("d", i/2), level: 3 + i%3})
	}
	r.wantHeld(12)
}

func TestSharedAddressHoldsNothing(t *testing.T) {
	r := newRig(t)
	rng := rand.New(rand.NewPCG(1, 1))
	at := monday
	for range 300 {
		at = at.Add(time.Duration(rng.ExpFloat64() * float64(100*time.Second)))
		r.send(answer{at: at, level: min(5, 2+rng.IntN(5)), took: time.Duration(15+rng.IntN(60)) * time.Second})
	}
	r.wantHeld(0)
}

func TestKioskIsOneDevice(t *testing.T) {
	r := newRig(t)
	levels := []int{5, 4, 3, 4, 5, 2, 4}
	for i := range 40 {
		at := after(time.Duration(i)*3*time.Minute + time.Duration(i*i%23)*time.Second)
		r.send(answer{at: at, channel: response.Kiosk, device: "tablet", level: levels[i%len(levels)], took: 12 * time.Second})
	}
	r.wantHeld(0)
}

func TestPaperIsNotJudged(t *testing.T) {
	r := newRig(t)
	for i := range 30 {
		if v := r.send(answer{at: after(time.Duration(i) * time.Second), channel: response.Paper, device: "clerk", level: 5, took: time.Second}); v.Outcome != quality.Pass {
			t.Fatalf("sheet %d: %+v", i, v)
		}
	}
}

func TestHelperAtTheCounter(t *testing.T) {
	for name, device := range map[string]string{"many phones": "", "no cookies": "-"} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			for i := range 12 {
				r.send(answer{at: after(time.Duration(20*i) * time.Second), device: device, level: 4 + i%2, took: 12 * time.Second})
			}
			r.wantHeld(12)
		})
	}
}

func TestBusIsNoBurstOfOneHand(t *testing.T) {
	r := newRig(t)
	levels := []int{5, 4, 4, 3, 5, 4, 2, 5, 4, 3}
	for i := range 30 { // their forms are open at the same time
		at := after(time.Duration(20*i)*time.Second + time.Duration(i*i%19)*time.Second)
		r.send(answer{at: at, level: levels[i%len(levels)], took: time.Duration(25+7*(i%9)) * time.Second})
	}
	r.wantHeld(0)
	if v := r.send(answer{at: after(10 * time.Minute), level: 3}); !slices.Contains(v.Reasons, quality.Burst) || v.Outcome != quality.Flag {
		t.Errorf("in the burst: %+v", v)
	}
}

func TestBusyMorningIsNoBurst(t *testing.T) {
	r := newRig(t)
	var last quality.Verdict
	for week := range 6 {
		for i := range 60 {
			level := []int{5, 4, 3, 4, 2}[i%5]
			last = r.send(answer{at: monday.AddDate(0, 0, 7*week).Add(time.Duration(i)*time.Minute + time.Duration(i*i%41)*time.Second), level: level, took: 70 * time.Second})
		}
	}
	r.wantHeld(0)
	if slices.Contains(last.Reasons, quality.Burst) {
		t.Errorf("the sixth Monday: %+v", last)
	}
}

func TestTooFast(t *testing.T) {
	r := newRig(t)
	for i := range 3 {
		v := r.send(answer{at: after(time.Duration(i) * 11 * time.Minute), took: 500 * time.Millisecond, level: 1 + i})
		if !slices.Contains(v.Reasons, quality.TooFast) {
			t.Errorf("answer %d: %+v", i, v)
		}
	}
	r.wantHeld(3)
	if v := r.send(answer{at: after(40 * time.Minute), unknown: true}); v.Outcome != quality.Pass {
		t.Errorf("nobody knows when it was opened: %+v", v)
	}
}

func TestOutsideHours(t *testing.T) {
	r := newRig(t)
	for i := range 5 {
		at := after(11*time.Hour + time.Duration(i*i*7)*time.Minute) // from 19:00
		v := r.send(answer{at: at, address: phone})
		if v.Outcome < quality.Flag {
			t.Errorf("answer %d at %s: %+v", i, at, v)
		}
	}
	r.wantHeld(5)
}

func TestHolidayIsOutsideHours(t *testing.T) {
	r := newRig(t)
	if v := r.send(answer{at: time.Date(2026, 9, 2, 9, 0, 0, 0, zone)}); !slices.Equal(v.Reasons, []quality.Reason{quality.OutsideHours}) {
		t.Errorf("on 2/9: %+v", v)
	}
	r.hours = org.Hours{}
	if v := r.send(answer{at: after(12 * time.Hour)}); v.Outcome != quality.Pass {
		t.Errorf("hours are unknown: %+v", v)
	}
}

func TestStraightLineIsOnlyNoted(t *testing.T) {
	r := newRig(t)
	if v := r.send(answer{at: monday, form: "mot-cua-22", took: 5 * time.Minute}); v.Outcome != quality.Flag || !slices.Equal(v.Reasons, []quality.Reason{quality.StraightLine}) {
		t.Errorf("all alike: %+v", v)
	}
	if v := r.send(answer{at: after(time.Hour), form: "mot-cua-22", took: 5 * time.Minute, items: func(i int) int { return 3 + i%2 }}); v.Outcome != quality.Pass {
		t.Errorf("mixed: %+v", v)
	}
	if v := r.send(answer{at: after(2 * time.Hour)}); v.Outcome != quality.Pass {
		t.Errorf("the short form: %+v", v)
	}
}

func TestSameComment(t *testing.T) {
	r := newRig(t)
	for i, text := range []string{"Cán bộ hướng dẫn rất tận tình, chu đáo.", "cán bộ hướng dẫn rất tận tình chu đáo", "CÁN BỘ hướng dẫn rất tận tình, chu đáo! 3"} {
		r.send(answer{at: after(time.Duration(i*i) * 20 * time.Minute), comment: text})
	}
	r.wantHeld(3)
	clear(r.held)
	for i := range 5 {
		if v := r.send(answer{at: after(90*time.Minute + time.Duration(i*i)*5*time.Minute), comment: "Rất tốt."}); slices.Contains(v.Reasons, quality.SameComment) {
			t.Errorf("short words: %+v", v)
		}
	}
}

// Where the words hang beside the poster, people copy them.
func TestSuggestedWordsAreNoCopies(t *testing.T) {
	r := newRig(t)
	rng := rand.New(rand.NewPCG(2, 2))
	for i := range 600 {
		if i == 300 {
			clear(r.held)
		}
		at := monday.AddDate(0, 0, 7*(i/60)).Add(time.Duration(i%60)*6*time.Minute + time.Duration(rng.IntN(300))*time.Second)
		text := fmt.Sprintf("Cán bộ một cửa hướng dẫn tận tình, %c", 'a'+rng.IntN(8))
		r.send(answer{at: at, level: min(5, 2+rng.IntN(5)), comment: text, took: time.Minute})
	}
	if len(r.held) > 6 {
		t.Errorf("%d of 300 are held", len(r.held))
	}
}

func TestEvenPace(t *testing.T) {
	r := newRig(t)
	for i := range 8 { // honest people between
		r.send(answer{at: after(time.Duration(i)*5*time.Minute + time.Duration(60+40*(i*i%5))*time.Second), level: 2 + i%3})
		r.send(answer{at: after(time.Duration(i+1) * 5 * time.Minute), level: 3 + i%3, address: phone})
	}
	if len(r.held) < 8 || len(r.held) > 10 {
		t.Errorf("%d are held, 8 were a machine's", len(r.held))
	}
}

func TestPerfectRunIsMeasuredAtTheCountersOwnShare(t *testing.T) {
	perfect := func(r *rig, levels []int) int {
		for i := range 400 { // some days of getting to know it
			at := monday.AddDate(0, 0, i/80).Add(time.Duration(i%80)*4*time.Minute + time.Duration(i*i%97)*time.Second)
			r.send(answer{at: at, level: levels[i%len(levels)]})
		}
		clear(r.held)
		for i := range 20 {
			at := monday.AddDate(0, 0, 7).Add(time.Duration(i)*4*time.Minute + time.Duration(i*i%97)*time.Second)
			r.send(answer{at: at, level: 5})
		}
		return len(r.held)
	}
	if held := perfect(newRig(t), []int{3, 4, 5, 4, 2, 4}); held != 20 {
		t.Errorf("where one of six is perfect, %d of a run of 20 are held", held)
	}
	if held := perfect(newRig(t), []int{5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4}); held != 0 {
		t.Errorf("where nearly all are perfect, %d of a run of 20 are held", held)
	}
}

func TestStoredVerdictHoldsCodesAlone(t *testing.T) {
	v := quality.Verdict{Outcome: quality.Hold, Reasons: []quality.Reason{quality.SameDevice, quality.Burst}, Also: []quality.Finding{{}}}
	want := response.Verdict{Held: true, Reasons: []string{"same_device", "burst"}}
	if diff := cmp.Diff(want, v.Stored()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(response.Verdict{}, quality.Verdict{Outcome: quality.Pass}.Stored()); diff != "" {
		t.Error(diff)
	}
}

func TestChecksWithoutThresholdsAreNotApplied(t *testing.T) {
	thresholds, err := quality.Parse("none.yaml", []byte("id: none\nversion: 1\nlearning: {per_hour: 12, answers: 300, weeks: 4}\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := newRigWith(t, thresholds)
	for i := range 50 {
		if v := r.send(answer{at: after(12*time.Hour + time.Duration(i)*time.Second), device: "d", level: 5, took: time.Second, comment: "Cán bộ hướng dẫn rất tận tình, chu đáo."}); v.Outcome != quality.Pass {
			t.Fatalf("answer %d: %+v", i, v)
		}
	}
}

// A clock that is set back must not bring back what was forgotten, nor panic.
func TestClockThatGoesBack(t *testing.T) {
	r := newRig(t)
	for i := range 100 {
		r.send(answer{at: monday.Add(-time.Duration(i) * 5 * time.Hour), device: fmt.Sprint("d", i)})
	}
}

func TestManyAtOnce(t *testing.T) {
	r := newRig(t)
	var signals []quality.Signal
	for i := range 4000 {
		signals = append(signals, r.signal(answer{at: after(time.Duration(i) * 10 * time.Second), counter: fmt.Sprint("q", i%7), device: fmt.Sprint("d", i%900), level: 1 + i%5}))
	}
	var group sync.WaitGroup
	for k := range 8 {
		group.Go(func() {
			for i := k; i < len(signals); i += 8 {
				if v := r.judge.Judge(signals[i]); v.Outcome < quality.Pass {
					t.Errorf("outcome %s", v.Outcome)
				}
			}
			r.judge.Forget(after(24 * time.Hour))
		})
	}
	group.Wait()
}

// Only the memory of the device is made anew, and now and then its map grows.
func TestOrdinaryAnswersAllocateLittle(t *testing.T) {
	next := ordinary(newRig(t), 4*time.Second)
	if allocations := testing.AllocsPerRun(2000, next); allocations > 2 {
		t.Errorf("%v allocations for each answer", allocations)
	}
}

// ordinary judges one answer of twelve counters after the other, so far apart.
func ordinary(r *rig, gap time.Duration) func() {
	levels := []int{5, 4, 3, 4, 5, 2, 4, 5, 1, 4}
	r.hours = org.Hours{}
	signals := make([]quality.Signal, 4001)
	for i := range signals {
		signals[i] = r.signal(answer{at: monday, level: levels[i%len(levels)], counter: fmt.Sprint("q", i%12)})
	}
	devices := make([]string, 400_009)
	for i := range devices {
		devices[i] = fmt.Sprintf("%022d", i)
	}
	gaps := make([]time.Duration, 5003)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range gaps {
		gaps[i] = time.Duration(rng.ExpFloat64() * float64(gap))
	}
	i, at := 0, monday
	return func() {
		i++
		at = at.Add(gaps[i%len(gaps)])
		s := &signals[i%len(signals)]
		s.Received, s.Opened, s.Device = at, at.Add(-time.Duration(20+i*i%41)*time.Second), devices[i%len(devices)]
		r.judge.Judge(*s)
	}
}

func BenchmarkJudge(b *testing.B) {
	for _, gap := range []time.Duration{4 * time.Second, 20 * time.Microsecond} {
		b.Run(fmt.Sprint("every ", gap), func(b *testing.B) {
			next := ordinary(newRig(b), gap)
			b.ReportAllocs()
			for b.Loop() {
				next()
			}
		})
	}
}
