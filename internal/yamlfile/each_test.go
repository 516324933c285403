package yamlfile_test

import (
	"errors"
	"slices"
	"testing"
	"testing/fstest"

	"hailong/internal/yamlfile"
)

func TestEach(t *testing.T) {
	files := fstest.MapFS{
		"forms/b.yaml": {Data: []byte("b")}, "forms/a.yaml": {Data: []byte("a")}, "forms/notes.txt": {Data: []byte("n")},
		"forms/old/c.yaml": {Data: []byte("c")}, "other/d.yaml": {Data: []byte("d")},
	}
	faultA, faultB := errors.New("fault of a"), errors.New("fault of b")
	var read []string
	err := yamlfile.Each(files, "forms", func(file string, data []byte) error {
		read = append(read, file+" "+string(data))
		return map[string]error{"a": faultA, "b": faultB}[string(data)]
	})
	if want := []string{"forms/a.yaml a", "forms/b.yaml b"}; !slices.Equal(read, want) {
		t.Errorf("read were %q, want %q", read, want)
	}
	if !errors.Is(err, faultA) || !errors.Is(err, faultB) {
		t.Errorf("told is %v, not the faults of both files", err)
	}
	if err := yamlfile.Each(files, "missing", func(string, []byte) error { return faultA }); err != nil {
		t.Errorf("a missing folder is no empty one: %v", err)
	}
}
