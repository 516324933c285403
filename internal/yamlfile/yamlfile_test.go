package yamlfile_test

import (
	"strings"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/yamlfile"
)

type sample struct {
	ID    string        `yaml:"id"`
	Since *calendar.Day `yaml:"since"`
	Items []struct {
		Code string `yaml:"code"`
		Size int    `yaml:"size"`
	} `yaml:"items"`
}

func TestLoadAndPointBack(t *testing.T) {
	var got sample
	doc, err := yamlfile.Load("f.yaml", []byte("id: a\nsince: 2004-01-01\nitems:\n  - {code: x, size: 1}\n  - code: y\n"), &got)
	if err != nil {
		t.Fatal(err)
	}
	if got.Since == nil || got.Since.String() != "2004-01-01" || got.Items[1].Code != "y" {
		t.Fatalf("loaded %+v", got)
	}
	doc.Addf("items.1.code", "second")
	doc.Addf("items.0.size", "first")
	doc.Addf("items.1.nowhere", "at its mapping")
	want := "f.yaml:4:21: first\nf.yaml:5:5: at its mapping\nf.yaml:5:11: second"
	if err := doc.Err(); err == nil || err.Error() != want {
		t.Errorf("Err() =\n%v\nwant\n%s", err, want)
	}
}

// TestNumberAsKey points at the value of a key that is a number, which is no
// index of a list.
func TestNumberAsKey(t *testing.T) {
	var got map[string]map[string][]string
	doc, err := yamlfile.Load("f.yaml", []byte("scales:\n  1: [a]\n  0:\n    - b\n    - c\n"), &got)
	if err != nil {
		t.Fatal(err)
	}
	doc.Addf("scales.0.1", "here")
	if err := doc.Err(); err == nil || err.Error() != "f.yaml:5:7: here" {
		t.Errorf("Err() = %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"unknown key":    {"id: a\ncolour: red\n", `f.yaml:2:1: unknown key "colour"`},
		"repeated key":   {"id: a\nid: b\n", `f.yaml:2:1: mapping key "id" already defined at line 1`},
		"wrong type":     {"items: 3\n", "f.yaml:1:8: number `3` does not fit here, expected a list"},
		"broken":         {"items: [1\n", "f.yaml:2:1: did not find expected ',' or ']'"},
		"bad date":       {"since: 2004-02-31\n", "f.yaml:1:8: "},
		"empty":          {"", "f.yaml: the file is empty"},
		"alias":          {"id: &a x\nitems: [{code: *a}]\n", "aliases"},
		"list":           {"- 1\n", "f.yaml:1:1: a list does not fit here, expected a mapping"},
		"deep":           {"items: " + strings.Repeat("[", 60) + strings.Repeat("]", 60), "f.yaml:"},
		"too large":      {"id: " + strings.Repeat("a", yamlfile.MaxBytes), "f.yaml: the file has"},
		"two documents":  {"id: a\n---\nid: b\n", "f.yaml:"},
		"control":        {"id: \"a\x00b\"\n", "f.yaml:1:7: control character U+0000"},
		"invalid UTF-8":  {"id: a\n# ă\xff\n", "f.yaml:2:4: the file is not UTF-8"},
		"unpaired quote": {"id: \"a\n", "f.yaml:"},
	} {
		t.Run(name, func(t *testing.T) {
			var out sample
			_, err := yamlfile.Load("f.yaml", []byte(c.in), &out)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want it to contain %q", err, c.want)
			}
		})
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("id: a\nitems:\n  - {code: x}\n"))
	f.Add([]byte("a: &x [*x]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out sample
		if doc, err := yamlfile.Load("f.yaml", data, &out); err == nil {
			doc.Addf("items.0.code", "x")
			if doc.Err() == nil {
				t.Fatal("a noted problem was lost")
			}
		}
	})
}

func TestIsID(t *testing.T) {
	for text, want := range map[string]bool{
		"a": true, "stp": true, "so-tu-phap-2": true, "2026": true,
		"": false, "-a": false, "a-": false, "a--b": false, "A": false, "sở": false, "a_b": false, "a b": false, "a\n": false,
	} {
		if got := yamlfile.IsID(text); got != want {
			t.Errorf("IsID(%q) = %v", text, got)
		}
	}
}
