package web_test

import (
	"context"
	"encoding/binary"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/survey"

	"github.com/PuerkitoBio/goquery"
)

// holdSome stores answers of a day that were held.
func (r *rig) holdSome(n int, agency string, day calendar.Day) {
	r.t.Helper()
	batch := make([]response.Response, n)
	for i := range batch {
		batch[i] = response.Response{Day: day, Shift: calendar.Morning, Agency: agency, Counter: "q1", Channel: response.QR, Lang: "vi",
			Form: survey.Ref{ID: "mot-cua", Version: 1}, Answers: []survey.Answer{{Question: "overall", Values: []string{"5"}}, {Question: "comment", Text: "bí mật của tôi"}},
			Verdict: response.Verdict{Held: true, Reasons: []string{"burst", "same_device"}}}
		binary.BigEndian.PutUint32(batch[i].ID[:], uint32(int(agency[1])*10_000+100*int(day)+i)*2654435761)
	}
	_, err := r.ledger.Add(context.Background(), batch)
	must(r.t, err)
}

// refs are the groups that the queue offers to decide about.
func (r *rig) refs(email, query string) []string {
	r.t.Helper()
	var refs []string
	for _, box := range page(r.t, r.get("/office/review"+query, r.as(email)...)).Find("input[name=group]").EachIter() {
		refs = append(refs, box.AttrOr("value", ""))
	}
	return refs
}

func (r *rig) decideAs(email, act, reason string, refs []string) reply {
	r.t.Helper()
	return r.postForm("/office/review/decide", url.Values{"act": {act}, "reason": {reason}, "group": refs}, r.as(email)...)
}

// TestReviewPages takes held answers through the pages: what is shown, who may
// do what, and what the counts are afterwards.
func TestReviewPages(t *testing.T) {
	r := newRig(t)
	day := calendar.Date(2026, 11, 10)
	r.holdSome(3, "stp", day)
	r.holdSome(2, "syt", day)
	must(t, r.ledger.Seal(t.Context(), nil))
	got := r.get("/office/review", r.as("review@x.example")...)
	for _, want := range []string{"Sở Tư pháp", "Quầy 1", "3 phiếu", "Một máy gửi nhiều lần", "Cùng một điện thoại", "Rất hài lòng"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the queue does not say %q", want)
		}
	}
	if strings.Contains(got.body, "bí mật") || strings.Contains(got.body, "<script>alert") {
		t.Error("the queue shows words of a citizen, or lets markup through")
	}
	all := r.refs("review@x.example", "")
	if len(all) != 2 {
		t.Fatalf("%d groups", len(all))
	}
	stp := r.refs("review@x.example", "?agency=stp")
	if got := r.decideAs("review@x.example", "propose", "một máy", stp); got.status != http.StatusSeeOther || !strings.Contains(got.header.Get("Location"), "done=3&changed=0&act=propose") {
		t.Fatalf("propose: %d %s", got.status, got.header.Get("Location"))
	}
	told := func(email, query string) string {
		doc := page(t, r.get("/office/review"+query, r.as(email)...))
		return text(doc, ".done") + text(doc, "p.note:not(.head p)")
	}
	if want := "Đã đề nghị loại 3 phiếu; chờ người duyệt thứ hai."; told("review@x.example", "?done=3&changed=0&act=propose") != want || told("review@x.example", "?done=3&act=x") != "" {
		t.Errorf("after the proposal it says %q, want %q", told("review@x.example", "?done=3&changed=0&act=propose"), want)
	}
	if !strings.Contains(told("auditor@x.example", ""), "Chỉ người thẩm định quyết định") || !strings.Contains(told("review@x.example", "?stage="), "xin chọn một tình trạng") {
		t.Error("who may not decide is not told why")
	}
	proposed := r.refs("second@x.example", "?stage=proposed")
	if own := r.refs("review@x.example", "?stage=proposed"); !slices.Equal(own, proposed) {
		t.Errorf("who proposed is offered %v, another one %v", own, proposed)
	}
	if body := r.get("/office/review?stage=proposed", r.as("review@x.example")...).body; !strings.Contains(body, "có thể rút lại đề nghị") {
		t.Error("it is not told whose proposal it is")
	}
	if got := r.decideAs("review@x.example", "confirm", "chắc", proposed); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "phải khác người đề nghị") {
		t.Errorf("confirmed by who proposed: %d", got.status)
	}
	if got := r.decideAs("second@x.example", "confirm", "đúng vậy", proposed); got.status != http.StatusSeeOther {
		t.Errorf("confirm: %d\n%s", got.status, got.body)
	}
	if got := r.counted("stp"); got != [3]int64{0, 0, 3} {
		t.Errorf("counted, held, excluded: %v", got)
	}
	if got := r.decideAs("second@x.example", "confirm", "lần nữa", proposed); !strings.Contains(got.header.Get("Location"), "changed=1") {
		t.Errorf("confirmed again: %d %s", got.status, got.header.Get("Location"))
	}
	if !strings.Contains(r.get("/office/review?stage=excluded", r.as("auditor@x.example")...).body, "second@x.example xác nhận loại") {
		t.Error("the page does not say who confirmed")
	}
	if got := r.decideAs("second@x.example", "reverse", "nhầm", r.refs("second@x.example", "?stage=excluded")); got.status != http.StatusSeeOther {
		t.Errorf("the exclusion is not taken back: %d", got.status)
	}
	r.decideAs("review@x.example", "propose", "lại", r.refs("review@x.example", "?agency=stp"))
	if got := r.decideAs("review@x.example", "reverse", "rút", r.refs("review@x.example", "?stage=proposed")); got.status != http.StatusSeeOther || !strings.Contains(got.header.Get("Location"), "done=3") {
		t.Errorf("the own proposal is not taken back: %d %s", got.status, got.header.Get("Location"))
	}
	if got := r.refs("review@x.example", ""); len(got) != 2 {
		t.Errorf("%d groups wait after all was taken back", len(got))
	}
}

