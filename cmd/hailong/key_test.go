package main_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/audit"
	"hailong/internal/auth"
)

// auditLog returns all events of a database, oldest first, without their
// instants, which must be of now. The log must be whole.
func auditLog(t *testing.T, db string) []audit.Event {
	t.Helper()
	a, err := open(db)
	must(t, err)
	defer a.Close()
	entries, err := a.Audit.Entries(t.Context(), 0, 0)
	must(t, err)
	if n, err := a.Audit.Verify(t.Context()); err != nil || n != int64(len(entries)) {
		t.Errorf("Verify: %d of %d, %v", n, len(entries), err)
	}
	var events []audit.Event
	for _, entry := range slices.Backward(entries) {
		if age := time.Since(entry.At); age < -time.Minute || age > 10*time.Minute {
			t.Errorf("%s was written at %s", entry.Action, entry.At)
		}
		entry.At = time.Time{}
		events = append(events, entry.Event)
	}
	return events
}

// TestCommandsAreAudited does everything that is written to the log, and some
// of what is refused or changes nothing, which is not.
func TestCommandsAreAudited(t *testing.T) {
	t.Parallel()
	db := "sqlite:" + filepath.Join(t.TempDir(), "hailong.db")
	const content = "agencies:\n  - {code: stp, name: Sở Tư pháp}\n"
	register := write(t, "khoi.yaml", content)
	var said strings.Builder
	for _, step := range []struct {
		code int
		args []string
	}{
		{0, []string{"org", "import", "--dry-run", register}},
		{0, []string{"org", "import", register}},
		{0, []string{"org", "import", register}}, // changes nothing any more
		{0, []string{"user", "add", "Lan@STP.example", "--role=leader", "--agency=stp"}},
		{1, []string{"user", "add", "lan@stp.example", "--role=leader", "--agency=stp"}},
		{0, []string{"user", "reset", "LAN@stp.example"}},
		{0, []string{"user", "disable", "lan@stp.example"}},
		{0, []string{"user", "enable", "lan@stp.example"}},
		{1, []string{"user", "enable", "nobody@stp.example"}},
		{0, []string{"key", "add", "bao-cao", "--scope=scores:read", "--scope=responses:read"}},
		{1, []string{"key", "add", "bao-cao", "--scope=scores:read"}},
		{0, []string{"key", "add", "may-so", "--scope=tickets:issue", "--agency=stp"}},
		{0, []string{"key", "revoke", "bao-cao"}},
		{1, []string{"key", "revoke", "khac"}},
	} {
		ended := run(t, "", append(step.args, "--db="+db)...)
		if ended.code != step.code {
			t.Fatalf("hailong %v: exit %d, want %d\n%s", step.args, ended.code, step.code, ended.err)
		}
		said.WriteString(ended.out)
	}
	sum := sha256.Sum256([]byte(content))
	by := func(action, subject string, detail map[string]string) audit.Event {
		return audit.Event{By: "command line", Action: action, Subject: subject, Detail: detail}
	}
	got := auditLog(t, db)
	want := []audit.Event{
		by("register.import", "khoi.yaml", map[string]string{"changes": "1", "sha256": hex.EncodeToString(sum[:])}),
		by("user.add", "lan@stp.example", map[string]string{"role": "leader", "agency": "stp"}),
		by("user.reset", "lan@stp.example", nil),
		by("user.disable", "lan@stp.example", nil),
		by("user.enable", "lan@stp.example", nil),
		by("key.add", "bao-cao", map[string]string{"scopes": "scores:read responses:read"}),
		by("key.add", "may-so", map[string]string{"scopes": "tickets:issue", "agency": "stp"}),
		by("key.revoke", "bao-cao", nil),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, event := range got {
		for _, text := range event.Detail {
			for line := range strings.Lines(said.String()) {
				if secret := strings.TrimSpace(line); len(secret) > 15 && strings.Contains(text, secret) {
					t.Errorf("the log of %s holds what was printed: %s", event.Action, text)
				}
			}
		}
	}
}

// TestKeySecretOpens the service's own check with what the command printed.
func TestKeySecretOpens(t *testing.T) {
	t.Parallel()
	db := "sqlite:" + filepath.Join(t.TempDir(), "hailong.db")
	secret := strings.TrimSpace(succeed(t, "", "key", "add", "bao-cao", "--scope=scores:read", "--db="+db))
	checked := func() (auth.Key, error) {
		a, err := open(db)
		must(t, err)
		defer a.Close()
		return a.Keys.Check(t.Context(), secret)
	}
	if key, err := checked(); err != nil || key.Name != "bao-cao" || !key.May(auth.ReadScores, "stp") {
		t.Errorf("Check: %+v, %v", key, err)
	}
	if list := succeed(t, "", "key", "list", "--db="+db); !strings.Contains(list, "last used ") {
		t.Errorf("key list after a use: %s", list)
	}
	succeed(t, "", "key", "revoke", "bao-cao", "--db="+db)
	if _, err := checked(); !errors.Is(err, auth.ErrKeyRevoked) {
		t.Errorf("Check after revoking: %v", err)
	}
}
