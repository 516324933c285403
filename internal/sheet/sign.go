package sheet

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// algorithm is the only one there is: RFC 8032 over the canonical bytes of the
// sheet.
const algorithm = "Ed25519"

// envelope is a sealed sheet as it is kept, exported and sent.
type envelope struct {
	Sheet     jsontext.Value `json:"sheet"`  // canonical
	SHA256    string         `json:"sha256"` // of the sheet's bytes, hexadecimal
	Signature signature      `json:"signature"`
}

type signature struct {
	Algorithm string   `json:"algorithm"`
	PublicKey oneWay64 `json:"public_key"`
	Value     oneWay64 `json:"value"`
}

// oneWay64 are bytes in base64. Of the spellings that decode to them only the
// one that Sign writes is read, so that no digit of a signed file can be another.
type oneWay64 []byte

// MarshalText keeps the contract of encoding.TextMarshaler.
func (b oneWay64) MarshalText() ([]byte, error) { return base64.StdEncoding.AppendEncode(nil, b), nil }

// UnmarshalText keeps the contract of encoding.TextUnmarshaler.
func (b *oneWay64) UnmarshalText(text []byte) (err error) {
	*b, err = base64.StdEncoding.Strict().AppendDecode(nil, text)
	return err
}

// Signed is a sheet that was sealed.
type Signed struct {
	Sheet
	Hash  string            // SHA-256 of the canonical sheet, hexadecimal
	Key   ed25519.PublicKey // whose signature it bears
	Bytes []byte            // exactly as signed
}

// Sign seals a sheet whose figures are filled in.
func Sign(s *Sheet, key ed25519.PrivateKey) (*Signed, error) {
	content, err := s.canonical()
	if err != nil {
		return nil, fmt.Errorf("write sheet %s revision %d: %w", s.Period.ID, s.Revision, err)
	}
	public := key.Public().(ed25519.PublicKey)
	e := envelope{
		Sheet: content, SHA256: hash(content),
		Signature: signature{Algorithm: algorithm, PublicKey: oneWay64(public), Value: ed25519.Sign(key, content)},
	}
	data, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("write sheet %s revision %d: %w", s.Period.ID, s.Revision, err)
	}
	return &Signed{Sheet: *s, Hash: e.SHA256, Key: public, Bytes: data}, nil
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Open reads a sealed sheet and checks that it is the one that was signed, and
// that its figures follow from its counts. Whose key it is stands in Key: that
// it is the office's is for the caller to know. The error is ErrSheet.
func Open(data []byte) (*Signed, error) {
	s, err := Read(data)
	if err != nil {
		return nil, err
	}
	if err := s.checkHashes(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSheet, err)
	}
	again := s.Sheet
	if err := again.Fill(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSheet, err)
	}
	recomputed, err := again.canonical()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSheet, err)
	}
	if hash(recomputed) != s.Hash {
		return nil, fmt.Errorf("%w: its figures do not follow from its counts", ErrSheet)
	}
	return s, nil
}

// Read is Open without computing the figures again, for a sheet from a place
// that was checked before.
func Read(data []byte) (*Signed, error) {
	var e envelope
	if err := jsonv2.Unmarshal(data, &e, jsonv2.RejectUnknownMembers(true)); err != nil { // names exactly as written, each once
		return nil, fmt.Errorf("%w: %w", ErrSheet, err)
	}
	content := bytes.Clone(e.Sheet)
	value := jsontext.Value(content)
	if err := value.Canonicalize(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSheet, err)
	}
	switch {
	case hash(value) != e.SHA256:
		return nil, fmt.Errorf("%w: its content does not have the hash %s that it names", ErrSheet, e.SHA256)
	case e.Signature.Algorithm != algorithm || len(e.Signature.PublicKey) != ed25519.PublicKeySize:
		return nil, fmt.Errorf("%w: it bears no %s signature", ErrSheet, algorithm)
	case !ed25519.Verify(ed25519.PublicKey(e.Signature.PublicKey), value, e.Signature.Value):
		return nil, fmt.Errorf("%w: the signature is not that of the key it names", ErrSheet)
	}
	s := &Signed{Hash: e.SHA256, Key: ed25519.PublicKey(e.Signature.PublicKey), Bytes: data}
	if err := strict(value, &s.Sheet); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSheet, err)
	}
	if s.Format != Format {
		return nil, fmt.Errorf("%w: its format is %q, this program knows %q", ErrSheet, s.Format, Format)
	}
	return s, nil
}

// checkHashes holds methods and rules against the hashes that name them, and
// the rules against what computing with them needs.
func (s *Signed) checkHashes() error {
	known := map[string]bool{}
	for _, m := range s.Methods {
		if m.Method == nil || m.Method.Hash() != m.Hash {
			return fmt.Errorf("a method does not have the hash %s", m.Hash)
		}
		known[m.Method.ID] = true
	}
	for _, r := range s.Rules {
		if r.Rule == nil || r.Rule.Hash() != r.Hash {
			return fmt.Errorf("a rule does not have the hash %s", r.Hash)
		}
		if err := r.Rule.Check(func(id string) bool { return known[id] }); err != nil {
			return fmt.Errorf("rule %s: %w", r.Rule.ID, err)
		}
	}
	return nil
}

// strict reads JSON without fields that nobody asked for.
func strict(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if decoder.More() {
		return fmt.Errorf("something follows the sheet")
	}
	return nil
}
