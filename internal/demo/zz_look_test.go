package demo_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/demo"
	"hailong/internal/response"
	"hailong/internal/tally"
	"hailong/surveys"
)

func TestLook(t *testing.T) {
	reg, fs := register(t), forms(t)
	methods, _ := tally.LoadMethods(surveys.FS, fs)
	_ = methods
	last := calendar.Date(2026, 11, 21)
	if os.Getenv("LAST") != "" {
		last, _ = calendar.ParseDay(os.Getenv("LAST"))
	}
	by := map[string]tally.Tally{}
	month := map[string]map[string]tally.Tally{}
	wd := map[string]int{}
	var texts []string
	chans := map[response.Channel]int{}
	shifts := map[calendar.Shift]int{}
	langs := map[string]int{}
	distinct := map[string]int{}
	perDay := map[calendar.Day]int{}
	lastSilent := calendar.Day(0)
	for r := range demo.Responses(reg, fs, demo.Options{Seed: 7, Responses: 60000, Last: last}) {
		if by[r.Agency] == nil {
			by[r.Agency] = tally.New()
			month[r.Agency] = map[string]tally.Tally{}
		}
		by[r.Agency].Add(&r)
		m := r.Day.Month().String()
		if month[r.Agency][m] == nil {
			month[r.Agency][m] = tally.New()
		}
		month[r.Agency][m].Add(&r)
		wd[r.Day.Weekday().String()]++
		chans[r.Channel]++
		shifts[r.Shift]++
		langs[r.Lang]++
		perDay[r.Day]++
		if r.Agency == "sct" && r.Counter == "q2" {
			lastSilent = r.Day
		}
		for _, a := range r.Answers {
			if a.Text != "" {
				distinct[a.Text]++
				texts = append(texts, r.Agency+" "+r.Answers[0].Values[0]+" "+r.Service+": "+a.Text)
			}
		}
	}
	fmt.Println(wd, chans, shifts, langs, len(texts), len(distinct), lastSilent)
	for _, a := range reg.Agencies() {
		if by[a.Code] == nil {
			continue
		}
		line := ""
		for _, m := range methods.All() {
			f := m.Figure(by[a.Code])
			if f.N > 0 {
				line += fmt.Sprintf(" %s n=%d %.1f %s |", m.ID, f.N, *f.Index, f.Status)
			}
		}
		fmt.Println(a.Code, by[a.Code].N(), line)
		ms := []string{}
		for m := range month[a.Code] {
			ms = append(ms, m)
		}
		slices.Sort(ms)
		fmt.Print("    ")
		for _, m := range ms {
			f := methods.Default().Figure(month[a.Code][m])
			if f.Index != nil {
				fmt.Printf("%s:%d/%.0f ", m, f.N, *f.Index)
			}
		}
		fmt.Println()
		for counter, tt := range tally.GroupBy(by[a.Code], func(k tally.Key) string { return k.Counter }) {
			f := methods.Default().Figure(tt)
			if f.Index != nil {
				fmt.Printf("      %s n=%d %.1f;", counter, f.N, *f.Index)
			}
		}
		for _, counts := range by[a.Code].ByForm() {
			if q := counts.Questions["reasons"]; q != nil {
				fmt.Print("  reasons ", q.Values)
			}
			fmt.Print(" overall ", counts.Questions["overall"])
		}
		fmt.Println()
	}
	for i := range 90 {
		fmt.Println(texts[(i*37+11)%len(texts)])
	}
	top := 0
	for s, n := range distinct {
		if n > top {
			top = n
			fmt.Println(n, s)
		}
	}
	for d := calendar.Date(2026, 2, 5); d < calendar.Date(2026, 3, 8); d++ {
		fmt.Print(d.String()[5:], ":", perDay[d], " ")
	}
	fmt.Println()
}
