package web_test

import (
	"fmt"
	"strings"
	"testing"

	"hailong/internal/calendar"

	"github.com/google/go-cmp/cmp"
)

// The agency itself is shown whole months and no group of fewer than five;
// three answers without a service wait for others.
func TestTheAgencyIsShownNoSmallGroups(t *testing.T) {
	r := newRig(t)
	r.some()
	const leader = "leader@x.example"
	nine := []any{9.0, 9.0, 9.0, 100.0, 70.09, 100.0}
	none := []any{0.0, 0.0, 0.0, nil, nil, nil}
	for query, want := range map[string][]any{
		"":                               nine,
		"?from=2026-11-23&to=2026-11-23": nine, // one day is its month
		"?from=2026-11-30&to=2026-12-24": nine,
		"?from=2026-12-01&to=2026-12-24": none,
		"?service=lltp":                  nine,
		"?service=cc":                    none,
		"?channel=kiosk":                 none,
	} {
		if diff := cmp.Diff([][]any{want}, r.chart(leader, "/dashboard/stp/charts/summary.json"+query).Rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	for i := range 2 {
		r.answer("7K3M9QXA", fmt.Sprint("late", i), `"answers":{"overall":1}`)
	}
	want := [][]any{{"lltp", "Cấp Phiếu lý lịch tư pháp", 9.0, 9.0, 9.0, 100.0, 70.09, 100.0}, {"", "(không nêu thủ tục)", 5.0, 0.0, 5.0, 0.0, 0.0, 43.45}}
	got := r.chart(leader, "/dashboard/stp/charts/services.json").Rows
	if len(got) == 2 {
		got[1][1] = want[1][1] // in the reader's words
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with two answers more (-want +got):\n%s", diff)
	}
}

// One answer does not move the agency's figures, the fifth does; the office
// sees each at once.
func TestTheAgencysFiguresMoveInSteps(t *testing.T) {
	r := newRig(t)
	for n := 1; n <= 12; n++ {
		r.answer("7K3M9QXA", fmt.Sprint("n", n), `"answers":{"overall":4}`)
		for email, want := range map[string]float64{"office@x.example": float64(n), "auditor@x.example": float64(n), "leader@x.example": float64(n / 5 * 5)} {
			if got := r.chart(email, "/dashboard/stp/charts/summary.json").Rows[0][0]; got != want {
				t.Errorf("after %d answers %s is shown %v, want %v", n, email, got, want)
			}
		}
	}
}

// The page names the months that it shows and says that small groups are
// hidden; to the office it says when a figure is of too few people.
func TestPagesSayWhatTheyHide(t *testing.T) {
	r := newRig(t)
	for n := range 4 {
		r.answer("7K3M9QXA", fmt.Sprint("n", n), `"answers":{"overall":4}`)
	}
	if text := r.page("leader@x.example", "/dashboard/stp").Find(".empty").Text(); !strings.Contains(text, "Dưới 5 phiếu") {
		t.Errorf("nothing shown yet: %q", text)
	}
	few := r.page("office@x.example", "/dashboard/stp")
	if text := few.Find(".figures").Text(); !strings.Contains(text, "ít phiếu, không hiện chỉ số") || strings.Contains(text, "100,00") || few.Find("#responses").Text() != "4" {
		t.Errorf("a figure of four: %q", text)
	}
	if few.Find("#veil").Length() != 0 {
		t.Error("the office is told of a veil")
	}
	r.answer("7K3M9QXA", "last", `"answers":{"overall":4}`)
	page := r.page("leader@x.example", "/dashboard/stp?from=2026-11-20&to=2026-11-21")
	if text := page.Find(".head").Text(); !strings.Contains(text, "01/11/2026 – 30/11/2026") {
		t.Errorf("head %q", text)
	}
	if text := page.Find("#veil").Text(); !strings.Contains(text, "từ 5 phiếu trở lên") {
		t.Errorf("note %q", text)
	}
}

// The agency's own annual sheet is made of what the agency may be shown; the
// office's of the same year counts every answer.
func TestTheAgencysAnnualSheetMovesInSteps(t *testing.T) {
	r := newRig(t)
	for n := 1; n <= 7; n++ {
		r.answer("7K3M9QXA", fmt.Sprint("n", n), `"answers":{"overall":4}`)
		own := text(r.page("leader@x.example", ownOfSTP), "main")
		if got := strings.Contains(own, "của 5 phiếu"); got != (n >= 5) || n != 5 && strings.Contains(own, fmt.Sprintf(" %d phiếu", n)) {
			t.Errorf("after %d answers the agency's sheet says %q", n, own)
		}
	}
	if sheet := text(r.page("office@x.example", sheetOfSTP), "main"); !strings.Contains(sheet, "của 7 phiếu") {
		t.Errorf("after 7 answers the office's sheet says %q", sheet)
	}
}

// What is held and excluded: the office is told exactly, the agency about how
// many in large steps, and of no part of it.
func TestWhatWasReceived(t *testing.T) {
	r := newRig(t)
	r.some()
	told := func(email, query string) string { return text(r.page(email, "/dashboard/stp"+query), "#received") }
	day := calendar.Date(2026, 11, 10)
	r.holdSome(4, "stp", day)
	for _, email := range []string{"office@x.example", "auditor@x.example"} {
		if got := told(email, ""); !strings.Contains(got, " + 4 đang bị giữ + 0 bị loại") {
			t.Errorf("%s: %q", email, got)
		}
	}
	if got := told("office@x.example", "?channel=qr"); !strings.Contains(got, " + 4 đang bị giữ") {
		t.Errorf("one channel: %q", got)
	}
	if got := told("leader@x.example", ""); !strings.HasPrefix(got, "Không có hoặc chỉ có ít phiếu bị giữ") {
		t.Errorf("four: %q", got)
	}
	r.holdSome(7, "stp", day+1)
	for query, want := range map[string]string{
		"":                               "Đã nhận khoảng 15 phiếu, trong đó 9 được tính. Khoảng 10 phiếu đang bị giữ để người xét xem lại. Phiếu bị loại quá ít để hiện số.",
		"?counter=q1":                    "",
		"?channel=qr":                    "",
		"?service=cc":                    "",
		"?from=2026-12-01&to=2026-12-24": "",
	} {
		if got := told("leader@x.example", query); got != want {
			t.Errorf("eleven, %q: %q, want %q", query, got, want)
		}
	}
}
