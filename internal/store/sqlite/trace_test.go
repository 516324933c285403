package sqlite_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
)

const traceDay calendar.Day = 20_636

// arrivals stores answers one by one, as a quiet counter gets them, some with a
// comment, and returns them in the order in which they came.
func arrivals(t *testing.T, s *sqlite.Store, day calendar.Day, n int) []response.Response {
	t.Helper()
	all := make([]response.Response, n)
	for i := range all {
		id, err := response.NewID(response.NewSubmission())
		must(t, err)
		all[i] = response.Response{ID: id, Day: day, Shift: calendar.Morning, Agency: "stp", Counter: "q1", Channel: response.QR,
			Form: survey.Ref{ID: "mot-cua", Version: 1}, Lang: "vi", Answers: []survey.Answer{{Question: "overall", Values: []string{"4"}}}}
		if i%3 == 0 {
			all[i].Answers = append(all[i].Answers, survey.Answer{Question: "comment", Text: fmt.Sprintf("lời %x", id[:6])})
		}
		_, err = s.Insert(t.Context(), all[i:i+1])
		must(t, err)
	}
	return all
}

// agreement says how far the places of ids within the pages of a file agree with
// the order in which they came, as a sum over the pairs that share a page: all
// pairs, or minus all, is one order, and about 0 is chance (Kendall's tau).
func agreement(file []byte, came []response.Response) (sum, pairs int) {
	const page = 4096
	for begin := 0; begin+page <= len(file); begin += page {
		var places []int // by arrival, of those in the page
		for i := range came {
			if at := bytes.Index(file[begin:begin+page], came[i].ID[:]); at >= 0 {
				places = append(places, at)
			}
		}
		for i := range places {
			for k := range i {
				pairs++
				if places[k] < places[i] {
					sum++
				} else {
					sum--
				}
			}
		}
	}
	return sum, pairs
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	must(t, err)
	return content
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestTidyWipesOutTheOrderOfArrival reads the bytes of files of quiet days:
// before, each page holds the answers in the order in which they came.
func TestTidyWipesOutTheOrderOfArrival(t *testing.T) {
	var before, after, pairsBefore, pairsAfter int
	for range 20 {
		path := filepath.Join(t.TempDir(), "hailong.db")
		s, err := sqlite.Open(t.Context(), path)
		must(t, err)
		came := arrivals(t, s, traceDay, 14)
		must(t, s.EmptyLog(t.Context()))
		sum, pairs := agreement(read(t, path), came)
		before, pairsBefore = before+sum, pairsBefore+pairs
		must(t, s.Tidy(t.Context(), traceDay))
		if log := read(t, path+"-wal"); len(log) != 0 {
			t.Errorf("the log still holds %d bytes", len(log))
		}
		file := read(t, path)
		sum, pairs = agreement(file, came)
		after, pairsAfter = after+sum, pairsAfter+pairs
		for i := range came {
			indexes := 2 // the table and the index of ids
			if came[i].HasText() {
				indexes = 4
			}
			if n := bytes.Count(file, came[i].ID[:]); n != indexes {
				t.Errorf("an id stands %d times in the file, want %d: something was left behind", n, indexes)
			}
		}
		must(t, s.Close())
	}
	if tau := float64(before) / float64(pairsBefore); tau > -0.9 {
		t.Errorf("before: %.2f over %d pairs; this test would see nothing", tau, pairsBefore)
	}
	if tau := float64(after) / float64(pairsAfter); math.Abs(tau) > 0.3 || pairsAfter < 1_000 {
		t.Errorf("after: %.2f over %d pairs", tau, pairsAfter)
	}
}

// TestTidyRenumbersRecords writes records about answers of a day in a random
// order and reads them by their number.
func TestTidyRenumbersRecords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	s, err := sqlite.Open(t.Context(), path)
	must(t, err)
	for _, r := range arrivals(t, s, traceDay, 40) {
		must(t, s.PutRecords(t.Context(), []store.Record{{Kind: "decision", Key: traceDay.String() + "/stp/" + r.ID.String(), Data: []byte("held")}}))
	}
	must(t, s.PutRecords(t.Context(), []store.Record{{Kind: "other", Key: "stays", Data: []byte("as it is")}}))
	must(t, s.Tidy(t.Context(), traceDay))
	left, err := s.Records(t.Context(), store.Span{Kind: "decision"})
	must(t, err)
	if len(left) != 40 || left[0].Revision != 1 || string(left[0].Data) != "held" {
		t.Errorf("%d records are left, the first is %+v", len(left), left[0])
	}
	must(t, s.Close())
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	rows, err := db.Query(`SELECT key FROM records WHERE kind = 'decision' ORDER BY rowid`)
	must(t, err)
	for i := 0; rows.Next(); i++ {
		var key string
		must(t, rows.Scan(&key))
		if key != left[i].Key {
			t.Fatalf("record %d by number is %s, by key %s", i, key, left[i].Key)
		}
	}
	must(t, rows.Err())
}

