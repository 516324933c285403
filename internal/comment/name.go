package comment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName is how many words a name has at most.
const longestName = 5

// reader finds the names of one text, from its first word to its last.
type reader struct {
	*names
	text     string
	words    []word
	bare     bool
	shouting bool
	after    int // the word behind the last name, 0 before the first
	found    []span
}

// in finds the names of persons in a text, where they live, their accounts, and
// telephone numbers in words.
func (n *names) in(text string) []span {
	words := wordsOf(text)
	r := &reader{names: n, text: text, words: words, bare: isBare(words), shouting: isShouting(text)}
	for i := 0; i < len(words); {
		i += r.step(i)
	}
	return r.found
}

// step reads on at words[i] and returns how many words it has dealt with.
func (r *reader) step(i int) int {
	if n := r.numerals(i); n > 0 {
		return r.hide(i, n, Phone)
	}
	if n := r.address(i); n > 0 {
		return r.hide(i, n, Address)
	}
	if lead, n := r.account(i); n > 0 {
		return lead + r.hide(i+lead, n, Link)
	}
	if form, name := r.addressed(i); name > 0 {
		r.mask(i+form, name)
		return form + name
	}
	full := max(r.fullName(i), r.minorityName(i))
	passed := max(r.notNames.at(r.words, i, r.bare), r.places.at(r.words, i, true), r.revered.at(r.words, i, true))
	switch {
	case full > passed:
		r.mask(i, full)
		return full
	case passed > 0:
		return passed
	}
	if lead := r.placeLead(i); lead > 0 {
		return lead + r.capitals(i+lead, longestName)
	}
	if n := r.listed(i); n > 0 {
		r.mask(i, n)
		return n
	}
	return 1
}

func (r *reader) hide(i, n int, kind Kind) int {
	r.found = append(r.found, span{r.words[i].start, r.words[i+n-1].end, kind})
	return n
}

func (r *reader) mask(i, n int) {
	r.hide(i, n, Name)
	r.after = i + n
}

// capital says whether the word begins with a capital that means something.
func (r *reader) capital(i int) bool {
	if i >= len(r.words) || !r.words[i].capital || r.shouting {
		return false
	}
	beside := func(j int) bool { return j >= 0 && j < len(r.text) && isDigit(r.text[j]) }
	return !beside(r.words[i].start-1) && !beside(r.words[i].end)
}

// initial says whether the word is a single capital letter.
func (r *reader) initial(i int) bool {
	return r.capital(i) && utf8.RuneCountInString(r.text[r.words[i].start:r.words[i].end]) == 1
}

// follows says whether words[i] goes on a name: after a blank, or after the
// point of an initial.
func (r *reader) follows(i int) bool {
	if i >= len(r.words) {
		return false
	}
	if r.words[i].joined {
		return true
	}
	before := &r.words[i-1]
	between := r.text[before.end:r.words[i].start]
	return (between == "." || between == ". ") && r.capital(i-1) && r.capital(i) && utf8.RuneCountInString(r.text[before.start:before.end]) <= 2
}

// capitals counts the capitalised words from words[i] on, up to a form of
// address.
func (r *reader) capitals(i, most int) int {
	n := 0
	for n < most && r.capital(i+n) && r.words[i+n].joined && !r.isForm(i+n) {
		n++
	}
	return n
}

// extends says whether words[i] goes on a name whose beginning is certain.
func (r *reader) extends(i int) bool {
	return r.follows(i) && r.capital(i) && (r.known.has(&r.words[i], true) || !r.stops(i)) && !r.isForm(i) && r.places.at(r.words, i, true) < 2
}

// stops says whether a capitalised word begins something else than a name.
func (r *reader) stops(i int) bool {
	return r.ordinary.has(&r.words[i], r.bare) || r.placeLead(i) > 0
}

func (r *reader) isForm(i int) bool {
	return r.words[i].key != "anh" && (r.personal.at(r.words, i, false) > 0 || r.official.at(r.words, i, false) > 1)
}

// fullName returns the length of a name that begins with a family name at
// words[i], 0 if there is none.
func (r *reader) fullName(i int) int {
	if n := r.capitalFullName(i); n > 0 {
		return n
	}
	return r.smallFullName(i)
}

func (r *reader) capitalFullName(i int) int {
	w := &r.words[i]
	common := r.common.has(w, true)
	if !r.capital(i) || !common && !r.other.has(w, true) {
		return 0
	}
	n := 1
	for n < longestName && r.follows(i+n) && r.capital(i+n) {
		next, strong := &r.words[i+n], n > 1 && r.strong.has(&r.words[i+1], true)
		known := r.middles.has(next, true) || r.givens.has(next, true) || r.common.has(next, true) || r.initial(i+n)
		if !known && (!strong || r.stops(i+n)) || n > 1 && r.places.at(r.words, i+n, true) > 1 {
			break
		}
		n++
	}
	switch {
	case n == 1:
		return 0
	case n == 2 && !r.givens.has(&r.words[i+1], true) && !(common && (r.initial(i+1) || r.middles.has(&r.words[i+1], true))):
		return 0
	}
	return n
}

