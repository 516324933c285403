package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/remark"
	"hailong/internal/web"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// said posts a sheet with a comment and returns the reference to it.
func (r *rig) said(n int, text string) remark.Ref {
	r.t.Helper()
	body := fmt.Sprintf(`{"submission":"comment-%016d","lang":"vi","service":"lltp","answers":{"overall":2,"comment":%q}}`, n, text)
	if got := r.postJSON("/q/7K3M9QXA", body); got.status != http.StatusCreated {
		r.t.Fatalf("%d %s", got.status, got.body)
	}
	page, err := r.remarks.Page(context.Background(), remark.Query{Agency: "stp", Range: calendar.Range{From: 0, To: 1 << 20}, Words: text, Hidden: true}, nil, 1)
	must(r.t, err)
	if len(page.Remarks) != 1 {
		r.t.Fatalf("comment %q: %+v", text, page)
	}
	return page.Remarks[0].Ref()
}

func (r *rig) decide(state comment.Check, refs ...remark.Ref) {
	r.t.Helper()
	outcome, err := r.remarks.Decide(context.Background(), "office@x.example", state, "lý do", refs)
	must(r.t, err)
	if outcome.Done != len(refs) {
		r.t.Fatalf("%+v", outcome)
	}
}

func textsOf(doc *goquery.Document) []string {
	var all []string
	doc.Find(".said").Each(func(_ int, s *goquery.Selection) { all = append(all, s.Text()) })
	return all
}

// What the policy hides is on no page and in no file that a leader can open,
// not even as a hit that is counted.
func TestLeaderReadsOnlyWhatThePolicyShows(t *testing.T) {
	for policy, shown := range map[comment.Policy]string{
		comment.AtOnce:       "mở-một được-hiện",
		comment.AfterCheck:   "được-hiện",
		comment.AfterQuarter: "",
	} {
		c := newClient(t)
		c.remarks.Policy = policy
		c.said(1, "mở-một: chờ lâu")
		released, withheld := c.said(2, "được-hiện: chờ lâu"), c.said(3, "bị-cất: chờ lâu")
		c.said(4, "có-dấu-hiệu: hách dịch, vòi vĩnh")
		c.decide(comment.Released, released)
		c.decide(comment.Withheld, withheld)
		c.sessions = map[string]*http.Cookie{}
		for _, word := range []string{"mở-một", "được-hiện", "bị-cất", "có-dấu-hiệu"} {
			wanted := strings.Contains(shown, word)
			for _, query := range []string{"", "?q=cho+lau", "?topic=waiting", "?state=withheld", "?q=hach+dich", "?topic=bribery"} {
				got := c.get("/dashboard/stp/comments"+query, c.as("leader@x.example")...).body
				if strings.Contains(got, word) && !wanted {
					t.Errorf("%s: %q on the page %q", policy, word, query)
				}
			}
			if got := c.get("/dashboard/stp/comments", c.as("leader@x.example")...).body; strings.Contains(got, word) != wanted {
				t.Errorf("%s: %q on the page should be %v", policy, word, wanted)
			}
			if other := c.get("/dashboard/stp", c.as("leader@x.example")...).body; strings.Contains(other, word) {
				t.Errorf("%s: %q on the dashboard", policy, word)
			}
			for _, chart := range []string{"summary", "trend", "levels", "reasons", "counters", "services"} {
				for _, end := range []string{".json", ".csv"} {
					if got := c.get("/dashboard/stp/charts/"+chart+end, c.as("leader@x.example")...).body; strings.Contains(got, word) {
						t.Errorf("%s: %q in %s%s", policy, word, chart, end)
					}
				}
			}
			api := c.call("GET", "/api/v1/responses?period=2026-Q4&agency=stp&comments=1", c.own, "").body
			if want := word == "được-hiện" && policy != comment.AfterQuarter; strings.Contains(api, word) != want {
				t.Errorf("%s: %q in the API should be %v", policy, word, want)
			}
			if bare := c.call("GET", "/api/v1/responses?period=2026-Q4&agency=stp", c.own, "").body; strings.Contains(bare, word) {
				t.Errorf("%s: %q in the API without being asked for", policy, word)
			}
		}
		hidden := c.get("/dashboard/stp/comments?q=hach", c.as("leader@x.example")...).body
		nothing := c.get("/dashboard/stp/comments?q=xyzw", c.as("leader@x.example")...).body
		if diff := cmp.Diff(strings.ReplaceAll(nothing, "xyzw", "hach"), hidden); diff != "" {
			t.Errorf("%s: a search for what is hidden differs from one for nothing:\n%s", policy, diff)
		}
	}
}

