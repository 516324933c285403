package app

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"

	"hailong/internal/org"
	"hailong/internal/store"
)

// Directory holds the register as it is in the store, and notices when another
// process changed it.
type Directory struct {
	store   store.Registers
	current atomic.Pointer[edition]
}

type edition struct {
	register *org.Register
	revision int64
}

func newDirectory(s store.Registers) *Directory {
	d := &Directory{store: s}
	d.current.Store(&edition{register: org.New(org.File{})})
	return d
}

// Current returns the register as last read.
func (d *Directory) Current() *org.Register { return d.current.Load().register }

// Refresh reads the register again if it changed.
func (d *Directory) Refresh(ctx context.Context) error {
	revision, err := d.store.RegisterRevision(ctx)
	if err != nil {
		return fmt.Errorf("read register: %w", err)
	}
	if revision == d.current.Load().revision {
		return nil
	}
	data, revision, err := d.store.Register(ctx)
	if err != nil {
		return fmt.Errorf("read register: %w", err)
	}
	var file org.File
	if err := json.Unmarshal(data, &file); err != nil {
		return fmt.Errorf("read register revision %d: %w", revision, err)
	}
	d.current.Store(&edition{register: org.New(file), revision: revision})
	return nil
}

// Import merges a register file into the store, all of it or nothing, and
// returns what changes. With dryRun it only says what would.
func (d *Directory) Import(ctx context.Context, name string, data []byte, formExists func(string) bool, dryRun bool) ([]org.Change, error) {
	if err := d.Refresh(ctx); err != nil {
		return nil, err
	}
	before := d.current.Load()
	merged, changes, err := org.Merge(before.register, name, data, formExists)
	if err != nil || dryRun || len(changes) == 0 {
		return changes, err
	}
	encoded, err := json.Marshal(merged.File())
	if err != nil {
		return nil, fmt.Errorf("import %s: %w", name, err)
	}
	revision, err := d.store.PutRegister(ctx, encoded, before.revision)
	if err != nil {
		return nil, fmt.Errorf("import %s: %w", name, err)
	}
	d.current.Store(&edition{register: merged, revision: revision})
	return changes, nil
}

// exists says whether the register has the agency, for accounts.
func (d *Directory) exists(ctx context.Context, code string) (bool, error) {
	if err := d.Refresh(ctx); err != nil {
		return false, err
	}
	return d.Current().Agency(code) != nil, nil
}
