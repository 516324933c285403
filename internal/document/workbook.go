package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"hailong/internal/calendar"
)

// ErrNoSheets tells of a workbook without a sheet, which no program opens.
var ErrNoSheets = errors.New("a workbook needs a sheet")

// Workbook is a set of tables for people who calculate on. A sheet on the
// method is one more WorkSheet.
type Workbook struct {
	Title  string
	Date   calendar.Day // stands in the file as its date; the zero Day is replaced by a fixed one
	Sheets []WorkSheet
	Sample bool // made-up figures: every sheet says so
}

// WorkSheet is one table below its title, with notes under it. Shares of the
// columns are not used: columns are as wide as their texts need.
type WorkSheet struct {
	Name    string // of the tab; what a tab cannot hold is replaced, and doubles get a number
	Title   string
	Columns []Column
	Rows    [][]Cell
	Notes   []string
}

// maxText is how many UTF-16 units a cell of a workbook can hold.
const maxText = 32767

// XLSX writes the workbook. Numbers are numbers, rounded to the decimals they
// are shown with; the program that opens the file sets its own separators.
// Texts stay texts, whatever they begin with: there is no formula in the file.
// The heading row stays in view and can be filtered. Equal workbooks give equal
// bytes. Nothing is written on an error: no sheet (ErrNoSheets), a row that has
// not one cell for each column, a number that is not finite, a text longer than
// 32767 characters.
func (b *Workbook) XLSX(w io.Writer) error {
	if len(b.Sheets) == 0 {
		return fmt.Errorf("workbook: %w", ErrNoSheets)
	}
	file := excelize.NewFile()
	defer file.Close() // it has no temporary files, and so nothing to report
	book := &book{file: file, styles: map[bookStyle]int{}}
	names := sheetNames(b.Sheets)
	for i, s := range b.Sheets {
		if err := book.sheet(i, names[i], s, b.Sample); err != nil {
			return fmt.Errorf("workbook: sheet %q: %w", s.Name, err)
		}
	}
	if err := book.properties(b); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// A book is a workbook in the making.
type book struct {
	file   *excelize.File
	styles map[bookStyle]int
}

// A bookStyle is what distinguishes the look of cells.
type bookStyle struct {
	look   look
	format string
	align  Align
}

type look uint8

const (
	valueLook look = iota
	headLook
	titleLook
	markLook
	noteLook
)

func (b *book) properties(w *Workbook) error {
	made := madeOn(w.Date).UTC().Format(time.RFC3339)
	err := b.file.SetDocProps(&excelize.DocProperties{
		Title: oneLine(w.Title), Creator: "hailong", LastModifiedBy: "hailong", Created: made, Modified: made, Language: "vi-VN",
	})
	if err != nil {
		return err
	}
	return b.file.SetAppProps(&excelize.AppProperties{Application: "hailong"})
}

// A tab is one sheet being filled; row is the next one, from 1.
type tab struct {
	*book
	name string
	row  int
}

func (b *book) sheet(index int, name string, s WorkSheet, sample bool) error {
	if err := checkRows(s.Columns, s.Rows); err != nil {
		return err
	}
	if index == 0 {
		if err := b.file.SetSheetName(b.file.GetSheetName(0), name); err != nil {
			return err
		}
	} else if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	t := &tab{book: b, name: name, row: 1}
	if err := t.above(s, sample); err != nil {
		return err
	}
	head := t.row
	if err := t.table(s); err != nil {
		return err
	}
	if err := t.view(s, head); err != nil {
		return err
	}
	t.row++
	for _, note := range s.Notes {
		if err := t.alone(s, note, noteLook); err != nil {
			return err
		}
	}
	if err := t.paper(s, head); err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(s.Columns), t.row)
	if err != nil {
		return err
	}
	return t.file.SetSheetDimension(name, "A1:"+last)
}

