package audit_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/audit"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
)

func open(t *testing.T) *sqlite.Store {
	t.Helper()
	return openFile(t, filepath.Join(t.TempDir(), "hailong.db"))
}

func openFile(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123_456_789, time.FixedZone("ICT", 7*3600))

// event returns the nth sample event.
func event(n int) audit.Event {
	return audit.Event{
		At: noon.Add(time.Duration(n) * time.Minute), By: "lan@daknong.vn", Action: audit.PeriodClose, Subject: fmt.Sprint("kỳ ", n),
		Detail: map[string]string{"reason": "đủ phiếu <&> 🙂", "agencies": fmt.Sprint(n), "": ""},
	}
}

func appendAll(t *testing.T, l *audit.Log, n, m int) {
	t.Helper()
	for ; n < m; n++ {
		if err := l.Append(t.Context(), event(n)); err != nil {
			t.Fatal(err)
		}
	}
}

func verified(t *testing.T, l *audit.Log, want int64) {
	t.Helper()
	if n, err := l.Verify(t.Context()); n != want || err != nil {
		t.Errorf("Verify: %d, %v; want %d", n, err, want)
	}
}

func TestEmptyLog(t *testing.T) {
	l := audit.New(open(t))
	verified(t, l, 0)
	if sequence, hash, err := l.Head(t.Context()); sequence != 0 || hash != strings.Repeat("0", 64) || err != nil {
		t.Errorf("Head: %d, %s, %v", sequence, hash, err)
	}
	if entries, err := l.Entries(t.Context(), 0, 10); len(entries) != 0 || err != nil {
		t.Errorf("Entries: %v, %v", entries, err)
	}
}

func TestEventsComeBackNewestFirst(t *testing.T) {
	s := open(t)
	appendAll(t, audit.New(s), 1, 8)
	l := audit.New(s) // the chain goes on after a restart
	appendAll(t, l, 8, 11)
	verified(t, l, 10)
	for _, c := range []struct {
		before       int64
		limit        int
		newest, many int
	}{{0, 3, 10, 3}, {8, 3, 7, 3}, {3, 100, 2, 2}, {1, 5, 0, 0}, {0, 0, 10, 10}, {999, 1, 10, 1}} {
		entries, err := l.Entries(t.Context(), c.before, c.limit)
		if err != nil || len(entries) != c.many {
			t.Errorf("Entries before %d, %d of them: %d, %v", c.before, c.limit, len(entries), err)
		}
		for i, entry := range entries {
			want := event(c.newest - i)
			want.At = want.At.UTC().Truncate(time.Millisecond)
			if diff := cmp.Diff(want, entry.Event); diff != "" || entry.Sequence != int64(c.newest-i) {
				t.Errorf("entry %d: %s", entry.Sequence, diff)
			}
		}
	}
}

// TestHashIsThatOfTheRecord computes the chain as an outsider would: from the
// bytes that are stored, with a member cut out.
func TestHashIsThatOfTheRecord(t *testing.T) {
	s := open(t)
	l := audit.New(s)
	appendAll(t, l, 1, 4)
	records, err := s.Records(t.Context(), store.Span{Kind: "audit"})
	if err != nil || len(records) != 3 {
		t.Fatal(len(records), err)
	}
	previous := strings.Repeat("0", 64)
	for i, record := range records {
		if want := fmt.Sprintf("%012d", i+1); record.Key != want {
			t.Errorf("key %q, want %q", record.Key, want)
		}
		data := string(record.Data)
		_, hash, _ := strings.Cut(data, `"hash":"`)
		hash = hash[:64]
		sum := sha256.Sum256([]byte(strings.Replace(data, `"hash":"`+hash+`",`, "", 1)))
		if hash != hex.EncodeToString(sum[:]) {
			t.Errorf("entry %d has another hash than its content: %s", i+1, data)
		}
		if !strings.Contains(data, `"previous":"`+previous+`"`) {
			t.Errorf("entry %d does not name %s: %s", i+1, previous, data)
		}
		previous = hash
	}
	if sequence, hash, err := l.Head(t.Context()); sequence != 3 || hash != previous || err != nil {
		t.Errorf("Head: %d, %s, %v", sequence, hash, err)
	}
	want := `{"action":"period.close","at":"2026-11-22T05:01:00.123Z","by":"lan@daknong.vn","detail":{"":"","agencies":"1","reason":"đủ phiếu <&> 🙂"},"hash":"`
	if !strings.HasPrefix(string(records[0].Data), want) {
		t.Errorf("the first record is %s", records[0].Data)
	}
}

