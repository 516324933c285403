package document

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// paperA4 is the number of the paper size in the file format.
const paperA4 = 9

// paper sets a sheet up for printing: A4 on its side, all columns on one page,
// as many pages down as the rows need, the heading row on each of them.
func (t *tab) paper(s WorkSheet, head int) error {
	size, orientation, wide, tall := paperA4, "landscape", 1, 0
	if err := t.file.SetPageLayout(t.name, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &tall}); err != nil {
		return err
	}
	fit := true
	if err := t.file.SetSheetProps(t.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	margin := 0.4 // inches
	if err := t.file.SetPageMargins(t.name, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &margin}); err != nil {
		return err
	}
	last, err := excelize.ColumnNumberToName(len(s.Columns))
	if err != nil {
		return err
	}
	quoted := "'" + strings.ReplaceAll(t.name, "'", "''") + "'!"
	err = t.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: quoted + fmt.Sprintf("$A$1:$%s$%d", last, t.row), Scope: t.name})
	if err != nil {
		return err
	}
	return t.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: quoted + fmt.Sprintf("$%d:$%d", head, head), Scope: t.name})
}

// Heights of rows in points, and how much wider than a digit, which is what
// the widths of columns count, the letters of a text are.
const (
	lineOfText    = 16.5
	tallestRow    = 409.0
	titleWidening = 1.3
	textWidening  = 1.05
)

// high gives the current row room for some lines. Programs do not all find
// that out themselves, and none does for cells that were joined.
func (t *tab) high(lines int) error {
	if lines < 2 {
		return nil
	}
	return t.file.SetRowHeight(t.name, t.row, min(tallestRow, float64(lines)*lineOfText))
}

// linesOf returns how many lines a text fills at a width.
func linesOf(text string, width, widening float64) int {
	return int(math.Ceil(widening * float64(utf8.RuneCountInString(text)) / width))
}

// aloneLines are the lines of a text that stands across all columns.
func aloneLines(s WorkSheet, text string, l look) int {
	widening, room := textWidening, 0.0
	if l == titleLook {
		widening = titleWidening
	}
	for _, width := range columnWidths(s) {
		room += width
	}
	return linesOf(text, room, widening)
}

// rowLines are the lines of the cell that needs most.
func rowLines(row []Cell, widths []float64) int {
	most := 1
	for j, c := range row {
		most = max(most, linesOf(c.text, widths[j], textWidening))
	}
	return most
}

// headLines are the lines of the heading that needs most, which are bold and
// leave room for the arrow of the filter.
func headLines(s WorkSheet, widths []float64) int {
	most := 1
	for j, c := range s.Columns {
		most = max(most, linesOf(c.Title, widths[j]-filterArrow, titleWidening))
	}
	return most
}

// Widths of columns in characters. A heading is broken into a few lines rather
// than make its column wider than what stands in it: all columns have to share
// the width of a page.
const (
	filterArrow = 3
	narrowest   = 7
	widest      = 45
	headParts   = 4
)

// columnWidths returns for each column a width that holds its longest value
// and the longest word of its heading, within what can be read.
func columnWidths(s WorkSheet) []float64 {
	widths := make([]float64, len(s.Columns))
	for j, c := range s.Columns {
		longest := utf8.RuneCountInString(c.Title) / headParts
		for _, word := range strings.Fields(c.Title) {
			longest = max(longest, utf8.RuneCountInString(word))
		}
		longest += filterArrow
		for _, row := range s.Rows {
			longest = max(longest, cellLength(row[j]))
		}
		widths[j] = float64(min(max(longest+1, narrowest), widest))
	}
	return widths
}

// cellLength is the length of a cell as it is shown, in characters.
func cellLength(c Cell) int {
	if x, ok := c.numeric(); ok {
		return len(fmt.Sprintf("%.*f", c.digits, x)) * 4 / 3
	}
	return utf8.RuneCountInString(c.text) + 1
}
