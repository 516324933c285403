package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hailong/internal/org"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// Agencies in no group do not stand under the heading of another's; where
// nobody is in a group there is no heading at all.
func TestGroupsOfAgenciesHaveHeadings(t *testing.T) {
	r := newRig(t)
	headings := func() []string {
		return r.page("office@x.example", "/office/periods/2026-Q3").Find("tr.group").Map(func(_ int, row *goquery.Selection) string { return row.Text() })
	}
	if got := headings(); len(got) != 0 {
		t.Errorf("headings without groups: %v", got)
	}
	grouped := "peer_groups: [{code: so, name: Các sở}]\n" + strings.Replace(register, "    name: Sở Tư pháp\n", "    name: Sở Tư pháp\n    peer_group: so\n", 1)
	var err error
	r.trial.Register, err = org.Parse("org.yaml", []byte(grouped), func(string) bool { return true })
	must(t, err)
	if diff := cmp.Diff([]string{"Các sở", "Các cơ quan chưa xếp nhóm"}, headings()); diff != "" {
		t.Errorf("headings (-want +got):\n%s", diff)
	}
}

// A period says whether it has begun and whether it has ended: today is
// 22 November 2026.
func TestPeriodsSayWhetherTheyHaveBegun(t *testing.T) {
	r := newRig(t)
	for id, want := range map[string]string{
		"2026-10": "chưa khóa", "2026-11": "đang diễn ra", "2026": "đang diễn ra", "2026-12": "chưa bắt đầu", "2027": "chưa bắt đầu", "2026-12..2027-01": "chưa bắt đầu", "2026-10..2026-11": "đang diễn ra",
	} {
		if got := text(r.page("office@x.example", "/office/periods/"+id), "h1 .tag"); got != want {
			t.Errorf("%s is said to be %q, want %q", id, got, want)
		}
	}
}

// A reason that is too long is refused, not cut short: it is part of what is
// sealed.
func TestLongReasonOfAStep(t *testing.T) {
	r := newRig(t)
	step := func(why string) reply {
		return r.postForm("/office/periods/2026-10/close", url.Values{"why": {why}}, r.as("office@x.example")...)
	}
	if got := step(strings.Repeat("á", 501)); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "dài quá 500 ký tự") {
		t.Errorf("501 characters: %d", got.status)
	}
	if got := step(strings.Repeat("á", 500)); got.status != http.StatusSeeOther {
		t.Errorf("500 characters: %d", got.status)
	}
}
