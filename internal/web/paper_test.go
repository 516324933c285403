package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hailong/internal/period"
	"hailong/internal/response"

	"github.com/PuerkitoBio/goquery"
)

func typed(n int, fields ...string) url.Values {
	values := url.Values{"submission": {fmt.Sprintf("sheet-%016d", n)}, "counter": {"q1"}, "day": {"2026-11-22"}, "shift": {"am"}, "q.overall": {"2"}}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return values
}

func (r *rig) enter(values url.Values) reply {
	return r.postForm("/paper/stp", values, r.as("clerk@x.example")...)
}

func TestPaperPage(t *testing.T) {
	r := newRig(t)
	choose := document(t, r.get("/paper/stp", r.as("clerk@x.example")...))
	if choose.Find("select#counter option").Length() != 3 || choose.Find("form.paper").Length() != 0 {
		t.Errorf("before a counter is chosen:\n%s", choose.Text())
	}
	page := document(t, r.get("/paper/stp?counter=q1&day=2026-11-22&shift=am", r.as("clerk@x.example")...))
	var keys []string
	page.Find("tr:has(input[name='q.overall']) .key").Each(func(_ int, s *goquery.Selection) { keys = append(keys, s.Text()) })
	if got := strings.Join(keys, "|"); !strings.HasPrefix(got, "1 Rất không hài lòng|2 ") || len(keys) != 5 {
		t.Errorf("codes of the levels: %q", got)
	}
	if page.Find("input[name='q.overall'][autofocus]").Length() != 1 || page.Find("input[name='submission']").AttrOr("value", "") == "" {
		t.Errorf("the form:\n%s", page.Text())
	}
	for _, hidden := range []string{"%", "/dashboard", `id="index"`} {
		if html, _ := page.Html(); strings.Contains(html, hidden) {
			t.Errorf("the clerk's page holds %q", hidden)
		}
	}
}

func TestPaperIsStoredOnce(t *testing.T) {
	r := newRig(t)
	for range 2 { // a double click
		sent := r.enter(typed(1, "q.reasons", "12", "q.comment", "Chờ lâu", "service", "lltp", "typed", "6"))
		if sent.status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", sent.status, sent.body)
		}
	}
	next := r.enter(typed(2, "day", "2026-11-20", "shift", "pm", "service", "lltp", "typed", "7"))
	target := next.header.Get("Location")
	if want := "/paper/stp?counter=q1&day=2026-11-20&saved=1&service=lltp&shift=pm&typed=8"; target != want {
		t.Fatalf("%d %q, want %q", next.status, target, want)
	}
	page := document(t, r.get(target, r.as("clerk@x.example")...))
	if got := page.Find("#typed").Text(); !strings.Contains(got, "8") || page.Find("#service option[selected]").AttrOr("value", "") != "lltp" {
		t.Errorf("the next sheet: %q", got)
	}
	all := r.responses()
	if len(all) != 2 {
		t.Fatalf("%d sheets are stored", len(all))
	}
	for _, one := range all {
		if one.Channel != response.Paper || one.Service != "lltp" || one.Lang != "vi" {
			t.Errorf("stored %+v", one)
		}
	}
	entries, err := r.trail.Entries(t.Context(), 0, 10)
	must(t, err)
	if len(entries) != 2 || entries[0].Action != "paper.enter" || entries[0].By != "clerk@x.example" || entries[0].Subject != "stp/q1" {
		t.Errorf("audit trail: %+v", entries)
	}
	if page := r.get("/admin/audit", r.as("auditor@x.example")...); !strings.Contains(page.body, "Nhập phiếu giấy") {
		t.Error("the audit page has no words for it")
	}
}

func TestPaperRefusals(t *testing.T) {
	r := newRig(t)
	for name, c := range map[string]struct {
		values url.Values
		says   string
	}{
		"tomorrow":       {typed(1, "day", "2026-11-25"), "chưa tới"},
		"closed counter": {typed(2, "counter", "q3"), "không hoạt động"},
		"no such level":  {typed(3, "q.overall", "6"), "không nằm trong"},
		"blank":          {typed(4, "q.overall", ""), "chọn một câu trả lời"},
		"not asked":      {typed(5, "q.overall", "5", "q.reasons", "1"), "để trống"},
		"no service":     {typed(6, "service", "x"), "không có thủ tục"},
		"no key":         {typed(7, "submission", ""), "mã gửi"},
	} {
		sent := r.enter(c.values)
		if sent.status != http.StatusUnprocessableEntity || !strings.Contains(sent.body, c.says) {
			t.Errorf("%s: %d, without %q", name, sent.status, c.says)
		}
	}
	for name, values := range map[string]url.Values{"no counter": typed(8, "counter", "q9"), "no day": typed(9, "day", "x")} {
		if sent := r.enter(values); sent.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, sent.status)
		}
	}
	if sent := r.postJSON("/paper/stp", "{}", r.as("clerk@x.example")...); sent.status != http.StatusUnsupportedMediaType {
		t.Errorf("JSON: %d", sent.status)
	}
	if n := len(r.responses()); n != 0 {
		t.Errorf("%d sheets are stored", n)
	}
	mended := document(t, r.enter(typed(10, "q.overall", "7", "q.comment", "giữ lại", "typed", "3")))
	if mended.Find("input[name='q.comment']").AttrOr("value", "") != "giữ lại" || mended.Find("input[name=submission]").AttrOr("value", "") != "sheet-0000000000000010" {
		t.Errorf("what was typed is lost:\n%s", mended.Text())
	}
}

// A closed period takes no sheets, on the page and behind it.
func TestPaperOfAClosedPeriod(t *testing.T) {
	r := newRig(t)
	r.some()
	r.advance(31 * 24 * time.Hour)
	_, err := r.periods.Close(t.Context(), "2026-11", period.Actor{By: "office@x.example"})
	must(t, err)
	before := len(r.responses())
	page := r.get("/paper/stp?counter=q1&day=2026-11-22", r.as("clerk@x.example")...)
	if page.status != http.StatusUnprocessableEntity || !strings.Contains(page.body, "kỳ đã chốt") {
		t.Errorf("the page: %d", page.status)
	}
	if sent := r.enter(typed(1)); sent.status != http.StatusUnprocessableEntity || len(r.responses()) != before {
		t.Errorf("a sheet: %d, %d stored", sent.status, len(r.responses())-before)
	}
}
