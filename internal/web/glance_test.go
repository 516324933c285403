package web_test

import (
	"strings"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/trial"
)

// fallen answers for stp: two good months, a fall in September, October like
// it, and a November that is not over. In October some name reasons.
func (r *rig) fallen() {
	r.t.Helper()
	for month, level := range map[time.Month]int{7: 5, 8: 5, 9: 2, 11: 5} {
		r.trial.Answer(40, "stp", "q1", calendar.Date(2026, month, 5), level)
	}
	var named []response.Response
	for i := range 40 {
		if i < 4 {
			named = append(named, trial.Sheet("stp", "q1", calendar.Date(2026, 10, 6), 5))
			continue
		}
		sheet := trial.Sheet("stp", "q1", calendar.Date(2026, 10, 6), 2)
		reasons := []string{"waiting"}
		if i < 10 {
			reasons = []string{"fees", "waiting"}
		}
		sheet.Answers = append(sheet.Answers, survey.Answer{Question: "reasons", Values: reasons})
		named = append(named, sheet)
	}
	r.trial.Add(named)
}

// The first lines tell what the curve and the bars hold: the latest whole month
// and whether it changed, the fall before it, and what to look at.
func TestTheFirstGlance(t *testing.T) {
	r := newRig(t)
	r.fallen()
	for _, email := range []string{"leader@x.example", "office@x.example"} {
		page := r.page(email, "/dashboard/stp")
		text := page.Find("#glance").Text()
		for _, want := range []string{
			"Tháng 10/2026 đạt 10,00%, tăng 10,00 điểm phần trăm so với tháng 09/2026 (0,00%): chưa đủ chắc chắn",
			"tháng 09/2026 giảm 100,00 điểm phần trăm, từ 100,00% (tháng 08/2026) xuống 0,00%",
			"Cần kiểm tra ngay: 6 phiếu nêu “Phải trả chi phí ngoài quy định”",
			"Nên khắc phục trước: “Chờ lâu hoặc chỗ ngồi, trang thiết bị chưa tốt”, 36 phiếu nêu",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s is not told %q: %s", email, want, text)
			}
		}
		if strings.Contains(text, "11/2026") || strings.Contains(text, "Làm tốt") {
			t.Errorf("%s is told of a month that runs, or of the best of one question: %s", email, text)
		}
		if table := page.Find("#chart-trend table").Text(); !strings.Contains(table, "11/2026, chưa hết tháng") {
			t.Errorf("%s: months %s", email, table)
		}
		if hint := page.Find("#chart-reasons .muted").Text(); !strings.Contains(hint, "76 phiếu được hỏi lý do") {
			t.Errorf("%s: reasons of %s", email, hint)
		}
	}
}

// A month like the one before is told as such, and of a method that counts more
// levels as satisfied only the dissatisfied are told.
func TestAGlanceOfTheSame(t *testing.T) {
	r := newRig(t)
	r.asking("nd61-3")
	form := r.trial.Forms.Current("nd61-3")
	var sheets []response.Response
	for i := range 80 {
		sheet := trial.Sheet("stp", "q1", calendar.Date(2026, time.Month(9+i%2), 6), 2)
		sheet.Form, sheet.Answers = form.Ref(), []survey.Answer{trial.Level("overall", 2), trial.Level("attitude", 2-i/2%2)}
		sheets = append(sheets, sheet)
	}
	r.trial.Add(sheets)
	text := r.page("leader@x.example", "/dashboard/stp").Find("#glance").Text()
	for _, want := range []string{"Tháng 10/2026 đạt 75,00%, bằng tháng 09/2026.", "hướng dẫn, tiếp nhận và giải quyết hồ sơ?”, 50% chưa hài lòng", "giải quyết hồ sơ lần này?”, 0% chưa hài lòng"} {
		if !strings.Contains(text, want) {
			t.Errorf("not told %q: %s", want, text)
		}
	}
}

// A selection without months to compare says nothing of change.
func TestAGlanceOfLittle(t *testing.T) {
	r := newRig(t)
	r.trial.Answer(9, "stp", "q1", calendar.Date(2026, 10, 5), 5)
	page := r.page("leader@x.example", "/dashboard/stp?counter=q1")
	if page.Find("#index").Length() != 1 || page.Find("#glance").Length() != 0 {
		t.Errorf("nine answers: %s", page.Find(".figures").Text())
	}
	if tag := page.Find(".choose summary .tag").Text(); tag != "Quầy 1" {
		t.Errorf("the folded choice says %q", tag)
	}
}

// Where there are many questions the picture begins with the worst of them, and
// the table holds all in the form's order.
func TestManyQuestionsAreFolded(t *testing.T) {
	r := newRig(t)
	form := r.trial.Forms.Current("mot-cua-22")
	var sheets []response.Response
	for range 40 {
		sheet := trial.Sheet("stp", "q2", calendar.Date(2026, 10, 6), 5)
		sheet.Form, sheet.Answers = form.Ref(), nil
		for i := range form.Questions {
			level := "5"
			if form.Questions[i].ID == "gy4" {
				level = "1"
			}
			if form.Questions[i].Kind == survey.Rating {
				sheet.Answers = append(sheet.Answers, survey.Answer{Question: form.Questions[i].ID, Values: []string{level}})
			}
		}
		sheets = append(sheets, sheet)
	}
	r.trial.Add(sheets)
	page := r.page("leader@x.example", "/dashboard/stp?method=mot-cua-5")
	plot := page.Find("#chart-levels [data-chart]")
	if plot.AttrOr("data-first", "") != "6" || plot.AttrOr("data-more", "") != "Xem đủ 23 câu" {
		t.Errorf("first %q, more %q", plot.AttrOr("data-first", ""), plot.AttrOr("data-more", ""))
	}
	if rows := page.Find("#chart-levels tbody tr").Length(); rows != 23*5 {
		t.Errorf("%d rows", rows)
	}
	if first := r.chart("leader@x.example", "/dashboard/stp/charts/levels.json?method=mot-cua-5").Rows[0][0]; first != "overall" {
		t.Errorf("the table begins with %v", first)
	}
	worst := form.Question("gy4").Text.In("vi")
	if text := page.Find("#glance").Text(); !strings.Contains(text, "“"+worst+"”, 100% chưa hài lòng") || !strings.Contains(text, "Làm tốt nhất: “") || strings.Contains(text, "10/2026 đạt 100,00%, ") {
		t.Errorf("glance %s", text)
	}
}
