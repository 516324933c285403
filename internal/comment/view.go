package comment

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// view is a text as it reads, whatever characters it is written with: digits
// and letters of other forms are plain ones, blanks, dashes and dots are those
// of the keyboard, and what has no width is left out. All searches look at it;
// what they find is cut from the text itself.
type view struct {
	text   string
	places []int // for each byte of text, and for its end, where its character begins in the original; nil where both are the same
	size   int   // of the original, in bytes
}

// viewOf returns the view of a text in NFC. Most texts are their own.
func viewOf(original string) view {
	odd := strings.IndexFunc(original, isOdd)
	if odd < 0 {
		return view{text: original, size: len(original)}
	}
	if odd > 0 { // a mark may change the character before it
		_, size := utf8.DecodeLastRuneInString(original[:odd])
		odd -= size
	}
	v := view{size: len(original), places: make([]int, odd, len(original)+1)}
	for i := range v.places {
		v.places[i] = i
	}
	var b strings.Builder
	b.Grow(len(original))
	b.WriteString(original[:odd])
	for at := odd; at < len(original); {
		size := norm.NFKC.NextBoundaryInString(original[at:], true)
		b.WriteString(legible(original[at : at+size]))
		for len(v.places) < b.Len() {
			v.places = append(v.places, at)
		}
		at += size
	}
	v.text, v.places = b.String(), append(v.places, len(original))
	return v
}

// original returns a part of the view as a part of the text: whole characters,
// with what is invisible behind them.
func (v *view) original(s span) span {
	if v.places == nil {
		return s
	}
	last := v.places[s.end-1]
	end := s.end
	for v.places[end] == last {
		end++
	}
	return span{v.places[s.start], v.places[end], s.kind}
}

// isOdd says whether a character may read as another one. Letters of Latin
// scripts and the marks of Vietnamese are what they are.
func isOdd(r rune) bool {
	switch {
	case r < ' ':
		return r != '\n' && r != '\t'
	case r < 0x7F, 'À' <= r && r < 0x250, 0x1E00 <= r && r < 0x1F00:
		return false
	}
	return !strings.ContainsRune("“”‘’…", r)
}

// legible returns what one character, with the marks on it, reads as.
func legible(character string) string {
	if first, size := utf8.DecodeRuneInString(character); size == len(character) && !isOdd(first) {
		return character
	}
	letter := false
	var b strings.Builder
	for i, r := range norm.NFKC.String(character) {
		if i == 0 {
			letter = unicode.IsLetter(r)
		}
		if r = plain(r); r >= 0 && (letter || !unicode.IsMark(r)) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain returns the character of the keyboard that r reads as, -1 for one that
// is not seen.
func plain(r rune) rune {
	switch {
	case !isOdd(r):
		return r
	case unicode.Is(unicode.Nd, r):
		return '0' + digitValue(r)
	case r == '⓿' || r == '🄌':
		return '0'
	case strings.ContainsRune("\v\f\r\u0085\u2028\u2029", r):
		return '\n'
	case unicode.Is(unicode.Zs, r), r == '\u2800':
		return ' '
	case unicode.Is(unicode.Pd, r), strings.ContainsRune("−⁃ー", r):
		return '-'
	case strings.ContainsRune("•·∙⋅‧・。●٫", r):
		return '.'
	case strings.ContainsRune("⁄∕", r):
		return '/'
	case isInvisible(r):
		return -1
	}
	return r
}

// isInvisible says whether a character shows nothing of its own: controls, joiners,
// fillers, and marks that only strike through or frame what they stand on.
func isInvisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Me, unicode.Variation_Selector) ||
		'\u0334' <= r && r <= '\u0338' || strings.ContainsRune("\u034F\u115F\u1160\u3164\uFFA0\u17B4\u17B5", r)
}

// digitValue is the value of a decimal digit: Unicode has those of a script in
// one row, so that zero is the next below that begins one.
func digitValue(r rune) rune {
	for _, row := range unicode.Nd.R16 {
		if rune(row.Lo) <= r && r <= rune(row.Hi) {
			return (r - rune(row.Lo)) % 10
		}
	}
	for _, row := range unicode.Nd.R32 {
		if rune(row.Lo) <= r && r <= rune(row.Hi) {
			return (r - rune(row.Lo)) % 10
		}
	}
	return 0
}
