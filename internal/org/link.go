package org

import (
	"crypto/rand"
	"strings"
)

// Alphabet is Crockford's base32: no I, L, O, U, so that a person can copy a
// code from a poster or a slip without mistakes. Each character is five bits.
const Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// LinkLength is the number of characters of a link: 40 bits, opaque.
const LinkLength = 8

// NewLink returns a random link from the system's secure source.
func NewLink() string { return NewCode(LinkLength) }

// NewCode returns a random code of so many characters of Alphabet from the
// system's secure source.
func NewCode(length int) string {
	bytes := make([]byte, length)
	rand.Read(bytes) // never fails: the runtime stops the program instead
	for i, b := range bytes {
		bytes[i] = Alphabet[b%32]
	}
	return string(bytes)
}

// CanonicalLink reads a link as a person may type it: any case, I or L for 1,
// O for 0, in groups as posters print it. It returns false for anything that
// cannot be a link.
func CanonicalLink(typed string) (string, bool) { return CanonicalCode(typed, LinkLength) }

// CanonicalCode reads a code of so many characters as CanonicalLink reads a
// link.
func CanonicalCode(typed string, length int) (string, bool) {
	if len(typed) > 2*length {
		return "", false
	}
	code := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-':
			return -1
		case 'I', 'L':
			return '1'
		case 'O':
			return '0'
		}
		return r
	}, strings.ToUpper(typed))
	if len(code) != length {
		return "", false
	}
	for _, r := range code {
		if !strings.ContainsRune(Alphabet, r) {
			return "", false
		}
	}
	return code, true
}
