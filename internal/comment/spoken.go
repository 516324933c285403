package comment

import "regexp"

// numerals are the digits as words, as spelled.
var numerals = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range wordsOf("không một mốt hai ba bốn tư năm lăm sáu bảy bẩy tám chín khong mot bon nam lam sau bay tam chin mười muoi") {
		set[w.key] = true
	}
	return set
}()

// spoken says the digits of words[i], 0 if it has none: one for a word such as
// "chín", as many as there are for a short number.
func (r *reader) spoken(i int) (digits int, inWords bool) {
	w := &r.words[i]
	if numerals[w.key] {
		return 1, true
	}
	if w.digits && w.end-w.start <= 4 {
		return w.end - w.start, false
	}
	return 0, false
}

// numerals counts the words from words[i] on that may be a telephone number of
// which at least some digits are words. With others between, it begins with 0.
func (r *reader) numerals(i int) int {
	n, digits, inWords := 0, 0, 0
	for i+n < len(r.words) && n < maxGroups && (n == 0 || r.words[i+n].joined || r.spokenOn(i+n)) {
		more, word := r.spoken(i + n)
		if more == 0 {
			break
		}
		if word {
			inWords++
		}
		digits += more
		n++
	}
	if digits < 9 || inWords < n && (inWords < 3 || r.words[i].folded != "khong" && r.text[r.words[i].start] != '0') {
		return 0
	}
	return n
}

func (r *reader) spokenOn(i int) bool {
	between := r.text[r.words[i-1].end:r.words[i].start]
	return between == ", " || separates(between)
}

// accountShape is what follows the name of a network where somebody's account
// is given.
var accountShape = regexp.MustCompile(`^(?: (?:là|la|tên|ten|của tôi|cua toi|cá nhân))? ?:? ?([A-Za-z0-9][A-Za-z0-9._-]{3,}[A-Za-z0-9])`)

// account returns the length of the name of a network at words[i], and of the
// account behind it: one with letters, and with a digit, a point or a bar.
func (r *reader) account(i int) (lead, n int) {
	lead = r.networks.at(r.words, i, true)
	if lead == 0 || i+lead >= len(r.words) {
		return 0, 0
	}
	from := r.words[i+lead-1].end
	match := accountShape.FindStringSubmatchIndex(r.text[from:min(len(r.text), from+accountReach)])
	if match == nil || !isAccount(r.text[from+match[2]:from+match[3]]) {
		return 0, 0
	}
	for r.words[i+lead].start < from+match[2] {
		lead++
	}
	for i+lead+n < len(r.words) && r.words[i+lead+n].end <= from+match[3] {
		n++
	}
	return lead, n
}

// accountReach bounds, in bytes, where an account is looked for.
const accountReach = 80

func isAccount(name string) bool {
	letters, others := false, false
	for i := range len(name) {
		if isDigit(name[i]) || name[i] == '.' || name[i] == '_' {
			others = true
		} else if name[i] != '-' {
			letters = true
		}
	}
	return letters && others
}
