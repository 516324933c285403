package comment

import (
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// The table of Latin letters says what Unicode's own forms say.
func TestLatinSpellings(t *testing.T) {
	letters := []rune("aăâđeêioôơuưyAĐƠáàảãạắằẳẵặấầẩẫậéẻệọỗộợúựýỹỵÝỆỖƯñčüßĭŭk'09")
	rapid.Check(t, func(t *rapid.T) {
		raw := norm.NFC.String(string(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(letters), rapid.Rune()), 1, 12).Draw(t, "word")))
		key, folded, ok := latinSpellings(raw)
		if !ok {
			return
		}
		if key != spelled(raw) || folded != Fold(spelled(raw)) {
			t.Fatalf("%q is spelled %q and folded %q, by the table %q and %q", raw, spelled(raw), Fold(spelled(raw)), key, folded)
		}
		if _, _, plain := spellings(raw); plain != (key == norm.NFD.String(folded)) {
			t.Fatalf("%q: plain is %t", raw, plain)
		}
	})
	if _, _, ok := latinSpellings("Nguyễn"); !ok {
		t.Error("a common name is not in the table")
	}
}

// What a find in a view covers of the text: whole characters, and what cannot be
// seen behind them.
func TestViewPlaces(t *testing.T) {
	for _, c := range []struct{ text, seen, part, want string }{
		{"Quầy 3…", "Quầy 3…", "3", "3"},
		{"số ０９\u200b１２ nhé", "số 0912 nhé", "0912", "０９\u200b１２"},
		{"a\u00adb\u2060 c", "ab c", "ab", "a\u00adb\u2060"},
		{"1️⃣2", "12", "1", "1️⃣"},
		{"㏢.", "3日.", "3", "㏢"},
		{"Ａ\u0301n", "Án", "Á", "Ａ\u0301"},
		{"x – y\u00a0•z", "x - y .z", "- y .", "– y\u00a0•"},
	} {
		v := viewOf(norm.NFC.String(c.text))
		if v.text != c.seen {
			t.Errorf("%q reads as %q, want %q", c.text, v.text, c.seen)
			continue
		}
		for at := 0; at+len(c.part) <= len(v.text); at++ {
			if v.text[at:at+len(c.part)] == c.part {
				s := v.original(span{start: at, end: at + len(c.part)})
				if got := norm.NFC.String(c.text)[s.start:s.end]; got != c.want {
					t.Errorf("%q of %q is %q of the text, want %q", c.part, c.text, got, c.want)
				}
			}
		}
	}
}
