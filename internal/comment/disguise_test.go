package comment_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"hailong/internal/comment"
	"hailong/surveys"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// What is disguised must come out exactly as wanted, also decomposed and behind
// another line.
func TestDisguised(t *testing.T) {
	l := lexicon(t)
	planted, clean := 0, 0
	for _, s := range corpus(t, "disguised.txt") {
		text, want := unquoted(t, s.text), norm.NFC.String(unquoted(t, s.want))
		if len(s.kinds) > 0 {
			planted++
		} else {
			clean++
		}
		for _, written := range []string{text, norm.NFD.String(text), "OK.\n" + text} {
			got, found := l.Mask(written)
			if got = strings.TrimPrefix(got, "OK.\n"); got != want || len(found) != len(s.kinds) {
				t.Errorf("%q\n-> %q %v\nwant %q", written, got, found, want)
			}
		}
	}
	if planted < 120 || clean < 70 {
		t.Errorf("only %d sentences with something personal and %d without were tried", planted, clean)
	}
}

func unquoted(t *testing.T, line string) string {
	t.Helper()
	text, err := strconv.Unquote(`"` + line + `"`)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return text
}

// A mobile number is found in whatever digits and with whatever separators it is
// written, if they are the same throughout.
func TestDisguisedPhoneLaw(t *testing.T) {
	l := lexicon(t)
	zeros := []rune("0０٠۰०๐𝟎𝟘𝟬᠐")
	separators := []string{"", " ", ".", "-", "–", "‑", "—", "_", "*", "~", "·", "•", "\u00a0", "\u2009", "\u3000", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202c", "\ufe0f", " - ", "\u200b \u200b", ", "}
	rapid.Check(t, func(t *rapid.T) {
		zero := rapid.SampledFrom(zeros).Draw(t, "script")
		between := rapid.SampledFrom(separators).Draw(t, "separator")
		number := "0" + rapid.StringMatching(`[35789][0-9]{8}`).Draw(t, "number")
		parts := make([]string, len(number))
		for i, digit := range number {
			parts[i] = string(zero + digit - '0')
		}
		text := "Gọi " + strings.Join(parts, between) + " cho tôi"
		masked, _ := l.Mask(text)
		if masked != "Gọi "+comment.Mark(comment.Phone)+" cho tôi" || strings.ContainsFunc(masked, unicode.IsDigit) {
			t.Fatalf("%q -> %q", text, masked)
		}
	})
}

// An installation's own list of before these lists were there is still read.
func TestOlderWordList(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"lexicon/names.yaml", "lexicon/topics.yaml"} {
		data, err := surveys.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(string(data), "# Before a number these say where somebody works.")
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	l, err := comment.LoadLexicon(files)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := l.Mask("Chị Lan, 12 Nguyễn Huệ, ０９１２３４５６７８")
	if want := "Chị [tên], 12 Nguyễn Huệ, [số điện thoại]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
