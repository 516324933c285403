package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hailong/internal/annual"
	"hailong/internal/rating"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

const (
	sheetOfSTP = "/office/ratings/2026/db-stp"
	ownOfSTP   = "/dashboard/stp/rating"
)

// Own score, verified score and conclusion go through the pages, and everybody
// sees who entered what, when and why.
func TestSheetGoesRound(t *testing.T) {
	r := newRig(t)
	if got := r.score(one("self.kiem-tra", "4,5", "self.cchc-thu-tuc", "1.85")); got.status != http.StatusSeeOther {
		t.Fatalf("own score: %d\n%s", got.status, text(document(t, got), ".alert"))
	}
	if got := r.line("kiem-tra"); *got.Self != 4.5 || got.SelfBy != "leader@x.example" {
		t.Errorf("own score %+v", got.Entry)
	}
	if got := r.line("cchc-thu-tuc"); *got.Self != 1.85 {
		t.Errorf("a point in a number: %+v", got.Entry)
	}
	got := r.verify(one("verified.kiem-tra", "4", "reason.kiem-tra", "Thiếu biên bản", "verified.cchc-thu-tuc", "1,85", "na.cchc-bo-may", "1", "reason.cchc-bo-may", "Không có bộ máy riêng"))
	if got.status != http.StatusSeeOther {
		t.Fatalf("verified: %d\n%s", got.status, text(document(t, got), ".alert"))
	}
	doc := r.page("auditor@x.example", got.header.Get("Location"))
	for place, want := range map[string][]string{
		"#c-kiem-tra":     {"tự chấm: leader@x.example, 10:00 22/11/2026", "thẩm định: office@x.example, 10:00 22/11/2026", "Thiếu biên bản", "4,00 / 5"},
		"#c-cchc-thu-tuc": {"1,85 / 2"},
		"#c-cchc-bo-may":  {"không phát sinh TTHC", "Không có bộ máy riêng"},
		".done":           {"Đã ghi."},
	} {
		for _, part := range want {
			if !strings.Contains(text(doc, place), part) {
				t.Errorf("%s does not say %q: %s", place, part, text(doc, place))
			}
		}
	}
	if doc.Find("form[method=post]").Not(`[action="/logout"]`).Length() != 0 {
		t.Error("an auditor has a form")
	}
	if r.line("kiem-tra").SelfBy != "leader@x.example" || r.line("cchc-bo-may").Status != rating.NotApplicable {
		t.Error("the office's form changed more than it should")
	}
	if got := r.verify(one("verified.kiem-tra", "", "reason.kiem-tra", "Thiếu biên bản")); got.status != http.StatusSeeOther {
		t.Errorf("taken back: %d", got.status)
	}
	if got := r.line("kiem-tra"); got.Verified != nil || got.Reason != "" || *got.Self != 4.5 {
		t.Errorf("taken back: %+v", got.Entry)
	}
}

func TestConclusionOnThePage(t *testing.T) {
	r := newRig(t)
	if got := r.conclude(nil); got.status != 422 || !strings.Contains(got.body, "Xin chọn một mức") {
		t.Errorf("no level: %d", got.status)
	}
	if got := r.conclude(one("level", "gioi", "reason", "Họp ngày 20/11")); got.status != 422 || !strings.Contains(got.body, `value="Họp ngày 20/11"`) {
		t.Errorf("unknown level: %d; what was typed is lost", got.status)
	}
	must(t, r.annual.Verify(t.Context(), annual.Place{Year: 2026, Whom: "db-stp", Criterion: "kiem-tra"}, annual.Verified{Value: new(float64)}, "x"))
	old := r.page("office@x.example", sheetOfSTP)
	if got := r.conclude(one("level", "tot", "reason", "Kết luận 12-KL/ĐUK")); got.status != http.StatusSeeOther {
		t.Fatalf("conclude: %d", got.status)
	}
	leader := r.page("leader@x.example", ownOfSTP)
	if got := text(leader, "#conclusion"); !strings.Contains(got, "Hoàn thành tốt nhiệm vụ") || !strings.Contains(got, "Kết luận 12-KL/ĐUK") || !strings.Contains(got, "office@x.example") {
		t.Errorf("the leader reads %q", got)
	}
	if leader.Find("input[name^='self.']").Length() != 0 {
		t.Error("the leader can still enter scores")
	}
	got := r.send("office@x.example", old, `form[action*="/verify"]`, one("verified.kiem-tra", "3"))
	if got.status != 422 || !strings.Contains(got.body, "Cấp ủy đã kết luận") {
		t.Errorf("verified after the conclusion: %d", got.status)
	}
	if got := r.send("office@x.example", old, `form[action*="/conclude"]`, one("level", "khong")); got.status != 422 || !strings.Contains(got.body, "Cấp ủy đã kết luận") {
		t.Errorf("concluded again from an old page: %d", got.status)
	}
	if got := r.conclude(one("reason", "Nhầm")); got.status != http.StatusSeeOther {
		t.Errorf("taken back: %d", got.status)
	}
	if got := text(r.page("leader@x.example", ownOfSTP), "#conclusion"); !strings.Contains(got, "Chưa có kết luận") {
		t.Errorf("after taking back: %q", got)
	}
}

