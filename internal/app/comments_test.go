package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"hailong/internal/app"
	"hailong/surveys"
)

// A folder without lexicon/ masks with the built-in lists; one with a faulty
// lexicon/, or with half of it, is refused.
func TestLexicon(t *testing.T) {
	builtIn, err := app.Lexicon(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	without, err := app.Lexicon(os.DirFS(folder))
	if err != nil || len(without.All()) != len(builtIn.All()) {
		t.Fatalf("without lexicon/: %v", err)
	}
	if got, found := without.Mask("gọi 0912345678"); got != "gọi [số điện thoại]" || len(found) != 1 {
		t.Errorf("masked as %q", got)
	}
	if err := os.CopyFS(filepath.Join(folder, "lexicon"), subOf(t, "lexicon")); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Lexicon(os.DirFS(folder)); err != nil {
		t.Errorf("a copy: %v", err)
	}
	if err := os.Remove(filepath.Join(folder, "lexicon", "names.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Lexicon(os.DirFS(folder)); err == nil || !strings.Contains(err.Error(), "lexicon/names.yaml") {
		t.Errorf("half of it: %v", err)
	}
	faulty := fstest.MapFS{"lexicon/names.yaml": {Data: []byte("x: 1")}, "lexicon/topics.yaml": {Data: []byte("topics: []")}}
	if _, err := app.Lexicon(faulty); err == nil {
		t.Error("a faulty lexicon was taken")
	}
}

func subOf(t *testing.T, folder string) fs.FS {
	t.Helper()
	sub, err := fs.Sub(surveys.FS, folder)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}
