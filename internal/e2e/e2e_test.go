package e2e_test

import (
	"testing"

	"hailong/internal/outside"
)

// TestWithABrowser runs everything with one browser.
func TestWithABrowser(t *testing.T) {
	program := outside.Tool(t, "chromium", "chromium", "chromium-browser", "google-chrome")
	b := start(t, program)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *chromium)
	}{
		{"the watch sees what it should", testWatch},
		{"from the printed poster to the stored answer", testPoster},
		{"without scripts", testWithoutScripts},
		{"nothing chosen", testBlank},
		{"a yes that opens a question", testPoll},
		{"with the keyboard alone", testKeyboard},
		{"poor coverage", testPoorCoverage},
		{"too many at once", testCrowd},
		{"a double tap", testDoubleTap},
		{"the back button", testBack},
		{"another language", testLanguages},
		{"the leader's charts", testDashboard},
		{"every page", testPages},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b) })
	}
	if shots() != "" {
		t.Run("pictures for the README", func(t *testing.T) { testPictures(t, b) })
	}
}
