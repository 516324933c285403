package probe

import (
	"context"
	"os"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
)

func BenchmarkScan(b *testing.B) {
	ctx := context.Background()
	s, err := mongo.Open(ctx, os.Getenv("HAILONG_TEST_MONGODB_URI")+"big")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s.Scan(ctx, store.Scan{Range: calendar.Range{From: 20010, To: 20010}}, func(*response.Response) error { return nil })
	}
}
