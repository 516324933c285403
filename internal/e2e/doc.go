// Package e2e holds the tests that a person would do: they start the whole
// service and use it with a real browser, by taps, keys and a printed poster.
// It has no code but its tests, and they reach behind the pages only to look
// at what was stored.
//
// They need chromium, zbarimg and pdftoppm (Debian: chromium, zbar-tools,
// poppler-utils). With HAILONG_E2E_SHOTS naming a folder they also leave a
// picture of every page there, and the README's own two under readme/.
package e2e
