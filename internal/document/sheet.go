package document

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/text/unicode/norm"

	"hailong/static/fonts"
)

// millimetre is the length of one point.
const millimetre = 25.4 / 72

// Type sizes in points: a word is rather set smaller than broken down to
// legible, and nothing is set below smallest.
const (
	legible  = 8.0
	smallest = 6.0
)

// A colour is red, green and blue, 0 to 255.
type colour [3]int

// A style says how a text is set: its type size in points at most, and the
// distance of its lines as a multiple of that size.
type style struct {
	bold       bool
	italic     bool
	underlined bool
	size       float64
	leading    float64
	spacing    float64 // added after each letter, as a part of the size
	colour     colour
}

// A sheet is a page being drawn, in millimetres from the top left corner.
type sheet struct {
	pdf     *fpdf.Fpdf
	letters typeface
}

// A typeface is a family of fonts with its measures, as parts of the type size.
type typeface struct {
	family    string
	capHeight float64
	slant     float64            // of italic letters: how far they go right for each step up
	markShift map[string]float64 // how far a mark stands off the middle of its letter, by the weight of the font
}

var (
	noto  = typeface{family: "noto", capHeight: 0.714}
	serif = typeface{family: "serif", capHeight: 0.655, slant: 0.27, markShift: map[string]float64{"I": -0.15}}
)

// A block is a text broken into lines for a type size.
type block struct {
	style
	lines []string
}

func (b block) lineHeight() float64 { return b.size * b.leading * millimetre }
func (b block) height() float64     { return float64(len(b.lines)) * b.lineHeight() }

func newSheet(pdf *fpdf.Fpdf) sheet {
	pdf.AddUTF8FontFromBytes(noto.family, "", fonts.Regular)
	pdf.AddUTF8FontFromBytes(noto.family, "B", fonts.Bold)
	return sheet{pdf, noto}
}

func newSerifSheet(pdf *fpdf.Fpdf) sheet {
	pdf.AddUTF8FontFromBytes(serif.family, "", fonts.Serif)
	pdf.AddUTF8FontFromBytes(serif.family, "B", fonts.SerifBold)
	pdf.AddUTF8FontFromBytes(serif.family, "I", fonts.SerifItalic)
	pdf.AddUTF8FontFromBytes(serif.family, "BI", fonts.SerifBoldItalic)
	return sheet{pdf, serif}
}

func (s sheet) use(st style) {
	weight := ""
	if st.bold {
		weight = "B"
	}
	if st.italic {
		weight += "I"
	}
	s.pdf.SetFont(s.letters.family, weight, st.size)
	s.pdf.SetTextColor(st.colour[0], st.colour[1], st.colour[2])
}

// width returns the length of text in the current type. Marks stand over their
// letters and have none.
func (s sheet) width(text string) float64 {
	return s.pdf.GetStringWidth(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, text))
}

// fit breaks text into lines of at most the given width and makes the type
// smaller until they fit the height. A text that does not fit even in the
// smallest type ends in an ellipsis.
func (s sheet) fit(text string, st style, width, height float64) block {
	text = printable(text)
	for {
		s.use(st)
		lines, broken := s.wrap(text, width)
		b := block{st, lines}
		if b.height() <= height && (!broken || st.size <= legible) {
			return s.balance(b, text, width)
		}
		if st.size <= smallest {
			return s.shorten(b, width, height)
		}
		st.size = max(smallest, st.size-0.25)
	}
}

// balance narrows the lines as far as their number allows, so that no word is
// left alone in the last one.
func (s sheet) balance(b block, text string, width float64) block {
	for narrower := width - 1; narrower > width/2; narrower-- {
		lines, broken := s.wrap(text, narrower)
		if broken || len(lines) > len(b.lines) {
			break
		}
		b.lines = lines
	}
	return b
}

func (s sheet) shorten(b block, width, height float64) block {
	b.lines = b.lines[:max(1, int(height/b.lineHeight()))]
	last := []rune(b.lines[len(b.lines)-1])
	for len(last) > 0 && s.width(string(last)+"…") > width {
		last = last[:len(last)-1]
	}
	b.lines[len(b.lines)-1] = strings.TrimSpace(string(last)) + "…"
	return b
}

// wrap fills lines word by word in the current type. A word wider than a line
// is broken, which it reports.
func (s sheet) wrap(text string, width float64) (lines []string, broken bool) {
	return s.wrapAfter(text, 0, width)
}

