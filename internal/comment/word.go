package comment

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is one run of letters or digits of a text.
type word struct {
	start, end int    // bytes of the text
	key        string // as spelled
	folded     string // as Fold
	plain      bool   // written without any mark
	capital    bool   // begins with a capital letter
	digits     bool   // begins with a digit
	joined     bool   // only blanks stand between this word and the one before
}

// wordsOf cuts a text into words. An apostrophe between letters belongs to the
// word (M'nông), and so does the bar of "đ/c".
func wordsOf(text string) []word {
	var words []word
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			at += size
			continue
		}
		end := endOfWord(text, at, unicode.IsDigit(r))
		words = append(words, newWord(text, at, end))
		if n := len(words); n > 1 {
			words[n-1].joined = isBlank(text[words[n-2].end:at])
		}
		at = end
	}
	return words
}

func newWord(text string, start, end int) word {
	raw := text[start:end]
	first, _ := utf8.DecodeRuneInString(raw)
	w := word{start: start, end: end, capital: unicode.IsUpper(first), digits: unicode.IsDigit(first)}
	w.key, w.folded, w.plain = spellings(raw)
	return w
}

// spellings returns a word as spelled and as Fold, and whether it has no marks.
func spellings(raw string) (key, folded string, plain bool) {
	if key, folded, ok := latinSpellings(raw); ok {
		return key, folded, key == folded
	}
	key = spelled(raw)
	folded = Fold(key)
	return key, folded, key == norm.NFD.String(folded)
}

// latin holds the spellings of the letters that nearly all words consist of,
// composed as Vietnamese is typed. A letter with an empty folded form is not in it.
var latin = func() (all [0x1F00]struct{ key, tone, folded string }) {
	for r := range rune(len(all)) {
		if r >= utf8.RuneSelf && !unicode.In(r, unicode.Latin) || r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' {
			continue
		}
		letter := &all[r]
		letter.folded = Fold(string(r))
		for _, part := range spelled(string(r)) {
			if isTone(part) {
				letter.tone += string(part)
			} else {
				letter.key += string(part)
			}
		}
	}
	return all
}()

// latinSpellings is what spelled and Fold say of a word in those letters.
func latinSpellings(raw string) (key, folded string, ok bool) {
	var keys, folds, tones [64]byte
	k, f, t := keys[:0], folds[:0], tones[:0]
	for _, r := range raw {
		if int(r) >= len(latin) || latin[r].folded == "" || len(k) > len(keys)/2 {
			return "", "", false
		}
		k, f, t = append(k, latin[r].key...), append(f, latin[r].folded...), append(t, latin[r].tone...)
	}
	key = string(append(k, t...))
	if key == string(f) {
		return key, key, true
	}
	return key, string(f), true
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

// isBlank says whether two words with this between them stand in one line with
// nothing else between.
func isBlank(between string) bool {
	return between != "" && strings.Trim(between, " \t\u00a0") == ""
}

func endOfWord(text string, at int, digits bool) int {
	start := at
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case digits && (unicode.IsDigit(r) || unicode.IsMark(r)), !digits && isLetter(r):
		case !digits && at > start && strings.ContainsRune("'’‘ʼ`", r) && letterFollows(text[at+size:]):
		case r == '/' && isComrade(text[start:at], text[at+size:]):
		default:
			return at
		}
		at += size
	}
	return at
}

// isComrade recognises "đ/c", the short form of đồng chí.
func isComrade(before, after string) bool {
	r, size := utf8.DecodeRuneInString(after)
	return Fold(before) == "d" && (r == 'c' || r == 'C') && !letterFollows(after[size:])
}

// letterFollows looks past marks, so that a stray one changes nothing.
func letterFollows(after string) bool {
	next, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(after, unicode.IsMark))
	return unicode.IsLetter(next)
}

// phrase is a sequence of words of a lexicon.
type phrase []word

// is says whether the word of a text may be the word of a lexicon: with the
// marks, or without any if the text has none there.
func (w *word) is(entry *word, bare bool) bool {
	return w.key == entry.key || bare && w.plain && w.folded == entry.folded
}

// phrases finds the sequences of a lexicon in a text. The first word leads to
// the few that may stand there, so that a text is read once.
type phrases map[string][]phrase

func newPhrases(texts []string) phrases {
	index := phrases{}
	for _, text := range texts {
		p := phrase(wordsOf(text))
		index[p[0].folded] = append(index[p[0].folded], p)
	}
	return index
}

// at returns the length in words of the longest phrase that stands at words[i],
// 0 if there is none. With bare, a text without marks matches, too.
func (index phrases) at(words []word, i int, bare bool) int {
	longest := 0
	for _, p := range index[words[i].folded] {
		if len(p) > longest && p.stands(words[i:], bare) {
			longest = len(p)
		}
	}
	return longest
}

func (p phrase) stands(words []word, bare bool) bool {
	if len(words) < len(p) {
		return false
	}
	for k := range p {
		if !words[k].is(&p[k], bare) || k > 0 && !words[k].joined {
			return false
		}
	}
	return true
}

// isBare says whether a text is written without marks, as on old phones: then
// a word without marks may stand for any word with them.
func isBare(words []word) bool {
	letters, marked := 0, 0
	for _, w := range words {
		if !w.digits {
			letters++
		}
		if !w.plain {
			marked++
		}
	}
	return marked*8 < letters
}
