package document

import "slices"

// How tables are set: type in points, padding and strokes in millimetres.
const (
	cellSide = 1.2
	cellTop  = 0.9
	hairline = 0.2
)

var (
	cellStyle   = style{size: 12, leading: 1.2}
	columnStyle = style{size: 12, leading: 1.2, bold: true}
	headGrey    = colour{236, 239, 240}
)

// widths shares out the width of a table among its columns.
func widths(columns []Column, total float64) []float64 {
	sum, all := 0.0, make([]float64, len(columns))
	for i, c := range columns {
		all[i] = c.Share
		if c.Share == 0 {
			all[i] = 1
		}
		sum += all[i]
	}
	for i := range all {
		all[i] *= total / sum
	}
	return all
}

// A grid is a table whose texts are broken into lines.
type grid struct {
	columns []Column
	widths  []float64
	head    gridRow
	rows    []gridRow
}

type gridRow struct {
	cells []block
	head  bool
}

func (r gridRow) height() float64 {
	tallest := cellStyle.size * cellStyle.leading * millimetre
	for _, c := range r.cells {
		tallest = max(tallest, c.height())
	}
	return tallest + 2*cellTop
}

func (f *flow) grid(t Table) grid {
	g := grid{columns: t.Columns, widths: widths(t.Columns, f.inner(f.landscape))}
	var titles []string
	for _, c := range t.Columns {
		titles = append(titles, c.Title)
	}
	g.head = f.gridRow(g, titles, columnStyle)
	g.head.head = true
	for _, row := range t.Rows {
		var texts []string
		for _, c := range row {
			texts = append(texts, c.shown(f.language))
		}
		g.rows = append(g.rows, f.gridRow(g, texts, cellStyle))
	}
	return g
}

func (f *flow) gridRow(g grid, texts []string, st style) gridRow {
	var row gridRow
	f.use(st)
	for i, text := range texts {
		lines, _ := f.wrap(printable(text), max(1, g.widths[i]-2*cellSide))
		row.cells = append(row.cells, block{st, lines})
	}
	return row
}

// tableBeginning is the title, the head and the first row.
func (f *flow) tableBeginning(t Table, g grid) float64 {
	height := f.captionHeight(t.Title) + g.head.height()
	if len(g.rows) > 0 {
		height += g.rows[0].height()
	}
	return height
}

// table draws the rows and repeats the head on each new page. A row that no
// page could hold is broken between its lines.
func (f *flow) table(t Table) {
	g := f.grid(t)
	f.keep(f.tableBeginning(t, g))
	if t.Title != "" {
		f.caption(t.Title)
	}
	f.row(g, g.head)
	room := max(30, f.floor()-f.top-g.head.height()) // even below a head that fills the page
	for _, row := range g.rows {
		for _, part := range row.parts(room) {
			if f.keep(part.height()) {
				f.row(g, g.head)
			}
			f.row(g, part)
		}
	}
	f.y += 2 * bodyAfter * millimetre
}

// parts cuts a row into rows of at most the given height.
func (r gridRow) parts(room float64) []gridRow {
	if r.height() <= room {
		return []gridRow{r}
	}
	fit := max(1, int((room-2*cellTop)/r.cells[0].lineHeight()))
	first, rest := r, r
	first.cells, rest.cells = slices.Clone(r.cells), slices.Clone(r.cells)
	for i, c := range r.cells {
		cut := min(fit, len(c.lines))
		first.cells[i].lines, rest.cells[i].lines = c.lines[:cut], c.lines[cut:]
	}
	return append([]gridRow{first}, rest.parts(room)...)
}

// row draws one row with its frame.
func (f *flow) row(g grid, r gridRow) {
	x, height := f.left, r.height()
	for i, c := range r.cells {
		width := g.widths[i]
		kind := "D"
		if r.head {
			f.fill(headGrey)
			kind = "FD"
		}
		f.draw(colour{})
		f.pdf.SetLineWidth(hairline)
		f.pdf.Rect(x, f.y, width, height, kind)
		f.cell(c, x+cellSide, width-2*cellSide, f.y+(height-c.height())/2, g.columns[i].Align, r.head)
		x += width
	}
	f.y += height
}

func (f *flow) cell(c block, x, width, y float64, align Align, head bool) {
	f.use(c.style)
	for i, line := range c.lines {
		start := x
		switch free := width - f.width(line); {
		case head || align == AlignCentre:
			start += free / 2
		case align == AlignRight:
			start += free
		}
		f.write(block{c.style, []string{line}}, start, y+float64(i)*c.lineHeight())
	}
}
