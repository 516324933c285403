package org

import (
	"crypto/rand"
	"strings"
)

// linkAlphabet is Crockford's base32: no I, L, O, U, so that a person can copy
// a link from a poster without mistakes.
const linkAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// LinkLength is the number of characters of a link: 40 bits, opaque.
const LinkLength = 8

// NewLink returns a random link from the system's secure source.
func NewLink() string {
	var bytes [LinkLength]byte
	rand.Read(bytes[:]) // never fails: the runtime stops the program instead
	for i, b := range bytes {
		bytes[i] = linkAlphabet[b%32]
	}
	return string(bytes[:])
}

// CanonicalLink reads a link as a person may type it: any case, I or L for 1,
// O for 0, in groups as posters print it. It returns false for anything that
// cannot be a link.
func CanonicalLink(typed string) (string, bool) {
	const longest = 2 * LinkLength
	if len(typed) > longest {
		return "", false
	}
	link := strings.Map(func(r rune) rune {
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
	if len(link) != LinkLength {
		return "", false
	}
	for _, r := range link {
		if !strings.ContainsRune(linkAlphabet, r) {
			return "", false
		}
	}
	return link, true
}
