// Package e2e holds the tests that a person would do: they start the whole
// service and use it with a real browser, by taps, keys and a printed poster.
// It has no code but its tests, and they reach behind the pages only to look
// at what was stored.
package e2e