// TestChecksPage shows nothing as held by a check that only notes.
func TestChecksPage(t *testing.T) {
	r := newRig(t)
	r.holdSome(3, "stp", calendar.Date(2026, 11, 10))
	r.decideAs("review@x.example", "release", "thật", r.refs("review@x.example", ""))
	rows := page(t, r.get("/office/review/checks", r.as("office@x.example")...)).Find("tbody tr")
	row := func(name string) (cells []string) {
		for _, cell := range rows.FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.HasPrefix(s.Text(), name) }).Find("td").EachIter() {
			cells = append(cells, cell.Text())
		}
		return cells
	}
	if got, want := row("Dồn dập bất thường"), []string{"3", "–", "–", "–", "–", "–"}; !slices.Equal(got, want) {
		t.Errorf("a check that only notes: %q, want %q", got, want)
	}
	if got, want := row("Một máy gửi nhiều lần"), []string{"0", "3", "0", "3", "0", "100,00%"}; !slices.Equal(got, want) {
		t.Errorf("a check that holds: %q, want %q", got, want)
	}
	checks := rows.First().Text()
	if !strings.Contains(checks, "Một máy gửi nhiều lần") || !strings.Contains(checks, "giữ lại từ: 3") {
		t.Errorf("checks: %q", checks)
	}
}

func (r *rig) counted(agency string) (n [3]int64) {
	r.t.Helper()
	got, err := r.ledger.Read(context.Background(), []string{agency}, calendar.Range{From: calendar.Date(2026, 1, 1), To: calendar.Date(2026, 12, 31)})
	must(r.t, err)
	for _, c := range got[agency].Total() {
		n[0], n[1], n[2] = n[0]+c.N, n[1]+c.Held, n[2]+c.Excluded
	}
	return n
}

