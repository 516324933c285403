package comment

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// strokes are the letters whose bar Unicode does not take apart: Vietnamese đ
// and M'nông ƀ.
var strokes = map[rune]rune{'đ': 'd', 'Đ': 'd', 'ƀ': 'b', 'Ƀ': 'b'}

// Fold returns the text in small letters without any mark: "Đắk R'lấp" and
// "đak r'lap" fold to the same. It is its own fixed point.
func Fold(s string) string {
	return norm.NFC.String(strings.Map(folded, norm.NFD.String(s)))
}

func folded(r rune) rune {
	if base, ok := strokes[r]; ok {
		return base
	}
	if unicode.Is(unicode.Mn, r) {
		return -1
	}
	return unicode.ToLower(r)
}

// spelled brings the ways to write one word together: case, composition, and
// the place of the tone mark ("hoà", "hòa"), which goes behind the word.
func spelled(word string) string {
	var letters, tones strings.Builder
	for _, r := range norm.NFD.String(word) {
		switch {
		case isTone(r):
			tones.WriteRune(r)
		case r == '’' || r == '‘' || r == 'ʼ' || r == '`':
			letters.WriteByte('\'')
		default:
			letters.WriteRune(unicode.ToLower(r))
		}
	}
	return letters.String() + tones.String()
}

// isTone says whether r is one of the five Vietnamese tone marks: grave, acute,
// tilde, hook above, dot below.
func isTone(r rune) bool {
	switch r {
	case '\u0300', '\u0301', '\u0303', '\u0309', '\u0323':
		return true
	}
	return false
}

// Match says whether the text holds every word of the query, in any order. A
// query with marks is held against them ("hồ" does not find "ho"), one without
// finds both; case never counts. A query without words matches every text.
func Match(text, query string) bool {
	wanted := wordsOf(query)
	strict := false
	for _, w := range wanted {
		strict = strict || !w.plain
	}
	key := func(w word) string {
		if strict {
			return w.key
		}
		return w.folded
	}
	present := map[string]bool{}
	for _, w := range wordsOf(text) {
		present[key(w)] = true
	}
	for _, w := range wanted {
		if !present[key(w)] {
			return false
		}
	}
	return true
}
