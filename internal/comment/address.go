package comment

import "strings"

// addresses is what the place where somebody lives is recognised by.
type addresses struct {
	houses, sure, counted    phrases // before a number: of a house, certainly of one, of something else
	roads, streets           phrases // words before the name of a street; names that need none
	numbered, named, commune phrases // before a number, before a number or a name: parts of a commune; before its name
}

func (f *namesFile) compileAddresses() addresses {
	a := f.Addresses
	return addresses{
		houses: newPhrases(a.Houses), sure: newPhrases(a.Sure), counted: newPhrases(a.Counted),
		roads: newPhrases(a.Roads), streets: newPhrases(a.Streets),
		numbered: newPhrases(a.Numbered), named: newPhrases(a.Named), commune: newPhrases(a.Communes),
	}
}

// address returns the length of an address that begins at words[i], 0 if there
// is none: a house in a street, or a hamlet with its commune. A street, a hamlet
// or a commune alone is where many live.
func (r *reader) address(i int) int {
	if r.words[i].digits {
		return r.house(i, i, false)
	}
	if n := r.hamlet(i); n > 0 {
		if r.linked(i + n) {
			n += r.hamlet(i + n)
		}
		if commune := r.communeAt(i + n); commune > 0 {
			return n + commune
		}
		return 0
	}
	if n := r.area(i, r.where.commune); n > 0 && r.linked(i+n) {
		if hamlet := r.hamlet(i + n); hamlet > 0 && r.words[i+n+hamlet-1].digits {
			return n + hamlet
		}
	}
	if lead := r.where.houses.at(r.words, i, r.bare); lead > 0 && r.linked(i+lead) {
		return r.house(i, i+lead, r.where.sure.at(r.words, i, r.bare) > 0)
	}
	return 0
}

// linked says whether words[i] belongs with the word before: after a blank, a
// comma or a colon.
func (r *reader) linked(i int) bool {
	if i == 0 || i >= len(r.words) {
		return false
	}
	between := r.text[r.words[i-1].end:r.words[i].start]
	return len(between) <= 3 && strings.Trim(between, " ,:.-") == "" && (between != "." || r.words[i-1].capital)
}

// house returns the length of an address with the number of a house at words[j],
// which begins at words[i].
func (r *reader) house(i, j int, sure bool) int {
	number := r.houseNumber(j)
	if number == 0 || !sure && i > 0 && r.words[i].joined && r.isCounted(i-1) {
		return 0
	}
	end := j + number
	if r.linked(end) {
		street := r.street(end, j > i)
		sure = sure || street > 0
		end += street
	}
	if !sure {
		return 0
	}
	if r.linked(end) {
		if hamlet := r.hamlet(end); hamlet > 0 {
			end += hamlet
			end += r.communeAt(end)
		}
	}
	return end - i
}

// isCounted says whether a number behind words[i] counts something else, such
// as counters.
func (r *reader) isCounted(i int) bool {
	if r.words[i].folded == "so" && i > 0 && r.words[i].joined {
		i--
	}
	return r.where.counted.at(r.words, i, r.bare) > 0
}

// houseNumber returns how many words a number such as 45/6A takes, 0 if words[i]
// begins none.
func (r *reader) houseNumber(i int) int {
	n := 0
	for i+n < len(r.words) && n < 2*longestName {
		w := &r.words[i+n]
		between := ""
		if n > 0 {
			between = r.text[r.words[i+n-1].end:w.start]
		}
		part := w.digits && w.end-w.start <= 4 && (n == 0 || between == "/")
		letter := n > 0 && r.words[i+n-1].digits && between == "" && r.single(i+n)
		if !part && !letter {
			break
		}
		n++
	}
	return n
}

// street returns the length of the name of a street at words[i]. Only behind the
// word for a street, or a house, may it be unknown.
func (r *reader) street(i int, house bool) int {
	lead := r.where.roads.at(r.words, i, r.bare)
	j := i + lead
	if j >= len(r.words) || lead > 0 && !r.words[j].joined {
		return 0
	}
	n := r.where.streets.at(r.words, j, true)
	if lead > 0 {
		n = max(n, r.capitals(j, longestName))
	} else if house {
		n = max(n, r.capitalFullName(j))
	}
	if n == 0 {
		return 0
	}
	return lead + n
}

// hamlet returns the length of a part of a commune at words[i], such as thôn 3 or
// tổ dân phố số 3.
func (r *reader) hamlet(i int) int {
	if n := r.area(i, r.where.named); n > 0 {
		return n
	}
	lead := max(r.where.numbered.at(r.words, i, r.bare), r.where.named.at(r.words, i, r.bare))
	j := i + lead
	if lead == 0 || j >= len(r.words) || !r.words[j].joined {
		return 0
	}
	if r.words[j].folded == "so" && j+1 < len(r.words) && r.words[j+1].joined {
		j++
	}
	n := r.houseNumber(j)
	if n == 0 && numerals[r.words[j].key] {
		n = 1
	}
	if n == 0 {
		return 0
	}
	return j + n - i
}

// communeAt returns the length of a commune at words[i] that goes on an address.
func (r *reader) communeAt(i int) int {
	if !r.linked(i) {
		return 0
	}
	return r.area(i, r.where.commune)
}

// area returns the length of a word for an area at words[i] and of its number or
// name.
func (r *reader) area(i int, leads phrases) int {
	lead := leads.at(r.words, i, r.bare)
	j := i + lead
	if lead == 0 || j >= len(r.words) || strings.Trim(r.text[r.words[j-1].end:r.words[j].start], " .") != "" {
		return 0
	}
	n := max(r.places.at(r.words, j, true), r.capitals(j, longestArea))
	if n == 0 {
		n = r.houseNumber(j)
	}
	if n == 0 {
		return 0
	}
	return lead + n
}

// longestArea is how many words the name of an area has at most.
const longestArea = 3
