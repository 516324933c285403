package comment

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What has a shape of its own. A code of a dossier is the agency's identifier,
// the date of receipt and a serial number.
var (
	emailShape   = regexp.MustCompile(`(?i)[\pL\pM\pN._%+-]+ ?(?:@|\((?:a|at|a còng)\)|\[at\]| a còng ) ?[a-z0-9][a-z0-9-]*(?:(?:\.| chấm )[a-z0-9-]+)*`)
	linkShape    = regexp.MustCompile(`(?i)(?:https?://|www\.)[^\s|]+|\b(?:[a-z0-9-]+\.)+(?:com|vn|net|me|org|info|gl|ly|link|page)/[^\s|]+`)
	handleShape  = regexp.MustCompile(`@[A-Za-z0-9][A-Za-z0-9._-]{2,}`)
	dossierShape = regexp.MustCompile(`(?i)\b[a-z0-9]{1,4}(?:\.[a-z0-9]{1,4}){0,6} ?[-–] ?(?:\d{2}|20\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]) ?[-–] ?\d{3,7}\b`)
	serialShape  = regexp.MustCompile(`\b\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-–]\d{4,6}\b`)
	receiptShape = regexp.MustCompile(`(?i)(?:m[ãa] (?:s[ốo] )?(?:h[ồo] s[ơo]|hs|tra c[ứu]u|bi[êe]n nh[ậa]n)|(?:h[ồo] s[ơo]|hs|bi[êe]n nh[ậa]n|gi[ấa]y h[ẹe]n|phi[ếe]u h[ẹe]n|bi[êe]n lai) s[ốo]|s[ốo] bi[êe]n nh[ậa]n)(?: l[àa]| s[ốo])? ?:? ?([a-z0-9][a-z0-9./–-]*[0-9])`)
	passShape    = regexp.MustCompile(`\b[A-Z]\d{7}\b`)
	deedShape    = regexp.MustCompile(`(?i)(?:s[ổo] đ?d?[ỏo]|gcn|seri|ph[áa]t h[àa]nh)(?: s[ốo])? ?:? ?([A-Z]{2} ?\d{6,8})\b`)
	plateShape   = regexp.MustCompile(`(?i)\b([1-9]\d[ -]?(?:[a-hk-npstuvxyz]|[a-hk-npstuvxyz][1-9a-hk-npstuvxyz]|ld|mđ|tđ|ng|nn)) ?[-–. ]? ?(\d{3}\.\d{2}|\d{5}|\d{4})\b`)
)

const digits = "0123456789"

// codesIn finds addresses, links, codes and plates.
func codesIn(text string) []span {
	var all []span
	for _, search := range []struct {
		shape *regexp.Regexp
		needs string // one of these characters stands in every hit, so that most texts are passed quickly
		kind  Kind
		keep  func(text string, s span) bool // whether the hit is personal
	}{
		{emailShape, "@([ò", Email, isAddress},
		{linkShape, "/.", Link, isPersonalLink},
		{handleShape, "@", Link, always},
		{dossierShape, "-–", Dossier, isDossier},
		{receiptShape, digits, Dossier, hasFourDigits},
		{serialShape, "-–", Dossier, standsAlone},
		{deedShape, digits, Identity, always},
		{passShape, digits, Identity, standsAlone},
		{plateShape, digits, Plate, isPlate},
	} {
		if !strings.ContainsAny(text, search.needs) {
			continue
		}
		var found []span
		for _, match := range search.shape.FindAllStringSubmatchIndex(text, -1) {
			s := span{match[0], match[1], search.kind}
			if search.shape == receiptShape || search.shape == deedShape {
				s.start, s.end = match[2], match[3]
			}
			if search.kind == Link {
				s.end = s.start + len(strings.TrimRight(text[s.start:s.end], ".,;:!?)\"'…|"))
			}
			if search.keep(text, s) {
				found = append(found, s)
			}
		}
		text = without(text, found)
		all = append(all, found...)
	}
	return all
}

func always(string, span) bool { return true }

// isAddress asks for a dot behind the sign, unless nothing stands before it:
// "(a)" alone is a list item, and "trang @tuan" a handle.
func isAddress(text string, s span) bool {
	hit := text[s.start:s.end]
	at := strings.IndexAny(hit, "@([ ")
	return hit[at] == '@' || strings.ContainsAny(hit[at:], ".") || strings.Contains(hit[at:], "chấm")
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
	agency, _, _ := strings.Cut(text[s.start:s.end], "-")
	return standsAlone(text, s) && (strings.ContainsFunc(agency, unicode.IsLetter) || strings.Contains(agency, "."))
}

func hasFourDigits(text string, s span) bool {
	digits := 0
	for _, r := range text[s.start:s.end] {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits >= 4
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
