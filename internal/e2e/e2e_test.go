package e2e_test

import (
	"os"
	"os/exec"
	"testing"
)

// TestWithABrowser runs everything with one browser.
func TestWithABrowser(t *testing.T) {
	program := tool(t, "chromium", "chromium-browser", "google-chrome")
	b := start(t, program)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *chromium)
	}{
		{"the watch sees what it should", testWatch},
		{"from the printed poster to the stored answer", testPoster},
		{"without scripts", testWithoutScripts},
		{"with the keyboard alone", testKeyboard},
		{"poor coverage", testPoorCoverage},
		{"a double tap", testDoubleTap},
		{"the back button", testBack},
		{"the leader's charts", testDashboard},
		{"every page", testPages},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b) })
	}
	if shots() != "" {
		t.Run("pictures for the README", func(t *testing.T) { testPictures(t, b) })
	}
}

// tool returns the path of a program that goes by one of the names. A laptop
// may lack it; the continuous integration may not.
func tool(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: the continuous integration must have it", names[0])
	}
	t.Skipf("%s is missing: install it to run these tests", names[0])
	return ""
}
