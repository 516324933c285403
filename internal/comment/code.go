package comment

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What has a shape of its own, as a view shows it. A code of a dossier is the
// agency's identifier, the date of receipt and a serial number.
var (
	emailShape    = regexp.MustCompile(`(?i)[\pL\pM\pN._%+-]+(?: [._] [\pL\pM\pN._%+-]+)*(?: ?(?:@|[([{<] ?(?:@|at?|a c[òo]ng) ?[)\]}>]) ?| a[ -]?c[òo]ng | at )[a-z0-9][a-z0-9-]*(?:(?:\.| ?[([{](?:\.|dot|ch[ấa]m)[)\]}] ?| (?:dot|ch[ấa]m) )[a-z0-9-]+| ?\. ?(?:com|net|org|vn|edu|gov)\b)*`)
	linkShape     = regexp.MustCompile(`(?i)(?:https?://|www\.)[^\s|]+|\b(?:[a-z0-9-]+\.)+(?:com|vn|net|me|org|info|gl|ly|link|page)/[^\s|]+|\b[a-z0-9-]+ ?\. ?(?:com|me|vn) ?/ ?[a-z0-9@][^\s|]*`)
	handleShape   = regexp.MustCompile(`@[A-Za-z0-9][A-Za-z0-9._-]{2,}`)
	birthShape    = regexp.MustCompile(`(?i)(?:^|[^\pL\pN])(?:sinh(?: ra)?(?: v[àa]o)?(?: ng[àa]y)?(?: n[ăa]m)?|sn|ns|dob|born(?: on| in)?)(?: l[àa])? ?:? ?((?:[0-3]?\d ?[./-] ?(?:[01]?\d) ?[./-] ?(?:(?:19|20)\d{2}|\d{2})|(?:[0-3]?\d (?:th[áa]ng )?)?[01]?\d n[ăa]m (?:19|20)\d{2}|(?:[01]?\d ?[./-] ?)?(?:19|20)\d{2})\b)`)
	dossierShape  = regexp.MustCompile(`(?i)\b[a-z0-9]{1,4}(?:(?:\.| \. )[a-z0-9]{1,4}){0,6} ?[-/] ?(?:\d{2}|20\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]) ?[-/] ?\d{3,7}\b`)
	provinceShape = regexp.MustCompile(`(?i)\b(?:\d{1,4}[./_ -]){0,4}[a-z]\d{2}(?:[./_ -]\d{1,3}){0,4} ?[./_ -] ?(?:\d{2}|20\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]) ?[./_ -] ?\d{3,7}\b`)
	fileShape     = regexp.MustCompile(`(?i)\b\d{3,}[/-](?:19|20)\d{2}[/-](?:hs|hstn|tnhs|bnhs|bn|gh|tthc|tthcc|mc|vpđk|cnvpđk)\b`)
	serialShape   = regexp.MustCompile(`\b\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-\d{4,6}\b`)
	receiptShape  = regexp.MustCompile(`(?i)(?:m[ãa] (?:s[ốo] )?(?:h[ồo] s[ơo]|hs|tra c[ứu]u|bi[êe]n nh[ậa]n)|(?:h[ồo] s[ơo]|hs|bi[êe]n nh[ậa]n|gi[ấa]y h[ẹe]n|phi[ếe]u h[ẹe]n|bi[êe]n lai) s[ốo]|s[ốo] bi[êe]n nh[ậa]n)(?: l[àa]| s[ốo])? ?:? ?([a-z0-9][a-z0-9./-]*[0-9])`)
	slipShape     = regexp.MustCompile(`(?i)(?:h[ồo] s[ơo]|\bhs|bi[êe]n nh[ậa]n|gi[ấa]y h[ẹe]n|phi[ếe]u h[ẹe]n|bi[êe]n lai) ?:? ?([a-z]{0,3}[0-9][0-9./-]*[0-9])`)
	passShape     = regexp.MustCompile(`\b[A-Z]\d{7}\b`)
	deedShape     = regexp.MustCompile(`(?i)(?:s[ổo] đ?d?[ỏo]|gcn|seri|ph[áa]t h[àa]nh)(?: s[ốo])? ?:? ?([A-Z]{2} ?\d{6,8})\b`)
	plateShape    = regexp.MustCompile(`(?i)\b([1-9]\d[ -]?(?:[a-hk-npstuvxyz]|[a-hk-npstuvxyz][1-9a-hk-npstuvxyz]|ld|mđ[1-9]?|tđ[1-9]?|ng|nn)) ?[-. ]? ?(\d{3}[. -]\d{2}|\d{5}|\d{4})\b`)
	pairsShape    = regexp.MustCompile(`\b0[1-9](?:\d\d)?(?:/\d\d){3,4}\b`)
)

