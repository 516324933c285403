package period

import (
	"context"
	"errors"
	"fmt"

	"hailong/internal/sheet"
	"hailong/internal/store"
)

// ErrMethodChanged says that a method is not what it was when sheets were
// sealed by it.
var ErrMethodChanged = errors.New("it is not what it was when earlier figures were sealed by it; undo the change or give the method another version")

// pinMethods keeps a fingerprint of each method version that figures are sealed
// by: whoever compares two sealed periods by one version must be able to rely
// on it.
func (o *Office) pinMethods(ctx context.Context, methods []sheet.Method) error {
	for _, m := range methods {
		key, hash := fmt.Sprintf("%s/%d", m.Method.ID, m.Method.Version), m.Method.RuleHash()
		err := o.Store.PutRecords(ctx, []store.Record{{Kind: methodKind, Key: key, Data: []byte(hash)}})
		if errors.Is(err, store.ErrExists) {
			err = o.samePin(ctx, key, hash)
		}
		if err != nil {
			return fmt.Errorf("method %s version %d: %w", m.Method.ID, m.Method.Version, err)
		}
	}
	return nil
}

func (o *Office) samePin(ctx context.Context, key, hash string) error {
	pinned, err := o.Store.Record(ctx, methodKind, key)
	if err == nil && string(pinned.Data) != hash {
		err = ErrMethodChanged
	}
	return err
}
