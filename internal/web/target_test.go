package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hailong/internal/rating"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

const targetsOfSTP = "/dashboard/stp/targets"

// file fills in the form for a report as the leader of Sở Tư pháp.
func (r *rig) file(report, period string, change url.Values) reply {
	r.t.Helper()
	doc := r.page("leader@x.example", targetsOfSTP+"?year="+period[:4]+"&report="+report+"&period="+period)
	return r.send("leader@x.example", doc, `form[action*="/targets?"]`, change)
}

func (r *rig) filings() []rating.Filing {
	r.t.Helper()
	p, err := r.annual.Programme(2026)
	must(r.t, err)
	filings, err := r.annual.Filings(r.t.Context(), p, "db-stp")
	must(r.t, err)
	return filings
}

func TestReportOnTargets(t *testing.T) {
	r := newRig(t)
	r.advance(-20 * 24 * time.Hour) // 2 November
	doc := r.page("leader@x.example", targetsOfSTP)
	if got := text(doc, ".duties"); !strings.Contains(got, "Báo cáo quý: Quý I/2026 hạn 10/04/2026 quá hạn 206 ngày Lập báo cáo") || !strings.Contains(got, "Báo cáo quý: Quý IV/2026 hạn 10/01/2027 chưa đến hạn Lập báo cáo") {
		t.Errorf("duties: %s", got)
	}
	if got := text(doc, "#bao-cao h2"); got != "Báo cáo quý: Quý I/2026" {
		t.Errorf("the form is for %q", got)
	}
	got := r.file("quy", "2026-Q3", one("stage.thu-tuc", "hoan_thanh", "value.thu-tuc", "97,5 %", "evidence.thu-tuc", "Báo cáo số 5", "stage.bo-may", "dang_thuc_hien", "value.bo-may", "40.25"))
	if got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, text(document(t, got), ".alert"))
	}
	filings := r.filings()
	want := []rating.Progress{
		{Target: "quan-triet", Stage: rating.NotStarted}, {Target: "thu-tuc", Stage: rating.Done, Value: value(97.5), Evidence: "Báo cáo số 5"},
		{Target: "bo-may", Stage: rating.Underway, Value: value(40.25)}, {Target: "can-bo", Stage: rating.NotStarted},
		{Target: "tai-chinh", Stage: rating.NotStarted}, {Target: "tieu-chi", Stage: rating.NotStarted},
	}
	if len(filings) != 1 {
		t.Fatalf("%d reports", len(filings))
	}
	if diff := cmp.Diff(want, filings[0].Progress); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	office := r.page("office@x.example", "/office/targets/db-stp?year=2026")
	for _, want := range []string{"nộp 02/11/2026, chậm 23 ngày", "hoàn thành 97,50% Báo cáo số 5", "đang thực hiện 40,25%", "chưa triển khai 4 chỉ tiêu (số 1, 4, 5, 6)"} {
		if !strings.Contains(text(office, "main"), want) {
			t.Errorf("the office does not read %q: %s", want, text(office, "main"))
		}
	}
	// The next report begins with what the last one said.
	next := r.page("leader@x.example", targetsOfSTP+"?report=quy&period=2026-Q4")
	if got := next.Find("#evidence-thu-tuc").AttrOr("value", ""); got != "Báo cáo số 5" {
		t.Errorf("the next report begins with %q", got)
	}
	if got := text(next, "#bao-cao .caution"); got != "Đã chép từ Báo cáo quý: Quý III/2026, xin cập nhật từng mục." {
		t.Errorf("it says %q of where that comes from", got)
	}
	if got := r.file("quy", "2026-Q3", one("stage.quan-triet", "dang_thuc_hien")); got.status != http.StatusSeeOther || len(r.filings()) != 2 {
		t.Errorf("another version: %d, %d versions", got.status, len(r.filings()))
	}
	if got := text(r.page("auditor@x.example", "/office/targets/db-stp"), "main"); !strings.Contains(got, "Đã nộp nhiều lần: 02/11/2026, 02/11/2026") {
		t.Errorf("versions: %s", got)
	}
}