// Each fault comes back as one sentence at its criterion, nothing is entered,
// and what was typed is still there.
func TestRefusedEntries(t *testing.T) {
	r := newRig(t)
	if got := r.score(one("self.kiem-tra", "4")); got.status != http.StatusSeeOther {
		t.Fatal(got.status)
	}
	for name, c := range map[string]struct {
		fields url.Values
		want   string
	}{
		"above":            {one("verified.kiem-tra", "5,01", "reason.kiem-tra", "x"), "Điểm phải từ 0 đến 5."},
		"negative":         {one("verified.kiem-tra", "-1"), "nhiều nhất hai chữ số lẻ"},
		"three decimals":   {one("verified.kiem-tra", "1,855"), "nhiều nhất hai chữ số lẻ"},
		"exponent":         {one("verified.kiem-tra", "1e0"), "nhiều nhất hai chữ số lẻ"},
		"word":             {one("verified.kiem-tra", "NaN"), "nhiều nhất hai chữ số lẻ"},
		"both separators":  {one("verified.kiem-tra", "1.000,5"), "nhiều nhất hai chữ số lẻ"},
		"no reason":        {one("verified.kiem-tra", "3"), "Xin ghi lý do"},
		"blank reason":     {one("verified.kiem-tra", "3", "reason.kiem-tra", "  "), "Xin ghi lý do"},
		"reason alone":     {one("reason.kiem-tra", "Chưa xem"), "Lý do phải đi cùng điểm"},
		"n/a, no reason":   {one("na.kiem-tra", "1"), "Xin ghi lý do"},
		"long reason":      {one("verified.kiem-tra", "3", "reason.kiem-tra", strings.Repeat("á", 501)), "dài quá 500 ký tự"},
		"n/a with a value": {one("na.kiem-tra", "1", "verified.kiem-tra", "4", "reason.kiem-tra", "x"), "thì không có điểm"},
	} {
		t.Run(name, func(t *testing.T) {
			c.fields.Set("verified.nhiem-vu", "30")
			got := r.verify(c.fields)
			doc := document(t, got)
			if wrong := text(doc, "#c-kiem-tra .wrong"); got.status != 422 || !strings.Contains(wrong, c.want) {
				t.Errorf("%d %q, want %q", got.status, wrong, c.want)
			}
			if at := doc.Find(".alert a").AttrOr("href", ""); at != "#c-kiem-tra" || doc.Find(at).Length() != 1 {
				t.Errorf("the fault leads to %q", at)
			}
			for field, values := range c.fields {
				input := doc.Find(`[name="` + field + `"]`)
				if _, checked := input.Attr("checked"); input.AttrOr("value", "") != strings.TrimSpace(values[0]) || strings.HasPrefix(field, "na.") && !checked {
					t.Errorf("%s is now %q", field, input.AttrOr("value", ""))
				}
			}
			if r.line("kiem-tra").Verified != nil || r.line("nhiem-vu").Verified != nil {
				t.Error("something was entered")
			}
		})
	}
	if got := r.verify(one("verified.kiem-tra", "3", "reason.kiem-tra", strings.Repeat("á", 500))); got.status != http.StatusSeeOther {
		t.Errorf("a reason of 500 characters: %d", got.status)
	}
	if got := r.verify(one("verified.kiem-tra", "", "reason.kiem-tra", "")); got.status != http.StatusSeeOther {
		t.Errorf("taken back: %d", got.status)
	}
	if got := r.conclude(one("level", "tot", "reason", strings.Repeat("á", 501))); got.status != 422 || !strings.Contains(got.body, "dài quá 500 ký tự") {
		t.Errorf("a conclusion with a long reason: %d", got.status)
	}
	if got := r.score(one("self.kiem-tra", "6")); got.status != 422 || text(document(t, got), "#c-kiem-tra .wrong") != "Điểm phải từ 0 đến 5." {
		t.Errorf("own score above: %d", got.status)
	}
	if got := document(t, r.score(one("self.kiem-tra", "6"))).Find("#self-kiem-tra").AttrOr("value", ""); got != "6" {
		t.Errorf("the own score is now %q", got)
	}
}