// A leader reads comments by month; the office by day, with what was decided.
func TestCommentsPageByRole(t *testing.T) {
	r := newRig(t)
	ref := r.said(1, "Chờ lâu quá")
	r.said(2, "Cán bộ hách dịch với dân")
	r.advance(24 * time.Hour)
	r.said(3, "Hôm nay trả chậm")
	r.decide(comment.Released, ref)
	r.sessions = map[string]*http.Cookie{}
	leader := r.page("leader@x.example", "/dashboard/stp/comments")
	if got := leader.Find(".day h2").Text(); got != "Tháng 11/2026" {
		t.Errorf("the leader's headings %q", got)
	}
	text := leader.Find("main").Text()
	for _, word := range []string{"buổi", "Chiều", "Sáng", "Đã cho hiện", "Chưa xem", "office@x.example", "hách dịch với dân"} {
		if strings.Contains(text, word) {
			t.Errorf("the leader's page says %q", word)
		}
	}
	if leader.Find("select[name=state], .chip").Length() > 0 {
		t.Error("the leader chooses a state, or is told counts below five")
	}
	for _, email := range []string{"office@x.example", "auditor@x.example"} {
		all := r.page(email, "/dashboard/stp/comments")
		if diff := cmp.Diff([]string{"23/11/2026", "22/11/2026"}, all.Find(".day h2").Map(func(_ int, s *goquery.Selection) string { return s.Text() })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", email, diff)
		}
		text := all.Find("main").Text()
		for _, word := range []string{"Cán bộ hách dịch với dân", "Đã cho hiện · cơ quan đọc được", "Chưa xem", "office@x.example, 23/11/2026"} {
			if !strings.Contains(text, word) {
				t.Errorf("%s is not told %q", email, word)
			}
		}
		if got := all.Find(".chip.signal").Length(); got == 0 {
			t.Errorf("%s sees no signal counted", email)
		}
		if got := textsOf(r.page(email, "/dashboard/stp/comments?state=released")); len(got) != 1 {
			t.Errorf("%s: released %q", email, got)
		}
	}
}

// A leader is told how many comments a topic has from five on.
func TestTopicCountsOfALeader(t *testing.T) {
	r := newRig(t)
	for n := range 5 {
		r.said(n, fmt.Sprint("Xếp hàng số ", n))
		if n > 0 {
			r.said(10+n, fmt.Sprint("Lệ phí cao lần ", n))
		}
	}
	chips := r.page("leader@x.example", "/dashboard/stp/comments").Find(".chip")
	if got := chips.Text(); got != "Chờ tại quầy 5" {
		t.Errorf("chips %q", got)
	}
	link, _ := chips.Attr("href")
	found := r.page("leader@x.example", "/dashboard/stp/comments"+link)
	if got := textsOf(found); len(got) != 5 || !strings.Contains(found.Find("main").Text(), "Tìm thấy 5 ý kiến.") {
		t.Errorf("the chip leads to %q", got)
	}
}

func TestPagesOfComments(t *testing.T) {
	r := newRig(t)
	for n := range 60 {
		r.said(n, fmt.Sprintf("ý kiến số %02d", n))
	}
	for _, email := range []string{"leader@x.example", "office@x.example"} {
		seen := map[string]int{}
		path, pages := "/dashboard/stp/comments?counter=q1", 0
		for path != "" && pages < 5 {
			doc := r.page(email, path)
			for _, text := range textsOf(doc) {
				seen[text]++
			}
			next, _ := doc.Find("main p > a.button").Attr("href")
			path, pages = strings.Replace(next, "?", "/dashboard/stp/comments?", 1), pages+1
			if email == "leader@x.example" && strings.Contains(next, "after=") {
				t.Error("the address of a leader's next page tells a day")
			}
		}
		if len(seen) != 60 || pages != 2 {
			t.Errorf("%s: %d comments on %d pages", email, len(seen), pages)
		}
		for text, times := range seen {
			if times != 1 {
				t.Errorf("%s: %q %d times", email, text, times)
			}
		}
	}
}

