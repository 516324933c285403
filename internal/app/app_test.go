package app_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hailong/internal/app"
	"hailong/internal/config"
	"hailong/surveys"
)

func open(t *testing.T, file string, now time.Time) *app.App {
	t.Helper()
	data := config.Data{DB: "sqlite:" + file, Timezone: "Asia/Ho_Chi_Minh"}
	a, err := app.Open(t.Context(), data, func() time.Time { return now }, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// A clock that was set back, or another time zone, must not let an answer into
// a sealed day: the service does not even start.
func TestServeRefusesAClockOnAClosedDay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hailong.db")
	noon := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	if err := open(t, file, noon).Ledger.Seal(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	service := app.Service{HTTP: config.HTTP{Listen: "127.0.0.1:0"}}
	err := open(t, file, noon.AddDate(0, 0, -1)).Serve(t.Context(), service)
	if err == nil || !strings.Contains(err.Error(), "days through 2026-11-21 are sealed") || !strings.Contains(err.Error(), "--timezone") {
		t.Errorf("Serve: %v", err)
	}
	behind := open(t, file, noon.AddDate(0, 0, -1))
	if err := behind.Ledger.Recount(t.Context(), behind.Ledger.Today(), nil); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	service.Started = func(net.Listener) { stop() }
	if err := behind.Serve(ctx, service); err != nil {
		t.Errorf("Serve after Recount: %v", err)
	}
}

func TestImportReachesARunningService(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hailong.db")
	noon := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	serving, importing := open(t, file, noon), open(t, file, noon)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serving.Serve(ctx, app.Service{HTTP: config.HTTP{Listen: listener.Addr().String()}, Listener: listener})
	}()
	register, err := surveys.FS.ReadFile("org/daknong.yaml")
	if err != nil {
		t.Fatal(err)
	}
	exists := func(id string) bool { return importing.Forms.Current(id) != nil }
	if changes, err := importing.Register.Import(t.Context(), "org/daknong.yaml", register, exists, true); err != nil || len(changes) == 0 || len(importing.Register.Current().Agencies()) != 0 {
		t.Fatalf("dry run: %d changes, %v", len(changes), err)
	}
	if _, err := importing.Register.Import(t.Context(), "org/daknong.yaml", register, exists, false); err != nil {
		t.Fatal(err)
	}
	form := "http://" + listener.Addr().String() + "/q/" + importing.Register.Current().Agency("stp").Counters[0].Link
	status := 0
	for deadline := time.Now().Add(time.Minute); status != http.StatusOK && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if reply, err := http.Get(form); err == nil {
			status = reply.StatusCode
			reply.Body.Close()
		}
	}
	if status != http.StatusOK {
		t.Errorf("the running service answers %d", status)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}
