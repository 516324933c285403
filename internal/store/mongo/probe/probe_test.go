package probe

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/survey"
)

func TestBig(t *testing.T) {
	ctx := context.Background()
	s, err := mongo.Open(ctx, os.Getenv("HAILONG_TEST_MONGODB_URI")+"big")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := s.FirstDay(ctx); !ok {
		t0 := time.Now()
		for n := 0; n < 300; n++ {
			batch := make([]response.Response, 1000)
			for i := range batch {
				r := &batch[i]
				rand.Read(r.ID[:])
				*r = response.Response{ID: r.ID, Day: calendar.Day(20000 + n/10), Shift: "am", Agency: fmt.Sprint("agency-", i%60), Counter: "q1", Channel: "qr", Form: survey.Ref{ID: "mot-cua", Version: 1}, Lang: "vi",
					Answers: []survey.Answer{{Question: "overall", Values: []string{"4"}}}}
				if i%10 == 0 {
					r.Answers = append(r.Answers, survey.Answer{Question: "comment", Text: "chờ lâu"})
				}
			}
			if _, err := s.Insert(ctx, batch); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Println("filled", time.Since(t0))
	}
	clock := func(what string, f func() any) {
		t0 := time.Now()
		v := f()
		fmt.Println(what, v, time.Since(t0))
	}
	scan := func(q store.Scan) func() any {
		return func() any {
			n := 0
			err := s.Scan(ctx, q, func(*response.Response) error { n++; return nil })
			return fmt.Sprint(n, err)
		}
	}
	texts := func(q store.Texts) func() any {
		return func() any {
			found, err := s.Texts(ctx, q)
			return fmt.Sprint(len(found), err)
		}
	}
	for range 2 {
		clock("firstday", func() any { d, _, err := s.FirstDay(ctx); return fmt.Sprint(d, err) })
		clock("scan day", scan(store.Scan{Range: calendar.Range{From: 20010, To: 20010}}))
		clock("scan agency day", scan(store.Scan{Agency: "agency-7", Range: calendar.Range{From: 20010, To: 20010}}))
		clock("scan agency month", scan(store.Scan{Agency: "agency-7", Range: calendar.Range{From: 20000, To: 20030}}))
		clock("scan all", scan(store.Scan{Range: calendar.Range{From: 20000, To: 20030}}))
		clock("texts office", texts(store.Texts{Range: calendar.Range{From: 20000, To: 20030}, Limit: 50}))
		clock("texts office after", texts(store.Texts{Range: calendar.Range{From: 20000, To: 20030}, Limit: 50, After: &store.TextPosition{Day: 20003, ID: response.ID{100}}}))
		clock("texts agency", texts(store.Texts{Agency: "agency-10", Range: calendar.Range{From: 20000, To: 20030}, Limit: 50}))
		clock("texts agency after", texts(store.Texts{Agency: "agency-10", Range: calendar.Range{From: 20000, To: 20030}, Limit: 50, After: &store.TextPosition{Day: 20003, ID: response.ID{100}}}))
		clock("exists", func() any { ok, err := s.Exists(ctx, response.ID{1}); return fmt.Sprint(ok, err) })
	}
}
