package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/calendar"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// execute runs SQL on the file past the store.
func execute(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
}

func closed(t *testing.T, s *sqlite.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// refused opens a file that must not open and returns the error's text.
func refused(t *testing.T, path string, want error) string {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err == nil {
		closed(t, s)
		t.Fatalf("%s was opened", path)
	}
	if !errors.Is(err, want) {
		t.Errorf("Open %s: %v; want %v", path, err, want)
	}
	return err.Error()
}

// TestReopen finds everything again: the file alone is whole after Close.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	s := reopen(t, path)
	before := fill(t, s)
	closed(t, s)
	for _, ending := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + ending); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left after Close: %v", ending, err)
		}
	}
	moved := filepath.Join(t.TempDir(), "moved.db")
	if err := os.Rename(path, moved); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, moved)
	defer closed(t, s)
	if diff := cmp.Diff(before, contents(t, s)); diff != "" {
		t.Errorf("after opening again (-before +after):\n%s", diff)
	}
	if outcomes, err := s.Insert(t.Context(), sheets(0, 1)); err != nil || outcomes[0] != store.Duplicate {
		t.Errorf("Insert of a response that is there: %v, %v", outcomes, err)
	}
}

// fill writes to every table and returns the contents.
func fill(t *testing.T, s *sqlite.Store) map[string]any {
	t.Helper()
	ctx, now := t.Context(), time.Date(2026, 7, 1, 0, 0, 0, 5e6, time.UTC)
	counts := tally.New()
	batch := sheets(0, 40)
	for i := range batch {
		counts.Add(&batch[i])
	}
	_, inserted := s.Insert(ctx, batch)
	_, registered := s.PutRegister(ctx, []byte("register"), 0)
	_, pinned := s.PinForm(ctx, store.Pin{Form: survey.Ref{ID: "mot-cua", Version: 1}, Hash: "aa", Source: []byte("{}")})
	err := errors.Join(inserted, registered, pinned,
		s.AdvanceSealed(ctx, 20_000),
		s.PutSums(ctx, []store.Sum{{Agency: "stp", Grain: store.ByMonth, First: 20_000, Tally: counts}}),
		s.AddMarks(ctx, []store.Mark{{Agency: "stp", Day: 1, Token: "x"}}),
		s.PutAccount(ctx, store.Account{Email: "a@x.vn", Role: "admin", PasswordHash: "$", Created: now}),
		s.AddSession(ctx, store.Session{Email: "a@x.vn", Expires: now}),
	)
	if err != nil {
		t.Fatal(err)
	}
	return contents(t, s)
}

// contents reads every table; none may be empty.
func contents(t *testing.T, s *sqlite.Store) map[string]any {
	t.Helper()
	ctx := t.Context()
	sealed, isSealed, err1 := s.SealedThrough(ctx)
	sums, err2 := s.Sums(ctx, []string{"stp"}, store.ByMonth, calendar.Range{From: 0, To: 30_000})
	marks, err3 := s.Marks(ctx)
	register, revision, err4 := s.Register(ctx)
	pins, err5 := s.Pins(ctx)
	accounts, err6 := s.Accounts(ctx)
	session, err7 := s.Session(ctx, [32]byte{})
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7); err != nil {
		t.Fatal(err)
	}
	responses := scanAll(t, s)
	if len(responses) == 0 || !isSealed || len(sums) == 0 || len(marks) == 0 || len(pins) == 0 || len(accounts) == 0 {
		t.Errorf("a table is empty: %d responses, sealed %v, %d sums, %d marks, %d pins, %d accounts",
			len(responses), isSealed, len(sums), len(marks), len(pins), len(accounts))
	}
	return map[string]any{
		"responses": responses, "sealed": sealed, "sums": sums, "marks": marks, "register": string(register),
		"revision": revision, "pins": pins, "accounts": accounts, "session": session,
	}
}

func TestNewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	closed(t, reopen(t, path))
	version, err := sqlite.Version()
	if err != nil {
		t.Fatal(err)
	}
	execute(t, path, fmt.Sprintf("PRAGMA user_version = %d", version+1))
	refused(t, path, store.ErrNewerSchema)
	execute(t, path, fmt.Sprintf("PRAGMA user_version = %d", version))
	closed(t, reopen(t, path))
}

// TestForeignFiles are left as they are, and the error says what they are.
func TestForeignFiles(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("No database, only text.\n", 400)), 0o600); err != nil {
		t.Fatal(err)
	}
	if message := refused(t, text, store.ErrUnavailable); !strings.Contains(message, text) || !strings.Contains(message, "not a database") {
		t.Errorf("the error of a text file is %q", message)
	}
	for name, statement := range map[string]string{"unmarked": "CREATE TABLE songs (title TEXT)", "marked": "PRAGMA application_id = 7"} {
		other := filepath.Join(folder, name+".db")
		execute(t, other, statement)
		if message := refused(t, other, store.ErrUnavailable); !strings.Contains(message, "another program") {
			t.Errorf("the error of another program's database is %q", message)
		}
	}
	refused(t, folder, store.ErrUnavailable)
	refused(t, filepath.Join(text, "hailong.db"), store.ErrUnavailable)
}

func TestOpenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "hailong.db")
	if _, err := sqlite.Open(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with a cancelled context: %v", err)
	}
	closed(t, reopen(t, path))
}

// TestOpenTogether opens one new file many times at once: one makes the
// tables, and what one writes the others read.
func TestOpenTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	stores := make([]*sqlite.Store, 6)
	var all sync.WaitGroup
	for i := range stores {
		all.Go(func() {
			var err error
			if stores[i], err = sqlite.Open(t.Context(), path); err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			if _, err := stores[i].Insert(t.Context(), sheets(i, i+1)); err != nil {
				t.Errorf("Insert: %v", err)
			}
		})
	}
	all.Wait()
	for _, s := range stores {
		if s == nil {
			continue
		}
		if got := len(scanAll(t, s)); got != len(stores) {
			t.Errorf("one store of %d sees %d responses", len(stores), got)
		}
		closed(t, s)
	}
}

// TestFileIsPrivate also has a path of signs that mean something in a URI.
func TestFileIsPrivate(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "Đắk Nông", "a?mode=memory&b#c%20d;e'f")
	path := filepath.Join(folder, "hài lòng.db")
	s := reopen(t, path)
	defer closed(t, s)
	if _, err := s.Insert(t.Context(), sheets(0, 1)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{folder: fs.ModeDir | 0o700, path: 0o600, path + "-wal": 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode(), want)
		}
	}
}

// TestLibraryVersions demands the C library that the driver was made for: it
// keeps no promise from one version to the next, and "go get -u" raises it.
func TestLibraryVersions(t *testing.T) {
	command := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}} {{.GoMod}}", "modernc.org/libc", "modernc.org/sqlite")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	lines := strings.Split(string(out), "\n")
	linked, _, _ := strings.Cut(lines[0], " ")
	_, driver, _ := strings.Cut(lines[1], " ")
	requirements, err := os.ReadFile(driver)
	if err != nil {
		t.Fatal(err)
	}
	wanted := regexp.MustCompile(`modernc\.org/libc (v\S+)`).FindSubmatch(requirements)
	if wanted == nil || string(wanted[1]) != linked {
		t.Errorf("modernc.org/libc is %s, %s asks for %s", linked, driver, wanted)
	}
}
