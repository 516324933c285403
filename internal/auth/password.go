package auth

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The length of a password in characters, after normalisation to NFC.
const (
	MinPassword = 10
	MaxPassword = 128
)

// What can be wrong with a new password.
var (
	ErrPasswordLength  = fmt.Errorf("a password has %d to %d characters", MinPassword, MaxPassword)
	ErrPasswordText    = errors.New("a password is one line of UTF-8 text without control characters")
	ErrPasswordObvious = errors.New("this password is among the first that anybody would guess")
	ErrPasswordSame    = errors.New("the new password is the present one")
)

// obviousPasswords are long enough and yet worthless, in lower case.
var obviousPasswords = []string{
	"0123456789", "0987654321", "1234567890", "12345678910", "123456789a", "1q2w3e4r5t",
	"abcdefghij", "abcd123456", "administrator", "hailong123", "hailong123456", "iloveyou123",
	"matkhau123", "matkhau123456", "passw0rd123", "password12", "password123", "password1234",
	"qwertyuiop", "vietnam123", "vietnam123456",
}

// acceptPassword returns the password in the form that is hashed, or one of
// the errors above.
func acceptPassword(typed, email string) (string, error) {
	if !utf8.ValidString(typed) || strings.ContainsFunc(typed, unicode.IsControl) {
		return "", ErrPasswordText
	}
	password := norm.NFC.String(typed)
	if n := utf8.RuneCountInString(password); n < MinPassword || n > MaxPassword {
		return "", ErrPasswordLength
	}
	if isObvious(strings.ToLower(password), email) {
		return "", ErrPasswordObvious
	}
	return password, nil
}

func isObvious(password, email string) bool {
	first, _ := utf8.DecodeRuneInString(password)
	return password == email || password == localPart(email) ||
		strings.Trim(password, string(first)) == "" ||
		slices.Contains(obviousPasswords, password)
}

// readable is Crockford's base32 in lower case: nothing in it can be mistaken
// for something else when it is read out or copied by hand.
const readable = "0123456789abcdefghjkmnpqrstvwxyz"

// RandomPassword returns a new password that a person can copy, four groups of
// four characters joined by hyphens: 80 bits from the system's secure source.
func RandomPassword() string {
	var bytes [16]byte
	rand.Read(bytes[:]) // never fails: the runtime stops the program instead
	for i, b := range bytes {
		bytes[i] = readable[b%32]
	}
	s := string(bytes[:])
	return strings.Join([]string{s[:4], s[4:8], s[8:12], s[12:]}, "-")
}