// A page that is older than what is stored overwrites nothing that it touches
// and leaves alone what it does not.
func TestOldPages(t *testing.T) {
	r := newRig(t)
	old := r.page("office@x.example", sheetOfSTP)
	oldOwn := r.page("leader@x.example", ownOfSTP)
	if got := r.score(one("self.kiem-tra", "4", "self.nhiem-vu", "30")); got.status != http.StatusSeeOther {
		t.Fatal(got.status)
	}
	got := r.send("office@x.example", old, `form[action*="/verify"]`, one("verified.kiem-tra", "3"))
	if got.status != 422 || !strings.Contains(text(document(t, got), "#c-kiem-tra .wrong"), "Người khác vừa thay đổi") {
		t.Errorf("verified what the page did not show: %d", got.status)
	}
	got = r.send("leader@x.example", oldOwn, `form[action*="/rating?"][method=post]`, one("self.xay-dung-dang", "10"))
	if got.status != http.StatusSeeOther || *r.line("nhiem-vu").Self != 30 || *r.line("xay-dung-dang").Self != 10 {
		t.Errorf("another criterion from an old page: %d, %v", got.status, r.line("nhiem-vu").Self)
	}
	got = r.send("leader@x.example", oldOwn, `form[action*="/rating?"][method=post]`, one("self.nhiem-vu", "20"))
	if got.status != 422 || *r.line("nhiem-vu").Self != 30 {
		t.Errorf("the same criterion from an old page: %d, %v", got.status, r.line("nhiem-vu").Self)
	}
	if got := r.verify(one("verified.nhiem-vu", "30")); got.status != http.StatusSeeOther {
		t.Fatal(got.status)
	}
	got = r.send("leader@x.example", oldOwn, `form[action*="/rating?"][method=post]`, one("was.nhiem-vu", "30|30|false|", "self.nhiem-vu", "35"))
	if got.status != 422 || !strings.Contains(got.body, "đã được thẩm định") {
		t.Errorf("own score after the office: %d", got.status)
	}
}

// From the points of an index a reader finds the counts behind them.
func TestDrillDown(t *testing.T) {
	r := newRig(t)
	r.many(32, 5)
	r.many(8, 2)
	doc := r.page("office@x.example", sheetOfSTP)
	got := text(doc, "#c-cchc")
	for _, want := range []string{
		"4,44 / 5", "Chỉ số hài lòng 80,00% của 40 phiếu", "32 câu trả lời hài lòng trên tổng số 40", "Khoảng tin cậy 95%: 65,24 – 89,50%",
		"chưa đối chiếu văn bản gốc", "Dưới 90%: chỉ số chia 90 rồi nhân 5 điểm áp dụng", "Sở Tư pháp",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the sheet does not say %q: %s", want, got)
		}
	}
	links := map[string]bool{}
	doc.Find("#c-cchc a").Each(func(_ int, a *goquery.Selection) { links[a.AttrOr("href", "")] = true })
	for link := range links {
		if got := r.get(link, r.as("office@x.example")...).status; got != 200 {
			t.Errorf("%s: %d", link, got)
		}
	}
	want := map[string]bool{"/office/periods/2026?method=hai-long-chung": true, "/dashboard/stp?from=2026-01-01&to=2026-12-31&method=hai-long-chung": true}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	own := r.page("leader@x.example", ownOfSTP)
	if got := own.Find(`#c-cchc a[href^="/office"]`).Length(); got != 0 {
		t.Error("the leader has a link that is refused")
	}
}

