package survey_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hailong/internal/survey"
)

// corpus reads the files of testdata that match the pattern.
func corpus(t testing.TB, pattern string) map[string][]byte {
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

// form parses a questionnaire of testdata.
func form(t testing.TB, file string) *survey.Form {
	t.Helper()
	f, err := survey.ParseForm(file, corpus(t, file)[file])
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestGoodFormsAreAccepted(t *testing.T) {
	for file, data := range corpus(t, "good_*.yaml") {
		t.Run(file, func(t *testing.T) {
			f, err := survey.ParseForm(file, data)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Validate(given(t, f, f.Example("AAAAAAAAAAAAAAAAAAAAAA"))); err != nil {
				t.Errorf("its example: %v", err)
			}
		})
	}
}

// Every faulty file begins with the errors that it must give, one a line,
// after "#! ".
func TestFaultyFormsAreRefusedWithPlaces(t *testing.T) {
	for file, data := range corpus(t, "fail_*.yaml") {
		t.Run(file, func(t *testing.T) {
			var want []string
			for line := range strings.Lines(string(data)) {
				if fault, ok := strings.CutPrefix(line, "#! "); ok {
					want = append(want, strings.TrimSuffix(fault, "\n"))
				}
			}
			_, err := survey.ParseForm(file, data)
			if err == nil {
				t.Fatal("accepted")
			}
			if got := err.Error(); got != strings.Join(want, "\n") {
				t.Errorf("error:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
			}
		})
	}
}
