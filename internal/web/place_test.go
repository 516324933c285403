package web_test

import (
	"fmt"
	"strings"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/trial"

	"github.com/google/go-cmp/cmp"
)

// wrote stores n answers with a comment.
func (r *rig) wrote(n int, text, counter, service string, channel response.Channel) {
	r.t.Helper()
	var sheets []response.Response
	for i := range n {
		one := trial.Sheet("stp", counter, calendar.Date(2026, 11, 3), 4)
		one.Service, one.Channel = service, channel
		one.Answers = append(one.Answers, survey.Answer{Question: "comment", Text: fmt.Sprint(text, " ", i)})
		sheets = append(sheets, one)
	}
	r.trial.Add(sheets)
}

// found is, of the comments on a page, how many begin with which word and what
// is said of where they were made.
func (r *rig) found(email, query string) map[string]int {
	r.t.Helper()
	all := map[string]int{}
	page := r.page(email, "/dashboard/stp/comments"+query)
	for _, item := range page.Find("ul.comments > li").EachIter() {
		word, _, _ := strings.Cut(item.Find(".said").Text(), " ")
		all[word+" @ "+item.Find(".said + .muted").Text()]++
	}
	return all
}

// The only comment of a counter and channel is neither named nor found by them
// when the agency itself reads, and those that share a name with it are named
// by what all of them share. The office is told all of it.
func TestALonelyCommentHasNoPlace(t *testing.T) {
	r := newRig(t)
	r.wrote(20, "nhiều", "q1", "lltp", response.QR)
	r.wrote(6, "vừa", "q1", "cc", response.QR)
	r.wrote(1, "lẻ", "q2", "cc", response.Kiosk)
	const many, some, lonely = "nhiều @ Quầy 1 · Cấp Phiếu lý lịch tư pháp", "vừa @ Công chứng", "lẻ @ Công chứng"
	for query, want := range map[string]map[string]int{
		"":                         {many: 20, some: 6, lonely: 1},
		"?counter=q1":              {many: 20},
		"?counter=q2":              {},
		"?channel=kiosk":           {},
		"?channel=qr":              {many: 20},
		"?service=cc":              {some: 6, lonely: 1},
		"?service=cc&counter=q2":   {},
		"?q=l%E1%BA%BB&counter=q2": {},
	} {
		if diff := cmp.Diff(want, r.found("leader@x.example", query)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	for _, email := range []string{"office@x.example", "auditor@x.example"} {
		for _, query := range []string{"?counter=q2", "?channel=kiosk", "?service=cc&counter=q2"} {
			want := map[string]int{"lẻ @ mức 4 · Quầy 2 · Công chứng · buổi sáng": 1}
			if diff := cmp.Diff(want, r.found(email, query)); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", email, query, diff)
			}
		}
	}
}

// Where one comment would be the rest that a name leaves, nothing is named.
func TestACommentBesideOneCounter(t *testing.T) {
	r := newRig(t)
	r.wrote(20, "nhiều", "q1", "", response.QR)
	r.wrote(1, "lẻ", "q2", "cc", response.Kiosk)
	if diff := cmp.Diff(map[string]int{"nhiều @ ": 20, "lẻ @ ": 1}, r.found("leader@x.example", "")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
