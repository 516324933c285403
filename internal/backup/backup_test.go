package backup_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"hailong/internal/backup"
	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/sqlite"
	"hailong/internal/store/storetest/engine"
	"hailong/internal/survey"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openSQLite(t *testing.T) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hailong.db"))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func openMongo(t *testing.T) store.Store {
	t.Helper()
	s, err := mongo.Open(t.Context(), engine.MongoDB(t))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

var made = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// full is a store with something of everything.
func full(t *testing.T, s store.Store) {
	t.Helper()
	ctx := t.Context()
	_, err := s.PutRegister(ctx, []byte(`{"agencies":[{"code":"stp","name":"Sở Tư pháp"}]}`), 0)
	must(t, err)
	_, err = s.PinForm(ctx, store.Pin{Form: survey.Ref{ID: "mot-cua", Version: 1}, Hash: "ab", Source: []byte(`{"id":"mot-cua"}`)})
	must(t, err)
	must(t, s.PutAccount(ctx, store.Account{Email: "a@khoi.example", Role: "office", PasswordHash: "$argon2id$", Created: made}))
	var records []store.Record
	for i := range 250 {
		records = append(records, store.Record{Kind: []string{"audit", "sheet"}[i%2], Key: fmt.Sprintf("%012d", i), Data: fmt.Appendf(nil, `{"n":%d,"name":"Đắk Nông"}`, i)})
	}
	must(t, s.PutRecords(ctx, records))
	var answers []response.Response
	for i := range 1_200 {
		answers = append(answers, response.Response{
			ID: response.ID(sha256.New().Sum(fmt.Appendf(nil, "%016d", i))[:16]), Day: calendar.Date(2026, 11, 1+i%20), Shift: calendar.Morning,
			Agency: "stp", Counter: "q1", Channel: response.QR, Form: survey.Ref{ID: "mot-cua", Version: 1}, Lang: "vi",
			Answers: []survey.Answer{{Question: "overall", Values: []string{"4"}}, {Question: "comment", Text: "Tốt, nkô̆"}},
			Verdict: response.Verdict{Held: i%9 == 0, Reasons: []string{"burst", "too_fast"}[:i%9%3]},
		})
	}
	_, err = s.Insert(ctx, answers)
	must(t, err)
}

func write(t *testing.T, s store.Store) ([]byte, backup.Count) {
	t.Helper()
	var file bytes.Buffer
	count, err := backup.Write(t.Context(), &file, s, made, nil)
	must(t, err)
	return file.Bytes(), count
}

// TestThereAndBack carries a store from SQLite to MongoDB and on to SQLite: the
// three backups are the same bytes but for the revisions of records.
func TestThereAndBack(t *testing.T) {
	first := openSQLite(t)
	full(t, first)
	file, count := write(t, first)
	if count != (backup.Count{Pins: 1, Accounts: 1, Records: 250, Responses: 1200}) {
		t.Errorf("written: %+v", count)
	}
	for name, open := range map[string]func(*testing.T) store.Store{"MongoDB": openMongo, "SQLite": openSQLite} {
		second := open(t)
		got, err := restored(t, file, second)
		must(t, err)
		if got != count {
			t.Errorf("%s: restored %+v", name, got)
		}
		again, _ := write(t, second)
		if !bytes.Equal(again, file) {
			t.Errorf("%s: the backup of what was restored is another one", name)
		}
		if _, err := restored(t, file, second); !errors.Is(err, backup.ErrNotEmpty) {
			t.Errorf("%s: restored twice: %v", name, err)
		}
	}
}

