package main

import (
	"fmt"
	"strings"
)

// faultyRows is an error that tells faults of a file with their lines, each in
// a line of its own.
type faultyRows struct {
	file  string
	what  string // one of them
	total int
	lines []string
}

func (f *faultyRows) add(line int, message string) {
	f.lines = append(f.lines, fmt.Sprintf("%s:%d:1: %s", f.file, line, message))
}

// Error lists the first faults after a sentence on all of them.
func (f faultyRows) Error() string {
	what := f.what
	if f.total != 1 {
		what += "s"
	}
	head := fmt.Sprintf("%d %s in %s, nothing of it was taken over", f.total, what, f.file)
	if more := f.total - len(f.lines); more > 0 {
		head += fmt.Sprintf("; the first %d, and %d more", len(f.lines), more)
	}
	return head + ":\n" + strings.Join(f.lines, "\n")
}