// smallFullName does not look at capitals: it asks for a family name, a middle
// name and a given name.
func (r *reader) smallFullName(i int) int {
	if i+2 >= len(r.words) || !r.words[i+1].joined || !r.words[i+2].joined {
		return 0
	}
	family, middle, given := &r.words[i], &r.words[i+1], &r.words[i+2]
	plain := family.plain && middle.plain && given.plain
	sure := r.common.has(family, false) || plain && r.sureBare.has(family, true)
	strong := r.strong.has(middle, plain)
	letter := strong && utf8.RuneCountInString(given.key) == 1
	switch {
	case !sure && !(strong && (r.other.has(family, plain) || plain && r.common.has(family, true))):
		return 0
	case !strong && !r.middles.has(middle, plain), !letter && !r.givens.has(given, plain) && !r.rareGiven(i):
		return 0
	case plain && !sure && r.weakBare.has(given, true), plain && !strong && r.weakBare.has(given, true):
		return 0
	case r.notNames.at(r.words, i+1, plain) > 1 && !strong:
		return 0
	}
	if i+3 < len(r.words) && r.words[i+3].joined && r.middles.has(given, plain) && r.givens.has(&r.words[i+3], plain) &&
		!r.ordinary.has(&r.words[i+3], plain) && r.notNames.at(r.words, i+2, plain) == 0 {
		return 4
	}
	return 3
}

// rareGiven says whether a given name in no list ends the three words of a name
// that nothing else begins like: "nguyễn văn tám", but not "nguyễn văn phòng".
func (r *reader) rareGiven(i int) bool {
	family, middle, given := &r.words[i], &r.words[i+1], &r.words[i+2]
	return r.sureBare.has(family, false) && r.strong.has(middle, false) && !given.digits && !r.ordinary.has(given, true) && r.notNames.at(r.words, i+1, true) < 2
}

// minorityName returns the length of a name such as H'Hen Niê, K'Brơi, Y Moan
// Êñuôl or Điểu K'Té, where what follows is in no list.
func (r *reader) minorityName(i int) int {
	w := &r.words[i]
	if n := r.smallMinorityName(i); n > 0 {
		return n
	}
	if !r.capital(i) || r.notNames.at(r.words, i, r.bare) > 0 || r.places.at(r.words, i, true) > 0 {
		return 0
	}
	n := 0
	next := r.follows(i+1) && r.capital(i+1) && !r.ordinary.has(&r.words[i+1], r.bare)
	switch {
	case r.prefixed(w):
		n = 1
	case r.apart(i):
		n = 2
	case next && (w.key == "y" || r.open.has(w, false)):
		n = 2
	default:
		return 0
	}
	for n < longestName && r.extends(i+n) {
		n++
	}
	return n
}

// prefixed recognises the prefixes of names H' (women) and K' (men) before a
// capital.
func (r *reader) prefixed(w *word) bool {
	if !strings.HasPrefix(w.key, "h'") && !strings.HasPrefix(w.key, "k'") {
		return false
	}
	_, size := utf8.DecodeRuneInString(r.text[w.start+1:])
	first, _ := utf8.DecodeRuneInString(r.text[w.start+1+size:])
	return unicode.IsUpper(first)
}

// smallMinorityName does not look at capitals: it asks for the prefix, a given
// name and a clan that is no other word.
func (r *reader) smallMinorityName(i int) int {
	key, n := r.words[i].key, 0
	switch {
	case key == "y":
		n = 2
	case strings.HasPrefix(key, "h'"):
		n = 1
	}
	if n == 0 || i+n >= len(r.words) || !r.words[i+1].joined || !r.words[i+n].joined || !r.clans.has(&r.words[i+n], false) {
		return 0
	}
	return n + 1
}

// apart recognises the same prefixes with a blank or a hyphen before the name:
// "H' Hen Niê". Without an apostrophe the clan has to follow.
func (r *reader) apart(i int) bool {
	w := &r.words[i]
	if w.key != "h" && w.key != "k" || !r.capital(i+1) {
		return false
	}
	between := r.text[w.end:r.words[i+1].start]
	if strings.Trim(between, "'’‘ʼ`") == " " && between != " " {
		return true
	}
	return (between == " " || between == "-") && i+2 < len(r.words) && r.words[i+2].joined && r.clans.has(&r.words[i+2], false)
}

// placeLead returns the length of a word at words[i] that makes what follows a
// place, such as a street; 0 if there is none.
func (r *reader) placeLead(i int) int {
	w := &r.words[i]
	if r.capital(i) && w.plain && (r.other.has(w, true) || r.common.has(w, true)) {
		return 0 // "Duong Van An", not "đường"
	}
	if n := r.placeLeads.at(r.words, i, r.bare); n > 0 {
		return n
	}
	if i > 0 && r.words[i].joined && r.offices.has(&r.words[i-1], r.bare) {
		return 0
	}
	return r.areaLeads.at(r.words, i, r.bare)
}

// listed returns the length of a given name that goes on a list of names:
// "anh Tuấn, Hoa và Mai".
func (r *reader) listed(i int) int {
	if r.after == 0 || i == 0 || !r.capital(i) || !r.givens.has(&r.words[i], false) {
		return 0
	}
	comma := i == r.after && strings.TrimSpace(r.text[r.words[i-1].end:r.words[i].start]) == ","
	and := i == r.after+1 && r.words[i].joined && r.words[i-1].joined && r.words[i-1].key == spelled("và")
	if !comma && !and {
		return 0
	}
	n := 1
	for n < longestName && r.extends(i+n) {
		n++
	}
	return n
}
