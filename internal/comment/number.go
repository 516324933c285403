package comment

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// What has many digits and says nothing about a person.
var (
	dateShape    = regexp.MustCompile(`\b(?:(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])[./-](?:19|20)\d{2}|(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))\b`)
	hotlineShape = regexp.MustCompile(`\b1[89]00(?:[ .-]?\d){4}(?:[ .-]?\d\d)?\b`)
	moneyShape   = regexp.MustCompile(`(?i)\b([1-9]\d{0,2}(?:[.,]\d{3})+|[1-9]\d*) ?(?:đồng|đ|vnđ|vnd|dong|usd|triệu|tỷ|tỉ|ngàn|nghìn|m2|ha)`)
	roundShape   = regexp.MustCompile(`\b[1-9]\d{0,2}(?:[.,]\d{3})*[.,]000\b`)
	rangeShape   = regexp.MustCompile(`\b(?:19|20)\d{2}(?: ?- ?| )(?:19|20)\d{2}(?:(?: ?- ?| )(?:19|20)\d{2})*\b`)
)

// harmlessIn finds dates, years, money and hotlines.
func harmlessIn(text string) []span {
	if !strings.ContainsAny(text, "0123456789") {
		return nil
	}
	var all []span
	for _, shape := range []*regexp.Regexp{dateShape, moneyShape, roundShape, hotlineShape, rangeShape} {
		var found []span
		for _, match := range shape.FindAllStringIndex(text, -1) {
			s := span{match[0], match[1], harmless}
			if inLongNumber(text, s) || shape == moneyShape && !endsUnit(text, s) {
				continue
			}
			found = append(found, s)
		}
		text = without(text, found)
		all = append(all, found...)
	}
	return all
}

// inLongNumber says whether digits go on beside the part, behind one dot or
// hyphen: then it is a piece of a longer number.
func inLongNumber(text string, s span) bool {
	left := strings.TrimRight(text[:s.start], ".-")
	right := strings.TrimLeft(text[s.end:], ".-")
	return s.start-len(left) < 2 && left != "" && isDigit(left[len(left)-1]) ||
		len(text)-s.end-len(right) < 2 && right != "" && isDigit(right[0])
}

// endsUnit says whether a unit of money or land ends with the part: in
// "245123456 đồng ý" none does.
func endsUnit(text string, s span) bool {
	next, _ := utf8.DecodeRuneInString(text[s.end:])
	rest := strings.ToLower(strings.TrimLeft(text[s.end:min(len(text), s.end+unitReach)], " "))
	for _, other := range []string{"ý", "chí", "bào", "nghiệp", "tình", "hành", "hương"} {
		if strings.HasPrefix(rest, other) {
			return false
		}
	}
	return !isLetter(next)
}

// unitReach is how many bytes behind a unit are looked at.
const unitReach = 20

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// group is one run of digits of a number that is written in groups.
type group struct {
	start, end int
	near       bool // belongs with the group before, by what stands between
	loose      bool // may belong with it, if that makes a telephone number
}

// numbersIn finds telephone numbers, numbers of papers and other long numbers.
func numbersIn(text string) []span {
	var found []span
	text = lettersAsDigits(text)
	groups := groupsOf(text)
	for i := 0; i < len(groups); {
		kind, n := classify(text, groups[i:])
		if n == 0 {
			i++
			continue
		}
		if n == 1 && branched(groups[i:], text) {
			kind, n = Number, 2
		}
		start := groups[i].start
		if before := strings.TrimRight(text[:start], "(+"); kind == Phone && start-len(before) <= 2 {
			start = len(before)
		}
		found = append(found, span{start, groups[i+n-1].end, kind})
		i += n
	}
	return found
}

// lettersAsDigits reads the letters O and l as the digits that they resemble, O
// before a digit and l between two: "O9l2 345 678".
func lettersAsDigits(text string) string {
	var digits []byte
	before := byte(' ')
	for i := 0; i+1 < len(text); i++ {
		b := text[i]
		if isDigit(text[i+1]) && !isDigit(b) {
			switch {
			case b|0x20 == 'o' && (isDigit(before) || strings.IndexByte(" :.,(", before) >= 0):
				b = '0'
			case (b == 'l' || b == 'I') && isDigit(before):
				b = '1'
			}
		}
		if b != text[i] {
			if digits == nil {
				digits = []byte(text)
			}
			digits[i] = b
		}
		before = b
	}
	if digits == nil {
		return text
	}
	return string(digits)
}

func groupsOf(text string) []group {
	var groups []group
	for at := 0; at < len(text); at++ {
		if !isDigit(text[at]) {
			continue
		}
		g := group{start: at}
		for at < len(text) && isDigit(text[at]) {
			at++
		}
		g.end = at
		if n := len(groups); n > 0 {
			between := text[groups[n-1].end:g.start]
			g.near, g.loose = goesOn(groups[n-1], g, between), loosely(groups[n-1], g, between)
		}
		groups = append(groups, g)
	}
	return groups
}

// goesOn says whether two groups of digits may be one number, by what stands
// between. A bar joins long groups only, since dates and laws have short ones;
// a comma and a blank join single digits.
func goesOn(before, next group, between string) bool {
	switch longest := max(before.size(), next.size()); between {
	case "/":
		return before.size() >= 3 && next.size() >= 3
	case ", ", "; ", "\n":
		return longest == 1
	}
	return separates(between)
}

