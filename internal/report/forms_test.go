package report_test

import (
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/survey"

	"github.com/google/go-cmp/cmp"
)

// The agency is not told that a form was answered by fewer than may be shown.
func TestForms(t *testing.T) {
	r := newRig(t)
	batch := levels("stp", today, 6, 4)
	for i := range batch[:5] {
		batch[i].Form = survey.Ref{ID: "short", Version: 1}
	}
	batch[5].Form = survey.Ref{ID: "poll", Version: 1}
	batch = append(batch, response.Response{Agency: "syt", Counter: "q1", Channel: response.QR, Day: today, Form: survey.Ref{ID: "long", Version: 1}, Lang: "vi"})
	r.insert(t, numbered(batch)...)
	days := calendar.Range{From: today, To: today}
	exact, err := r.reader.Forms(t.Context(), "stp", days)
	must(t, err)
	shown, err := r.reader.ShownForms(t.Context(), "stp", days)
	must(t, err)
	if diff := cmp.Diff([][]string{{"poll", "short"}, {"short"}}, [][]string{exact, shown}); diff != "" {
		t.Error(diff)
	}
	none, err := r.reader.Forms(t.Context(), "stp", calendar.Range{From: today - 60, To: today - 30})
	must(t, err)
	if len(none) > 0 {
		t.Errorf("before the first answer: %v", none)
	}
}
