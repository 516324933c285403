package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"hailong/internal/store"
	"hailong/internal/survey"
)

func registerChecks() []check {
	return []check{
		{"RegisterRevisions", registerRevisions},
		{"RegisterHasOneWinner", registerHasOneWinner},
		{"RegisterIsReadAsAWhole", registerIsReadAsAWhole},
		{"RegisterOfFiveMegabytes", registerOfFiveMegabytes},
	}
}

// sameRegister demands a record and its revision, read in both ways.
func sameRegister(t *testing.T, s store.Registers, data []byte, revision int64) {
	t.Helper()
	got, at, err := s.Register(t.Context())
	if err != nil || at != revision || !bytes.Equal(got, data) {
		t.Errorf("Register: %d bytes at revision %d, %v; want %d bytes at %d", len(got), at, err, len(data), revision)
	}
	if at, err := s.RegisterRevision(t.Context()); err != nil || at != revision {
		t.Errorf("RegisterRevision: %d, %v; want %d", at, err, revision)
	}
}

func registerRevisions(t *testing.T, s store.Store) {
	if _, err := s.PutRegister(t.Context(), []byte("x"), 3); !errors.Is(err, store.ErrConflict) {
		t.Errorf("PutRegister over a revision that never was: %v", err)
	}
	sameRegister(t, s, nil, 0)
	var revision int64
	for _, text := range []string{"Sở Tư pháp", "{\"a\":\n 1}", "\x00\xff\xfe binary"} {
		next, err := s.PutRegister(t.Context(), []byte(text), revision)
		if err != nil || next <= revision {
			t.Fatalf("PutRegister over %d: %d, %v", revision, next, err)
		}
		for _, wrong := range []int64{revision, 0, next + 1} {
			if _, err := s.PutRegister(t.Context(), []byte("late"), wrong); !errors.Is(err, store.ErrConflict) {
				t.Errorf("PutRegister over %d where %d is stored: %v", wrong, next, err)
			}
		}
		sameRegister(t, s, []byte(text), next)
		revision = next
	}
}

func registerHasOneWinner(t *testing.T, s store.Store) {
	for range 5 {
		before, err := s.RegisterRevision(t.Context())
		if err != nil {
			t.Fatalf("RegisterRevision: %v", err)
		}
		won := make([]int64, 8)
		together(len(won), func(w int) {
			revision, err := s.PutRegister(t.Context(), []byte{byte(w)}, before)
			if err == nil {
				won[w] = revision
			} else if !errors.Is(err, store.ErrConflict) {
				t.Errorf("PutRegister: %v", err)
			}
		})
		winner := slices.IndexFunc(won, func(revision int64) bool { return revision > 0 })
		if winner < 0 || slices.ContainsFunc(won[winner+1:], func(revision int64) bool { return revision > 0 }) {
			t.Fatalf("revisions won over %d: %v, want one winner", before, won)
		}
		sameRegister(t, s, []byte{byte(winner)}, won[winner])
	}
}

// registerIsReadAsAWhole reads while others write: no reader gets the data of
// one revision with the number of another.
func registerIsReadAsAWhole(t *testing.T, s store.Store) {
	var written, read sync.Map // revision to data
	together(4, func(w int) {
		for n := range 20 {
			data, revision, err := s.Register(t.Context())
			if err != nil {
				t.Errorf("Register: %v", err)
				return
			}
			if revision > 0 {
				read.Store(revision, string(data))
			}
			next := fmt.Sprintf("writer %d, %d", w, n)
			if revision, err = s.PutRegister(t.Context(), []byte(next), revision); err == nil {
				written.Store(revision, next)
			}
		}
	})
	read.Range(func(revision, data any) bool {
		if want, _ := written.Load(revision); data != want {
			t.Errorf("revision %v was read as %q, but written as %q", revision, data, want)
		}
		return true
	})
}

func registerOfFiveMegabytes(t *testing.T, s store.Store) {
	source := rand.NewChaCha8([32]byte{5})
	var revision int64
	for range 2 {
		data := make([]byte, 5<<20)
		if _, err := source.Read(data); err != nil {
			t.Fatal(err)
		}
		next, err := s.PutRegister(t.Context(), data, revision)
		if err != nil {
			t.Fatalf("PutRegister of 5 MB: %v", err)
		}
		sameRegister(t, s, data, next)
		revision = next
	}
}

func formChecks() []check {
	return []check{
		{"PinForm", pinForm},
		{"PinFormHasOneWinner", pinFormHasOneWinner},
		{"PinsOrder", pinsOrder},
	}
}

func pin(id string, version int, hash string) store.Pin {
	source := fmt.Sprintf("{ \"id\": %q, \"title\": {\"vi\": \"Phiếu 🙂 M'nô̆ng\"} }\n", id)
	return store.Pin{Form: survey.Ref{ID: id, Version: version}, Hash: hash, Source: []byte(source)}
}

func pinForm(t *testing.T, s store.Store) {
	first := pin("mot-cua", 1, "aa")
	for _, p := range []store.Pin{first, first, pin("mot-cua", 1, "bb")} {
		got, err := s.PinForm(t.Context(), p)
		if err != nil {
			t.Fatalf("PinForm: %v", err)
		}
		same(t, "pin", got, first)
	}
	got, err := s.Pins(t.Context())
	if err != nil {
		t.Fatalf("Pins: %v", err)
	}
	same(t, "pins", got, []store.Pin{first})
}

func pinFormHasOneWinner(t *testing.T, s store.Store) {
	got := make([]store.Pin, 12)
	together(len(got), func(i int) {
		p := pin("mot-cua", 1, fmt.Sprint("hash ", i))
		p.Source = fmt.Appendf(nil, "source %d", i)
		var err error
		if got[i], err = s.PinForm(t.Context(), p); err != nil {
			t.Errorf("PinForm: %v", err)
		}
	})
	stored, err := s.Pins(t.Context())
	if err != nil || len(stored) != 1 {
		t.Fatalf("Pins: %d, %v", len(stored), err)
	}
	for i := range got {
		same(t, fmt.Sprintf("pin that writer %d got", i), got[i], stored[0])
	}
	same(t, "source", string(stored[0].Source), "source "+stored[0].Hash[len("hash "):])
}

// pinsOrder has versions of two digits, as numbers are not ordered as text.
func pinsOrder(t *testing.T, s store.Store) {
	var all []store.Pin
	for _, id := range awkward() {
		for _, version := range []int{1, 2, 10} {
			all = append(all, pin(id, version, fmt.Sprint(id, version)))
		}
	}
	for _, i := range rand.New(rand.NewPCG(3, 3)).Perm(len(all)) {
		if _, err := s.PinForm(t.Context(), all[i]); err != nil {
			t.Fatalf("PinForm %v: %v", all[i].Form, err)
		}
	}
	got, err := s.Pins(t.Context())
	if err != nil {
		t.Fatalf("Pins: %v", err)
	}
	same(t, "pins", got, all)
}
