package document

import (
	"fmt"
	"math"
)

// A paragraph is one paragraph of a DOCX file: lengths in millimetres, room
// above and below in points.
type paragraph struct {
	style
	runs          []node
	align         string // left, center, right, both
	named         string // its style
	indent        float64
	left, right   float64
	before, after float64
	exact         float64 // height of the lines in points; zero lets them grow
	keep          bool    // with the next paragraph on one page
	ruled         bool    // a line above it
	framed        bool    // stands on the right in the margin, out of the text
	tabs          []node
	section       *node // of which it is the last paragraph
}

// node writes the properties in the order that the format demands.
func (p paragraph) node() node {
	pr := el("w:pPr", nil)
	add := func(wanted bool, n node) {
		if wanted {
			pr.Nodes = append(pr.Nodes, n)
		}
	}
	add(p.named != "", val("w:pStyle", p.named))
	add(p.keep, el("w:keepNext", nil))
	add(p.framed, el("w:framePr", attrs{"w:wrap", "around", "w:vAnchor", "page", "w:hAnchor", "margin", "w:xAlign", "right", "w:y", twips(pageNumberY)}))
	add(true, el("w:widowControl", nil))
	add(p.ruled, el("w:pBdr", nil, el("w:top", attrs{"w:val", "single", "w:sz", 6, "w:space", 0, "w:color", "000000"})))
	add(len(p.tabs) > 0, el("w:tabs", nil, p.tabs...))
	spacing := attrs{"w:before", pointTwips(p.before), "w:after", pointTwips(p.after)}
	if p.exact > 0 {
		spacing = append(spacing, "w:line", pointTwips(p.exact), "w:lineRule", "exact")
	}
	add(true, el("w:spacing", spacing))
	add(true, el("w:ind", attrs{"w:left", twips(p.left), "w:right", twips(p.right), "w:firstLine", twips(p.indent)}))
	add(p.align != "", val("w:jc", p.align))
	add(true, runProperties(p.style))
	if p.section != nil {
		add(true, *p.section)
	}
	return el("w:p", nil, append([]node{pr}, p.runs...)...)
}

// written adds text to the paragraph in its style.
func (p paragraph) written(text string) node {
	p.runs = append(p.runs, wordRun(oneLine(text), p.style))
	return p.node()
}

func wordRun(text string, st style) node {
	return el("w:r", nil, runProperties(st), leaf("w:t", attrs{"xml:space", "preserve"}, text))
}

func wordTab(st style) node { return el("w:r", nil, runProperties(st), el("w:tab", nil)) }

func runProperties(st style) node {
	pr := el("w:rPr", nil)
	if st.bold {
		pr.Nodes = append(pr.Nodes, el("w:b", nil), el("w:bCs", nil))
	}
	if st.italic {
		pr.Nodes = append(pr.Nodes, el("w:i", nil), el("w:iCs", nil))
	}
	pr.Nodes = append(pr.Nodes,
		val("w:color", fmt.Sprintf("%02X%02X%02X", st.colour[0], st.colour[1], st.colour[2])),
		val("w:sz", halfPoints(st.size)), val("w:szCs", halfPoints(st.size)))
	if st.underlined {
		pr.Nodes = append(pr.Nodes, val("w:u", "single"))
	}
	return pr
}

// A wordTable is a table whose rows are made of ready cells.
type wordTable struct {
	widths  []float64 // millimetres
	side    float64   // padding to the left and right of a cell
	borders bool
	rows    []node
}

func (t wordTable) node() node {
	total := 0.0
	grid := el("w:tblGrid", nil)
	for _, w := range t.widths {
		total += w
		grid.Nodes = append(grid.Nodes, el("w:gridCol", attrs{"w:w", twips(w)}))
	}
	pr := el("w:tblPr", nil, el("w:tblW", attrs{"w:w", twips(total), "w:type", "dxa"}), el("w:tblInd", attrs{"w:w", 0, "w:type", "dxa"}))
	pr.Nodes = append(pr.Nodes, borders(t.borders), el("w:tblLayout", attrs{"w:type", "fixed"}), margins(t.side))
	return el("w:tbl", nil, append([]node{pr, grid}, t.rows...)...)
}

