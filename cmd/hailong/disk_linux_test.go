package main_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hailong/internal/config"
	"hailong/internal/response"

	"golang.org/x/sys/unix"
)

// disk is one that a test can fill while a server writes to it.
type disk interface {
	folder() string
	fill(t *testing.T, s *server)
	free(t *testing.T, s *server)
}

// TestFullDisk fills the disk below a server that runs. Nobody is told that an
// answer is stored which is not, and once there is room it goes on.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(*testing.T) disk{"no room": newMemoryDisk, "files may not grow": newLimitedDisk} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := make(t)
			db := found(t, "sqlite:"+filepath.Join(d.folder(), "hailong.db"))
			s := serve(t, db)
			c := newCrowd()
			for range 2 {
				c.answerUntil(t, s, time.Millisecond, func() {
					d.fill(t, s)
					c.exhaust(t, s)
				})
				checkTurnedAway(t, s, response.NewSubmission())
				d.free(t, s)
				eventually(t, soon, "storing again", func() bool { return c.submit(s.url, response.NewSubmission()) })
				c.retry(t, s)
				checkReady(t, s)
			}
			c.checkDashboard(t, s)
			if code := s.stop(); code != 0 {
				t.Errorf("exit %d", code)
			}
			c.checkStore(t, db)
		})
	}
}

// exhaust uses up what room the database has kept: single answers and the
// writes of /readyz are small and may fit where larger ones did not.
func (c *crowd) exhaust(t *testing.T, s *server) {
	t.Helper()
	eventually(t, patience, "the disk is full", func() bool {
		for range 10 {
			if c.submit(s.url, response.NewSubmission()) || s.get("/readyz").status == http.StatusOK {
				return false
			}
		}
		return true
	})
}

// memoryDisk is a file system of its own that another file can fill. It has
// room for the log, which the database empties only now and then.
type memoryDisk struct{ dir string }

func newMemoryDisk(t *testing.T) disk {
	t.Helper()
	dir := t.TempDir()
	err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=96m")
	if errors.Is(err, unix.EPERM) && !config.InCI() { // there it is a failure
		t.Skip("only root may mount")
	}
	must(t, err)
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return memoryDisk{dir}
}

func (d memoryDisk) folder() string { return d.dir }

func (d memoryDisk) filler() string { return filepath.Join(d.dir, "filler") }

func (d memoryDisk) fill(t *testing.T, _ *server) {
	t.Helper()
	file, err := os.Create(d.filler())
	must(t, err)
	defer file.Close()
	for block := make([]byte, 64<<10); err == nil; {
		_, err = file.Write(block)
	}
	if !errors.Is(err, unix.ENOSPC) {
		t.Errorf("fill the disk: %v", err)
	}
}

func (d memoryDisk) free(t *testing.T, _ *server) {
	t.Helper()
	must(t, os.Remove(d.filler()))
}

// limitedDisk lets a process no longer make its files grow, which needs no
// rights.
type limitedDisk struct{ dir string }

func newLimitedDisk(t *testing.T) disk {
	t.Helper()
	return limitedDisk{t.TempDir()}
}

func (d limitedDisk) folder() string { return d.dir }

func (d limitedDisk) fill(t *testing.T, s *server) {
	t.Helper()
	setFileLimit(t, s, 4096)
}

func (d limitedDisk) free(t *testing.T, s *server) {
	t.Helper()
	setFileLimit(t, s, unix.RLIM_INFINITY)
}

func setFileLimit(t *testing.T, s *server, bytes uint64) {
	t.Helper()
	limit := unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}
	must(t, unix.Prlimit(s.cmd.Process.Pid, unix.RLIMIT_FSIZE, &limit, nil))
}