// TestReviewRefusals lists what is not decided.
func TestReviewRefusals(t *testing.T) {
	r := newRig(t)
	r.holdSome(3, "stp", calendar.Date(2026, 11, 10))
	refs := r.refs("review@x.example", "")
	if got := r.refs("stp@x.example", ""); len(got) != 0 {
		t.Errorf("a reviewer is offered the own agency: %v", got)
	}
	if got := r.refs("office@x.example", ""); len(got) != 0 {
		t.Errorf("the office is offered to decide: %v", got)
	}
	for name, c := range map[string]struct {
		email, act, reason string
		refs               []string
		status             int
		says               string
	}{
		"own agency":   {"stp@x.example", "release", "x", refs, 422, "cơ quan mình"},
		"no reason":    {"review@x.example", "release", " ", refs, 422, "Xin ghi lý do"},
		"no group":     {"review@x.example", "release", "x", nil, 422, "ít nhất một nhóm"},
		"bad group":    {"review@x.example", "release", "x", []string{"../../etc"}, 422, "Không đọc được"},
		"another act":  {"review@x.example", "erase", "x", refs, 422, "không làm được"},
		"the office":   {"office@x.example", "release", "x", refs, 403, ""},
		"an auditor":   {"auditor@x.example", "release", "x", refs, 403, ""},
		"a leader":     {"leader@x.example", "release", "x", refs, 403, ""},
		"other agency": {"review@x.example", "release", "x", []string{strings.Replace(refs[0], "/stp/", "/syt/", 1)}, 303, ""},
	} {
		got := r.decideAs(c.email, c.act, c.reason, c.refs)
		if got.status != c.status || !strings.Contains(got.body, c.says) {
			t.Errorf("%s: %d, says %q: %v", name, got.status, c.says, strings.Contains(got.body, c.says))
		}
	}
	for _, query := range []string{"?stage=all", "?check=nope", "?agency=nope", "?from=x"} {
		got := r.postForm("/office/review/decide"+query, url.Values{"act": {"release"}, "reason": {"x"}, "group": refs}, r.as("review@x.example")...)
		if got.status != 422 && got.status != 404 {
			t.Errorf("decided at %s: %d", query, got.status)
		}
	}
	if got := r.counted("stp"); got != [3]int64{0, 3, 0} {
		t.Errorf("counts %v", got)
	}
	for _, query := range []string{"?stage=nope", "?check=nope", "?agency=nope", "?from=x"} {
		if got := r.get("/office/review"+query, r.as("review@x.example")...); got.status != 422 && got.status != 404 {
			t.Errorf("%s: %d", query, got.status)
		}
	}
}

// TestReviewOfAFrozenDay says why nothing can be decided any more.
func TestReviewOfAFrozenDay(t *testing.T) {
	r := newRig(t)
	r.holdSome(1, "stp", calendar.Date(2026, 10, 5))
	must(t, r.ledger.Seal(t.Context(), nil))
	refs := r.refs("review@x.example", "")
	if got := r.postForm("/office/periods/2026-10/close", url.Values{"why": {"hết tháng"}}, r.as("office@x.example")...); got.status != http.StatusSeeOther {
		t.Fatalf("close: %d\n%s", got.status, got.body)
	}
	if got := r.decideAs("review@x.example", "release", "x", refs); got.status != 422 || !strings.Contains(got.body, "2026-10 đã khóa số liệu") {
		t.Errorf("a frozen day: %d", got.status)
	}
}

// TestInsiderPage shows sentences with numbers.
func TestInsiderPage(t *testing.T) {
	r := newRig(t)
	r.holdSome(3, "stp", calendar.Date(2026, 11, 10))
	got := r.get("/office/insider", r.as("auditor@x.example")...)
	if got.status != http.StatusOK || !strings.Contains(got.body, "không kết luận ai làm sai") || !strings.Contains(got.body, "Quét mã QR") && !strings.Contains(got.body, "chiếm 100,0%") {
		t.Errorf("%d\n%s", got.status, got.body)
	}
	if looked, folded := strings.Index(got.body, "điểm cần xem"), strings.Index(got.body, "số liệu khác, không vượt ngưỡng"); folded < looked {
		t.Errorf("figures as usual stand before those to look at: %d, %d", folded, looked)
	}
}
