package comment

import (
	"strings"
	"unicode/utf8"
)

// addressed returns the length of the form of address at words[i], and of the
// name behind it, 0 if there is none.
func (r *reader) addressed(i int) (form, name int) {
	personal, official, naming := r.personal.at(r.words, i, r.bare), r.official.at(r.words, i, r.bare), r.naming.at(r.words, i, r.bare)
	form = max(personal, official, naming)
	j := i + form
	switch {
	case form == 0:
		return r.shortForm(i)
	case j >= len(r.words):
		return form, 0
	case !r.leadsOn(j):
		return form, r.wrappedName(j)
	}
	if passed := r.notNames.at(r.words, i, r.bare); passed > form && !r.capital(j) || r.revered.at(r.words, i, true) > form {
		return form, 0
	}
	certain := !r.bare || r.bareForms.at(r.words, i, true) > 0 || naming == form
	if n := max(r.fullName(j), r.minorityName(j), r.letters(j)); n > 0 {
		return form, n
	}
	if r.capital(j) {
		return form, r.capitalName(j, personal == form && certain)
	}
	n := r.smallName(j, personal == form)
	if n == 0 && naming == form {
		n = r.givenName(j)
	}
	if !certain && !r.stationed(j+n) {
		return form, 0
	}
	return form, n
}

// shortForm recognises "a", "c" and other single letters that stand for a form of
// address, where a given name follows.
func (r *reader) shortForm(i int) (form, name int) {
	j := i + 1
	if j >= len(r.words) || r.shorts.at(r.words, i, false) == 0 || !r.capital(j) || !r.givens.has(&r.words[j], r.bare) {
		return 0, 0
	}
	between := r.text[r.words[i].end:r.words[j].start]
	switch known := r.alone.at(r.words, j, r.bare) > 0; {
	case between == ".", between == ". " && known, between == " " && !r.words[i].capital:
		return 1, r.capitalName(j, false)
	}
	return 0, 0
}

// wrappedName returns the length of a known name that stands in brackets, quotes
// or behind a hyphen after a form of address: anh "Tuấn". Behind a point or a
// comma without a blank it must be no other word.
func (r *reader) wrappedName(j int) int {
	between := r.text[r.words[j-1].end:r.words[j].start]
	if (between == "," || strings.Trim(between, ".…") == "" && between != "") && r.capital(j) && r.alone.at(r.words, j, r.bare) > 0 {
		return r.capitalName(j, false)
	}
	if len(between) > 8 || strings.Trim(between, " -_*\"'“”‘’(«[") != "" || strings.Contains(between, "- ") {
		return 0
	}
	if n := r.fullName(j); n > 0 {
		return n
	}
	if r.capital(j) {
		return r.capitalName(j, false)
	}
	if r.bare || strings.Contains(between, "'") {
		return 0
	}
	return r.smallName(j, false)
}

// letters counts the letters of a name that is spelled: "T.u.ấ.n", "T u ấ n".
func (r *reader) letters(j int) int {
	n := 0
	for j+n < len(r.words) && n < longestSpelled && utf8.RuneCountInString(r.words[j+n].key) <= 3 && r.single(j+n) {
		if n > 0 && r.words[j+n].start-r.words[j+n-1].end != 1 {
			break
		}
		n++
	}
	if n < 3 {
		return 0
	}
	return n
}

// longestSpelled is how many letters of a spelled name are taken.
const longestSpelled = 20

// single says whether the word is one letter, with its marks.
func (r *reader) single(i int) bool {
	return !r.words[i].digits && utf8.RuneCountInString(r.text[r.words[i].start:r.words[i].end]) == 1
}

// givenName returns the length of a given name in small letters behind words
// that announce one, such as "cán bộ tên". It may be another word elsewhere, so
// that something must show its end.
func (r *reader) givenName(j int) int {
	n := 1
	if j+1 < len(r.words) && r.words[j+1].joined && r.middles.has(&r.words[j], r.bare) && r.givens.has(&r.words[j+1], r.bare) && !r.ordinary.has(&r.words[j+1], r.bare) {
		n = 2
	}
	next := j + n
	if !r.givens.has(&r.words[next-1], r.bare) || r.notNames.at(r.words, j, r.bare) > 0 || r.notNames.at(r.words, next-1, r.bare) > 0 {
		return 0
	}
	if next < len(r.words) && r.words[next].joined && !r.ordinary.has(&r.words[next], r.bare) {
		return 0
	}
	return n
}

// stationed says whether the number of a counter or room follows: then "chi lan
// quay 2" means a person also without marks.
func (r *reader) stationed(i int) bool {
	return i+1 < len(r.words) && r.words[i].joined && r.words[i+1].joined && r.words[i+1].digits && r.stations.at(r.words, i, r.bare) > 0
}

// leadsOn says whether only a blank stands before words[j], or the point of a
// short form, or a colon.
func (r *reader) leadsOn(j int) bool {
	before := &r.words[j-1]
	between := r.text[before.end:r.words[j].start]
	switch strings.Trim(between, " \t\u00a0") {
	case "":
		return between != ""
	case ".":
		return !strings.ContainsAny(before.folded, "aeiuy") && !r.words[j].digits
	case ":":
		return true
	}
	return false
}

// capitalName returns the length of a name that begins with a capital, behind a
// form of address. Only behind a personal one may it be unknown.
func (r *reader) capitalName(j int, personal bool) int {
	w := &r.words[j]
	known := r.known.has(w, true) || r.initial(j)
	switch {
	case r.isForm(j), r.places.at(r.words, j, true) > 1 && !personal:
		return 0
	case !known && (!personal || r.stops(j)), r.placeLead(j) > 0 && !r.known.has(w, false):
		return 0
	}
	if passed := r.notNames.at(r.words, j, r.bare); passed > 0 && !(personal && known && r.capitals(j, passed) == passed) {
		return 0
	}
	n := 1
	for n < longestName && r.extends(j+n) {
		n++
	}
	return n
}

// smallName returns the length of a given name in small letters behind a form
// of address: one that is no other word, alone or behind a middle name.
func (r *reader) smallName(j int, personal bool) int {
	if r.notNames.at(r.words, j, r.bare) > 0 {
		return 0
	}
	n := r.alone.at(r.words, j, r.bare)
	if j+1 < len(r.words) && r.words[j+1].joined && r.middles.has(&r.words[j], r.bare) && r.notNames.at(r.words, j+1, r.bare) == 0 {
		if given := r.alone.at(r.words, j+1, r.bare); given > 0 {
			n = max(n, 1+given)
		}
	}
	next := j + n
	if n > 0 && !personal && next < len(r.words) && r.words[next].joined && !r.ordinary.has(&r.words[next], r.bare) {
		return 0 // "cán bộ trang nghiêm"
	}
	return n
}
