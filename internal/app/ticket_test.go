package app_test

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"hailong/internal/app"
	"hailong/internal/config"
	"hailong/internal/store"
	"hailong/internal/ticket"
)

// A running service removes tickets that have expired, and no others.
func TestServeRemovesExpiredTickets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hailong.db")
	noon := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	issuing := open(t, file, noon)
	for days, count := range map[int]int{10: 3, 60: 2} {
		if _, err := issuing.Tickets.Issue(t.Context(), ticket.For{Agency: "stp", Counter: "q1"}, count, days); err != nil {
			t.Fatal(err)
		}
	}
	later := open(t, file, noon.AddDate(0, 0, 30))
	kept := func() int {
		records, err := later.Store.Records(t.Context(), store.Span{Kind: "ticket"})
		if err != nil {
			t.Fatal(err)
		}
		return len(records)
	}
	if got := kept(); got != 5 {
		t.Fatalf("%d tickets before", got)
	}
	ctx, stop := context.WithCancel(t.Context())
	started := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- later.Serve(ctx, app.Service{HTTP: config.HTTP{Listen: "127.0.0.1:0"}, Started: func(net.Listener) { close(started) }})
	}()
	<-started
	for deadline := time.Now().Add(time.Minute); kept() > 2 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
	}
	if got := kept(); got != 2 {
		t.Errorf("%d tickets are left, want 2", got)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
