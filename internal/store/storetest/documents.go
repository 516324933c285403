package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/store"
)

func recordChecks() []check {
	return []check{
		{"RecordRevisions", recordRevisions},
		{"RecordHasOneWinner", recordHasOneWinner},
		{"RecordsAppendedByMany", recordsAppendedByMany},
		{"RecordsOrder", recordsOrder},
		{"RecordsSpan", recordsSpan},
		{"RecordsKindsApart", recordsKindsApart},
		{"KindsOfRecords", kindsOfRecords},
		{"RecordsBatchStops", recordsBatchStops},
		{"RecordsBatchOfMany", recordsBatchOfMany},
		{"RemoveRecords", removeRecords},
		{"RecordsOfThreeMegabytes", recordsOfThreeMegabytes},
		{"RecordWithoutData", recordWithoutData},
	}
}

// scarcely are keys of which a careless store makes nothing, or the start of a
// span.
func scarcely() []string { return []string{"", " ", "\t", "  ", "\u00a0", "\u200b", "\ufeff"} }

// manyKeys are all keys that are hard to tell apart, in the order of the
// contract.
func manyKeys() []string {
	keys := append(scarcely(), awkward()...)
	slices.Sort(keys)
	return keys
}

// kindsOfRecords lists kinds that are there, each once, and none that is gone.
func kindsOfRecords(t *testing.T, s store.Store) {
	list := func(want ...string) {
		t.Helper()
		got, err := s.Kinds(t.Context())
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("Kinds: %q, %v, want %q", got, err, want)
		}
	}
	list()
	for _, kind := range []string{"sheet", "audit", "kỳ"} {
		for _, key := range []string{"1", "2"} {
			if err := s.PutRecords(t.Context(), []store.Record{recordOf(kind, key, 0, "x")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	list("audit", "kỳ", "sheet")
	if err := s.RemoveRecords(t.Context(), "kỳ", []string{"1", "2"}); err != nil {
		t.Fatal(err)
	}
	list("audit", "sheet")
}

func recordOf(kind, key string, revision int64, text string) store.Record {
	return store.Record{Kind: kind, Key: key, Revision: revision, Data: []byte(text)}
}

func putRecords(t *testing.T, s store.Records, all ...store.Record) {
	t.Helper()
	if err := s.PutRecords(t.Context(), all); err != nil {
		t.Fatalf("PutRecords: %v", err)
	}
}

func records(t *testing.T, s store.Records, span store.Span) []store.Record {
	t.Helper()
	found, err := s.Records(t.Context(), span)
	if err != nil {
		t.Fatalf("Records %+v: %v", span, err)
	}
	return found
}

// sameRecord demands a record, read in both ways.
func sameRecord(t *testing.T, s store.Records, want store.Record) {
	t.Helper()
	got, err := s.Record(t.Context(), want.Kind, want.Key)
	if err != nil {
		t.Errorf("Record %s %q: %v", want.Kind, want.Key, err)
	}
	same(t, "record", got, want)
	same(t, "record of a span", records(t, s, store.Span{Kind: want.Kind, From: want.Key, To: want.Key + "\x01"}), []store.Record{want})
}

func noRecord(t *testing.T, s store.Records, kind, key string) {
	t.Helper()
	if got, err := s.Record(t.Context(), kind, key); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Record %s %q, which is not there: %+v, %v", kind, key, got, err)
	}
}

func recordRevisions(t *testing.T, s store.Store) {
	noRecord(t, s, "period", "2026")
	for i, step := range []struct {
		revision int64
		want     error
	}{
		{1, store.ErrConflict}, {0, nil}, {0, store.ErrExists}, {2, store.ErrConflict},
		{1, nil}, {1, store.ErrConflict}, {0, store.ErrExists}, {2, nil}, {-1, store.ErrConflict},
	} {
		r := recordOf("period", "2026", step.revision, fmt.Sprint("step ", i))
		if err := s.PutRecords(t.Context(), []store.Record{r}); !errors.Is(err, step.want) {
			t.Errorf("step %d: PutRecords over revision %d: %v, want %v", i, step.revision, err, step.want)
		}
		if step.want == nil {
			r.Revision++
			sameRecord(t, s, r)
		}
	}
	sameRecord(t, s, recordOf("period", "2026", 3, "step 7"))
}

// recordHasOneWinner lets many create a record, and then many change it.
func recordHasOneWinner(t *testing.T, s store.Store) {
	for revision := range int64(4) {
		loses := store.ErrConflict
		if revision == 0 {
			loses = store.ErrExists
		}
		errs := make([]error, 8)
		together(len(errs), func(w int) {
			errs[w] = s.PutRecords(t.Context(), []store.Record{recordOf("period", "2026", revision, fmt.Sprint("writer ", w))})
		})
		winner := slices.Index(errs, nil)
		if winner < 0 {
			t.Fatalf("nobody wrote over revision %d: %v", revision, errs)
		}
		for w, err := range errs {
			if w != winner && !errors.Is(err, loses) {
				t.Errorf("PutRecords over %d by writer %d: %v, want %v", revision, w, err, loses)
			}
		}
		sameRecord(t, s, recordOf("period", "2026", revision+1, fmt.Sprint("writer ", winner)))
	}
}

// recordsAppendedByMany is a log: each writer takes the number after the last
// and tries again where it was overtaken.
func recordsAppendedByMany(t *testing.T, s store.Store) {
	const writers, each = 6, 10
	together(writers, func(w int) {
		for n := 0; n < each; {
			last, err := s.Records(t.Context(), store.Span{Kind: "log", Last: true, Limit: 1})
			if err != nil {
				t.Errorf("Records: %v", err)
				return
			}
			number := 0
			if len(last) == 1 {
				number, _ = strconv.Atoi(last[0].Key) // checked below, with all others
			}
			err = s.PutRecords(t.Context(), []store.Record{recordOf("log", fmt.Sprintf("%06d", number+1), 0, fmt.Sprintf("%d/%d", w, n))})
			if err == nil {
				n++
			} else if !errors.Is(err, store.ErrExists) {
				t.Errorf("PutRecords: %v", err)
				return
			}
		}
	})
	lines := map[string]bool{}
	for i, r := range records(t, s, store.Span{Kind: "log"}) {
		same(t, "key", r.Key, fmt.Sprintf("%06d", i+1))
		lines[string(r.Data)] = true
	}
	same(t, "lines that were written", len(lines), writers*each)
}

// fillRecords stores one record for each key, in no order, and returns them in
// that of the keys.
func fillRecords(t *testing.T, s store.Records, kind string, keys []string) []store.Record {
	t.Helper()
	stored := make([]store.Record, len(keys))
	for _, i := range rand.New(rand.NewPCG(7, 7)).Perm(len(keys)) {
		text := kind + " " + keys[i]
		putRecords(t, s, recordOf(kind, keys[i], 0, text))
		stored[i] = recordOf(kind, keys[i], 1, text)
	}
	return stored
}

func recordsOrder(t *testing.T, s store.Store) {
	want := fillRecords(t, s, "person", manyKeys())
	same(t, "records", records(t, s, store.Span{Kind: "person"}), want)
	for _, r := range want {
		got, err := s.Record(t.Context(), r.Kind, r.Key)
		if err != nil {
			t.Errorf("Record %q: %v", r.Key, err)
		}
		same(t, "record", got, r)
	}
	slices.Reverse(want)
	same(t, "records from the last", records(t, s, store.Span{Kind: "person", Last: true}), want)
}

// within is what a span has to select of records in the order of their keys.
func within(all []store.Record, span store.Span) []store.Record {
	var found []store.Record
	for _, r := range all {
		if r.Kind == span.Kind && r.Key >= span.From && (span.To == "" || r.Key < span.To) {
			found = append(found, r)
		}
	}
	if span.Last {
		slices.Reverse(found)
	}
	if span.Limit > 0 && len(found) > span.Limit {
		found = found[:span.Limit]
	}
	return found
}

// recordsSpan has borders that are keys, lie between keys, and are the wrong
// way round.
func recordsSpan(t *testing.T, s store.Store) {
	keys := manyKeys()
	all := fillRecords(t, s, "person", keys)
	borders := append(keys, "a", "s", "t", "zz", "\U0010ffff", "Đắk Nông", "0000")
	random := rand.New(rand.NewPCG(11, 11))
	border := func() string {
		if random.IntN(4) == 0 {
			return ""
		}
		return borders[random.IntN(len(borders))]
	}
	for range 150 {
		span := store.Span{Kind: "person", From: border(), To: border(), Last: random.IntN(2) == 0}
		span.Limit = []int{0, 1, 2, 7, len(keys), 1_000}[random.IntN(6)]
		same(t, fmt.Sprintf("span %+v", span), records(t, s, span), within(all, span))
	}
	same(t, "span of one key", records(t, s, store.Span{Kind: "person", From: "stp", To: "stp"}), nil)
}

// recordsKindsApart has kinds that begin alike, and the same keys in each.
func recordsKindsApart(t *testing.T, s store.Store) {
	kinds := []string{"period", "perio", "periods", "Period", "", "kỳ", "a.b", "$x"}
	for _, kind := range kinds {
		fillRecords(t, s, kind, []string{"1", "2", "period"})
	}
	putRecords(t, s, recordOf("period", "1", 1, "changed"))
	if err := s.RemoveRecords(t.Context(), "periods", []string{"1", "period"}); err != nil {
		t.Fatalf("RemoveRecords: %v", err)
	}
	for _, kind := range kinds {
		want := []store.Record{recordOf(kind, "1", 1, kind+" 1"), recordOf(kind, "2", 1, kind+" 2"), recordOf(kind, "period", 1, kind+" period")}
		switch kind {
		case "period":
			want[0] = recordOf(kind, "1", 2, "changed")
		case "periods":
			want = want[1:2]
		}
		same(t, "kind "+kind, records(t, s, store.Span{Kind: kind}), want)
	}
	noRecord(t, s, "PERIOD", "1")
	same(t, "kind that is not there", records(t, s, store.Span{Kind: "PERIOD"}), nil)
}

// recordsBatchStops writes batches of which one record is refused: those
// before it are as they were or as they are written, all others as they were.
func recordsBatchStops(t *testing.T, s store.Store) {
	for i, refused := range []struct {
		revision int64
		want     error
	}{{0, store.ErrExists}, {7, store.ErrConflict}} {
		for place := range 4 {
			kind := fmt.Sprintf("batch %d/%d", i, place)
			stored := fillRecords(t, s, kind, []string{"a", "b", "c", "d"})
			batch := slices.Clone(stored)
			slices.Reverse(batch) // the order of the batch counts, not that of the keys
			for n := range batch {
				batch[n].Data = []byte("new")
			}
			batch[place].Revision = refused.revision
			if err := s.PutRecords(t.Context(), batch); !errors.Is(err, refused.want) {
				t.Errorf("PutRecords with revision %d at place %d: %v, want %v", refused.revision, place, err, refused.want)
			}
			for n, r := range records(t, s, store.Span{Kind: kind, Last: true}) {
				written := r.Revision == 2 && string(r.Data) == "new"
				untouched := r.Revision == 1 && string(r.Data) == kind+" "+r.Key
				if !untouched && (!written || n >= place) {
					t.Errorf("refused at place %d, at place %d is left %+v", place, n, r)
				}
			}
		}
	}
}

// recordsBatchOfMany mixes new records with changed ones, of several kinds.
func recordsBatchOfMany(t *testing.T, s store.Store) {
	const many = 300
	putRecords(t, s)
	var batch, want []store.Record
	for n := range many {
		r := recordOf([]string{"score", "place"}[n%2], fmt.Sprintf("%04d", many-n), 0, fmt.Sprint(n))
		if n%3 == 0 {
			putRecords(t, s, r)
			r.Revision, r.Data = 1, []byte("again")
		}
		batch = append(batch, r)
		r.Revision++
		want = append(want, r)
	}
	putRecords(t, s, batch...)
	slices.SortFunc(want, func(a, b store.Record) int { return strings.Compare(a.Key, b.Key) })
	for _, kind := range []string{"score", "place"} {
		same(t, kind, records(t, s, store.Span{Kind: kind}), within(want, store.Span{Kind: kind}))
	}
}

// removeRecords takes away every second key, some twice, some that never were;
// a record that is gone begins again at its first revision.
func removeRecords(t *testing.T, s store.Store) {
	keys := manyKeys()
	all := fillRecords(t, s, "person", keys)
	gone := []string{"never there"}
	var left []store.Record
	for i, key := range keys {
		if i%2 == 0 {
			gone = append(gone, key)
		} else {
			left = append(left, all[i])
		}
	}
	for range 2 {
		for _, names := range [][]string{gone, nil, {}, {gone[1], gone[1]}} {
			if err := s.RemoveRecords(t.Context(), "person", names); err != nil {
				t.Fatalf("RemoveRecords: %v", err)
			}
		}
		same(t, "records left", records(t, s, store.Span{Kind: "person"}), left)
	}
	again := recordOf("person", gone[1], 1, "late")
	if err := s.PutRecords(t.Context(), []store.Record{again}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("PutRecords over one that is gone: %v", err)
	}
	again.Revision = 0
	putRecords(t, s, again)
	again.Revision = 1
	sameRecord(t, s, again)
}

func recordsOfThreeMegabytes(t *testing.T, s store.Store) {
	source := rand.NewChaCha8([32]byte{3})
	var batch []store.Record
	for n := range 3 {
		data := make([]byte, 3<<20)
		if _, err := source.Read(data); err != nil {
			t.Fatal(err)
		}
		batch = append(batch, store.Record{Kind: "sheet", Key: fmt.Sprint(n), Data: data})
	}
	for revision := range int64(2) {
		for n := range batch {
			batch[n].Revision = revision
			batch[n].Data[0] = byte(revision)
		}
		putRecords(t, s, batch...)
		got := records(t, s, store.Span{Kind: "sheet"})
		same(t, "records", len(got), len(batch))
		for n, r := range got {
			if r.Revision != revision+1 || !bytes.Equal(r.Data, batch[n].Data) {
				t.Errorf("record %s has %d bytes at revision %d", r.Key, len(r.Data), r.Revision)
			}
		}
	}
}

func recordWithoutData(t *testing.T, s store.Store) {
	for revision, data := range [][]byte{nil, {}, {0}, nil} {
		r := store.Record{Kind: "mark", Key: "x", Revision: int64(revision), Data: data}
		putRecords(t, s, r)
		r.Revision++
		sameRecord(t, s, r)
	}
}
