package comment

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Kind is a kind of personal data.
type Kind string

// The kinds that Mask looks for.
const (
	Phone    Kind = "phone"    // of persons and offices; hotlines of services stay
	Identity Kind = "identity" // CMND, CCCD, passport
	Email    Kind = "email"    // addresses of electronic mail
	Dossier  Kind = "dossier"  // codes of dossiers and receipts
	Plate    Kind = "plate"    // of cars and motorbikes
	Name     Kind = "name"     // of persons
	Number   Kind = "number"   // bank accounts and other long numbers
	Link     Kind = "link"     // pages, accounts and handles of persons
	Birth    Kind = "birth"    // dates and years of birth
	Address  Kind = "address"  // houses, and hamlets with their commune
	harmless Kind = "harmless" // marks, dates, money, hotlines: to be left alone
)

// marks stand where personal data stood, readable to the office.
var marks = map[Kind]string{
	Phone: "[số điện thoại]", Identity: "[số giấy tờ]", Email: "[thư điện tử]", Dossier: "[mã hồ sơ]",
	Plate: "[biển số xe]", Name: "[tên]", Number: "[dãy số]", Link: "[liên kết]", Birth: "[ngày sinh]", Address: "[địa chỉ]",
}

// span is a part of a text, in bytes.
type span struct {
	start, end int
	kind       Kind
}

// Mask returns the text in NFC with marks in place of personal data, and the
// kinds found, one for each mark set. A masked text stays as it is when it is
// masked again. It can be longer than the text; see Cut. What no rule and no
// word list knows is not found: a masked text is not an anonymous one.
func (l *Lexicon) Mask(text string) (masked string, found []Kind) {
	masked = norm.NFC.String(strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
	for {
		seen := viewOf(masked)
		spans := l.personal(seen.text)
		if len(spans) == 0 {
			return masked, found
		}
		var b strings.Builder
		at := 0
		for _, s := range spans {
			s = seen.original(s)
			if s.start < at {
				continue // within one character, such as "㏢"
			}
			b.WriteString(masked[at:s.start])
			b.WriteString(marks[s.kind])
			found = append(found, s.kind)
			at = s.end
		}
		b.WriteString(masked[at:])
		masked = b.String() // what was beside a mark may be read differently now; each round leaves less to find
	}
}

// personal returns the parts of a view to be masked, in their order. Each search
// sees the text without what was found before it.
func (l *Lexicon) personal(text string) []span {
	var all []span
	rest := text
	for _, search := range []func(string) []span{marksIn, codesIn, harmlessIn, numbersIn, l.names.in} {
		found := search(rest)
		rest = without(rest, found)
		all = append(all, found...)
	}
	all = slices.DeleteFunc(all, func(s span) bool { return s.kind == harmless })
	slices.SortFunc(all, func(a, b span) int { return a.start - b.start })
	return all
}

// without overwrites the parts, so that the places of all others stay.
func without(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	bytes := []byte(text)
	for _, s := range spans {
		for i := s.start; i < s.end; i++ {
			bytes[i] = '|'
		}
	}
	return string(bytes)
}

func marksIn(text string) []span {
	var found []span
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '[')
		if i < 0 {
			return found
		}
		at += i
		size := 1
		for _, mark := range marks {
			if strings.HasPrefix(text[at:], mark) {
				size = len(mark)
				found = append(found, span{at, at + size, harmless})
			}
		}
		at += size
	}
}

// reach is how many characters Cut gives up so as not to end inside a word.
const reach = 30

// Cut returns the text in at most limit characters (runes): at the end of a
// word where there is one near, never inside a mark or between a letter and
// its accents, with an ellipsis where something is missing.
func Cut(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	if limit < 1 {
		return ""
	}
	runes := []rune(text)
	text = string(runes) // as long in bytes, also where it was no UTF-8
	end := limit - 1
	for end > 0 && unicode.IsMark(runes[end]) {
		end--
	}
	for back := end; back > max(0, end-reach); back-- {
		if unicode.IsSpace(runes[back]) {
			end = back
			break
		}
	}
	return strings.TrimRightFunc(beforeMark(text, len(string(runes[:end]))), unicode.IsSpace) + "…"
}

// beforeMark returns the first end bytes of the text, or fewer if that place is
// inside a mark.
func beforeMark(text string, end int) string {
	open := strings.LastIndexByte(text[:end], '[')
	for _, mark := range marks {
		if open >= 0 && strings.HasPrefix(text[open:], mark) && open+len(mark) > end {
			return text[:open]
		}
	}
	return text[:end]
}
