package main_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// table is the data of a chart, every cell as it is written; a cell without a
// value is "".
type table struct {
	Columns []string
	Rows    [][]string
}

// readChart asks for one chart in both formats, which must say the same.
func readChart(t *testing.T, s *server, client *http.Client, agency, name, query string) table {
	t.Helper()
	path := "/dashboard/" + agency + "/charts/" + name
	drawn, listed := s.getAs(client, path+".json?"+query), s.getAs(client, path+".csv?"+query)
	if drawn.status != http.StatusOK || listed.status != http.StatusOK {
		t.Fatalf("%s?%s: %d as JSON, %d as CSV\n%s", path, query, drawn.status, listed.status, drawn.body)
	}
	got := parseJSON(t, drawn.body)
	if diff := cmp.Diff(got, parseCSV(t, listed.body)); diff != "" {
		t.Errorf("%s?%s: JSON and CSV differ (-JSON +CSV):\n%s", path, query, diff)
	}
	return got
}

func parseJSON(t *testing.T, body string) table {
	t.Helper()
	var chart struct {
		Options map[string]any
		Table   struct {
			Columns []string
			Rows    [][]any
		}
	}
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	must(t, decoder.Decode(&chart))
	if len(chart.Options) == 0 {
		t.Errorf("a chart without options: %s", body)
	}
	parsed := table{Columns: chart.Table.Columns, Rows: [][]string{}}
	for _, row := range chart.Table.Rows {
		cells := make([]string, len(row))
		for i, value := range row {
			switch value := value.(type) {
			case nil:
			case string:
				cells[i] = value
			case json.Number:
				cells[i] = value.String()
			default:
				t.Errorf("a cell that is neither text nor number: %v", value)
			}
		}
		parsed.Rows = append(parsed.Rows, cells)
	}
	return parsed
}

func parseCSV(t *testing.T, body string) table {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	must(t, err)
	if len(records) == 0 {
		t.Fatalf("a CSV without a header: %q", body)
	}
	return table{Columns: records[0], Rows: records[1:]}
}
