package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a flag does not take is wrong usage and not a failure: the exit code is
// 2, the message names the flag and what it takes, and nothing is made.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, says string }{
		{"key add x --scope scores:write", "scores:read, responses:read, tickets:issue and served:write"},
		{"key add x --scope scores:read,all", `scope "all"`},
		{"key add x --scope=", "--scope: a key needs at least one scope"},
		{"key add x", "--scope"},
		{"user add a@b.example --role boss", "admin, office, reviewer, leader, clerk and auditor"},
		{"qr --all --format gif", "--format"},
		{"qr --all --size a3", "--size"},
		{"scores --period 2026 --by party", "--by"},
		{"scores --period 2026 --format pdf", "--format"},
		{"serve --comments never", "--comments"},
		{"serve --timezone Mars/Olympus", "--timezone"},
		{"bench measure --only all", "--only"},
	} {
		folder := t.TempDir()
		args := append(strings.Fields(c.line), "--db=sqlite:"+filepath.Join(folder, "hailong.db"))
		if strings.HasPrefix(c.line, "bench") {
			args = args[:len(args)-1]
		}
		got := run(t, "", args...)
		if got.code != 2 || !strings.Contains(got.err, c.says) || got.out != "" {
			t.Errorf("%s: exit %d, %q %q", c.line, got.code, got.out, got.err)
		}
		if made, err := os.ReadDir(folder); err != nil || len(made) > 0 {
			t.Errorf("%s made %v, %v", c.line, made, err)
		}
	}
}
