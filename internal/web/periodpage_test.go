package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

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

// The overview keeps what is compared apart from what is not, and says who
// answered on another form.
func TestOverviewIsGrouped(t *testing.T) {
	r := newRig(t)
	grouped := "peer_groups: [{code: so, name: Các sở}]\n" + strings.Replace(register, "    name: Sở Tư pháp\n", "    name: Sở Tư pháp\n    peer_group: so\n", 1)
	var err error
	r.trial.Register, err = org.Parse("org.yaml", []byte(grouped), func(string) bool { return true })
	must(t, err)
	r.many(40, 5)
	page := r.page("office@x.example", "/office")
	headings := page.Find("tr.group").Map(func(_ int, row *goquery.Selection) string { return row.Text() })
	if diff := cmp.Diff([]string{"Các sở", "Các cơ quan chưa xếp nhóm"}, headings); diff != "" {
		t.Errorf("headings (-want +got):\n%s", diff)
	}
	if got := text(page, "thead th:first-child") + " " + text(page, "tbody tr:nth-child(2) td:first-child"); got != "Hạng trong nhóm –" {
		t.Errorf("the only one of its group is ranked: %q", got)
	}
	if got := text(r.page("office@x.example", "/office?method=nd61-3"), "main > p"); !strings.Contains(got, "0 trên 3 cơ quan có phiếu tính được") || !strings.Contains(got, "1 cơ quan chỉ có phiếu theo mẫu khác") {
		t.Errorf("by a method that does not count them: %q", got)
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

// What everybody will see is asked about once more, without a script; then the
// page says that it is done and where to see it.
func TestPublishingIsAskedAboutAndSaid(t *testing.T) {
	r := quarter(t)
	const address = "/office/periods/2026-Q3"
	page := r.page("office@x.example", address)
	if got := text(page, "details.ask form b"); got != "Công bố Quý III/2026 cho mọi người xem? Việc này không rút lại được." {
		t.Errorf("asked is %q", got)
	}
	if page.Find(".checks").Length() != 0 || page.Find(`a[href="/results/2026-Q3"]`).Length() != 0 {
		t.Error("a sealed period has things to check before it is closed, or a public page before it is published")
	}
	if page = r.page("office@x.example", address+"?done=publish"); page.Find(".done").Length() != 0 {
		t.Error("an address alone says that it is published")
	}
	done := r.send("office@x.example", page, `form[action$="/publish"]`, nil)
	page = r.page("office@x.example", done.header.Get("Location"))
	if text(page, ".done") != "Đã công bố." || page.Find(`a[href="/results/2026-Q3"]`).Length() != 1 {
		t.Errorf("after publishing %q, %d links", text(page, ".done"), page.Find(`a[href="/results/2026-Q3"]`).Length())
	}
}

// Whoever may not close yet is told from when.
func TestAPeriodThatRunsCannotBeClosedYet(t *testing.T) {
	page := newRig(t).page("office@x.example", "/office/periods/2026-Q4")
	if page.Find(`form[action$="/close"]`).Length() != 0 || page.Find("button[disabled]").Length() != 1 || text(page, "#from-close") != "Khóa được từ 01/01/2027" {
		t.Errorf("the step is offered: %q", text(page, ".step"))
	}
}

// The quarter before stands beside the quarter, and says which way it went;
// last year, in which nobody answered, has no column.
func TestChangeSinceThePeriodBefore(t *testing.T) {
	r := newRig(t)
	r.clock = time.Date(2026, 8, 3, 3, 0, 0, 0, time.UTC)
	r.many(40, 5)
	r.clock = time.Date(2026, 11, 3, 3, 0, 0, 0, time.UTC)
	r.many(60, 2)
	r.clock = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	r.sessions = map[string]*http.Cookie{}
	page := r.page("office@x.example", "/office/periods/2026-Q4")
	if heads := text(page, "thead"); !strings.Contains(heads, "So với Quý III/2026") || strings.Contains(heads, "2025") {
		t.Errorf("columns %q", heads)
	}
	if got := words(page.Find("tbody tr").First()); !slices.Equal(got[len(got)-4:], []string{"−100,00", "▼", "giảm", "rõ"}) {
		t.Errorf("the first line ends with %q", got)
	}
}