func value(x float64) *float64 { return &x }

func TestRefusedReports(t *testing.T) {
	r := newRig(t)
	for name, c := range map[string]struct {
		fields url.Values
		want   string
	}{
		"long evidence":  {one("stage.bo-may", "hoan_thanh", "evidence.bo-may", strings.Repeat("á", 501)), "dài quá 500 ký tự"},
		"no evidence":    {one("stage.bo-may", "hoan_thanh"), "cần ghi minh chứng"},
		"above":          {one("value.bo-may", "100,01"), "từ 0 đến 100"},
		"negative":       {one("value.bo-may", "-5"), "từ 0 đến 100"},
		"three decimals": {one("value.bo-may", "5,555"), "từ 0 đến 100"},
		"stage":          {one("stage.bo-may", "xong"), "Xin chọn chưa triển khai"},
	} {
		t.Run(name, func(t *testing.T) {
			c.fields.Set("evidence.can-bo", "Kế hoạch 12")
			got := r.file("quy", "2026-Q3", c.fields)
			doc := document(t, got)
			if wrong := text(doc, "#t-bo-may .wrong"); got.status != 422 || !strings.Contains(wrong, c.want) {
				t.Errorf("%d %q", got.status, wrong)
			}
			if doc.Find("#evidence-can-bo").AttrOr("value", "") != "Kế hoạch 12" {
				t.Error("what was typed is lost")
			}
			if want := c.fields.Get("value.bo-may"); doc.Find("#value-bo-may").AttrOr("value", "") != want {
				t.Errorf("the value is now %q", doc.Find("#value-bo-may").AttrOr("value", ""))
			}
			if doc.Find(`a[href="#t-bo-may"]`).Length() != 1 || doc.Find("#t-bo-may").Length() != 1 {
				t.Error("the fault leads nowhere")
			}
		})
	}
	form := func(report, period string) url.Values {
		values := one("report", report, "period", period)
		for _, id := range []string{"quan-triet", "thu-tuc", "bo-may", "can-bo", "tai-chinh", "tieu-chi"} {
			values.Set("stage."+id, "chua_trien_khai")
		}
		return values
	}
	for _, c := range []struct{ report, period, want string }{
		{"thang", "2026-Q3", "Không có loại báo cáo này"}, {"quy", "2026-H1", "Không có loại báo cáo này"}, {"quy", "", "Không có loại báo cáo này"},
		{"quy", "2027-Q1", "chưa bắt đầu"},
	} {
		got := r.postForm(targetsOfSTP, form(c.report, c.period), r.as("leader@x.example")...)
		if got.status != 422 || !strings.Contains(text(document(t, got), ".alert"), c.want) {
			t.Errorf("%s on %s: %d %q", c.report, c.period, got.status, text(document(t, got), ".alert"))
		}
	}
	if got := r.postForm("/dashboard/syt/targets", form("quy", "2026-Q3"), r.as("other@x.example")...); got.status != 422 {
		t.Errorf("a report of nobody: %d", got.status)
	}
	if got := r.filings(); len(got) != 0 {
		t.Errorf("something was handed in: %+v", got)
	}
}

