package web_test

import (
	"strings"
	"testing"

	"hailong/internal/coverage"
	"hailong/internal/org"
	"hailong/internal/rating"

	"github.com/google/go-cmp/cmp"
)

// serve keeps a count of dossiers returned today at a counter of stp.
func (r *rig) serve(count int64) {
	r.t.Helper()
	agencies, err := org.Parse("org.yaml", []byte(register), func(string) bool { return true })
	must(r.t, err)
	today := r.ledger.Today()
	_, err = r.book.Put(r.t.Context(), coverage.Rules{Register: agencies, Today: today},
		[]rating.Served{{Agency: "stp", Counter: "q1", Day: today, Count: count}})
	must(r.t, err)
}

// Without a report there is no rate, not one of 0; with one it stands beside
// the figure, for people and for programs, and one above 100% is marked.
func TestPagesShowTheResponseRate(t *testing.T) {
	r := newRig(t)
	r.some()
	const board, charts = "/dashboard/stp", "/dashboard/stp/charts/"
	if got := text(r.page("office@x.example", board), "#coverage"); !strings.Contains(got, "Chưa có số hồ sơ đã trả") || strings.Contains(got, "0,00") {
		t.Errorf("without a report: %q", got)
	}
	if got := text(r.page("office@x.example", "/office"), "table"); !strings.Contains(got, "chưa có") {
		t.Errorf("the office's table without a report: %q", got)
	}
	for served, want := range map[int64]string{48: "25,00%", 10: "120,00%"} {
		r.serve(served)
		for _, got := range []string{text(r.page("office@x.example", board), "#coverage"), text(r.page("office@x.example", "/office"), "table"), text(r.page("office@x.example", board), "#chart-counters table")} {
			if !strings.Contains(got, want) || strings.Contains(got, "cần kiểm tra") != (served < 12) {
				t.Errorf("%d served: %q", served, got)
			}
		}
	}
	r.serve(30)
	// The agency is shown nine of the twelve; a rate of twelve would tell it.
	for email, want := range map[string][]any{"office@x.example": {12.0, 30.0, 0.4, 28.0}, "leader@x.example": {9.0, 30.0, 0.3, 28.0}} {
		for _, name := range []string{"summary", "counters", "trend"} {
			table := r.chart(email, charts+name+".json")
			row := table.Rows[len(table.Rows)-1]
			got := append([]any{row[len(row)-9]}, row[len(row)-3:]...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", name, email, diff)
			}
		}
	}
	if columns := r.chart("leader@x.example", charts+"services.json").Columns; columns[len(columns)-1] != "high" {
		t.Errorf("nobody reported by service, and the columns are %v", columns)
	}
}