func TestCommentQueriesThatAreWrong(t *testing.T) {
	r := newRig(t)
	for _, query := range []string{"q=" + strings.Repeat("a", 101), "q=%ff", "topic=none", "state=lost", "skip=x", "skip=-1", "skip=0"} {
		for email, path := range map[string]string{"leader@x.example": "/dashboard/stp/comments", "office@x.example": "/office/comments"} {
			if got := r.get(path+"?"+query, r.as(email)...).status; got != http.StatusUnprocessableEntity {
				t.Errorf("%s?%s: %d", path, query, got)
			}
		}
	}
	for query, want := range map[string]int{"kind=lost": 422, "after=x": 422, "agency=none": 404, "agency=stp&kind=all&state=&q=ch%E1%BB%9D&topic=bribery": 200} {
		if got := r.get("/office/comments?"+query, r.as("office@x.example")...).status; got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

func TestQueue(t *testing.T) {
	r := newRig(t, func(o *web.Options) { o.Remarks.Policy = comment.AfterCheck })
	r.said(1, "Cán bộ vòi vĩnh phong bì")
	r.advance(time.Hour)
	second, third := r.said(2, "Chờ lâu quá"), r.said(3, "Nhanh gọn")
	doc := r.page("office@x.example", "/office/comments")
	if got := textsOf(doc); len(got) != 3 || got[0] != "Cán bộ vòi vĩnh phong bì" || doc.Find(".queue li").First().Find(".tag.late").Length() == 0 {
		t.Errorf("queue %q", got)
	}
	action, _ := doc.Find("form[method=post][action^='/office/comments/check']").Attr("action")
	post := func(values url.Values) reply { return r.postForm(action, values, r.as("office@x.example")...) }
	for name, values := range map[string]url.Values{
		"nothing chosen": {"decision": {"released"}},
		"no reason":      {"decision": {"withheld"}, "ref": {second.String()}},
		"no decision":    {"ref": {second.String()}},
		"no reference":   {"decision": {"released"}, "ref": {"x"}},
		"another agency": {"decision": {"released"}, "ref": {strings.Replace(second.String(), "/stp/", "/syt/", 1)}},
		"too many":       {"decision": {"released"}, "ref": strings.Split(strings.Repeat(second.String()+" ", 101), " ")[:101]},
	} {
		if got := post(values); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	astray := r.postForm("/office/comments/check?state=nope", url.Values{"decision": {"released"}, "ref": {second.String()}}, r.as("office@x.example")...)
	if astray.status != http.StatusUnprocessableEntity {
		t.Errorf("decided at a bad address: %d", astray.status)
	}
	told := func(values url.Values) string {
		t.Helper()
		got := post(values)
		if got.status != http.StatusSeeOther {
			t.Fatalf("%v: %d", values, got.status)
		}
		return r.page("office@x.example", got.header.Get("Location")).Find(".done, .alert").Text()
	}
	if got := told(url.Values{"decision": {"withheld"}, "ref": {second.String()}, "reason": {"có tên"}}); got != "Đã ghi quyết định về 1 ý kiến." {
		t.Errorf("withheld: %q", got)
	}
	if got := told(url.Values{"decision": {"released"}, "ref": {second.String()}}); !strings.HasPrefix(got, "1 ý kiến đã được người khác quyết định") {
		t.Errorf("as it was read before: %q", got)
	}
	if got := textsOf(r.page("leader@x.example", "/dashboard/stp/comments")); len(got) != 0 {
		t.Errorf("before the release: %q", got)
	}
	rest := r.page("office@x.example", "/office/comments").Find("input[name=shown]").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") })
	if len(rest) != 2 || rest[1] != third.String() {
		t.Errorf("left: %q", rest)
	}
	if got := told(url.Values{"decision": {"released"}, "all": {"1"}, "shown": rest}); got != "Đã ghi quyết định về 2 ý kiến." {
		t.Errorf("all: %q", got)
	}
	if got := textsOf(r.page("leader@x.example", "/dashboard/stp/comments")); len(got) != 2 {
		t.Errorf("after the release: %q", got)
	}
	r.checkCommentTrail(t)
}

// checkCommentTrail holds the log, and the page that shows it, against the
// decisions of TestQueue.
func (r *rig) checkCommentTrail(t *testing.T) {
	t.Helper()
	entries, err := r.trail.Entries(t.Context(), 0, 2)
	must(t, err)
	if entries[0].Action != audit.CommentRelease || entries[0].Detail["count"] != "2" || entries[1].Action != audit.CommentWithhold ||
		entries[1].Detail["reason"] != "có tên" || entries[1].By != "office@x.example" || entries[1].Subject != "stp" {
		t.Errorf("audit log %+v", entries)
	}
	text := r.page("auditor@x.example", "/admin/audit").Find("main").Text()
	for _, word := range []string{"Cho hiện ý kiến", "Không cho hiện ý kiến", "các ý kiến:"} {
		if !strings.Contains(text, word) {
			t.Errorf("the log's page does not say %q", word)
		}
	}
	if strings.Contains(text, "Chờ lâu") {
		t.Error("the log holds a citizen's words")
	}
}

// An auditor reads the queue and has nothing to decide; under a policy that
// shows comments at once it begins with what waits all the same.
// Comments of the same words about one agency are one row, and what is decided
// about it is decided, and noted, about each.
func TestEqualCommentsAreDecidedTogether(t *testing.T) {
	r := newRig(t, func(o *web.Options) { o.Remarks.Policy = comment.AfterCheck })
	for i := range 3 {
		r.said(i+1, "Nhanh gọn")
	}
	r.said(4, "Chờ lâu quá")
	doc := r.page("office@x.example", "/office/comments")
	if got := textsOf(doc); !slices.Contains(got, "Nhanh gọn") || len(got) != 2 {
		t.Fatalf("rows %q", got)
	}
	group := doc.Find(".queue li").FilterFunction(func(_ int, li *goquery.Selection) bool { return li.Find(".said").Text() == "Nhanh gọn" })
	if text := group.Find("summary").Text(); !strings.HasPrefix(text, "3 ý kiến cùng lời này") || group.Find("details li").Length() != 3 {
		t.Errorf("three of them: %q", text)
	}
	if all := doc.Find(".decide .tick").Text(); !strings.Contains(all, "4 ý kiến") {
		t.Errorf("all of the page: %q", all)
	}
	refs := group.Find("input[name=ref]").AttrOr("value", "")
	got := r.postForm("/office/comments/check", url.Values{"decision": {"released"}, "ref": {refs}}, r.as("office@x.example")...)
	if done := r.page("office@x.example", got.header.Get("Location")).Find(".done").Text(); done != "Đã ghi quyết định về 3 ý kiến." {
		t.Errorf("decided: %d, %q", got.status, done)
	}
	if shown := textsOf(r.page("leader@x.example", "/dashboard/stp/comments")); len(shown) != 3 {
		t.Errorf("the leader reads %q", shown)
	}
}

func TestQueueOfAnAuditor(t *testing.T) {
	r := newRig(t)
	r.said(1, "Chờ lâu quá")
	r.said(2, "Cán bộ vòi vĩnh phong bì")
	doc := r.page("auditor@x.example", "/office/comments")
	if got := textsOf(doc); len(got) != 1 || got[0] != "Cán bộ vòi vĩnh phong bì" {
		t.Errorf("queue %q", got)
	}
	if doc.Find("main form[method=post], main input[type=checkbox]").Length() > 0 {
		t.Error("the auditor may decide")
	}
	if got := textsOf(r.page("auditor@x.example", "/office/comments?kind=all")); len(got) != 2 {
		t.Errorf("all %q", got)
	}
	if got := textsOf(r.page("auditor@x.example", "/office/comments?state=withheld")); len(got) != 0 {
		t.Errorf("withheld %q", got)
	}
}
