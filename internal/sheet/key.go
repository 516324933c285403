package sheet

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	privateBlock = "PRIVATE KEY"
	publicBlock  = "PUBLIC KEY"
)

// OpenKey reads the signing key from a file (PKCS #8 in PEM). If there is none
// it makes one first where that is wanted; otherwise the error is
// fs.ErrNotExist. The key is kept beside the database and not in it, so that
// whoever can write to the database alone cannot sign.
func OpenKey(file string, wanted bool) (ed25519.PrivateKey, error) {
	key, err := readKey(file)
	if wanted && errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(file); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("make signing key: %w", err)
		}
		key, err = readKey(file)
	}
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	return key, nil
}

func readKey(file string) (ed25519.PrivateKey, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != privateBlock {
		return nil, fmt.Errorf("%s holds no private key in PEM", file)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s holds a key of another kind than %s", file, algorithm)
	}
	return private, nil
}

// makeKey writes the key whole or not at all: of several processes that start
// at once, one wins and the others read its key.
func makeKey(file string) error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	folder := filepath.Dir(file)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(folder, ".signing-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(part.Name()) }()
	err = pem.Encode(part, &pem.Block{Type: privateBlock, Bytes: der})
	if err := errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	return os.Link(part.Name(), file) // unlike Rename it never replaces a key
}

// PublicPEM returns a public key as a file that openssl reads.
func PublicPEM(key ed25519.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: der}), nil
}

// ParsePublicPEM reads what PublicPEM wrote: at least one key, and the others
// that follow it in the file, in their order.
func ParsePublicPEM(data []byte) ([]ed25519.PublicKey, error) {
	var keys []ed25519.PublicKey
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		key, err := parsePublic(block)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errNoPublic
	}
	return keys, nil
}

var errNoPublic = errors.New("no public key in PEM")

func parsePublic(block *pem.Block) (ed25519.PublicKey, error) {
	if block.Type != publicBlock {
		return nil, errNoPublic
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	public, ok := key.(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("a key of another kind than %s", algorithm)
	}
	return public, nil
}

// Fingerprint names a public key: the first 16 bytes of its SHA-256,
// hexadecimal.
func Fingerprint(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:16])
}
