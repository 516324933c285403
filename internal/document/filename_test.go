package document_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hailong/internal/document"
)

func TestFileName(t *testing.T) {
	for _, test := range []struct {
		name  string
		parts []string
		want  string
	}{
		{"vietnamese", []string{"Sở Tư pháp", "Quầy 1"}, "so-tu-phap-quay-1"},
		{"every tone on every vowel", []string{"ắằẳẵặ ấầẩẫậ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ỷỹỵ"}, "aaaaa-aaaaa-eeeee-ooooo-ooooo-uuuuu-yyy"},
		{"đ is a letter of its own", []string{"ĐẮK NÔNG đất đai"}, "dak-nong-dat-dai"},
		{"decomposed letters", []string{"So\u031b\u0309 Tu\u031b pha\u0301p"}, "so-tu-phap"},
		{"m'nông", []string{"ƀon nkô̆, uĕh Ƀĭch"}, "bon-nko-ueh-bich"},
		{"link code", []string{"Quầy 1", "7K3M9QXA"}, "quay-1-7k3m9qxa"},
		{"no path gets through", []string{"../../etc/passwd", `C:\x`, "a\x00b"}, "etc-passwd-c-x-a-b"},
		{"empty parts are left out", []string{"", "stp", " – ", "2026-Q3"}, "stp-2026-q3"},
		{"nothing is left", []string{"", "東京"}, "hailong"},
		{"no part at all", nil, "hailong"},
		{"a long part leaves room for the code", []string{strings.Repeat("Sở Tư pháp ", 30), "7K3M9QXA"},
			"so-tu-phap-so-tu-phap-so-tu-phap-so-tu-phap-so-tu-phap-so-tu-7k3m9qxa"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := document.FileName(test.parts...); got != test.want {
				t.Errorf("FileName(%q) = %q, want %q", test.parts, got, test.want)
			}
		})
	}
}

func TestFileNameIsAlwaysSafe(t *testing.T) {
	safe := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.String().Draw(t, "part")
		name := document.FileName(part)
		if !safe.MatchString(name) || len(name) > 60 {
			t.Fatalf("FileName(%q) = %q", part, name)
		}
		if again := document.FileName(name); again != name {
			t.Fatalf("FileName(%q) = %q, but of that %q", part, name, again)
		}
	})
}
