package audit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hailong/internal/audit"
	"hailong/internal/store"
)

// copied is what somebody made of the records of a log; it is only read.
type copied []store.Record

func (c copied) Records(_ context.Context, span store.Span) ([]store.Record, error) {
	var found []store.Record
	for _, r := range c {
		if r.Kind == span.Kind && r.Key >= span.From && (span.To == "" || r.Key < span.To) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b store.Record) int {
		if span.Last {
			a, b = b, a
		}
		return strings.Compare(a.Key, b.Key)
	})
	if span.Limit > 0 && len(found) > span.Limit {
		found = found[:span.Limit]
	}
	return found, nil
}

var errReadOnly = errors.New("read only")

func (copied) Record(context.Context, string, string) (store.Record, error) {
	return store.Record{}, errReadOnly
}
func (copied) PutRecords(context.Context, []store.Record) error      { return errReadOnly }
func (copied) RemoveRecords(context.Context, string, []string) error { return errReadOnly }
func (copied) Kinds(context.Context) ([]string, error)               { return nil, errReadOnly }

// chain returns the records of a true log.
func chain(t *testing.T, entries int) copied {
	t.Helper()
	s := open(t)
	appendAll(t, audit.New(s), 1, entries+1)
	records, err := s.Records(t.Context(), store.Span{Kind: "audit"})
	if err != nil || len(records) != entries {
		t.Fatal(len(records), err)
	}
	return records
}

// clone copies the records too.
func (c copied) clone() copied {
	all := slices.Clone(c)
	for i := range all {
		all[i].Data = slices.Clone(all[i].Data)
	}
	return all
}

// brokenAt returns the entry that Verify names; 0 when it finds nothing.
func brokenAt(t interface {
	Context() context.Context
	Errorf(string, ...any)
}, c copied) int64 {
	n, err := audit.New(c).Verify(t.Context())
	var broken *audit.BrokenError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &broken):
		t.Errorf("Verify: %v", err)
		return -1
	case broken.Sequence != n+1:
		t.Errorf("%d entries were found whole, and %d is named: %v", n, broken.Sequence, err)
	}
	return broken.Sequence
}

// TestEveryChangedByteIsFound changes each byte of each record in three ways:
// to a neighbour, to the other case, to one that is no ASCII.
func TestEveryChangedByteIsFound(t *testing.T) {
	whole := chain(t, 5)
	for i, record := range whole {
		for place := range record.Data {
			for _, bits := range []byte{0x01, 0x20, 0x80} {
				tampered := whole.clone()
				tampered[i].Data[place] ^= bits
				if got := brokenAt(t, tampered); got != int64(i+1) {
					t.Fatalf("byte %d of entry %d is %q now; Verify names entry %d: %s", place, i+1, tampered[i].Data[place], got, tampered[i].Data)
				}
			}
		}
	}
}

// TestEveryTamperingIsFound is the law: whatever is done to the records, other
// than cutting off the last ones, is found.
func TestEveryTamperingIsFound(t *testing.T) {
	const entries = 9
	whole := chain(t, entries)
	rapid.Check(t, func(t *rapid.T) {
		tampered := whole.clone()
		i := rapid.IntRange(0, entries-2).Draw(t, "entry")
		j := rapid.IntRange(i+1, entries-1).Draw(t, "other")
		at := int64(i + 1)
		switch what := rapid.IntRange(0, 7).Draw(t, "what"); what {
		case 0: // taken away
			tampered = slices.Delete(tampered, i, i+1)
		case 1: // cut from the start
			tampered, at = tampered[i+1:], 1
		case 2: // exchanged
			tampered[i].Data, tampered[j].Data = tampered[j].Data, tampered[i].Data
		case 3: // under another number
			tampered[i].Key = fmt.Sprintf("%012d", entries+j)
		case 4: // written over
			tampered[i].Revision = int64(j + 2)
		case 5: // a byte more
			data := tampered[i].Data
			place := rapid.IntRange(0, len(data)).Draw(t, "place")
			tampered[i].Data = slices.Insert(data, place, rapid.Byte().Draw(t, "byte"))
		case 6: // a byte less
			place := rapid.IntRange(0, len(tampered[i].Data)-1).Draw(t, "place")
			tampered[i].Data = slices.Delete(tampered[i].Data, place, place+1)
		case 7: // put in between, or before all
			key := rapid.SampledFrom([]string{"", "000", tampered[i].Key + "0", "zz", fmt.Sprintf("%012d", entries+2)}).Draw(t, "key")
			tampered = append(tampered, store.Record{Kind: "audit", Key: key, Revision: 1, Data: tampered[i].Data})
			if at = 1; key == tampered[i].Key+"0" {
				at = int64(i + 2)
			} else if key > tampered[entries-1].Key {
				at = entries + 1
			}
		}
		if got := brokenAt(t, tampered); got != at {
			t.Fatalf("entry %d is named, want %d", got, at)
		}
	})
}

// TestAWrittenAnewEntryIsFound forges an entry with a true hash of its own:
// the one behind it does not follow it any more.
func TestAWrittenAnewEntryIsFound(t *testing.T) {
	whole := chain(t, 4)
	other := open(t)
	l := audit.New(other)
	appendAll(t, l, 1, 2)
	forged := event(2)
	forged.By = "nobody@daknong.vn"
	if err := l.Append(t.Context(), forged); err != nil {
		t.Fatal(err)
	}
	record, err := other.Record(t.Context(), "audit", whole[1].Key)
	if err != nil {
		t.Fatal(err)
	}
	whole[1] = record
	if got := brokenAt(t, whole); got != 3 {
		t.Errorf("entry %d is named, want 3", got)
	}
}

// TestACutTailShowsOnlyInTheHead says what Verify cannot do.
func TestACutTailShowsOnlyInTheHead(t *testing.T) {
	whole := chain(t, 6)
	_, before, err := audit.New(whole).Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cut := audit.New(whole[:4])
	verified(t, cut, 4)
	if sequence, hash, err := cut.Head(t.Context()); sequence != 4 || hash == before || err != nil {
		t.Errorf("Head: %d, %s, %v", sequence, hash, err)
	}
}

// TestVerifyReadsPages has more entries than are read at once, and faults on
// both sides of the borders.
func TestVerifyReadsPages(t *testing.T) {
	const entries = 401
	whole := chain(t, entries)
	verified(t, audit.New(whole), entries)
	verified(t, audit.New(whole[:400]), 400)
	for _, at := range []int{1, 199, 200, 201, 400, 401} {
		tampered := whole.clone()
		tampered[at-1].Data[20] ^= 1
		if got := brokenAt(t, tampered); got != int64(at) {
			t.Errorf("entry %d is named, want %d", got, at)
		}
	}
}

// TestABrokenHeadIsNotContinued: what is appended to it would hide the fault.
func TestABrokenHeadIsNotContinued(t *testing.T) {
	s := open(t)
	l := audit.New(s)
	appendAll(t, l, 1, 3)
	last, err := s.Record(t.Context(), "audit", "000000000002")
	if err != nil {
		t.Fatal(err)
	}
	last.Data = []byte("{}")
	if err := s.PutRecords(t.Context(), []store.Record{last}); err != nil {
		t.Fatal(err)
	}
	_, _, headErr := l.Head(t.Context())
	_, entriesErr := l.Entries(t.Context(), 0, 1)
	for name, err := range map[string]error{"Append": l.Append(t.Context(), event(3)), "Head": headErr, "Entries": entriesErr} {
		var broken *audit.BrokenError
		if !errors.As(err, &broken) || broken.Sequence != 2 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
