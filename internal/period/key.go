package period

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hailong/internal/sheet"
	"hailong/internal/store"
)

// Signer is a public key that has signed sheets of this store.
type Signer struct {
	Key   ed25519.PublicKey `json:"key"`
	Since time.Time         `json:"since"`
}

// knowKey notes down a public key before it signs for the first time, so that
// a sheet with a foreign signature is found out.
func (o *Office) knowKey(ctx context.Context, public crypto.PublicKey) error {
	key := public.(ed25519.PublicKey)
	data := marshal(Signer{Key: key, Since: o.Now().UTC().Truncate(time.Second)})
	err := o.Store.PutRecords(ctx, []store.Record{{Kind: keyKind, Key: sheet.Fingerprint(key), Data: data}})
	if errors.Is(err, store.ErrExists) {
		return nil
	}
	return err
}

// Signers returns every public key that has signed, by fingerprint.
func (o *Office) Signers(ctx context.Context) ([]Signer, error) {
	records, err := o.Store.Records(ctx, store.Span{Kind: keyKind})
	if err != nil {
		return nil, fmt.Errorf("list signers: %w", err)
	}
	signers := make([]Signer, len(records))
	for i, r := range records {
		if err := json.Unmarshal(r.Data, &signers[i]); err != nil {
			return nil, fmt.Errorf("signer %s: %w", r.Key, err)
		}
	}
	return signers, nil
}