// above writes the title and the mark of made-up figures, and leaves a row free.
func (t *tab) above(s WorkSheet, sample bool) error {
	if err := t.alone(s, s.Title, titleLook); err != nil {
		return err
	}
	if sample {
		if err := t.alone(s, sampleMark, markLook); err != nil {
			return err
		}
	}
	t.row++
	return nil
}

// alone writes a text into a row of its own, across all columns and broken
// into as many lines as it needs: on paper it would be cut off at the edge.
func (t *tab) alone(s WorkSheet, text string, l look) error {
	if err := t.set(1, Text(text), bookStyle{look: l}); err != nil {
		return err
	}
	at, err := excelize.CoordinatesToCellName(len(s.Columns), t.row)
	if err != nil {
		return err
	}
	if len(s.Columns) > 1 {
		if err := t.file.MergeCell(t.name, fmt.Sprintf("A%d", t.row), at); err != nil {
			return err
		}
	}
	err = t.high(aloneLines(s, text, l))
	t.row++
	return err
}

func (t *tab) table(s WorkSheet) error {
	for j, c := range s.Columns {
		if err := t.set(j+1, Text(c.Title), bookStyle{look: headLook}); err != nil {
			return err
		}
	}
	widths := columnWidths(s)
	if err := t.high(headLines(s, widths)); err != nil {
		return err
	}
	t.row++
	for _, row := range s.Rows {
		for j, c := range row {
			if err := t.set(j+1, c, bookStyle{format: format(c), align: s.Columns[j].Align}); err != nil {
				return err
			}
		}
		if err := t.high(rowLines(row, widths)); err != nil {
			return err
		}
		t.row++
	}
	return nil
}

// set writes one cell of the current row.
func (t *tab) set(column int, c Cell, st bookStyle) error {
	at, err := excelize.CoordinatesToCellName(column, t.row)
	if err != nil {
		return err
	}
	if err := t.value(at, c); err != nil {
		return fmt.Errorf("cell %s: %w", at, err)
	}
	id, err := t.style(st)
	if err != nil {
		return fmt.Errorf("cell %s: %w", at, err)
	}
	return t.file.SetCellStyle(t.name, at, at, id)
}

func (t *tab) value(at string, c Cell) error {
	switch c.kind {
	case textCell:
		text := norm.NFC.String(strings.ToValidUTF8(c.text, string(utf8.RuneError)))
		if n := len(excelUnits(text)); n > maxText {
			return fmt.Errorf("a text of %d characters, at most %d", n, maxText)
		}
		return t.file.SetCellStr(t.name, at, text)
	case wholeCell:
		return t.file.SetCellInt(t.name, at, c.whole)
	case decimalCell:
		return t.file.SetCellFloat(t.name, at, c.decimal, c.digits, 64)
	}
	return nil
}

// format returns the number format of a cell, or nothing.
func format(c Cell) string {
	switch {
	case c.kind == wholeCell || c.kind == decimalCell && c.digits == 0:
		return "#,##0"
	case c.kind == decimalCell:
		return "#,##0." + strings.Repeat("0", c.digits)
	}
	return ""
}

// view keeps the heading row in sight, lets it filter, and sets the widths.
func (t *tab) view(s WorkSheet, head int) error {
	first, err := excelize.CoordinatesToCellName(1, head)
	if err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(s.Columns), head+len(s.Rows))
	if err != nil {
		return err
	}
	if err := t.file.AutoFilter(t.name, first+":"+last, nil); err != nil {
		return err
	}
	for j, width := range columnWidths(s) {
		letter, err := excelize.ColumnNumberToName(j + 1)
		if err != nil {
			return err
		}
		if err := t.file.SetColWidth(t.name, letter, letter, width); err != nil {
			return err
		}
	}
	below := fmt.Sprintf("A%d", head+1)
	return t.file.SetPanes(t.name, &excelize.Panes{
		Freeze: true, YSplit: head, TopLeftCell: below, ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: below, ActiveCell: below, Pane: "bottomLeft"}},
	})
}