// code is one shape and when to look for it.
type code struct {
	shape *regexp.Regexp
	kind  Kind
	digit bool     // a digit stands in every hit
	needs []string // one of these stands in every hit, so that most texts are passed quickly; none: no such thing
	group int      // the part of the hit that is personal, 0 all of it
	keep  func(text string, s span) bool
}

// codes are all shapes in the order of their search: what is found is not seen
// by the next.
var codes = []code{
	{emailShape, Email, false, []string{"@", "(", "[", "{", "<", " at ", " At ", " AT ", " a c", " a-c", " A c", " A C", " A-C"}, 0, isAddress},
	{linkShape, Link, false, []string{"/", "www.", "WWW."}, 0, isPersonalLink},
	{handleShape, Link, false, []string{"@"}, 0, always},
	{birthShape, Birth, true, []string{"sinh", "Sinh", "SINH", "sn", "Sn", "SN", "ns", "NS", "dob", "DOB", "born"}, 1, isBirth},
	{dossierShape, Dossier, true, []string{"-", "/"}, 0, isDossier},
	{provinceShape, Dossier, true, nil, 0, standsAlone},
	{fileShape, Dossier, true, []string{"/", "-"}, 0, standsAlone},
	{receiptShape, Dossier, true, nil, 1, hasFourDigits},
	{slipShape, Dossier, true, nil, 1, hasSixDigits},
	{serialShape, Dossier, true, []string{"-"}, 0, standsAlone},
	{deedShape, Identity, true, nil, 1, always},
	{passShape, Identity, true, nil, 0, standsAlone},
	{plateShape, Plate, true, nil, 0, isPlate},
	{pairsShape, Phone, true, []string{"/"}, 0, isPairs},
}

// codesIn finds addresses of the web, birthdays, codes and plates.
func codesIn(text string) []span {
	var all []span
	digits := strings.ContainsAny(text, "0123456789")
	for i := range codes {
		if codes[i].digit && !digits || !holdsAny(text, codes[i].needs) || codes[i].shape == provinceShape && !provinceCode(text) {
			continue
		}
		found := codes[i].in(text)
		text = without(text, found)
		all = append(all, found...)
	}
	return all
}

// provinceCode says whether a letter with two digits stands in the text, as in
// "H17": few texts have one, and the shape around it is slow to look for.
func provinceCode(text string) bool {
	for i := 0; i+2 < len(text); i++ {
		if letter := text[i] | 0x20; 'a' <= letter && letter <= 'z' && isDigit(text[i+1]) && isDigit(text[i+2]) {
			return true
		}
	}
	return false
}

func holdsAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return len(parts) == 0
}

func (c *code) in(text string) []span {
	var found []span
	for _, match := range c.shape.FindAllStringSubmatchIndex(text, -1) {
		s := span{match[2*c.group], match[2*c.group+1], c.kind}
		if c.kind == Link {
			s.end = s.start + len(strings.TrimRight(text[s.start:s.end], ".,;:!?)\"'…|"))
		}
		if c.keep(text, s) {
			found = append(found, s)
		}
	}
	return found
}

func always(string, span) bool { return true }

