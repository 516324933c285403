// Package storetest is the storage contract as a test: every promise that the
// comments of package store make, and nothing that they do not. Both adapters
// run all of it. It may not know either of them, nor reach behind the
// interface.
package storetest

import (
	"testing"

	"hailong/internal/store"
)

// Run holds an adapter against the contract. The function open returns an
// empty store that shares nothing with those it returned before; each case
// opens one and closes it. What open itself needs to clean up, it gives to
// t.Cleanup; that runs after the store was closed.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, group := range [][]check{
		lifeChecks(), insertChecks(), scanChecks(), textsChecks(), lawChecks(), removalChecks(), sealChecks(), sumChecks(), markChecks(),
		registerChecks(), formChecks(), accountChecks(), sessionChecks(), recordChecks(), cancelChecks(),
	} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) { c.with(t, open) })
		}
	}
}

// check is one case of the suite; it begins with an empty store.
type check struct {
	name string
	run  func(t *testing.T, s store.Store)
}

func (c check) with(t *testing.T, open func(t *testing.T) store.Store) {
	s := open(t)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	c.run(t, s)
}

func lifeChecks() []check {
	return []check{
		{"Ping", ping},
		{"EmptyStore", emptyStore},
	}
}

func ping(t *testing.T, s store.Store) {
	for range 3 {
		if err := s.Ping(t.Context()); err != nil {
			t.Fatalf("Ping: %v", err)
		}
	}
}

// emptyStore reads every list of a store in which nothing was written.
func emptyStore(t *testing.T, s store.Store) {
	ctx := t.Context()
	if got := scan(t, s, store.Scan{Range: always()}); len(got) != 0 {
		t.Errorf("Scan found %d responses", len(got))
	}
	if got := texts(t, s, store.Texts{Range: always(), Limit: 10}); len(got) != 0 {
		t.Errorf("Texts found %d responses", len(got))
	}
	if day, ok, err := s.FirstDay(ctx); ok || err != nil {
		t.Errorf("FirstDay: %v, %v, %v", day, ok, err)
	}
	if day, ok, err := s.SealedThrough(ctx); ok || err != nil {
		t.Errorf("SealedThrough: %v, %v, %v", day, ok, err)
	}
	if got := sums(t, s, []string{"stp"}, store.ByDay, always()); len(got) != 0 {
		t.Errorf("Sums found %d sums", len(got))
	}
	if got, err := s.Marks(ctx); len(got) != 0 || err != nil {
		t.Errorf("Marks: %v, %v", got, err)
	}
	if got, err := s.Pins(ctx); len(got) != 0 || err != nil {
		t.Errorf("Pins: %v, %v", got, err)
	}
	if got, err := s.Accounts(ctx); len(got) != 0 || err != nil {
		t.Errorf("Accounts: %v, %v", got, err)
	}
	if data, revision, err := s.Register(ctx); data != nil || revision != 0 || err != nil {
		t.Errorf("Register: %d bytes, %d, %v", len(data), revision, err)
	}
	if got, err := s.Records(ctx, store.Span{}); len(got) != 0 || err != nil {
		t.Errorf("Records: %v, %v", got, err)
	}
	if revision, err := s.RegisterRevision(ctx); revision != 0 || err != nil {
		t.Errorf("RegisterRevision: %d, %v", revision, err)
	}
}
