package outside_test

import (
	"cmp"
	"fmt"
	"testing"

	"hailong/internal/outside"
)

// ending is a test that remembers how it was ended, and goes on.
type ending struct {
	testing.TB
	how string
}

func (e *ending) Helper() {}

func (e *ending) Fatalf(format string, args ...any) { e.end("fails", format, args) }

func (e *ending) Skipf(format string, args ...any) { e.end("is skipped", format, args) }

// end keeps the first end alone: after it a test does nothing any more.
func (e *ending) end(how, format string, args []any) {
	e.how = cmp.Or(e.how, how+": "+fmt.Sprintf(format, args...))
}

// TestMissingTool demands that no test is skipped unseen where all programs
// must be there.
func TestMissingTool(t *testing.T) {
	for ci, want := range map[string]string{
		"":     "is skipped: no-such-program is missing (Debian package nothing)",
		"true": "fails: no-such-program is missing: install the Debian package nothing",
	} {
		t.Setenv("CI", ci)
		e := &ending{TB: t}
		outside.Tool(e, "nothing", "no-such-program", "nor-this-one")
		if e.how != want {
			t.Errorf("CI=%q: the test %s", ci, e.how)
		}
	}
}

func TestToolGoesByAnyOfItsNames(t *testing.T) {
	program := outside.Tool(t, "golang-go", "no-such-program", "go")
	if out := outside.Run(t, program, "env", "GOARCH"); out == "" {
		t.Error("what the program writes is lost")
	}
}
