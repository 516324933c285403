package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
)

// TestFullDisk fills the disk: what was acknowledged stays, reading goes on,
// and once there is room the batch that failed can be repeated.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	s := reopen(t, path)
	if err := s.LimitPages(t.Context(), 120); err != nil {
		t.Fatal(err)
	}
	const size = 60
	stored := 0
	var full error
	for full == nil && stored < 100_000 {
		if _, full = s.Insert(t.Context(), sheets(stored, stored+size)); full == nil {
			stored += size
		}
	}
	if !errors.Is(full, store.ErrUnavailable) || stored == 0 {
		t.Fatalf("after %d responses: %v; want ErrUnavailable", stored, full)
	}
	for range 3 {
		if _, err := s.PutRegister(t.Context(), make([]byte, 1<<20), 0); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("PutRegister on a full disk: %v", err)
		}
		if _, err := s.Insert(t.Context(), sheets(stored, stored+size)); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("Insert on a full disk: %v", err)
		}
		holds(t, s, stored)
	}
	if err := s.LimitPages(t.Context(), 1<<20); err != nil {
		t.Fatal(err)
	}
	outcomes, err := s.Insert(t.Context(), sheets(stored-1, stored+size))
	if err != nil || outcomes[0] != store.Duplicate || outcomes[1] != store.Stored {
		t.Fatalf("Insert once there is room: %v", err)
	}
	holds(t, s, stored+size)
	closed(t, s)
	s = reopen(t, path)
	defer closed(t, s)
	holds(t, s, stored+size)
}

// holds demands the first n responses, each once, and no other.
func holds(t *testing.T, s *sqlite.Store, n int) {
	t.Helper()
	missing := map[response.ID]bool{}
	for _, r := range sheets(0, n) {
		missing[r.ID] = true
	}
	found := scanAll(t, s)
	for _, r := range found {
		delete(missing, r.ID)
	}
	if len(found) != n || len(missing) > 0 {
		t.Errorf("the store holds %d responses, %d of the first %d are missing", len(found), len(missing), n)
	}
}

func TestReadOnly(t *testing.T) {
	s := open(t)
	defer closed(t, s)
	for _, forbidden := range []bool{true, false} {
		if err := s.ForbidWriting(t.Context(), forbidden); err != nil {
			t.Fatal(err)
		}
		_, inserted := s.Insert(t.Context(), sheets(0, 1))
		for name, err := range map[string]error{"Insert": inserted, "Ping": s.Ping(t.Context()), "AdvanceSealed": s.AdvanceSealed(t.Context(), 3)} {
			if errors.Is(err, store.ErrUnavailable) != forbidden || !forbidden && err != nil {
				t.Errorf("%s, writing forbidden %v: %v", name, forbidden, err)
			}
		}
	}
	holds(t, s, 1)
}

// TestDamagedFile overwrites the middle of the file while nobody has it open.
func TestDamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	s := reopen(t, path)
	if _, err := s.Insert(t.Context(), sheets(0, 2_000)); err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	const first = 64 << 10 // behind the pages of the schema
	if _, err := file.WriteAt(make([]byte, info.Size()-first), first); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, path)
	err = s.Scan(t.Context(), store.Scan{Range: always()}, func(*response.Response) error { return nil })
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Scan of a damaged file: %v", err)
	}
	_ = s.Close() // whether it fails depends on the damage
}

// TestLockedFile has another process's lock in the way: a write waits for it,
// no longer than its context allows, and reading does not wait.
func TestLockedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	s := reopen(t, path)
	defer closed(t, s)
	release := lock(t, path)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Insert(ctx, sheets(0, 1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Insert into a locked file: %v", err)
	}
	if _, _, err := s.FirstDay(t.Context()); err != nil {
		t.Errorf("FirstDay of a locked file: %v", err)
	}
	stored := make(chan error)
	go func() {
		_, err := s.Insert(t.Context(), sheets(0, 1))
		stored <- err
	}()
	select {
	case err := <-stored:
		t.Errorf("Insert did not wait for the lock: %v", err)
	case <-time.After(100 * time.Millisecond):
		release()
		if err := <-stored; err != nil {
			t.Errorf("Insert after waiting: %v", err)
		}
	}
	holds(t, s, 1)
}

// lock takes the write lock of the file and returns what gives it back.
func lock(t *testing.T, path string) func() {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	other, err := db.Conn(t.Context())
	if err == nil {
		_, err = other.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		_, err := other.ExecContext(t.Context(), "ROLLBACK")
		if err := errors.Join(err, other.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	}
}

// TestScanHoldsNothing scans within a scan, deeper than there are connections.
func TestScanHoldsNothing(t *testing.T) {
	s := open(t)
	defer closed(t, s)
	if _, err := s.Insert(t.Context(), sheets(0, 1_200)); err != nil {
		t.Fatal(err)
	}
	day := store.Scan{Range: calendar.Range{From: 20_636, To: 20_636}}
	visits := 0
	var nest func(depth int) error
	nest = func(depth int) error {
		return s.Scan(t.Context(), day, func(*response.Response) error {
			visits++
			if depth > 0 && visits < 12 {
				return nest(depth - 1)
			}
			return nil
		})
	}
	if err := nest(10); err != nil {
		t.Fatal(err)
	}
	if visits < 1_200 {
		t.Errorf("%d visits", visits)
	}
}
