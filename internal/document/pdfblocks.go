package document

import (
	"strings"
)

// block draws one block of the text and leaves y below it.
func (f *flow) block(b Block) {
	switch b := b.(type) {
	case Heading:
		f.text(b.Text, headings[b.Level-1], firstIndent)
	case Paragraph:
		f.text(b.Text, bodyStyle, firstIndent)
	case Note:
		f.text(b.Text, noteStyle, 0)
	case Table:
		f.table(b)
	case Chart:
		f.chart(b)
	}
}

// together returns how much of the blocks, from the first on, must stand on one
// page: a heading with the beginning of what follows it, and the last block
// with the foot of this height. Foot is 0 where other blocks follow.
func (f *flow) together(blocks []Block, foot float64) float64 {
	if len(blocks) == 1 && foot > 0 {
		return f.blockHeight(blocks[0]) + foot
	}
	if h, ok := blocks[0].(Heading); ok && len(blocks) > 1 {
		next := f.together(blocks[1:], foot)
		return f.blockHeight(h) + max(next, f.beginning(blocks[1]))
	}
	return 0
}

// beginning returns how much of a block may not be parted from its heading.
func (f *flow) beginning(b Block) float64 {
	switch b := b.(type) {
	case Table:
		return f.tableBeginning(b, f.grid(b))
	case Chart:
		return f.chartBeginning(b)
	}
	return min(f.blockHeight(b), 3*bodyLine*millimetre)
}

// blockHeight returns the height of a block of text or a chart. A table has no
// one height: it goes on over the pages.
func (f *flow) blockHeight(b Block) float64 {
	switch b := b.(type) {
	case Heading:
		return f.textHeight(b.Text, headings[b.Level-1], firstIndent)
	case Paragraph:
		return f.textHeight(b.Text, bodyStyle, firstIndent)
	case Note:
		return f.textHeight(b.Text, noteStyle, 0)
	case Chart:
		return f.chartHeight(b)
	}
	return 0
}

func (f *flow) broken(text string, st style, indent float64) block {
	f.use(st)
	lines, _ := f.wrapAfter(printable(text), indent, f.inner(f.landscape))
	return block{st, lines}
}

func (f *flow) textHeight(text string, st style, indent float64) float64 {
	return f.broken(text, st, indent).height() + bodyAfter*millimetre
}

// text sets a justified paragraph. Neither its first nor its last line stands
// alone on a page.
func (f *flow) text(text string, st style, indent float64) {
	b := f.broken(text, st, indent)
	width := f.inner(f.landscape)
	for i, line := range b.lines {
		left := len(b.lines) - i
		if i == 0 || left == 2 {
			f.keep(float64(min(2, left)) * b.lineHeight())
		}
		f.keep(b.lineHeight())
		x, room := f.left, width
		if i == 0 {
			x, room = x+indent, room-indent
		}
		f.use(st)
		baseline := f.y + b.lineHeight()/2 + f.letters.capHeight/2*st.size*millimetre
		f.justify(line, x, baseline, room, left == 1)
		f.y += b.lineHeight()
	}
	f.y += bodyAfter * millimetre
}

// justify spreads the words of a line over its room; the last line of a
// paragraph keeps ordinary spaces.
func (s sheet) justify(line string, x, baseline, room float64, last bool) {
	words := strings.Fields(line)
	if last || len(words) < 2 {
		s.line(line, x, baseline)
		return
	}
	space := room
	for _, word := range words {
		space -= s.width(word)
	}
	space /= float64(len(words) - 1)
	for _, word := range words {
		s.line(word, x, baseline)
		x += s.width(word) + space
	}
}

// caption sets the title of a table or chart in the middle.
func (f *flow) caption(title string) {
	f.y = f.stack(f.entries(title, captionStyle, f.inner(f.landscape)), f.left+f.inner(f.landscape)/2, f.y)
	f.y += 3 * millimetre
}

func (f *flow) captionHeight(title string) float64 {
	return float64(len(f.entries(title, captionStyle, f.inner(f.landscape))))*block{captionStyle, []string{title}}.height() + 3*millimetre
}

// A strip is a bar of a chart with its label broken into lines.
type strip struct {
	measured
	label  block
	height float64
}

var (
	chartStyle = style{size: 12, leading: 1.2}
	scaleStyle = style{size: 9, leading: 1.2, colour: soft}
)

func (f *flow) strips(c Chart) []strip {
	var all []strip
	f.use(chartStyle)
	for _, m := range c.measure(f.language) {
		lines, _ := f.wrap(printable(m.label), f.inner(f.landscape)*labelShare-3)
		s := strip{measured: m, label: block{chartStyle, lines}}
		s.height = max(s.label.height(), trackTall) + 1.6
		all = append(all, s)
	}
	return all
}

func (f *flow) chartHeight(c Chart) float64 {
	height := f.captionHeight(c.Title) + scaleStyle.size*scaleStyle.leading*millimetre + 2*bodyAfter*millimetre
	for _, s := range f.strips(c) {
		height += s.height
	}
	return height
}

// chartBeginning is the whole chart, but only the caption and the first bar
// where the chart and a heading would hardly fit on one page.
func (f *flow) chartBeginning(c Chart) float64 {
	height, strips := f.chartHeight(c), f.strips(c)
	if height > 0.8*(f.floor()-f.top) && len(strips) > 0 {
		return f.captionHeight(c.Title) + strips[0].height
	}
	return height
}

// chart draws bars with their labels on the left and figures on the right. A
// chart longer than a page goes on, without breaking a bar.
func (f *flow) chart(c Chart) {
	f.keep(f.chartBeginning(c))
	f.caption(c.Title)
	width := f.inner(f.landscape)
	trackX, length := f.left+width*labelShare, width*trackShare
	for _, s := range f.strips(c) {
		f.keep(s.height)
		f.write(s.label, f.left, f.y+(s.height-s.label.height())/2)
		for _, p := range s.patches(length) {
			f.fill(p.colour)
			f.pdf.Rect(trackX+p.x, f.y+(s.height-trackTall)/2+p.y, p.w, p.h, "F")
		}
		value := block{chartStyle, []string{printable(s.value)}}
		f.write(value, trackX+length+3, f.y+(s.height-value.height())/2)
		f.y += s.height
	}
	for i, mark := range c.marks(f.language) {
		f.writeCentred(block{scaleStyle, []string{mark}}, trackX+float64(i)*length/2, f.y)
	}
	f.y += scaleStyle.size*scaleStyle.leading*millimetre + 2*bodyAfter*millimetre
}
