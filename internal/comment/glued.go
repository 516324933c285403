package comment

import (
	"strings"
	"unicode/utf8"
)

// glued is a phrase as the row of its letters, wherever words are cut: in
// "hối-lộ", "hốilộ" and "h.ố.i l.ộ" that row is the same.
type glued struct {
	letters, tones string // as spelled, the tones in their order
	folded         string // as Fold
	words          int
	marked         bool // found only with its marks
}

// newGlued indexes phrases by their first letter. What is too short to be
// somebody's disguise, and not a part of other words, is left to the words.
func newGlued(texts []string, marked bool, index map[rune][]glued) {
	for _, text := range texts {
		var g glued
		for _, w := range wordsOf(text) {
			g.add(&w)
		}
		if utf8.RuneCountInString(g.letters) >= shortestGlued {
			first, _ := utf8.DecodeRuneInString(g.folded)
			g.marked = marked
			index[first] = append(index[first], g)
		}
	}
}

// shortestGlued is how many letters a phrase has that is looked for in pieces.
const shortestGlued = 4

// add puts a word behind the letters that are there.
func (g *glued) add(w *word) {
	tone := strings.IndexFunc(w.key, isTone)
	if tone < 0 {
		tone = len(w.key)
	}
	g.letters += strings.ReplaceAll(w.key[:tone], "'", "")
	g.tones += w.key[tone:]
	g.folded += strings.ReplaceAll(w.folded, "'", "")
	g.words++
}

// disguised says whether a phrase stands undenied in the text with anything but
// blanks between its words, or cut otherwise than into its words.
func (t *Topic) disguised(text string, words []word, bare bool, denied []bool, n *negation) bool {
	for i := range words {
		first, _ := utf8.DecodeRuneInString(words[i].folded)
		for k := range t.glued[first] {
			length := t.glued[first][k].at(text, words[i:])
			if length > 0 && (!denied[i] || n.isCondition(words, i+length, bare)) {
				return true
			}
		}
	}
	return false
}

// at returns how many words of the text, from its first on, are the phrase in
// disguise; 0 if they are not. Plain letters stand for marked ones also in a
// text with marks: that the words are cut oddly shows that they are meant.
func (g *glued) at(text string, words []word) int {
	var read glued
	odd, plain, spelled := false, !g.marked, true
	for i := range words {
		w := &words[i]
		if i > 0 && !w.joined {
			if !continues(text, &words[i-1], w) {
				return 0
			}
			odd = true
		}
		read.add(w)
		plain = plain && w.plain && strings.HasPrefix(g.folded, read.folded)
		spelled = spelled && strings.HasPrefix(g.letters, read.letters) && strings.HasPrefix(g.tones, read.tones)
		switch {
		case !plain && !spelled:
			return 0
		case len(read.folded) == len(g.folded) && (plain || len(read.tones) == len(g.tones)):
			if odd || read.words != g.words {
				return i + 1
			}
			return 0
		}
	}
	return 0
}

// continues says whether what stands between two words may have been put into a
// phrase to hide it. Behind a point or a comma with a blank something else
// begins, unless the letters are single ones.
func continues(text string, before, next *word) bool {
	between := text[before.end:next.start]
	if len(between) > longestGap || strings.Trim(between, " \t.,-_*~/+|'\"…=#&^:;!?\\()<>") != "" {
		return false
	}
	pause := strings.ContainsAny(between, ".,:;!?…()") && strings.ContainsAny(between, " \t")
	return !pause || utf8.RuneCountInString(before.folded) == 1 || utf8.RuneCountInString(next.folded) == 1
}

// longestGap is how many bytes stand between two words of a phrase at most.
const longestGap = 6
