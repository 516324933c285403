package app_test

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"hailong/internal/app"
	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/config"
	"hailong/internal/response"
	"hailong/internal/survey"
)

// A running service removes answers that were kept long enough, by itself, and
// notes it down; one that is told to keep them does not.
func TestServeRemovesOldAnswers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hailong.db")
	noon := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	a := open(t, file, noon)
	for i, day := range []calendar.Day{calendar.Date(2024, 5, 6), calendar.Date(2025, 5, 6)} {
		id, err := response.NewID(response.NewSubmission())
		if err != nil {
			t.Fatal(err)
		}
		one := response.Response{ID: id, Day: day, Shift: calendar.Morning, Agency: "stp", Counter: "q1", Channel: response.QR,
			Form: survey.Ref{ID: "mot-cua", Version: 1}, Lang: "vi", Answers: []survey.Answer{{Question: "overall", Values: []string{"4"}}}}
		if _, err := a.Ledger.Add(t.Context(), []response.Response{one}); err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
	}
	if err := a.Ledger.Seal(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	first := func() calendar.Day {
		day, _, err := a.Store.FirstDay(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return day
	}
	serveUntil(t, open(t, file, noon), 0, func() bool { return true })
	if got := first(); got != calendar.Date(2024, 5, 6) {
		t.Errorf("without a limit the first answer is of %s", got)
	}
	serveUntil(t, open(t, file, noon), 24, func() bool { return first() == calendar.Date(2025, 5, 6) })
	entries, err := a.Audit.Entries(t.Context(), 0, 1)
	if err != nil || len(entries) != 1 || entries[0].Action != audit.RetentionRun || entries[0].By != audit.Service || entries[0].Subject != "2024-10-31" {
		t.Errorf("noted is %+v, %v", entries, err)
	}
	verdict, err := a.Ledger.Verify(t.Context(), nil)
	if err != nil || len(verdict.Differences) > 0 || verdict.Gone == 0 {
		t.Errorf("verify: %+v, %v", verdict, err)
	}
}

// serveUntil runs a service that keeps answers for so many months, until
// something holds.
func serveUntil(t *testing.T, a *app.App, months int, holds func() bool) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	started, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- a.Serve(ctx, app.Service{HTTP: config.HTTP{Listen: "127.0.0.1:0"}, Retention: months, Started: func(net.Listener) { close(started) }})
	}()
	<-started
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not within a minute")
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