func (g group) size() int { return g.end - g.start }

// separates says whether digits on both sides may be one number.
func separates(between string) bool {
	return len(between) <= 3 && strings.Trim(between, " .-_()*~") == "" || between == ","
}

// maxGroups bounds how many groups a number is looked for in: thirteen single
// digits and some to spare.
const maxGroups = 20

// classify returns what number begins with the first group, and in how many
// groups it is written; 0 if none.
func classify(text string, groups []group) (Kind, int) {
	if kind := longRun(text[groups[0].start:groups[0].end]); kind != "" {
		return kind, 1
	}
	written, grouped, n, paper := "", true, 0, 0
	for n < min(len(groups), maxGroups) && (n == 0 || groups[n].near) {
		run := text[groups[n].start:groups[n].end]
		if n > 0 && longRun(run) != "" {
			break
		}
		written += run
		grouped = grouped && len(run) >= 3 && len(run) <= 5
		n++
		if isPhone(written) && (len(written) > n || n == len(groups) || !groups[n].near || groups[n].size() > 1) {
			return Phone, n // single digits are read to their end: twelve are no telephone
		}
		if isPaper(written, n, grouped) {
			paper = n
		}
	}
	if parts := loosePhone(text, groups); parts > n {
		return Phone, parts
	}
	wanted, all := Kind(""), chained(text, groups, n)
	if (len(written) >= 6 || all > n) && paper < n {
		wanted = announced(text, groups[0].start)
	}
	switch {
	case wanted != "":
		return wanted, all
	case paper < n && grouped && n >= 3 && len(written) >= 10:
		return Number, n
	case paper > 0:
		return Identity, paper
	}
	return "", 0
}

// branched says whether a number of ten digits has the three of a branch behind a
// hyphen, as those of taxpayers have.
func branched(groups []group, text string) bool {
	return len(groups) > 1 && groups[0].size() == 10 && groups[1].size() == 3 && text[groups[0].end:groups[1].start] == "-"
}

// longRun names a number that is written without blanks; "" if it is too short
// to be anybody's.
func longRun(run string) Kind {
	switch {
	case isPhone(run):
		return Phone
	case len(run) == 12 || len(run) == 9:
		return Identity
	case len(run) > 8:
		return Number
	}
	return ""
}

// isPhone knows mobiles (03, 05, 07, 08, 09), landlines (02 and, before 2017,
// other area codes), the eleven digits of before 2018, and the country's code.
func isPhone(digits string) bool {
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		digits = rest
	}
	if rest, ok := strings.CutPrefix(digits, "84"); ok && len(digits) > 10 {
		digits = "0" + strings.TrimPrefix(rest, "0")
	}
	if len(digits) < 10 || len(digits) > 11 || digits[0] != '0' || digits[1] == '0' {
		return false
	}
	if len(digits) == 10 {
		return digits[1] != '1'
	}
	return digits[1] == '2' || digits[1] == '5' || strings.Contains("012 016 018 019", digits[:3])
}

// isPaper knows the nine digits of the CMND in threes, and the twelve of the
// CCCD, which begin with 0.
func isPaper(digits string, groups int, grouped bool) bool {
	switch len(digits) {
	case 9:
		return grouped && groups == 3 && !(digits[2] == '0' && digits[5] == '0' && digits[8] == '0')
	case 12:
		return digits[0] == '0' && groups <= 6
	}
	return false
}

// announcements are words before a number that say whose it is, folded.
var announcements = []struct {
	word string
	kind Kind
}{
	{"sdt", Phone}, {"dt", Phone}, {"dien thoai", Phone}, {"so may", Phone}, {"tel", Phone}, {"phone", Phone}, {"zalo", Phone},
	{"cmnd", Identity}, {"cccd", Identity}, {"can cuoc", Identity}, {"chung minh", Identity}, {"ho chieu", Identity}, {"bhxh", Identity},
	{"stk", Number}, {"tk", Number}, {"tai khoan", Number}, {"so the", Number}, {"ma so thue", Number}, {"mst", Number}, {"ngan hang", Number},
	{"agribank", Number}, {"vietcombank", Number}, {"vcb", Number}, {"vietinbank", Number}, {"bidv", Number}, {"techcombank", Number},
	{"sacombank", Number}, {"mbbank", Number}, {"vpbank", Number}, {"acb", Number}, {"momo", Phone}, {"zl", Phone},
}

// announced returns the kind that the words closely before a number give it.
func announced(text string, at int) Kind {
	before := text[max(0, at-40):at]
	words := wordsOf(before)
	if len(words) > 0 && before[words[len(words)-1].end:] != "" && strings.Trim(before[words[len(words)-1].end:], " :.,=(") != "" {
		return ""
	}
	folded := ""
	for i := len(words) - 1; i >= 0 && i >= len(words)-5; i-- {
		folded = strings.TrimSpace(words[i].folded + " " + folded)
		for _, a := range announcements {
			if rest, ok := strings.CutPrefix(folded, a.word); ok && onlyLinks(rest) {
				return a.kind
			}
		}
	}
	return ""
}

// onlyLinks says whether nothing but words such as "là" and "số" is left.
func onlyLinks(folded string) bool {
	for _, w := range strings.Fields(folded) {
		if !strings.Contains(" la so cua toi em ", " "+w+" ") {
			return false
		}
	}
	return folded == "" || folded[0] == ' '
}
