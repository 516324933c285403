package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each question that takes one answer has a chart of its own, where enough
// people have answered it.
func TestChoiceCharts(t *testing.T) {
	r := newRig(t)
	r.asking("nd61-3")
	for n, returns := range []string{"none", "none", "more", "none", "once", "none", "none", ""} {
		answers := `"overall":2`
		if returns != "" {
			answers += `,"returns":"` + returns + `"`
		}
		if n < 4 { // too few to be shown
			answers += `,"agencies":"one"`
		}
		r.answer("7K3M9QXA", fmt.Sprint("n", n), `"answers":{`+answers+`}`)
	}
	for _, email := range []string{"leader@x.example", "office@x.example"} {
		doc := r.page(email, "/dashboard/stp")
		card := doc.Find("#chart-choice-nd61-3-returns")
		if title := card.Find("h2").Text(); !strings.HasPrefix(title, "Sau khi nộp hồ sơ, Ông/Bà phải liên hệ lại") {
			t.Errorf("%s: title %q", email, title)
		}
		if hint := card.Find(".muted").First().Text(); !strings.HasPrefix(hint, "7 người trả lời") {
			t.Errorf("%s: hint %q", email, hint)
		}
		if words := strings.Join(strings.Fields(card.Find("table").Text()), " "); !strings.HasSuffix(words, "Trả lờiSố lượt Không phải lần nào51 lần1Từ 2 lần trở lên1") {
			t.Errorf("%s: table %q", email, words)
		}
		if levels := doc.Find("#chart-levels tbody tr:first-child td").Text(); !strings.HasSuffix(levels, "Không hài lòng0") {
			t.Errorf("%s: the first level is %q", email, levels)
		}
		if n := doc.Find("#chart-choice-nd61-3-agencies").Length(); n != 0 {
			t.Errorf("%s: a question that four have answered is shown", email)
		}
		address := "/dashboard/stp/charts/choice-nd61-3-returns"
		want := [][]any{{"none", 5.0}, {"once", 1.0}, {"more", 1.0}}
		if diff := cmp.Diff(want, r.chart(email, address+".json").Rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", email, diff)
		}
		if got := r.get(address+".csv", r.as(email)...).body; !strings.Contains(got, "answer,count") || !strings.Contains(got, "none,5") {
			t.Errorf("%s: CSV %q", email, got)
		}
		for _, unknown := range []string{"choice-nd61-3-agencies.json", "choice-nd61-3-overall.json", "choice-.json"} {
			if got := r.get("/dashboard/stp/charts/"+unknown, r.as(email)...); got.status != 404 {
				t.Errorf("%s: %s: %d", email, unknown, got.status)
			}
		}
	}
}

// The two answers to a question of yes and no are words of the interface.
func TestYesAndNoHaveWords(t *testing.T) {
	r := newRig(t)
	r.asking("nd61-3")
	form := r.trial.Forms.Current("nd61-3")
	for i := range form.Questions {
		if q := &form.Questions[i]; q.ID == "returns" {
			q.Kind, q.Options = "yes_no", nil
		}
	}
	for n := range 5 {
		r.answer("7K3M9QXA", fmt.Sprint("n", n), `"answers":{"overall":2,"returns":"yes"}`)
	}
	got := r.get("/dashboard/stp/charts/choice-nd61-3-returns.json", r.as("leader@x.example")...)
	var drawn struct {
		Options struct {
			YAxis []struct{ Data []string } `json:"yAxis"`
		}
	}
	must(t, json.Unmarshal([]byte(got.body), &drawn))
	if diff := cmp.Diff([]string{"Có", "Không"}, drawn.Options.YAxis[0].Data); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
