package document

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"hailong/internal/i18n"
)

// A flow fills page after page with a report, from top to bottom. Lengths are
// millimetres from the upper left corner of the page.
type flow struct {
	sheet
	frame
	language  *i18n.Language
	sample    bool
	landscape bool
	y         float64
}

// PDF writes the report as a PDF file with its fonts, so that it prints the
// same everywhere. Equal reports give equal bytes. Nothing is written on an
// error: an unknown layout (ErrUnknownLayout), a row that has not one cell for
// each column, a number that is not finite, a bar beyond its scale.
func (r *Report) PDF(w io.Writer) error {
	if err := r.check(); err != nil {
		return fmt.Errorf("report pdf: %w", err)
	}
	language, err := i18n.Vietnamese()
	if err != nil {
		return fmt.Errorf("report pdf: %w", err)
	}
	pdf := newPDF(paper[A4], r.made())
	pdf.SetAuthor(printable(r.Header.Issuer), true)
	pdf.SetTitle(printable(r.title()), true)
	s := newSerifSheet(pdf)
	f := &flow{sheet: s, frame: newFrame(r, s), language: language, sample: r.Sample}
	f.report(r)
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("report pdf: %w", err)
	}
	return nil
}

// newPDF begins a file that says when it was made, so that equal content gives
// equal bytes.
func newPDF(format fpdf.SizeType, made time.Time) *fpdf.Fpdf {
	pdf := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: format})
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(made)
	pdf.SetModificationDate(made)
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetLang("vi")
	pdf.SetCreator("hailong", true)
	return pdf
}

// title returns the name of the report in one line.
func (r *Report) title() string {
	return strings.TrimSpace(r.Header.Kind + " " + r.Header.Subject)
}

// report draws everything. The last block stays with the signature, which
// must not stand alone on a page.
func (f *flow) report(r *Report) {
	f.newPage()
	f.head()
	all := sections(r.ended())
	for i, s := range all {
		if s.landscape != f.landscape {
			f.landscape = s.landscape
			f.newPage()
		}
		for j, b := range s.blocks {
			foot := 0.0
			if i == len(all)-1 {
				foot = f.footHeight()
			}
			f.keep(f.together(s.blocks[j:], foot))
			f.block(b)
		}
	}
	f.signed()
}

// newPage begins a page. All but the first are numbered in the upper margin.
func (f *flow) newPage() {
	orientation := "P"
	if f.landscape {
		orientation = "L"
	}
	f.pdf.AddPageFormat(orientation, paper[A4])
	width := f.inner(f.landscape)
	if n := f.pdf.PageNo(); n > 1 {
		f.writeCentred(block{pageStyle, []string{strconv.Itoa(n)}}, f.left+width/2, pageNumberY)
	}
	if f.sample {
		f.use(sampleStyle)
		f.write(block{sampleStyle, []string{sampleMark}}, f.left+width-f.width(sampleMark), pageNumberY)
	}
	f.y = f.top
}

// floor returns where the lower margin begins.
func (f *flow) floor() float64 {
	if f.landscape {
		return paper[A4].Wd - f.bottom
	}
	return paper[A4].Ht - f.bottom
}

// keep begins a new page if what comes next does not fit this one but would
// fit the next one. It says whether it did.
func (f *flow) keep(height float64) bool {
	if f.y+height <= f.floor() || height > f.floor()-f.top || f.y == f.top {
		return false
	}
	f.newPage()
	return true
}

// head draws the names, number and date, and the title.
func (f *flow) head() {
	columns := f.columns()
	for i, row := range f.header {
		top := f.y
		for j, cell := range row {
			middle := f.left + float64(j)*columns[0] + columns[j]/2
			f.y = max(f.y, f.stack(cell, middle, top))
		}
		f.y += float64(4*(1-i)) * millimetre
	}
	f.y += 16 * millimetre
	f.y = f.stack(f.title, f.left+f.inner(false)/2, f.y) + 12*millimetre
}

// stack sets entries below y with their middle at x, and returns the y below.
func (f *flow) stack(all []entry, x, y float64) float64 {
	for _, e := range all {
		one := block{e.style, []string{e.text}}
		if e.rule > 0 {
			f.level(x-e.rule/2, y+one.height()/2, e.rule)
		} else {
			f.writeCentred(one, x, y)
		}
		y += one.height() + e.after*millimetre
	}
	return y
}

// signed draws the recipients on the left and the signature on the right.
func (f *flow) signed() {
	f.keep(f.footHeight())
	columns, y := f.columns(), f.y+footGap*millimetre
	left := y
	for _, e := range f.tail[0] {
		bottom := f.write(block{e.style, []string{e.text}}, f.left, left)
		if e.underlined {
			f.use(e.style)
			f.level(f.left, bottom-0.2*e.size*millimetre, f.width(e.text))
		}
		left = bottom
	}
	f.stack(f.tail[1], f.left+columns[0]+columns[1]/2, y)
}

// footGap is the room above recipients and signature, in points.
const footGap = 12

func (f *flow) footHeight() float64 {
	tallest := 0.0
	for _, column := range f.tail {
		height := 0.0
		for _, e := range column {
			height += block{e.style, []string{e.text}}.height() + e.after*millimetre
		}
		tallest = max(tallest, height)
	}
	return tallest + footGap*millimetre
}

// level draws a thin level line.
func (f *flow) level(x, y, length float64) {
	f.draw(colour{})
	f.pdf.SetLineWidth(0.25)
	f.pdf.Line(x, y, x+length, y)
}