// TestDamagedFiles cuts the file everywhere and changes bytes: nothing at all
// is restored.
func TestDamagedFiles(t *testing.T) {
	s := openSQLite(t)
	full(t, s)
	file, _ := write(t, s)
	target := openSQLite(t)
	refuse := func(what string, data []byte) {
		t.Helper()
		_, err := restored(t, data, target)
		if !errors.Is(err, backup.ErrFormat) && !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
		if _, found, err := target.FirstDay(context.Background()); found || err != nil {
			t.Fatalf("%s: something was restored, %v", what, err)
		}
	}
	refuse("empty file", nil)
	refuse("no backup", []byte("agencies: []"))
	for cut := 1; cut < len(file); cut += len(file) / 40 {
		refuse(fmt.Sprintf("cut at %d", cut), file[:cut])
		changed := bytes.Clone(file)
		changed[cut] ^= 0x40
		if _, err := restored(t, changed, target); err == nil {
			t.Fatalf("byte %d changed and restored", cut)
		}
	}
}

// restored reads a backup into a store.
func restored(t *testing.T, file []byte, into store.Store) (backup.Count, error) {
	t.Helper()
	found, err := backup.Check(t.Context(), bytes.NewReader(file))
	if err != nil {
		return backup.Count{}, err
	}
	return found.Restore(t.Context(), into, nil)
}

var errCut = errors.New("cut off")

// cut is a store that stops writing after some writes, the last of them half
// done.
type cut struct {
	store.Store
	left int
}

func (c *cut) write() bool {
	c.left--
	return c.left >= 0
}

func (c *cut) PutRegister(ctx context.Context, data []byte, revision int64) (int64, error) {
	if !c.write() {
		return 0, errCut
	}
	return c.Store.PutRegister(ctx, data, revision)
}

func (c *cut) PutAccount(ctx context.Context, a store.Account) error {
	if !c.write() {
		return errCut
	}
	return c.Store.PutAccount(ctx, a)
}

func (c *cut) PutRecords(ctx context.Context, records []store.Record) error {
	if !c.write() {
		return errors.Join(c.Store.PutRecords(ctx, records[:len(records)/2]), errCut)
	}
	return c.Store.PutRecords(ctx, records)
}

func (c *cut) Insert(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	if !c.write() {
		_, err := c.Store.Insert(ctx, batch[:len(batch)/2])
		return nil, errors.Join(err, errCut)
	}
	return c.Store.Insert(ctx, batch)
}

func (c *cut) RemoveRecords(ctx context.Context, kind string, keys []string) error {
	if !c.write() {
		return errCut
	}
	return c.Store.RemoveRecords(ctx, kind, keys)
}

// TestBrokenOff cuts a restore after each of its writes. What is there then is
// known for a part, another file is refused, and the same one completes it.
func TestBrokenOff(t *testing.T) {
	source := openSQLite(t)
	full(t, source)
	file, count := write(t, source)
	other, _ := write(t, openSQLite(t))
	for name, open := range map[string]func(*testing.T) store.Store{"MongoDB": openMongo, "SQLite": openSQLite} {
		for writes, whole := 1, false; !whole; writes++ {
			s := open(t)
			_, err := restored(t, file, &cut{s, writes})
			whole = err == nil
			if !whole && !errors.Is(err, errCut) {
				t.Fatalf("%s, cut after %d writes: %v", name, writes, err)
			}
			if whole {
				if writes < 6 {
					t.Errorf("%s: only %d writes", name, writes)
				}
				must(t, backup.Unfinished(t.Context(), s))
				continue
			}
			if err := backup.Unfinished(t.Context(), s); !errors.Is(err, backup.ErrUnfinished) {
				t.Errorf("%s, cut after %d writes: %v", name, writes, err)
			}
			if _, err := restored(t, other, s); !errors.Is(err, backup.ErrOther) {
				t.Errorf("%s, another file after %d writes: %v", name, writes, err)
			}
			got, err := restored(t, file, s)
			must(t, err)
			must(t, backup.Unfinished(t.Context(), s))
			if again, _ := write(t, s); got != count || !bytes.Equal(again, file) {
				t.Errorf("%s, completed after %d writes: %+v, or another backup", name, writes, got)
			}
		}
	}
}
