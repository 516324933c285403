package auth

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxEmailBytes is the longest address that mail can be sent to.
const maxEmailBytes = 254

// ErrEmail says that a text cannot be an email address. It never repeats the
// text: people type their password into the wrong field.
var ErrEmail = errors.New("this is not an email address")

// NormalizeEmail returns the one spelling under which an address is stored and
// looked up: without space around it, in lower case and NFC. It checks that
// the text is plausible, not that the mailbox exists. The error is ErrEmail.
func NormalizeEmail(typed string) (string, error) {
	if !utf8.ValidString(typed) {
		return "", ErrEmail
	}
	email := norm.NFC.String(strings.ToLower(strings.TrimSpace(typed)))
	if len(email) > maxEmailBytes || strings.ContainsFunc(email, invisible) {
		return "", ErrEmail
	}
	address, err := mail.ParseAddress(email)
	if err != nil || address.Address != email {
		return "", ErrEmail // the second: a name, a comment or quotes around it
	}
	return email, nil
}

// invisible finds what would make two addresses look alike.
func invisible(r rune) bool { return !unicode.IsPrint(r) }

// localPart returns what stands before the last @.
func localPart(email string) string {
	return email[:max(0, strings.LastIndexByte(email, '@'))]
}
