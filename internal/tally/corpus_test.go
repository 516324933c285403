package tally_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"hailong/internal/survey"
	"hailong/internal/tally"

	"github.com/google/go-cmp/cmp"
)

// corpus reads the files of testdata that match the pattern.
func corpus(t *testing.T, pattern string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("testdata/%s: %d files, %v", pattern, len(paths), err)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(path)] = data
	}
	return files
}

// forms loads the questionnaires of testdata/forms.
func forms(t *testing.T) *survey.Forms {
	t.Helper()
	set, err := survey.LoadForms(os.DirFS("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// method parses a method of testdata.
func method(t *testing.T, file string) *tally.Method {
	t.Helper()
	m, err := tally.ParseMethod(file, corpus(t, file)[file], forms(t))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every faulty file begins with the errors that it must give, one a line,
// after "#! ".
func TestFaultyMethodsAreRefusedWithPlaces(t *testing.T) {
	set := forms(t)
	for file, data := range corpus(t, "fail_*.yaml") {
		t.Run(file, func(t *testing.T) {
			var want []string
			for line := range strings.Lines(string(data)) {
				if fault, ok := strings.CutPrefix(line, "#! "); ok {
					want = append(want, strings.TrimSuffix(fault, "\n"))
				}
			}
			_, err := tally.ParseMethod(file, data, set)
			if err == nil {
				t.Fatal("accepted")
			}
			if got := err.Error(); got != strings.Join(want, "\n") {
				t.Errorf("error:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
			}
		})
	}
}

// library makes a folder of methods from testdata files, each the default or not.
func library(t *testing.T, defaults map[string]bool) fstest.MapFS {
	t.Helper()
	folder := fstest.MapFS{}
	for file, isDefault := range defaults {
		data := corpus(t, file)[file]
		if isDefault {
			data = append([]byte("default: true\n"), data...)
		}
		folder["methods/"+file] = &fstest.MapFile{Data: data}
	}
	return folder
}

func TestLoadMethods(t *testing.T) {
	set, err := tally.LoadMethods(library(t, map[string]bool{"good_pooled.yaml": true, "good_mean.yaml": false, "good_three.yaml": false}), forms(t))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range set.All() {
		ids = append(ids, m.ID)
	}
	if diff := cmp.Diff([]string{"mean", "m", "three"}, ids); diff != "" {
		t.Errorf("methods (-want +got):\n%s", diff)
	}
	if set.Default().ID != "m" || set.Method("mean").ID != "mean" || set.Method("gone") != nil {
		t.Errorf("default %v, mean %v, gone %v", set.Default(), set.Method("mean"), set.Method("gone"))
	}
}

func TestLoadMethodsRefuses(t *testing.T) {
	twice := library(t, map[string]bool{"good_pooled.yaml": true})
	twice["methods/z.yaml"] = &fstest.MapFile{Data: corpus(t, "good_pooled.yaml")["good_pooled.yaml"]}
	for name, c := range map[string]struct {
		folder fstest.MapFS
		want   []string
	}{
		"no default":   {library(t, map[string]bool{"good_pooled.yaml": false}), []string{"exactly one method must have default: true, found 0"}},
		"two defaults": {library(t, map[string]bool{"good_pooled.yaml": true, "good_mean.yaml": true}), []string{"exactly one method must have default: true, found 2"}},
		"none at all":  {fstest.MapFS{}, []string{"exactly one method must have default: true, found 0"}},
		"one id twice": {twice, []string{`methods/z.yaml: method "m" is defined twice`}},
		"faults of all files": {
			library(t, map[string]bool{"fail_version.yaml": false, "fail_form_unknown.yaml": false}),
			[]string{"methods/fail_version.yaml:3:10: ", "methods/fail_form_unknown.yaml:5:15: "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tally.LoadMethods(c.folder, forms(t))
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error\n%v\ndoes not say %q", err, want)
				}
			}
		})
	}
}
