package report_test

import (
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/report"
)

// BenchmarkDashboard reads a year of one agency, as the office and as the
// agency itself sees it, with an open day that stays as it is.
func BenchmarkDashboard(b *testing.B) {
	r := open(b, b.TempDir()+"/hailong.db")
	defer func() { must(b, r.store.Close()) }()
	batch := levels("stp", today, 20_000, 4)
	for i := range batch {
		batch[i].Day -= calendar.Day(i % 365)
		batch[i].Counter = []string{"q1", "q2", "quiet"}[i%3]
		batch[i].Service = []string{"", "lltp", "cc", "quiet"}[i/3%4]
	}
	r.insert(b, numbered(batch)...)
	must(b, r.ledger.Seal(b.Context(), nil))
	m, f := method(b), report.Filter{Range: calendar.Range{From: today - 364, To: today}}
	for name, read := range map[string]func() (*report.Dashboard, error){
		"office": func() (*report.Dashboard, error) { return r.reader.Dashboard(b.Context(), agency(), m, f) },
		"agency": func() (*report.Dashboard, error) { return r.reader.Veiled(b.Context(), agency(), m, f) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := read()
				must(b, err)
			}
		})
	}
}
