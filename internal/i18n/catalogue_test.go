package i18n_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hailong/internal/i18n"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// wording is one entry of a catalogue: one text, or one by plural form.
type wording map[string]string

// UnmarshalJSON reads a text as the form "other".
func (w *wording) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*w = wording{"other": one}
		return nil
	}
	return json.Unmarshal(data, (*map[string]string)(w))
}

var place = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

// places returns the names that every form of the wording needs.
func (w wording) places() []string {
	names := map[string]bool{}
	for _, text := range w {
		for _, match := range place.FindAllStringSubmatch(text, -1) {
			names[match[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func catalogue(t *testing.T, code string) map[string]wording {
	t.Helper()
	files, err := filepath.Glob("wording/*." + code + ".json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of %s, %v", len(files), code, err)
	}
	all := map[string]wording{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		topic := map[string]wording{}
		if err := json.Unmarshal(data, &topic); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for key, w := range topic {
			if _, twice := all[key]; twice {
				t.Errorf("%s: key %s is in another topic, too", file, key)
			}
			all[key] = w
		}
	}
	return all
}

// plurals are the plural forms of each language.
var plurals = map[string][]string{"vi": {"other"}, "en": {"one", "other"}}

// TestCataloguesAgree holds every language to the keys and places of the
// Vietnamese catalogue.
func TestCataloguesAgree(t *testing.T) {
	vi := catalogue(t, "vi")
	for _, code := range i18n.Codes {
		all := catalogue(t, code)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(vi)), slices.Sorted(maps.Keys(all))); diff != "" {
			t.Errorf("keys of %s.json: %s", code, diff)
		}
		for key, w := range all {
			if diff := cmp.Diff(vi[key].places(), w.places()); diff != "" {
				t.Errorf("places of %s in %s: %s", key, code, diff)
			}
			if counted := slices.Contains(vi[key].places(), "Count"); counted && !slices.Equal(slices.Sorted(maps.Keys(w)), plurals[code]) {
				t.Errorf("%s in %s has the plural forms %v, want %v", key, code, slices.Sorted(maps.Keys(w)), plurals[code])
			}
		}
	}
}

func TestWordings(t *testing.T) {
	for _, code := range i18n.Codes {
		for key, w := range catalogue(t, code) {
			for form, text := range w {
				switch {
				case strings.TrimSpace(text) != text || text == "":
					t.Errorf("%s %s %s: %q is empty or begins or ends with a space", code, key, form, text)
				case norm.NFC.String(text) != text:
					t.Errorf("%s %s %s: %q is not in NFC", code, key, form, text)
				case strings.ContainsAny(place.ReplaceAllString(text, ""), "{}<>"):
					t.Errorf("%s %s %s: %q holds markup", code, key, form, text)
				}
			}
		}
	}
}

// TestNoKeyTwice looks at the files themselves, since a JSON object with a key
// twice reads as if the first were not there.
func TestNoKeyTwice(t *testing.T) {
	line := regexp.MustCompile(`(?m)^ "([^"]+)":`)
	for _, code := range i18n.Codes {
		files, err := filepath.Glob("wording/*." + code + ".json")
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range line.FindAllSubmatch(data, -1) {
				if seen[string(match[1])] {
					t.Errorf("%s: %s is there twice", file, match[1])
				}
				seen[string(match[1])] = true
			}
		}
		if len(seen) != len(catalogue(t, code)) {
			t.Errorf("%s: %d keys stand at the beginning of a line, and it has %d", code, len(seen), len(catalogue(t, code)))
		}
	}
}

// TestEveryWordingCanBeSaid asks for each, with every kind of number.
func TestEveryWordingCanBeSaid(t *testing.T) {
	languages := load(t)
	for _, code := range i18n.Codes {
		for key, w := range catalogue(t, code) {
			for _, count := range []int64{0, 1, 2, 5, 11, 1000} {
				var pairs []any
				for _, name := range w.places() {
					if name == "Count" {
						pairs = append(pairs, name, count)
						continue
					}
					pairs = append(pairs, name, "•")
				}
				said := languages.Language(code).T(key, pairs...)
				if said == key || strings.Contains(said, "no value") || strings.Contains(said, "{{") {
					t.Errorf("%s in %s for %d is %q", key, code, count, said)
				}
			}
		}
	}
}
