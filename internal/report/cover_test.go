package report_test

import (
	"fmt"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/report"
	"hailong/internal/response"

	"github.com/google/go-cmp/cmp"
)

// serve keeps rows of the agency as they come from an import.
func (r *rig) serve(t *testing.T, rows ...rating.Served) {
	t.Helper()
	for i := range rows {
		rows[i].Agency = "stp"
	}
	rules := coverage.Rules{Register: org.New(org.File{Agencies: []org.Agency{*agency()}}), Today: today}
	_, err := coverage.NewBook(r.store).Put(t.Context(), rules, rows)
	must(t, err)
}

// rate is a coverage as a person writes it.
func rate(c rating.Coverage) string {
	if c.Served == nil {
		return "not reported"
	}
	text := fmt.Sprintf("of %d, %d suggested", *c.Served, *c.Suggested)
	if c.ResponseRate != nil {
		text = fmt.Sprintf("%.4f ", *c.ResponseRate) + text
	}
	if c.Excess {
		text += ", excess"
	}
	return text
}

func rates(d *report.Dashboard) map[string]string {
	all := map[string]string{"all": rate(d.Coverage)}
	for _, m := range d.Months {
		all[m.Month.String()] = rate(m.Coverage)
	}
	for _, g := range append(d.Counters, d.Services...) {
		all[g.Code] = rate(g.Coverage)
	}
	return all
}

// Each figure is held against what was reported of the same part, and against
// nothing where nobody tells that part apart.
func TestCoverageOfADashboard(t *testing.T) {
	r := newRig(t)
	r.insert(t, numbered(append(levels("stp", today-30, 6, 4), levels("stp", today, 12, 4)...))...)
	r.serve(t, rating.Served{Counter: "q1", Service: "lltp", Day: today - 30, Count: 40}, rating.Served{Counter: "q2", Service: "lltp", Day: today - 30, Count: 8},
		rating.Served{Counter: "q1", Service: "cc", Day: today, Count: 4}, rating.Served{Counter: "q1", Day: today - 90, Count: 500})
	days := calendar.Range{From: today - 60, To: today}
	for name, c := range map[string]struct {
		filter report.Filter
		want   map[string]string
	}{
		"everything": {report.Filter{Range: days}, map[string]string{
			"all": "0.3462 of 52, 47 suggested", "2026-09": "not reported", "2026-10": "0.1250 of 48, 43 suggested", "2026-11": "3.0000 of 4, 4 suggested, excess",
			"q1": "0.4091 of 44, 40 suggested", "": "not reported",
		}},
		"one service": {report.Filter{Range: days, Service: "cc"}, map[string]string{
			"all": "0.0000 of 4, 4 suggested", "2026-09": "not reported", "2026-10": "not reported", "2026-11": "0.0000 of 4, 4 suggested",
		}},
		"one channel": {report.Filter{Range: days, Channel: response.QR}, map[string]string{
			"all": "not reported", "2026-09": "not reported", "2026-10": "not reported", "2026-11": "not reported", "q1": "not reported", "": "not reported",
		}},
	} {
		board, err := r.reader.Dashboard(t.Context(), agency(), method(t), c.filter)
		must(t, err)
		if diff := cmp.Diff(c.want, rates(board)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A veiled rate is of what is shown: by as many sheets as are shown it moves,
// not with each that comes in, and where none are shown there is no rate.
func TestVeiledCoverageIsOfWhatIsShown(t *testing.T) {
	r := newRig(t)
	r.serve(t, rating.Served{Counter: "q1", Day: today, Count: 100})
	f := report.Filter{Range: calendar.Range{From: today, To: today}}
	var all []response.Response
	for n := 1; n <= 11; n++ {
		all = numbered(append(all, levels("stp", today, 1, 4)...))
		r.insert(t, all[n-1])
		board, err := r.reader.Veiled(t.Context(), agency(), method(t), f)
		must(t, err)
		want := "of 100, 80 suggested"
		if shown := n / few * few; shown > 0 {
			want = fmt.Sprintf("%.4f ", float64(shown)/100) + want
		}
		if got := rates(board); got["all"] != want || got["2026-11"] != want || n >= few && got["q1"] != want {
			t.Errorf("after %d: %v, want %s", n, got, want)
		}
	}
}

// Where sheets of several counters are told together, no counter has a rate: it
// would be too low. Nor has a filter, which may leave some out.
func TestNoRateOfAPart(t *testing.T) {
	r := newRig(t)
	r.serve(t, rating.Served{Counter: "q1", Day: today, Count: 100}, rating.Served{Counter: "q2", Day: today, Count: 50})
	answers := levels("stp", today, 15, 4)
	for i := range answers[:3] {
		answers[i].Counter = "q2" // three of them, and with two of the first counter they are told
	}
	answers[3].Channel, answers[4].Channel = response.Ticket, response.Ticket
	r.insert(t, numbered(answers)...)
	day := calendar.Range{From: today, To: today}
	board, err := r.reader.Veiled(t.Context(), agency(), method(t), report.Filter{Range: day})
	must(t, err)
	got := rates(board)
	if got["all"] != "0.1000 of 150, 110 suggested" || got["q1"] != "of 100, 80 suggested" || got[report.Mixed] != "not reported" {
		t.Errorf("of all counters: %v", got)
	}
	board, err = r.reader.Veiled(t.Context(), agency(), method(t), report.Filter{Range: day, Counter: "q1"})
	must(t, err)
	if got := rates(board)["all"]; got != "of 100, 80 suggested" {
		t.Errorf("of one counter: %s", got)
	}
}

func TestCoverageOfTheOfficesTable(t *testing.T) {
	r := newRig(t)
	r.insert(t, numbered(levels("stp", today, 3, 4))...)
	r.serve(t, rating.Served{Day: today, Count: 4})
	standings, err := r.reader.Office(t.Context(), []org.Agency{*agency(), {Code: "syt"}}, method(t), calendar.Range{From: today, To: today})
	must(t, err)
	got := map[string]string{}
	for _, s := range standings {
		got[s.Agency.Code] = rate(s.Coverage)
	}
	if diff := cmp.Diff(map[string]string{"stp": "0.7500 of 4, 4 suggested", "syt": "not reported"}, got); diff != "" {
		t.Error(diff)
	}
}