func TestAppendRefuses(t *testing.T) {
	l := audit.New(open(t))
	for name, spoil := range map[string]func(*audit.Event){
		"no instant": func(e *audit.Event) { e.At = time.Time{} },
		"nobody":     func(e *audit.Event) { e.By = "" },
		"no action":  func(e *audit.Event) { e.Action = "" },
	} {
		e := event(1)
		spoil(&e)
		if err := l.Append(t.Context(), e); !errors.Is(err, audit.ErrEvent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Append(ctx, event(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	verified(t, l, 0)
}

// TestAppendTakesEveryText has bytes that JSON cannot hold; nobody may keep
// out of the log by typing them.
func TestAppendTakesEveryText(t *testing.T) {
	l := audit.New(open(t))
	given := audit.Event{At: noon, By: audit.ByKey("a\xff"), Action: audit.ServedImport, Subject: "\x00\"\\\u2028", Detail: map[string]string{"\xc3": "\xa9 é"}}
	if err := l.Append(t.Context(), given); err != nil {
		t.Fatal(err)
	}
	given.By, given.Detail = "key:a\ufffd", map[string]string{"\ufffd": "\ufffd é"}
	given.At = given.At.UTC().Truncate(time.Millisecond)
	entries, err := l.Entries(t.Context(), 0, 1)
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	if diff := cmp.Diff(given, entries[0].Event); diff != "" {
		t.Error(diff)
	}
	verified(t, l, 1)
}

// TestTwoLogsOnOneStore has two processes' worth of logs on one file, each
// with many goroutines: every event is there once, in one chain.
func TestTwoLogsOnOneStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	logs := []*audit.Log{audit.New(openFile(t, path)), audit.New(openFile(t, path))}
	const writers, each = 5, 6
	var all sync.WaitGroup
	for i, l := range logs {
		for w := range writers {
			all.Go(func() {
				for n := range each {
					e := event(n)
					e.Subject = fmt.Sprint(i, w, n)
					if err := l.Append(t.Context(), e); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	verified(t, logs[0], int64(len(logs)*writers*each))
	entries, err := logs[1].Entries(t.Context(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, entry := range entries {
		seen[entry.Subject] = true
	}
	if len(seen) != len(logs)*writers*each {
		t.Errorf("%d different events of %d are there", len(seen), len(logs)*writers*each)
	}
}

// overtaken is a store in which somebody else is often faster.
type overtaken struct {
	*sqlite.Store
	times int
}

func (o *overtaken) PutRecords(ctx context.Context, records []store.Record) error {
	if o.times--; o.times >= 0 {
		return store.ErrExists
	}
	return o.Store.PutRecords(ctx, records)
}

func TestAppendGivesUpInTheEnd(t *testing.T) {
	s := open(t)
	if err := audit.New(&overtaken{s, 99}).Append(t.Context(), event(1)); err != nil {
		t.Errorf("overtaken 99 times: %v", err)
	}
	if err := audit.New(&overtaken{s, 100}).Append(t.Context(), event(2)); !errors.Is(err, store.ErrExists) {
		t.Errorf("overtaken 100 times: %v", err)
	}
	verified(t, audit.New(s), 1)
}

// TestAppendOnce has many finish the same step: it is told once, unless the
// entry that tells it lies before the place that is named.
func TestAppendOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hailong.db")
	logs := []*audit.Log{audit.New(openFile(t, path)), audit.New(openFile(t, path))}
	appendAll(t, logs[0], 1, 3)
	_, head, err := logs[0].Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			e := event(2)
			e.At = e.At.Add(time.Duration(i) * time.Second)
			if err := logs[i%2].AppendOnce(t.Context(), e, head); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	verified(t, logs[0], 3)
	appendAll(t, logs[0], 4, 300) // more than one page lies between
	if err := logs[0].AppendOnce(t.Context(), event(2), head); err != nil {
		t.Error(err)
	}
	verified(t, logs[0], 299)
	other := event(2)
	other.Detail = nil
	if err := logs[0].AppendOnce(t.Context(), other, head); err != nil {
		t.Error(err)
	}
	verified(t, logs[0], 300)
}
