package report_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func comment(day calendar.Day, c report.Comment) string {
	return fmt.Sprintf("%s %s %s/%s %q level %q", day, c.Shift, c.Counter, c.Service, c.Text, c.Overall)
}

// turn reads all pages and returns the comments of each.
func turn(t tester, r *rig, f report.Filter, size int) [][]string {
	t.Helper()
	var pages [][]string
	var after *store.TextPosition
	for {
		page, err := report.Comments(context.Background(), r.store, "stp", f, after, size)
		must(t, err)
		var lines []string
		for i, day := range page.Days {
			if i > 0 && page.Days[i-1].Day <= day.Day || len(day.Comments) == 0 {
				t.Fatalf("days of a page: %+v", page.Days)
			}
			for _, c := range day.Comments {
				lines = append(lines, comment(day.Day, c))
			}
		}
		pages = append(pages, lines)
		if page.Next == nil {
			return pages
		}
		after = page.Next
	}
}

// TestCommentsEachOnce turns pages of any size: together they hold every
// comment once.
func TestCommentsEachOnce(t *testing.T) {
	set := forms(t)
	folder, stores := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		stores++
		r := open(t, filepath.Join(folder, fmt.Sprintf("%d.db", stores)))
		defer r.store.Close()
		all := draw(t, set, calendar.Range{From: today - 4, To: today})
		r.insert(t, all...)
		f := report.Filter{
			Range:   calendar.Range{From: today - 3, To: today},
			Counter: rapid.SampledFrom([]string{"", "q1"}).Draw(t, "counter"),
			Service: rapid.SampledFrom([]string{"", "cc"}).Draw(t, "service"),
			Channel: rapid.SampledFrom([]response.Channel{"", response.QR}).Draw(t, "channel"),
		}
		var want []string
		for _, one := range countingOf(all, f).selected {
			for _, a := range one.Answers {
				if a.Text != "" {
					want = append(want, comment(one.Day, report.Comment{Text: a.Text, Overall: value(one, "overall"), Counter: one.Counter, Service: one.Service, Shift: one.Shift}))
				}
			}
		}
		got := slices.Concat(turn(t, r, f, rapid.IntRange(1, 8).Draw(t, "size"))...)
		slices.Sort(want)
		slices.Sort(got)
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("%s", diff)
		}
	})
}

func said(day calendar.Day, answers ...survey.Answer) response.Response {
	return response.Response{Day: day, Shift: calendar.Afternoon, Agency: "stp", Counter: "q1", Service: "cc", Channel: response.QR,
		Form: survey.Ref{ID: "short", Version: 2}, Lang: "vi", Answers: answers}
}

// TestCommentsPages ends at the border of a page, and shows the level whatever
// place the question has in the form.
func TestCommentsPages(t *testing.T) {
	r := newRig(t)
	r.insert(t, numbered([]response.Response{
		said(today-1, survey.Answer{Question: "comment", Text: "Trước"}, survey.Answer{Question: "overall", Values: []string{"2"}}, survey.Answer{Question: "more", Text: "Sau"}),
		said(today, survey.Answer{Question: "comment", Text: "Hôm nay"}),
		said(today, survey.Answer{Question: "overall", Values: []string{"5"}}),
		said(today-2, survey.Answer{Question: "overall", Values: []string{"4"}}, survey.Answer{Question: "more", Text: "Xưa"}),
	})...)
	days := calendar.Range{From: today - 9, To: today}
	newest := comment(today, report.Comment{Text: "Hôm nay", Counter: "q1", Service: "cc", Shift: calendar.Afternoon})
	before := comment(today-1, report.Comment{Text: "Trước", Overall: "2", Counter: "q1", Service: "cc", Shift: calendar.Afternoon})
	behind := comment(today-1, report.Comment{Text: "Sau", Overall: "2", Counter: "q1", Service: "cc", Shift: calendar.Afternoon})
	oldest := comment(today-2, report.Comment{Text: "Xưa", Overall: "4", Counter: "q1", Service: "cc", Shift: calendar.Afternoon})
	for size, want := range map[int][][]string{
		1: {{newest}, {before, behind}, {oldest}},
		2: {{newest, before, behind}, {oldest}},
		3: {{newest, before, behind, oldest}},
		4: {{newest, before, behind, oldest}},
	} {
		if diff := gocmp.Diff(want, turn(t, r, report.Filter{Range: days}, size)); diff != "" {
			t.Errorf("pages of %d: %s", size, diff)
		}
	}
	if diff := gocmp.Diff([][]string{nil}, turn(t, r, report.Filter{Range: days, Counter: "q2"}, 5)); diff != "" {
		t.Errorf("a counter without comments: %s", diff)
	}
}

func TestCommentsTellsOfAStoreThatFails(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	r := newRig(t)
	if _, err := report.Comments(ended, r.store, "stp", report.Filter{}, nil, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("Comments: %v", err)
	}
	if _, err := r.reader.Dashboard(ended, agency(), method(t), report.Filter{Range: calendar.Range{From: today, To: today}}); !errors.Is(err, context.Canceled) {
		t.Errorf("Dashboard: %v", err)
	}
}
