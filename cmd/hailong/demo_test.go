package main_test

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDemo starts the demo twice on one folder: its office has worked once, all
// of it can be verified, and what it has published stands there for everybody.
func TestDemo(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	db := "sqlite:" + filepath.Join(folder, "demo.db")
	var before string
	for range 2 {
		cmd := exec.Command(program(t), "demo", "--listen=127.0.0.1:0", "--responses=2000", "--data="+folder)
		cmd.Env = environment()
		s, err := start(cmd)
		must(t, err)
		t.Cleanup(s.kill)
		if got, err := send(newClient(), http.MethodGet, s.url+"/results", "", ""); err != nil || got.status != http.StatusOK {
			t.Errorf("/results: %d, %v", got.status, err)
		}
		if code := s.stop(); code != 0 {
			t.Fatalf("exit %d\n%s", code, s.log.end())
		}
		periods := succeed(t, "", "period", "list", "--json", "--db="+db)
		if before != "" && before != periods {
			t.Errorf("the second start changed something (-first +second):\n%s", cmp.Diff(before, periods))
		}
		before = periods
	}
	succeed(t, "", "verify", "--db="+db)
	var periods []struct {
		State    string
		Revision int
	}
	must(t, json.Unmarshal([]byte(before), &periods))
	published, corrected := 0, 0
	for _, p := range periods {
		if p.State == "published" {
			published++
		}
		if p.Revision == 2 {
			corrected++
		}
	}
	if published < 2 || corrected != 1 {
		t.Errorf("periods: %s", before)
	}
}
