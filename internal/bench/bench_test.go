package bench_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"hailong/internal/bench"

	"github.com/google/go-cmp/cmp"
)

// tiny is a run as short as it can be. Its figures mean nothing, but all of
// them must be there.
func tiny(t *testing.T) bench.Options {
	return bench.Options{
		Rounds: 1, Slot: 200 * time.Millisecond, Responses: 2000, Folder: t.TempDir(), Now: time.Now,
		Progress: func(string) func(int, int) { return func(int, int) {} },
	}
}

func run(t *testing.T, o bench.Options) *bench.Result {
	t.Helper()
	result, err := bench.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func partsOf(r *bench.Result) []bench.Part {
	var parts []bench.Part
	for _, row := range r.Rows {
		parts = append(parts, row.Part)
	}
	return slices.Compact(parts) // submissions have a row for the checks as well
}

func TestRunMeasuresEveryPart(t *testing.T) {
	o := tiny(t)
	result := run(t, o)
	if diff := cmp.Diff(bench.Parts, partsOf(result)); diff != "" {
		t.Error(diff)
	}
	for _, row := range result.Rows {
		wanted := bench.OK
		if row.Ratio.Median < row.Wanted.AtLeast {
			wanted = bench.Below
		} else if row.Wanted.AtMost > 0 && row.Ratio.Median > row.Wanted.AtMost {
			wanted = bench.Above
		}
		if row.Verdict != wanted {
			t.Errorf("%s: ratio %v of %v is said to be %s", row.Part, row.Ratio, row.Wanted, row.Verdict)
		}
		for name, spread := range map[string]bench.Spread{"own": row.Own, "bare": row.Bare, "ratio": row.Ratio} {
			if spread.Min <= 0 || spread.Min > spread.Median || spread.Median > spread.Max {
				t.Errorf("%s: %s is %+v", row.Part, name, spread)
			}
		}
	}
	if len(result.Counts) != 2 {
		t.Fatalf("counts: %+v", result.Counts)
	}
	for _, count := range result.Counts {
		if count.Acknowledged == 0 || count.Stored != count.Acknowledged || result.Lost() {
			t.Errorf("count: %+v", count)
		}
	}
	left, err := os.ReadDir(o.Folder)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestRunMeasuresOnlyWhatIsAsked(t *testing.T) {
	o := tiny(t)
	o.Parts = []bench.Part{bench.Form}
	if diff := cmp.Diff(o.Parts, partsOf(run(t, o))); diff != "" {
		t.Error(diff)
	}
}

func TestRunNeedsAFolder(t *testing.T) {
	o := tiny(t)
	o.Folder += "/missing"
	if result, err := bench.Run(t.Context(), o); err == nil {
		t.Errorf("found %+v without a folder", result)
	}
}

func TestRunNeedsTheEngine(t *testing.T) {
	o := tiny(t)
	o.Parts, o.MongoDB = []bench.Part{bench.Submit}, "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"
	_, err := bench.Run(t.Context(), o)
	if err == nil || !strings.HasPrefix(err.Error(), "bench: ask MongoDB for its version (does it run there?): ") {
		t.Errorf("error: %v", err)
	}
}

// sample is a result that was made up.
func sample() *bench.Result {
	return &bench.Result{
		Machine: bench.Machine{CPUs: 2, Platform: "linux/amd64", Go: "go1.26", Engines: []string{"SQLite", "MongoDB 7.0.1"}, Folder: "/tmp/b"},
		Rows: []bench.Row{
			{Part: bench.Form, What: "GET /q/{link}", Against: "bare Fiber", Unit: bench.PerSecond, Wanted: bench.Wanted{AtLeast: 0.8}, Verdict: bench.OK,
				Own: bench.Spread{Median: 900, Min: 800, Max: 950}, Bare: bench.Spread{Median: 1000, Min: 990, Max: 1010}, Ratio: bench.Spread{Median: 0.9, Min: 0.8, Max: 0.95}},
			{Part: bench.Dashboard, What: "year", Against: "few", Unit: bench.Milliseconds, Wanted: bench.Wanted{AtMost: 1.5}, Verdict: bench.Above,
				Own: bench.Spread{Median: 3.25, Min: 3, Max: 4}, Bare: bench.Spread{Median: 2, Min: 1.5, Max: 2.5}, Ratio: bench.Spread{Median: 1.625, Min: 1.5, Max: 1.75}},
		},
		Counts: []bench.Count{{Engine: "SQLite", Acknowledged: 12, Stored: 12}},
	}
}

const sampleTable = `what           median (min–max)          against     median (min–max)  ratio (min–max)   wanted  
GET /q/{link}  900 (800–950) per second  bare Fiber  1000 (990–1010)   0.90 (0.80–0.95)  ≥ 0.80  ok
year           3.25 (3.00–4.00) ms       few         2.00 (1.50–2.50)  1.62 (1.50–1.75)  ≤ 1.50  above
SQLite: 12 answers acknowledged, 12 stored; 0 missing, 0 doubled
2 CPUs, linux/amd64, go1.26, SQLite, MongoDB 7.0.1; files in /tmp/b
`

func TestWriteIsATableForPeople(t *testing.T) {
	var out bytes.Buffer
	if err := sample().Write(&out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sampleTable, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestResultIsReadBackFromJSON(t *testing.T) {
	data, err := json.Marshal(sample())
	if err != nil {
		t.Fatal(err)
	}
	back := new(bench.Result)
	if err := json.Unmarshal(data, back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), back); diff != "" {
		t.Error(diff)
	}
}

func TestLost(t *testing.T) {
	for name, test := range map[string]struct {
		count bench.Count
		lost  bool
	}{
		"all there":            {bench.Count{Acknowledged: 5, Stored: 5}, false},
		"stored and not told":  {bench.Count{Acknowledged: 5, Stored: 6}, false},
		"told and not stored":  {bench.Count{Acknowledged: 5, Stored: 4, Missing: 1}, true},
		"stored twice or more": {bench.Count{Acknowledged: 5, Stored: 6, Doubled: 1}, true},
	} {
		r := bench.Result{Counts: []bench.Count{{Acknowledged: 1, Stored: 1}, test.count}}
		if got := r.Lost(); got != test.lost {
			t.Errorf("%s: lost %v", name, got)
		}
	}
}
