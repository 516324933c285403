// Package outside finds and runs the programs of others with which tests read
// what this program writes. It may be imported by tests only, and it judges
// nothing but whether a program ran.
package outside

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hailong/internal/config"

	"golang.org/x/text/unicode/norm"
)

// Tool returns the path of a program that goes by one of the names. A laptop
// may lack it: then the test is skipped. The continuous integration may not:
// there the test fails.
func Tool(t testing.TB, debianPackage string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if config.InCI() {
		t.Fatalf("%s is missing: install the Debian package %s", names[0], debianPackage)
	}
	t.Skipf("%s is missing (Debian package %s)", names[0], debianPackage)
	return ""
}

// Run runs a program and returns what it wrote to its standard output. One
// that fails ends the test with what it wrote to its standard error.
func Run(t testing.TB, program string, args ...string) string {
	t.Helper()
	return output(t, exec.Command(program, args...))
}

func output(t testing.TB, command *exec.Cmd) string {
	t.Helper()
	var told bytes.Buffer
	command.Stderr = &told
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(command.Path), strings.Join(command.Args[1:], " "), err, told.Bytes())
	}
	return string(out)
}

// Words returns the text of a PDF file in NFC, with one space between words.
// The options are those of pdftotext: "-layout" keeps each line of a table in
// one piece.
func Words(t testing.TB, pdf string, options ...string) string {
	t.Helper()
	text := Run(t, Tool(t, "poppler-utils", "pdftotext"), append(append([]string{}, options...), pdf, "-")...)
	return strings.Join(strings.Fields(norm.NFC.String(text)), " ")
}
