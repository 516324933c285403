package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
)

// The variables that make this test binary a second process on a database.
const (
	childFile  = "TEST_SQLITE_CHILD_FILE"
	childCount = "TEST_SQLITE_CHILD_COUNT"
)

// childBatch is the number of responses in each batch of a child.
const childBatch = 20

// TestMain is the second process if the variables say so.
func TestMain(m *testing.M) {
	path := os.Getenv(childFile)
	if path == "" {
		os.Exit(m.Run())
	}
	if err := child(path, os.Getenv(childCount)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child stores the responses from the first on and prints a line for each
// batch that it knows to be durable: its number, and how many of it were new.
func child(path, batches string) error {
	count, err := strconv.Atoi(batches)
	if err != nil {
		return err
	}
	s, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return err
	}
	for n := range count {
		outcomes, err := s.Insert(context.Background(), sheets(n*childBatch, (n+1)*childBatch))
		if err != nil {
			return err
		}
		fmt.Printf("durable %d %d\n", n, stored(outcomes))
	}
	return s.Close()
}

func stored(outcomes []store.Outcome) int {
	n := 0
	for _, outcome := range outcomes {
		if outcome == store.Stored {
			n++
		}
	}
	return n
}

// startChild returns a child that is running, and its lines.
func startChild(t *testing.T, path string, batches int) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childFile+"="+path, childCount+"="+strconv.Itoa(batches))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// durable reads a line of a child; false if it is none of ours.
func durable(line string) (batch, isNew int, ok bool) {
	n, err := fmt.Sscanf(strings.TrimSpace(line), "durable %d %d", &batch, &isNew)
	return batch, isNew, err == nil && n == 2
}

// TestTwoProcesses store the same responses in the same file at once: each is
// new to one of them only.
func TestTwoProcesses(t *testing.T) {
	const batches = 60
	path := filepath.Join(t.TempDir(), "hailong.db")
	s := reopen(t, path)
	defer closed(t, s)
	cmd, lines := startChild(t, path, batches)
	isNew := 0
	for n := batches - 1; n >= 0; n-- {
		outcomes, err := s.Insert(t.Context(), sheets(n*childBatch, (n+1)*childBatch))
		if err != nil {
			t.Fatalf("Insert beside another process: %v", err)
		}
		isNew += stored(outcomes)
	}
	for lines.Scan() {
		_, theirs, _ := durable(lines.Text())
		isNew += theirs
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the other process: %v", err)
	}
	if isNew != batches*childBatch {
		t.Errorf("%d responses were new to one process or the other, of %d", isNew, batches*childBatch)
	}
	holds(t, s, batches*childBatch)
}

// TestKilledProcess kills a process in the middle of its work: what it knew to
// be durable is there, and no batch is there in part.
func TestKilledProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	cmd, lines := startChild(t, path, 1_000_000)
	last := -1
	for last < 40 && lines.Scan() {
		if batch, _, ok := durable(lines.Text()); ok {
			last = batch
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what it still said before it died
		if batch, _, ok := durable(lines.Text()); ok {
			last = batch
		}
	}
	if err := cmd.Wait(); err == nil || last < 40 {
		t.Fatalf("the process ended after batch %d with %v", last, err)
	}
	s := reopen(t, path)
	defer closed(t, s)
	found := map[response.ID]bool{}
	for _, r := range scanAll(t, s) {
		found[r.ID] = true
	}
	if len(found) < (last+1)*childBatch || len(found)%childBatch != 0 {
		t.Errorf("%d responses are left, %d batches of %d were acknowledged", len(found), last+1, childBatch)
	}
	holds(t, s, len(found))
}