func borders(drawn bool) node {
	all := el("w:tblBorders", nil)
	for _, edge := range []string{"w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"} {
		a := attrs{"w:val", "nil"}
		if drawn {
			a = attrs{"w:val", "single", "w:sz", 4, "w:space", 0, "w:color", "000000"}
		}
		all.Nodes = append(all.Nodes, el(edge, a))
	}
	return all
}

func margins(side float64) node {
	return el("w:tblCellMar", nil,
		el("w:left", attrs{"w:w", twips(side), "w:type", "dxa"}), el("w:right", attrs{"w:w", twips(side), "w:type", "dxa"}))
}

// wordRow makes a row that is not broken between pages. A head is repeated on each.
func wordRow(head bool, cells ...node) node {
	pr := el("w:trPr", nil, el("w:cantSplit", nil))
	if head {
		pr.Nodes = append(pr.Nodes, el("w:tblHeader", nil))
	}
	return el("w:tr", nil, append([]node{pr}, cells...)...)
}

// wordCell makes a cell; fill is a colour or nil.
func wordCell(width float64, middle bool, fill *colour, content ...node) node {
	pr := el("w:tcPr", nil, el("w:tcW", attrs{"w:w", twips(width), "w:type", "dxa"}))
	if fill != nil {
		pr.Nodes = append(pr.Nodes, el("w:shd", attrs{"w:val", "clear", "w:color", "auto", "w:fill", fmt.Sprintf("%02X%02X%02X", fill[0], fill[1], fill[2])}))
	}
	if middle {
		pr.Nodes = append(pr.Nodes, val("w:vAlign", "center"))
	}
	if len(content) == 0 {
		content = []node{paragraph{style: cellStyle}.node()} // the format demands one
	}
	return el("w:tc", nil, append([]node{pr}, content...)...)
}

// pictureStyle is so small that no room for descenders is left below a picture.
var pictureStyle = plain(1)

// picture puts a PNG into the line, with words for those who cannot see it.
func picture(id int, width, height float64, words string) node {
	extent := attrs{"cx", emu(width), "cy", emu(height)}
	name := fmt.Sprintf("bar%d", id)
	return el("w:r", nil, runProperties(pictureStyle), el("w:drawing", nil,
		el("wp:inline", attrs{"distT", 0, "distB", 0, "distL", 0, "distR", 0},
			el("wp:extent", extent),
			el("wp:docPr", attrs{"id", id, "name", name, "descr", words}),
			el("a:graphic", attrs{"xmlns:a", drawingNS}, el("a:graphicData", attrs{"uri", pictureNS},
				el("pic:pic", attrs{"xmlns:pic", pictureNS},
					el("pic:nvPicPr", nil, el("pic:cNvPr", attrs{"id", id, "name", name}), el("pic:cNvPicPr", nil)),
					el("pic:blipFill", nil, el("a:blip", attrs{"r:embed", name}), el("a:stretch", nil, el("a:fillRect", nil))),
					el("pic:spPr", nil,
						el("a:xfrm", nil, el("a:off", attrs{"x", 0, "y", 0}), el("a:ext", extent)),
						el("a:prstGeom", attrs{"prst", "rect"}, el("a:avLst", nil)))))))))
}

// sectionNode describes the pages of a section. Only the very first page has a
// header of its own.
func (m rules) sectionNode(landscape, first bool) node {
	width, height := paper[A4].Wd, paper[A4].Ht
	size := attrs{"w:w", twips(width), "w:h", twips(height)}
	if landscape {
		size = attrs{"w:w", twips(height), "w:h", twips(width), "w:orient", "landscape"}
	}
	header := func(kind, id string) node { return el("w:headerReference", attrs{"w:type", kind, "r:id", id}) }
	all := el("w:sectPr", nil, header("default", "header1"))
	if first {
		all.Nodes = append(all.Nodes, header("first", "header2"))
	}
	all.Nodes = append(all.Nodes, val("w:type", "nextPage"), el("w:pgSz", size),
		el("w:pgMar", attrs{
			"w:top", twips(m.top), "w:right", twips(m.right), "w:bottom", twips(m.bottom), "w:left", twips(m.left),
			"w:header", twips(pageNumberY), "w:footer", twips(math.Min(10, m.bottom)), "w:gutter", 0,
		}))
	if first {
		all.Nodes = append(all.Nodes, el("w:titlePg", nil))
	}
	return all
}
