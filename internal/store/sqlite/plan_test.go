package sqlite_test

import (
	"strconv"
	"strings"
	"testing"

	"hailong/internal/store"
	"hailong/internal/store/sqlite"
)

// TestHotQueriesUseAKey reads the plans of an empty database, of a full one,
// and of a full one with statistics: none may read a whole table, or sort.
func TestHotQueriesUseAKey(t *testing.T) {
	s := open(t)
	defer s.Close()
	checkPlans(t, s, "empty")
	if _, err := s.Insert(t.Context(), sheets(0, 3_000)); err != nil {
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
		for step := range strings.Lines(plan) {
			if table, ok := strings.CutPrefix(step, "SCAN "); ok && !small(table) || strings.Contains(step, "TEMP B-TREE") {
				t.Errorf("%s, %s database: %s", name, state, step)
			}
		}
		if !strings.Contains(plan, "SEARCH") {
			t.Errorf("%s, %s database: nothing is searched for: %s", name, state, plan)
		}
	}
}

// small names what a query may read as a whole: the list that it was given,
// and the one page that it makes.
func small(table string) bool {
	switch strings.Fields(table)[0] {
	case "json_each", "agencies", "page", "parts", strconv.Itoa(store.Parts): // the last are constants
		return true
	}
	return false
}
