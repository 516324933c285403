package sqlite_test

import (
	"fmt"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/survey"
)

// sheets returns the nth to before the mth of an endless row of answer sheets
// of one day, as thirty agencies would get them: each fifth has a comment.
func sheets(n, m int) []response.Response {
	var batch []response.Response
	for ; n < m; n++ {
		id, err := response.NewID(fmt.Sprintf("benchmark-%022d", n))
		if err != nil {
			panic(err)
		}
		r := response.Response{
			ID: id, Day: 20_636, Shift: calendar.Morning, Agency: fmt.Sprintf("agency-%02d", n*7%30), Counter: "q1", Service: "lltp",
			Channel: response.QR, Form: survey.Ref{ID: "mot-cua", Version: 1}, Lang: "vi",
			Answers: []survey.Answer{{Question: "overall", Values: []string{fmt.Sprint(n%5 + 1)}}, {Question: "reasons", Values: []string{"slow", "papers"}}},
		}
		if n%5 == 0 {
			r.Answers = append(r.Answers, survey.Answer{Question: "comment", Text: "Chờ hơi lâu, nhưng cán bộ hướng dẫn tận tình."})
		}
		batch = append(batch, r)
	}
	return batch
}

// BenchmarkInsert measures durable inserts: each batch is one commit, synced.
func BenchmarkInsert(b *testing.B) {
	for _, size := range []int{1, 16, 128, 512} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			s, n := open(b), 0
			defer s.Close()
			for b.Loop() {
				b.StopTimer()
				batch := sheets(n, n+size)
				n += size
				b.StartTimer()
				if _, err := s.Insert(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkScan measures the fold's way to the responses of a day.
func BenchmarkScan(b *testing.B) {
	const all = 50_000
	s := open(b)
	defer s.Close()
	if _, err := s.Insert(b.Context(), sheets(0, all)); err != nil {
		b.Fatal(err)
	}
	scans, read := 0, 0
	for b.Loop() {
		scans++
		read += len(scanAll(b, s))
	}
	b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "rows/s")
	if read != scans*all {
		b.Fatalf("%d scans read %d responses", scans, read)
	}
}
