package document

import (
	"fmt"
	"strings"

	"hailong/internal/calendar"
)

// The mottoes at the head of documents, and the mark of made-up figures.
const (
	nation     = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	motto      = "Độc lập - Tự do - Hạnh phúc"
	party      = "ĐẢNG CỘNG SẢN VIỆT NAM"
	sampleMark = "DỮ LIỆU MẪU"
)

// rules are the measures of one layout: lengths in millimetres, type in points.
type rules struct {
	top, bottom, left, right float64
	leftColumn               float64 // share of the header and signature that the left column takes

	superior, issuer, head, number, date style
	kind, authority, post, name          style
	copies, copy                         style // the word "Nơi nhận" and the list below it

	numberWord  string // before the number of the document
	end         string // of the text
	between     string // at the end of each recipient but the last
	underIssuer float64
	underHead   float64 // lengths of the lines beneath, as shares of the text above
	underTitle  float64
}

// Measures that both layouts share. Decree 30 allows 13 to 14 points and one
// to one and a half lines; the party's guide asks for 14 points and 18 to 19
// points for a line, which fits both.
const (
	bodyLine    = 18.0 // points
	bodyAfter   = 6.0  // points between paragraphs
	firstIndent = 10.0 // millimetres
	pageNumberY = 10.0 // millimetres from the upper edge
)

func plain(size float64) style { return style{size: size, leading: 1.2, colour: colour{}} }

func bold(size float64) style { s := plain(size); s.bold = true; return s }

func italic(size float64) style { s := plain(size); s.italic = true; return s }

var (
	bodyStyle    = style{size: 14, leading: bodyLine / 14}
	noteStyle    = style{size: 12, leading: 15.0 / 12, italic: true}
	captionStyle = style{size: 13, leading: 1.25, bold: true}
	pageStyle    = plain(13)
	sampleStyle  = style{size: 12, leading: 1.2, bold: true, colour: colour{176, 24, 24}}
	subjectStyle = bold(14)
)

// headings are the styles of the levels 1 to 3.
var headings = [3]style{
	{size: 14, leading: bodyLine / 14, bold: true},
	{size: 14, leading: bodyLine / 14, bold: true},
	{size: 14, leading: bodyLine / 14, bold: true, italic: true},
}

// layouts are the two sets of rules: decree 30/2020/NĐ-CP, and guide
// 05-HD/VPTW of 27/5/2026. The sizes of the decree, the bold parts of the party
// signature and its commas between recipients are from memory, unverified.
var layouts = map[Layout]rules{
	State: {
		top: 20, bottom: 20, left: 30, right: 15, leftColumn: 0.41,
		superior: plain(13), issuer: bold(13), head: bold(12), number: plain(13), date: italic(13),
		kind: bold(14), authority: bold(14), post: bold(14), name: bold(14),
		copies: style{size: 12, leading: 1.2, bold: true, italic: true}, copy: plain(11),
		numberWord: "Số: ", end: "./.", between: ";",
		underIssuer: 0.4, underHead: 1, underTitle: 0.4,
	},
	Party: {
		top: 20, bottom: 20, left: 30, right: 15, leftColumn: 0.47,
		superior: plain(14), issuer: bold(14), head: bold(15), number: plain(14), date: italic(14),
		kind: bold(16), authority: bold(14), post: plain(14), name: bold(14),
		copies: style{size: 14, leading: 1.2, underlined: true}, copy: plain(12),
		numberWord: "Số ", end: ".", between: ",",
		underHead: 1,
	},
}

// An entry is one line of the frame around the text, already broken, or a rule
// of some length instead of text. After is the room below it, in points.
type entry struct {
	style
	text  string
	rule  float64
	after float64
}

// A frame is all that stands around the text, ready to be put on paper:
// columns from left to right, rows from top to bottom.
type frame struct {
	rules
	header [2][2][]entry // row, column
	title  []entry
	tail   [2][]entry
}

// inner returns the width between the margins.
func (m rules) inner(landscape bool) float64 {
	if landscape {
		return paper[A4].Ht - m.left - m.right
	}
	return paper[A4].Wd - m.left - m.right
}

// columns returns the widths of the two columns of header and signature.
func (m rules) columns() [2]float64 {
	w := m.inner(false)
	return [2]float64{w * m.leftColumn, w * (1 - m.leftColumn)}
}

