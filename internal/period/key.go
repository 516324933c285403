package period

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"hailong/internal/audit"
	"hailong/internal/sheet"
	"hailong/internal/store"
)

// Signer is a public key that signs sheets of this store, or did before.
type Signer struct {
	Key   ed25519.PublicKey `json:"key"`
	Since time.Time         `json:"since"` // UTC, whole seconds; the one since the latest signs now
}

// ErrKey says that another key than the one at hand signs.
var ErrKey = errors.New("another key signs the sheets; put the office's key back in its place or, if it is lost, make this one known with hailong period key --replace")

// SigningKey returns the key that signs sheets. It is made for the first of
// them and never again: a key that appears unasked (in another folder, on
// another machine) is not the office's, nor is one that was replaced. The error
// then is ErrKey.
func (o *Office) SigningKey(ctx context.Context) (ed25519.PrivateKey, error) {
	signers, err := o.Signers(ctx)
	if err != nil {
		return nil, err
	}
	key, err := o.Key(len(signers) == 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %w", err, ErrKey)
	case err != nil:
		return nil, err
	case len(signers) > 0 && !latest(signers).Key.Equal(key.Public()):
		return nil, fmt.Errorf("key %s: %w", sheet.Fingerprint(key.Public().(ed25519.PublicKey)), ErrKey)
	}
	return key, nil
}

func latest(signers []Signer) Signer {
	return slices.MaxFunc(signers, func(a, b Signer) int { return a.Since.Compare(b.Since) })
}

// ReplaceKey makes the key at hand the one that signs, made first if there is
// none. No other signs then; the sheets that others have signed stay as they
// are. When two replace at once, one is told store.ErrConflict.
func (o *Office) ReplaceKey(ctx context.Context, who Actor) (ed25519.PrivateKey, error) {
	key, err := o.Key(true)
	if err != nil {
		return nil, err
	}
	signers, err := o.Signers(ctx)
	if err != nil {
		return nil, err
	}
	since := o.Now().UTC().Truncate(time.Second)
	if len(signers) > 0 {
		if last := latest(signers).Since; !since.After(last) {
			since = last.Add(time.Second) // the clock was set back, or two replacements came within a second
		}
	}
	if err := o.putSigner(ctx, Signer{key.Public().(ed25519.PublicKey), since}); err != nil {
		return nil, err
	}
	public := sheet.Fingerprint(key.Public().(ed25519.PublicKey))
	return key, o.Audit.Append(ctx, audit.Event{At: o.Now().UTC().Truncate(time.Second), By: who.By, Action: audit.PeriodKey, Subject: public})
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

// putSigner writes a signer, over what is known of the same key if need be.
func (o *Office) putSigner(ctx context.Context, s Signer) error {
	name := sheet.Fingerprint(s.Key)
	record, err := o.Store.Record(ctx, keyKind, name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return o.Store.PutRecords(ctx, []store.Record{{Kind: keyKind, Key: name, Data: marshal(s), Revision: record.Revision}})
}

// Signers returns every public key that signs or did, by fingerprint.
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
