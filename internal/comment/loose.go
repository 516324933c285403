package comment

import "strings"

// loosely says whether two groups of digits may be one telephone number that
// somebody has parted with whatever sign or word; other numbers are not read so,
// since lists of years, times and sums look the same. A colon parts hours, too.
func loosely(before, next group, between string) bool {
	parting := strings.Trim(between, " ")
	switch {
	case between == "" || len(between) > longestParting:
		return false
	case partingWords[strings.ToLower(parting)]:
		return true
	case strings.Contains(parting, ":") && max(before.size(), next.size()) == 2:
		return false
	}
	return len(parting) <= len("…") && parting != "|||" && strings.Trim(parting, "\t\n|:;'\"+…,.-_*~=#&^!?\\<>“”‘’()") == ""
}

// longestParting is how many bytes stand between two groups at most: the longest
// word that parts them, and two blanks.
const longestParting = 12

// partingWords are words that somebody says between the parts of a number.
var partingWords = map[string]bool{"và": true, "va": true, "rồi": true, "roi": true, "tiếp": true, "tiep": true, "cộng": true, "cong": true, "với": true, "voi": true, "sau đó": true}

// loosePhone returns in how many groups a telephone number is written that
// begins with the first; 0 if none does.
func loosePhone(text string, groups []group) int {
	written, years := "", true
	for n := range min(len(groups), maxGroups) {
		g := groups[n]
		run := text[g.start:g.end]
		switch {
		case n == 0 && run[0] != '0' && run != "84":
			return 0
		case n > 0 && (!g.near && !g.loose || len(run) > 8):
			return 0
		case n > 0 && g.size() != groups[0].size() && groups[0].size() < 3 && !tight(text[groups[n-1].end:g.start]):
			return 0 // "quý 03, 2024"
		case n > 0 && groups[0].size() == 1 && g.size() == 2:
			return 0 // "0;5;10;15;20"
		}
		written += run
		years = years && (n == 0 || len(run) == 4 && (run[:2] == "19" || run[:2] == "20"))
		if isPhone(written) && !years && (len(written) > n+1 || n+1 == len(groups) || groups[n+1].size() > 1 || !groups[n+1].near && !groups[n+1].loose) {
			return n + 1
		}
		if len(written) > longestPhone {
			return 0
		}
	}
	return 0
}

// longestPhone is how many digits a telephone number has, with those of the
// country.
const longestPhone = 14

// tight says whether no blank stands beside what parts two groups.
func tight(between string) bool { return !strings.Contains(between, " ") }

// chained returns how many groups, of which the first n are near each other, an
// announced number has that is parted by signs without blanks.
func chained(text string, groups []group, n int) int {
	digits, all := 0, n
	for all < min(len(groups), maxGroups) && (groups[all].near || groups[all].loose && tight(text[groups[all-1].end:groups[all].start])) {
		all++
	}
	for _, g := range groups[:all] {
		digits += g.size()
	}
	if digits < 9 {
		return n
	}
	return all
}
