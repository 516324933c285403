package document

import (
	"fmt"
	"strings"
)

// spacer is the paragraph that the format demands after a table; it is as low
// as it can be.
func spacer() paragraph { return paragraph{style: plain(1), exact: 1} }

// body is the whole document: header, title, text, recipients and signature.
func (d *word) body(r *Report) (node, error) {
	columns := d.columns()
	body := el("w:body", nil)
	add := func(nodes ...node) { body.Nodes = append(body.Nodes, nodes...) }
	add(d.columnsTable(d.header[0], d.header[1]), spacer().node())
	add(d.entryNodes(d.title, d.inner(false), "center", 14, 10)...)
	all := sections(r.ended())
	for i, s := range all {
		d.landscape = s.landscape
		for j, b := range s.blocks {
			nodes, err := d.block(b, i == len(all)-1 && j == len(s.blocks)-1)
			if err != nil {
				return node{}, fmt.Errorf("block: %w", err)
			}
			add(nodes...)
		}
		if i < len(all)-1 {
			last, end := d.sectionNode(s.landscape, i == 0), spacer()
			end.section = &last
			add(end.node())
		}
	}
	left := d.entryNodes(d.tail[0], columns[0], "left", footGap, 0)
	right := d.entryNodes(d.tail[1], columns[1], "center", footGap, 0)
	foot := wordTable{widths: columns[:], rows: []node{wordRow(false, wordCell(columns[0], false, nil, left...), wordCell(columns[1], false, nil, right...))}}
	add(foot.node(), spacer().node(), d.sectionNode(false, len(all) == 1))
	return body, nil
}

// columnsTable sets the rows of the header side by side without borders.
func (d *word) columnsTable(rows ...[2][]entry) node {
	columns := d.columns()
	t := wordTable{widths: columns[:]}
	for i, row := range rows {
		before := float64(4 * i)
		t.rows = append(t.rows, wordRow(false,
			wordCell(columns[0], false, nil, d.entryNodes(row[0], columns[0], "center", before, 0)...),
			wordCell(columns[1], false, nil, d.entryNodes(row[1], columns[1], "center", before, 0)...)))
	}
	return t.node()
}

// entryNodes sets the lines of the frame in a column of the given width.
func (d *word) entryNodes(all []entry, width float64, align string, before, after float64) []node {
	var nodes []node
	for i, e := range all {
		p := paragraph{style: e.style, align: align, exact: e.size * e.leading, after: e.after}
		if i == 0 {
			p.before = before
		}
		if i == len(all)-1 {
			p.after += after
		}
		if e.rule > 0 {
			p.left, p.right = (width-e.rule)/2, (width-e.rule)/2
			p.ruled, p.before, p.exact = true, 2, 3
			nodes = append(nodes, p.node())
			continue
		}
		nodes = append(nodes, p.written(e.text))
	}
	return nodes
}

// block returns the nodes of a block. The last one stays with the signature.
func (d *word) block(b Block, last bool) ([]node, error) {
	text := paragraph{align: "both", after: bodyAfter, keep: last}
	switch b := b.(type) {
	case Heading:
		text.style, text.indent, text.exact = headings[b.Level-1], firstIndent, bodyLine
		text.named, text.keep = headingStyle(b.Level), true
		return []node{text.written(b.Text)}, nil
	case Paragraph:
		text.style, text.indent, text.exact = bodyStyle, firstIndent, bodyLine
		return []node{text.written(b.Text)}, nil
	case Note:
		text.style, text.exact = noteStyle, noteStyle.size*noteStyle.leading
		return []node{text.written(b.Text)}, nil
	case Table:
		return d.table(b), nil
	case Chart:
		return d.chart(b)
	}
	return nil, fmt.Errorf("no form for %T", b)
}

func (d *word) caption(title string) []node {
	if title == "" {
		return nil
	}
	return []node{paragraph{style: captionStyle, align: "center", after: 3, keep: true}.written(title)}
}

func (d *word) table(t Table) []node {
	w := wordTable{widths: widths(t.Columns, d.inner(d.landscape)), side: cellSide, borders: true}
	var head []node
	for i, c := range t.Columns {
		text := paragraph{style: columnStyle, align: "center", before: 2.5, after: 2.5, keep: true}
		head = append(head, wordCell(w.widths[i], true, &headGrey, text.written(c.Title)))
	}
	w.rows = append(w.rows, wordRow(true, head...))
	for _, row := range t.Rows {
		var cells []node
		for i, c := range row {
			text := paragraph{style: cellStyle, align: string(t.Columns[i].Align), before: 2.5, after: 2.5}
			cells = append(cells, wordCell(w.widths[i], true, nil, text.written(c.shown(d.language))))
		}
		w.rows = append(w.rows, wordRow(false, cells...))
	}
	after := spacer()
	after.after = 2 * bodyAfter
	return append(d.caption(t.Title), w.node(), after.node())
}

// chart sets bars as a table without borders: label, picture, figure.
func (d *word) chart(c Chart) ([]node, error) {
	width := d.inner(d.landscape)
	length := width * trackShare
	w := wordTable{widths: []float64{width * labelShare, length, width - width*labelShare - length}}
	for _, m := range c.measure(d.language) {
		data, err := m.picture(length)
		if err != nil {
			return nil, err
		}
		id := len(d.pictures) + 1
		d.pictures = append(d.pictures, part{fmt.Sprintf("word/media/bar%d.png", id), data})
		line := paragraph{style: chartStyle, before: 2, after: 2, keep: true}
		bar := line
		bar.style = pictureStyle
		bar.runs = []node{picture(id, length, trackTall, strings.TrimSpace(m.label+": "+m.value))}
		value := line
		value.left = 3
		label := line
		label.right = 3
		w.rows = append(w.rows, wordRow(false,
			wordCell(w.widths[0], true, nil, label.written(m.label)),
			wordCell(w.widths[1], true, nil, bar.node()),
			wordCell(w.widths[2], true, nil, value.written(m.value))))
	}
	w.rows = append(w.rows, wordRow(false, wordCell(w.widths[0], false, nil), wordCell(w.widths[1], false, nil, d.scale(c, length)), wordCell(w.widths[2], false, nil)))
	after := spacer()
	after.after = 2 * bodyAfter
	return append(d.caption(c.Title), w.node(), after.node()), nil
}

// scale writes the ends and the middle of the scale below the track.
func (d *word) scale(c Chart, length float64) node {
	marks := c.marks(d.language)
	p := paragraph{style: scaleStyle, tabs: []node{
		el("w:tab", attrs{"w:val", "center", "w:pos", twips(length / 2)}),
		el("w:tab", attrs{"w:val", "right", "w:pos", twips(length)}),
	}}
	p.runs = []node{wordRun(marks[0], p.style), wordTab(p.style), wordRun(marks[1], p.style), wordTab(p.style), wordRun(marks[2], p.style)}
	return p.node()
}
