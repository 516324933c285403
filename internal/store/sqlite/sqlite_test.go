package sqlite_test

import (
	"path/filepath"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
	"hailong/internal/store/storetest"
)

// open opens a database of its own for the test.
func open(t testing.TB) *sqlite.Store {
	t.Helper()
	return reopen(t, filepath.Join(t.TempDir(), "data", "hailong.db"))
}

func reopen(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t) })
}

// always is every day that a test writes to.
func always() calendar.Range { return calendar.Range{From: 0, To: 50_000} }

func scanAll(t testing.TB, s store.Responses) []response.Response {
	t.Helper()
	var found []response.Response
	err := s.Scan(t.Context(), store.Scan{Range: always()}, func(r *response.Response) error {
		found = append(found, *r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
