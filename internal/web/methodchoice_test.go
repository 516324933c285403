package web_test

import (
	"fmt"
	"strings"
	"testing"

	"hailong/internal/org"
	"hailong/internal/survey"

	"github.com/google/go-cmp/cmp"
)

// asking lets the counters of stp ask one form, by a register put in place of
// the other; "" leaves the agency without a counter.
func (r *rig) asking(form string) {
	r.t.Helper()
	from := strings.Index(register, "    counters:\n")
	to := strings.Index(register, "  - code: syt\n")
	counters := ""
	if form != "" {
		counters = "    counters:\n      - {code: q1, name: Quầy 1, form: " + form + ", link: 7K3M9QXA}\n"
	}
	known, err := org.Parse("org.yaml", []byte(register[:from]+counters+register[to:]), func(string) bool { return true })
	must(r.t, err)
	r.trial.Register = known
}

// Who names no method is shown one that counts what the agency's counters ask
// or what was answered there; page and charts agree, for the agency and the
// office alike.
func TestTheMethodToBeginWith(t *testing.T) {
	for name, c := range map[string]struct {
		answered, asked string // forms
		query, want     string
		n               float64
	}{
		"the default counts what is asked":   {"mot-cua", "mot-cua", "", "hai-long-chung", 5},
		"the default does not":               {"nd61-3", "nd61-3", "", "nd61-3", 5},
		"the counters are gone":              {"nd61-3", "", "", "nd61-3", 5},
		"answers of before, another form":    {"mot-cua", "nd61-3", "", "hai-long-chung", 5},
		"counted by none":                    {"quan-chung", "quan-chung", "", "hai-long-chung", 0},
		"a method named stays":               {"nd61-3", "nd61-3", "?method=hai-long-chung", "hai-long-chung", 0},
		"the first of several":               {"mot-cua-22", "mot-cua-22", "", "hai-long-chung", 5},
		"no answer in these months, counter": {"nd61-3", "nd61-3", "?from=2025-01-01&to=2025-03-31", "nd61-3", 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.asking(c.answered)
			form := r.trial.Forms.Current(c.answered)
			for n := range 5 {
				r.answer("7K3M9QXA", fmt.Sprint("n", n), `"answers":{`+oneAnswer(form)+`}`)
			}
			r.asking(c.asked)
			for _, email := range []string{"leader@x.example", "office@x.example"} {
				page := r.page(email, "/dashboard/stp"+c.query)
				chosen := page.Find("#method option[selected]").AttrOr("value", "")
				n := r.chart(email, "/dashboard/stp/charts/summary.json"+c.query).Rows[0][0]
				if diff := cmp.Diff([]any{c.want, c.n}, []any{chosen, n}); diff != "" {
					t.Errorf("%s (-want +got):\n%s", email, diff)
				}
				if address, shown := page.Find("#chart-trend [data-chart]").Attr("data-chart"); shown && !strings.Contains(address, "method="+c.want) {
					t.Errorf("%s: the chart is asked for by %s", email, address)
				}
			}
		})
	}
}

// oneAnswer answers what the form demands, each at the first level or option.
func oneAnswer(form *survey.Form) string {
	var answers []string
	for i := range form.Questions {
		q := &form.Questions[i]
		switch {
		case q.Kind == survey.Rating:
			answers = append(answers, fmt.Sprintf("%q:%d", q.ID, form.Levels(q)[0].Value))
		case q.Required && len(q.Options) > 0:
			answers = append(answers, fmt.Sprintf("%q:%q", q.ID, q.Options[0].ID))
		}
	}
	return strings.Join(answers, ",")
}