// wrapAfter is wrap with an indented first line.
func (s sheet) wrapAfter(text string, indent, width float64) (lines []string, broken bool) {
	line, room := "", width-indent
	for _, word := range strings.Fields(text) {
		if longer := strings.TrimSpace(line + " " + word); s.width(longer) <= room {
			line = longer
			continue
		}
		if line != "" {
			lines, room = append(lines, line), width
		}
		for head := s.head(word, room); head != word; head = s.head(word, room) {
			lines, broken, room = append(lines, head), true, width
			word = word[len(head):]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines, broken
}

// head returns as much of a word as the width holds, at least one letter with
// its combining marks. An address is broken after a stroke, point or hyphen.
func (s sheet) head(word string, width float64) string {
	end := norm.NFC.NextBoundaryInString(word, true)
	for end < len(word) {
		next := end + norm.NFC.NextBoundaryInString(word[end:], true)
		if s.width(word[:next]) > width {
			return word[:afterPunctuation(word[:end])]
		}
		end = next
	}
	return word
}

// afterPunctuation returns where to break an address that is cut off here.
func afterPunctuation(head string) int {
	if i := strings.LastIndexAny(head, "/.-"); i > 0 {
		return i + 1
	}
	return len(head)
}

// write sets the lines of b below y, from x to the right, and returns the y
// below them.
func (s sheet) write(b block, x, y float64) float64 {
	s.use(b.style)
	s.pdf.RawWriteStr(fmt.Sprintf("%.3f Tc", b.spacing*b.size))
	baseline := y + b.lineHeight()/2 + s.letters.capHeight/2*b.size*millimetre
	for i, line := range b.lines {
		s.line(line, x, baseline+float64(i)*b.lineHeight())
	}
	return y + b.height()
}

// writeCentred sets each line of b below y with its middle at x.
func (s sheet) writeCentred(b block, x, y float64) {
	s.use(b.style)
	for i, line := range b.lines {
		one := block{b.style, []string{line}}
		s.write(one, x-s.width(line)/2, y+float64(i)*b.lineHeight())
	}
}

// Measures of both type faces, as parts of the type size.
const (
	markHeight = 0.19 // how far a mark moves up to stand above another one
	capRise    = 0.18 // how far a mark moves up to stand above a capital
	highest    = 0.60 // how far a mark moves up at most, however many there are
)

// line draws one line with its foot at baseline. The library does not shape
// text, so a letter without a code point of its own (ô̆ in M'nông) is put
// together here: its marks are centred on the letter, one above the other.
func (s sheet) line(text string, x, baseline float64) {
	for text != "" {
		plain, marks, rest := cutMarks(text)
		s.pdf.Text(x, baseline, plain)
		x += s.pdf.GetStringWidth(plain)
		_, size := utf8.DecodeLastRuneInString(plain)
		s.marks(marks, x, baseline, plain[len(plain)-size:])
		text = rest
	}
}

// marks draws combining marks over and under a letter that ends at x.
func (s sheet) marks(marks string, x, baseline float64, letter string) {
	x -= s.pdf.GetStringWidth(letter) / 2
	_, em := s.pdf.GetFontSize()
	weight := s.pdf.GetFontStyle()
	x += s.letters.markShift[weight] * em
	rise, slant := 0.0, 0.0
	if strings.Contains(weight, "I") {
		slant = s.letters.slant
	}
	for _, r := range norm.NFD.String(letter) {
		if above(r) {
			rise += markHeight * em
		} else if unicode.IsUpper(r) {
			rise += capRise * em
		}
	}
	for _, r := range marks {
		if !above(r) {
			s.pdf.Text(x, baseline, string(r))
			continue
		}
		s.pdf.Text(x+slant*rise, baseline-rise, string(r))
		rise = min(rise+markHeight*em, highest*em)
	}
}

// above reports whether r is a combining mark over a letter.
func above(r rune) bool {
	const classAbove = 230
	return norm.NFC.PropertiesString(string(r)).CCC() == classAbove
}

// cutMarks splits a line after its first combining marks.
func cutMarks(text string) (plain, marks, rest string) {
	start := strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Mn, r) })
	if start < 0 {
		return text, "", ""
	}
	tail := strings.TrimLeftFunc(text[start:], func(r rune) bool { return unicode.Is(unicode.Mn, r) })
	end := len(text) - len(tail)
	return text[:start], text[start:end], tail
}

// printable returns text as one line that the library can set: as oneLine, but
// without characters beyond the basic plane, for which the library has no
// widths.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return unicode.ReplacementChar
		}
		return r
	}, oneLine(text))
}