// newFrame sets the frame of r. The sheet measures its words.
func newFrame(r *Report, s sheet) frame {
	f := frame{rules: layouts[r.Layout]}
	c := f.columns()
	set := func(column float64, st style, text string) []entry { return s.entries(text, st, column-2) }
	h := r.Header

	f.header[0][0] = append(set(c[0], f.superior, strings.ToUpper(h.Superior)), set(c[0], f.issuer, strings.ToUpper(h.Issuer))...)
	f.header[0][1] = set(c[1], f.head, party)
	if r.Layout == State {
		f.header[0][1] = append(set(c[1], f.head, nation), set(c[1], bold(13), motto)...)
	} else {
		f.header[0][0] = append(f.header[0][0], set(c[0], f.issuer, "*")...)
	}
	f.header[0][0] = s.underline(f.header[0][0], f.underIssuer)
	f.header[0][1] = s.underline(f.header[0][1], f.underHead)
	f.header[1][0] = set(c[0], f.number, f.numberWord+orRoom(h.Number))
	f.header[1][1] = set(c[1], f.date, placeAndDate(h.Place, h.Date))

	f.title = append(set(f.inner(false), f.kind, strings.ToUpper(h.Kind)), set(f.inner(false)*0.8, subjectStyle, h.Subject)...)
	if r.Layout == State {
		f.title = s.underline(f.title, f.underTitle)
	} else {
		f.title = append(f.title, entry{style: plain(14), text: "-----"})
	}
	f.tail = [2][]entry{f.copiesTo(r.Recipients, s), f.signature(r.Signature, s)}
	return f
}

// copiesTo lists who receives the report.
func (f frame) copiesTo(recipients []string, s sheet) []entry {
	if len(recipients) == 0 {
		return nil
	}
	list := []entry{{style: f.copies, text: "Nơi nhận:"}}
	for i, name := range recipients {
		mark := f.between
		if i == len(recipients)-1 {
			mark = "."
		}
		s.use(f.copy)
		lines, _ := s.wrap("- "+strings.TrimRight(printable(name), " .,;")+mark, f.columns()[0]-2)
		for _, line := range lines {
			list = append(list, entry{style: f.copy, text: line})
		}
	}
	return list
}

// signature leaves room between title and name for the hand and the seal.
func (f frame) signature(g Signature, s sheet) []entry {
	const room = 72
	width := f.columns()[1] - 2
	all := append(s.entries(strings.ToUpper(g.Authority), f.authority, width), s.entries(strings.ToUpper(g.Title), f.post, width)...)
	if len(all) > 0 {
		all[len(all)-1].after = room
	}
	return append(all, s.entries(g.Name, f.name, width)...)
}

// entries breaks text into lines of even length.
func (s sheet) entries(text string, st style, width float64) []entry {
	s.use(st)
	text = printable(text)
	lines, _ := s.wrap(text, width)
	if len(lines) == 0 {
		return nil
	}
	var all []entry
	for _, line := range s.balance(block{st, lines}, text, width).lines {
		all = append(all, entry{style: st, text: line})
	}
	return all
}

// underline adds a rule below the last line, in proportion to its length.
func (s sheet) underline(all []entry, share float64) []entry {
	if len(all) == 0 || share == 0 {
		return all
	}
	last := all[len(all)-1]
	s.use(last.style)
	return append(all, entry{style: plain(5), rule: share * s.width(last.text)})
}

// placeAndDate writes days below ten and the first two months with a zero, as
// nobody can add a digit to those.
func placeAndDate(place string, day calendar.Day) string {
	date := "ngày … tháng … năm …"
	if day != 0 {
		y, m, d := day.Date()
		month := fmt.Sprint(int(m))
		if m <= 2 {
			month = "0" + month
		}
		date = fmt.Sprintf("ngày %02d tháng %s năm %d", d, month, y)
	}
	if place == "" {
		return date
	}
	return place + ", " + date
}

// orRoom leaves room for a number that is not given yet.
func orRoom(number string) string {
	if number == "" {
		return "………"
	}
	return number
}

// closed returns text with the mark that ends a document.
func closed(text, mark string) string {
	return strings.TrimRight(oneLine(text), " ./") + mark
}