func TestTargetsOfAll(t *testing.T) {
	r := newRig(t)
	for _, quarter := range []string{"2026-Q1", "2026-Q2"} {
		all := url.Values{}
		for _, id := range []string{"quan-triet", "thu-tuc", "bo-may", "can-bo", "tai-chinh", "tieu-chi"} {
			all.Set("stage."+id, "dang_thuc_hien")
		}
		if got := r.file("quy", quarter, all); got.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", quarter, got.status)
		}
	}
	doc := r.page("auditor@x.example", "/office/targets")
	if got := text(doc, "main"); !strings.Contains(got, "Đã nộp 2 trên 7 báo cáo của năm; 2 báo cáo quá hạn; 1 tổ chức cần") || !strings.Contains(got, "Hai kỳ liên tiếp nộp chậm: Báo cáo quý.") {
		t.Errorf("%s", got)
	}
	var cells []string
	doc.Find(".matrix tbody td").Each(func(_ int, cell *goquery.Selection) {
		cells = append(cells, strings.Join(words(cell), " "))
	})
	want := []string{
		"Hai kỳ liên tiếp nộp chậm: Báo cáo quý. Hai kỳ liên tiếp nộp chậm: Báo cáo 6 tháng.",
		"nộp 22/11/2026, chậm 226 ngày", "nộp 22/11/2026, chậm 135 ngày", "quá hạn 130 ngày", "quá hạn 43 ngày",
		"chưa đến hạn", "chưa đến hạn", "chưa đến hạn",
	}
	if diff := cmp.Diff(want, cells); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for path, want := range map[string]int{"/office/targets?year=2011": 404, "/office/targets?year=2027": 422, "/office/targets?year=x": 422, "/office/targets/db-xyz": 404, "/office/targets?year=2012": 200} {
		if got := r.get(path, r.as("office@x.example")...).status; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// Whoever has something to report is reminded where the day begins.
func TestReminders(t *testing.T) {
	r := newRig(t)
	if got := text(r.page("leader@x.example", "/dashboard/stp"), ".remind"); got != "Năm 2026: 4 báo cáo chỉ tiêu quá hạn trong năm nay. Năm 2025: 3 báo cáo chỉ tiêu quá hạn trong năm nay." {
		t.Errorf("the leader reads %q", got)
	}
	if got := text(r.page("office@x.example", "/office"), ".remind"); got != "Năm 2026: 1 tổ chức đảng có báo cáo chỉ tiêu quá hạn trong năm nay. Năm 2025: 1 tổ chức đảng có báo cáo chỉ tiêu quá hạn trong năm nay." {
		t.Errorf("the office reads %q", got)
	}
	for _, link := range r.page("leader@x.example", "/dashboard/stp").Find(".remind a").EachIter() {
		page := r.page("leader@x.example", link.AttrOr("href", ""))
		late := page.Find(".duties li").FilterFunction(func(_ int, duty *goquery.Selection) bool {
			return duty.Find(".tag.late").Length() == 1 && strings.Contains(duty.Find(".muted").Text(), "/2026")
		})
		if n := late.Length(); !strings.Contains(link.Text(), fmt.Sprint(": ", n, " báo cáo")) {
			t.Errorf("%q leads to a page with %d reports that became late this year", link.Text(), n)
		}
	}
	for _, c := range []struct{ email, path string }{{"other@x.example", "/dashboard/syt"}, {"office@x.example", "/dashboard/stp"}} {
		if got := text(r.page(c.email, c.path), ".remind"); got != "" {
			t.Errorf("%s reads %q", c.email, got)
		}
	}
	// Three of them are about last year and were due in January.
	for _, report := range [][2]string{{"quy", "2025-Q4"}, {"cuoi-nam", "2025"}, {"hang-nam", "2025"}, {"quy", "2026-Q1"}, {"quy", "2026-Q2"}, {"quy", "2026-Q3"}, {"sau-thang", "2026-H1"}} {
		r.file(report[0], report[1], nil)
	}
	if got := r.page("leader@x.example", "/dashboard/stp").Find(".remind").Length(); got != 0 {
		t.Error("everything is there, and the leader is still reminded")
	}
	r.advance(45 * 24 * time.Hour) // 6 January: the quarter and the year's end are due soon
	r.sessions = map[string]*http.Cookie{}
	if got := text(r.page("leader@x.example", "/dashboard/stp"), ".remind"); got != "Năm 2026: 2 báo cáo chỉ tiêu sắp đến hạn." {
		t.Errorf("in January the leader reads %q", got)
	}
}