// TestRemovedAnswersAreGone looks for what was removed in every byte of the
// three files. SQLite may leave a fragment in the page that removed and kept rows
// shared: in 250 such files 16 held an id, and 2 of them something of an answer.
func TestRemovedAnswersAreGone(t *testing.T) {
	const files = 10
	ids, answers := 0, 0
	for range files {
		path := filepath.Join(t.TempDir(), "hailong.db")
		s, err := sqlite.Open(t.Context(), path)
		must(t, err)
		old := arrivals(t, s, traceDay-800, 300)
		arrivals(t, s, traceDay, 300)
		must(t, s.Tidy(t.Context(), traceDay-800))
		if found, read := traces(read(t, path), old); found != 300 || read != 300 {
			t.Fatalf("before: %d ids and %d answers are found; this test would see nothing", found, read)
		}
		_, err = s.RemoveThrough(t.Context(), traceDay-700)
		must(t, err)
		for _, ending := range []string{"", "-wal", "-shm"} {
			found, read := traces(read(t, path+ending), old)
			ids, answers = ids+found, answers+read
		}
		must(t, s.Close())
	}
	if ids > files || answers > 3 {
		t.Errorf("%d ids and %d answers of %d removed responses are still in the files", ids, answers, 300*files)
	}
}

// traces counts of how many responses the id, and of how many what was
// answered, stands in a file.
func traces(file []byte, of []response.Response) (ids, answers int) {
	for i := range of {
		parts := bytes.Split(file, of[i].ID[:])
		if len(parts) > 1 {
			ids++
		}
		beside := func(part []byte) bool { return bytes.Contains(part[:min(len(part), 64)], []byte(`{"q"`)) }
		text := of[i].Text("comment")
		if slices.ContainsFunc(parts[1:], beside) || text != "" && bytes.Contains(file, []byte(text)) {
			answers++
		}
	}
	return ids, answers
}

// TestRemovalKeepsTheRest removes old responses: the others stay, and new ones
// lie in the pages that became free.
func TestRemovalKeepsTheRest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	s, err := sqlite.Open(t.Context(), path)
	must(t, err)
	arrivals(t, s, traceDay-800, 300)
	kept := arrivals(t, s, traceDay, 300)
	size := len(read(t, path+"-wal"))
	if n, err := s.RemoveThrough(t.Context(), traceDay-700); n != 300 || err != nil {
		t.Fatalf("RemoveThrough: %d, %v", n, err)
	}
	for i := range kept {
		if !bytes.Contains(read(t, path), kept[i].ID[:]) {
			t.Fatal("a response that was not removed is not in the file")
		}
	}
	pages := len(read(t, path))
	arrivals(t, s, traceDay, 200)
	must(t, s.EmptyLog(t.Context()))
	if grown := len(read(t, path)); grown > pages {
		t.Errorf("the file grew from %d to %d bytes, though pages were free", pages, grown)
	}
	t.Logf("log of %d bytes, file of %d", size, pages)
	must(t, s.Close())
}
