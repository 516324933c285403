package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	hailong "hailong/cmd/hailong"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(workshop{m}, map[string]func(){"hailong": hailong.Main})
}

// workshop runs the tests and sweeps up what they share.
type workshop struct{ *testing.M }

func (w workshop) Run() int {
	defer os.RemoveAll(bench())
	return w.M.Run()
}

// bench is the folder of the program under test.
var bench = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "hailong-test")
	if err != nil {
		panic(err)
	}
	return dir
})

// build makes the program as an operator would, once for all tests.
var build = sync.OnceValues(func() (string, error) {
	path := filepath.Join(bench(), "hailong")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func program(t *testing.T) string {
	t.Helper()
	path, err := build()
	must(t, err)
	return path
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// environment is that of the tests without settings of the program.
func environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "HAILONG_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// ran is a command that has ended.
type ran struct {
	out, err string
	code     int
}

// run runs one command of the program to its end.
func run(t *testing.T, input string, args ...string) ran {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program(t), args...)
	var out, err bytes.Buffer
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environment(), strings.NewReader(input), &out, &err
	failed := cmd.Run()
	var exit *exec.ExitError
	if failed != nil && !errors.As(failed, &exit) {
		t.Fatalf("hailong %s: %v", strings.Join(args, " "), failed)
	}
	return ran{out.String(), err.String(), cmd.ProcessState.ExitCode()}
}

// succeed demands that the command does what it is told and returns what it
// printed.
func succeed(t *testing.T, input string, args ...string) string {
	t.Helper()
	ended := run(t, input, args...)
	if ended.code != 0 {
		t.Fatalf("hailong %s: exit %d\n%s%s", strings.Join(args, " "), ended.code, ended.out, ended.err)
	}
	return ended.out
}

// write makes a file in a folder of the test and returns its path.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}