// So few answers as are hidden show neither index nor counts, and to the agency
// itself not even how many they are.
func TestDrillDownHidesFewAnswers(t *testing.T) {
	r := newRig(t)
	r.many(3, 5)
	if own := text(r.page("leader@x.example", ownOfSTP), "#c-cchc"); !strings.Contains(own, "không có số liệu theo phương pháp này") || strings.Contains(own, "3 phiếu") {
		t.Errorf("the agency's own sheet: %s", own)
	}
	for email, address := range map[string]string{"leader@x.example": ownOfSTP, "office@x.example": sheetOfSTP} {
		if told := text(r.page(email, address), "#veil"); strings.Contains(told, "có thể khác ít nhiều") != (address == ownOfSTP) {
			t.Errorf("%s is told %q", email, told)
		}
	}
	got := text(r.page("office@x.example", sheetOfSTP), "#c-cchc")
	if !strings.Contains(got, "Có 3 phiếu, quá ít") || strings.Contains(got, "câu trả lời hài lòng") || strings.Contains(got, "100,00") {
		t.Errorf("%s", got)
	}
}

func TestTableOfAll(t *testing.T) {
	r := newRig(t)
	if got := r.get("/office/ratings", r.as("office@x.example")...); got.status != 303 || got.header.Get("Location") != "/office/ratings/2026" {
		t.Errorf("%d to %s", got.status, got.header.Get("Location"))
	}
	const soFar = "Tạm tính: mới có 0 trên 1 tổ chức có điểm"
	if got := text(r.page("office@x.example", "/office/ratings/2026"), "main"); !strings.Contains(got, soFar) {
		t.Errorf("nobody has points yet, and the limit is not said to be provisional: %s", got)
	}
	must(t, r.annual.Conclude(t.Context(), 2026, "", "db-stp", "xuat-sac", "", "x"))
	if got := text(r.page("office@x.example", "/office/ratings/2026"), "main"); strings.Contains(got, "Tạm tính: mới") {
		t.Error("all have a level, and the limit is said to be provisional")
	}
	doc := r.page("office@x.example", "/office/ratings/2026")
	if got := text(doc, ".matrix tbody tr"); !strings.Contains(got, "Đảng bộ cơ sở Sở Tư pháp") || !strings.Contains(got, "Hoàn thành xuất sắc nhiệm vụ") {
		t.Errorf("row %q", got)
	}
	// One of one is over every reading of a fifth, rounded down.
	for _, want := range []string{"không quá 20%", "Đã vượt giới hạn", "tất cả tổ chức đã được đánh giá đang dùng 1 0 vượt", "riêng mức Hoàn thành tốt nhiệm vụ 0 0 vượt", "không tự hạ mức", "chưa đối chiếu văn bản gốc", "Năm trước"} {
		if !strings.Contains(text(doc, "main"), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	doc.Find(".matrix tbody a").Each(func(_ int, a *goquery.Selection) {
		if got := r.get(a.AttrOr("href", ""), r.as("office@x.example")...).status; got != 200 {
			t.Errorf("%s: %d", a.AttrOr("href", ""), got)
		}
	})
	if got := r.page("office@x.example", "/office/ratings/2026?rule=nd61-9").Find(".matrix tbody tr").Length(); got != 3 {
		t.Errorf("%d agencies by the rule that rates agencies", got)
	}
}

// The year before is compared where it was rated in the same way.
func TestYearBefore(t *testing.T) {
	r := newRig(t)
	y, err := r.annual.Year(t.Context(), 2025, "tccs-366")
	must(t, err)
	for year, points := range map[int]float64{2025: 1, 2026: 2} {
		for _, c := range y.Rule.Criteria {
			if c.Source == rating.FromEntry {
				value := c.MaxPoints * points / 2
				must(t, r.annual.Verify(t.Context(), annual.Place{Year: year, Rule: "tccs-366", Whom: "db-stp", Criterion: c.ID}, annual.Verified{Value: &value}, "x"))
			}
		}
	}
	if got := text(r.page("leader@x.example", ownOfSTP), ".figures"); !strings.Contains(got, "Năm trước 50,00 +50,00") {
		t.Errorf("the sheet says %q", got)
	}
	if got := text(r.page("office@x.example", "/office/ratings/2026"), ".matrix tbody"); !strings.Contains(got, "tạm tính 100,00 50,00 +50,00 Hoàn thành xuất sắc nhiệm vụ – 10,00 10,00") {
		t.Errorf("the table says %q", got)
	}
	if got := text(r.page("office@x.example", "/office/ratings/2025"), "main"); !strings.Contains(got, "Không so sánh với năm trước: năm trước dùng bộ tiêu chí khác") {
		t.Errorf("2025 says %q", got)
	}
}

func TestAddressesOfRatings(t *testing.T) {
	r := newRig(t)
	for path, want := range map[string]int{
		"/office/ratings/1999": 422, "/office/ratings/2027": 422, "/office/ratings/99999999999999999999": 404, "/office/ratings/x": 404,
		"/office/ratings/2005": 404, "/office/ratings/2026?rule=khong-co": 422, "/office/ratings/2026/db-xyz": 404, "/office/ratings/2026/stp": 404,
		"/office/ratings/2026/stp?rule=nd61-9": 200, "/office/ratings/2012": 200, "/dashboard/stp/rating?year=2027": 422, "/dashboard/stp/rating?year=x": 404,
	} {
		if got := r.get(path, r.as("office@x.example")...).status; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// A leader sees and fills in the sheet of the own party organisation alone.
func TestForeignSheets(t *testing.T) {
	r := newRig(t)
	for _, email := range []string{"other@x.example", "clerk@x.example", "admin@x.example", "review@x.example"} {
		for _, path := range []string{ownOfSTP, "/dashboard/stp/targets"} {
			if got := r.get(path, r.as(email)...).status; got != 404 {
				t.Errorf("GET %s as %s: %d", path, email, got)
			}
			if got := r.postForm(path, one("self.kiem-tra", "1"), r.as(email)...).status; got != 404 {
				t.Errorf("POST %s as %s: %d", path, email, got)
			}
		}
	}
	for _, path := range []string{sheetOfSTP + "/verify", sheetOfSTP + "/conclude"} {
		if got := r.postForm(path, one("verified.kiem-tra", "1", "level", "tot"), r.as("leader@x.example")...).status; got != 403 {
			t.Errorf("POST %s as a leader: %d", path, got)
		}
	}
	if got := r.postForm(ownOfSTP, one("self.kiem-tra", "1"), r.as("office@x.example")...).status; got != 404 {
		t.Errorf("own score by the office: %d", got)
	}
	if got := r.line("kiem-tra"); got.Self != nil || got.Verified != nil || got.Status != rating.Pending {
		t.Errorf("something was entered: %+v", got.Entry)
	}
}

// An agency without a party organisation is told so.
func TestAgencyWithoutPartyOrganisation(t *testing.T) {
	r := newRig(t)
	if got := text(r.page("other@x.example", "/dashboard/syt/rating"), "main"); !strings.Contains(got, "chưa gắn cơ quan này với tổ chức đảng nào") {
		t.Errorf("%s", got)
	}
	if got := r.postForm("/dashboard/syt/rating", one("self.kiem-tra", "1"), r.as("other@x.example")...).status; got != 404 {
		t.Errorf("own score of nobody: %d", got)
	}
	if got := text(r.page("other@x.example", "/dashboard/syt/targets"), "main"); !strings.Contains(got, "không có báo cáo phải nộp") {
		t.Errorf("%s", got)
	}
	// A rule that rates agencies needs none.
	doc := r.page("other@x.example", "/dashboard/syt/rating?rule=nd61-9")
	if got := r.send("other@x.example", doc, `form[action*="/rating?"][method=post]`, one("self.thai-do", "2")); got.status != http.StatusSeeOther {
		t.Errorf("own score of an agency: %d", got.status)
	}
}

func TestRatingsInEnglish(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/office/ratings/2026", sheetOfSTP, ownOfSTP, "/office/targets", "/office/targets/db-stp", "/dashboard/stp/targets"} {
		if got := r.page("office@x.example", path+"?lang=en").Find("html").AttrOr("lang", ""); got != "en" {
			t.Errorf("%s in %q", path, got)
		}
	}
}

// When nothing is left to score, there is no button that does nothing.
func TestNothingLeftToScore(t *testing.T) {
	r := newRig(t)
	y, err := r.annual.Year(t.Context(), 2026, "")
	must(t, err)
	for _, c := range y.Rule.Criteria {
		if c.Source == rating.FromEntry {
			must(t, r.annual.Verify(t.Context(), annual.Place{Year: 2026, Whom: "db-stp", Criterion: c.ID}, annual.Verified{Value: new(float64)}, "x"))
		}
	}
	if got := r.page("leader@x.example", ownOfSTP).Find("main form[method=post]").Length(); got != 0 {
		t.Errorf("%d forms", got)
	}
}