// isAddress asks for a dot behind the sign, unless nothing stands before it:
// "(a)" alone is a list item, and "trang @tuan" a handle. A sign in words asks
// for a dot in words, too, or for a house of mail: "look at dichvucong.gov.vn".
func isAddress(text string, s span) bool {
	hit := strings.ToLower(text[s.start:s.end])
	if local, domain, spelled := strings.Cut(hit, " at "); spelled && !strings.Contains(local, "@") {
		return mailHouse.MatchString(domain) || strings.Contains(domain, "dot")
	}
	at := strings.IndexAny(hit, "@([{<")
	if at >= 0 && hit[at] == '@' {
		return true
	}
	domain := hit[max(at, strings.LastIndex(hit, "còng"), strings.LastIndex(hit, "cong"), 0):]
	return strings.ContainsAny(domain, ".") || strings.Contains(domain, "chấm") || strings.Contains(domain, "cham") || strings.Contains(domain, "dot")
}

var mailHouse = regexp.MustCompile(`^(?:gmail|yahoo|outlook|hotmail|icloud|proton)\b`)

// isBirth leaves alone what only ends in "sinh", such as a certificate of birth
// ("khai sinh năm 2019").
func isBirth(text string, s span) bool {
	before := wordsOf(text[max(0, s.start-40):s.start])
	for k := len(before) - 1; k > 0; k-- {
		if before[k].folded == "sinh" {
			return !before[k].joined || !beforeSinh.has(&before[k-1], true)
		}
	}
	return true
}

// beforeSinh are the words that make another word with "sinh" behind them.
var beforeSinh = newVocabulary([]string{
	"khai", "học", "tuyển", "phát", "thí", "an", "nảy", "vệ", "y", "giáo", "sát", "hộ", "ký", "môi", "hy", "phục", "tái", "dân", "kháng", "triệt", "song", "chứng", "nội",
})

func isPairs(text string, s span) bool {
	return standsAlone(text, s) && isPhone(strings.ReplaceAll(text[s.start:s.end], "/", ""))
}

// isPersonalLink leaves the bare names of offices on the web alone; behind them
// may stand a code.
func isPersonalLink(text string, s span) bool {
	host := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(text[s.start:s.end]), "https://"), "http://")
	return !strings.HasSuffix(strings.TrimSuffix(host, "/"), ".gov.vn")
}

// isDossier asks for a letter or a dot in the agency's part: 10-230115-0001
// could be anything.
func isDossier(text string, s span) bool {
	agency := text[s.start : s.start+strings.IndexAny(text[s.start:s.end], "-/")]
	return standsAlone(text, s) && (strings.ContainsFunc(agency, unicode.IsLetter) || strings.Contains(agency, "."))
}

func hasFourDigits(text string, s span) bool { return digitsIn(text, s) >= 4 }

// hasSixDigits leaves alone what may stand behind "hồ sơ" without being its
// code: a count, a year, a date, a sum of money.
func hasSixDigits(text string, s span) bool {
	hit := text[s.start:s.end]
	return digitsIn(text, s) >= 6 && !dateShape.MatchString(hit) && !roundShape.MatchString(hit)
}

func digitsIn(text string, s span) int {
	digits := 0
	for _, r := range text[s.start:s.end] {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits
}

// isPlate tells a plate from a year behind a letter ("mẫu 10A-2020", "15h 2024").
func isPlate(text string, s span) bool {
	hit := text[s.start:s.end]
	if year := hit[len(hit)-4:]; !strings.Contains(year, ".") && !unicode.IsDigit(rune(hit[len(hit)-5])) && year >= "1950" && year <= "2049" {
		return false
	}
	hours := len(hit) > 3 && strings.ContainsRune("hkpg", rune(hit[2])) && hit[3] == ' '
	return standsAlone(text, s) && !hours
}

// standsAlone says whether no letter, digit or bar touches the part, as they do
// in the numbers of laws.
func standsAlone(text string, s span) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:s.start])
	after, _ := utf8.DecodeRuneInString(text[s.end:])
	touches := func(r rune) bool { return isLetter(r) || unicode.IsDigit(r) || r == '/' }
	return !touches(before) && !touches(after)
}
