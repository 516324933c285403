package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/bulk"
	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
	"hailong/surveys"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var vietnam = func() *time.Location {
	location, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		panic(err)
	}
	return location
}()

var (
	today = calendar.Date(2026, 11, 22)
	noon  = today.Midnight(vietnam).Add(12 * time.Hour)
)

var forms = func() *survey.Forms {
	loaded, err := survey.LoadForms(surveys.FS)
	if err != nil {
		panic(err)
	}
	return loaded
}()

var words = func() *comment.Lexicon {
	loaded, err := comment.LoadLexicon(surveys.FS)
	if err != nil {
		panic(err)
	}
	return loaded
}()

// registerOf makes agencies a0, a1, … of two counters and two services each,
// the second counter and the last agency ended.
func registerOf(n int) *org.Register {
	ended := calendar.Date(2025, 2, 28)
	var file org.File
	for i := range n {
		agency := org.Agency{Code: fmt.Sprintf("a%d", i), Name: fmt.Sprintf("Sở %d", i),
			Services: []org.Service{{Code: "lltp", Name: "Lý lịch"}, {Code: "cc", Name: "Công chứng"}},
			Counters: []org.Counter{{Code: "q1", Name: "Quầy 1", Form: "mot-cua"}, {Code: "q2", Name: "Quầy 2", Form: "mot-cua", ValidTo: &ended}}}
		if i == n-1 {
			agency.ValidTo = &ended
		}
		file.Agencies = append(file.Agencies, agency)
	}
	return org.New(file)
}

// rig is an importer over an SQLite file.
type rig struct {
	*bulk.Importer
	store *sqlite.Store
}

func newRig(t testing.TB) *rig {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "hailong.db"))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return &rig{store: s, Importer: &bulk.Importer{
		Pins: s, Ledger: ledger.New(s, now, vietnam), Register: registerOf(4), Forms: forms, Lexicon: words,
	}}
}

func now() time.Time { return noon }

func quiet(int, int) {}

func (r *rig) check(name, content string) (*bulk.Plan, error) {
	return r.Check(context.Background(), name, strings.NewReader(content), int64(len(content)), quiet)
}

func (r *rig) load(t testing.TB, name, content string) bulk.Report {
	t.Helper()
	plan, err := r.check(name, content)
	must(t, err)
	report, err := r.Store(context.Background(), plan, quiet)
	must(t, err)
	return report
}

// stored returns every response, by day, agency, id.
func (r *rig) stored(t testing.TB) []response.Response {
	t.Helper()
	var all []response.Response
	must(t, r.store.Scan(context.Background(), store.Scan{Range: calendar.Range{From: calendar.Date(2000, 1, 1), To: today}}, func(one *response.Response) error {
		all = append(all, *one)
		return nil
	}))
	return all
}

// clean demands that the kept sums are those of the stored responses.
func (r *rig) clean(t testing.TB, want int64) {
	t.Helper()
	verdict, err := r.Ledger.Verify(context.Background(), nil)
	must(t, err)
	if len(verdict.Differences) > 0 || verdict.Skipped > 0 || verdict.Responses != want {
		t.Errorf("%d responses, want %d; %d days skipped; %v", verdict.Responses, want, verdict.Skipped, verdict.Differences)
	}
}

// told writes faults as "line: message", one on each line.
func told(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var faults *bulk.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("this is no list of faults: %v", err)
	}
	var lines []string
	for _, f := range faults.First {
		lines = append(lines, fmt.Sprintf("%d: %s", f.Line, f.Message))
	}
	if more := faults.Rows - len(faults.First); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

func key(n int) string { return fmt.Sprintf("old-answer-%016d", n) }

// line is a valid NDJSON line.
func line(n int, agency string, day calendar.Day) string {
	return fmt.Sprintf(`{"submission":"%s","agency":"%s","counter":"q1","service":"%s","channel":"%s","day":"%s","shift":"am","form":"mot-cua","version":1,"lang":"vi","answers":{"overall":%d}}`+"\n",
		key(n), agency, []string{"", "lltp", "cc"}[n%3], response.Channels[n%4], day, 1+n%5)
}
