package demo_test

import (
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/demo"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/surveys"
)

const yearly = 60_000

// year is a year of answers, folded the ways that the story is told.
type year struct {
	byAgency map[string]tally.Tally
	byMonth  map[calendar.Month]tally.Tally // of stp
	weekdays map[time.Weekday]int
	channels map[response.Channel]int
	langs    map[string]int
	shifts   map[calendar.Shift]int
	lastDay  map[string]calendar.Day // by agency/counter
	comments map[string]int
	method   *tally.Method
}

func newYear(t *testing.T, seed uint64) *year {
	t.Helper()
	forms := forms(t)
	methods, err := tally.LoadMethods(surveys.FS, forms)
	if err != nil {
		t.Fatal(err)
	}
	y := &year{
		byAgency: map[string]tally.Tally{}, byMonth: map[calendar.Month]tally.Tally{}, weekdays: map[time.Weekday]int{},
		channels: map[response.Channel]int{}, langs: map[string]int{}, shifts: map[calendar.Shift]int{},
		lastDay: map[string]calendar.Day{}, comments: map[string]int{}, method: methods.Default(),
	}
	for r := range demo.Responses(register(t), forms, demo.Options{Seed: seed, Responses: yearly, Last: last}) {
		y.add(&r)
	}
	return y
}

func (y *year) add(r *response.Response) {
	fold(y.byAgency, r.Agency, r)
	if r.Agency == "stp" {
		fold(y.byMonth, r.Day.Month(), r)
	}
	y.weekdays[r.Day.Weekday()]++
	y.channels[r.Channel]++
	y.langs[r.Lang]++
	y.shifts[r.Shift]++
	y.lastDay[r.Agency+"/"+r.Counter] = r.Day
	for _, a := range r.Answers {
		if a.Text != "" {
			y.comments[a.Text]++
		}
	}
}

func fold[K comparable](tallies map[K]tally.Tally, key K, r *response.Response) {
	if tallies[key] == nil {
		tallies[key] = tally.New()
	}
	tallies[key].Add(r)
}

func (y *year) index(t tally.Tally) float64 { return *y.method.Figure(t).Index }

func TestVolumes(t *testing.T) {
	y := newYear(t, 21)
	if len(y.byAgency) != 14 {
		t.Errorf("%d agencies have answers", len(y.byAgency))
	}
	for code, tally := range y.byAgency {
		if code != "snnmt" && 2*tally.N() > y.byAgency["snnmt"].N() {
			t.Errorf("%s has %d answers, land registration only %d", code, tally.N(), y.byAgency["snnmt"].N())
		}
	}
	for _, code := range []string{"ttt", "bqlkcn"} {
		if n := y.byAgency[code].N(); n < 5 || n >= 30 {
			t.Errorf("%s has %d answers, want fewer than 30 but some", code, n)
		}
	}
	if status := y.method.Figure(y.byAgency["ttt"]).Status; status != tally.Insufficient {
		t.Errorf("status of ttt is %s", status)
	}
	if silent := last - y.lastDay["sct/q2"]; silent < 60 || silent > 70 {
		t.Errorf("sct/q2 has been silent for %d days", silent)
	}
}

func TestIndexes(t *testing.T) {
	y := newYear(t, 22)
	low, high := 100.0, 0.0
	for code, tally := range y.byAgency {
		figure := y.method.Figure(tally)
		if figure.Index == nil || figure.N < 100 {
			continue
		}
		if *figure.Index < 68 || *figure.Index > 98 {
			t.Errorf("index of %s is %.1f", code, *figure.Index)
		}
		low, high = min(low, *figure.Index), max(high, *figure.Index)
	}
	if high-low < 12 {
		t.Errorf("indexes reach only from %.1f to %.1f", low, high)
	}
	before, after := y.byMonth[last.Month()-5], y.byMonth[last.Month()-3]
	if y.index(before)-y.index(after) < 7 {
		t.Errorf("stp falls only from %.1f to %.1f", y.index(before), y.index(after))
	}
	counters := tally.GroupBy(y.byAgency["snnmt"], func(k tally.Key) string { return k.Counter })
	if y.index(counters["q3"]) > y.index(y.byAgency["snnmt"])-2 {
		t.Errorf("q3 of snnmt has %.1f, the agency %.1f", y.index(counters["q3"]), y.index(y.byAgency["snnmt"]))
	}
}

func TestRhythm(t *testing.T) {
	y := newYear(t, 23)
	monday, wednesday, friday, saturday := y.weekdays[time.Monday], y.weekdays[time.Wednesday], y.weekdays[time.Friday], y.weekdays[time.Saturday]
	if !(monday > wednesday && wednesday > friday && friday > 10*saturday && saturday > 0) {
		t.Errorf("answers by weekday: %v", y.weekdays)
	}
	if y.shifts[calendar.Morning] < y.shifts[calendar.Afternoon] || y.shifts[calendar.Afternoon] < yearly/3 {
		t.Errorf("answers by shift: %v", y.shifts)
	}
	for channel, want := range map[response.Channel][2]int{response.QR: {75, 95}, response.Kiosk: {4, 20}, response.Paper: {2, 8}, response.Ticket: {0, 0}} {
		if percent := 100 * y.channels[channel] / yearly; percent < want[0] || percent > want[1] {
			t.Errorf("%d %% of the answers by %s", percent, channel)
		}
	}
	if permille := 1000 * y.langs["en"] / yearly; permille < 10 || permille > 30 || y.langs["en"]+y.langs[survey.Vietnamese] != yearly {
		t.Errorf("answers by language: %v", y.langs)
	}
}

func TestReasonsFollowTheWeakSide(t *testing.T) {
	y := newYear(t, 24)
	form := survey.Ref{ID: "mot-cua", Version: 1}
	for agency, weak := range map[string]string{"snnmt": "slow", "stc-2025": "supplement", "snv-2025": "guidance", "sxd-2025": "visits", "stp": "waiting"} {
		values := y.byAgency[agency].ByForm()[form].Questions["reasons"].Values
		for option, n := range values {
			if option != weak && n >= values[weak] {
				t.Errorf("at %s %d name %s, %d %s", agency, n, option, values[weak], weak)
			}
		}
	}
}

func TestLongFormIsPartlyBlank(t *testing.T) {
	y := newYear(t, 25)
	counts := y.byAgency["sgddt"].ByForm()[survey.Ref{ID: "mot-cua-22", Version: 1}]
	share := func(question string) float64 {
		return float64(counts.Questions[question].Answered) / float64(counts.N)
	}
	if share("overall") < 0.95 || share("tc1") < 0.85 || share("gy4") > 0.7 || share("gy4") < 0.3 {
		t.Errorf("answered: overall %.2f, tc1 %.2f, gy4 %.2f", share("overall"), share("tc1"), share("gy4"))
	}
}

func TestCommentsAreFewAndVaried(t *testing.T) {
	y := newYear(t, 26)
	total, most := 0, 0
	for _, n := range y.comments {
		total, most = total+n, max(most, n)
	}
	if percent := 100 * float64(total) / yearly; percent < 5 || percent > 7 {
		t.Errorf("%.1f %% of the answers have a comment", percent)
	}
	if 2*len(y.comments) < total || 100*most > total {
		t.Errorf("%d comments, %d different, one of them %d times", total, len(y.comments), most)
	}
}
