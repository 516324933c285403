package fonts_test

import (
	"encoding/binary"
	"testing"

	"hailong/static/fonts"
)

// needed are the letters that a document may have to set: Vietnamese,
// M'nông, and the punctuation of posters and reports.
const needed = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwzAĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXYFJWZ" +
	"àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ" +
	"ÀẢÃÁẠẰẲẴẮẶẦẨẪẤẬÈẺẼÉẸỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌỒỔỖỐỘỜỞỠỚỢÙỦŨÚỤỪỬỮỨỰỲỶỸÝỴ" +
	"ƀɃĕĔĭĬŏŎŭŬ\u0306\u0300\u0301\u0302\u0303\u0309\u0323\u031b" +
	"0123456789 .,:;/?!()[]%+-–—‘’“”…·•₫\u00a0"

func TestFontsHaveEveryLetter(t *testing.T) {
	for name, font := range map[string][]byte{
		"regular": fonts.Regular, "bold": fonts.Bold,
		"serif": fonts.Serif, "serif bold": fonts.SerifBold,
		"serif italic": fonts.SerifItalic, "serif bold italic": fonts.SerifBoldItalic,
	} {
		has := letters(t, font)
		for _, r := range needed {
			if !has[r] {
				t.Errorf("%s lacks %q (%U)", name, r, r)
			}
		}
		if has['東'] {
			t.Errorf("%s claims a letter it cannot have: the test reads the font wrongly", name)
		}
	}
}

// letters reads the character map (format 4 of the Unicode, BMP subtable) of a
// TrueType font.
func letters(t *testing.T, font []byte) map[rune]bool {
	t.Helper()
	sub := subtable(t, table(t, font, "cmap"))
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(sub[at:])) }
	size := u16(6) // twice the number of segments
	has := map[rune]bool{}
	for i := 0; i < size; i += 2 {
		end, start := u16(14+i), u16(16+size+i)
		delta, offset := u16(16+2*size+i), u16(16+3*size+i)
		for r := start; r <= end && r < 0xFFFF; r++ {
			glyph := r + delta
			if offset != 0 {
				glyph = u16(16 + 3*size + i + offset + 2*(r-start))
			}
			has[rune(r)] = glyph&0xFFFF != 0
		}
	}
	return has
}

func table(t *testing.T, font []byte, tag string) []byte {
	t.Helper()
	for i := range int(binary.BigEndian.Uint16(font[4:])) {
		entry := font[12+16*i:]
		if string(entry[:4]) == tag {
			return font[binary.BigEndian.Uint32(entry[8:]):]
		}
	}
	t.Fatalf("the font has no table %s", tag)
	return nil
}

func subtable(t *testing.T, cmap []byte) []byte {
	t.Helper()
	for i := range int(binary.BigEndian.Uint16(cmap[2:])) {
		entry := cmap[4+8*i:]
		sub := cmap[binary.BigEndian.Uint32(entry[4:]):]
		if binary.BigEndian.Uint16(entry) == 3 && binary.BigEndian.Uint16(sub) == 4 {
			return sub
		}
	}
	t.Fatal("the font has no Unicode character map of format 4")
	return nil
}
