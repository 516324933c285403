package sqlite_test

import (
	"strings"
	"testing"

	"hailong/internal/store/sqlite"
)

// TestHotQueriesUseAKey reads the plans of an empty database, of a full one,
// and of a full one with statistics: none may read a whole table, or sort.
func TestHotQueriesUseAKey(t *testing.T) {
	s := open(t)
	defer s.Close()
	checkPlans(t, s, "empty")
	if _, err := s.Insert(t.Context(), sheets(t, 0, 3_000)); err != nil {
		t.Fatal(err)
	}
	checkPlans(t, s, "full")
	if err := s.Analyze(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkPlans(t, s, "analysed")
}

func checkPlans(t *testing.T, s *sqlite.Store, state string) {
	t.Helper()
	for name, query := range sqlite.HotQueries() {
		plan, err := s.Plan(t.Context(), query)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		t.Logf("%s, %s:\n%s", state, name, plan)
		for step := range strings.Lines(plan) {
			reads := strings.HasPrefix(step, "SCAN") && !strings.HasPrefix(step, "SCAN json_each")
			if reads || strings.Contains(step, "TEMP B-TREE") {
				t.Errorf("%s, %s database: %s", name, state, step)
			}
		}
		if !strings.Contains(plan, "SEARCH") {
			t.Errorf("%s, %s database: nothing is searched for: %s", name, state, plan)
		}
	}
}
